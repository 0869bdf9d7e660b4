"""This module makes the sheets of a roll-up: every record of every department, the findings, who has submitted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.findings import Severity
from batchreport.report.grammar.inputs import EXACT
from batchreport.report.rollup.context import state
from batchreport.report.rollup.overview import Overview
from batchreport.report.rollup.spreadsheet import Sheet, workbook
from batchreport.report.rollup.units import is_percent
from batchreport.report.rollup.words import WORDS
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from batchreport.report.rollup.coverage import Department
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.rollup.words import Words
    from batchreport.schema import Column, Section
    from batchreport.submission import Record

_MOST = 1_000_000  # rows of a sheet; Excel has 1,048,576
_LONGEST_NAME = 31


def rollup_xlsx(rollup: Rollup) -> bytes:
    """Return 汇总.xlsx: figures by indicator and department, each section's records, findings, who has submitted.

    The same bytes for the same roll-up. Values are written as they were understood; a text stays a text whatever it
    begins with. What is summed is a formula with its result.
    """
    words = WORDS[rollup.schema.language]
    return workbook(list(_named(_sheets(rollup, words))), words.font)


def records_frame(rollup: Rollup, section: Section) -> pd.DataFrame:
    """Return every record of a section over all departments, with the department and the first cell in front."""
    import pandas as pd  # noqa: PLC0415  (a second of start-up that only a roll-up needs)

    words, language = WORDS[rollup.schema.language], rollup.schema.language
    front = [words.department, words.code, words.file, words.cell]
    headings = [*front, *(column.heading(language) for column in section.columns)]
    rows = [
        [*_front(department, section, record), *(_shown(record.values.get(key), words) for key in section.by_key)]
        for department in rollup.included
        for record in department.records(section.key)
    ]
    return pd.DataFrame(rows, columns=unique(headings), dtype=object)


def _front(department: Department, section: Section, record: Record) -> list[Any]:
    place = (
        department.submission.place(section.key, next(iter(record.cells.values()), ""))
        if department.submission
        else None
    )
    return [department.name, department.code, department.file, f"{place.sheet}!{place.cell}" if place else ""]


def _shown(value: Any, words: Words) -> Any:
    """Return a value as a cell can hold it."""
    match value:
        case bool():
            return words.yes if value else words.no
        case tuple():
            return words.join.join(map(str, value))
        case Picture():
            return words.picture + value.alt
        case _:
            return value


def _sheets(rollup: Rollup, words: Words) -> Iterator[Sheet]:
    yield Overview(rollup, words).sheet(words.overview)
    for section in rollup.schema.sections:
        frame = records_frame(rollup, section)
        kinds = [*("text",) * 4, *(_kind(column) for column in section.columns)]
        totals = {at + 4: _sum(frame.iloc[:, at + 4]) for at, column in enumerate(section.columns) if _adds_up(column)}
        whole = len(frame) <= _MOST
        for start in range(0, max(len(frame), 1), _MOST):
            part = frame.iloc[start : start + _MOST]
            yield Sheet(section.heading(rollup.schema.language), part, kinds, words.total, totals if whole else {})
    yield _findings(rollup, words)
    yield _submissions(rollup, words)


def _kind(column: Column) -> str:
    if column.type in ("integer", "year"):
        return "integer"
    return column.type if column.type in ("number", "percent", "money", "date") else "text"


def _adds_up(column: Column) -> bool:
    """Tell whether a column's numbers are all in one unit, and amounts."""
    return bool(column.base_unit) and not is_percent(column.base_unit) and column.type not in ("percent", "year")


def _sum(values: Iterable[Any]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value) if isinstance(value, Decimal) else total
    return total


def _findings(rollup: Rollup, words: Words) -> Sheet:
    language = rollup.schema.language
    headings = [
        words.department,
        words.code,
        words.file,
        words.sheet,
        words.cell,
        words.severity,
        words.what,
        words.remedy,
    ]
    rows = [
        [
            *(department.name, department.code, finding.place.file or department.file),
            *(finding.place.sheet, finding.place.cell, words.severities[finding.severity]),
            *(finding.what(language), finding.remedy(language)),
        ]
        for department in rollup.departments
        for finding in (department.submission.findings if department.submission else ())
    ]
    return _sheet(words.findings, rows, headings, ["text"] * len(headings))


def _submissions(rollup: Rollup, words: Words) -> Sheet:
    headings = [words.department, words.code, words.state, words.filled_on, words.days_late, words.file, *words.counts]
    rows = [
        [
            *(department.name, department.code, state(department, rollup.schema.language), department.filled_on),
            *(department.days_late or None, department.file),
            *((department.count(severity) if department.submission else None) for severity in reversed(Severity)),
        ]
        for department in rollup.departments
    ]
    kinds = ["text", "text", "text", "date", "integer", "text", "integer", "integer", "integer"]
    return _sheet(words.submissions, rows, headings, kinds)


def _sheet(name: str, rows: Sequence[Sequence[Any]], headings: Sequence[str], kinds: Sequence[str]) -> Sheet:
    import pandas as pd  # noqa: PLC0415  (a second of start-up that only a roll-up needs)

    return Sheet(name, pd.DataFrame(rows, columns=list(headings), dtype=object), kinds)


def unique(headings: Iterable[str]) -> list[str]:
    """Return headings of which no two are the same to Excel: a later one has a number behind it."""
    made: dict[str, str] = {}
    for heading in headings:
        name, number = heading, 2
        while name.casefold() in made:
            name, number = f"{heading} {number}", number + 1
        made[name.casefold()] = name
    return list(made.values())


def _named(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Give each sheet a name that Excel takes and no other sheet has."""
    taken: set[str] = set()
    for sheet in sheets:
        plain = "".join("_" if sign in "[]:*?/\\" else sign for sign in sheet.name).strip("'")[:_LONGEST_NAME] or "-"
        name, number = plain, 2
        while name.casefold() in taken:
            tail = f" ({number})"
            name, number = plain[: _LONGEST_NAME - len(tail)] + tail, number + 1
        taken.add(name.casefold())
        yield replace(sheet, name=name)
