"""This module holds what the chapters of a book have in common: its parts, names, styles, lists, headers and footers."""

from __future__ import annotations

from batchreport.report.book.front import ensure_styles
from batchreport.report.book.lists import Lists
from batchreport.report.book.marks import Marks
from batchreport.report.book.names import Namespaces
from batchreport.report.book.notes import KINDS, Notes
from batchreport.report.book.parts import Link, Links, Store
from batchreport.report.book.settings import Fonts
from batchreport.report.book.styles import Styles
from batchreport.report.book.wordml import W_NS

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PAGE = (
    '<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{before}'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>{after}</w:p>'
)
_DASHES = tuple(f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in ("— ", " —"))
_BLANK = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:pPr></w:p>'
)


class Volume:
    """A book as far as its chapters share it; `page` is the number of the next free page, as far as it is known."""

    def __init__(self, *, running: bool, headings: bool) -> None:
        self.running = running
        self.headings = headings
        self.store = Store()
        self.links = Links()
        self.namespaces = Namespaces()
        self.styles = Styles()
        self.lists = Lists()
        self.marks = Marks()
        self.notes = {plural: Notes(plural) for plural in KINDS}
        self.fonts = Fonts()
        self.even_and_odd = False
        self.page = 1
        self._pieces: dict[tuple[str, bytes], str] = {}

    @property
    def footer(self) -> str:
        """The relationship of a footer with the page number, for a report that has none of its own."""
        return self.piece("footer", self.page_number(*_DASHES))

    def blank(self, kind: str) -> str:
        """Return the relationship of an empty header or footer, in no style: a style may draw a line."""
        return self.piece(kind, _BLANK)

    def piece(self, kind: str, content: str) -> str:
        """Return the relationship of a header or footer with this content, made once."""
        tag = "hdr" if kind == "header" else "ftr"
        text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{tag} xmlns:w="{W_NS}">{content}</w:{tag}>'
        return self.edge(kind, text.encode(), Links())

    def edge(self, kind: str, data: bytes, links: Links) -> str:
        """Return the relationship of a header or footer, the same for the same one."""
        if links or (kind, data) not in self._pieces:
            name = self.store.put(self.store.name(f"word/{kind}1.xml"), data, f"{WORD}.{kind}+xml", links)
            number = self.links.add(Link(f"{OFFICE}/{kind}", name))
            return number if links else self._pieces.setdefault((kind, data), number)
        return self._pieces[kind, data]

    def page_number(self, before: str, after: str) -> str:
        """Return the paragraph of a footer with the page number between two runs."""
        return _PAGE.format(style=ensure_styles(self.styles)["footer"], before=before, after=after)
