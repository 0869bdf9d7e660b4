"""This module defines the commands, each a thin shell over one function of a lower floor."""

from __future__ import annotations

from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import batchreport as package

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.period import Period


def _epilog(*examples: str) -> str:
    """Return examples as click prints them, line by line."""
    return "\b\n" + "\n".join([_("Example:"), *(f"  {example}" for example in examples)])


class PeriodType(click.ParamType[Any]):
    """A period, as `Period.parse` understands it."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Return the period that the option says; fails with a usage error."""
        from batchreport.period import Period

        if isinstance(value, Period):
            return value
        period = Period.parse(value)
        if period is None:
            self.fail(
                _("“{}” is not a period; write it like 2026-11, 2026-Q4, 2026-H2 or 2026").format(value), param, ctx
            )
        return period


class DayType(click.ParamType[Any]):
    """A day, written like 2026-12-05."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that the option says; fails with a usage error."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(_("“{}” is not a day; write it like 2026-12-05").format(value), param, ctx)


_FILE = click.Path(path_type=Path, dir_okay=False)


def _options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command the named options, in that order."""
    known = {
        "workbooks": click.argument("workbooks", type=click.Path(path_type=Path), default=Path("workbooks")),
        "schema": click.option("--schema", type=_FILE, metavar="FILE", help=_("Schema to use instead of the project's.")),
        "template": click.option("--template", type=_FILE, metavar="FILE", help=_("Template to use instead of the project's.")),
        "period": click.option("--period", type=PeriodType(), metavar="PERIOD", help=_("Only this period: 2026-11, 2026-Q4, 2026-H2 or 2026.")),
        "department": click.option(
            "--department", multiple=True, metavar="NAME", help=_("Only this department (name or code); may be given more than once.")
        ),
        "out": click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help=_("Folder for what is made.")),
        "jobs": click.option(
            "--jobs", type=Jobs(), metavar="N|auto", default="auto", show_default=True, help=_("Processes to use: a number, or auto.")
        ),
        "dry_run": click.option("--dry-run", is_flag=True, help=_("Do everything but write.")),
        "force": click.option("--force", is_flag=True, help=_("Build all, changed or not, and overwrite reports that were edited by hand.")),
        "book": click.option("--book", is_flag=True, help=_("Bind all reports of the period into one document.")),
        "pdf": click.option("--pdf", is_flag=True, help=_("Make a PDF of every document too (LibreOffice does it).")),
        "mark": click.option("--mark", is_flag=True, help=_("Write a marked copy of every workbook that has errors or warnings.")),
        "json": click.option("--json", "as_json", is_flag=True, help=_("Print the result as one JSON document.")),
        "quiet": click.option("--quiet", is_flag=True, help=_("Say nothing but errors.")),
        "language": click.option("--language", type=click.Choice(["zh", "en"]), expose_value=False, help=_("Language of messages.")),
    }  # fmt: skip

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = known[name](command)
        return command

    return decorate


class Jobs(click.ParamType[Any]):
    """A number of processes, or "auto" (None)."""

    name = "jobs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Return the number, or None for "auto"; fails with a usage error."""
        if value is None or value == "auto":
            return None
        if not str(value).isdigit() or not int(value):
            self.fail(_("“{}” is neither a number of processes nor auto").format(value), param, ctx)
        return int(value)


@click.group(
    help=_(
        "batchreport turns the Excel workbooks that departments fill into finished Word reports, "
        "all of them at once, and loses nothing on the way."
    ),
    epilog=_epilog("batchreport init", "batchreport build workbooks/"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package.__version__, package_name="batchreport", prog_name="batchreport")
def batchreport() -> None:
    """Hold the commands."""


@batchreport.command(
    help=_("Make the Word report of every department: WORKBOOKS is one workbook, a folder, or a tree."),
    epilog=_epilog("batchreport build workbooks/", "batchreport build workbooks/2026-11 --department D001"),
)
@_options(
    "workbooks",
    "out",
    "schema",
    "template",
    "period",
    "department",
    "jobs",
    "book",
    "pdf",
    "dry_run",
    "force",
    "json",
    "quiet",
    "language",
)
@click.pass_obj
def build(language: str, /, **options: Any) -> int:
    """Run `batch.build` and show how it went."""
    from batchreport.cli import work

    return work.build(language, **options)


@batchreport.command(
    help=_("Check workbooks and say what is wrong, cell by cell; only --mark writes something."),
    epilog=_epilog("batchreport check workbooks/2026-11", "batchreport check workbooks/2026-11 --mark"),
)
@_options("workbooks", "mark", "out", "schema", "period", "department", "jobs", "json", "quiet", "language")
@click.pass_obj
def check(language: str, /, **options: Any) -> int:
    """Run `batch.check` and show how it went."""
    from batchreport.cli import work

    return work.check(language, **options)


@batchreport.command(
    help=_("Write one blank workbook per department of the roster, ready to be sent out."),
    epilog=_epilog("batchreport prepare --period 2026-12 --deadline 2027-01-05"),
)
@click.option(
    "--period", type=PeriodType(), required=True, help=_("The period to report: 2026-11, 2026-Q4, 2026-H2 or 2026.")
)
@click.option("--deadline", type=DayType(), metavar="DAY", help=_("The day by which to answer: 2026-12-05."))
@_options("out", "schema", "department", "quiet", "language")
@click.pass_obj
def prepare(language: str, /, **options: Any) -> int:
    """Run `prepare.prepare` and list what was written."""
    from batchreport.cli import work

    return work.prepare(language, **options)


@batchreport.command(
    help=_("Lay down a working project in DIR: settings, roster, schema and template."),
    epilog=_epilog("batchreport init", "batchreport init office --language zh"),
)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path())
@_options("language")
@click.pass_obj
def init(language: str, /, folder: Path) -> int:
    """Run `batch.init` and list what was written."""
    from batchreport.cli import work

    return work.init(language, folder)
