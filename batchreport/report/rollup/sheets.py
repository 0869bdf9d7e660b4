"""This module makes the sheets of a roll-up: every record of every department, the findings, who has submitted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from batchreport.findings import Severity
from batchreport.packed import blocks
from batchreport.report.rollup.cells import Cells
from batchreport.report.rollup.context import state
from batchreport.report.rollup.gather import Gathering, gather_all
from batchreport.report.rollup.overview import Overview
from batchreport.report.rollup.spreadsheet import Sheet, Written, write_workbook
from batchreport.report.rollup.units import is_percent
from batchreport.report.rollup.words import WORDS
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import IO

    import pandas as pd

    from batchreport.packed import Block
    from batchreport.report.rollup.coverage import Department
    from batchreport.report.rollup.spreadsheet import Columns
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.rollup.words import Words
    from batchreport.schema import Column, Section

_MOST = 1_000_000  # rows of a sheet; Excel has 1,048,576
_LONGEST_NAME = 31
_TOGETHER = 200  # rows that are written together


def rollup_xlsx(rollup: Rollup) -> bytes:
    """Return 汇总.xlsx: see `Book`."""
    target = BytesIO()
    book, gathering = Book(rollup), Gathering(rollup, frozenset())
    gather_all(gathering, book)
    book.write(target, gathering)
    return target.getvalue()


class Book:
    """Writes 汇总.xlsx: figures by indicator and department, each section's records, findings, who has submitted.

    The same bytes for the same roll-up. Values are written as they were understood; a text stays a text whatever it
    begins with. What is summed is a formula with its result. `room` gives files for what is put aside meanwhile, so
    that nothing is held of departments that have been dealt with.
    """

    def __init__(self, rollup: Rollup, room: Callable[[], IO[bytes]] = BytesIO) -> None:
        self._rollup = rollup
        self._room = room
        self._words = WORDS[rollup.schema.language]
        self._cells = Cells(partial(_shown, words=self._words))
        self._sections = {
            section.key: _Section(rollup, section, self._words, self._begun) for section in rollup.schema.sections
        }

    def add(self, department: Department, section: Section, sheet: str, block: Block) -> None:
        """Write records of a department, which stand in that sheet of its workbook."""
        self._sections[section.key].add(_columns(department, section, sheet, block))

    def write(self, target: IO[bytes], gathering: Gathering) -> None:
        """Write the workbook, all records having been added, with the figures of `gathering`."""
        rollup, words = self._rollup, self._words
        last = [self._begun(_findings_sheet(words)), self._begun(_submissions_sheet(words))]
        for sheet, rows in zip(last, (_findings(rollup, words), _submissions(rollup)), strict=True):
            while some := list(islice(rows, _TOGETHER)):
                sheet.add(list(zip(*some, strict=True)))
        overview = Overview(gathering, words)
        first = self._begun(overview.sheet(words.overview), first=True)
        for columns, level in overview.rows():
            first.add(columns, level)
        written = [first, *(one for section in self._sections.values() for one in section.whole()), *last]
        write_workbook(target, _named(written), self._cells, words.font, self._room)

    def _begun(self, sheet: Sheet, *, first: bool = False) -> Written:
        return Written(sheet, self._cells, self._room(), first=first)


def records_frame(rollup: Rollup, section: Section) -> pd.DataFrame:
    """Return every record of a section over all departments, with the department and the first cell in front."""
    import pandas as pd  # noqa: PLC0415  (a second of start-up that only those who ask for a frame need)

    words = WORDS[rollup.schema.language]
    some = [
        _columns(department, section, table.sheet, block)
        for department in rollup.departments
        if (table := department.table(section.key)) is not None
        for block in blocks(table.records)
    ]
    rows = [[_shown(value, words) for value in row] for columns in some for row in zip(*columns, strict=True)]
    return pd.DataFrame(rows, columns=_headings(rollup, section, words), dtype=object)


def _headings(rollup: Rollup, section: Section, words: Words) -> list[str]:
    front = [words.department, words.code, words.file, words.cell]
    return unique([*front, *(column.heading(rollup.schema.language) for column in section.columns)])


def _columns(department: Department, section: Section, sheet: str, block: Block) -> Columns:
    """Return records as they stand in a sheet: who they are of, their first cells, and their columns."""
    count, first = len(block.rows), f"{sheet}!{block.first}"
    front = ([said] * count for said in (department.name, department.code, department.file))
    return [*front, [first + row for row in block.rows], *map(block.column, section.by_key)]


def _shown(value: Any, words: Words) -> Any:
    """Return a value as a cell can hold it."""
    match value:
        case bool():
            return words.yes if value else words.no
        case tuple() if type(value) is tuple:  # and no formula
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
        self._waiting: list[list[Any]] = [[] for _ in headings]

    def add(self, columns: Columns) -> None:
        """Take some records more, to be written together with others."""
        for waiting, more in zip(self._waiting, columns, strict=True):
            waiting.extend(more)
        if len(self._waiting[0]) >= _TOGETHER:
            self._write(self._waiting)
            self._waiting = [[] for _ in columns]

    def _write(self, columns: Columns) -> None:
        room = _MOST - self._written[-1].count
        if len(columns[0]) > room:
            if room:
                self._written[-1].add([values[:room] for values in columns])
            self._written.append(self._begin(self._sheet))
            self._write([values[room:] for values in columns])
        elif columns[0]:
            self._written[-1].add(columns)

    def whole(self) -> list[Written]:
        """Return the sheets; what stands on several is not summed."""
        self._write(self._waiting)
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
