"""This module looks through one sheet's XML: how far it reaches, and the errors, formulas and formats that calamine hides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import column_letters, column_number, position
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.a1 import Position
    from batchreport.workbook.package import Limits

_CELL = re.compile(rb'<c(?: r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^>]*)>|(?![of]))')  # no col, no conditionalFormatting
_FORM = re.compile(rb'(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?/?')
_FORMULA = re.compile(rb"<f[\s/>]")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_MARK = re.compile(rb"<(?:[\w.-]+:)?(?:mergeCell|hyperlink|dataValidation|conditionalFormatting)[\s/>]")
_SHORTEST = len(b"<row/>")  # bytes of a row or a mark, at least
_MAIN = (b"openxmlformats.org/spreadsheetml/", b"purl.oclc.org/ooxml/spreadsheetml/")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_LOOKED_AT = ("{*}row", "{*}c", "{*}mergeCell")
_CONTENT = ("v", "f", "is")  # the children of a cell that fill it


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What stands in a sheet besides its values: errors, formulas without a result, cells shown as a percentage.

    `merged` has the ranges that are merged downwards, as their first cell and their last row; `rows` and `columns`
    tell how far the sheet is filled.
    """

    errors: dict[Position, str] = field(default_factory=dict)
    unvalued: dict[Position, str] = field(default_factory=dict)
    percents: frozenset[Position] = frozenset()
    merged: tuple[tuple[Position, int], ...] = ()
    rows: int = 0
    columns: int = 0


def scan_sheet(part: bytes, name: str, percents: frozenset[str], limits: Limits) -> SheetScan:
    """Return what stands in a sheet; `percents` are the cell formats that show a percentage.

    Raises `Refused` where it is larger than `limits`, `ValueError` or `lxml.etree.XMLSyntaxError` where it is broken.
    """
    most = len(part) // _SHORTEST
    if most > limits.rows and (rows := sum(1 for _ in _ROW.finditer(part))) > limits.rows:
        raise _too_large(name, f"A{rows}", limits)
    if most > limits.marks and (marks := sum(1 for _ in _MARK.finditer(part))) > limits.marks:
        raise Refused("sheet-too-many-marks", sheet=name, count=marks, limit=limits.marks)
    return _ordinary(part, percents, limits) or _Walk(name, percents, limits).over(part)


def _ordinary(part: bytes, percents: frozenset[str], limits: Limits) -> SheetScan | None:
    """Return what the bytes alone show where there is nothing to find; None where only the whole pass can tell.

    The namespace stands there once and without a prefix, every cell is written as Excel writes it, and no formula,
    error or percentage is in sight.
    """
    if b"<worksheet" not in part or sum(map(part.count, _MAIN)) != 1 or _FORMULA.search(part):
        return None
    if len(part) // _SHORTEST > limits.cells and part.count(b"<c") > limits.cells:
        return None
    cells = _CELL.findall(part)  # one that is written in another way gives empty texts
    columns, rows, forms = map(set, zip(*cells, strict=True)) if cells else ((), (), ())
    if b"" in rows or not all(_is_ordinary(form, percents) for form in forms):
        return None
    column = max(columns, key=lambda letters: (len(letters), letters), default=b"")
    last = max(map(int, rows), default=0), column_number(column.decode())
    if limits.exceeded(*last):
        return None
    merged = _merged_down(text.decode() for text in _MERGED.findall(part))
    return SheetScan(merged=tuple(merged), rows=last[0], columns=last[1])


@lru_cache(maxsize=1024)
def _is_ordinary(form: bytes, percents: frozenset[str]) -> bool:
    """Return whether the attributes behind a cell's reference are as Excel writes them, for no error and no percentage."""
    match = _FORM.fullmatch(form)
    return match is not None and match[2] != b"e" and (match[1] or b"").decode() not in percents


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
        merged = tuple(_merged_down(self._merged))
        return SheetScan(self._errors, self._unvalued, frozenset(self._percents), merged, self._rows, self._columns)

    def _cell(self, cell: etree._Element) -> None:
        ref = cell.get("r")
        at = position(ref) if ref else (self._row, self._column + 1)
        self._column = at[1]
        content = {etree.QName(child).localname: child for child in cell.iterchildren("{*}*")}
        if not any(word in content for word in _CONTENT):
            if cell.get("t") == "e":
                self._errors[at] = "#ERROR!"
            return
        self._reach(at)
        value, kind = content.get("v"), cell.get("t", "n")
        if kind == "e":
            self._errors[at] = (value.text if value is not None else "") or "#ERROR!"
        elif "f" in content and (value is None or (not value.text and kind != "str")):  # an empty text is a result
            self._unvalued[at] = f"={content['f'].text or ''}"
        elif kind == "n" and value is not None and cell.get("s") in self._formats:
            self._percents.add(at)

    def _reach(self, at: Position) -> None:
        """Note how far the sheet is filled, and refuse it as soon as that is too far."""
        if at[0] >= self._rows or at[1] >= self._columns:
            self._rows, self._columns = max(self._rows, at[0] + 1), max(self._columns, at[1] + 1)
            if self._limits.exceeded(self._rows, self._columns):
                raise _too_large(self._name, f"{column_letters(at[1] + 1)}{at[0] + 1}", self._limits)


def _forget(row: etree._Element) -> None:
    """Drop a row that has been passed, and with it the one before."""
    row.clear()
    before, parent = row.getprevious(), row.getparent()
    if before is not None and parent is not None:
        parent.remove(before)


def _merged_down(ranges: Iterable[str]) -> Iterator[tuple[Position, int]]:
    for text in ranges:
        first, _, last = text.partition(":")
        if last:
            start, end = position(first), position(last)
            if end[0] > start[0]:
                yield start, end[0]


def _too_large(sheet: str, cell: str, limits: Limits) -> Refused:
    return Refused("sheet-too-large", sheet=sheet, cell=cell, last=f"{column_letters(limits.columns)}{limits.rows}")
