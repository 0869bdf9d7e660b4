r"""This module makes workbooks of Markdown: a heading for each sheet, its rows as a table.

The first line is `# 单位名称`; `stamp: D001 2026-11 1` may follow. `## sheet` begins a sheet, and `merge: A4:A6` merges
cells of it. In a cell 620 is a number, 96.5% a number shown as a percentage, 2026-11-12 a date, #REF! an error,
=SUM(A1:A2) a formula without a stored result, and "…" exactly the text inside; \n is a line break, \| a bar.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook, load_workbook
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.utils import get_column_letter

from batchreport.names import fold
from batchreport.period import Period
from batchreport.workbook import stamp as stamps
from batchreport.workbook.blank import LISTS_OF, Prefill, blank_workbook, save
from batchreport.workbook.look import HEADER_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from batchreport.schema import Schema, Section

_CREATED = datetime(2026, 1, 1)
_LATIN = 0x2E7F  # what comes after is as wide as two letters
_BAR = re.compile(r"(?<!\\)\|")
_SEPARATOR = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)%")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ERROR = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without a stored result."""

    text: str


@dataclass(frozen=True, slots=True)
class Error:
    """An error value."""

    text: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A number shown as a percentage."""

    number: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows of cells, and the ranges that are merged."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as Markdown says it; without a stamp it is nobody's blank workbook."""

    name: str
    sheets: list[Sheet]
    stamp: tuple[str, Period, int] | None = None


def parse(markdown: str) -> Book:
    """Return what the Markdown says."""
    name, stamp, sheets = "", None, list[Sheet]()
    for line in markdown.splitlines():
        if line.startswith("## "):
            sheets.append(Sheet(line[3:]))
        elif line.startswith("# "):
            name = line[2:].strip()
        elif line.startswith("stamp:"):
            department, period, revision = line.split()[1:]
            stamp = (department, _period(period), int(revision))
        elif line.startswith("merge:"):
            sheets[-1].merged.extend(line.split()[1:])
        elif line.startswith("|") and not _SEPARATOR.fullmatch(line.strip()):
            sheets[-1].rows.append([_cell(part) for part in _BAR.split(line.strip())[1:-1]])
    return Book(name, sheets, stamp)


def plain(book: Book) -> bytes:
    """Return a bare workbook: the rows as they stand, from A1 on."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for sheet in book.sheets or [Sheet("Sheet1")]:
        target = made.create_sheet(sheet.name)
        for number, row in enumerate(sheet.rows, 1):
            for column, value in enumerate(row, 1):
                _put(target, number, column, value)
        for cells in sheet.merged:
            target.merge_cells(cells)
    made.properties.created = made.properties.modified = _CREATED
    return save(made)


def filled(book: Book, schema: Schema) -> bytes:
    """Return the blank workbook of the book's department and period, filled in.

    Without a stamp it is what a department makes that has lost its own: only the sheets and columns that the
    Markdown has, in its order.
    """
    department, period, revision = book.stamp or ("", None, 1)
    made = load_workbook(BytesIO(blank_workbook(schema, Prefill(department, book.name, period, revision))))
    for section in schema.sections:
        title = section.heading(schema.language)
        sheet = next((sheet for sheet in book.sheets if fold(sheet.name) in section.headers), None)
        if sheet is None and book.stamp is None:
            del made[title]
        elif sheet and section.kind == "form":
            _fill_form(made[title], sheet.rows)
        elif sheet:
            _fill_table(made[title], section, sheet.rows, own_layout=book.stamp is None)
    if book.stamp is None:
        properties: Any = made
        del (
            made[stamps.SHEETS[schema.language]],
            made.defined_names[stamps.NAME],
            properties.custom_doc_props[stamps.PROPERTY],
        )
    made.active = 0
    made.move_sheet(LISTS_OF[schema.language], len(made.sheetnames))
    return save(made)


def _period(text: str) -> Period:
    period = Period.parse(text)
    if period is None:
        raise ValueError(text)
    return period


def _cell(part: str) -> Any:
    """Return what a cell of the Markdown means."""
    text = part.strip()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return _unescaped(text[1:-1])
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if match := _PERCENT.fullmatch(text):
        return Percent(round(float(match[1]) / 100, 10))
    if _DATE.fullmatch(text):
        return datetime.fromisoformat(text)
    if _ERROR.fullmatch(text):
        return Error(text)
    return Formula(text) if text.startswith("=") else _unescaped(text) or None


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\|", "|")


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Put a value into a cell as Excel would store it, and leave the cell's look alone."""
    cell = sheet.cell(row, column)
    shown = cell.number_format
    match value:
        case None:
            return
        case Formula(text):
            cell.value, cell.data_type = text, "f"
        case Error(text):
            cell.value, cell.data_type = text, "e"
        case Percent(number):
            cell.value, shown = number, "0.0%"
        case datetime():
            cell.value = value
            shown = shown if "yy" in shown else "yyyy-mm-dd"
        case str():
            cell.value, cell.data_type = value, "s"
        case _:
            cell.value = value
    cell.number_format = shown


