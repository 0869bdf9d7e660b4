"""This module takes the marks out of a workbook again, whatever program has saved it since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.workbook.marking.comments import remove_comments
from batchreport.workbook.marking.elements import whole_number
from batchreport.workbook.marking.listing import TITLES
from batchreport.workbook.marking.record import SHEET, Record, read_record
from batchreport.workbook.marking.sheet import Sheet, cell_position, cell_text, restyler, set_style, texts
from batchreport.workbook.marking.stamp import shared_strings
from batchreport.workbook.marking.styles import Styles, styles_of
from batchreport.workbook.marking.tabs import drop_empty_names, remove_tab, show_again, tabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.workbook.marking.package import Book
    from batchreport.workbook.marking.record import Mark
    from batchreport.workbook.marking.tabs import Tab


def strip(book: Book) -> bool:
    """Remove the marks, and return whether there were any.

    Without the record, which somebody may have deleted, a filled cell loses its fill, and comments go by their author.
    """
    shared = shared_strings(book)
    strings = texts(shared) if shared is not None else []
    order = [tab for tab in tabs(book) if tab.part in book]
    kept = next((tab for tab in order if tab.name == SHEET), None)
    record = read_record(book.peek(kept.part), strings) if kept else None
    lists = [tab.name for tab in order if _is_list(book, tab, record, strings)]
    if not lists and record is None:
        return False
    for name in lists:
        if record:
            show_again(book, name, record.views, record.selections)
        remove_tab(book, name)
    if kept and record:
        remove_tab(book, kept.name)
    _restore(book, record)
    if record and "definedNames" in record.made:
        drop_empty_names(book)
    if record and "vml" in record.made:
        book.undeclare("vml")
    return True


def _is_list(book: Book, tab: Tab, record: Record | None, strings: Sequence[str]) -> bool:
    """Return whether a sheet is our list: by its name, and by its title, which a sheet of the filler's has not."""
    if tab.name not in {*TITLES.values(), record.list_sheet if record else ""}:
        return False
    return cell_text(Sheet(book.peek(tab.part)).find((0, 0)), strings).strip() in TITLES.values()


def _restore(book: Book, record: Record | None) -> None:
    """Give the cells the formats they had, and remove our comments."""
    marks = record.marks if record else ()
    known = {mark.after: mark.before for mark in marks}
    said = sorted({mark.comment for mark in marks if mark.comment}, key=len, reverse=True) if record else None
    styles = Styles(book.tree(styles_of(book)))
    untouched = record is not None and record.styles[0] == styles.digest()
    highest = 0
    for tab in tabs(book):
        if tab.part in book:
            sheet = Sheet(book.tree(tab.part))
            _restore_cells(sheet, [mark for mark in marks if mark.sheet == tab.name])
            highest = max(highest, sheet.restyle(restyler(known, styles.cleared)))
            remove_comments(book, tab.part, said)
    if record and untouched:
        styles.truncate(record.styles[1], highest)


def _restore_cells(sheet: Sheet, marks: Sequence[Mark]) -> None:
    """Restore the cells that stand where they stood; backwards, as a row that was made goes with its first cell."""
    for mark in reversed(marks):
        at = cell_position(mark.cell)
        cell = sheet.find(at) if at else None
        if at and cell is not None and whole_number(cell.get("s")) == mark.after:
            set_style(cell, mark.before, bare=mark.made.bare and not mark.before)
            sheet.unmake(at, mark.made)
