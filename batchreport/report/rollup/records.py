"""This module writes every record of every department into the sheets of a roll-up's workbook, one for each section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from batchreport.plain_table import blocks
from batchreport.report.rollup.cells import Cells
from batchreport.report.rollup.sheet import Sheet, Written
from batchreport.report.rollup.spreadsheet import write_sheets
from batchreport.report.rollup.units import is_percent
from batchreport.report.rollup.words import WORDS
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import IO

    from batchreport.plain_table import Block
    from batchreport.report.rollup.coverage import Department
    from batchreport.report.rollup.sheet import Columns
    from batchreport.report.rollup.spreadsheet import Sheets
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.rollup.words import Words
    from batchreport.schema import Column, Section

_FIRST = 2  # the overview is sheet 1
_MOST = 1_000_000  # rows of a sheet; Excel has 1,048,576
_TOGETHER = 200  # rows that are written together


@dataclass(frozen=True, slots=True)
class Records:
    """The sheets with all records; `texts` are those that do not stand in their cells, by their numbers."""

    sheets: Sheets
    texts: tuple[str, ...]


def write_records(rollup: Rollup, target: IO[bytes], room: Callable[[], IO[bytes]] = BytesIO) -> Records:
    """Write the sheets with the records of all departments into a file, as parts of a workbook.

    Values are written as they were understood; a text stays a text whatever it begins with. `room` gives files for what
    is put aside meanwhile, so that nothing is held of departments that have been dealt with.
    """
    cells = cells_of(rollup)
    sections = {
        section.key: _Section(rollup, section, lambda sheet: Written(sheet, cells, room()))
        for section in rollup.schema.sections
    }
    for department in rollup.departments:
        for key, section in sections.items():
            if table := department.table(key):
                for block in blocks(table.records):
                    section.add(department, table.sheet, block)
    sheets = (sheet for section in sections.values() for sheet in section.whole())
    return Records(write_sheets(target, _FIRST, sheets), cells.texts)


def cells_of(rollup: Rollup, texts: Iterable[str] = ()) -> Cells:
    """Return what writes the cells of a roll-up's workbook; `texts` already stand in a part of their own."""
    return Cells(partial(_shown, words=WORDS[rollup.schema.language]), texts)


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

    def __init__(self, rollup: Rollup, section: Section, begin: Callable[[Sheet], Written]) -> None:
        words = WORDS[rollup.schema.language]
        self._section = section
        self._begin = begin
        kinds = [*("text",) * 4, *(_kind(column) for column in section.columns)]
        summed = [at for at, column in enumerate(section.columns, 4) if _adds_up(column)]
        headings = _headings(rollup, section, words)
        self._sheet = Sheet(section.heading(rollup.schema.language), headings, kinds, words.total, summed)
        self._written = [begin(self._sheet)]
        self._waiting: list[list[Any]] = [[] for _ in headings]

    def add(self, department: Department, sheet: str, block: Block) -> None:
        """Take some records more, which stand in that sheet of a department's workbook, to be written with others."""
        columns = _columns(department, self._section, sheet, block)
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


def unique(headings: Iterable[str]) -> list[str]:
    """Return headings of which no two are the same to Excel: a later one has a number behind it."""
    made: dict[str, str] = {}
    for heading in headings:
        name, number = heading, 2
        while name.casefold() in made:
            name, number = f"{heading} {number}", number + 1
        made[name.casefold()] = name
    return list(made.values())
