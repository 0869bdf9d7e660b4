"""This module draws the sheets of a blank workbook that a section stands for."""

from __future__ import annotations

import re
import unicodedata
from copy import copy
from math import ceil
from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from batchreport.values import Missing
from batchreport.workbook.inputs import validate
from batchreport.workbook.unfilled import colour_unfilled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from batchreport.schema import Column, Section
    from batchreport.values import Value
    from batchreport.workbook.inputs import Setting

HEADER_ROW = 3
"""The row of a table's header and of a form's first field; title and hint stand above."""
_DRAWN_ROWS = 20
CHECKED_ROWS = 1000
_LONG = 100  # a text that may have so many characters gets a tall cell in a form, a wide column in a table
_WIDE = 40
FONT = "微软雅黑"
ACCENT = "1F4E79"
GREY = "7F7F7F"
_TAB, _FAINT_TAB = "5B9BD5", "BDD7EE"
_MOST_FROZEN = 3
_ROW_HEIGHT = 20.0
_LINE_HEIGHT = 15.0  # in a font of 10 points
_LETTERS = 10.5  # of one point that are as wide as a column's unit
_STANDARD_WIDTH = 13.0  # of a column whose width is not said (openpyxl's, and about Excel's)
HEAD = PatternFill("solid", fgColor="DCE6F1")
FILLED = PatternFill("solid", fgColor="F2F2F2")
_LINE = Side(style="thin", color="BFBFBF")
BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WIDTHS = {"string": 22, "choice": 11, "date": 13, "number": 11, "money": 14, "reference": 18, "image": 24}
_FORMATS = {"date": "yyyy-mm-dd", "money": "#,##0.00", "string": "@", "reference": "@"}
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def draw_table(sheet: Worksheet, section: Section, rows: Sequence[Mapping[str, Value]], setting: Setting) -> None:
    """Draw a sheet with a header row, the prefilled rows, and room for more as far as people go on."""
    width = len(section.columns)
    page(sheet, "landscape", setting)
    sheet.sheet_properties.tabColor = _TAB if section.required else _FAINT_TAB
    for number, column in enumerate(section.columns, 1):
        letter = get_column_letter(number)
        _column_style(sheet, letter, column, setting.language)
        _label(sheet, HEADER_ROW, number, column, setting.language)
        _draw_cells(sheet, number, column, rows, setting)
        cells = f"{letter}{HEADER_ROW + 1}:{letter}{HEADER_ROW + CHECKED_ROWS}"
        validate(sheet, section, column, cells, setting)
    for row, values in enumerate(rows, HEADER_ROW + 1):
        _fit(sheet, row, section, values, setting)
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW_HEIGHT, True
    _head(sheet, section, max(width, 6), setting)
    _colour_table(sheet, section, setting)
    sheet.row_dimensions[HEADER_ROW].height = 32
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, _first_free(section)).coordinate
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _fit(sheet: Worksheet, row: int, section: Section, values: Mapping[str, Value], setting: Setting) -> None:
    """Make a prefilled row high enough for its texts."""
    stored = (
        (_stored(values.get(column.key), column, setting), number) for number, column in enumerate(section.columns, 1)
    )
    most = max((lines(text, _signs(sheet, number)) for text, number in stored if isinstance(text, str)), default=1)
    if most > 1:
        sheet.row_dimensions[row].height = height(most)


def _first_free(section: Section) -> int:
    """Return the first column that moves: after the one by which a row is known, if that stands at the left."""
    keys = [column.key for column in section.columns]
    known = keys.index(section.mark) + 1 if section.mark else 1
    return min(max(len(keys), 1), known + 1 if known <= _MOST_FROZEN else 2)


