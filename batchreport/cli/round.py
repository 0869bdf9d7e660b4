"""This module defines the commands of the month's round, each a thin shell over one function of a lower floor."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchreport.cli.options import DRAFTS, DayType, epilog, options

if TYPE_CHECKING:
    from collections.abc import Callable

_STATES = ("awaited", "wrong-period", "doubled", "faulty", "returned")


def _letters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of letters."""
    for option in (
        click.option("--today", type=DayType(), metavar="DAY", hidden=True),
        click.option("--anew", is_flag=True, help=_("Go on after the archive was damaged, whatever was sent before.")),
        click.option("--again", is_flag=True, help=_("Send once more what was sent, refused, or may have been sent.")),
        click.option(
            "--limit", type=click.IntRange(1), metavar="N", help=_("Send at most so many letters in this run.")
        ),
        click.option("--deadline", type=DayType(), metavar="DAY", help=_("The day by which to answer: 2026-12-05.")),
        click.option("--dry-run", is_flag=True, help=_("Only show what would go to whom, and what not.")),
        click.option(
            "--drafts",
            type=click.Path(path_type=Path, file_okay=False),
            is_flag=False,
            flag_value=DRAFTS,
            metavar="[DIR]",
            help=_("Write the letters as drafts (.eml), to be sent from a mail program."),
        ),
    ):
        command = option(command)
    return command


@click.command(
    help=_(
        "Collect the workbooks that have come: out of FOLDERS (workbooks, zip files, mails saved as .eml, .msg or .mbox, "
        "in each other too) or the mailbox. The newest of each department lies in workbooks/ then."
    ),
    epilog=epilog("batchreport collect inbox/", "batchreport collect --imap --since 2026-12-01"),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--imap", is_flag=True, help=_("Read the mailbox that the settings name; it is not changed."))
@click.option(
    "--since", type=DayType(), metavar="DAY", help=_("Read what came to the mailbox since this day: 2026-12-01.")
)
@click.option(
    "--move",
    default="",
    metavar="FOLDER",
    help=_("Move messages whose workbooks were taken to this folder of the mailbox."),
)
@options("period", "out", "json", "quiet", "language")
@click.pass_obj
def collect(language: str, /, **asked: Any) -> int:
    """Run `incoming.collect` and show what came."""
    from batchreport.cli import work_collect

    return work_collect.run(language, **asked)


@click.command(
    help=_(
        "Mail each department its blank workbook, or what is to go back to it. Nobody is mailed twice, "
        "and a run that broke off goes on where it stopped."
    ),
    epilog=epilog(
        "batchreport send --period 2026-12 --dry-run", "batchreport send --marked", "batchreport send --drafts"
    ),
)
@click.option("--marked", is_flag=True, help=_("Return the workbooks with errors as marked copies."))
@click.option("--reports", is_flag=True, help=_("Send each department its finished report."))
@_letters
@options("period", "department", "out", "json", "quiet", "language")
@click.pass_obj
def send(language: str, /, **asked: Any) -> int:
    """Run `sending.deliver` and show what became of each letter."""
    from batchreport.cli import work_send

    return work_send.send(language, **asked)


@click.command(
    help=_("Remind the departments that are due: nothing came, or it is not in order. At most one letter a day."),
    epilog=epilog("batchreport remind", "batchreport remind --list", "batchreport remind --state awaited --dry-run"),
)
@click.option("--state", "states", type=click.Choice(_STATES), multiple=True, help=_("Only those in this state."))
@click.option("--list", "as_list", is_flag=True, help=_("Print who is due, ready to be pasted into a chat group."))
@_letters
@options("period", "department", "out", "json", "quiet", "language")
@click.pass_obj
def remind(language: str, /, **asked: Any) -> int:
    """Run `sending.deliver` for reminders and show what became of each letter."""
    from batchreport.cli import work_send

    return work_send.remind(language, **asked)


@click.command(
    help=_(
        "Do a round's work as far as it goes now: collect what has come, build what changed, write the page. "
        "Safe to run every hour; adds a line to run.log in the folder for what is made."
    ),
    epilog=epilog("batchreport run", "batchreport run --period 2026-11 --quiet"),
)
@options("period", "out", "jobs", "book", "pdf", "json", "quiet", "language")
@click.pass_obj
def run(language: str, /, **asked: Any) -> int:
    """Run `hourly.turn` and show how it went."""
    from batchreport.cli import work_run

    return work_run.run(language, **asked)


@click.command(
    help=_(
        "Show where every department stands: what was sent, what came back, what is wrong, who is late. "
        "Ends with 0 where all is in order, else with 1."
    ),
    epilog=epilog("batchreport status", "batchreport status --period 2026-11 --xlsx status.xlsx"),
)
@click.option("--today", type=DayType(), metavar="DAY", hidden=True)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write the table as a workbook too."),
)
@options("period", "out", "json", "quiet", "language")
@click.pass_obj
def status(language: str, /, **asked: Any) -> int:
    """Run `standing.standings` and show it."""
    from batchreport.cli import work_status

    return work_status.run(language, **asked)
