"""This module looks through a workbook that is no .xlsx, as far as can be told before calamine reads it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.workbook.a1 import column_letters
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

    from batchreport.workbook.package import Limits, OtherFormat, Package

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_LAST_COLUMN = 16_384


def look_through(book: OtherFormat, limits: Limits) -> None:
    """Refuse what would harm calamine: an .ods may repeat one cell a million times in a line."""
    if book.form == ".ods" and book.package is not None:
        _look_through_ods(book.package, limits)


def _look_through_ods(package: Package, limits: Limits) -> None:
    if b"spreadsheet" not in package.part("mimetype"):
        raise Refused("file-not-workbook")
    if b"encryption-data" in package.part("META-INF/manifest.xml"):
        raise Refused("file-encrypted")
    cells = 0
    try:
        tags = (f"{_TABLE}table", f"{_TABLE}table-row")
        content = BytesIO(package.part("content.xml"))
        rows = columns = row = 0
        sheet = ""
        events = etree.iterparse(
            content, ("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        )
        for event, element in events:
            if element.tag == tags[0]:
                cells += rows * columns
                sheet, rows, columns, row = str(element.get(f"{_TABLE}name")), 0, 0, 0
            elif event == "end":
                row += _repeated(element, "rows")
                if width := _filled(element):
                    rows, columns = row, max(columns, width)
                    if limits.exceeded(rows, columns):
                        last = f"{column_letters(limits.columns)}{limits.rows}"
                        cell = f"{column_letters(min(columns, _LAST_COLUMN))}{rows}"
                        raise Refused("sheet-too-large", sheet=sheet, cell=cell, last=last)
                element.clear()
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("file-damaged") from None
    if cells > limits.cells:
        raise Refused("file-too-many-cells", count=cells, limit=limits.cells)


def _filled(row: _Element) -> int:
    """Return how many columns a row has up to its last filled cell."""
    width = last = 0
    for cell in row:
        if cell.tag in _CELLS:
            width += _repeated(cell, "columns")
            last = width if cell.get(f"{_OFFICE}value-type") or len(cell) else last
    return last


def _repeated(element: _Element, what: str) -> int:
    return max(int(element.get(f"{_TABLE}number-{what}-repeated", "1")), 1)
