"""This module writes the workbook inside a chart, which opens when its reader asks Word for the figures."""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING

from batchreport.a1 import column_letters
from batchreport.report.text import clean
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from decimal import Decimal

    from batchreport.report.chart.value import Chart

SHEET = "Sheet1"
"""The name of the workbook's only sheet."""

_SHEET = "xl/worksheets/sheet1.xml"
_DIGITS = 15  # what Excel keeps of a number
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_SAFE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# What a reader of workbooks takes for an escaped sign (ECMA-376 Part 1, 22.9.2.19).
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = ("=", "+", "-", "@")


def figure(value: Decimal) -> str:
    """Return a figure as Office stores it."""
    near = float(value)
    return f"{near:.{_DIGITS}g}" if isfinite(near) else f"{value:.{_DIGITS}g}"


def escaped(text: str) -> str:
    """Return text as XML wants it, without what it forbids."""
    return re.sub('[&<>"]', lambda match: _SAFE[match.group()], clean(text))


def number_format(chart: Chart) -> str:
    """Return the format of a chart's figures, as Excel writes formats."""
    digits = "0" if chart.language == "zh" else "#,##0"
    places = f".{'0' * chart.places}" if chart.places else ""
    unit = chart.unit.replace('"', "")
    return f'{digits}{places}"{unit}"' if unit else digits + places


def axis_format(chart: Chart) -> str:
    """Return the format of the figures beside an axis, which are rounder than those of the chart."""
    if chart.language != "zh" and not chart.places:
        return number_format(chart)
    unit = chart.unit.replace('"', "")
    return f'General"{unit}"' if unit else "General"


def book(chart: Chart) -> bytes:
    """Return the .xlsx that holds a chart's categories and figures, the same bytes for the same chart.

    What looks like a formula stays text.
    """
    return pack([*_FIXED, _styles(number_format(chart)), Member.of(_SHEET, _sheet(chart), 1)])


def _sheet(chart: Chart) -> bytes:
    heads = ["", *(one.name for one in chart.series)]
    rows = [[_text(head, column, 0) for column, head in enumerate(heads)]]
    for at, category in enumerate(chart.categories, 1):
        figures = [_number(one.values[at - 1], column, at) for column, one in enumerate(chart.series, 1)]
        rows.append([_text(category, 0, at), *figures])
    data = "".join(f'<row r="{at}">{"".join(cells)}</row>' for at, cells in enumerate(rows, 1))
    width = '<cols><col min="1" max="1" width="24" customWidth="1"/></cols>'
    return f'{_HEAD}<worksheet xmlns="{_MAIN}">{width}<sheetData>{data}</sheetData></worksheet>'.encode()


def _text(text: str, column: int, row: int) -> str:
    if not text:
        return ""
    style = ' s="1"' if text.startswith(_FORMULA) else ""
    inside = escaped(_ESCAPE.sub("_x005F_", text))
    place = f"{column_letters(column + 1)}{row + 1}"
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{inside}</t></is></c>'


def _number(value: Decimal | None, column: int, row: int) -> str:
    return f'<c r="{column_letters(column + 1)}{row + 1}" s="2"><v>{figure(value)}</v></c>' if value is not None else ""


@lru_cache(maxsize=64)  # reports use few formats
def _styles(figures: str) -> Member:
    """Return three formats: plain, text that is no formula, and that of the figures."""
    side = "<left/><right/><top/><bottom/><diagonal/>"
    made = (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
        f'<numFmts count="1"><numFmt numFmtId="164" formatCode="{escaped(figures)}"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        f'<borders count="1"><border>{side}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
    return Member.of("xl/styles.xml", made.encode(), 1)


def _relations(links: dict[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(links.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}relationships">{inside}</Relationships>'


_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}sheet.main+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_KIND}worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}styles+xml"/></Types>',
    "_rels/.rels": _relations({"officeDocument": "xl/workbook.xml"}),
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _relations({"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml"}),
}
_FIXED = tuple(Member.of(name, (_HEAD + text).encode()) for name, text in _PARTS.items())
