"""This module makes the blank workbook of a department for a period from the schema alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from batchreport.submission import Stamp
from batchreport.values import Missing
from batchreport.workbook import stamp as stamps
from batchreport.workbook.scan import STAMP
from batchreport.zips import restamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from batchreport.period import Period
    from batchreport.schema import Column, Schema, Section
    from batchreport.values import Value

LISTS = "_字典"
"""The hidden sheet that holds the drop-downs' choices."""
HEADER_ROW = 3
INPUT_ROWS = 60
_WIDTHS = {"string": 24, "choice": 12, "date": 13, "number": 12, "integer": 9, "percent": 10, "money": 14, "year": 9}
_FORMATS = {"date": "yyyy-mm-dd", "money": "#,##0.00", "string": "@", "reference": "@"}
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001  (the property has no zone; fixed, so that the same input gives the same bytes)
_ACCENT = "1F4E79"
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_LOCKED = PatternFill("solid", fgColor="F2F2F2")
_LINE = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WORDS = {
    "zh": {
        "required": "带 * 的列必须填写；灰色的格子已经填好，不用改。行不够可以接着往下填。",
        "form": "带 * 的项目必须填写；灰色的格子已经填好，不用改。",
        "choice": "请从下拉列表中选择：{}",
        "number": "请只填数字，不要带单位",
        "date": "请填日期，例如 2026-11-30",
        "title": "填写有误",
    },
    "en": {
        "required": "Columns marked * must be filled in; grey cells are filled already. Go on below if there are too few rows.",
        "form": "What is marked * must be filled in; grey cells are filled already.",
        "choice": "Please choose from the list: {}",
        "number": "Digits only, please, without a unit",
        "date": "A date, please, such as 2026-11-30",
        "title": "Please check",
    },
}


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a blank workbook is made for and filled with: values by section, row and column key."""

    department: str = ""
    name: str = ""
    period: Period | None = None
    revision: int = 1
    rows: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)


def blank_workbook(schema: Schema, prefill: Prefill | None = None) -> bytes:
    """Return the .xlsx bytes of a blank workbook: one sheet per section, drop-downs, checks on typing, and the stamp."""
    prefill = prefill or Prefill()
    book = Workbook()
    book.remove(book.worksheets[0])
    names = _lists(book, schema)
    for section in schema.sections:
        sheet = book.create_sheet(section.heading(schema.language))
        rows = _own_rows(schema, section, prefill)
        _Form(sheet, section, schema, names).fill(rows) if section.kind == "form" else _Table(
            sheet, section, schema, names
        ).fill(rows)
    book.move_sheet(LISTS, len(schema.sections))
    book.active = 0
    _stamp(book, schema, prefill)
    book.properties.creator = "batchreport"
    book.properties.created = book.properties.modified = _CREATED
    target = BytesIO()
    book.save(target)
    return restamp(target.getvalue())


def _own_rows(schema: Schema, section: Section, prefill: Prefill) -> list[dict[str, Value]]:
    """Return the rows to prefill; the identity's cells are filled from what the workbook is made for."""
    rows = [dict(row) for row in prefill.rows.get(section.key, ())]
    identity = schema.identity
    own = {identity.name: prefill.name, identity.code: prefill.department, identity.period: str(prefill.period or "")}
    for path, text in own.items():
        home, _, key = path.partition(".")
        if home == section.key and text:
            rows = rows or [{}]
            rows[0].setdefault(key, text)
    return rows


class _Sheet:
    """One section's sheet while it is drawn."""

    def __init__(self, sheet: Worksheet, section: Section, schema: Schema, names: Mapping[tuple[str, ...], str]) -> None:
        self.sheet = sheet
        self.section = section
        self.language = schema.language
        self.words = _WORDS[schema.language]
        self._names = names
        sheet.sheet_view.showGridLines = False
        sheet.protection.sheet = True
        for right in ("formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter", "formatCells"):
            setattr(sheet.protection, right, False)  # False allows it (ECMA-376 part 1, 18.3.1.85)
        sheet.page_setup.orientation = "landscape" if section.kind == "table" else "portrait"
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        if sheet.sheet_properties.pageSetUpPr is not None:
            sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def head(self, width: int, hint: str) -> None:
        """Draw the title and the hint row."""
        for row, text, font in (
            (1, self.section.heading(self.language), Font(name="微软雅黑", size=16, bold=True, color=_ACCENT)),
            (2, hint, Font(name="微软雅黑", size=9, color="7F7F7F")),
        ):
            self.sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
            cell = self.sheet.cell(row, 1, text)
            cell.font = font
            cell.alignment = Alignment(vertical="center", wrap_text=True)
        self.sheet.row_dimensions[1].height = 30
        self.sheet.row_dimensions[2].height = 30

    def label(self, cell: Cell, column: Column) -> None:
        """Draw a header cell or a label."""
        cell.value = column.heading(self.language) + (" *" if column.required and not column.default_from else "")
        cell.font = Font(name="微软雅黑", size=10, bold=True, color=_ACCENT)
        cell.fill = _HEAD
        cell.border = _BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def put(self, cell: Cell, column: Column, value: Value) -> None:
        """Draw an input cell; what is prefilled is grey and locked."""
        locked = column.prefilled and value is not None
        cell.value = _stored(value)
        if isinstance(value, str):
            cell.data_type = "s"  # never a formula, whatever it begins with
        cell.number_format = _FORMATS.get(column.type, "General")
        cell.font = Font(name="微软雅黑", size=10)
        cell.border = _BOX
        wide = column.type in ("string", "reference")
        cell.alignment = Alignment(vertical="center", wrap_text=wide, horizontal=None if wide else "center")
        cell.protection = Protection(locked=locked)
        if locked:
            cell.fill = _LOCKED

    def validate(self, column: Column, cells: str) -> None:
        """Let Excel check what is typed into `cells`."""
        rule = self._validation(column)
        if rule is not None:
            rule.errorTitle = self.words["title"]
            rule.showErrorMessage = True
            rule.allow_blank = True
            self.sheet.add_data_validation(rule)
            rule.add(cells)
        if rule is None and (hint := self.hint(column)):
            prompt = DataValidation(promptTitle=column.heading(self.language)[:32], prompt=hint[:255], showInputMessage=True)
            self.sheet.add_data_validation(prompt)
            prompt.add(cells)

    def hint(self, column: Column) -> str:
        """Return the column's hint in the workbook's language."""
        return column.hint_en if self.language == "en" and column.hint_en else column.hint

    def _validation(self, column: Column) -> DataValidation | None:
        shown = {"prompt": self.hint(column)[:255] or None, "showInputMessage": bool(self.hint(column))}
        if column.type == "choice":
            said = self.words["choice"].format("、".join(column.enum))[:255]
            style = "warning" if column.allow_other else "stop"
            return DataValidation("list", f"={self._names[column.enum]}", error=said, errorStyle=style, **shown)
        if column.type == "boolean":
            return DataValidation("list", '"是,否"' if self.language == "zh" else '"yes,no"', **shown)
        if column.type == "date":
            return DataValidation("date", "DATE(1990,1,1)", operator="greaterThan", error=self.words["date"], **shown)
        if column.numeric and not column.missing_values:
            low = str(column.minimum) if isinstance(column.minimum, (int, float)) else "-1E+15"
            return DataValidation("decimal", low, operator="greaterThanOrEqual", error=self.words["number"], **shown)
        return None


