"""This module adds Word comments to a document, beside those that others have made, and takes its own away again."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.bench.remarks import Remark, attach, detach, home_of
from batchreport.report.failures.spoken import stop_of
from batchreport.report.links import TYPES, Link, links_of, relations_of, with_links, with_types
from batchreport.report.parts import NotDocx, Package, unpack
from batchreport.report.tags.scan import W
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.etree import _Element

__all__ = ["AUTHOR", "Remark", "commented", "uncommented"]

AUTHOR = "batchreport"
_DATE = "1980-01-01T00:00:00Z"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
# A comment takes the look of plain text, which may be large and indented.
_LOOK = (
    (f"{W}spacing", {"before": "0", "after": "0", "line": "240", "lineRule": "auto"}),
    (f"{W}ind", {"left": "0", "right": "0", "firstLineChars": "0", "firstLine": "0"}),
    (f"{W}jc", {"val": "left"}),
)
_SIZE = "18"  # half points


def commented(data: bytes, remarks: Iterable[Remark]) -> bytes:
    """Return a .docx with each remark as a comment in its margin, in place of those made so before; others' are kept.

    Where Word takes no comment (header, footer, note, text box), it is put on what is nearest in the body. The same bytes
    for the same remarks. Raises `NotDocx` where `data` is no Word document.
    """
    package = unpack(data)
    parts = _cleared(package)
    if remarks := list(remarks):
        parts = _added(package, parts, remarks)
    return pack([Member.of(name, content) for name, content in parts.items()])


def uncommented(package: Package) -> Package:
    """Return a document without the comments that `commented` made in it."""
    comments = _comments_of(package.main, package.data)
    if not comments or f'"{AUTHOR}"'.encode() not in package.data[comments]:
        return package
    return replace(package, data=_cleared(package))


def _comments_of(main: str, parts: Mapping[str, bytes]) -> str:
    found = (link.target for link in links_of(main, parts) if link.kind == _RELATION and link.target in parts)
    return next(found, "")


def _cleared(package: Package) -> dict[str, bytes]:
    """Return the parts of a document without our comments."""
    parts, main = dict(package.data), package.main
    comments = _comments_of(main, parts)
    if not comments or f'"{AUTHOR}"'.encode() not in parts[comments]:
        return parts
    root, body = _read(comments, parts), _read(main, parts)
    own = [one for one in root.iter(f"{W}comment") if one.get(f"{W}author") == AUTHOR]
    detach(body, {str(one.get(f"{W}id")) for one in own})
    for one in own:
        root.remove(one)
    return parts | {comments: _xml(root), main: _xml(body)}


def _added(package: Package, parts: dict[str, bytes], remarks: list[Remark]) -> dict[str, bytes]:
    main = package.main
    comments = _comments_of(main, parts)
    body = _read(main, parts)
    root = _read(comments, parts) if comments else etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})
    paragraphs = {main: list(body.iter(f"{W}p"))}
    number = max((int(one.get(f"{W}id", "0")) for one in root.iter(f"{W}comment")), default=-1)
    for remark in remarks:
        if remark.part not in paragraphs:
            known = remark.part.endswith(".xml") and remark.part in parts
            paragraphs[remark.part] = list(_read(remark.part, parts).iter(f"{W}p")) if known else []
        home = home_of(remark, main, paragraphs[remark.part], body)
        if home is None:
            continue
        number += 1
        attach(home[0], *((remark.start, remark.end) if home[1] else (0, 0)), number)
        root.append(_comment(remark.text, number))
    parts = parts | {main: _xml(body)}
    return parts | ({comments: _xml(root)} if comments else _new_part(main, parts, _xml(root)))


def _new_part(main: str, parts: Mapping[str, bytes], xml: bytes) -> dict[str, bytes]:
    folder = posixpath.dirname(main)
    name = next(one for at in range(99) if (one := posixpath.join(folder, f"comments{at or ''}.xml")) not in parts)
    taken = {link.id for link in links_of(main, parts)}
    key = next(one for at in range(1, 9999) if (one := f"rIdComments{at}") not in taken)
    relations = relations_of(main)
    linked = with_links(parts.get(relations, b""), main, [Link(key, _RELATION, name)])
    return {TYPES: with_types(parts[TYPES], {}, {name: _TYPE}), relations: linked, name: xml}


def _comment(text: str, number: int) -> _Element:
    about = {"id": str(number), "author": AUTHOR, "date": _DATE, "initials": "br"}
    comment = etree.Element(f"{W}comment", {W + name: value for name, value in about.items()})
    for line in text.split("\n"):
        paragraph = etree.SubElement(comment, f"{W}p")
        properties = etree.SubElement(paragraph, f"{W}pPr")
        for tag, values in _LOOK:
            etree.SubElement(properties, tag, {W + name: value for name, value in values.items()})
        run = etree.SubElement(paragraph, f"{W}r")
        size = etree.SubElement(run, f"{W}rPr")
        for word in ("sz", "szCs"):
            etree.SubElement(size, W + word, {f"{W}val": _SIZE})
        etree.SubElement(run, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}).text = line
    return comment


def _read(name: str, parts: Mapping[str, bytes]) -> _Element:
    try:
        return etree.fromstring(parts[name], _PARSER)
    except etree.XMLSyntaxError as problem:
        raise NotDocx("template-bad-part", name=name, said=stop_of(problem.position)) from None


def _xml(root: _Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
