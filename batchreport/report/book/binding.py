"""This module is a book in the making: it takes in one report after another, then puts the front before them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from batchreport.report.book.chapter import Chapter
from batchreport.report.book.front import Cover, Entry, Front, front
from batchreport.report.book.parts import Carrier, Link, Links
from batchreport.report.book.report import Report
from batchreport.report.book.sections import end_with, sections_of
from batchreport.report.book.settings import settings
from batchreport.report.book.volume import OFFICE, WORD, Volume
from batchreport.report.book.wordml import W, printed
from batchreport.report.parts import MAIN
from batchreport.zips import pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
_DOCUMENT = "word/document.xml"
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:subject>{period}</dc:subject>'
    "<dc:creator>{organisation}</dc:creator><dc:language>{language}</dc:language></cp:coreProperties>"
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Microsoft Office Word</Application><AppVersion>16.0000</AppVersion></Properties>"
)


class Binding:
    """A book as far as it is made; `entries` are the lines of its contents."""

    def __init__(self, language: str, *, running: bool, headings: bool) -> None:
        self._volume = Volume(running=running, headings=headings)
        self._language = language
        self.entries: list[Entry] = []
        self._chunks: list[bytes] = []
        self._first: Report | None = None
        self._page: _Element | None = None
        self._last: Chapter | None = None

    def add(self, name: str, data: bytes) -> int:
        """Take in a report, and return how many comments it had, which a book has not.

        Raises `NotDocx` or `DamagedError`; the book stays without it then.
        """
        report = Report.open(data)
        if self._first is not None and report.theme != self._first.theme:
            report.forget_theme()
        chapter = Chapter(self._volume, name, report, sum(1 for one in self.entries if one.level == 1) + 1)
        self.entries += chapter.bind()
        if self._last is not None:
            end_with(self._last.body, self._last.section)
            self._close(self._last)
        if self._first is None:
            self._first = report
            self._page = sections_of(chapter.body, chapter.section)[0]
            self._take_theme(report)
        self._last = chapter
        return chapter.comments

    def finish(self, cover: Cover, missing: Sequence[str]) -> bytes:
        """Return the book's bytes."""
        last, first, page = self._last, self._first, self._page
        if last is None or first is None or page is None:
            raise ValueError("a book without reports")
        last.body.append(last.section)
        if self._volume.running:
            last.close("_Book_end")
        self._close(last)
        what = Front(cover, self.entries, missing, self._language, page, updatable=self._volume.running)
        blank = {kind: self._volume.blank(kind) for kind in ("header", "footer")}
        before = self._volume.namespaces.root(f"{W}body")
        before.extend(
            front(what, self._volume.styles, self._volume.piece("footer", self._volume.page_number("", "")), blank)
        )
        self._put_parts(first)
        body = (
            self._volume.namespaces.opening("w:document"),
            b"<w:body>",
            _inside(before),
            *self._chunks,
            b"</w:body></w:document>",
        )
        declared = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        self._volume.store.put(_DOCUMENT, declared + b"".join(body), MAIN, self._volume.links)
        self._put_properties(cover)
        return pack(self._volume.store.members())

    def _close(self, chapter: Chapter) -> None:
        if not self._volume.running:
            chapter.close(chapter.end)
        self._chunks.append(_inside(chapter.body))

    def _take_theme(self, report: Report) -> None:
        theme = report.source.related(report.main, "theme")
        if theme:
            self._volume.links.add(Link(f"{OFFICE}/theme", Carrier(report.source, self._volume.store).part(theme)))

    def _put_parts(self, first: Report) -> None:
        used = [notes for notes in self._volume.notes.values() if notes.elements]
        told = settings(
            first.beside.get("settings"), [notes.settings() for notes in used], even_and_odd=self._volume.even_and_odd
        )
        self._put("settings", printed(told))
        self._put("styles", printed(self._volume.styles.root))
        numbering = self._volume.lists.root()
        if numbering is not None:
            self._put("numbering", printed(numbering))
        self._put("fontTable", printed(self._volume.fonts.root), self._volume.fonts.links)
        for notes in used:
            root = self._volume.namespaces.root(W + notes.plural)
            root.extend([*notes.separators(), *notes.elements])
            self._put(notes.plural, printed(root), notes.links)

    def _put(self, kind: str, data: bytes, links: Links | None = None) -> None:
        name = self._volume.store.put(f"word/{kind}.xml", data, f"{WORD}.{kind}+xml", links)
        self._volume.links.add(Link(f"{OFFICE}/{kind}", name))

    def _put_properties(self, cover: Cover) -> None:
        core = _CORE.format(
            title=escape(cover.title), period=escape(cover.period), organisation=escape(cover.organisation),
            language="zh-CN" if self._language == "zh" else "en",
        )  # fmt: skip
        self._volume.store.put(
            "docProps/core.xml", core.encode(), "application/vnd.openxmlformats-package.core-properties+xml"
        )
        app = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
        self._volume.store.put("docProps/app.xml", _APP.encode(), app)
        links = Links()
        links.add(Link(f"{OFFICE}/officeDocument", _DOCUMENT))
        links.add(Link(f"{_PACKAGE}/core-properties", "docProps/core.xml"))
        links.add(Link(f"{OFFICE}/extended-properties", "docProps/app.xml"))
        self._volume.store.relate("", links.by_id())


def _inside(body: _Element) -> bytes:
    """Return what stands in a body, in the prefixes of its root."""
    root = body.getroottree().getroot()
    text = etree.tostring(root, encoding="UTF-8")
    start = text.index(b">", text.index(b"<w:body")) + 1
    return text[start : text.rindex(b"</w:body>")]
