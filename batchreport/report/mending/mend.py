"""This module mends what rendering can leave in a part: cells without a paragraph, rows without a cell, columns without a width."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lxml import etree

from batchreport.report.mending.grids import layout, set_widths
from batchreport.report.tags.marks import GRID
from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from lxml.etree import _Element

_NS = {"w": W[1:-1]}
_AROUND = "ancestor::*[not(self::w:sdt or self::w:sdtContent)][1]"
_HOLLOW = etree.XPath(
    f"//w:tbl[not(.//w:tc)] | //w:tr[not(.//w:tc)] | //w:sdt[{_AROUND}[self::w:tbl or self::w:tr] and not(.//w:tc)]",
    namespaces=_NS,
)
_ENDED = "[last()][self::w:p or self::w:sdt[w:sdtContent/*[last()][self::w:p]]]"
_BARE = etree.XPath(
    f"//w:tc[not(*[self::w:p or self::w:tbl or self::w:sdt]{_ENDED})]"
    " | //w:txbxContent[not(*[last()][self::w:p])] | //w:hdr[not(*)] | //w:ftr[not(*)]"
    " | //w:footnote[not(w:p)] | //w:endnote[not(w:p)] | //w:comment[not(w:p)]"
    f" | //w:sdtContent[not(*) and {_AROUND}[self::w:body or self::w:tc or self::w:txbxContent or self::w:hdr or"
    " self::w:ftr or self::w:footnote or self::w:endnote or self::w:comment]]",
    namespaces=_NS,
)
_TABLES, _CELL, _PARAGRAPH = (f"{W}tbl", f"{W}tr"), f"{W}tc", f"{W}p"
_SELDOM = tuple(
    f"{W}{name}" for name in ("sdt", "sdtContent", "txbxContent", "hdr", "ftr", "footnote", "endnote", "comment")
)
_IN_TEXT = etree.XPath("//w:t/*", namespaces=_NS)


def misplaced(root: _Element) -> str:
    """Return the text that a run or paragraph was printed into, or ""; Word shows neither it nor what follows."""
    found = cast("list[_Element]", _IN_TEXT(root))
    text = found[0].getparent() if found else None
    return "".join(map(str, text.itertext())) if text is not None else ""


def mend_cells(root: _Element) -> bool:
    """Take away what is left of tables and rows without a cell, and end every cell, text box and note with a paragraph.

    Word takes a document in which that is not so for damaged. Returns whether there was anything to do.
    """
    if _is_well(root):
        return False
    hollow = cast("list[_Element]", _HOLLOW(root))
    for element in hollow:
        if (around := element.getparent()) is not None:
            around.remove(element)
    bare = cast("list[_Element]", _BARE(root))
    for element in bare:
        etree.SubElement(element, _PARAGRAPH)
    return bool(hollow or bare)


def _is_well(root: _Element) -> bool:
    """Tell whether a part has cells at most, and each ends with a paragraph: to look for all that may be wrong takes ten times as long."""
    if next(root.iter(*_SELDOM), None) is not None or any(
        next(one.iter(_CELL), None) is None for one in root.iter(*_TABLES)
    ):
        return False
    return all(len(cell) and cell[-1].tag == _PARAGRAPH for cell in root.iter(_CELL))


def mend_grids(root: _Element) -> bool:
    """Give every marked table as many columns as its widest row has, the whole keeping its width."""
    found = False
    for table in root.iter(f"{W}tbl"):
        if table.attrib.pop(GRID, ""):
            found = True
            _mend_grid(table)
    return found


def _mend_grid(table: _Element) -> None:
    grid = table.find(f"{W}tblGrid")
    if grid is None:
        properties = table.find(f"{W}tblPr")
        grid = etree.Element(f"{W}tblGrid")
        table.insert(0 if properties is None else table.index(properties) + 1, grid)
    columns = grid.findall(f"{W}gridCol")
    rows = layout(table)
    wanted = max((sum(span for _, span, _ in placed) for placed in rows.values()), default=len(columns))
    if wanted == len(columns) or not wanted:
        return
    widths = [int(float(column.get(f"{W}w") or 0)) for column in columns]
    for column in columns:
        grid.remove(column)
    for _ in range(wanted):
        etree.SubElement(grid, f"{W}gridCol", {f"{W}w": "0"})
    # A new column is as wide as the others on average.
    average = sum(widths) // max(len(widths), 1)
    set_widths(table, rows, widths[:wanted] + [average] * (wanted - len(widths)), sum(widths))
