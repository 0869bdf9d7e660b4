"""This module carries the parts of reports into a book: under new names, pictures once, with what hangs on each."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from lxml import etree

from batchreport.report.book.wordml import NS, DamagedError, R, found, read
from batchreport.report.links import relations_of
from batchreport.zips import Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from batchreport.report.parts import Package

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_RELATIONS = f"{_PACKAGE}relationships"
_RELATED = etree.XPath(
    "descendant-or-self::*[@r:*][not(self::w:headerReference or self::w:footerReference)]", namespaces=NS
)
_STEM = re.compile(r"^(.*?)\d*$")
_TYPES = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: what it is, and the part (or the address outside) that it leads to."""

    kind: str
    target: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A report taken apart."""

    package: Package

    def links(self, part: str) -> dict[str, Link]:
        """Return the relationships of a part by their ids."""
        data = self.package.data.get(relations_of(part))
        return {} if data is None else dict(self._links(part, read(data)))

    def related(self, part: str, kind: str) -> str:
        """Return the first part of a kind ("styles") that `part` names, or ""."""
        return next((link.target for link in self.links(part).values() if link.kind.endswith(f"/{kind}")), "")

    def root(self, part: str) -> _Element | None:
        """Return the root of a part, None for ""; raise `DamagedError` where it is broken."""
        return read(self.package.data[part]) if part else None

    def _links(self, part: str, root: _Element) -> Iterator[tuple[str, Link]]:
        names = {name.lower(): name for name in self.package.data}
        for one in root.iterchildren("{*}Relationship"):
            kind, target = one.get("Type", ""), one.get("Target", "")
            if one.get("TargetMode") == "External":
                yield one.get("Id", ""), Link(kind, target, outside=True)
                continue
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target.partition("#")[0]))[1:]
            found = names.get(path.lower()) or names.get(unquote(path).lower())
            if found:
                yield one.get("Id", ""), Link(kind, found)


class Links:
    """The relationships of one part of the book."""

    def __init__(self) -> None:
        self._ids: dict[Link, str] = {}

    def __bool__(self) -> bool:
        return bool(self._ids)

    def add(self, link: Link) -> str:
        """Return the id of a relationship, the same for the same one."""
        return self._ids.setdefault(link, f"rId{len(self._ids) + 1}")

    def by_id(self) -> dict[str, Link]:
        """Return the relationships by their ids."""
        return {number: link for link, number in self._ids.items()}


class Store:
    """The parts of a book, packed as they come."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._kinds: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._shared: dict[tuple[str, bytes], str] = {}

    def name(self, like: str) -> str:
        """Return a name that no part has, for one called `like` in its report: "word/charts/chart7.xml"."""
        stem, extension = posixpath.splitext(like)
        stem = getattr(_STEM.match(stem), "group", lambda _: stem)(1)
        key = (stem + extension).lower()
        self._counts[key] = self._counts.get(key, 0) + 1
        return f"{stem}{self._counts[key]}{extension}"

    def put(self, name: str, data: bytes, kind: str, links: Links | None = None) -> str:
        """Store a part with its relationships, and return its name."""
        self._members[name] = Member.of(name, data)
        self._kinds[name] = kind
        if links:
            self.relate(name, links.by_id())
        return name

    def relate(self, part: str, links: dict[str, Link]) -> None:
        """Store the relationships of a part."""
        name = relations_of(part)
        self._members[name] = Member.of(name, relations(links, part))

    def share(self, like: str, data: bytes, kind: str) -> str:
        """Store a part that nothing hangs on; the same bytes are stored once."""
        key = (kind, sha256(data).digest())
        if key not in self._shared:
            self._shared[key] = self.put(self.name(like), data, kind)
        return self._shared[key]

    def members(self) -> list[Member]:
        """Return all parts, the list of their types first."""
        defaults = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in _TYPES.items())
        entries = "".join(
            f"<Override PartName={quoteattr(f'/{name}')} ContentType={quoteattr(kind)}/>"
            for name, kind in self._kinds.items()
        )
        types = f'<Types xmlns="{_PACKAGE}content-types">{defaults}{entries}</Types>'
        return [Member.of("[Content_Types].xml", _declared(types)), *self._members.values()]


class Carrier:
    """Carries what one report's parts name into the store."""

    def __init__(self, source: Source, store: Store) -> None:
        self._source = source
        self._store = store
        self._carried: dict[str, str] = {}

    def relink(self, root: _Element, part: str, links: Links) -> None:
        """Let every relationship that `root`, of the report's part, names be one of the book's.

        Headers and footers are left to their sections.
        """
        own = self._source.links(part)
        for element in found(_RELATED, root):
            for name, number in element.attrib.items():
                if str(name).startswith(R) and number:
                    element.set(name, links.add(self._carry(own.get(str(number)), str(number))))

    def _carry(self, link: Link | None, number: str) -> Link:
        if link is None:
            raise DamagedError(f"relationship {number}")
        return link if link.outside else Link(link.kind, self.part(link.target))

    def part(self, old: str) -> str:
        """Return the name in the book of a part, stored with all that hangs on it."""
        if old not in self._carried:
            data, kind = self._source.package.data[old], self._source.package.types.get(old, "")
            own = self._source.links(old)
            if kind.startswith("image/") and not own:
                self._carried[old] = self._store.share(_media(old), data, kind)
            else:
                self._carried[old] = new = self._store.name(old)
                self._store.put(new, data, kind or "application/octet-stream")
                if own:
                    self._store.relate(new, {number: self._carry(link, number) for number, link in own.items()})
        return self._carried[old]


def relations(links: dict[str, Link], part: str) -> bytes:
    """Return the XML of relationships whose targets are told from the folder of `part`."""
    folder = posixpath.dirname(part) or "."
    entries = []
    for number, link in links.items():
        target = link.target if link.outside else posixpath.relpath(link.target, folder)
        mode = ' TargetMode="External"' if link.outside else ""
        entries.append(
            f"<Relationship Id={quoteattr(number)} Type={quoteattr(link.kind)} Target={quoteattr(target)}{mode}/>"
        )
    return _declared(f'<Relationships xmlns="{_RELATIONS}">{"".join(entries)}</Relationships>')


def _media(old: str) -> str:
    return f"word/media/image{posixpath.splitext(old)[1].lower()}"


def _declared(xml: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}'.encode()
