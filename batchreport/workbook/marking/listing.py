"""This module draws the sheet of findings that a marked copy begins with: what to mend, where, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.a1 import column_letters
from batchreport.workbook.marking.elements import clean, display_width, put_text, sub

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from batchreport.findings import Severity
    from batchreport.workbook.marking.elements import Element

TITLES = {"zh": "退回意见", "en": "Findings"}
"""The sheet's name and title."""
HEADER_ROW = 3
_MOST = 1000  # lines of the table
_HIGH, _LINE = 30, 15  # points
_WORDS = {
    "zh": {
        "hint": "请照下表逐条改：点“单元格”可以跳到那里；红色的必须改，黄色的请核对，没错就不用动。"
        "改好后保存，把这份文件发回来；本表和批注不用删。",
        "partial": "这份文件不能直接标注（{reason}）。请对照下表，在您自己的那份工作簿里改好后重新发来。",
        "headings": "序号|工作表|单元格|现在的内容|问题|怎么改|程度",
        "severities": "提示|请核对|必须改",
        "many": "{cell} 等 {count} 格",
        "more": "另外还有 {count} 条，请先改好以上各条",
        "blank": "（空）",
        "picture": "（图片）",
        "mend": "怎么改：",
    },
    "en": {
        "hint": "Please go through the list: a click in the column “Cell” leads there. What is red must be mended, what is yellow "
        "wants a look and may stay if it is right. Then save this file and send it back; this sheet and the comments may stay.",
        "partial": "This file cannot be marked itself ({reason}). Please mend your own workbook by this list and send it again.",
        "headings": "No.|Sheet|Cell|What is there|What is wrong|How to mend it|Weight",
        "severities": "note|please check|must be mended",
        "many": "{cell} and others, {count} cells",
        "more": "{count} more; please mend those above first",
        "blank": "(blank)",
        "picture": "(picture)",
        "mend": "To mend it: ",
    },
}
_WIDTHS = (6, 13, 12, 26, 42, 42, 10)
_LOOKS = ("middle", "middle", "link", "text", "text", "text")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: `count` cells of one kind, the first of them `cell`; `jump` if the sheet can be seen."""

    severity: Severity
    sheet: str
    cell: str
    found: str
    what: str
    remedy: str
    count: int = 1
    jump: bool = True


def words(language: str) -> Mapping[str, str]:
    """Return the texts of the sheet, Chinese for a language that we do not have."""
    return _WORDS.get(language, _WORDS["zh"])


def title(language: str) -> str:
    """Return the sheet's title."""
    return TITLES.get(language, TITLES["zh"])


def draw_list(sheet: Element, lines: Sequence[Line], looks: Mapping[str, int], language: str, hint: str) -> None:
    """Fill an empty worksheet with the table; `looks` are the formats by what they are for."""
    last = column_letters(len(_WIDTHS))
    _set_up(sheet)
    data = sub(sheet, "sheetData")
    for number, (text, look) in enumerate(((title(language), "title"), (hint, "hint")), 1):
        row = sub(data, "row", r=number, ht=_HIGH, customHeight=1)
        _put(row, "A", text, looks[look])
    _row(data, HEADER_ROW, words(language)["headings"].split("|"), [looks["head"]] * len(_WIDTHS))
    data[-1].set("ht", "24")
    data[-1].set("customHeight", "1")
    shown = lines[:_MOST]
    for number, line in enumerate(shown, 1):
        _draw_line(data, number, line, looks, language)
    if len(lines) > _MOST:
        _put(
            sub(data, "row", r=HEADER_ROW + _MOST + 1), "A", words(language)["more"].format(count=len(lines) - _MOST), 0
        )
    merged = sub(sheet, "mergeCells", count=2)
    for number in (1, 2):
        sub(merged, "mergeCell", ref=f"A{number}:{last}{number}")
    _link(sheet, shown)
    _page(sheet)


def _set_up(sheet: Element) -> None:
    """Put in what stands before the cells: one page wide, no grid, the header frozen, the columns' widths."""
    properties = sub(sheet, "sheetPr")
    sub(properties, "tabColor", rgb="FFC00000")
    sub(properties, "pageSetUpPr", fitToPage=1)
    view = sub(sub(sheet, "sheetViews"), "sheetView", showGridLines=0, tabSelected=1, workbookViewId=0)
    below = f"A{HEADER_ROW + 1}"
    sub(view, "pane", ySplit=HEADER_ROW, topLeftCell=below, activePane="bottomLeft", state="frozen")
    sub(view, "selection", pane="bottomLeft", activeCell=below, sqref=below)
    sub(sheet, "sheetFormatPr", defaultRowHeight=15)
    columns = sub(sheet, "cols")
    for number, width in enumerate(_WIDTHS, 1):
        sub(columns, "col", min=number, max=number, width=width, customWidth=1)


def _page(sheet: Element) -> None:
    sub(sheet, "pageMargins", left=0.4, right=0.4, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    sub(sheet, "pageSetup", paperSize=9, orientation="landscape", fitToHeight=0)
    sub(sub(sheet, "headerFooter"), "oddFooter", "&C&A  &P/&N")


def _draw_line(data: Element, number: int, line: Line, looks: Mapping[str, int], language: str) -> None:
    said = words(language)
    cell = line.cell if line.count == 1 else said["many"].format(cell=line.cell, count=line.count)
    kinds = list(_LOOKS)
    if not (line.jump and line.sheet):
        kinds[2] = "middle"
    texts = (None, line.sheet or "—", cell or "—", line.found, line.what, line.remedy)
    severity = said["severities"].split("|")[line.severity]
    forms = [*(looks[kind] for kind in kinds), looks.get(line.severity.name, looks["middle"])]
    row = _row(data, HEADER_ROW + number, [*texts, severity], forms)
    sub(row[0], "v", str(number))
    row.set("ht", str(_height([*texts, severity])))


def _height(texts: Sequence[str | None]) -> int:
    """Return a row's height in points: not every program fits the rows of a file to their texts."""
    lines = (
        sum(-(-display_width(part) // (width - 2)) or 1 for part in (text or "").split("\n"))
        for text, width in zip(texts, _WIDTHS, strict=True)
    )
    return max(lines) * _LINE + 7


def _row(data: Element, number: int, texts: Sequence[str | None], forms: Sequence[int]) -> Element:
    row = sub(data, "row", r=number)
    for column, (text, form) in enumerate(zip(texts, forms, strict=True)):
        _put(row, column_letters(column + 1), text, form)
    return row


def _put(row: Element, column: str, text: str | None, form: int) -> None:
    cell = sub(row, "c", r=f"{column}{row.get('r')}", s=form)
    if text is not None:
        put_text(cell, text)


def _link(sheet: Element, lines: Sequence[Line]) -> None:
    """Let the third column lead to the cells."""
    places = [(number, line) for number, line in enumerate(lines, HEADER_ROW + 1) if line.jump and line.sheet]
    if places:
        links = sub(sheet, "hyperlinks")
        for number, line in places:
            quoted = line.sheet.replace("'", "''")
            sub(links, "hyperlink", ref=f"C{number}", location=clean(f"'{quoted}'!{line.cell or 'A1'}"))
