"""This module looks through a workbook's XML for what calamine hides: error cells, formulas without a result, number formats.

calamine gives an error cell and a formula without a stored result as blanks, and aborts the whole process on a sheet
with a value far out; so this pass comes first.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import Position, column_letters, position
from batchreport.workbook import stamp as stamps
from batchreport.workbook.package import Refused
from batchreport.workbook.parse import parse_xml
from batchreport.workbook.sheet_rows import sheet_rows
from batchreport.workbook.sheet_scan import SheetScan, too_large
from batchreport.workbook.sheet_usual import scan_usual
from batchreport.workbook.sheet_walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.workbook.package import Limits, Package
    from batchreport.workbook.sheet_rows import SheetRows

__all__ = ["Position", "Scan", "SheetScan", "column_letters", "parse_xml", "position", "scan"]

_RELATIONSHIP_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",  # Strict
)
_HIDDEN = ("hidden", "veryHidden")
_TEXT = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_TEXTS = re.compile(rb"<(?:[\w.-]+:)?sst\b[^>]*>")
_DECLARED = re.compile(rb"""ount\s*=\s*["'](\d+)""")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_MARK = re.compile(rb"<(?:[\w.-]+:)?(?:mergeCell|hyperlink|dataValidation|conditionalFormatting)[\s/>]")
_SHORTEST = len(b"<row/>")  # bytes of a row or a mark, at least
_SHORTEST_TEXT = len(b"<si/>")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
_PERCENT_IDS = frozenset({"9", "10"})  # ECMA-376 part 1, 18.8.30: 0% and 0.00%


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a workbook besides its values: sheets by name, and the texts of the stamp where found.

    `parts` has the name of every sheet and the name of its part, in the workbook's order; `cells` has what those parts
    are without that which has no say in their values; `hidden` has the names of the sheets that nobody sees.
    """

    sheets: dict[str, SheetScan]
    stamps: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    cells: dict[str, bytes] = field(default_factory=dict, repr=False)
    hidden: frozenset[str] = frozenset()


def scan(package: Package, limits: Limits) -> Scan:
    """Return what calamine would hide; raises `Refused` where a sheet is larger than `limits` or its XML is broken."""
    try:
        workbook = parse_xml(package.part("xl/workbook.xml"))
        percents = _percent_styles(package.part("xl/styles.xml"))
        _refuse_many_texts(package.part("xl/sharedStrings.xml"), limits)
        parts = tuple(_sheet_parts(workbook, package))
        rows = {part: _sheet_rows(package.part(part), name, limits) for name, part in parts}
        sheets = {name: _scan_sheet(rows[part], name, percents, limits) for name, part in parts}
        if _cells(sheets) > limits.cells:
            sheets = {name: _scan_sheet(rows[part], name, percents, limits, exact=True) for name, part in parts}
        if (count := _cells(sheets)) > limits.cells:
            raise Refused("file-too-many-cells", count=count, limit=limits.cells)
        cells = {part: sheet.cells for part, sheet in rows.items()}
        hidden = frozenset(str(s.get("name")) for s in workbook.iter("{*}sheet") if s.get("state") in _HIDDEN)
        return Scan(sheets, tuple(_stamps(workbook, package)), parts, cells, hidden)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("file-damaged") from None


def _scan_sheet(
    rows: SheetRows, name: str, percents: frozenset[str], limits: Limits, *, exact: bool = False
) -> SheetScan:
    return scan_usual(rows, percents, limits, exact=exact) or walk(rows.whole, name, percents, limits)


def _cells(sheets: Mapping[str, SheetScan]) -> int:
    return sum(sheet.rows * sheet.columns for sheet in sheets.values())


def _refuse_many_texts(part: bytes, limits: Limits) -> None:
    """Refuse too many shared texts: those that are there, and those that the part says are, for which calamine takes room."""
    declared = _DECLARED.findall(root[0]) if (root := _TEXTS.search(part)) else []
    there = _count(_TEXT, part) if len(part) // _SHORTEST_TEXT > limits.texts else 0
    texts = max(there, *map(int, declared), 0)
    if texts > limits.texts:
        raise Refused("file-too-many-texts", count=texts, limit=limits.texts)


def _sheet_rows(part: bytes, name: str, limits: Limits) -> SheetRows:
    """Return where something stands in a sheet's part; raises `Refused` where it has too many rows or marks."""
    if len(part) // _SHORTEST > limits.rows and (rows := _count(_ROW, part)) > limits.rows:
        raise too_large(name, f"A{rows}", limits)
    sheet = sheet_rows(part)
    if len(sheet.whole) // _SHORTEST > limits.marks and (marks := _count(_MARK, sheet.whole)) > limits.marks:
        raise Refused("sheet-too-many-marks", sheet=name, count=marks, limit=limits.marks)
    return sheet


def _count(pattern: re.Pattern[bytes], part: bytes) -> int:
    return sum(1 for _ in pattern.finditer(part))


def _sheet_parts(workbook: etree._Element, package: Package) -> Iterator[tuple[str, str]]:
    """Yield the name of every sheet and the name of its part, in the workbook's order."""
    targets = _targets(package.part("xl/_rels/workbook.xml.rels"))
    for sheet in workbook.iter("{*}sheet"):
        target = next((targets[rid] for key in _RELATIONSHIP_IDS if (rid := str(sheet.get(key))) in targets), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield str(sheet.get("name")), part


@lru_cache(maxsize=16)  # most workbooks of a run come from one blank workbook
def _targets(relations: bytes) -> Mapping[str, str]:
    """Return the targets of relationships by their identifiers."""
    return MappingProxyType({str(r.get("Id")): str(r.get("Target")) for r in parse_xml(relations)})


@lru_cache(maxsize=16)
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
