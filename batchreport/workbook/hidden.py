"""This module finds the sheets, rows and columns that a workbook hides: they are read like others, and that is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from batchreport.findings import Finding, Place, note
from batchreport.workbook.cells import is_blank
from batchreport.workbook.choose import HIDDEN
from batchreport.workbook.layout import cell, reference
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.submission import Table
    from batchreport.workbook.columns import Page
    from batchreport.workbook.layout import Grid
    from batchreport.workbook.scan import Position, Scan

_HIDDEN = r"""(?=[^>]*?\shidden=["'](?:1|true)["'])"""
_ANY = re.compile(rb"""hidden=["'](?:1|true)["']""")
_ROW = re.compile(rf"""<(?:[\w.-]+:)?row\b{_HIDDEN}[^>]*?\sr=["']([0-9]{{1,7}})["']""".encode())
_COLUMN = re.compile(rf"""<(?:[\w.-]+:)?col\b{_HIDDEN}[^>]*>""".encode())
_FROM_TO = re.compile(rb"""\s(min|max)=["']([0-9]{1,5})["']""")
_MOST = 512  # columns that count; a record reaches no further


class Hidden(NamedTuple):
    """The rows and columns of a sheet that are hidden, counted from 0."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


def find_hidden(scanned: Scan) -> dict[str, Hidden]:
    """Return what the sheets hide, by name."""
    return {name: _of_sheet(scanned.cells[part]) for name, part in scanned.parts if _ANY.search(scanned.cells[part])}


def say_hidden(hidden: Hidden | None, page: Page, table: Table) -> None:
    """Say where records, or a column of theirs, stand in what a sheet hides."""
    if hidden is None:
        return
    filled = [at for at in _cells(table) if not is_blank(cell(page.grid, *at))]
    rows = sorted({at for at in filled if at[0] in hidden.rows})
    if rows:
        page.say(note, "row-hidden", reference(*rows[0]), count=len({row for row, _ in rows}))
    for column in sorted({column for _, column in filled} & hidden.columns):
        at = min(at for at in filled if at[1] == column)
        page.say(note, "column-hidden", reference(*at), count=sum(one == column for _, one in filled))


def hidden_sheets(grids: Mapping[str, Grid], scanned: Scan, file: str) -> Iterator[Finding]:
    """Yield what is said of hidden sheets that hold something, save those that every blank workbook has."""
    for name in grids:
        own = name in HIDDEN or name not in scanned.hidden
        if not own and any(not is_blank(raw) for row in grids[name] for raw in row):
            yield note("sheet-hidden", Place(file=file, sheet=name))


def _cells(table: Table) -> Iterator[Position]:
    return (position(text) for record in table.records for text in record.cells.values())


def _of_sheet(cells: bytes) -> Hidden:
    columns: set[int] = set()
    for match in _COLUMN.findall(cells)[:_MOST]:
        ends = {name: int(number) for name, number in _FROM_TO.findall(match)}
        columns.update(range(ends.get(b"min", 1) - 1, min(ends.get(b"max", 0), _MOST)))
    return Hidden(frozenset(int(row) - 1 for row in _ROW.findall(cells)), frozenset(columns))
