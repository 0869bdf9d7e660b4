"""This module makes the blank workbook of a department for a period from the schema alone."""

from __future__ import annotations

import re
from copy import copy
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from batchreport.submission import Stamp
from batchreport.workbook import stamp as stamps
from batchreport.workbook.inputs import Setting
from batchreport.workbook.instructions import draw_instructions
from batchreport.workbook.look import CHECKED_ROWS, FONT, HEADER_ROW, draw_form, draw_table
from batchreport.workbook.prefill import Prefill
from batchreport.workbook.wording import FIRST_SHEET
from batchreport.zips import restamp

if TYPE_CHECKING:
    from batchreport.schema import Schema, Section
    from batchreport.values import Value

__all__ = ["LISTS", "LISTS_OF", "Prefill", "blank_workbook", "save"]

LISTS = "_字典"
"""The hidden sheet that holds the drop-downs' choices."""
LISTS_OF = {"zh": LISTS, "en": "_lists"}
"""Its name in a workbook of each language."""
_FACES = {"en": "Arial"}
_NUMBERED = re.compile(rb"&#(\d{3,});")  # those below, as line breaks, must stay numbers
_CREATED = datetime(2026, 1, 1)  # fixed, so that the same input gives the same bytes


def blank_workbook(schema: Schema, prefill: Prefill | None = None) -> bytes:
    """Return the .xlsx bytes of a blank workbook: one sheet per section, drop-downs, checks on typing, and the stamp.

    One made for a period has a first sheet that says what to do.
    """
    prefill = prefill or Prefill()
    book = Workbook()
    book.remove(book.worksheets[0])
    first = book.create_sheet(FIRST_SHEET[schema.language]) if prefill.period else None
    sheets = [book.create_sheet(section.heading(schema.language)) for section in schema.sections]
    targets = _targets(book, schema)
    homes = {path: schema.by_key[path.partition(".")[0]].heading(schema.language) for path in targets}
    setting = Setting(schema.language, prefill.name, prefill.period, _lists(book, schema), targets, homes)
    rows = {section.key: _own_rows(schema, section, prefill) for section in schema.sections}
    for section, sheet in zip(schema.sections, sheets, strict=True):
        draw = draw_form if section.kind == "form" else draw_table
        draw(sheet, section, rows[section.key], setting)
    if first is not None:
        draw_instructions(first, schema, prefill, setting)
    _put_face(book, schema.language)
    book.active = 0
    _stamp(book, schema, prefill)
    book.properties.creator = "batchreport"
    book.properties.created = book.properties.modified = _CREATED
    return save(book)


def _put_face(book: Workbook, language: str) -> None:
    """Give every cell the face that workbooks of a language have, if it is another than the Chinese one."""
    own: Any = book
    fonts = own._fonts  # noqa: SLF001  (openpyxl has no other way to all fonts)
    for at, font in enumerate(fonts):
        if language in _FACES and font.name == FONT:
            fonts[at] = copy(font)  # other workbooks share it
            fonts[at].name = _FACES[language]


def save(book: Workbook) -> bytes:
    """Return a workbook's bytes with the times it has; openpyxl's own `save` would put the present moment in."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _Writer(book, archive).save()
    return restamp(target.getvalue(), _spelled_out)


class _Writer(ExcelWriter):
    """Writes sheets in memory: openpyxl puts each into the system's temporary folder first, which may be full."""

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet into the archive."""
        drawing: Any = SpreadsheetDrawing()
        drawing.charts, drawing.images = ws._charts, ws._images  # noqa: SLF001  (as openpyxl's own does)
        ws._drawing = drawing  # noqa: SLF001  (likewise)
        written = BytesIO()
        writer: Any = WorksheetWriter(ws, written)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001  (likewise)
        own: Any = self
        own._archive.writestr(ws.path[1:], written.getvalue())  # noqa: SLF001  (likewise)
        self.manifest.append(ws)


def _spelled_out(part: bytes) -> bytes:
    """Return a part with its signs in UTF-8: openpyxl writes each as a number, which takes every reader longer."""
    return _NUMBERED.sub(lambda sign: chr(int(sign[1])).encode(), part)


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


def _lists(book: Workbook, schema: Schema) -> dict[tuple[str, ...], str]:
    """Write every list of choices into the hidden sheet and return its defined name; Excel limits an inline list to 255."""
    own = LISTS_OF[schema.language]
    sheet = book.create_sheet(own)
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
                reference = f"'{own}'!${letter}$1:${letter}${len(column.enum)}"
                book.defined_names[name] = DefinedName(name, attr_text=reference)
                names[column.enum] = name
    return names


def _targets(book: Workbook, schema: Schema) -> dict[str, str]:
    """Give a defined name to each column that others refer to, as far as it is filled; return the names by path."""
    names: dict[str, str] = {}
    for column in (column for section in schema.sections for column in section.columns):
        if column.type != "reference" or column.to in names:
            continue
        home, _, key = column.to.partition(".")
        section = schema.by_key[home]
        number = list(section.by_key).index(key)
        quoted = section.heading(schema.language).replace("'", "''")
        if section.kind == "form":
            reference = f"'{quoted}'!$B${HEADER_ROW + number}"
        else:
            letter, top = get_column_letter(number + 1), HEADER_ROW + 1
            cells = f"'{quoted}'!${letter}${top}:${letter}${HEADER_ROW + CHECKED_ROWS}"
            reference = f"OFFSET('{quoted}'!${letter}${top},0,0,MAX(1,COUNTA({cells})),1)"
        name = f"column_{home}_{key}"
        book.defined_names[name] = DefinedName(name, attr_text=reference)
        names[column.to] = name
    return names


def _stamp(book: Workbook, schema: Schema, prefill: Prefill) -> None:
    """Write the stamp in three places, as text: some programs turn numbers in properties into others."""
    period = str(prefill.period or "")
    stamp = Stamp(schema.id, schema.version, prefill.department, period, prefill.revision, schema.form)
    text = stamps.write(stamp)
    book.custom_doc_props.append(StringProperty(name=stamps.PROPERTY, value=text))  # type: ignore[attr-defined]  # stubs lack it
    book.defined_names[stamps.NAME] = DefinedName(stamps.NAME, attr_text=_quoted(text), hidden=True)
    sheet = book.create_sheet(stamps.SHEETS[schema.language])
    sheet["A1"] = text
    sheet.sheet_state = "veryHidden"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
