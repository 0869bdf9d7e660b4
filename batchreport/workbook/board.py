"""This module writes a list as a workbook: one sheet with a fixed header, a filter, and texts that are never formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from batchreport.workbook.blank import save
from batchreport.workbook.look import FONT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from openpyxl.worksheet.worksheet import Worksheet

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RISKY = ("=", "+", "-", "@")
_LONGEST = 32767  # signs in a cell
_EDGE = Side(style="thin", color="D9DEE5")
Value = str | int | None
"""What a cell of a list holds."""


def board_xlsx(
    title: str,
    headings: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[Value]],
    colours: Sequence[str],
    at: datetime,
) -> bytes:
    """Return a list as an .xlsx file's bytes; `headings` has each column's name and width in signs.

    `colours` has a colour for each row's marked cell, the fourth, as "E3F3E8"; `at` is what the file says about when
    it was made.
    """
    book = Workbook()
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    for number, (heading, width) in enumerate(headings, 1):
        _put_heading(sheet.cell(1, number), heading)
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line, (row, colour) in enumerate(zip(rows, colours, strict=True), 2):
        for number, value in enumerate(row, 1):
            _put(sheet.cell(line, number), value)
        sheet.cell(line, 4).fill = PatternFill("solid", colour)
    _finish(sheet, len(headings), len(rows) + 1)
    return save(book)


def _finish(sheet: Worksheet, width: int, height: int) -> None:
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(width)}{height}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _put_heading(cell: Any, text: str) -> None:
    cell.value = text
    cell.font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", "1D4F91")
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _put(cell: Any, value: Value) -> None:
    """Put a value in; a text stays one, in the program that opens the file and in those it is copied to."""
    cell.font = Font(name=FONT, size=10)
    cell.border = Border(bottom=_EDGE)
    cell.alignment = Alignment(vertical="center", wrap_text=isinstance(value, str))
    if isinstance(value, str):
        cell.value = _NOT_XML.sub("\ufffd", value)[:_LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_RISKY)
    elif value is not None:
        cell.value = value
