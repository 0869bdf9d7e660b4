"""This module puts sheets into a workbook and takes them out, and keeps right what counts sheets by their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.workbook.marking.elements import (
    child,
    children,
    drop,
    namespace,
    parsed,
    put_after,
    serialized,
    sub,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.workbook.marking.elements import Element
    from batchreport.workbook.marking.package import Book

WORKBOOK = "xl/workbook.xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TRUE = frozenset({"1", "true", "on"})
_BEFORE_NAMES = frozenset({  # ECMA-376 part 1, 18.2.27: the order of a workbook's children
    *("fileVersion", "fileSharing", "workbookPr", "AlternateContent", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences"),
})  # fmt: skip
_FIRST = ("activeTab", "firstSheet")


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of a workbook: its name, its part, whether people see it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class View:
    """What a window showed before marking: the attributes as they stood there, None for absent."""

    active: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class Selection:
    """A sheet that was selected: its name, which of its views, and the attribute as it stood there."""

    sheet: str
    view: int
    value: str


def tabs(book: Book) -> list[Tab]:
    """Return the sheets in the order of their tabs."""
    parts = {**book.related(WORKBOOK, "worksheet"), **book.related(WORKBOOK, "chartsheet")}
    key = f"{{{book.relations}}}id"
    return [
        Tab(sheet.get("name", ""), parts.get(sheet.get(key, ""), ""), sheet.get("state", "visible") == "visible")
        for sheet in _sheets(book)
    ]


def insert_tab(book: Book, name: str, root: Element, *, first: bool = False, state: str = "") -> str:
    """Add a sheet as the first tab or the last one, and return its part."""
    part = book.add("xl/worksheets/sheet{}.xml", serialized(root), SHEET_TYPE)
    identifier = book.relate(WORKBOOK, "worksheet", part)
    sheets = _sheets(book)
    number = max((whole_number(sheet.get("sheetId")) for sheet in sheets), default=0) + 1
    element = put_after(sheets, "sheet", () if first else ("sheet",), {"r": book.relations})
    element.set("name", name)
    element.set("sheetId", str(number))
    if state:
        element.set("state", state)
    element.set(f"{{{book.relations}}}id", identifier)
    if first:
        _shift(book, 0, 1)
    return part


def remove_tab(book: Book, name: str) -> None:
    """Remove a sheet with its part and the names that belong to it."""
    sheets = list(children(_sheets(book), "sheet"))
    at = next(number for number, sheet in enumerate(sheets) if sheet.get("name") == name)
    part = tabs(book)[at].part
    for defined in [d for d in _names(book) if d.get("localSheetId") == str(at)]:
        drop(defined)
    drop(sheets[at])
    _shift(book, at + 1, -1)
    for view in _views(book):
        if whole_number(view.get("activeTab")) >= len(sheets) - 1:
            _set(view, "activeTab", None)
    if part in book:
        book.unrelate(WORKBOOK, part)
        book.remove(part)


def define(book: Book, name: str, reference: str, sheet: int) -> None:
    """Add a defined name that belongs to one sheet."""
    names = child(book.tree(WORKBOOK), "definedNames")
    if names is None:
        names = put_after(book.tree(WORKBOOK), "definedNames", _BEFORE_NAMES)
    sub(names, "definedName", reference, name=name, localSheetId=sheet)


def has_names(book: Book) -> bool:
    """Return whether the workbook has a list of defined names."""
    return child(book.tree(WORKBOOK), "definedNames") is not None


def drop_empty_names(book: Book) -> None:
    """Remove the list of defined names where none is left."""
    names = child(book.tree(WORKBOOK), "definedNames")
    if names is not None and not len(names):
        drop(names)


def show_first(book: Book) -> tuple[list[View], list[Selection]]:
    """Make the first tab, which was just inserted, the one that opens, and it alone; return what was so before.

    Two selected sheets are a group: Excel would write into both what somebody types into one.
    """
    views = []
    for view in _views(book):
        views.append(View(*(_counted_back(view.get(name)) for name in _FIRST)))
        for name in _FIRST:
            view.set(name, "0")
    return views, [selection for tab in tabs(book)[1:] for selection in _deselected(book, tab)]


def show_again(book: Book, name: str, views: Sequence[View], selections: Sequence[Selection]) -> None:
    """Undo `show_first` in each window that still shows the sheet `name`, before that sheet is removed."""
    order = tabs(book)
    at = next(number for number, tab in enumerate(order) if tab.name == name)
    shown = False
    for view, before in zip(_views(book), views, strict=False):
        if whole_number(view.get("activeTab")) == at:
            shown = True
            for key, value in zip(_FIRST, (before.active, before.first), strict=True):
                _set(view, key, None if value is None else str(whole_number(value) + (whole_number(value) >= at)))
    parts = {tab.name: tab.part for tab in order}
    for selection in selections if shown else ():
        if selection.sheet in parts:
            sheet_views = _sheet_views(book.tree(parts[selection.sheet]))
            if selection.view < len(sheet_views):
                sheet_views[selection.view].set("tabSelected", selection.value)


def _counted_back(number: str | None) -> str | None:
    """Return the number that a tab had before there was a first one in front of it."""
    return number and str(whole_number(number) - 1)


def _deselected(book: Book, tab: Tab) -> Iterator[Selection]:
    if b"tabSelected" in book.read(tab.part):
        for number, view in enumerate(_sheet_views(book.tree(tab.part))):
            value = view.get("tabSelected")
            if value in _TRUE:
                del view.attrib["tabSelected"]
                yield Selection(tab.name, number, value)


def _sheet_views(root: Element) -> list[Element]:
    views = child(root, "sheetViews")
    return [] if views is None else list(children(views, "sheetView"))


def _shift(book: Book, at: int, by: int) -> None:
    """Count on, or back, whatever means a sheet by its number, from the number `at` on (18.2.5, 18.2.30)."""
    for name in _names(book):
        if (number := name.get("localSheetId")) is not None and whole_number(number) >= at:
            name.set("localSheetId", str(whole_number(number) + by))
    for view in _views(book):
        for key in _FIRST:
            if (number := view.get(key)) is not None and whole_number(number) >= at:
                view.set(key, str(whole_number(number) + by))


def _set(element: Element, key: str, value: str | None) -> None:
    if value is None:
        element.attrib.pop(key, "")
    else:
        element.set(key, value)


def _sheets(book: Book) -> Element:
    workbook = book.tree(WORKBOOK)
    sheets = child(workbook, "sheets")
    return sub(workbook, "sheets") if sheets is None else sheets


def _names(book: Book) -> list[Element]:
    names = child(book.tree(WORKBOOK), "definedNames")
    return [] if names is None else list(children(names, "definedName"))


def _views(book: Book) -> list[Element]:
    views = child(book.tree(WORKBOOK), "bookViews")
    return [] if views is None else list(children(views, "workbookView"))


def blank_sheet(book: Book) -> Element:
    """Return the root of an empty sheet, in the namespace that the workbook uses."""
    return parsed(f'<worksheet xmlns="{namespace(book.tree(WORKBOOK))}"/>'.encode())
