"""This module makes a report a chapter of a book: nothing in it stands for something in another one any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.book.estimate import Estimate
from batchreport.report.book.fields import Fields
from batchreport.report.book.front import Entry, ensure_styles, mark_entry, text_paragraph
from batchreport.report.book.headings import headings
from batchreport.report.book.lists import ReportLists
from batchreport.report.book.marks import clean
from batchreport.report.book.notes import KINDS
from batchreport.report.book.parts import Carrier, Links
from batchreport.report.book.sections import Making, own_last_section, sections_of, settle
from batchreport.report.book.settings import has_even_pages
from batchreport.report.book.wordml import PARAGRAPH, TABLE, W, local, make, printed, properties, put, revalue

if TYPE_CHECKING:
    from lxml.etree import _Element

    from batchreport.report.book.report import Report
    from batchreport.report.book.volume import Volume

_NOTE_FORM = ("pos", "numFmt", "numStart", "numRestart")
_IN_TEXT = ("pStyle", "rStyle", "tblStyle")


class Chapter:
    """One report on its way into a book; `section` is its last section, `comments` how many were taken out."""

    def __init__(self, volume: Volume, name: str, report: Report, number: int) -> None:
        self.name = name
        self.comments = 0
        self._volume = volume
        self._report = report
        self._start = f"_Book_{number}"
        self._end = f"_Book_{number}_end"
        self._number = number
        self._sheet = volume.styles.take(report.beside.get("styles"))
        self._lists = ReportLists(volume.lists, report.beside.get("numbering"), self._sheet)
        self._carrier = Carrier(report.source, volume.store)
        self._pieces: dict[str, str] = {}
        self._noted: list[str] = []
        self._even = has_even_pages(report.beside.get("settings"))
        self.root = volume.namespaces.adopt(report.document, f"{W}document")
        self.body = report.body
        self.section = own_last_section(self.body)
        self._fields = self._named()

    def bind(self) -> list[Entry]:
        """Change all of the report that must be, and return its lines in the contents."""
        found = list(headings(self.body, self._sheet, self._lists)) if self._volume.headings else []
        self._take_notes()
        self._own(self.body, self._report.main, self._volume.links)
        self._sections()
        self._volume.fonts.take(
            self._report.beside.get("fontTable"), self._report.places.get("fontTable", ""), self._carrier
        )
        self._volume.styles.finish(self._sheet, self._lists.number)
        entries = self._entries(found)
        self._mark(found)
        return entries

    def _named(self) -> Fields:
        """Give bookmarks names that are free, the report's own first."""
        marks = self._volume.marks
        marks.claim(self._start)
        marks.claim(self._end)
        renamed: dict[str, str] = {}
        notes = (root for kind, root in self._report.beside.items() if kind in KINDS)
        for root in (self.body, *notes, *self._report.edges.values()):
            renamed |= marks.rename(root)
        last = "_Book_end" if self._volume.running else self._end
        return Fields(self._start, last, renamed)

    def _own(self, root: _Element, part: str, links: Links) -> None:
        """Make ids, fields, lists, styles and relationships of a part the book's."""
        self.comments += clean(root)
        self._fields.mend(root)
        self._volume.marks.number(root)
        self._lists.apply(root)
        self._restyle(root)
        self._carrier.relink(root, part, links)

    def _restyle(self, root: _Element) -> None:
        sheet, book = self._sheet, self._volume.styles.defaults
        for kind, tag, owner, reference, order in (
            ("paragraph", "p", "pPr", "pStyle", PARAGRAPH),
            ("table", "tbl", "tblPr", "tblStyle", TABLE),
        ):
            old = sheet.default.get(kind, "")
            if old and sheet.renamed.get(old, old) != book.get(kind, ""):
                for one in root.iter(W + tag):
                    if one.find(f"{W}{owner}/{W}{reference}") is None:
                        own = properties(one, owner)
                        own.insert(0, make(reference, val=old)) if kind == "table" else put(
                            own, make(reference, val=old), order
                        )
        revalue(root, _IN_TEXT, sheet.renamed)

    def _take_notes(self) -> None:
        for plural, notes in self._volume.notes.items():
            root = self._report.beside.get(plural)
            there = set() if root is None else notes.there(root)
            numbers = notes.claim(self.body, there)
            if root is not None and numbers:
                root = self._volume.namespaces.adopt(root, W + plural)
                self._own(root, self._report.places[plural], notes.links)
                notes.take(root, numbers)
                self._noted.append(plural)

    def _sections(self) -> None:
        making = Making(
            carried=self._carried,
            made=self._made,
            blank=self._volume.blank,
            even_in_report=self._even,
            even_in_book=True,
            notes={plural: self._note_form(plural) for plural in self._noted},
        )
        start = 1 if self._number == 1 or not self._volume.running else None
        settle(sections_of(self.body, self.section), making, start=start, running=self._volume.running)
        self._volume.even_and_odd |= self._even

    def _note_form(self, plural: str) -> list[_Element]:
        """Return how the report's settings number its notes: a section says so itself in the book."""
        told = self._report.beside.get("settings")
        own = None if told is None else told.find(f"{W}{plural.removesuffix('s')}Pr")
        return [one for one in ([] if own is None else own) if local(one) in _NOTE_FORM]

    def _carried(self, number: str) -> str:
        link = self._report.source.links(self._report.main)[number]
        kind = "header" if link.kind.endswith("/header") else "footer"
        known = self._pieces.get(link.target)
        if known is None:
            root = self._volume.namespaces.adopt(self._report.edges[link.target], self._report.edges[link.target].tag)
            links = Links()
            self._own(root, link.target, links)
            known = self._pieces[link.target] = self._volume.edge(kind, printed(root), links)
        return known

    def _made(self, kind: str) -> str:
        """Return a header with the department's name, or a footer with the page number."""
        style = self._style(kind)
        if kind == "header":
            return self._volume.piece(kind, text_paragraph(style, self.name))
        return self._volume.footer

    def _style(self, kind: str) -> str:
        return ensure_styles(self._volume.styles)[kind]

    def _entries(self, found: list[tuple[_Element, str]]) -> list[Entry]:
        estimate = Estimate(self._sheet, next(iter(sections_of(self.body, self.section))))
        pages: dict[_Element, int] = {}
        for block in self.body:
            estimate.add(block)
            pages[block] = estimate.page
        running, first = self._volume.running, self._volume.page
        shift = first - 1 if running else 0
        self._volume.page += estimate.page
        top = (
            Entry(self.name, self._start, first)
            if running
            else Entry(self.name, self._end, estimate.page, counts=True, target=self._start)
        )
        return [top, *(
            Entry(text, f"{self._start}_{at}", pages[one] + shift, level=2) for at, (one, text) in enumerate(found, 1)
        )]  # fmt: skip

    def _mark(self, found: list[tuple[_Element, str]]) -> None:
        """Put the bookmarks in that the contents lead to."""
        if next(self.body.iter(f"{W}p"), None) is None:
            self.body.append(make("p"))
        for at, (one, text) in enumerate(found, 1):
            self._bookmark(one, f"{self._start}_{at}", text, 2)
        self._bookmark(
            next(self.body.iter(f"{W}p")), self._start, self.name, 1, whole=self._fields.tables_of_contents > 0
        )

    def _bookmark(self, paragraph: _Element, name: str, text: str, level: int, *, whole: bool = False) -> None:
        number = str(self._volume.marks.next_mark())
        start, end = make("bookmarkStart", id=number, name=name), make("bookmarkEnd", id=number)
        entry = mark_entry(text, level) if self._volume.running else []
        at = 1 if len(paragraph) and local(paragraph[0]) == "pPr" else 0
        inside = entry if whole else [start, *entry, end]
        paragraph[at:at] = inside
        if whole:
            self.body.insert(0, start)
            self.body.append(end)

    def close(self, name: str) -> None:
        """Put a bookmark around the last text of the report."""
        inside = [one for one in self.body.iter(f"{W}p") if not any(one.iterancestors(f"{W}txbxContent"))]
        owner = next((one for one in reversed(inside) if one.find(f"{W}r") is not None), inside[-1])
        number = str(self._volume.marks.next_mark())
        runs = owner.findall(f"{W}r")
        # Around the last run: LibreOffice loses a bookmark that holds nothing at the end of a document.
        owner.insert(owner.index(runs[-1]) if runs else len(owner), make("bookmarkStart", id=number, name=name))
        owner.append(make("bookmarkEnd", id=number))

    @property
    def end(self) -> str:
        """The bookmark at the end of the report."""
        return self._end
