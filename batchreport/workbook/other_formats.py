"""This module looks through a workbook that is no .xlsx, as far as can be told before calamine reads it."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import column_letters
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

    from batchreport.workbook.package import Limits, OtherFormat, Package

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_LAST_COLUMN = 16_384
_ENTRY = 128  # bytes of a directory entry ([MS-CFB] 2.6.1)
_KINDS = (0, 1, 2, 5)  # what an entry can be: nothing, storage, stream, root
_NAME = 64  # bytes of its name
_MINI_SHIFT = 6
_TABLES = 109  # tables of sectors that the header names
_END = 0xFFFFFFFA  # numbers from here on are no sectors (2.1)
_DIMENSIONS = re.compile(
    rb"\x00\x02\x0e\x00.{4}(?P<rows>.{4}).{2}(?P<columns>.{2})\x00\x00", re.DOTALL
)  # [MS-XLS] 2.4.90
_XLS_ROWS, _XLS_COLUMNS = 65_536, 256


def look_through(book: OtherFormat, data: bytes, limits: Limits) -> None:
    """Refuse what would harm calamine: an .xls says how much room its streams take, an .ods may repeat a cell at will."""
    if book.form == ".xls":
        _look_through_streams(data)
        _look_at_dimensions(data)
    if book.form == ".ods" and book.package is not None:
        _look_through_ods(book.package, limits)


def _look_through_streams(data: bytes) -> None:
    """Refuse a container whose directory names sectors that are not there, or streams larger than the file ([MS-CFB] 2.6)."""

    def number(at: int, size: int = 4) -> int:
        return int.from_bytes(data[at : at + size], "little")

    sector = 1 << min(number(30, 2), 20)
    room = len(data) // sector + 1
    counts = [number(at) for at in (44, 64, 72)]  # sectors of the three tables of sectors
    sane = sector in (512, 4096) and number(32, 2) == _MINI_SHIFT and max(counts) <= room
    place = number(48)
    for _ in range(room if sane else 0):
        start = (place + 1) * sector
        sane = sane and start < len(data)
        for entry in range(start, start + sector, _ENTRY):  # calamine heeds the size of one that is nothing too
            name, kind, size = number(entry + 64, 2), number(entry + 66, 1), number(entry + 120)
            sane = sane and name <= _NAME and kind in _KINDS and size <= len(data)
        table = number(76 + place * 4 // sector * 4) if place * 4 // sector < _TABLES else _END
        place = number((table + 1) * sector + place * 4 % sector) if table < room else _END
        if place >= _END:
            break
    if not sane:
        raise Refused("file-damaged")


def _look_at_dimensions(data: bytes) -> None:
    """Refuse a sheet that says it has more rows or columns than the format knows; calamine would take room for all of them."""
    for said in _DIMENSIONS.finditer(data):
        rows, columns = (int.from_bytes(said[word], "little") for word in ("rows", "columns"))
        if rows > _XLS_ROWS or columns > _XLS_COLUMNS:
            raise Refused("file-damaged")


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
