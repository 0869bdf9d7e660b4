"""This module lists the names of a template: on the terminal, as Markdown, as JSON, or as a cheat sheet in Word."""

from __future__ import annotations

import sys
from dataclasses import astuple
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batchreport.cli.show import near, print_json
from batchreport.files import said_clearly, write_whole
from batchreport.project import Project
from batchreport.report.bench.cheatsheet import cheat_sheet, markdown
from batchreport.report.bench.fields import fields, words
from batchreport.schema import parse_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.report.bench.fields import Field, Group


def run(
    language: str, *, schema: Path | None, as_markdown: bool, docx: Path | None, as_json: bool, rollup: bool
) -> int:
    """List every name that a template can use; return the exit code."""
    if as_json and as_markdown:
        raise click.UsageError(_("--json and --markdown are two forms of one list: choose one"))
    project = Project.find(Path.cwd())
    if docx is not None:
        project.let_write(docx, ".docx")
    kit = project.kit(schema, render=False)
    read = parse_schema(kit.schema, kit.schema_file)
    groups = fields(read, language, rollup=rollup)
    if docx is not None:
        with said_clearly(docx):
            write_whole(
                docx, cheat_sheet(groups, read.title_en if language == "en" and read.title_en else read.title, language)
            )
        click.echo(near(docx), err=as_json or as_markdown)  # stdout has the one document asked for
    if as_json:
        print_json(_as_object(groups))
    elif as_markdown:
        click.echo(markdown(groups, language), nl=False)
    elif docx is None:
        _show(groups, language)
    return 0


def _as_object(groups: Sequence[Group]) -> dict[str, object]:
    """Return the object that `--json` prints; docs/json.md describes its shape."""
    return {
        "command": "template fields",
        "exit_code": 0,
        "groups": [{"title": group.title, "names": [_field(field) for field in group.fields]} for group in groups],
    }


def _field(field: Field) -> dict[str, object]:
    return {
        "name": field.name,
        "other": field.other,
        "title": field.title,
        "type": field.type,
        "example": field.example,
        "snippets": [{"use": snippet.use, "text": snippet.text} for snippet in field.snippets],
    }


def _show(groups: Sequence[Group], language: str) -> None:
    if not sys.stdout.isatty():
        for group in groups:
            for one in group.fields:
                tags = "  ".join(snippet.text for snippet in one.snippets)
                click.echo("\t".join((group.title, *astuple(one)[:-1], tags)))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    name, other, what, _kind, example, write = words(language)["headings"]
    for group in groups:
        table = Table(title=Text(group.title), title_justify="left", box=None, pad_edge=False, header_style="bold")
        for heading, share in ((name, 3), (other, 3), (what, 3), (example, 3), (write, 6)):
            table.add_column(heading, ratio=share, overflow="fold")
        for one in group.fields:
            tags = "\n".join(snippet.text for snippet in one.snippets)
            shown = (one.name, one.other, one.title, one.example, tags)
            table.add_row(*(Text(text) for text in shown))
        console.print(table)
        console.print()
    click.echo(_("To keep it open beside the template: batchreport template fields --docx fields.docx"), err=True)
