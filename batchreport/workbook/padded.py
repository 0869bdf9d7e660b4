"""This module finds whole numbers that their cell's format shows with zeros in front: 5 that shows as 005."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from batchreport.workbook.cell_styles import cell_formats, told_by_format
from batchreport.workbook.kinds import Padded
from batchreport.workbook.layout import cell
from batchreport.workbook.parse import parse_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.workbook.layout import Grid
    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Position, Scan

_CODE = re.compile(r"(0{2,15})(?:;.*)?")
_ZEROS = re.compile(rb"""formatCode=["']00""")


def find_padded(package: Package, scanned: Scan) -> dict[str, dict[Position, int]]:
    """Return the cells whose format asks for so many digits, by sheet; raises `Refused` where the XML is broken."""
    return told_by_format(package, scanned, _padded_styles)


def pad(grid: Grid, padded: Mapping[Position, int]) -> None:
    """Let the whole numbers of a sheet know how many digits they show."""
    for (row, column), digits in padded.items():
        raw = cell(grid, row, column)
        if type(raw) in (int, float) and raw >= 0 and raw == int(raw):
            grid[row][column] = Padded(raw, digits)


@lru_cache(maxsize=16)  # most workbooks of a run come from one blank workbook
def _padded_styles(styles: bytes) -> Mapping[str, int]:
    if not _ZEROS.search(styles):
        return MappingProxyType({})
    root = parse_xml(styles)
    codes = {str(f.get("numFmtId")): _CODE.fullmatch(str(f.get("formatCode"))) for f in root.iter("{*}numFmt")}
    found = ((str(n), codes.get(str(form.get("numFmtId")))) for n, form in enumerate(cell_formats(root)))
    return MappingProxyType({number: len(match[1]) for number, match in found if match})
