"""This module goes through a sheet's XML with a parser, whatever way it is written in."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import column_letters, position
from batchreport.workbook.odd_cells import NO_TEXT
from batchreport.workbook.sheet_scan import SheetScan, merged_range, too_large

if TYPE_CHECKING:
    from batchreport.a1 import Position
    from batchreport.workbook.package import Limits

_LOOKED_AT = ("{*}row", "{*}c", "{*}mergeCell")
_CONTENT = ("v", "f", "is")  # the children of a cell that fill it


def walk(part: bytes, name: str, percents: frozenset[str], limits: Limits) -> SheetScan:
    """Return what stands in a sheet; `percents` are the cell formats that show a percentage.

    Raises `Refused` where it is larger than `limits`, `ValueError` or `lxml.etree.XMLSyntaxError` where it is broken.
    """
    return _Walk(name, percents, limits).over(part)


class _Walk:
    """One pass over a sheet's cells that keeps none of them; a cell or row without `r` stands after the one before it.

    ECMA-376 part 1, 18.3.1.4 and 18.3.1.73: `r` may be left out.
    """

    def __init__(self, name: str, percents: frozenset[str], limits: Limits) -> None:
        self._name = name
        self._formats = percents
        self._limits = limits
        self._row = self._column = -1
        self._rows = self._columns = 0
        self._errors: dict[Position, str] = {}
        self._unvalued: dict[Position, str] = {}
        self._percents: set[Position] = set()
        self._merged: list[str] = []

    def over(self, part: bytes) -> SheetScan:
        """Return what the pass has found."""
        events = etree.iterparse(
            BytesIO(part), ("start", "end"), tag=_LOOKED_AT, resolve_entities=False, no_network=True, load_dtd=False
        )
        for event, element in events:
            kind = etree.QName(element).localname
            if event == "start":
                if kind == "row":
                    self._row, self._column = int(element.get("r") or self._row + 2) - 1, -1
            elif kind == "c":
                self._cell(element)
            elif kind == "row":
                _forget(element)
            elif ref := element.get("ref"):
                self._merged.append(ref)
        merged = tuple(map(merged_range, self._merged))
        return SheetScan(self._errors, self._unvalued, frozenset(self._percents), merged, self._rows, self._columns)

    def _cell(self, cell: etree._Element) -> None:
        ref = cell.get("r")
        at = position(ref) if ref else (self._row, self._column + 1)
        self._column = at[1]
        content = {etree.QName(child).localname: child for child in cell.iterchildren("{*}*")}
        if not any(word in content for word in _CONTENT):
            if cell.get("t") == "e":
                self._errors[at] = NO_TEXT
            return
        self._reach(at)
        value, kind = content.get("v"), cell.get("t", "n")
        if kind == "e":
            self._errors[at] = (value.text if value is not None else "") or NO_TEXT
        elif "f" in content and (value is None or (not value.text and kind != "str")):  # an empty text is a result
            self._unvalued[at] = f"={content['f'].text or ''}"
        elif kind == "n" and value is not None and cell.get("s") in self._formats:
            self._percents.add(at)

    def _reach(self, at: Position) -> None:
        """Note how far the sheet is filled, and refuse it as soon as that is too far."""
        if at[0] >= self._rows or at[1] >= self._columns:
            self._rows, self._columns = max(self._rows, at[0] + 1), max(self._columns, at[1] + 1)
            if self._limits.exceeded(self._rows, self._columns):
                raise too_large(self._name, f"{column_letters(at[1] + 1)}{at[0] + 1}", self._limits)


def _forget(row: etree._Element) -> None:
    """Drop a row that has been passed, and with it the one before."""
    row.clear()
    before, parent = row.getprevious(), row.getparent()
    if before is not None and parent is not None:
        parent.remove(before)
