"""This module looks where each department of a period stands: at the letters, the workbooks that lie there, the archive."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.errors import InputError, TemplateError
from batchreport.files import safe_name
from batchreport.findings import Place, error
from batchreport.found import find_workbooks
from batchreport.packed import periods_before
from batchreport.period import Period
from batchreport.project import BLANKS, SUBMISSIONS
from batchreport.rounds import sources
from batchreport.run.engine import processes, run_all
from batchreport.run.entry import Entry
from batchreport.run.ledger import Ledger, digest_of_kit, digests
from batchreport.run.past import Past, behind
from batchreport.run.post import look_post
from batchreport.run.stand import STATES, Came, Mail, Standing, Standings, State, There, settled, uncounted
from batchreport.run.unused import unused
from batchreport.settings import SETTINGS
from batchreport.shelf import Shelf
from batchreport.workdays import holidays_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.findings import Finding
    from batchreport.found import Found
    from batchreport.project import Project
    from batchreport.run.outcome import Kit, Outcome

__all__ = [
    "STATES",
    "Standing",
    "Standings",
    "State",
    "current_period",
    "findings_of",
    "mail_of",
    "on_disk",
    "standings",
]


def current_period(project: Project, out: Path | None = None) -> Period:
    """Return the latest period that something was sent for, else the latest that was prepared or has a folder of workbooks.

    Raises `InputError` where there is none.
    """
    archive = project.archive(out)
    letters, _ = look_post(archive, None)
    sent = [period for letter in letters if (period := Period.parse(letter.period))]
    folder = project.root / SUBMISSIONS
    prepared = (each for each in _folders(archive.parent) if (each / BLANKS).is_dir())  # handed out without mail
    there = [period for each in (*_folders(folder), *prepared) if (period := Period.parse(each.name))]
    known = sent or there
    if not known:
        raise InputError([error("input-no-round", Place(file=str(folder)))])
    return max(known, key=lambda period: (period.end, period.start))


def standings(project: Project, period: Period, *, out: Path | None = None) -> Standings:
    """Return where every department stands in a period, without changing a byte.

    A workbook that `build` has seen as it is is not read again; the others are checked.
    """
    archive = project.archive(out)
    past = Past(archive)
    came = tuple(_came(project, period, archive, past))
    there = on_disk(project, archive.parent, period)
    mail = mail_of(project, period, archive)
    items = settled(period, project.roster(), came, mail, there)
    said = (*past.findings, *findings_of(project), *unused(period, mail.receipts, items, there.digest))
    said += uncounted(came, items)
    return Standings(period, project.deadline(period), items, said)


def mail_of(project: Project, period: Period, archive: Path) -> Mail:
    """Return what is known of the letters of a period, and of all workbooks that came."""
    letters, receipts = look_post(archive)
    mine = tuple(letter for letter in letters if letter.period == str(period))
    account = project.settings.mail
    return Mail(mine, receipts, used=bool(account.from_ or account.user))


def findings_of(project: Project) -> tuple[Finding, ...]:
    """Return what is to be said of how deadlines are reckoned."""
    settings = project.settings
    finding = holidays_unknown(settings.holidays, SETTINGS) if settings.deadline_days else None
    return (finding,) if finding else ()


def on_disk(project: Project, out: Path, period: Period) -> There:
    """Return what tells which marked copies are there, and the digests of workbooks."""
    copies = frozenset(path.name for path in (out / str(period) / "marked").glob("*.xlsx"))

    def marked(name: str) -> str:
        file = f"{safe_name(name)}.xlsx"
        return f"{period}/marked/{file}" if file in copies else ""

    return There(marked, lambda file: digests([project.root / SUBMISSIONS / file])[0], copies)


def _came(project: Project, period: Period, archive: Path, past: Past) -> Iterator[Came]:
    """Yield the workbooks that lie there for a period, in order of their paths."""
    folder = project.root / SUBMISSIONS
    try:
        found = find_workbooks(folder, period, besides=project.not_workbooks)
    except InputError:  # nothing has come
        return
    shelf = Shelf(None, past)
    for entry in _entries(project, period, found, archive, past):
        if entry.outcome.period == period or "period-wrong" in {one.code for one in entry.outcome.findings}:
            shelf.put(entry)
    for done in shelf.done:
        report = done.entry.path if done.entry and (archive.parent / done.entry.path).is_file() else ""
        yield Came(done.outcome, done.outcome.file, report)


def _entries(project: Project, period: Period, found: Sequence[Found], archive: Path, past: Past) -> Iterator[Entry]:
    """Yield what became of each workbook: as the last build left it, where nothing has changed since, else checked now."""
    kit = _kit(project)
    known = past.digests(periods_before(period))
    unchanged = _unchanged(project.root / SUBMISSIONS, found, archive, digest_of_kit(kit))
    unchanged = {file: one for file, one in unchanged.items() if behind(known, one.outcome) == one.behind}
    rest = [one for one in found if one.file not in unchanged]
    checked = _checked(kit, period, rest, past)
    for one in found:
        yield unchanged.get(one.file) or Entry(next(checked))


def _kit(project: Project) -> Kit:
    try:
        return project.kit()
    except TemplateError:  # where one stands can be said all the same
        return project.kit(render=False)


def _unchanged(folder: Path, found: Sequence[Found], archive: Path, kit: str) -> dict[str, Entry]:
    """Return the entries of the ledger, of whatever folder in `folder` the last build was."""
    return Ledger(archive, folder, kit).unchanged({one.file: (one.path, one.period) for one in found})


def _checked(kit: Kit, period: Period, found: Sequence[Found], past: Past) -> Iterator[Outcome]:
    if found:
        from batchreport.run.pipeline import Pipeline  # noqa: PLC0415  (where nothing has changed none is needed)

        kit = replace(kit, template=b"", template_file="", past=past.of(periods_before(period)))
        yield from run_all(kit, sources(found), processes(None, len(found)), Pipeline.of(kit))


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir()]
