"""This module marks a copy of a workbook for its filler: faulty cells filled and commented, and a list of what to mend.

The marks are added to the package's XML, and everything else stays as it lies: a library that loads and saves a
workbook loses what it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import column_letters
from batchreport.workbook.marking.comments import add_comments
from batchreport.workbook.marking.elements import Unmarkable
from batchreport.workbook.marking.lines import cells_to_mark, grouped, lines_of
from batchreport.workbook.marking.listing import HEADER_ROW, draw_list, title, words
from batchreport.workbook.marking.package import Book
from batchreport.workbook.marking.plain import plain_book, reason
from batchreport.workbook.marking.record import SHEET, Mark, Record, write_record
from batchreport.workbook.marking.sheet import Sheet, set_style, texts
from batchreport.workbook.marking.stamp import restamp, shared_strings
from batchreport.workbook.marking.styles import Styles, styles_of
from batchreport.workbook.marking.tabs import blank_sheet, define, has_names, insert_tab, show_first, tabs
from batchreport.workbook.marking.undo import strip
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.findings import Finding
    from batchreport.workbook.marking.lines import Cells
    from batchreport.workbook.package import Limits

_PRINT_TITLES = "_xlnm.Print_Titles"
_REVISIONS = "xl/revisions/"
_SIGNATURES = "_xmlsignatures/"


@dataclass(frozen=True, slots=True)
class Marked:
    """What goes back to the filler: the workbook itself, marked; or, where `reason` says why not, a list alone."""

    data: bytes
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether `data` is the filler's workbook."""
        return not self.reason


def mark(
    data: bytes, findings: Sequence[Finding], language: str, revision: int, *, limits: Limits | None = None
) -> Marked:
    """Return a marked copy of a workbook: its faulty cells filled and commented, a first sheet that lists what to mend.

    The marks of an earlier copy are removed first, and the stamp, where there is one, says `revision` + 1. A workbook
    that cannot be read or cannot be marked without harm gives the list alone, and the reason. No input raises.
    """
    try:
        book = Book(data, limits)
        _refuse(book)
        strip(book)
        _mark(book, findings, language)
        restamp(book, revision + 1)
        return Marked(book.save())
    except (Refused, Unmarkable, etree.XMLSyntaxError) as problem:
        why = reason(problem, language)
        return Marked(_list_alone(findings, language, why), why)


def unmark(data: bytes, *, limits: Limits | None = None) -> bytes:
    """Return a workbook without the marks of `mark`, everything else as the filler left it.

    The stamp keeps its revision. Bytes without marks, and bytes that are no workbook, come back as they are.
    """
    try:
        book = Book(data, limits)
        return book.save() if strip(book) else data
    except (Refused, Unmarkable, etree.XMLSyntaxError):
        return data


def _refuse(book: Book) -> None:
    """Raise `Unmarkable` where a change would break what the package promises."""
    for name in book:
        if name.lower().startswith(_SIGNATURES):
            raise Unmarkable("signed")
        if name.lower().startswith(_REVISIONS):
            raise Unmarkable("shared")


def _mark(book: Book, findings: Sequence[Finding], language: str) -> None:
    order = [tab for tab in tabs(book) if tab.part in book]
    named = {finding.place.sheet for finding in findings}
    sheets = {tab.name: Sheet(book.tree(tab.part)) for tab in order if tab.name in named}
    sheets = {name: sheet for name, sheet in sheets.items() if sheet.is_table}
    strings = shared_strings(book)
    groups = grouped(findings)
    visible = {tab.name: tab.visible for tab in order}
    lines = lines_of(groups, sheets, visible, texts(strings) if strings is not None else [], language)
    styles = Styles(book.tree(styles_of(book)))
    counts = styles.counts()
    made = [] if has_names(book) else ["definedNames"]
    cells = cells_to_mark(groups, sheets, language)
    marks = list(_filled(cells, sheets, styles))
    parts = {tab.name: tab.part for tab in order}
    for name, said in cells.items():
        if add_comments(book, parts[name], sheets[name], {at: text for at, (_, text) in said.items()}):
            made.append("vml")
    root = blank_sheet(book)
    looks = styles.list_forms()
    own = _free_name(title(language), list(parts))
    draw_list(root, lines, looks, language, words(language)["hint"])
    _put_first(book, own, root)
    views, selections = show_first(book)
    hidden = blank_sheet(book)
    write_record(hidden, Record(own, marks, views, selections, (styles.digest(), counts), made))
    insert_tab(book, SHEET, hidden, state="veryHidden")


def _filled(cells: Cells, sheets: dict[str, Sheet], styles: Styles) -> Iterator[Mark]:
    """Fill the cells, and yield what is needed to take that back."""
    for name, said in cells.items():
        for at, (severity, text) in said.items():
            cell, before, made = sheets[name].make(at)
            after = styles.filled(before, severity)
            set_style(cell, after)
            yield Mark(name, f"{column_letters(at[1] + 1)}{at[0] + 1}", made, before, after, text)


def _put_first(book: Book, name: str, root: etree._Element) -> None:
    insert_tab(book, name, root, first=True)
    define(book, _PRINT_TITLES, f"'{name}'!${HEADER_ROW}:${HEADER_ROW}", 0)


def _free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name for the list that no sheet of the filler's has."""
    folded = {name.casefold() for name in taken}
    names = [wanted, *(f"{wanted} ({number})" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name.casefold() not in folded)


def _list_alone(findings: Sequence[Finding], language: str, why: str) -> bytes:
    book = plain_book()
    styles = Styles(book.tree(styles_of(book)))
    root = blank_sheet(book)
    lines = lines_of(grouped(findings), {}, {}, [], language)
    hint = words(language)["partial"].format(reason=why)
    draw_list(root, lines, styles.list_forms(), language, hint)
    _put_first(book, title(language), root)
    return book.save()