class _Table(_Sheet):
    """A sheet with a header row and a record in each row below."""

    def fill(self, rows: Sequence[Mapping[str, Value]]) -> None:
        """Draw the header row, the prefilled rows and room for more."""
        columns = self.section.columns
        hint = self.section.hint or self.words["required"]
        self.head(len(columns), hint)
        last = HEADER_ROW + max(INPUT_ROWS, len(rows) + 20)
        for number, column in enumerate(columns, 1):
            letter = get_column_letter(number)
            self.sheet.column_dimensions[letter].width = _WIDTHS.get(column.type, 12)
            self.label(self.sheet.cell(HEADER_ROW, number), column)
            self.validate(column, f"{letter}{HEADER_ROW + 1}:{letter}{last}")
            for row in range(HEADER_ROW + 1, last + 1):
                index = row - HEADER_ROW - 1
                value = rows[index].get(column.key) if index < len(rows) else None
                self.put(self.sheet.cell(row, number), column, value)
        self.sheet.row_dimensions[HEADER_ROW].height = 30
        self.sheet.freeze_panes = self.sheet.cell(HEADER_ROW + 1, 2)
        self.sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


class _Form(_Sheet):
    """A sheet with a label, a value and a hint in each row."""

    def fill(self, rows: Sequence[Mapping[str, Value]]) -> None:
        """Draw the labels and the values there are."""
        values = rows[0] if rows else {}
        self.head(3, self.section.hint or self.words["form"])
        for letter, width in (("A", 16), ("B", 56), ("C", 40)):
            self.sheet.column_dimensions[letter].width = width
        for row, column in enumerate(self.section.columns, HEADER_ROW):
            self.label(self.sheet.cell(row, 1), column)
            self.put(self.sheet.cell(row, 2), column, values.get(column.key))
            self.validate(column, f"B{row}")
            note = self.sheet.cell(row, 3, self.hint(column))
            note.font = Font(name="微软雅黑", size=9, color="7F7F7F")
            note.alignment = Alignment(vertical="center", wrap_text=True)
            long = column.max_length is not None and column.max_length > 100  # noqa: PLR2004
            self.sheet.row_dimensions[row].height = 80 if long else 24
        self.sheet.freeze_panes = f"B{HEADER_ROW}"


def _lists(book: Workbook, schema: Schema) -> dict[tuple[str, ...], str]:
    """Write every list of choices into the hidden sheet and return its defined name; Excel limits an inline list to 255."""
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    names: dict[tuple[str, ...], str] = {}
    for section in schema.sections:
        for column in section.columns:
            if column.type == "choice" and column.enum not in names:
                number = len(names) + 1
                letter = get_column_letter(number)
                for row, text in enumerate(column.enum, 1):
                    sheet.cell(row, number, text).data_type = "s"
                name = f"list_{section.key}_{column.key}"
                reference = f"'{LISTS}'!${letter}$1:${letter}${len(column.enum)}"
                book.defined_names[name] = DefinedName(name, attr_text=reference)
                names[column.enum] = name
    return names


def _stamp(book: Workbook, schema: Schema, prefill: Prefill) -> None:
    """Write the stamp in three places, as text: some programs turn numbers in properties into others."""
    stamp = Stamp(schema.id, schema.version, prefill.department, str(prefill.period or ""), prefill.revision)
    text = stamps.write(stamp)
    book.custom_doc_props.append(StringProperty(name=STAMP, value=text))
    name = STAMP.replace(".", "_")
    book.defined_names[name] = DefinedName(name, attr_text=f'"{text}"', hidden=True)
    sheet = book.create_sheet(stamps.SHEET)
    sheet["A1"] = text
    sheet.sheet_state = "veryHidden"


def _stored(value: Value) -> Any:
    """Return a value as openpyxl stores it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(value)
    return value.word if isinstance(value, Missing) else value
