"""This module finds numbers that their cell's format alone turns into ten thousands: 12 that shows as "12万元"."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from batchreport.findings import error
from batchreport.workbook.cell_styles import cell_formats, told_by_format
from batchreport.workbook.cells import excerpt
from batchreport.workbook.layout import cell
from batchreport.workbook.parse import parse_xml
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Column
    from batchreport.submission import Record, Table
    from batchreport.workbook.columns import Page
    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Position, Scan

_SCALES = "千万亿"
_LITERAL = re.compile(r'[十百千]?[万亿][^\s"!\\_@#0?,.;]*|千元')
_NO_LITERAL = re.compile(r"\[[^]]*\]")
_QUOTED = re.compile(r'"[^"]*"')
_DIVIDED = re.compile(r"[0#?],+(?![0#?])")  # a comma behind the last digit: shown in thousands
_POINTED = re.compile(r'(?:[!\\]\.|"\.")[0#?]')  # a point put between the digits: 0!.0000 shows 126000 as 12.6000


def find_scaled(package: Package, scanned: Scan) -> dict[str, dict[Position, str]]:
    """Return the cells whose format adds a scale to the number, with what it adds ("万元"), by sheet.

    Raises `Refused` where the XML is broken.
    """
    return told_by_format(package, scanned, _scaled_styles)


def say_scaled(scaled: Mapping[Position, str], page: Page, table: Table) -> None:
    """Say of the numbers of a sheet which ones show a scale that neither their column nor their unit has."""
    for record in table.records if scaled else ():
        for key, ref in record.cells.items():
            column, added, raw = page.section.by_key[key], scaled.get(position(ref)), cell(page.grid, *position(ref))
            if (
                added
                and column.numeric
                and isinstance(raw, (int, float))
                and raw  # zero is as large as it looks
                and not _says(record, column, added, page, table)
            ):
                page.say(error, "cell-format-scale", ref, title=column.shown, found=excerpt(raw), added=added)


def _says(record: Record, column: Column, added: str, page: Page, table: Table) -> bool:
    """Return whether the unit of a number, beside it or in its header, has the scale already."""
    header = cell(page.grid, *position(table.headers[column.key])) if column.key in table.headers else ""
    scale = next(sign for sign in added if sign in _SCALES)
    return any(scale in str(unit) for unit in (column.base_unit, record.values.get(column.unit_column), header))


@lru_cache(maxsize=16)  # most workbooks of a run come from one blank workbook
def _scaled_styles(styles: bytes) -> Mapping[str, str]:
    """Return what is added to a number by each cell format that adds a scale and does not divide by it."""
    if not any(sign.encode() in styles for sign in _SCALES):
        return MappingProxyType({})
    root = parse_xml(styles)
    codes = {str(f.get("numFmtId")): _added(str(f.get("formatCode"))) for f in root.iter("{*}numFmt")}
    formats = ((str(n), codes.get(str(form.get("numFmtId")), "")) for n, form in enumerate(cell_formats(root)))
    return MappingProxyType({number: added for number, added in formats if added})


def _added(code: str) -> str:
    plain = _NO_LITERAL.sub("", code)
    literal = _LITERAL.search(plain)
    divided = _POINTED.search(plain) or _DIVIDED.search(_QUOTED.sub("", plain))
    return literal[0] if literal and not divided else ""
