"""This module finds, in a sheet as it came back, the header row and columns of a table, or the fields of a form."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from batchreport.a1 import column_letters
from batchreport.names import fold
from batchreport.workbook.cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from batchreport.schema import Column, Section

Grid = list[list[Any]]
"""The cells of a sheet, row by row from A1; a blank is ""."""

SEARCHED_ROWS = 30
"""The rows among which a header is looked for."""
_LONGEST_HEADER = 60
_TEXTS = frozenset({str})
_STEPS = (1, 2, 3)
_COPY = re.compile(  # Excel and WPS, LibreOffice, Google
    r"^(?:copy of |[“\"](?=.*[”\"]\s*的副本))|\s*[(（]\d+[)）]$|_\d{1,2}$|[”\"]?[-_ ]*的?[-_ ]*(?:副本|copy)\s*\d*$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[【](?P<inside>[^)\]】]*)[)\]】]")


@dataclass(frozen=True, slots=True)
class Header:
    """One header cell of a table: its position counted from 0, its letters, its text, and the column it means, if any.

    `unit` is what stands in brackets where that is not the title's own bracket: "金额(万元)" → "万元".
    """

    index: int
    letters: str
    text: str
    column: Column | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Where a table stands in its sheet: the header row counted from 0 (-1 for none found) and the headers in it."""

    row: int
    headers: tuple[Header, ...] = ()

    @property
    def known(self) -> set[str]:
        """The keys of the columns that are there."""
        return {header.column.key for header in self.headers if header.column}


@dataclass(frozen=True, slots=True)
class Field:
    """One label of a form and the position, counted from 0, of the label and of its value; `column` None if unknown."""

    row: int
    label: int
    value: int
    text: str
    column: Column | None


class _Rated(NamedTuple):
    """A row taken for the header: how many columns it names, and whether it is more than a title."""

    layout: TableLayout
    rank: tuple[int, bool]


class _Rows:
    """What rows are as the header of a section's table; those of texts alone come again in every department."""

    def __init__(self, section: Section) -> None:
        self._titles = section.headers
        self._by_header = section.by_header
        self._known = lru_cache(maxsize=256)(self._rated)

    def rated(self, number: int, row: tuple[Any, ...]) -> _Rated:
        """Return what a row is, `number` counted from 0."""
        if _TEXTS.issuperset(map(type, row)):  # 1 and True would be one key
            return self._known(number, row)
        return self._rated(number, row)

    def _rated(self, number: int, row: tuple[Any, ...]) -> _Rated:
        layout = TableLayout(number, tuple(_headers(row, self._by_header)))
        headers, known = layout.headers, len(layout.known)
        is_title = len(headers) == 1 and fold(headers[0].text) in self._titles
        return _Rated(layout, (known, known > 0 and not is_title))


_rows = lru_cache(maxsize=64)(_Rows)


def reference(row: int, column: int) -> str:
    """Return "C7" for row 6 and column 2, counted from 0."""
    return f"{column_letters(column + 1)}{row + 1}"


def sheet_key(name: str) -> str:
    """Return the folded name of a sheet without what copying adds to it: "统计数据 (2)" → "统计数据"."""
    return fold(_COPY.sub("", name.strip()))


def find_table(grid: Grid, section: Section) -> TableLayout:
    """Return where the table stands: the row in which the most headers are recognised, the first of equals.

    A row that holds nothing but the sheet's own name is its title, and no match for any other.
    """
    best, most = TableLayout(-1), (0, False)
    rows = _rows(section)
    for number, row in enumerate(grid[:SEARCHED_ROWS]):
        layout, rank = rows.rated(number, tuple(row))
        if rank > most:
            best, most = layout, rank
        if rank[0] == len(section.columns):
            break
    return best


def find_form(grid: Grid, section: Section) -> tuple[Field, ...]:
    """Return the fields of a form: each label with the cell to its right, or the next one where that column is blank."""
    known = {
        (r, c): column
        for r, row in enumerate(grid)
        for c, raw in enumerate(row)
        if isinstance(raw, str) and raw and (column := _labelled(raw, section))
    }
    columns = _label_columns(known)
    known = {(r, c): column for (r, c), column in known.items() if c in columns}
    if not known:
        return ()
    step = _step(grid, known)
    first = min(r for r, _ in known)
    return tuple(
        Field(r, c, c + step, str(row[c]).strip(), known.get((r, c)))
        for r, row in enumerate(grid)
        if r >= first
        for c in columns
        if not is_blank(row[c])
    )


def cell(grid: Grid, row: int, column: int) -> Any:
    """Return what stands at a position counted from 0; "" outside the used range."""
    return grid[row][column] if row < len(grid) and column < len(grid[row]) else ""


def _headers(row: Sequence[Any], by_header: Mapping[str, Column]) -> Iterator[Header]:
    for index, raw in enumerate(row):
        if not is_blank(raw):
            text = str(raw).strip()
            column, unit = _column(text, by_header) if len(text) <= _LONGEST_HEADER else (None, "")
            yield Header(index, column_letters(index + 1), text, column, unit)


def _column(text: str, by_header: Mapping[str, Column]) -> tuple[Column | None, str]:
    """Return the column that a header text means, and the unit in its brackets where the title has another or none."""
    if exact := by_header.get(fold(text)):
        return exact, ""
    normal = unicodedata.normalize("NFKC", text)
    match = _BRACKETED.search(normal)
    if match is None:
        return None, ""
    column = by_header.get(fold(_BRACKETED.sub("", normal)))
    return column, match["inside"].removeprefix("单位").strip(":： ")


def _labelled(raw: str, section: Section) -> Column | None:
    return section.by_header.get(fold(raw)) if len(raw) <= _LONGEST_HEADER else None


def _label_columns(known: dict[tuple[int, int], Column]) -> list[int]:
    """Return the sheet's columns that hold labels: the one with the most, and others apart from it with nearly as many.

    What stands beside a label is a value, whatever it says: somebody's name may be "电话".
    """
    counts = Counter(c for _, c in known)
    chosen: list[int] = []
    for column, count in counts.most_common():
        most = counts[chosen[0]] if chosen else count
        if 3 * count >= most and all(abs(column - other) > 1 for other in chosen):
            chosen.append(column)
    return sorted(chosen)


def _step(grid: Grid, known: dict[tuple[int, int], Column]) -> int:
    """Return how many cells to the right of the labels the values stand; a blank workbook's own hints are none."""
    for step in _STEPS:
        for (r, c), column in known.items():
            raw = cell(grid, r, c + step)
            if not is_blank(raw) and (r, c + step) not in known and raw not in (column.hint, column.hint_en):
                return step
    return 1
