"""This module does what a round needs from hour to hour: it collects what came, builds what changed, and keeps a log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batchreport.batch import Options, Run, build
from batchreport.errors import BatchReportError, InputError
from batchreport.files import said_clearly
from batchreport.findings import Severity
from batchreport.found import find_workbooks, passed_over
from batchreport.postroom.incoming import Asked, collect
from batchreport.project import SUBMISSIONS
from batchreport.run.alone import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from batchreport.findings import Finding
    from batchreport.found import Found
    from batchreport.period import Period
    from batchreport.postroom.collect import Collected
    from batchreport.project import Project
    from batchreport.run.pipeline import Outcome

LOCK = ".running"
"""The file that keeps two runs from going on at the same time."""
LOG = "run.log"
"""The file in the folder for what is made that has a line for each run."""
_FAILED = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """One run: what came, what was built of it (None where there are no workbooks yet), and why nothing could be collected."""

    period: Period
    collected: tuple[Collected, ...] = ()
    run: Run | None = None
    failure: tuple[Finding, ...] = ()

    @property
    def refused(self) -> int:
        """How many things came that cannot be used."""
        return sum(one.state == "refused" and any(_is_error(f) for f in one.findings) for one in self.collected)

    @property
    def exit_code(self) -> int:
        """0 all well; 1 something came that is faulty or cannot be used; 2 nothing could be collected."""
        if self.failure:
            return _FAILED
        return 1 if self.refused or (self.run and self.run.exit_code) else 0


@dataclass(frozen=True, slots=True)
class Teller:
    """Who hears how a run goes: of each thing that came, how many workbooks there are, each outcome, each document begun."""

    came: Callable[[Collected], None]
    found: Callable[[int], None]
    tell: Callable[[Outcome], None]
    begin: Callable[[str], None]


def turn(project: Project, period: Period, language: str, options: Options, teller: Teller) -> Turn:
    """Collect from the mailbox and the folder that the settings name, then build the period; what has not changed stays.

    A mailbox that cannot be read does not keep from being built what is there. Raises `OutputError` where another run
    is going on, and what `build` raises.
    """
    out = options.out or project.out
    with alone(out / LOCK):
        collected: list[Collected] = []
        failure: tuple[Finding, ...] = ()
        try:
            for one in _incoming(project, period, options, language):
                collected.append(one)
                teller.came(one)
        except BatchReportError as problem:
            failure = problem.findings
        ended = Turn(period, tuple(collected), failure=failure)
        found = _workbooks(project, period, out)
        if not found:
            return ended
        teller.found(len(found))
        options = replace(options, period=period)
        run = build(project, project.kit(), found, options, teller.tell, teller.begin)
        others = passed_over(project.root / SUBMISSIONS, period, besides=(*project.not_workbooks, out))
        return replace(ended, run=replace(run, findings=(*others, *run.findings)))


def log_line(turn: Turn | BatchReportError, began: datetime, seconds: float) -> str:
    """Return the line of the log for a run: when it began, what came, what was built, and how it ended."""
    start = began.isoformat(timespec="seconds")
    if isinstance(turn, BatchReportError):
        return f"{start} exit={turn.exit_code} seconds={seconds:.1f} failed: {turn.findings[0].line('en')}"
    states = [one.state for one in turn.collected]
    figures = {"collected": states.count("taken"), "superseded": states.count("superseded"), "refused": turn.refused}
    if turn.run is not None:
        faulty = sum(not done.outcome.good for done in turn.run.done)
        figures |= {"workbooks": len(turn.run.done), "reports": turn.run.reports}
        figures |= {"unchanged": turn.run.unchanged, "faulty": faulty}
    told = " ".join(f"{name}={number}" for name, number in figures.items())
    line = f"{start} period={turn.period} exit={turn.exit_code} {told} seconds={seconds:.1f}"
    return f"{line} not collected: {turn.failure[0].line('en')}" if turn.failure else line


def keep_log(project: Project, options: Options, line: str) -> None:
    """Add a line to the log; raises `OutputError` where it cannot be written."""
    path = (options.out or project.out) / LOG
    with said_clearly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{' '.join(line.split())}\n")


def _incoming(project: Project, period: Period, options: Options, language: str) -> Iterator[Collected]:
    """Yield what came, by the ways that the settings name."""
    settings = project.settings
    folders = (project.root / settings.inbox,) if settings.inbox else ()
    imap = settings.mail.imap is not None
    if folders or imap:
        yield from collect(project, Asked(folders, imap, period, out=options.out), language)


def _workbooks(project: Project, period: Period, out: Path) -> list[Found]:
    try:
        return find_workbooks(project.root / SUBMISSIONS, period, besides=(*project.not_workbooks, out))
    except InputError:  # nobody has answered yet
        return []


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR
