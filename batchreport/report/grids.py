"""This module changes the grid of rendered tables: it makes one cell of neighbours, leaves out columns, fits widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.scan import W

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.etree import _Element

# What stands before w:vMerge in a cell's properties (ECMA-376-1, 17.4.69).
_BEFORE_MERGE = tuple(f"{W}{name}" for name in ("cnfStyle", "tcW", "gridSpan", "hMerge"))
_SHOWN = tuple(f"{W}{name}" for name in ("t", "drawing", "pict", "object", "sym", "instrText"))
_NOTHING = frozenset({"", "—", "-", "－", "–"})
Placed = tuple[int, int, "_Element"]


def span_of(cell: _Element) -> int:
    """Return how many columns of the grid a cell takes."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return int(span.get(f"{W}val") or 1) if span is not None else 1


def placed(row: _Element) -> Iterator[Placed]:
    """Give the cells of a row, each with its first column in the grid and how many it takes."""
    before = row.find(f"{W}trPr/{W}gridBefore")
    at = int(before.get(f"{W}val") or 0) if before is not None else 0
    for cell in row.iterchildren(f"{W}tc"):
        span = span_of(cell)
        yield at, span, cell
        at += span


def merge(cells: Collection[_Element], *, across: bool) -> None:
    """Make one cell of those among `cells` that stand next to each other with the same text: below, or in a row.

    Downwards a merged cell never reaches beyond one that is marked further left: that one is the outer group.
    """
    tables = {table: None for cell in cells if (table := _table(cell)) is not None}
    for table in tables:
        above: dict[int, tuple[str, _Element]] = {}
        for row in table.iterchildren(f"{W}tr"):
            marked = [(at, span, cell) for at, span, cell in placed(row) if cell in cells]
            if across:
                _merge_across(marked)
            else:
                above = _merge_down(marked, above)


def _merge_down(marked: list[Placed], above: dict[int, tuple[str, _Element]]) -> dict[int, tuple[str, _Element]]:
    """Join the marked cells of a row to those of the row above where they agree; return what the next row finds."""
    here: dict[int, tuple[str, _Element]] = {}
    whole = True
    for at, span, cell in marked:
        text = _text(cell)
        over = above.get(at)
        whole = whole and over is not None and over[0] == text and span_of(over[1]) == span
        if whole and text and over is not None:
            _put(over[1], "vMerge", "restart")
            _put(cell, "vMerge", "continue")
            _empty(cell)
            here[at] = over
        else:
            here[at] = (text, cell)
    return here


def _merge_across(marked: list[Placed]) -> None:
    last: tuple[int, str, _Element] | None = None
    for at, span, cell in marked:
        text = _text(cell)
        row = cell.getparent()
        if last is None or row is None or not text or last[:2] != (at, text):
            last = (at + span, text, cell)
            continue
        _widen(last[2], span, _width(cell))
        row.remove(cell)
        last = (at + span, text, last[2])


def leave_out(headings: Collection[_Element]) -> None:
    """Take away the columns of these headings below which no row has anything; the others share the room, the wide ones most.

    A dash is nothing. A heading that stands alone in its row stays, and so does one with no rows below it.
    """
    for heading in headings:
        table, row = _table(heading), heading.getparent()
        if table is None or row is None or span_of(heading) != 1 or len(row.findall(f"{W}tc")) == 1:
            continue
        column = next(at for at, _, cell in placed(row) if cell is heading)
        found = {other: _at(other, column) for other in table.iterchildren(f"{W}tr")}
        below = [cell for cell in (found[other] for other in row.itersiblings(f"{W}tr")) if cell and cell[1] == 1]
        if below and all(_is_empty(cell) for _, _, cell in below):
            _take_away(table, column, found)


def _take_away(table: _Element, column: int, found: dict[_Element, Placed | None]) -> None:
    for row, cell in found.items():
        if cell is not None and cell[1] == 1:
            row.remove(cell[2])
        elif cell is not None:
            _widen(cell[2], -1, 0)
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    widths = list(map(_number, columns))
    for gone in columns[column : column + 1]:
        table.find(f"{W}tblGrid").remove(gone)  # type: ignore[union-attr]  # it was found there
    room, kept = sum(widths), widths[:column] + widths[column + 1 :]
    squares = sum(width**2 for width in kept)
    set_widths(table, [width + (room - sum(kept)) * width**2 // max(squares, 1) for width in kept], room)


def _at(row: _Element, column: int) -> Placed | None:
    return next((cell for cell in placed(row) if cell[0] <= column < cell[0] + cell[1]), None)


def set_widths(table: _Element, widths: list[int], room: int) -> None:
    """Give the columns of a table widths in these proportions that together take `room`; its cells follow."""
    total = sum(widths)
    scaled = [width * room // total if total else 0 for width in widths]
    for column, width in zip(table.findall(f"{W}tblGrid/{W}gridCol"), scaled, strict=False):
        column.set(f"{W}w", str(width))
    for row in table.iterchildren(f"{W}tr"):
        for at, span, cell in placed(row):
            if (stated := _stated(cell)) is not None:
                stated.set(f"{W}w", str(sum(scaled[at : at + span])))


def _table(cell: _Element) -> _Element | None:
    row = cell.getparent()
    table = row.getparent() if row is not None else None
    return table if table is not None and table.tag == f"{W}tbl" else None


def _text(cell: _Element) -> str:
    return "".join(element.text or "" for element in cell.iter(f"{W}t")).strip()


def _is_empty(cell: _Element) -> bool:
    return all(element.tag == f"{W}t" for element in cell.iter(*_SHOWN)) and _text(cell) in _NOTHING


def _empty(cell: _Element) -> None:
    """Leave a cell one paragraph, without its text."""
    first, *others = cell.findall(f"{W}p")
    for element in [*others, *cell.findall(f"{W}tbl")]:
        cell.remove(element)
    for element in list(first):
        if element.tag != f"{W}pPr":
            first.remove(element)


def _widen(cell: _Element, columns: int, width: int) -> None:
    """Let a cell take more columns, or fewer."""
    if (stated := _stated(cell)) is not None:
        stated.set(f"{W}w", str(_number(stated) + width))
    _put(cell, "gridSpan", str(span_of(cell) + columns))


def _put(cell: _Element, name: str, value: str) -> None:
    """Set a property of a cell, in its place among the others."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = etree.Element(f"{W}tcPr")
        cell.insert(0, properties)
    element = properties.find(W + name)
    if element is None:
        before = _BEFORE_MERGE[: 2 if name == "gridSpan" else None]
        element = etree.Element(W + name)
        properties.insert(sum(1 for child in properties if child.tag in before), element)
    element.set(f"{W}val", value)


def _stated(cell: _Element) -> _Element | None:
    """Return where a cell's own width stands, if it is one in twips."""
    width = cell.find(f"{W}tcPr/{W}tcW")
    return width if width is not None and width.get(f"{W}type", "dxa") == "dxa" else None


def _width(cell: _Element) -> int:
    stated = _stated(cell)
    return _number(stated) if stated is not None else 0


def _number(element: _Element) -> int:
    try:
        return int(float(element.get(f"{W}w") or 0))
    except ValueError:
        return 0
