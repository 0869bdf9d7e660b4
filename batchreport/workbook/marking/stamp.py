"""This module raises the revision in the stamp of a workbook, in each of the places that carry it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from batchreport.workbook import stamp as stamps
from batchreport.workbook.marking.elements import children, put_text
from batchreport.workbook.marking.sheet import Sheet, cell_text, texts
from batchreport.workbook.marking.tabs import WORKBOOK, tabs

if TYPE_CHECKING:
    from batchreport.workbook.marking.elements import Element
    from batchreport.workbook.marking.package import Book

_PROPERTIES = "docProps/custom.xml"


def restamp(book: Book, revision: int) -> None:
    """Put `revision` into the stamp wherever there is one that can be read; a workbook without stays without."""
    for name in book.tree(WORKBOOK).iterfind("{*}definedNames/{*}definedName"):
        if name.get("name") == stamps.NAME:
            plain = (name.text or "").removeprefix("=").strip('"').replace('""', '"')
            if new := _raised(plain, revision):
                name.text = '"{}"'.format(new.replace('"', '""'))
    if _PROPERTIES in book:
        for item in book.tree(_PROPERTIES).iterfind("{*}property"):
            if item.get("name") == stamps.PROPERTY and len(item):
                item[0].text = _raised((item[0].text or ""), revision) or item[0].text
    for tab in tabs(book):
        if tab.name in stamps.SHEETS.values() and tab.part in book:
            _restamp_sheet(book, book.tree(tab.part), revision)


def shared_strings(book: Book) -> Element | None:
    """Return the root of the shared strings to change; None where the workbook has none."""
    name = next(iter(book.related(WORKBOOK, "sharedStrings").values()), "")
    return book.tree(name) if name in book else None


def _restamp_sheet(book: Book, root: Element, revision: int) -> None:
    """Change the first cell of the stamp's sheet, or the shared string that it shows."""
    cell = Sheet(root).find((0, 0))
    strings = shared_strings(book)
    known = texts(strings) if strings is not None else []
    old = cell_text(cell, known)
    new = _raised(old, revision)
    if cell is None or not new or new == old:
        return
    if cell.get("t") == "s" and strings is not None:
        for item in children(strings, "si"):
            lines = list(item.iter("{*}t"))
            if len(lines) == 1 and lines[0].text == old:
                lines[0].text = new
    else:
        for inside in list(cell):
            cell.remove(inside)
        put_text(cell, new)


def _raised(text: str, revision: int) -> str:
    stamp = stamps.read(text)
    return stamps.write(replace(stamp, revision=revision)) if stamp else ""
