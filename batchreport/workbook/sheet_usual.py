"""This module looks through a sheet's XML by its bytes alone, where it is written as Excel, WPS and LibreOffice write it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from batchreport.a1 import column_number
from batchreport.workbook.odd_cells import OddCells, odd_cells
from batchreport.workbook.sheet_scan import SheetScan, merged_range

if TYPE_CHECKING:
    from batchreport.workbook.package import Limits
    from batchreport.workbook.sheet_rows import SheetRows

_CELL = re.compile(rb'<c(?: r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^>]*)>|(?![of]))')  # no col, no conditionalFormatting
_ANOTHER_WAY = (b"", b"", b"")  # what that gives of a cell whose reference does not come first
_SHORTEST = len(b"<c/>")
_FORM = re.compile(rb'(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?(?: (?:cm|vm|ph)="[0-9a-z]+")* ?/?')
_FORMULA = re.compile(rb"<f[\s/>]")
_MAIN = (b"openxmlformats.org/spreadsheetml/", b"purl.oclc.org/ooxml/spreadsheetml/")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_NEAR = (999, 26)  # row and column of Z999
_NOTHING = OddCells({}, {}, frozenset())


def scan_usual(sheet: SheetRows, percents: frozenset[str], limits: Limits, *, exact: bool = False) -> SheetScan | None:
    """Return what stands in a sheet; None where only a parser can tell, or where the sheet is too large.

    The namespace stands there once and without a prefix, and every cell is written as Excel writes it. `percents` are
    the cell formats that show a percentage. How far a sheet is filled that has only plain cells up to Z999 is counted
    where it must be `exact`. Raises `ValueError` or `lxml.etree.XMLSyntaxError` where the XML is broken.
    """
    part = sheet.filled
    if b"<worksheet" not in part or _namespaces(part) != 1 or (b"mergeCell" in sheet.rest and _namespaces(sheet.rest)):
        return None
    merged = tuple(merged_range(text.decode()) for text in _MERGED.findall(sheet.rest or part))
    has_formula = _FORMULA.search(part) is not None
    if not exact and not limits.exceeded(*_NEAR) and not _no_plain_cell(percents).search(part):
        found = _odd(sheet, percents) if has_formula else _NOTHING
        return found and SheetScan(*found, merged, *_NEAR)
    if len(part) // _SHORTEST > limits.cells and part.count(b"<c") > limits.cells:
        return None
    cells = _CELL.findall(part)
    if _ANOTHER_WAY in cells:
        return None
    columns, rows, forms = map(set, zip(*cells, strict=True)) if cells else ((), (), ())
    odd = {_is_odd(form, percents) for form in forms}
    if None in odd:
        return None
    column = max(columns, key=lambda letters: (len(letters), letters), default=b"")
    last = max(map(int, rows), default=0), column_number(column.decode())
    if limits.exceeded(*last):
        return None
    found = _odd(sheet, percents) if True in odd or has_formula else _NOTHING
    return found and SheetScan(*found, merged, *last)


def _odd(sheet: SheetRows, percents: frozenset[str]) -> OddCells | None:
    """Return a sheet's odd cells; None where only a parser can tell."""
    return odd_cells(sheet.filled, percents) if sheet.rest else None


@lru_cache(maxsize=16)
def _no_plain_cell(percents: frozenset[str]) -> re.Pattern[bytes]:
    """Return what finds a cell that is no plain one near the beginning: an error, a percentage, or written in another way."""
    shown = f'(?!(?:{"|".join(map(re.escape, sorted(percents)))})")' if percents else ""
    form = rf'(?: s="{shown}[0-9]++")?+(?: t="(?!e")[a-zA-Z]++")?+ ?/?>'
    return re.compile(rf'<c(?! r="[A-Z][1-9][0-9]{{0,2}}"{form}|[of])'.encode())


def _namespaces(part: bytes) -> int:
    return sum(map(part.count, _MAIN))


@lru_cache(maxsize=1024)
def _is_odd(form: bytes, percents: frozenset[str]) -> bool | None:
    """Return whether the attributes behind a cell's reference tell of an error or a percentage; None where they are not as usual."""
    match = _FORM.fullmatch(form)
    return None if match is None else match[2] == b"e" or (match[1] or b"").decode() in percents
