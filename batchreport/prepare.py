"""This module writes the blank workbooks that go out, filled with what the departments sent in before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.errors import InputError, SettingsError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.findings import Place, error
from batchreport.found import find_workbooks
from batchreport.names import fold
from batchreport.packed import Earlier, key_of
from batchreport.project import BLANKS, SUBMISSIONS
from batchreport.rounds import sources
from batchreport.run.engine import processes, run_all
from batchreport.run.look import look
from batchreport.run.pipeline import Pipeline
from batchreport.workbook.blank import blank_workbook
from batchreport.workbook.enrolment import unfit
from batchreport.workbook.prefill import Prefill, with_earlier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.run.pipeline import Kit, Outcome
    from batchreport.submission import Submission
    from batchreport.workbook.roster import Department


@dataclass(frozen=True, slots=True)
class Prepared:
    """A blank workbook that was written; `follows` tells whether last period's workbook was there to fill it from."""

    path: Path
    department: Department
    follows: bool


def prepare(
    project: Project,
    period: Period,
    *,
    deadline: date | None = None,
    schema: Path | None = None,
    out: Path | None = None,
    departments: Sequence[str] = (),
) -> list[Prepared]:
    """Write the blank workbook of every department of the roster.

    What came before is taken from the project's workbooks of the previous period and of the year before, else from the
    archive; a department without them gets a workbook without figures. Raises `InputError` where there is no roster, or where none of its
    departments was asked for; `SettingsError` where the schema does not take the name or the code of one.
    """
    wanted = asked_for(project, departments)
    kit = project.kit(schema, render=False)
    pipeline = Pipeline.of(kit)
    if faults := [fault for one in wanted for fault in unfit(one, pipeline.schema, period)]:
        raise SettingsError(faults)
    needed = any(section.carry or section.recall for section in pipeline.schema.sections)
    previous = _reported(project, kit, pipeline, period.previous) if needed else {}
    year_before = _reported(project, kit, pipeline, period.year_before) if needed else {}
    deadline = deadline or project.deadline(period)
    paths = blank_paths(project, period, out)
    written = []
    for one in wanted:
        key = key_of(one.code, one.name)
        prefill = Prefill(one.code, one.name, period, deadline=deadline, contact=project.settings.contact)
        prefill = with_earlier(prefill, pipeline.schema, previous.get(key), year_before.get(key))
        path = paths[one.code]
        with said_clearly(path):
            write_whole(path, blank_workbook(pipeline.schema, prefill))
        written.append(Prepared(path, one, key in previous))
    return written


def blank_paths(project: Project, period: Period, out: Path | None = None) -> dict[str, Path]:
    """Return where the blank workbook of each department belongs, by its code."""
    folder = (out or project.out) / str(period) / BLANKS
    names: set[str] = set()
    return {one.code: folder / f"{_name(one, names)}.xlsx" for one in project.roster()}


def asked_for(project: Project, departments: Sequence[str]) -> list[Department]:
    """Return the departments of the roster that were asked for, or all; raises `InputError` where there is none."""
    roster = project.roster()
    if not roster:
        raise InputError([error("input-no-roster", Place(file=project.settings.roster))])
    asked = {fold(text) for text in departments}
    wanted = [one for one in roster if not asked or asked & {fold(one.code), fold(one.name)}]
    if not wanted:
        raise InputError([error("input-no-department", Place(), found=tuple(departments))])
    return wanted


def _reported(project: Project, kit: Kit, pipeline: Pipeline, period: Period) -> dict[str, Submission]:
    """Return what each department reported for a period: by its workbook, where that is at hand, else by the archive.

    One whose code has changed since is known by its name, where no other has the code of then.
    """
    history, _ = look(project.archive(), [period])
    known: dict[str, bytes | None] = {key: packed for key, one in history.items() for packed in one.values()}
    known |= _sent_in(project, kit, pipeline, period)
    reported = {key: Earlier(period, packed).submission for key, packed in known.items() if packed is not None}
    keys = {key_of(one.code, one.name): fold(one.name) for one in project.roster()}
    gone = {fold(said.name): said for key, said in reported.items() if key not in keys}
    return {key: gone[name] for key, name in keys.items() if name in gone} | reported


def _sent_in(project: Project, kit: Kit, pipeline: Pipeline, period: Period) -> dict[str, bytes | None]:
    """Return what the workbooks of a period say, by department: the latest revision; of two alike neither counts."""
    try:
        workbooks = find_workbooks(project.root / SUBMISSIONS, period, besides=project.not_workbooks)
    except InputError:  # nothing came before
        return {}
    latest: dict[str, Outcome] = {}
    doubled: set[str] = set()
    for outcome in run_all(kit, sources(workbooks), processes(None, len(workbooks)), pipeline):
        known = latest.get(outcome.key)
        if outcome.records is None or outcome.period != period or (known and known.revision > outcome.revision):
            continue
        if outcome.disputed or (known and known.made_from == outcome.made_from):
            continue
        alike = known is not None and known.revision == outcome.revision
        (doubled.add if alike else doubled.discard)(outcome.key)
        latest[outcome.key] = outcome
    return {key: None if key in doubled else outcome.records for key, outcome in latest.items()}


def _name(department: Department, taken: set[str]) -> str:
    """Return a file name that no other department has, on systems that ignore case too."""
    name = safe_name(department.name)
    if name.casefold() in taken:
        name = f"{name} ({safe_name(department.code)})"
    taken.add(name.casefold())
    return name
