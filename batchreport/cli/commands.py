"""This module defines the commands, each a thin shell over one function of a lower floor."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

import batchreport as package
from batchreport.cli.bench import template
from batchreport.cli.options import DayType, PeriodType, Tracing, epilog, options
from batchreport.cli.round import collect, remind, run, send, status
from batchreport.cli.wide import Commands, Wide

click.Context.formatter_class = Wide


@click.group(
    cls=Commands,
    help=_(
        "batchreport turns the Excel workbooks that departments fill into finished Word reports, "
        "all of them at once, and loses nothing on the way."
    ),
    epilog=epilog("batchreport init", "batchreport build workbooks/"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@options("language")
@click.version_option(package.__version__, package_name="batchreport", prog_name="batchreport")
def batchreport() -> None:
    """Hold the commands."""


@batchreport.command(
    cls=Tracing,
    help=_("Make the Word report of every department: WORKBOOKS is one workbook, a folder, or a tree."),
    epilog=epilog("batchreport build workbooks/", "batchreport build workbooks/2026-11 --department D001"),
)
@options(
    "workbooks",
    "out or address",
    "schema",
    "template",
    "period",
    "department",
    "jobs",
    "cluster",
    "book",
    "pdf",
    "trace",
    "draft",
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
    epilog=epilog("batchreport check workbooks/2026-11", "batchreport check workbooks/2026-11 --mark"),
)
@options(
    "workbooks",
    "mark",
    "out or address",
    "schema",
    "period",
    "department",
    "jobs",
    "cluster",
    "json",
    "quiet",
    "language",
)
@click.pass_obj
def check(language: str, /, **options: Any) -> int:
    """Run `batch.check` and show how it went."""
    from batchreport.cli import work

    return work.check(language, **options)


@batchreport.command(
    help=_("Write one blank workbook per department of the roster, ready to be sent out."),
    epilog=epilog("batchreport prepare --period 2026-12 --deadline 2027-01-05"),
)
@click.option("--period", type=PeriodType(), help=_("The period to report: 2026-11, 2026-Q4, 2026-H2 or 2026."))
@click.option("--deadline", type=DayType(), metavar="DAY", help=_("The day by which to answer: 2026-12-05."))
@options("out", "schema", "department", "quiet", "language")
@click.pass_obj
def prepare(language: str, /, **options: Any) -> int:
    """Run `prepare.prepare` and list what was written."""
    from batchreport.cli import work

    return work.prepare(language, **options)


@batchreport.command(
    help=_("Lay down a working project in DIR: settings, roster, schema and template."),
    epilog=epilog("batchreport init", "batchreport init office --language zh"),
)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path())
@options("language")
@click.pass_obj
def init(language: str, /, folder: Path) -> int:
    """Run `init.init` and list what was written."""
    from batchreport.cli import work

    return work.init(language, folder)


for _command in (send, collect, remind, run, status, template):
    batchreport.add_command(_command)
