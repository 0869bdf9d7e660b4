"""This module finds numbers that their cell's format makes larger or smaller than they are: 12 that shows as "12万元"."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from batchreport.findings import error, warning
from batchreport.workbook.cell_styles import cell_formats, told_by_format
from batchreport.workbook.cells import excerpt
from batchreport.workbook.layout import cell
from batchreport.workbook.number_formats import ODD, look, scale
from batchreport.workbook.numerals import from_float, tidy
from batchreport.workbook.parse import parse_xml
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Column
    from batchreport.submission import Record, Table
    from batchreport.workbook.columns import Page
    from batchreport.workbook.number_formats import Look
    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Position, Scan


def find_scaled(package: Package, scanned: Scan) -> dict[str, dict[Position, str]]:
    """Return the cells whose format may show a number otherwise than it is, with the format's code, by sheet.

    Raises `Refused` where the XML is broken.
    """
    return told_by_format(package, scanned, _scaled_styles)


def say_scaled(scaled: Mapping[Position, str], page: Page, table: Table) -> None:
    """Say of the numbers of a sheet which ones show a scale, or a word for roughly, that they do not have."""
    for record in table.records if scaled else ():
        for key, ref in record.cells.items():
            column, code, raw = page.section.by_key[key], scaled.get(position(ref)), cell(page.grid, *position(ref))
            if code and column.numeric and isinstance(raw, (int, float)) and raw:  # zero is as large as it looks
                _say(look(code, raw), raw, ref, column, _own_scale(record, column, page, table), page)


def _say(shown: Look, raw: float, ref: str, column: Column, own: int, page: Page) -> None:
    """Say what is odd of one number, whose unit multiplies it by `own`: it is read as `raw` times that."""
    details = {"title": column.shown, "found": excerpt(raw)}
    added = scale(shown.added) if shown.added else own
    if shown.times == 1 and added != own:
        page.say(error, "cell-format-scale", ref, added=shown.added, **details)
    elif added != shown.times * own:
        seen = f"{tidy(from_float(raw) / Decimal(shown.times)):f}{shown.added}"
        make = warning if own == 1 and not shown.added else error
        page.say(make, "cell-format-divides", ref, shown=seen, times=shown.times, **details)
    if shown.about:
        page.say(warning, "cell-format-approximate", ref, added=shown.about, **details)


def _own_scale(record: Record, column: Column, page: Page, table: Table) -> int:
    """Return by how much the unit of a number, beside it or in its header, multiplies it."""
    header = cell(page.grid, *position(table.headers[column.key])) if column.key in table.headers else ""
    units = (record.values.get(column.unit_column), header, column.base_unit)
    return next((times for unit in units if (times := scale(str(unit))) > 1), 1)


@lru_cache(maxsize=16)  # most workbooks of a run come from one blank workbook
def _scaled_styles(styles: bytes) -> Mapping[str, str]:
    """Return the code of each cell format that may show a number otherwise than it is."""
    if not ODD.search(styles):
        return MappingProxyType({})
    root = parse_xml(styles)
    codes = {str(f.get("numFmtId")): str(f.get("formatCode")) for f in root.iter("{*}numFmt")}
    odd = {number: code for number, code in codes.items() if ODD.search(code.replace('"', "&quot;").encode())}
    formats = ((str(n), odd.get(str(form.get("numFmtId")), "")) for n, form in enumerate(cell_formats(root)))
    return MappingProxyType({number: code for number, code in formats if code})
