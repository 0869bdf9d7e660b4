"""This module says what is to go to which department: a blank workbook, a marked copy, a report, a reminder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batchreport import batch
from batchreport.errors import InputError
from batchreport.files import safe_name
from batchreport.findings import Finding, Place, error, note
from batchreport.found import find_workbooks
from batchreport.names import fold
from batchreport.postroom.prepared import few
from batchreport.prepare import asked_for, blank_paths, prepare
from batchreport.project import SUBMISSIONS
from batchreport.run.archive import digest_of
from batchreport.standing import standings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.run.post import Kind
    from batchreport.standing import Standing
    from batchreport.workbook.roster import Department

DUE = ("awaited", "wrong-period", "doubled", "faulty", "returned")
"""The states in which a department is to be reminded."""
_WITH_BLANK = frozenset({"awaited", "wrong-period"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to go to one department: `path` is the file to be attached, None for none or not yet made.

    `digest` is by what it is known that it was sent: of what it brings, of a reminder its day.
    """

    department: Department
    kind: Kind
    digest: str = ""
    path: Path | None = None
    state: str = ""
    findings: tuple[Finding, ...] = ()
    days_late: int = 0


Made = tuple[Parcel, tuple[Finding, ...]]
"""A parcel with what it brings, and what is to be said where that cannot be had."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For what, for whom and on which day parcels are asked for; `out` is the folder for what is made."""

    project: Project
    period: Period
    out: Path
    today: date
    language: str
    departments: tuple[str, ...] = ()
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Parcels:
    """What is to go out; `make` makes what some of the parcels bring, and writes it down."""

    parcels: tuple[Parcel, ...]
    make: Callable[[Sequence[Parcel]], Sequence[Made]] = lambda parcels: [(one, ()) for one in parcels]
    findings: tuple[Finding, ...] = ()


def blanks(asked: Asked) -> Parcels:
    """Return the blank workbooks: as they lie prepared, else they are prepared.

    Raises `InputError` where there is no roster, or where none of its departments was asked for.
    """
    wanted = asked_for(asked.project, asked.departments)
    paths = blank_paths(asked.project, asked.period, asked.out)
    there = {code: path for code, path in paths.items() if path.is_file()}
    said = (
        [note("letter-blanks-there", Place(), deadline=asked.deadline.isoformat())] if asked.deadline and there else []
    )
    return Parcels(
        tuple(Parcel(one, "blank", path=there.get(one.code)) for one in wanted),
        lambda parcels: _with_blanks(asked, parcels),
        (*asked.project.remarks_on(asked.deadline, asked.period), *said),
    )


def marked(asked: Asked) -> Parcels:
    """Return the marked copies of workbooks with errors, known by the workbook's bytes."""
    folder = asked.project.root / SUBMISSIONS
    found, findings = _standings(asked)
    faulty = [one for one in found if one.state in ("faulty", "returned") and one.errors and one.file]
    return Parcels(
        tuple(
            Parcel(
                one.department,
                "marked",
                _digest(folder / one.file),
                folder / one.file,
                one.state,
                one.findings,
                _late(asked, one),
            )
            for one in faulty
        ),
        lambda parcels: _with_marks(asked, parcels),
        findings,
    )


def reports(asked: Asked) -> Parcels:
    """Return the finished reports as they lie there, edited by hand or not."""
    found, findings = _standings(asked)
    good = [one for one in found if one.state == "good"]
    unbuilt = [one.department.name for one in good if not one.report]
    missing = (error("letter-no-report", Place(), count=len(unbuilt), names=few(unbuilt)),) if unbuilt else ()
    folder = asked.project.archive(asked.out).parent
    built = [(one, folder / one.report) for one in good if one.report]
    return Parcels(
        tuple(Parcel(one.department, "report", _digest(path), path, one.state) for one, path in built),
        findings=(*findings, *missing),
    )


