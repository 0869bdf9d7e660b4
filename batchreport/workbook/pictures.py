"""This module finds the pictures of a workbook: floating ones, Excel's in a cell, and those that WPS puts into one."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from batchreport.workbook.anchors import Lines, whole
from batchreport.workbook.package import Refused
from batchreport.workbook.relations import relations
from batchreport.workbook.scan import parse_xml, position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from batchreport.workbook.package import Limits, Package
    from batchreport.workbook.relations import Relation
    from batchreport.workbook.scan import Position, Scan

_CELL_OR_ID = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3}[1-9][0-9]{0,6})"|DISPIMG\(\s*(?:&quot;|")([^"&<]{1,100})"""
)
_RICH_CELL = re.compile(rb"""<(?:\w+:)?c\b(?=[^>]*?\sr="([A-Z]{1,3}[1-9][0-9]{0,6})")[^>]*?\svm="([0-9]{1,7})\"""")
_WPS = "xl/cellimages.xml"
_METADATA = "xl/metadata.xml"
_RICH = "xl/richData/"
_QUARTER = 90 * 60_000  # the unit of a rotation (ECMA-376 part 1, 20.1.10.3)
_WHOLE = 100_000  # a share of 100 % (20.1.10.41)


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done to a picture where it stands: cut off at each side, as shares; mirrored; turned by quarters."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    mirrored: bool = False
    flipped: bool = False
    turns: int = 0


@dataclass(frozen=True, slots=True)
class FaultyPicture:
    """A picture that cannot be used; `code` and `details` make the finding."""

    code: str
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class LoosePicture:
    """A picture as it was found: the cell it belongs to, whether it stands in that cell, and its bytes as stored.

    `name` is the media part's, `fault` says why there are no bytes.
    """

    sheet: str
    at: Position
    in_cell: bool = False
    name: str = ""
    data: bytes = field(default=b"", repr=False)
    edit: Edit = field(default_factory=Edit)
    fault: FaultyPicture | None = None


class _Source(NamedTuple):
    """Where a picture's bytes are, and what was done to it."""

    name: str = ""
    data: bytes = b""
    edit: Edit = Edit()
    fault: FaultyPicture | None = None


def find_pictures(package: Package, scanned: Scan, limits: Limits) -> tuple[LoosePicture, ...]:
    """Return the pictures of every sheet in their sheets' order, none of them opened yet.

    Links to outside are never followed. Raises `Refused` for broken XML, for more pictures than `limits` allows, and
    for parts that inflate beyond it.
    """
    try:
        finder = _Finder(package)
        found: list[LoosePicture] = []
        for name, part in scanned.parts:
            for picture in finder.of_sheet(name, part, scanned.cells[part]):
                found.append(picture)
                if len(found) > limits.pictures:
                    raise Refused("file-too-many-pictures", limit=limits.pictures)
        return tuple(found)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("file-damaged") from None


