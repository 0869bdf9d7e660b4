"""This module reads, changes and writes the XML of a workbook's parts, and holds what every marking module needs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    Element = etree._Element  # noqa: SLF001  (lxml names its elements so)

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # no Char of XML 1.0 (2.2), or \r
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CODED = re.compile("_x([0-9A-Fa-f]{4})_")
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"


class Unmarkable(Exception):  # noqa: N818  (it is caught in `mark` and becomes the reason for a plain list)
    """The package cannot be marked without harm; `code` names the words that say why."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.found = found


def parsed(part: bytes) -> Element:
    """Return a part's root; raises `etree.XMLSyntaxError` where it is no XML."""
    return etree.fromstring(part, _PARSER)


def serialized(root: Element) -> bytes:
    """Return a part's bytes."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def namespace(root: Element) -> str:
    """Return the namespace of an element, "" for none."""
    return etree.QName(root).namespace or ""


def local(element: Element) -> str:
    """Return an element's name without its namespace; "" for a comment."""
    tag: object = element.tag  # a function, where the element is a comment
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(parent: Element, name: str) -> Element | None:
    """Return the first child of that name in the parent's own namespace."""
    return parent.find(f"{{{namespace(parent)}}}{name}")


def children(parent: Element, name: str) -> Iterator[Element]:
    """Yield the children of that name in the parent's own namespace."""
    return parent.iterchildren(f"{{{namespace(parent)}}}{name}")


def sub(parent: Element, name: str, text: str | None = None, /, **attributes: object) -> Element:
    """Append a child in the parent's namespace, and return it."""
    element = etree.SubElement(parent, f"{{{namespace(parent)}}}{name}", {k: str(v) for k, v in attributes.items()})
    if text is not None:
        element.text = text
    return element


def put_after(parent: Element, name: str, before: Collection[str], spaces: Mapping[str, str] | None = None) -> Element:
    """Insert a child behind the last of the children named in `before`, and return it; `spaces` are by their prefix."""
    places = [number for number, other in enumerate(parent, 1) if local(other) in before]
    element = etree.Element(f"{{{namespace(parent)}}}{name}", nsmap=dict(spaces or {}))
    parent.insert(places[-1] if places else 0, element)
    return element


def drop(element: Element) -> None:
    """Remove an element, but not the white space behind it."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    before = element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def clean(text: str) -> str:
    """Return a text as XML can carry it and spreadsheet programs read it back (ECMA-376 part 1, 22.9.2.19)."""
    return _ESCAPED.sub("_x005F_", _ILLEGAL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


def unescaped(text: str) -> str:
    """Return a text as people see it (22.9.2.19)."""
    return _CODED.sub(lambda match: chr(int(match[1], 16)), text)


def put_text(cell: Element, text: str) -> None:
    """Put a text into a cell, in the cell itself."""
    cell.set("t", "inlineStr")
    sub(sub(cell, "is"), "t", clean(text)).set(_PRESERVE, "preserve")


def display_width(text: str) -> int:
    """Return how many columns a text takes: a Chinese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def whole_number(text: str | None, default: int = 0) -> int:
    """Return the number that an attribute says."""
    return int(text) if text and text.isascii() and text.isdigit() else default