def reminders(asked: Asked, states: Sequence[str] = ()) -> Parcels:
    """Return the reminders to departments in these states, or in all that are due; a blank workbook goes along if it is missing.

    Whom no blank workbook was sent to is not reminded of it, and named.
    """
    found, findings = _standings(asked)
    due = [one for one in found if one.state in DUE and one.state in (states or DUE)]
    paths = blank_paths(asked.project, asked.period, asked.out)
    parcels = []
    for one in due:
        path = paths.get(one.department.code) if one.state in _WITH_BLANK else None
        said = one.findings if one.state in ("faulty", "returned") else ()
        digest = f"{asked.today} {one.state}"
        parcels.append(Parcel(one.department, "reminder", digest, path, one.state, said, _late(asked, one)))
    said = (*findings, *asked.project.remarks_on(asked.deadline, asked.period))
    unsent = [] if states else [one.department.name for one in found if one.state == "unsent"]
    if unsent:
        details = {"count": len(unsent), "names": few(unsent), "period": str(asked.period)}
        said = (*said, note("letter-blank-first", Place(), **details))
    return Parcels(tuple(parcels), lambda parcels: _with_blanks(asked, parcels), said)


def attachment_name(asked: Asked, parcel: Parcel, form: str) -> str:
    """Return the name under which a parcel's file goes: "实验小学 2026年11月工作总结.xlsx"."""
    if parcel.path is None and parcel.kind != "blank":
        return ""
    between = "" if asked.language == "zh" else " "
    label = asked.period.label(asked.language)
    suffix = ".docx" if parcel.kind == "report" else ".xlsx"
    return safe_name(f"{parcel.department.name} {label}{between}{form}") + suffix


def picked(asked: Asked, items: Sequence[Standing]) -> list[Standing]:
    """Return those of the departments that were asked for, or all; raises `InputError` where there is none of these."""
    names = {fold(text) for text in asked.departments}
    found = [one for one in items if not names or names & {fold(one.department.code), fold(one.department.name)} - {""}]
    if names and not found:
        raise InputError([error("input-no-department", Place(), found=asked.departments)])
    return found


def _standings(asked: Asked) -> tuple[list[Standing], tuple[Finding, ...]]:
    known = standings(asked.project, asked.period, out=asked.out)
    return picked(asked, known.items), known.findings


def _digest(path: Path) -> str:
    """Return the digest of a file; "" for one that cannot be read, which is said when it is to go."""
    try:
        return digest_of(path.read_bytes())
    except OSError:
        return ""


def _late(asked: Asked, standing: Standing) -> int:
    deadline = asked.deadline or asked.project.deadline(asked.period)
    return max((asked.today - deadline).days, 0) if deadline and standing.state != "good" else 0


def _with_blanks(asked: Asked, parcels: Sequence[Parcel]) -> list[Made]:
    """Prepare the blank workbooks that are not there."""
    paths = blank_paths(asked.project, asked.period, asked.out)
    wanted = [one.department.code for one in parcels if one.kind == "blank" or one.path]
    if missing := [code for code in wanted if code in paths and not paths[code].is_file()]:
        prepare(asked.project, asked.period, deadline=asked.deadline, out=asked.out, departments=missing)
    made: list[Made] = []
    for one in parcels:
        path = paths.get(one.department.code) if one.department.code in wanted else None
        digest = digest_of(path.read_bytes()) if path and one.kind == "blank" else one.digest
        made.append((replace(one, path=path, digest=digest), ()))
    return made


def _with_marks(asked: Asked, parcels: Sequence[Parcel]) -> list[Made]:
    """Write the marked copies of workbooks; where there is none, as of a file that cannot be opened, that is said."""
    wanted = {one.path for one in parcels}
    kit = replace(asked.project.kit(render=False), mark=asked.language)
    besides = asked.project.not_workbooks
    found = [
        one
        for one in find_workbooks(asked.project.root / SUBMISSIONS, asked.period, besides=besides)
        if one.path in wanted
    ]
    run = batch.check(asked.project, kit, found, batch.Options(out=asked.out), lambda _: None)
    copies = {done.outcome.file: done.marked for done in run.done}
    files = {one.path: one.file for one in found}
    made: list[Made] = []
    for one in parcels:
        file = files[one.path] if one.path else ""
        copy = copies.get(file)
        said = () if copy else (error("letter-no-copy", Place(file=file)),)
        made.append((replace(one, path=copy), said))
    return made
