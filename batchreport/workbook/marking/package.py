"""This module opens a workbook's package to change single parts of it, and writes it with all others as they lie."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.workbook.marking.elements import Unmarkable, drop, namespace, parsed, serialized
from batchreport.workbook.package import Limits, open_package
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.workbook.marking.elements import Element

_TYPES = "[Content_Types].xml"
_TYPES_XML = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS_XML = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_LOCAL_HEADER = 30  # bytes before the name (APPNOTE.TXT 4.3.7)


class Book:
    """A workbook's package whose parts can be changed; raises `Refused` where it is none or would cost too much."""

    def __init__(self, data: bytes, limits: Limits | None = None) -> None:
        self._package = open_package(data, limits or Limits())
        self._data = data
        with zipfile.ZipFile(BytesIO(data)) as archive:
            self._entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
        self._names = {name.lower(): name for name in self._entries}
        self._trees: dict[str, Element] = {}
        self._changed: dict[str, bytes | None] = {}
        self.strict = "purl.oclc.org" in namespace(self.tree("xl/workbook.xml"))

    @property
    def relations(self) -> str:
        """The namespace of `r:id`, and what the types of relationships begin with."""
        return _STRICT_RELATIONS if self.strict else _RELATIONS

    def __contains__(self, name: object) -> bool:
        return str(name).lower() in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names.values())

    def read(self, name: str) -> bytes:
        """Return a part's bytes as they are by now, b"" where there is none."""
        actual = self._names.get(name.lower(), "")
        if actual in self._trees:
            return serialized(self._trees[actual])
        return self._changed.get(actual) or (self._package.part(actual) if actual in self._entries else b"")

    def peek(self, name: str) -> Element:
        """Return the root of a part to look at, which is not written again."""
        actual = self._names.get(name.lower(), "")
        return self._trees[actual] if actual in self._trees else parsed(self.read(name))

    def tree(self, name: str) -> Element:
        """Return the root of a part to change; it is written again only where it says something else."""
        actual = self._names.get(name.lower())
        if actual is None:
            raise Unmarkable("part-missing", name)
        if actual not in self._trees:
            self._trees[actual] = parsed(self.read(actual))
        return self._trees[actual]

    def write(self, name: str, part: bytes) -> None:
        """Put a part in, or other bytes in the place of the one there is."""
        actual = self._names.setdefault(name.lower(), name)
        self._trees.pop(actual, None)
        self._changed[actual] = part

    def add(self, pattern: str, part: bytes, content_type: str = "") -> str:
        """Add a part under the first free name of `pattern` ("xl/comments{}.xml"), and return the name.

        Without a content type it is one of an ending that `declare` has given one.
        """
        number = next(n for n in range(1, len(self._names) + 2) if pattern.format(n).lower() not in self._names)
        name = pattern.format(number)
        self.write(name, part)
        if content_type:
            types = self.tree(_TYPES)
            etree.SubElement(types, f"{{{_TYPES_XML}}}Override", PartName=f"/{name}", ContentType=content_type)
        return name

    def declare(self, ending: str, content_type: str) -> bool:
        """Give all parts of an ending their type, and return whether that was not so before."""
        types = self.tree(_TYPES)
        if any((entry.get("Extension") or "").lower() == ending for entry in types):
            return False
        entry = etree.Element(f"{{{_TYPES_XML}}}Default", Extension=ending, ContentType=content_type)
        types.insert(0, entry)
        return True

    def undeclare(self, ending: str) -> None:
        """Take back what `declare` did, unless a part needs it."""
        if not any(name.endswith(f".{ending}") for name in self._names):
            for entry in [entry for entry in self.tree(_TYPES) if entry.get("Extension") == ending]:
                drop(entry)

    def remove(self, name: str) -> None:
        """Remove a part, its relationships and its type."""
        actual = self._names.pop(name.lower(), None)
        if actual is None:
            return
        self._trees.pop(actual, None)
        self._changed[actual] = None
        for entry in [e for e in self.tree(_TYPES) if (e.get("PartName") or "").lower() == f"/{actual}".lower()]:
            drop(entry)
        if not actual.endswith(".rels"):
            self.remove(_relations_name(actual))

    def related(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts that `part` names as `kind` ("comments"), by the identifiers of the relationships."""
        name = _relations_name(part)
        if name not in self:
            return {}
        return {
            relation.get("Id", ""): _resolved(part, relation.get("Target", ""))
            for relation in self.peek(name)
            if relation.get("TargetMode") != "External" and (relation.get("Type") or "").endswith(f"/{kind}")
        }

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let `part` name `target` as `kind`, and return the relationship's identifier."""
        name = _relations_name(part)
        if name not in self:
            self.write(name, f'<Relationships xmlns="{_RELATIONS_XML}"/>'.encode())
        relations = self.tree(name)
        taken = {relation.get("Id") for relation in relations}
        identifier = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        etree.SubElement(
            relations,
            f"{{{_RELATIONS_XML}}}Relationship",
            Id=identifier,
            Type=f"{self.relations}/{kind}",
            Target=posixpath.relpath(target, posixpath.dirname(part)),
        )
        return identifier

    def unrelate(self, part: str, target: str) -> None:
        """Take back what `relate` did; relationships that are none any more go with it."""
        relations = self.tree(_relations_name(part))
        for relation in [r for r in relations if _resolved(part, r.get("Target", "")) == target]:
            drop(relation)
        if not len(relations):
            self.remove(_relations_name(part))

    def save(self) -> bytes:
        """Return the package's bytes: the old parts in their order, then the new ones, none with a time."""
        names = [name for name in {**self._entries, **dict.fromkeys(self._changed)} if name.lower() in self._names]
        return pack([self._member(name) for name in names])

    def _member(self, name: str) -> Member:
        """Return a part as it is written; one that did not change is the packed bytes that came."""
        part = self._new(name)
        if part is not None:
            return Member.of(name, part)
        entry = self._entries[name]
        return Member.packed(name, self._raw(entry), entry.CRC, entry.file_size, entry.compress_type)

    def _raw(self, entry: zipfile.ZipInfo) -> bytes:
        """Return an entry's packed bytes."""
        start = entry.header_offset + _LOCAL_HEADER
        lengths = struct.unpack("<2H", self._data[start - 4 : start])  # of the name and of the extra field
        return self._data[start + sum(lengths) : start + sum(lengths) + entry.compress_size]

    def _new(self, name: str) -> bytes | None:
        """Return the bytes to write for a part; None where it is as it came."""
        changed = self._changed.get(name)
        if name not in self._trees:
            return changed
        tree, old = self._trees[name], changed or self._package.part(name)
        new = serialized(tree)
        return changed if new == serialized(parsed(old)) else new


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _resolved(part: str, target: str) -> str:
    """Return the name of the part that a relationship of `part` means (ECMA-376 part 2, 6.5)."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
