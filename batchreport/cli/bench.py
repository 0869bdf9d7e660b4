"""This module defines the commands of the designer's bench, each a thin shell over one function of a lower floor."""

from __future__ import annotations

import gc
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from batchreport.cli.options import epilog, options
from batchreport.cli.wide import Commands


@click.group(
    cls=Commands, help=_("The designer's bench: check a Word template, list its names, try it out, make a new one.")
)
@options("language")
def template() -> None:
    """Hold the commands of the bench."""


@template.command(
    help=_(
        "Say all that is wrong with a template at once, each with its place and what to write. "
        "FILE is the project's templates if not given. "
        "Ends with 0 where all is well, 1 where there are warnings, 2 where the template cannot be used."
    ),
    epilog=epilog(
        "batchreport template check", "batchreport template check --mark", "batchreport template check draft.docx --fix"
    ),
)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--rollup", is_flag=True, help=_("The template is a roll-up's."))
@click.option(
    "--fix",
    is_flag=True,
    help=_("Write a copy beside it, mended: signs typed wrong, tags of other template languages."),
)
@click.option("--mark", is_flag=True, help=_("Write a copy beside it with a Word comment at each place."))
@options("schema", "json", "quiet", "language")
@click.pass_obj
def check(language: str, /, **asked: Any) -> int:
    """Run the checks of the bench and show what they found."""
    gc.disable()  # a short life that makes thousands of things and throws none away
    from batchreport.cli import work_bench_check

    return work_bench_check.run(language, **asked)


@template.command(
    help=_(
        "List every name that a template can use, with an example and the tag to paste. "
        "--docx writes them into a document to keep open beside the template."
    ),
    epilog=epilog("batchreport template fields", "batchreport template fields --docx fields.docx"),
)
@click.option("--markdown", "as_markdown", is_flag=True, help=_("Print them as Markdown."))
@click.option(
    "--docx",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write them into this Word document."),
)
@click.option("--rollup", is_flag=True, help=_("The names of the roll-up's template."))
@options("schema", "json", "language")
@click.pass_obj
def fields(language: str, /, **asked: Any) -> int:
    """List the names of a template."""
    from batchreport.cli import work_bench_fields

    return work_bench_fields.run(language, **asked)


@template.command(
    help=_(
        "Render a template with made-up data, or with a workbook, into out/preview/. "
        "FILE is the project's template if not given."
    ),
    epilog=epilog(
        "batchreport template preview",
        "batchreport template preview --data all --pdf",
        "batchreport template preview draft.docx --watch",
    ),
)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--data",
    type=click.Choice(["typical", "empty", "extreme", "all"]),
    default="typical",
    show_default=True,
    help=_("Made-up data: as usual, nothing filled in, or the longest texts and odd figures."),
)
@click.option(
    "--workbook",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Use this workbook instead of made-up data."),
)
@click.option("--rollup", is_flag=True, help=_("The template is a roll-up's."))
@click.option("--png", is_flag=True, help=_("Draw the pages as pictures too (LibreOffice and pdftoppm do it)."))
@click.option("--watch", is_flag=True, help=_("Render again whenever the template or the schema is saved."))
@options("out", "schema", "pdf", "language")
@click.pass_obj
def preview(language: str, /, **asked: Any) -> int:
    """Render a template to be looked at."""
    from batchreport.cli import work_bench_preview

    return work_bench_preview.run(language, **asked)


@template.command(
    help=_(
        "Make a working template of the schema, with every section and column; no file is overwritten. "
        "FILE is a new one beside the project's template if not given."
    ),
    epilog=epilog(
        "batchreport template new",
        "batchreport template new templates/draft.docx --look modern",
        "batchreport template new --rollup",
    ),
)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--look",
    type=click.Choice(["official", "modern"]),
    default="official",
    show_default=True,
    help=_("How it looks: as official papers do, or modern."),
)
@click.option(
    "--rollup", is_flag=True, help=_("Make the roll-up's: sums, counts, what is open, who has not submitted.")
)
@options("schema", "language")
@click.pass_obj
def new(language: str, /, **asked: Any) -> int:
    """Make a template of the schema."""
    from batchreport.cli import work_bench_new

    return work_bench_new.run(language, **asked)
