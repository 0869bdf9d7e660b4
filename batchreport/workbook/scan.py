"""This module looks through a workbook's XML for what calamine hides: error cells, formulas without a result, number formats.

calamine gives an error cell and a formula without a stored result as blanks, and aborts the whole process on a sheet
with a value far out; so this pass comes first.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.workbook.package import Limits, Package, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_RELATIONSHIP = re.compile(r"\{http://(?:schemas|purl)[^}]*/officeDocument/relationships\}id$")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_QUOTED = re.compile(r'"[^"]*"|\\.')
_PERCENT_IDS = frozenset({"9", "10"})  # ECMA-376 part 1, 18.8.30: 0% and 0.00%
STAMP = "batchreport.stamp"
"""The document property that carries the stamp; a defined name cannot hold a dot and has an underscore for it."""


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What stands in a sheet besides its values, by cell ("C7")."""

    errors: dict[str, str] = field(default_factory=dict)
    unvalued: frozenset[str] = frozenset()
    percents: frozenset[str] = frozenset()
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a workbook besides its values: sheets by name, and the texts of the stamp where found."""

    sheets: dict[str, SheetScan]
    stamps: tuple[str, ...] = ()


def scan(package: Package, limits: Limits) -> Scan:
    """Return what calamine would hide; raises `Refused` where a sheet is larger than `limits` or its XML is broken."""
    try:
        workbook = _tree(package.parts["xl/workbook.xml"])
        percents = _percent_styles(package.parts.get("xl/styles.xml"))
        sheets = {
            name: _sheet(package.parts[part], name, percents, limits)
            for name, part in _sheet_parts(workbook, package)
            if part in package.parts
        }
    except (etree.XMLSyntaxError, ValueError, KeyError):
        raise Refused("file-damaged") from None
    return Scan(sheets, tuple(_stamps(workbook, package)))


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1: 1 → "A", 27 → "AA"."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _tree(part: bytes) -> etree._Element:
    return etree.fromstring(part, _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)


def _sheet_parts(workbook: etree._Element, package: Package) -> Iterator[tuple[str, str]]:
    relations = _tree(package.parts["xl/_rels/workbook.xml.rels"])
    targets = {str(r.get("Id")): str(r.get("Target")) for r in relations}
    for sheet in workbook.iter("{*}sheet"):
        rid = next((str(value) for key, value in sheet.attrib.items() if _RELATIONSHIP.search(str(key))), "")
        target = targets.get(rid, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield str(sheet.get("name")), part


def _percent_styles(styles: bytes | None) -> frozenset[str]:
    """Return the indexes of the cell formats that show a number as a percentage."""
    if styles is None:
        return frozenset()
    root = _tree(styles)
    codes = {str(f.get("numFmtId")): str(f.get("formatCode")) for f in root.iter("{*}numFmt")}
    ids = _PERCENT_IDS | {number for number, code in codes.items() if "%" in _QUOTED.sub("", code)}
    formats = next(root.iter("{*}cellXfs"), None)
    if formats is None:
        return frozenset()
    return frozenset(str(index) for index, form in enumerate(formats) if form.get("numFmtId") in ids)


def _sheet(part: bytes, name: str, percents: frozenset[str], limits: Limits) -> SheetScan:
    errors: dict[str, str] = {}
    unvalued: set[str] = set()
    shown_as_percent: set[str] = set()
    pictures = False
    events = etree.iterparse(
        BytesIO(part), events=("start", "end"), tag=("{*}row", "{*}c", "{*}drawing"),
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
    )  # fmt: skip
    row, column = 0, 0
    for event, element in events:
        kind = etree.QName(element).localname
        if event == "start" and kind == "row":
            row, column = int(element.get("r") or row + 1), 0
        elif event == "end" and kind == "c":
            reference = str(element.get("r") or f"{column_letters(column + 1)}{row}")
            column, row = _position(reference)
            valued = _has(element, "v") or _has(element, "is")
            if element.get("t") == "e":
                errors[reference] = element.findtext("{*}v") or "#ERROR!"
            elif not valued and _has(element, "f"):
                unvalued.add(reference)
            if valued or _has(element, "f"):
                _refuse_far(name, reference, row, column, limits)
            if element.get("s") in percents:
                shown_as_percent.add(reference)
        elif event == "end" and kind == "row":
            element.clear()
        elif kind == "drawing":
            pictures = True
    return SheetScan(errors, frozenset(unvalued), frozenset(shown_as_percent), pictures)


def _has(cell: etree._Element, name: str) -> bool:
    return cell.find(f"{{*}}{name}") is not None


def _position(reference: str) -> tuple[int, int]:
    """Return column and row, counted from 1, of "C7"."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(match[2])


def _refuse_far(sheet: str, cell: str, row: int, column: int, limits: Limits) -> None:
    if row > limits.rows or column > limits.columns:
        last = f"{column_letters(limits.columns)}{limits.rows}"
        raise Refused("sheet-too-large", sheet=sheet, cell=cell, last=last)


def _stamps(workbook: etree._Element, package: Package) -> Iterator[str]:
    """Yield the texts of the stamp in the document property and the defined name."""
    if custom := package.parts.get("docProps/custom.xml"):
        for item in _tree(custom).iter("{*}property"):
            if item.get("name") == STAMP:
                yield "".join(str(text) for text in item.itertext())
    for name in workbook.iter("{*}definedName"):
        if name.get("name") == STAMP.replace(".", "_"):
            yield (name.text or "").strip('="')
