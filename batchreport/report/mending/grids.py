"""This module changes the grid of rendered tables: it makes one cell of neighbours, leaves out columns, fits widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.etree import _Element

# What stands before w:vMerge in a cell's properties (ECMA-376-1, 17.4.69).
_BEFORE_MERGE = tuple(f"{W}{name}" for name in ("cnfStyle", "tcW", "gridSpan", "hMerge"))
_SHOWN = tuple(f"{W}{name}" for name in ("t", "drawing", "pict", "object", "sym", "instrText"))
_NOTHING = frozenset({"", "—", "-", "－", "–"})
_STATED = f"{W}tcPr/{W}tcW"
Placed = tuple[int, int, "_Element"]
Layout = dict["_Element", list[Placed]]


def layout(table: _Element) -> Layout:
    """Return the cells of each row of a table: the first column in the grid, how many columns it takes, the cell."""
    before, spans = _owners(table, "gridBefore"), _owners(table, "gridSpan")
    rows: Layout = {}
    for row in table.iterchildren(f"{W}tr"):
        at, rows[row] = int(before[row].get(f"{W}val") or 0) if row in before else 0, []
        for cell in row.iterchildren(f"{W}tc"):
            span = int(spans[cell].get(f"{W}val") or 1) if cell in spans else 1
            rows[row].append((at, span, cell))
            at += span
    return rows


def _owners(table: _Element, name: str) -> dict[_Element, _Element]:
    """Return a property of each row or cell that has it: one look through all is quicker than one into each."""
    found = {}
    for element in table.iter(W + name):
        properties = element.getparent()
        if properties is not None and (owner := properties.getparent()) is not None:
            found[owner] = element
    return found


def merge(cells: Collection[_Element], *, across: bool) -> None:
    """Make one cell of those among `cells` that stand next to each other with the same text: below, or in a row.

    Downwards a merged cell never reaches beyond one that is marked further left: that one is the outer group.
    """
    tables = {table: None for cell in cells if (table := _table(cell)) is not None}
    for table in tables:
        above: dict[int, tuple[str, int, _Element]] = {}
        for placed in layout(table).values():
            marked = [(at, span, cell) for at, span, cell in placed if cell in cells]
            if across:
                _merge_across(marked)
            else:
                above = _merge_down(marked, above)


def _merge_down(
    marked: list[Placed], above: dict[int, tuple[str, int, _Element]]
) -> dict[int, tuple[str, int, _Element]]:
    """Join the marked cells of a row to those of the row above where they agree; return what the next row finds."""
    here: dict[int, tuple[str, int, _Element]] = {}
    whole = True
    for at, span, cell in marked:
        text = _text(cell)
        over = above.get(at)
        whole = whole and over is not None and over[:2] == (text, span)
        if whole and text and over is not None:
            _put(over[2], "vMerge", "restart")
            _put(cell, "vMerge", "continue")
            _empty(cell)
            here[at] = over
        else:
            here[at] = (text, span, cell)
    return here


def _merge_across(marked: list[Placed]) -> None:
    last: tuple[int, int, str, _Element] | None = None  # where it begins, its columns, its text
    for at, span, cell in marked:
        text = _text(cell)
        row = cell.getparent()
        if last is None or row is None or not text or (last[0] + last[1], last[2]) != (at, text):
            last = (at, span, text, cell)
            continue
        last = (last[0], last[1] + span, text, last[3])
        _widen(last[3], last[1], _width(cell))
        row.remove(cell)


def leave_out(headings: Collection[_Element]) -> frozenset[str]:
    """Take away the columns of these headings below which no row has anything; the others share the room, the wide ones most.

    A dash is nothing. A heading that stands alone in its row stays, and so does one with no rows below it. Returns the
    texts that stood in what was taken away.
    """
    layouts: dict[_Element, Layout] = {}
    narrowed: dict[_Element, list[int]] = {}
    gone: list[_Element] = []
    for heading in headings:
        table, row = _table(heading), heading.getparent()
        if table is None or row is None:
            continue
        if table not in layouts:
            layouts[table] = layout(table)
        column = _needless(layouts[table], row, heading)
        if column is not None:
            gone += _take_away(layouts[table], column)
            narrowed[table] = _without(table, column)
    for table, widths in narrowed.items():
        _fit_cells(table, layouts[table], widths)
    return frozenset(text.text for cell in gone for text in cell.iter(f"{W}t") if text.text)


def _needless(rows: Layout, row: _Element, heading: _Element) -> int | None:
    """Return the column of a heading below which nothing stands."""
    column, span = next((at, span) for at, span, cell in rows[row] if cell is heading)
    if span != 1 or len(rows[row]) == 1:
        return None
    below = False
    for other in row.itersiblings(f"{W}tr"):
        found = _at(rows[other], column)
        if found and found[1] == 1:
            if not _is_empty(found[2]):
                return None
            below = True
    return column if below else None


def _take_away(rows: Layout, column: int) -> list[_Element]:
    """Take a column out of the rows, and return its cells; one that reaches beyond it becomes narrower."""
    gone = []
    for row, cells in rows.items():
        found = _at(cells, column)
        if found is None:
            continue
        at, span, cell = found
        if span == 1:
            row.remove(cell)
            gone.append(cell)
        else:
            _widen(cell, span - 1, 0)
        left = [placed for placed in cells if placed[0] < at]
        own = [(at, span - 1, cell)] if span > 1 else []
        rows[row] = [*left, *own, *((other - 1, its, right) for other, its, right in cells if other > at)]
    return gone


def _without(table: _Element, column: int) -> list[int]:
    """Take a column out of a table's grid, and return how wide the others are then."""
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    widths = list(map(_number, columns))
    for gone in columns[column : column + 1]:
        table.find(f"{W}tblGrid").remove(gone)  # type: ignore[union-attr]  # it was found there
    room, kept = sum(widths), widths[:column] + widths[column + 1 :]
    squares = sum(width**2 for width in kept)
    return _scaled(table, [width + (room - sum(kept)) * width**2 // max(squares, 1) for width in kept], room)


def _at(cells: list[Placed], column: int) -> Placed | None:
    for placed in cells:
        if placed[0] <= column < placed[0] + placed[1]:
            return placed
    return None


def set_widths(table: _Element, rows: Layout, widths: list[int], room: int) -> None:
    """Give the columns of a table widths in these proportions that together take `room`; its cells follow."""
    _fit_cells(table, rows, _scaled(table, widths, room))


def _scaled(table: _Element, widths: list[int], room: int) -> list[int]:
    """Give the columns of a grid widths in these proportions that together take `room`, and return them."""
    total = sum(widths)
    scaled = [width * room // total if total else 0 for width in widths]
    for column, width in zip(table.findall(f"{W}tblGrid/{W}gridCol"), scaled, strict=False):
        column.set(f"{W}w", str(width))
    return scaled


def _fit_cells(table: _Element, rows: Layout, widths: list[int]) -> None:
    stated = _owners(table, "tcW")
    for placed in rows.values():
        for at, span, cell in placed:
            if cell in stated and _is_twips(stated[cell]):
                stated[cell].set(f"{W}w", str(sum(widths[at : at + span])))


def _table(cell: _Element) -> _Element | None:
    row = cell.getparent()
    table = row.getparent() if row is not None else None
    return table if table is not None and table.tag == f"{W}tbl" else None


def _text(cell: _Element) -> str:
    return "".join(element.text or "" for element in cell.iter(f"{W}t")).strip()


def _is_empty(cell: _Element) -> bool:
    return _text(cell) in _NOTHING and all(element.tag == f"{W}t" for element in cell.iter(*_SHOWN))


def _empty(cell: _Element) -> None:
    """Leave a cell one paragraph, without its text."""
    first, *others = cell.findall(f"{W}p")
    for element in [*others, *cell.findall(f"{W}tbl")]:
        cell.remove(element)
    for element in list(first):
        if element.tag != f"{W}pPr":
            first.remove(element)


def _widen(cell: _Element, columns: int, width: int) -> None:
    """Let a cell take so many columns, and be wider by `width`."""
    if (stated := _stated(cell)) is not None:
        stated.set(f"{W}w", str(_number(stated) + width))
    _put(cell, "gridSpan", str(columns))


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
    width = cell.find(_STATED)
    return width if width is not None and _is_twips(width) else None


def _is_twips(width: _Element) -> bool:
    return width.get(f"{W}type", "dxa") == "dxa"


def _width(cell: _Element) -> int:
    stated = _stated(cell)
    return _number(stated) if stated is not None else 0


def _number(element: _Element) -> int:
    try:
        return int(float(element.get(f"{W}w") or 0))
    except ValueError:
        return 0
