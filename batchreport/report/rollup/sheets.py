"""This module makes the sheets of a roll-up: every record of every department, the findings, who has submitted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from batchreport.findings import Severity
from batchreport.report.rollup.context import state
from batchreport.report.rollup.overview import Overview
from batchreport.report.rollup.spreadsheet import Sheet, workbook
from batchreport.report.rollup.units import is_percent
from batchreport.report.rollup.words import WORDS
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from batchreport.report.rollup.value import Rollup
    from batchreport.report.rollup.words import Words
    from batchreport.schema import Column, Section

_MOST = 1_000_000  # rows of a sheet; Excel has 1,048,576
_LONGEST_NAME = 31
_AS_THEY_ARE = frozenset({str, int, Decimal, type(None)})


def rollup_xlsx(rollup: Rollup) -> bytes:
    """Return 汇总.xlsx: figures by indicator and department, each section's records, findings, who has submitted.

    The same bytes for the same roll-up. Values are written as they were understood; a text stays a text whatever it
    begins with. What is summed is a formula with its result.
    """
    words = WORDS[rollup.schema.language]
    return workbook(list(_named(_sheets(rollup, words))), words.font)


def records_frame(rollup: Rollup, section: Section) -> pd.DataFrame:
    """Return every record of a section over all departments, with the department and the first cell in front."""
    import pandas as pd  # noqa: PLC0415  (a second of start-up that only those who ask for a frame need)

    words = WORDS[rollup.schema.language]
    return pd.DataFrame(_records(rollup, section, words), columns=_headings(rollup, section, words), dtype=object)


def _headings(rollup: Rollup, section: Section, words: Words) -> list[str]:
    front = [words.department, words.code, words.file, words.cell]
    return unique([*front, *(column.heading(rollup.schema.language) for column in section.columns)])


def _records(rollup: Rollup, section: Section, words: Words) -> Iterator[list[Any]]:
    keys = list(section.by_key)
    for department in rollup.included:
        sheet = department.submission.place(section.key).sheet if department.submission else ""
        front = (department.name, department.code, department.file)
        for record in department.records(section.key):
            values = map(record.values.get, keys)
            own = [value if type(value) in _AS_THEY_ARE else _shown(value, words) for value in values]
            yield [*front, f"{sheet}!{record.first}", *own]


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
        kinds = [*("text",) * 4, *(_kind(column) for column in section.columns)]
        summed = [at for at, column in enumerate(section.columns, 4) if _adds_up(column)]
        count = sum(len(department.records(section.key)) for department in rollup.included)
        records = _records(rollup, section, words)
        for _ in range(0, max(count, 1), _MOST):
            part, sums = islice(records, _MOST), summed if count <= _MOST else []
            headings = _headings(rollup, section, words)
            yield Sheet(section.heading(rollup.schema.language), headings, part, kinds, words.total, sums)
    yield _findings(rollup, words)
    yield _submissions(rollup, words)


def _kind(column: Column) -> str:
    if column.type in ("integer", "year"):
        return "integer"
    return column.type if column.type in ("number", "percent", "money", "date") else "text"


def _adds_up(column: Column) -> bool:
    """Tell whether a column's numbers are all in one unit, and amounts."""
    return bool(column.base_unit) and not is_percent(column.base_unit) and column.type not in ("percent", "year")


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
    return Sheet(words.findings, headings, rows, ["text"] * len(headings))


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
    return Sheet(words.submissions, headings, rows, kinds)


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
