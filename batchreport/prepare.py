"""This module writes the blank workbooks that go out, filled with what the departments sent in before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from batchreport.errors import InputError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.findings import Place, error
from batchreport.names import fold
from batchreport.project import find_workbooks
from batchreport.run.pipeline import Pipeline, Source
from batchreport.workbook.blank import blank_workbook
from batchreport.workbook.prefill import Prefill, with_earlier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.submission import Submission
    from batchreport.workbook.roster import Department

WORKBOOKS = "workbooks"
"""The project's folder of submissions, one folder a period in it."""


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

    What came before is taken from the project's workbooks of the previous period and of the year before; a department
    without them gets a workbook without figures. Raises `InputError` where there is no roster, or where none of its
    departments was asked for.
    """
    wanted = _wanted(project, departments)
    pipeline = Pipeline.of(project.kit(schema, render=False))
    needed = any(section.carry or section.recall for section in pipeline.schema.sections)
    previous = _submissions(project, pipeline, period.previous) if needed else {}
    year_before = _submissions(project, pipeline, period.year_before) if needed else {}
    days = project.settings.deadline_days
    deadline = deadline or (period.end + timedelta(days=days) if days else None)
    folder = (out or project.out) / str(period) / "blank"
    names: set[str] = set()
    written = []
    for one in wanted:
        prefill = Prefill(one.code, one.name, period, deadline=deadline, contact=project.settings.contact)
        prefill = with_earlier(prefill, pipeline.schema, previous.get(one.code), year_before.get(one.code))
        path = folder / f"{_name(one, names)}.xlsx"
        with said_clearly(path):
            write_whole(path, blank_workbook(pipeline.schema, prefill))
        written.append(Prepared(path, one, one.code in previous))
    return written


def _wanted(project: Project, departments: Sequence[str]) -> list[Department]:
    roster = project.roster()
    if not roster:
        raise InputError([error("input-no-roster", Place(file=project.settings.roster))])
    asked = {fold(text) for text in departments}
    wanted = [one for one in roster if not asked or asked & {fold(one.code), fold(one.name)}]
    if not wanted:
        raise InputError([error("input-no-department", Place(), found="、".join(departments))])
    return wanted


def _submissions(project: Project, pipeline: Pipeline, period: Period) -> dict[str, Submission]:
    """Return what each department, by code, sent in for a period: the latest revision; of two alike neither counts."""
    folder = project.root / WORKBOOKS
    try:
        workbooks = find_workbooks(folder, period, besides=project.not_workbooks)
    except InputError:  # nothing came before
        return {}
    latest: dict[str, Submission] = {}
    doubled: set[str] = set()
    for found in workbooks:
        try:
            data = found.path.read_bytes()
        except OSError:
            continue
        submission = pipeline.read(Source(found.file, data, found.path.stem, found.period))
        known = latest.get(submission.department)
        if submission.period != period or (known and known.revision > submission.revision):
            continue
        alike = known is not None and known.revision == submission.revision
        (doubled.add if alike else doubled.discard)(submission.department)
        latest[submission.department] = replace(submission, sheets={})
    return {code: submission for code, submission in latest.items() if code and code not in doubled}


def _name(department: Department, taken: set[str]) -> str:
    """Return a file name that no other department has, on systems that ignore case too."""
    name = safe_name(department.name)
    if name.casefold() in taken:
        name = f"{name} ({safe_name(department.code)})"
    taken.add(name.casefold())
    return name