def _colour_table(sheet: Worksheet, section: Section, setting: Setting) -> None:
    letters = {column.key: get_column_letter(number) for number, column in enumerate(section.columns, 1)}
    first, last = HEADER_ROW + 1, HEADER_ROW + CHECKED_ROWS
    row = f"$A{first}:${get_column_letter(len(section.columns))}{first}"
    started = f'COUNTA({row})>COUNTIF({row},"{setting.words["nothing"]}")'
    cells = {key: f"{letter}{first}:{letter}{last}" for key, letter in letters.items()}
    colour_unfilled(sheet, section, cells, {key: f"${letter}{first}" for key, letter in letters.items()}, started)


def draw_form(sheet: Worksheet, section: Section, rows: Sequence[Mapping[str, Value]], setting: Setting) -> None:
    """Draw a sheet with a label, a value and a hint in each row."""
    values = rows[0] if rows else {}
    language = setting.language
    page(sheet, "portrait", setting)
    sheet.sheet_properties.tabColor = _TAB if section.required else _FAINT_TAB
    for letter, wide in (("A", 16), ("B", 56), ("C", 34)):
        sheet.column_dimensions[letter].width = wide
    _head(sheet, section, 3, setting)
    cells = {}
    for row, column in enumerate(section.columns, HEADER_ROW):
        cells[column.key] = f"B{row}"
        _label(sheet, row, 1, column, language)
        _input(sheet, row, 2, column)
        sheet.cell(row, 2).alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
        _put(sheet, row, 2, column, values.get(column.key), setting)
        validate(sheet, section, column, f"B{row}", setting)
        note = sheet.cell(row, 3, column.advice(language) or None)
        note.font = Font(name=FONT, size=9, color=GREY)
        note.alignment = Alignment(vertical="center", wrap_text=True, indent=1)
        sheet.row_dimensions[row].height = 90 if (column.max_length or 0) >= _LONG else 24
    colour_unfilled(sheet, section, cells, {key: f"$B${cell[1:]}" for key, cell in cells.items()}, "")
    sheet.freeze_panes = f"B{HEADER_ROW}"


def page(sheet: Worksheet, orientation: Any, setting: Setting) -> None:
    """Set up a sheet: no grid, protected save for the input cells, one page wide on A4, named at head and foot."""
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True
    for right in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, right, False)  # False allows it (ECMA-376 part 1, 18.3.1.85)
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.8, bottom=0.8, header=0.35, footer=0.35)
    header: Any = sheet.oddHeader
    header.left.text = setting.name.replace("&", "&&") or None
    header.right.text = setting.period.label(setting.language) if setting.period else None
    footer: Any = sheet.oddFooter
    footer.center.text, footer.center.size = "&A  &P/&N", 9


def _head(sheet: Worksheet, section: Section, width: int, setting: Setting) -> None:
    """Draw the title and the hint row over `width` columns."""
    hint = section.advice(setting.language) or setting.words[section.kind]
    heading(sheet, 1, width, section.heading(setting.language), Font(name=FONT, size=16, bold=True, color=ACCENT))
    heading(sheet, 2, width, hint, Font(name=FONT, size=9, color=GREY))
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[2].height = max(sheet.row_dimensions[2].height, 20)


def heading(sheet: Worksheet, row: int, width: int, text: str, font: Font) -> None:
    """Write a text over the first `width` columns of a row, and make the row as high as the text needs."""
    sheet.cell(row, 1, text).data_type = "s"
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    room = sum(_signs(sheet, number) for number in range(1, width + 1))
    sheet.row_dimensions[row].height = height(lines(text, room, font.size), font.size)
    for number in range(1, width + 1):  # every cell, or the columns' borders would show in the merged ones
        cell: Any = sheet.cell(row, number)
        cell.font = font
        cell.border = Border()
        cell.protection = Protection(locked=True)
        cell.number_format = "General"
        cell.alignment = Alignment(vertical="center", wrap_text=True)


def lines(text: str, width: float, size: float = 10) -> int:
    """Return how many lines a text takes in cells so wide, in a font of so many points."""
    room = max((width - 2) * _LETTERS / size, 1)
    return sum(max(1, ceil(signs_of(line) / room)) for line in text.split("\n"))