class _Finder:
    """Looks through one package; what all sheets share is read when it is first needed."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._has_rich = _METADATA in package.names()
        self._links: dict[str, dict[str, Relation]] = {}
        self._wps: dict[str, _Source] | None = None
        self._rich: list[_Source | None] | None = None
        self._roots: dict[str, list[_Element]] = {}

    def of_sheet(self, sheet: str, part: str, cells: bytes) -> Iterator[LoosePicture]:
        """Yield the pictures of one sheet: first those that stand in cells."""
        xml = self._package.part(part)
        for at, source in [*self._rich_cells(xml), *self._wps_cells(cells)]:
            yield _loose(sheet, at, source, in_cell=True)
        lines = None
        for relation in self._relations(part).values():
            if relation.kind.endswith("/drawing") and not relation.outside:
                lines = lines or Lines(xml)
                for at, source in self._floating(relation.target, lines):
                    yield _loose(sheet, at, source)

    def _floating(self, part: str, lines: Lines) -> Iterator[tuple[Position, _Source]]:
        """Yield the pictures of a drawing, each with the cell it belongs to; in a group, that of the group."""
        xml = self._package.part(part)
        if not xml:
            return
        links = self._relations(part)
        for anchor in parse_xml(xml):
            if str(etree.QName(anchor).localname).endswith("Anchor"):
                for picture in anchor.iter("{*}pic"):
                    if not _is_hidden(picture):
                        yield lines.cell(anchor), self._source(picture, links)

    def _wps_cells(self, cells: bytes) -> Iterator[tuple[Position, _Source]]:
        """Yield the pictures that WPS shows by a formula: =DISPIMG("ID_…",1), and its own part that has them by name."""
        if b"DISPIMG" not in cells:
            return
        cell, done = b"", b""
        for reference, name in _CELL_OR_ID.findall(cells):
            cell = reference or cell
            if name and cell and done != cell:  # formula and stored result say it twice
                done = cell
                lost = _Source(fault=FaultyPicture("picture-lost"))
                yield position(cell.decode()), self._of_wps().get(name.decode(), lost)

    def _of_wps(self) -> dict[str, _Source]:
        if self._wps is None:
            self._wps = {}
            xml, links = self._package.part(_WPS), self._relations(_WPS)
            for image in parse_xml(xml) if xml else ():
                properties = next(image.iter("{*}cNvPr"), None)
                if properties is not None:
                    self._wps[str(properties.get("name"))] = self._source(image, links)
        return self._wps

    def _rich_cells(self, xml: bytes) -> Iterator[tuple[Position, _Source]]:
        """Yield the pictures that Excel 365 has in cells: `vm` counts the workbook's value metadata from 1."""
        if not self._has_rich or b' vm="' not in xml:
            return
        sources = self._of_rich()
        for reference, number in _RICH_CELL.findall(xml):
            source = sources[int(number) - 1] if 0 < int(number) <= len(sources) else None
            if source is not None:
                yield position(reference.decode()), source

    def _of_rich(self) -> list[_Source | None]:
        """Return what each value metadata stands for; None for what is no picture ([MS-XLSX] 2.3.6, 2.6.204).

        A metadata names a rich value by number, the value's structure tells where its picture's number stands, and
        that number counts the relationships of one part.
        """
        if self._rich is None:
            values = [self._rich_value(value) for value in self._items("rdrichvalue.xml")]
            metadata = self._package.part(_METADATA)
            root = parse_xml(metadata) if metadata else None
            numbers = [whole(found.get("i"), -1) for found in root.iter("{*}rvb")] if root is not None else []
            entries = root.findall("{*}valueMetadata/{*}bk/{*}rc") if root is not None else []
            chosen = [_at(numbers, whole(entry.get("v"), -1)) for entry in entries]
            self._rich = [_at(values, -1 if number is None else number) for number in chosen]
        return self._rich

    def _rich_value(self, value: _Element) -> _Source | None:
        structure = _at(self._items("rdrichvaluestructure.xml"), whole(value.get("s"), -1))
        keys = [key.get("n") for key in structure] if structure is not None else []
        if "_rvRel:LocalImageIdentifier" not in keys:
            return None
        field_ = _at(list(value), keys.index("_rvRel:LocalImageIdentifier"))
        number = whole(field_.text, -1) if field_ is not None else -1
        link = _at(self._items("richValueRel.xml"), number)
        if link is None:
            return _Source(fault=FaultyPicture("picture-lost"))
        return self._media(self._relations(f"{_RICH}richValueRel.xml").get(_attribute(link, "id")), Edit())

    def _items(self, name: str) -> list[_Element]:
        if name not in self._roots:
            xml = self._package.part(f"{_RICH}{name}")
            self._roots[name] = list(parse_xml(xml)) if xml else []
        return self._roots[name]

    def _source(self, picture: _Element, links: Mapping[str, Relation]) -> _Source:
        blip = next(picture.iter("{*}blip"), None)
        if blip is None:
            return _Source(fault=FaultyPicture("picture-lost"))
        if not _attribute(blip, "embed") and _attribute(blip, "link"):
            return _Source(fault=FaultyPicture("picture-linked"))
        return self._media(links.get(_attribute(blip, "embed")), _edit(picture))

    def _media(self, relation: Relation | None, edit: Edit) -> _Source:
        if relation is None:
            return _Source(fault=FaultyPicture("picture-lost"))
        if relation.outside:
            return _Source(fault=FaultyPicture("picture-linked"))
        try:
            data = self._package.part(relation.target)
        except Refused as refused:
            if refused.code == "file-inflates":
                raise
            data = b""  # damaged, or an SVG with a DOCTYPE: no picture of ours, and no reason to read nothing else
        fault = None if data else FaultyPicture("picture-broken")
        return _Source(posixpath.basename(relation.target), data, edit, fault)

    def _relations(self, part: str) -> dict[str, Relation]:
        if part not in self._links:
            self._links[part] = relations(self._package, part)
        return self._links[part]


def _loose(sheet: str, at: Position, source: _Source, *, in_cell: bool = False) -> LoosePicture:
    return LoosePicture(sheet, at, in_cell, source.name, source.data, source.edit, source.fault)


def _is_hidden(picture: _Element) -> bool:
    """Return whether a picture is not shown, or only the copy for programs that do not know the first."""
    properties = next(picture.iter("{*}cNvPr"), None)
    hidden = properties is not None and properties.get("hidden") in ("1", "true")
    return hidden or next(picture.iterancestors("{*}Fallback"), None) is not None


def _edit(picture: _Element) -> Edit:
    frame = next(picture.iter("{*}srcRect"), None)
    left, top, right, bottom = (_share(frame, side) for side in "ltrb")
    form = next(picture.iter("{*}xfrm"), None)
    if form is None:
        return Edit(left, top, right, bottom)
    mirrored, flipped = (form.get(word) in ("1", "true") for word in ("flipH", "flipV"))
    turns = round(whole(form.get("rot")) / _QUARTER) % 4
    return Edit(left, top, right, bottom, mirrored=mirrored, flipped=flipped, turns=turns)


def _share(frame: _Element | None, side: str) -> float:
    return min(max(whole(frame.get(side)) / _WHOLE, 0.0), 1.0) if frame is not None else 0.0


def _attribute(element: _Element, name: str) -> str:
    """Return an attribute of the relationships namespace, transitional or Strict."""
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith(f"}}{name}")), "")


def _at(items: list[Any], number: int) -> Any:
    return items[number] if 0 <= number < len(items) else None
