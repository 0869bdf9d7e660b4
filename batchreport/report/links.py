"""This module reads and writes how the parts of a document hang together: their relationships and content types."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

TYPES = "[Content_Types].xml"
_NS = "http://schemas.openxmlformats.org/package/2006/"
_RELATION = f"{{{_NS}relationships}}Relationship"
_ENTRY = f"{{{_NS}content-types}}"


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: its id, its kind, and the part that it leads to, or the address outside."""

    id: str
    kind: str
    target: str
    outside: bool = False


def relations_of(part: str) -> str:
    """Return the name of the part that holds another's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def links_of(part: str, there: Mapping[str, bytes]) -> list[Link]:
    """Return the relationships of a part, none where it has none."""
    xml = there.get(relations_of(part), b"")
    return [_link(part, entry) for entry in _root(xml)] if xml else []


def reached(part: str, there: Mapping[str, bytes]) -> list[str]:
    """Return a part and all that it leads to."""
    found = [part]
    for name in found:  # which grows
        inside = (link.target for link in links_of(name, there) if not link.outside)
        found += [target for target in dict.fromkeys(inside) if target in there and target not in found]
    return found


def orphans(parts: Collection[str], there: Mapping[str, bytes]) -> set[str]:
    """Return those of `parts` that nothing else leads to, and all that hangs on them alone."""
    candidates = {name for part in parts for name in reached(part, there)}
    owners = (_owner(name) for name in there if name.endswith(".rels"))
    shown = [link.target for owner in owners if owner not in candidates for link in links_of(owner, there)]
    held = {name for target in shown if target in candidates - set(parts) for name in reached(target, there)}
    return candidates - held


def with_links(xml: bytes, part: str, links: Iterable[Link], without: Collection[str] = ()) -> bytes:
    """Return the relationships of a part with `links` added, and those whose ids are `without` taken away."""
    root = _root(xml or f'<Relationships xmlns="{_NS}relationships"/>'.encode())
    for entry in list(root):
        if entry.get("Id") in without:
            root.remove(entry)
    folder = posixpath.dirname(part) or "."
    for link in links:
        target = link.target if link.outside else posixpath.relpath(link.target, folder)
        entry = etree.SubElement(root, _RELATION, {"Id": link.id, "Type": link.kind, "Target": target})
        if link.outside:
            entry.set("TargetMode", "External")
    return _xml(root)


def with_types(
    xml: bytes, endings: Mapping[str, str], parts: Mapping[str, str], without: Collection[str] = ()
) -> bytes:
    """Return the content types with those of `endings` and `parts` added, and those of parts `without` taken away."""
    root = _root(xml)
    for entry in list(root):
        if str(entry.get("PartName")).lstrip("/") in without:
            root.remove(entry)
    known = {str(entry.get("Extension")).lower() for entry in root}
    for ending in sorted(set(endings) - known, reverse=True):
        root.insert(0, root.makeelement(f"{_ENTRY}Default", {"Extension": ending, "ContentType": endings[ending]}))
    for name, kind in parts.items():
        etree.SubElement(root, f"{_ENTRY}Override", {"PartName": f"/{name}", "ContentType": kind})
    return _xml(root)


def _link(part: str, entry: Any) -> Link:
    target, outside = str(entry.get("Target")), entry.get("TargetMode") == "External"
    if not outside:
        joined = posixpath.join("/", posixpath.dirname(part), target)
        target = posixpath.normpath(joined).lstrip("/")
    return Link(str(entry.get("Id")), str(entry.get("Type")), target, outside)


def _owner(relations: str) -> str:
    """Return the part whose relationships these are."""
    folder, name = posixpath.split(relations)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _root(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _xml(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
