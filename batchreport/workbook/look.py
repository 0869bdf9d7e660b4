"""This module draws the sheets of a blank workbook: how they look, and what Excel checks while people type."""

from __future__ import annotations

import re
import unicodedata
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from batchreport.schema import Column, Section
    from batchreport.values import Value

HEADER_ROW = 3
"""The row of a table's header and of a form's first field; title and hint stand above."""
_DRAWN_ROWS = 20
_CHECKED_ROWS = 1000
_LONG = 100  # a text that may have so many characters gets a tall cell in a form, a wide column in a table
_WIDE = 40
_FONT = "微软雅黑"
_ACCENT = "1F4E79"
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_FILLED = PatternFill("solid", fgColor="F2F2F2")
_LINE = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WIDTHS = {"string": 22, "choice": 11, "date": 13, "number": 11, "money": 14, "reference": 18, "image": 24}
_FORMATS = {"date": "yyyy-mm-dd", "money": "#,##0.00", "string": "@", "reference": "@"}
_EARLIEST, _LATEST = "DATE(1990,1,1)", "DATE(2199,12,31)"
_HUGE = 10**15
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WORDS = {
    "zh": {
        "table": "带 * 的列必须填写；灰色的格子已经填好，不用改。一行写一项，行数不够可以接着往下写；没有内容就在第一行写“无”。",
        "form": "带 * 的项目必须填写；灰色的格子已经填好，不用改。",
        "choice": "请从下拉列表中选择：{}",
        "number": "请只填数字，单位填在单位列",
        "missing": "请填数字；没有数据就写“{}”",
        "whole": "请填整数",
        "date": "请填日期，例如 2026-11-30",
        "length": "请不要超过 {} 字",
        "title": "填写有误",
        "switch": "是,否",
    },
    "en": {
        "table": "Columns marked * must be filled in; grey cells are filled already. One item a row, go on below as far as needed; "
        "if there is nothing to say, write “none” in the first row.",
        "form": "What is marked * must be filled in; grey cells are filled already.",
        "choice": "Please choose from the list: {}",
        "number": "Digits only, please; the unit has its own column",
        "missing": "A number, please, or “{}” where there are no data",
        "whole": "A whole number, please",
        "date": "A date, please, such as 2026-11-30",
        "length": "At most {} characters, please",
        "title": "Please check",
        "switch": "yes,no",
    },
}

Lists = dict[tuple[str, ...], str]
"""The defined name under which the workbook holds a list of choices."""


def draw_table(
    sheet: Worksheet, section: Section, language: str, lists: Lists, rows: Sequence[Mapping[str, Value]]
) -> None:
    """Draw a sheet with a header row, the prefilled rows, and room for more as far as people go on."""
    width = len(section.columns)
    _page(sheet, "landscape")
    _head(sheet, section, language, max(width, 6))
    last = HEADER_ROW + max(_DRAWN_ROWS, len(rows) + 10)
    for number, column in enumerate(section.columns, 1):
        letter = get_column_letter(number)
        _column_style(sheet, letter, column, language)
        _label(sheet, HEADER_ROW, number, column, language)
        _draw_cells(sheet, number, column, language, rows, last)
        cells = f"{letter}{HEADER_ROW + 1}:{letter}{HEADER_ROW + _CHECKED_ROWS}"
        _validate(sheet, column, cells, language, lists)
    sheet.row_dimensions[HEADER_ROW].height = 32
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 2).coordinate
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def draw_form(
    sheet: Worksheet, section: Section, language: str, lists: Lists, rows: Sequence[Mapping[str, Value]]
) -> None:
    """Draw a sheet with a label, a value and a hint in each row."""
    values = rows[0] if rows else {}
    _page(sheet, "portrait")
    for letter, wide in (("A", 16), ("B", 56), ("C", 34)):
        sheet.column_dimensions[letter].width = wide
    _head(sheet, section, language, 3)
    for row, column in enumerate(section.columns, HEADER_ROW):
        _label(sheet, row, 1, column, language)
        _input(sheet, row, 2, column)
        sheet.cell(row, 2).alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        _put(sheet, row, 2, column, values.get(column.key), language)
        _validate(sheet, column, f"B{row}", language, lists)
        note = sheet.cell(row, 3, column.advice(language) or None)
        note.font = Font(name=_FONT, size=9, color="7F7F7F")
        note.alignment = Alignment(vertical="center", wrap_text=True, indent=1)
        sheet.row_dimensions[row].height = 90 if (column.max_length or 0) >= _LONG else 24
    sheet.freeze_panes = f"B{HEADER_ROW}"


def _page(sheet: Worksheet, orientation: Any) -> None:
    """Set up the sheet: no grid, protected save for the input cells, one page wide on A4."""
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True
    for right in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, right, False)  # False allows it (ECMA-376 part 1, 18.3.1.85)
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    footer: Any = sheet.oddFooter
    footer.center.text = "&A  &P/&N"


def _head(sheet: Worksheet, section: Section, language: str, width: int) -> None:
    """Draw the title and the hint row over `width` columns."""
    hint = section.hint_en if language == "en" and section.hint_en else section.hint
    texts = (section.heading(language), hint or _WORDS[language][section.kind])
    fonts = (Font(name=_FONT, size=16, bold=True, color=_ACCENT), Font(name=_FONT, size=9, color="7F7F7F"))
    for row, (text, font) in enumerate(zip(texts, fonts, strict=True), 1):
        sheet.cell(row, 1, text)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
        sheet.row_dimensions[row].height = 30
        for number in range(1, width + 1):  # every cell, or the columns' borders would show in the merged ones
            cell: Any = sheet.cell(row, number)
            cell.font = font
            cell.alignment = Alignment(vertical="center", wrap_text=True)


