"""This module reads what merged cells mean: Excel stores it in the first of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import warning
from batchreport.workbook.cells import excerpt, is_blank
from batchreport.workbook.kinds import Spanning
from batchreport.workbook.layout import SEARCHED_ROWS, TableLayout, cell, find_table, reference
from batchreport.workbook.rows import says_total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from batchreport.schema import Column
    from batchreport.workbook.columns import Page
    from batchreport.workbook.layout import Grid, Header
    from batchreport.workbook.scan import Position
    from batchreport.workbook.sheet_scan import Range

FILLED_DOWN = ("string", "choice", "reference")
"""The types of columns in which a cell may say the same as the one above; a number would count twice."""

_FEWEST = 3  # columns that a title spans, and more


def find_merged_table(page: Page, merged: Collection[Range]) -> TableLayout:
    """Return where a sheet's table stands; where its header has several rows, those merged downwards count in the last.

    So they do where more columns are found in that way, and the sheet's cells are then filled like that.
    """
    layout = find_table(page.grid, page.section)
    if not merged or len(layout.known) == len(page.section.columns):
        return layout
    grid: Grid = page.grid[:SEARCHED_ROWS]
    for (first, index), (last, _) in merged:
        text = cell(grid, first, index)
        for row in range(first + 1, min(last + 1, len(grid))) if isinstance(text, str) and text else ():
            grid[row] = _with(grid[row], index, text)
    filled = find_table(grid, page.section)
    if len(filled.known) <= len(layout.known):
        return layout
    page.grid[: filled.row + 1] = grid[: filled.row + 1]
    return filled


def fill_down(page: Page, header_row: int, headers: Iterable[Header], merged: Collection[Range]) -> None:
    """Give every row of a merged text cell its text; what lies unseen below merged cells is said, and not used.

    A number or a date stays in the first row, lest it count several times; this is said. A text across most columns is
    known by its kind.
    """
    if not any(header_row < first for (first, _), _ in merged):
        return
    by_index = {header.index: header.column for header in headers}
    first_of_all, most = min(by_index), max(_FEWEST, len(by_index) / 2)
    reached: dict[int, int] = {}  # ranges may overlap in a broken file; no row is filled twice
    for (first, index), (last, right) in sorted(merged):
        text = cell(page.grid, first, index)
        if first <= header_row or is_blank(text):
            continue
        end = min(last + 1, len(page.grid))
        beside = range(index + 1, min(right + 1, len(page.grid[first])))
        _clear(page, ((row, column) for row in range(first, end) for column in beside), text)
        if index <= first_of_all and type(text) is str and sum(at <= right for at in by_index) > most:
            page.grid[first] = _with(page.grid[first], first_of_all, Spanning(text))
        column = by_index.get(index)
        if column and column.type != "image" and end > first + 1:
            begin, reached[index] = max(first + 1, reached.get(index, 0)), max(end, reached.get(index, 0))
            _fill(page, (first, index), range(begin, end), column)


def _fill(page: Page, at: Position, below: range, column: Column) -> None:
    first, index = at
    text = cell(page.grid, first, index)
    rows = [row for row in below if _goes_on(page.grid[row])]
    shared = column.type in FILLED_DOWN
    _clear(page, ((row, index) for row in rows), text)
    for row in rows:
        page.grid[row] = _with(page.grid[row], index, text if shared else "")
    if rows:
        code = "cells-merged" if shared else "cells-merged-once"
        page.say(warning, code, reference(first, index), found=excerpt(text), count=len(rows) + 1)


def _goes_on(row: list[object]) -> bool:
    """Return whether a row below a merged cell's first one has something, and is no subtotal of what is merged."""
    own = next((raw for raw in row if not is_blank(raw)), None)
    return own is not None and not (isinstance(own, str) and says_total(own))


def _clear(page: Page, positions: Iterator[Position], shown: object) -> None:
    """Take out what lies below merged cells, and say it where it is not what they show."""
    for row, column in positions:
        below = cell(page.grid, row, column)
        if is_blank(below):
            continue
        if below != shown:
            page.say(warning, "cells-merged-over", reference(row, column), found=excerpt(below))
        page.grid[row] = _with(page.grid[row], column, "")


def _with(row: list[object], index: int, value: object) -> list[object]:
    return [*row[:index], value, *row[index + 1 :]]
