"""This module looks through a workbook's XML for what calamine hides: error cells, formulas without a result, number formats.

calamine gives an error cell and a formula without a stored result as blanks, and aborts the whole process on a sheet
with a value far out; so this pass comes first.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import Position, column_letters, position
from batchreport.workbook import stamp as stamps
from batchreport.workbook.package import Refused
from batchreport.workbook.sheet_scan import SheetScan, scan_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.workbook.package import Limits, Package

__all__ = ["Position", "Scan", "SheetScan", "column_letters", "parse_xml", "position", "scan"]

_RELATIONSHIP_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",  # Strict
)
_TEXT = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_TEXTS = re.compile(rb"<(?:[\w.-]+:)?sst\b[^>]*>")
_DECLARED = re.compile(rb"""ount\s*=\s*["'](\d+)""")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
_PERCENT_IDS = frozenset({"9", "10"})  # ECMA-376 part 1, 18.8.30: 0% and 0.00%


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a workbook besides its values: sheets by name, and the texts of the stamp where found.

    `parts` has the name of every sheet and the name of its part, in the workbook's order.
    """

    sheets: dict[str, SheetScan]
    stamps: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


def scan(package: Package, limits: Limits) -> Scan:
    """Return what calamine would hide; raises `Refused` where a sheet is larger than `limits` or its XML is broken."""
    try:
        workbook = parse_xml(package.part("xl/workbook.xml"))
        percents = _percent_styles(package.part("xl/styles.xml"))
        _refuse_many_texts(package.part("xl/sharedStrings.xml"), limits)
        parts = tuple(_sheet_parts(workbook, package))
        sheets = {name: scan_sheet(package.part(part), name, percents, limits) for name, part in parts}
        if (cells := sum(sheet.rows * sheet.columns for sheet in sheets.values())) > limits.cells:
            raise Refused("file-too-many-cells", count=cells, limit=limits.cells)
        return Scan(sheets, tuple(_stamps(workbook, package)), parts)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("file-damaged") from None


def _refuse_many_texts(part: bytes, limits: Limits) -> None:
    """Refuse too many shared texts: those that are there, and those that the part says are, for which calamine takes room."""
    declared = _DECLARED.findall(root[0]) if (root := _TEXTS.search(part)) else []
    texts = max(sum(1 for _ in _TEXT.finditer(part)), *map(int, declared), 0)
    if texts > limits.texts:
        raise Refused("file-too-many-texts", count=texts, limit=limits.texts)


def parse_xml(part: bytes) -> etree._Element:
    """Return the root of a part, nothing outside it being read; raises `lxml.etree.XMLSyntaxError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    return etree.fromstring(part, parser)


def _sheet_parts(workbook: etree._Element, package: Package) -> Iterator[tuple[str, str]]:
    """Yield the name of every sheet and the name of its part, in the workbook's order."""
    relations = parse_xml(package.part("xl/_rels/workbook.xml.rels"))
    targets = {str(r.get("Id")): str(r.get("Target")) for r in relations}
    for sheet in workbook.iter("{*}sheet"):
        target = next((targets[rid] for key in _RELATIONSHIP_IDS if (rid := sheet.get(key)) in targets), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield str(sheet.get("name")), part


@lru_cache(maxsize=16)  # most workbooks of a run come from one blank workbook
def _percent_styles(styles: bytes) -> frozenset[str]:
    """Return the indexes of the cell formats that show a number as a percentage."""
    if not styles:
        return frozenset()
    root = parse_xml(styles)
    codes = {str(f.get("numFmtId")): str(f.get("formatCode")) for f in root.iter("{*}numFmt")}
    ids = _PERCENT_IDS | {number for number, code in codes.items() if "%" in _QUOTED.sub("", code)}
    formats = next(root.iter("{*}cellXfs"), None)
    if formats is None:
        return frozenset()
    return frozenset(str(index) for index, form in enumerate(formats) if form.get("numFmtId") in ids)


def _stamps(workbook: etree._Element, package: Package) -> Iterator[str]:
    """Yield the texts of the stamp in the document property and the defined name."""
    if custom := package.part("docProps/custom.xml"):
        for item in parse_xml(custom).iter("{*}property"):
            if item.get("name") == stamps.PROPERTY:
                yield "".join(str(text) for text in item.itertext())
    for name in workbook.iter("{*}definedName"):
        if name.get("name") == stamps.NAME:
            yield (name.text or "").removeprefix("=").strip('"').replace('""', '"')
