"""This module opens a report that is to be bound into a book, and says at once if it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.book.notes import KINDS
from batchreport.report.book.parts import Source
from batchreport.report.book.theme import Theme
from batchreport.report.book.wordml import NS, DamagedError, R, W, found
from batchreport.report.parts import unpack

if TYPE_CHECKING:
    from lxml.etree import _Element

_RELATED = etree.XPath("//*[@r:*]", namespaces=NS)
_ASIDE = ("styles", "numbering", "settings", "fontTable", "theme")


@dataclass(frozen=True, slots=True)
class Report:
    """A report taken apart: its text, what stands beside it (styles, notes) with its part, headers and footers."""

    source: Source
    main: str
    document: _Element
    body: _Element
    beside: dict[str, _Element]
    places: dict[str, str]
    edges: dict[str, _Element]

    @classmethod
    def open(cls, data: bytes) -> Report:
        """Return the report; raise `NotDocx` or `DamagedError` where Word could not open it either."""
        source = Source(unpack(data))
        main = source.package.main
        document = source.root(main)
        body = None if document is None else document.find(f"{W}body")
        if document is None or body is None:
            raise DamagedError("w:body")
        places = {kind: part for kind in (*_ASIDE, *KINDS) if (part := source.related(main, kind))}
        beside = {kind: root for kind, part in places.items() if (root := source.root(part)) is not None}
        edges = {
            link.target: root
            for link in source.links(main).values()
            if link.kind.endswith(("/header", "/footer"))
            and not link.outside
            and (root := source.root(link.target)) is not None
        }
        report = cls(source, main, document, body, beside, places, edges)
        report._check()
        return report

    @property
    def theme(self) -> bytes:
        """The bytes of the report's theme."""
        return self.source.package.data.get(self.places.get("theme", ""), b"")

    def forget_theme(self) -> None:
        """Write down what the report takes from its theme, so that it looks the same under another one."""
        theme = Theme(self.beside.get("theme"))
        for kind, root in (("", self.document), *self.beside.items(), *self.edges.items()):
            if kind != "theme":
                theme.write_down(root)

    def _check(self) -> None:
        """Raise `DamagedError` where the report names a part that is not there."""
        roots = {self.main: self.document, **self.edges}
        roots |= {self.places[kind]: self.beside[kind] for kind in KINDS if kind in self.beside}
        for part, root in roots.items():
            own = self.source.links(part)
            for element in found(_RELATED, root):
                for name, number in element.attrib.items():
                    if str(name).startswith(R) and number and str(number) not in own:
                        raise DamagedError(f"{part}: {number!s}")