def height(count: int, size: float = 10) -> float:
    """Return the height of a row with so many lines; no program that only reads the file sizes rows again."""
    return _LINE_HEIGHT * size / 10 * count + 4


def signs_of(text: str) -> int:
    """Return how wide a text is, in letters; a Chinese sign is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _signs(sheet: Worksheet, number: int) -> float:
    letter = get_column_letter(number)
    return float(sheet.column_dimensions[letter].width) if letter in sheet.column_dimensions else _STANDARD_WIDTH


def _column_style(sheet: Worksheet, letter: str, column: Column, language: str) -> None:
    """Unlock a whole column, so that people can go on below the rows that are drawn."""
    dimension: Any = sheet.column_dimensions[letter]
    dimension.width = max(_width(column), min(signs_of(column.heading(language)) + 4, 18))
    dimension.protection = Protection(locked=False)
    dimension.number_format = _FORMATS.get(column.type, "General")
    dimension.font = Font(name=FONT, size=10)
    dimension.border = BOX
    dimension.alignment = _alignment(column)


def _width(column: Column) -> int:
    return _WIDE if (column.max_length or 0) >= _LONG and not column.prefilled else _WIDTHS.get(column.type, 10)


def _alignment(column: Column) -> Alignment:
    wide = column.type in ("string", "reference")
    return Alignment(vertical="center", wrap_text=wide, horizontal="left" if wide else "center", indent=int(wide))


def _label(sheet: Worksheet, row: int, number: int, column: Column, language: str) -> None:
    """Draw a header cell or a label."""
    must = column.required and not column.default_from
    cell = sheet.cell(row, number, column.heading(language) + (" *" if must else ""))
    cell.font = Font(name=FONT, size=10, bold=True, color=ACCENT)
    cell.fill = HEAD
    cell.border = BOX
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _draw_cells(
    sheet: Worksheet, number: int, column: Column, rows: Sequence[Mapping[str, Value]], setting: Setting
) -> None:
    """Draw a column's input cells: those of the prefilled rows, and some more."""
    last = HEADER_ROW + max(_DRAWN_ROWS, len(rows) + 10)
    _input(sheet, HEADER_ROW + 1, number, column)
    model: Any = sheet.cell(HEADER_ROW + 1, number)
    for row in range(HEADER_ROW + 2, last + 1):
        cell: Any = sheet.cell(row, number)
        cell._style = copy(model._style)  # noqa: SLF001  (ten times as fast as styling each cell)
    for row, values in enumerate(rows, HEADER_ROW + 1):
        _put(sheet, row, number, column, values.get(column.key), setting)


def _input(sheet: Worksheet, row: int, number: int, column: Column) -> None:
    cell = sheet.cell(row, number)
    cell.number_format = _FORMATS.get(column.type, "General")
    cell.font = Font(name=FONT, size=10)
    cell.border = BOX
    cell.alignment = _alignment(column)
    cell.protection = Protection(locked=False)


def _put(sheet: Worksheet, row: int, number: int, column: Column, value: Value, setting: Setting) -> None:
    """Fill a cell; what a column marked `prefilled` gets is grey and locked."""
    if value is None:
        return
    form = sheet.cell(row, number).number_format
    cell = sheet.cell(row, number, _stored(value, column, setting))
    cell.number_format = form  # openpyxl gives a date a format of its own
    if isinstance(cell.value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    if column.prefilled:
        cell.fill = FILLED
        cell.protection = Protection(locked=True)


def _stored(value: Value, column: Column, setting: Setting) -> Any:
    """Return a value as openpyxl stores it."""
    if isinstance(value, bool):
        return setting.words["switch"].split(",")[0 if value else 1]
    if isinstance(value, (tuple, Missing, str)):
        text = (column.separator or "、").join(value) if isinstance(value, tuple) else str(value)
        return _ESCAPED.sub("_x005F_", text)  # read back, "_x000D_" is a line end (ECMA-376 part 1, 22.9.2.19)
    return value
