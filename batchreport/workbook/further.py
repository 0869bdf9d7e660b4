"""This module says which sheets of a workbook are not read, and whether rows that somebody filled in are lost with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from batchreport.findings import Finding, Place, error, note, warning
from batchreport.names import fold
from batchreport.workbook.cells import is_blank, show
from batchreport.workbook.choose import HIDDEN, filled, likeness, namesake
from batchreport.workbook.columns import Page
from batchreport.workbook.layout import cell
from batchreport.workbook.records import read_table
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from batchreport.schema import Schema
    from batchreport.submission import Table
    from batchreport.workbook.layout import Grid
    from batchreport.workbook.scan import Scan
    from batchreport.workbook.sheet_scan import Range

_Row = frozenset[tuple[str, str]]
"""What is filled in on a row: the folded text of each cell, with its column's key."""


class _Lost(NamedTuple):
    """How many rows of a sheet are not on the one that was read, the name of that, and by how many columns it is alike."""

    rows: int
    read: str
    alike: int


def further_sheets(
    schema: Schema,
    grids: Mapping[str, Grid],
    pages: Mapping[str, Page],
    tables: Mapping[str, Table],
    scanned: Scan,
    file: str,
) -> Iterator[Finding]:
    """Yield what is said of each sheet of which nothing is read.

    A second one of a section's name is an error where it says something else. One that has the columns of a section and rows
    that are not on its sheet is a warning, lest they be lost. Any other is a note.
    """
    read = {page.sheet for page in pages.values()}
    for name in grids:
        if name in HIDDEN or name in read or not (count := filled(grids[name])):
            continue
        place, sheet = Place(file=file, sheet=name), scanned.sheets.get(name)
        merged = sheet.merged if sheet else ()
        if section := namesake(schema, name, pages):
            same = _is_in(name, grids[name], merged, pages[section.key], tables[section.key])
            yield (note if same else error)("sheet-doubled", place, title=section.shown, count=count)
        elif (lost := _lost(name, grids[name], merged, pages, tables)) and lost.rows:
            yield warning("sheet-further", place, read=lost.read, count=lost.rows)
        else:
            yield note("sheet-unknown", place, count=count)


def _is_in(name: str, grid: Grid, merged: Collection[Range], page: Page, table: Table) -> bool:
    """Tell whether all that a second sheet of a section says stands on the first: all of its rows, and each text beside them."""
    if page.section.kind == "form":
        return grid == page.grid
    return _texts(grid) <= _texts(page.grid) and not _count_lost(name, grid, merged, page, table)


def _texts(grid: Grid) -> set[str]:
    return {fold(show(raw)) for row in grid for raw in row if not is_blank(raw)}


def _lost(
    name: str, grid: Grid, merged: Collection[Range], pages: Mapping[str, Page], tables: Mapping[str, Table]
) -> _Lost | None:
    """Return what is lost with a sheet that looks like some that were read: by the one that has the most of its rows."""
    found = [
        _Lost(_count_lost(name, grid, merged, page, tables[key]), page.sheet, alike)
        for key, page in pages.items()
        if page.section.kind == "table" and (alike := likeness(page.section, grid))
    ]
    return min(found, key=lambda one: (one.rows, -one.alike), default=None)


def _count_lost(name: str, grid: Grid, merged: Collection[Range], page: Page, table: Table) -> int:
    """Return how many rows of a sheet, read as those of a page, are not on that."""
    twin = Page(page.section, name, [*grid], page.file, [])
    return _unread(_rows(twin, read_table(twin, None, merged)), _rows(page, table))


def _rows(page: Page, table: Table) -> list[_Row]:
    """Return what is filled in on the rows of a table; those on which only what was prefilled stands do not count."""
    own = {column.key for column in page.section.columns if not column.prefilled}
    rows = []
    for record in table.records:
        raws = ((key, cell(page.grid, *position(at))) for key, at in record.cells.items())
        row = frozenset((key, fold(show(raw))) for key, raw in raws if not is_blank(raw))
        if any(key in own for key, _ in row):
            rows.append(row)
    return rows


def _unread(rows: Iterable[_Row], read: Iterable[_Row]) -> int:
    """Return how many rows say anything that none of those `read` says."""
    where: dict[tuple[str, str], set[int]] = {}
    for number, row in enumerate(dict.fromkeys(read)):
        for item in row:
            where.setdefault(item, set()).add(number)
    there = {row: bool(_having(row, where)) for row in set(rows)}
    return sum(not there[row] for row in rows)


def _having(row: _Row, where: Mapping[tuple[str, str], set[int]]) -> set[int]:
    """Return the rows that say all that a row says; `where` has those that say each thing."""
    fewest, *others = sorted((where.get(item, set()) for item in row), key=len)
    return fewest.intersection(*others)
