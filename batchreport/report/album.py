"""This module gathers the pictures of one report: a part for each that differs, and its relationship in every part that shows it."""

from __future__ import annotations

import itertools
import posixpath
from typing import TYPE_CHECKING, Any

from lxml import etree

from batchreport.report.pictures import Framed, inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.values import Picture

_TYPES = "[Content_Types].xml"
_NS = "http://schemas.openxmlformats.org/package/2006/"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_IDS = 1_000_000  # numbers of drawings that each part has for itself
_FIRST = 1001


class Shelf:
    """The pictures of one part, and the numbers of its drawings, which no other part has."""

    def __init__(self, album: Album, part: str, taken: bytes, number: int) -> None:
        self._album = album
        self._folder = posixpath.dirname(part)
        self._taken = taken
        self._relations: dict[str, str] = {}
        self.next_id = itertools.count(_FIRST + number * _IDS).__next__

    def __bool__(self) -> bool:
        return bool(self._relations)

    def draw(self, value: Picture | Framed) -> str:
        """Return the drawing of a picture, which from now on belongs to the part."""
        name = self._album.place(value.picture if isinstance(value, Framed) else value)
        if name not in self._relations:
            numbers = itertools.count(len(self._relations) + 1)
            self._relations[name] = next(
                i for n in numbers if f'"{(i := f"rIdPicture{n}")}"'.encode() not in self._taken
            )
        return inline(value, self._relations[name], self.next_id())

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield the id and the target of each relationship that the part needs."""
        for name, number in self._relations.items():
            yield number, posixpath.relpath(name, self._folder or ".")


class Album:
    """The pictures of one report; `there` has the parts of its template that name others, and the names of all."""

    def __init__(self, there: Mapping[str, bytes]) -> None:
        self._there = there
        self._names: dict[bytes, str] = {}
        self._shelves: dict[str, Shelf] = {}
        self._extensions: set[str] = set()

    def shelf(self, part: str) -> Shelf:
        """Return the shelf of a part that is about to be rendered."""
        taken = self._there.get(relations_of(part), b"")
        return self._shelves.setdefault(part, Shelf(self, part, taken, len(self._shelves)))

    def place(self, picture: Picture) -> str:
        """Return the name of the part that holds a picture; the same bytes are stored once."""
        if picture.data not in self._names:
            numbers = itertools.count(len(self._names) + 1)
            self._names[picture.data] = next(
                name for n in numbers if self._is_free(name := _name(n, picture.extension))
            )
            self._extensions.add(picture.extension)
        return self._names[picture.data]

    def parts(self) -> dict[str, bytes]:
        """Return every part that the pictures add or change: the pictures, relationships, and content types."""
        if not self._names:
            return {}
        made = {_TYPES: _with_types(self._there[_TYPES], self._extensions)}
        for part, shelf in self._shelves.items():
            if shelf:
                name = relations_of(part)
                made[name] = _with_links(self._there.get(name, b""), shelf)
        return made | {name: data for data, name in self._names.items()}

    def _is_free(self, name: str) -> bool:
        stem = name.rpartition(".")[0].lower() + "."
        return not any(other.lower().startswith(stem) for other in (*self._there, *self._names.values()))


def relations_of(part: str) -> str:
    """Return the name of the part that holds another's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def wanted_of(data: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what an album needs of a template: every part's name, and the bytes of those that name others."""
    return {name: part if name == _TYPES or name.endswith(".rels") else b"" for name, part in data.items()}


def _name(number: int, extension: str) -> str:
    return f"word/media/image{number}.{extension}"


def _with_links(xml: bytes, shelf: Shelf) -> bytes:
    root = _root(xml or f'<Relationships xmlns="{_NS}relationships"/>'.encode())
    for number, target in shelf.links():
        etree.SubElement(root, f"{{{_NS}relationships}}Relationship", {"Id": number, "Type": _IMAGE, "Target": target})
    return _xml(root)


def _with_types(xml: bytes, extensions: set[str]) -> bytes:
    root = _root(xml)
    known = {str(entry.get("Extension")).lower() for entry in root}
    for extension in sorted(extensions - known, reverse=True):
        root.insert(0, root.makeelement(f"{{{_NS}content-types}}Default", _default(extension)))
    return _xml(root)


def _default(extension: str) -> dict[str, str]:
    return {"Extension": extension, "ContentType": f"image/{extension}"}


def _root(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _xml(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
