"""This module draws the first sheet of a blank workbook: what to do, by when, where, and what was said last time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink

from batchreport.period import day_label
from batchreport.workbook.conditions import word
from batchreport.workbook.look import ACCENT, BOX, FONT, HEAD, heading, height, lines, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from batchreport.schema import Schema, Section
    from batchreport.workbook.inputs import Setting
    from batchreport.workbook.prefill import Prefill

_WIDTHS = (26, 56, 20, 14)
_TAB = "ED7D31"
_NAMED = 6  # columns of a sheet that its line in the list names
_TEXT = Font(name=FONT, size=11)
_SMALL = Font(name=FONT, size=10)
_BOLD = Font(name=FONT, size=11, bold=True, color=ACCENT)
_LABEL = Font(name=FONT, size=10, bold=True, color=ACCENT)
_LINK = Font(name=FONT, size=10, color="0563C1", underline="single")


def draw_instructions(sheet: Worksheet, schema: Schema, prefill: Prefill, setting: Setting) -> None:
    """Draw the sheet: five lines that say what to do, the sheets to fill in, and the records to report on."""
    page(sheet, "portrait", setting)
    sheet.sheet_properties.tabColor = _TAB
    for letter, width in zip("ABCD", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    period = setting.period.label(setting.language) if setting.period else ""
    words = setting.words
    title = schema.title_en if setting.language == "en" and schema.title_en else schema.title
    head = words["head"].format(name=prefill.name, period=period, title=title)
    heading(sheet, 1, len(_WIDTHS), head, Font(name=FONT, size=16, bold=True, color=ACCENT))
    for row, text in enumerate(_five(prefill, period, setting), 2):
        heading(sheet, row, len(_WIDTHS), f"{row - 1}. {text}", _BOLD if row == 2 else _TEXT)  # noqa: PLR2004
    row = _list_sheets(sheet, 8, schema, prefill, setting)
    for section in schema.sections:
        if rows := prefill.recalled.get(section.key):
            row = _recall(sheet, row + 1, section, rows, setting)


def _five(prefill: Prefill, period: str, setting: Setting) -> list[str]:
    words = setting.words
    day = setting.period.end if setting.period else "2026-11-30"
    deadline = day_label(prefill.deadline, setting.language) if prefill.deadline else ""
    first = words["by" if deadline else "soon"].format(name=prefill.name, period=period, deadline=deadline)
    ask = words["ask"].format(contact=prefill.contact) if prefill.contact else ""
    return [
        first,
        words["cells"],
        words["kinds"].format(day=day),
        words["rows"],
        words["keep"].format(ask=ask).rstrip(),
    ]


def _list_sheets(sheet: Worksheet, row: int, schema: Schema, prefill: Prefill, setting: Setting) -> int:
    """List the sheets, each a link to it; return the row below."""
    words = setting.words
    heading(sheet, row, len(_WIDTHS), words["sheets"], _BOLD)
    _line(sheet, row + 1, (words["sheet"], words["what"], words["must"]), _LABEL)
    for at, section in enumerate(schema.sections, row + 2):
        title = section.heading(setting.language)
        need = [words["required" if _needed(section) else "optional"]]
        count = len(prefill.rows.get(section.key, ())) if section.kind == "table" else 0
        if count and setting.period:
            before = setting.period.previous.label(setting.language)
            need.append(words["brought"].format(period=before, count=count))
        _line(sheet, at, (title, _columns(section, setting, filled=bool(count)), words["comma"].join(need)), _SMALL)
        quoted = title.replace("'", "''")
        cell: Any = sheet.cell(at, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1", display=title)
        cell.font = _LINK
    return row + 2 + len(schema.sections)


def _needed(section: Section) -> bool:
    """Return whether a sheet must be filled in; a form is there in any case, with what it asks for."""
    asked = section.kind == "form" and any(column.required and not column.prefilled for column in section.columns)
    return section.required or asked


def _columns(section: Section, setting: Setting, *, filled: bool) -> str:
    """Return the first of the columns that are to be filled in; where no rows were brought, those too that come with them."""
    brought = filled or section.kind == "form"
    titles = [column.heading(setting.language) for column in section.columns if not (brought and column.prefilled)]
    more = setting.words["more"].format(count=len(titles)) if len(titles) > _NAMED else ""
    return setting.words["listing"].join(titles[:_NAMED]) + more


def _recall(sheet: Worksheet, row: int, section: Section, rows: Sequence[Any], setting: Setting) -> int:
    """List the records of last period that are to be reported on; return the row below."""
    period = setting.period.previous.label(setting.language) if setting.period else ""
    said = setting.words["recalled"].format(period=period, title=section.heading(setting.language))
    heading(sheet, row, len(_WIDTHS), said, _BOLD)
    columns = [section.by_key[key] for key in section.recall]
    _line(sheet, row + 1, [column.heading(setting.language) for column in columns], _LABEL)
    for at, values in enumerate(rows, row + 2):
        shown = (values.get(column.key) for column in columns)
        _line(sheet, at, ["" if value is None else word(value) for value in shown], _SMALL)
    return row + 2 + len(rows)


def _line(sheet: Worksheet, row: int, texts: Sequence[str], font: Font) -> None:
    """Write a row of a list, as high as its texts need."""
    own = list(_WIDTHS[: len(texts)]) + [_WIDTHS[-1]] * (len(texts) - len(_WIDTHS))
    own[-1] += sum(_WIDTHS[len(texts) :])  # a short row's last text has the rest of the width
    most = max(lines(text, width) for text, width in zip(texts, own, strict=True))
    sheet.row_dimensions[row].height = height(most)
    for number in range(1, max(len(texts), len(_WIDTHS)) + 1):
        cell = sheet.cell(row, number)
        cell.border = BOX
        cell.font = font
        cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
        if font is _LABEL:
            cell.fill = HEAD
        if number <= len(texts) and texts[number - 1]:
            cell.value = texts[number - 1]
            cell.data_type = "s"  # never a formula, whatever it begins with
    if len(texts) < len(_WIDTHS):
        sheet.merge_cells(start_row=row, start_column=len(texts), end_row=row, end_column=len(_WIDTHS))