def _column_style(sheet: Worksheet, letter: str, column: Column, language: str) -> None:
    """Unlock a whole column, so that people can go on below the rows that are drawn."""
    dimension: Any = sheet.column_dimensions[letter]
    header = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in column.heading(language))
    dimension.width = max(_width(column), min(header + 4, 18))
    dimension.protection = Protection(locked=False)
    dimension.number_format = _FORMATS.get(column.type, "General")
    dimension.font = Font(name=_FONT, size=10)
    dimension.border = _BOX
    dimension.alignment = _alignment(column)


def _width(column: Column) -> int:
    return _WIDE if (column.max_length or 0) >= _LONG and not column.prefilled else _WIDTHS.get(column.type, 10)


def _alignment(column: Column) -> Alignment:
    wide = column.type in ("string", "reference")
    return Alignment(vertical="center", wrap_text=wide, horizontal=None if wide else "center")


def _label(sheet: Worksheet, row: int, number: int, column: Column, language: str) -> None:
    """Draw a header cell or a label."""
    must = column.required and not column.default_from
    cell = sheet.cell(row, number, column.heading(language) + (" *" if must else ""))
    cell.font = Font(name=_FONT, size=10, bold=True, color=_ACCENT)
    cell.fill = _HEAD
    cell.border = _BOX
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _draw_cells(
    sheet: Worksheet, number: int, column: Column, language: str, rows: Sequence[Mapping[str, Value]], last: int
) -> None:
    """Draw a column's input cells down to `last`."""
    _input(sheet, HEADER_ROW + 1, number, column)
    model: Any = sheet.cell(HEADER_ROW + 1, number)
    for row in range(HEADER_ROW + 2, last + 1):
        cell: Any = sheet.cell(row, number)
        cell._style = copy(model._style)  # noqa: SLF001  (ten times as fast as styling each cell)
    for row, values in enumerate(rows, HEADER_ROW + 1):
        _put(sheet, row, number, column, values.get(column.key), language)


def _input(sheet: Worksheet, row: int, number: int, column: Column) -> None:
    cell = sheet.cell(row, number)
    cell.number_format = _FORMATS.get(column.type, "General")
    cell.font = Font(name=_FONT, size=10)
    cell.border = _BOX
    cell.alignment = _alignment(column)
    cell.protection = Protection(locked=False)


def _put(sheet: Worksheet, row: int, number: int, column: Column, value: Value, language: str) -> None:
    """Fill a cell; what a column marked `prefilled` gets is grey and locked."""
    if value is None:
        return
    form = sheet.cell(row, number).number_format
    cell = sheet.cell(row, number, _stored(value, language))
    cell.number_format = form  # openpyxl gives a date a format of its own
    if isinstance(cell.value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    if column.prefilled:
        cell.fill = _FILLED
        cell.protection = Protection(locked=True)


def _stored(value: Value, language: str) -> Any:
    """Return a value as openpyxl stores it."""
    if isinstance(value, bool):
        return _WORDS[language]["switch"].split(",")[0 if value else 1]
    if isinstance(value, (tuple, Missing, str)):
        text = "、".join(value) if isinstance(value, tuple) else str(value)
        return _ESCAPED.sub("_x005F_", text)  # read back, "_x000D_" is a line end (ECMA-376 part 1, 22.9.2.19)
    return value


def _validate(sheet: Worksheet, column: Column, cells: str, language: str, lists: Lists) -> None:
    """Let Excel check what is typed into `cells`, and show the column's hint beside them."""
    hint = column.advice(language)
    rule = _validation(column, cells.partition(":")[0], _WORDS[language], lists)
    if rule is None and not hint:
        return
    rule = rule or DataValidation()
    rule.errorTitle = _WORDS[language]["title"]
    rule.showErrorMessage = rule.type is not None
    rule.allow_blank = True
    if hint:
        rule.promptTitle = column.heading(language)[:32]  # Excel's limits
        rule.prompt = hint[:255]
        rule.showInputMessage = True
    sheet.add_data_validation(rule)
    rule.add(cells)


def _validation(column: Column, first: str, words: Mapping[str, str], lists: Lists) -> DataValidation | None:
    if column.type == "choice":
        said = words["choice"].format("、".join(column.enum))[:255]
        style: Any = "warning" if column.allow_other else "stop"
        return DataValidation("list", f"={lists[column.enum]}", error=said, errorStyle=style)
    if column.type == "boolean":
        return DataValidation("list", f'"{words["switch"]}"')
    if column.type == "date":
        return DataValidation("date", _EARLIEST, _LATEST, error=words["date"], operator="between")
    if column.numeric:
        return _numeric_validation(column, first, words)
    if column.max_length:
        said = words["length"].format(column.max_length)
        return DataValidation("textLength", str(column.max_length), error=said, operator="lessThanOrEqual")
    return None


def _numeric_validation(column: Column, first: str, words: Mapping[str, str]) -> DataValidation:
    low = column.minimum if isinstance(column.minimum, (int, float)) else -_HUGE
    high = column.maximum if isinstance(column.maximum, (int, float)) else _HUGE
    if column.missing_values:
        said = words["missing"].format(column.missing_values[0])
        other = ",".join(f'{first}="{word}"' for word in column.missing_values)
        return DataValidation("custom", f"OR(ISNUMBER({first}),{other})", error=said, errorStyle="warning")
    whole = column.type in ("integer", "year")
    said = words["whole" if whole else "number"]
    return DataValidation("whole" if whole else "decimal", str(low), str(high), error=said, operator="between")
