"""This module keeps, in a hidden sheet of a marked copy, what is needed to take the marks out again.

A format is kept as a cell that has it: whatever numbers a spreadsheet program gives the formats when it saves the
file, the cell in this sheet and the one that was marked get the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchreport.workbook.marking.elements import put_text, sub, whole_number
from batchreport.workbook.marking.sheet import Made, Sheet, cell_text, set_style
from batchreport.workbook.marking.tabs import Selection, View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.workbook.marking.elements import Element

SHEET = "_标记"
"""The hidden sheet that holds the record."""
_VERSION = "v1"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked cell: where it was, its format before and after, and what was put into its comment."""

    sheet: str
    cell: str
    made: Made
    before: int
    after: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that marking changed; `styles` has the check sum of the formats and how many there were."""

    list_sheet: str
    marks: Sequence[Mark] = ()
    views: Sequence[View] = ()
    selections: Sequence[Selection] = ()
    styles: tuple[str, str] = ("", "")
    made: Sequence[str] = field(default=())


def write_record(sheet: Element, record: Record) -> None:
    """Fill an empty worksheet with the record."""
    data = sub(sheet, "sheetData")
    for number, (texts, styles) in enumerate(_rows(record), 1):
        row = sub(data, "row", r=number)
        for column, text in zip("ABCDE", texts, strict=False):
            put_text(sub(row, "c", r=f"{column}{number}"), text)
        for column, style in zip("FG", styles, strict=False):
            set_style(sub(row, "c", r=f"{column}{number}"), style)


def read_record(root: Element, strings: Sequence[str]) -> Record | None:
    """Return the record that a sheet holds; None where it is none of ours."""
    sheet = Sheet(root)
    rows = [_row(sheet, number, strings) for number in range(len(root.findall("{*}sheetData/{*}row")))]
    if not rows or rows[0][0][:2] != ["list", _VERSION]:
        return None
    of_kind = {kind: [row for row in rows if row[0][0] == kind] for kind in ("cell", "view", "tab", "styles", "made")}
    digest, counts = of_kind["styles"][0][0][1:3] if of_kind["styles"] else ("", "")
    return Record(
        list_sheet=rows[0][0][2],
        marks=[Mark(t[1], t[2], Made.read(t[3]), before, after, t[4]) for t, before, after in of_kind["cell"]],
        views=[View(_maybe(t[1]), _maybe(t[2])) for t, _, _ in of_kind["view"]],
        selections=[Selection(t[1], whole_number(t[2]), t[3]) for t, _, _ in of_kind["tab"]],
        styles=(digest, counts),
        made=[t[1] for t, _, _ in of_kind["made"]],
    )


def _rows(record: Record) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    yield ("list", _VERSION, record.list_sheet), ()
    yield ("styles", *record.styles), ()
    for name in record.made:
        yield ("made", name), ()
    for view in record.views:
        yield ("view", view.active or _NONE, view.first or _NONE), ()
    for selection in record.selections:
        yield ("tab", selection.sheet, str(selection.view), selection.value), ()
    for mark in record.marks:
        yield ("cell", mark.sheet, mark.cell, mark.made.text(), mark.comment), (mark.before, mark.after)


def _row(sheet: Sheet, number: int, strings: Sequence[str]) -> tuple[list[str], int, int]:
    cells = [sheet.find((number, column)) for column in range(7)]
    before, after = (whole_number(cell.get("s")) if cell is not None else 0 for cell in cells[5:])
    return [cell_text(cell, strings) for cell in cells[:5]], before, after


def _maybe(text: str) -> str | None:
    return None if text == _NONE else text
