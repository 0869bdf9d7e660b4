"""This module makes the sheets of a roll-up: every record of every department, the findings, who has submitted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from batchreport.findings import Severity
from batchreport.packed import picked
from batchreport.report.rollup.cells import Cells
from batchreport.report.rollup.context import state
from batchreport.report.rollup.gather import Gathering
from batchreport.report.rollup.overview import Overview
from batchreport.report.rollup.spreadsheet import Sheet, Written, write_workbook
from batchreport.report.rollup.units import is_percent
from batchreport.report.rollup.words import WORDS
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import IO

    import pandas as pd

    from batchreport.report.rollup.coverage import Department
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.rollup.words import Words
    from batchreport.schema import Column, Section

_MOST = 1_000_000  # rows of a sheet; Excel has 1,048,576
_LONGEST_NAME = 31
_AS_THEY_ARE = frozenset({str, int, Decimal, type(None)})


def rollup_xlsx(rollup: Rollup) -> bytes:
    """Return what `write_xlsx` writes."""
    target = BytesIO()
    write_xlsx(rollup, partial(Gathering, rollup, frozenset()), target)
    return target.getvalue()


def write_xlsx(
    rollup: Rollup, gathered: Callable[[], Gathering], target: IO[bytes], room: Callable[[], IO[bytes]] = BytesIO
) -> None:
    """Write 汇总.xlsx: figures by indicator and department, each section's records, findings, who has submitted.

    The same bytes for the same roll-up. Values are written as they were understood; a text stays a text whatever it
    begins with. What is summed is a formula with its result. `room` gives files for what is put aside meanwhile.
    `gathered` is asked last, so that little is held until then.
    """
    cells, words = Cells(), WORDS[rollup.schema.language]
    sections = [_Section(rollup, section, words, partial(_written, cells, room)) for section in rollup.schema.sections]
    for department in rollup.departments:
        for section in sections:
            section.add(department)
    last = [Written(_findings_sheet(words), cells, room()), Written(_submissions_sheet(words), cells, room())]
    last[0].extend(_findings(rollup, words))
    last[1].extend(_submissions(rollup))
    overview = Overview(gathered(), words)
    first = Written(overview.sheet(words.overview), cells, room(), first=True)
    first.extend(overview.rows())
    written = [first, *(one for section in sections for one in section.whole()), *last]
    write_workbook(target, _named(written), cells, words.font, room)


def _written(cells: Cells, room: Callable[[], IO[bytes]], sheet: Sheet) -> Written:
    return Written(sheet, cells, room())


def records_frame(rollup: Rollup, section: Section) -> pd.DataFrame:
    """Return every record of a section over all departments, with the department and the first cell in front."""
    import pandas as pd  # noqa: PLC0415  (a second of start-up that only those who ask for a frame need)

    words = WORDS[rollup.schema.language]
    rows = [row for department in rollup.departments for row in _records(department, section, words)]
    return pd.DataFrame(rows, columns=_headings(rollup, section, words), dtype=object)


def _headings(rollup: Rollup, section: Section, words: Words) -> list[str]:
    front = [words.department, words.code, words.file, words.cell]
    return unique([*front, *(column.heading(rollup.schema.language) for column in section.columns)])


def _records(department: Department, section: Section, words: Words) -> Iterator[list[Any]]:
    table = department.table(section.key)
    if table is None:
        return
    front, place = (department.name, department.code, department.file), f"{table.sheet}!"
    for first, _, _, values in picked(table.records, list(section.by_key)):
        plain = _AS_THEY_ARE.issuperset(map(type, values))
        yield [*front, place + first, *(values if plain else [_shown(value, words) for value in values])]


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


class _Section:
    """Writes the records of a section, on several sheets where there are more than one can hold."""

    def __init__(self, rollup: Rollup, section: Section, words: Words, begin: Callable[[Sheet], Written]) -> None:
        self._section = section
        self._words = words
        self._begin = begin
        kinds = [*("text",) * 4, *(_kind(column) for column in section.columns)]
        summed = [at for at, column in enumerate(section.columns, 4) if _adds_up(column)]
        headings = _headings(rollup, section, words)
        self._sheet = Sheet(section.heading(rollup.schema.language), headings, kinds, words.total, summed)
        self._written = [begin(self._sheet)]

    def add(self, department: Department) -> None:
        """Write the records of the next department."""
        records = _records(department, self._section, self._words)
        while True:
            room = _MOST - self._written[-1].count
            self._written[-1].extend(islice(records, room))
            if self._written[-1].count < _MOST or (following := next(records, None)) is None:
                return
            self._written.append(self._begin(self._sheet))
            self._written[-1].extend([following])

    def whole(self) -> list[Written]:
        """Return the sheets; what stands on several is not summed."""
        if len(self._written) > 1:
            for one in self._written:
                one.sheet = replace(one.sheet, summed=())
        return self._written


def _kind(column: Column) -> str:
    if column.type in ("integer", "year"):
        return "integer"
    return column.type if column.type in ("number", "percent", "money", "date") else "text"


def _adds_up(column: Column) -> bool:
    """Tell whether a column's numbers are all in one unit, and amounts."""
    return bool(column.base_unit) and not is_percent(column.base_unit) and column.type not in ("percent", "year")


def _findings_sheet(words: Words) -> Sheet:
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
    return Sheet(words.findings, headings, ["text"] * len(headings))


def _findings(rollup: Rollup, words: Words) -> Iterator[list[Any]]:
    language = rollup.schema.language
    for department in rollup.departments:
        for finding in department.submission.findings if department.submission else ():
            yield [
                *(department.name, department.code, finding.place.file or department.file),
                *(finding.place.sheet, finding.place.cell, words.severities[finding.severity]),
                *(finding.what(language), finding.remedy(language)),
            ]


def _submissions_sheet(words: Words) -> Sheet:
    headings = [words.department, words.code, words.state, words.filled_on, words.days_late, words.file, *words.counts]
    kinds = ["text", "text", "text", "date", "integer", "text", "integer", "integer", "integer"]
    return Sheet(words.submissions, headings, kinds)


def _submissions(rollup: Rollup) -> Iterator[list[Any]]:
    for department in rollup.departments:
        yield [
            *(department.name, department.code, state(department, rollup.schema.language), department.filled_on),
            *(department.days_late or None, department.file),
            *((department.count(severity) if department.submission else None) for severity in reversed(Severity)),
        ]


def unique(headings: Iterable[str]) -> list[str]:
    """Return headings of which no two are the same to Excel: a later one has a number behind it."""
    made: dict[str, str] = {}
    for heading in headings:
        name, number = heading, 2
        while name.casefold() in made:
            name, number = f"{heading} {number}", number + 1
        made[name.casefold()] = name
    return list(made.values())


def _named(sheets: Sequence[Written]) -> Sequence[Written]:
    """Give each sheet a name that Excel takes and no other sheet has."""
    taken: set[str] = set()
    for written in sheets:
        own = written.sheet.name
        plain = "".join("_" if sign in "[]:*?/\\" else sign for sign in own).strip("'")[:_LONGEST_NAME] or "-"
        name, number = plain, 2
        while name.casefold() in taken:
            tail = f" ({number})"
            name, number = plain[: _LONGEST_NAME - len(tail)] + tail, number + 1
        taken.add(name.casefold())
        written.sheet = replace(written.sheet, name=name)
    return sheets