def _fill_form(sheet: Worksheet, rows: Sequence[Sequence[Any]]) -> None:
    """Write the value beside each label; a label that is not there goes below the last."""
    places = {fold(str(sheet.cell(row, 1).value)): row for row in range(HEADER_ROW, sheet.max_row + 1)}
    for label, *values in rows:
        row = places.get(fold(str(label))) or sheet.max_row + 1
        if row > sheet.max_row:
            _put(sheet, row, 1, label)
        for column, value in enumerate(values, 2):
            _put(sheet, row, column, value)


def _fill_table(sheet: Worksheet, section: Section, rows: Sequence[Sequence[Any]], *, own_layout: bool) -> None:
    """Write the rows under the columns of their headers, a header the sheet does not have to the right of the others."""
    header, *records = rows
    places = {fold(column.title): number for number, column in enumerate(section.columns, 1)}
    if own_layout:
        _lay_out(sheet, [places.get(fold(str(text)), 1) for text in header])
        places = {fold(str(text)): number for number, text in enumerate(header, 1)}
    targets: list[int] = []
    for text in header:
        known = places.get(fold(str(text)))
        target = known if known and known not in targets else sheet.max_column + 1
        if target > sheet.max_column:
            _copy_look(sheet, target, 1)
        mark = " *" if not own_layout and str(sheet.cell(HEADER_ROW, target).value).endswith(" *") else ""
        sheet.cell(HEADER_ROW, target, f"{text}{mark}")
        targets.append(target)
    for number, record in enumerate(records, HEADER_ROW + 1):
        for target, value in zip(targets, record, strict=False):
            _put(sheet, number, target, value)
        lines = max((_lines(sheet, target, value) for target, value in zip(targets, record, strict=False)), default=1)
        if lines > 1:
            sheet.row_dimensions[number].height = 15.0 * lines + 3


def _lines(sheet: Worksheet, column: int, value: Any) -> int:
    """Return how many lines a text takes in its column; a program that only writes a workbook must say the height."""
    if not isinstance(value, str):
        return 1
    width = sheet.column_dimensions[get_column_letter(column)].width - 1
    wide = (sum(2 if ord(sign) > _LATIN else 1 for sign in line) for line in value.split("\n"))
    return sum(max(1, ceil(signs / width)) for signs in wide)


def _lay_out(sheet: Worksheet, order: list[int]) -> None:
    """Give the sheet as many columns as `order` has, with the look of the columns it names and without checks on typing."""
    looks = [(sheet.column_dimensions[get_column_letter(n)].width, _looks(sheet, n)) for n in order]
    last, width = sheet.max_row, sheet.max_column
    for cells in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(cells))
    sheet.data_validations.dataValidation = []
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.delete_cols(len(order) + 1, width)
    for number, (wide, styles) in enumerate(looks, 1):
        sheet.column_dimensions[get_column_letter(number)].width = wide
        for row in range(HEADER_ROW, last + 1):
            _dress(sheet, row, number, styles[row - HEADER_ROW])
    for row in range(1, HEADER_ROW):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(order))


def _looks(sheet: Worksheet, number: int) -> list[Any]:
    cells: list[Any] = [sheet.cell(row, number) for row in range(HEADER_ROW, sheet.max_row + 1)]
    return [copy(cell._style) for cell in cells]  # noqa: SLF001  (openpyxl has no other way to copy a whole style)


def _dress(sheet: Worksheet, row: int, column: int, look: Any) -> None:
    cell: Any = sheet.cell(row, column)
    cell._style = look  # noqa: SLF001


def _copy_look(sheet: Worksheet, target: int, source: int) -> None:
    sheet.column_dimensions[get_column_letter(target)].width = 22
    for row, look in enumerate(_looks(sheet, source), HEADER_ROW):
        _dress(sheet, row, target, look)
