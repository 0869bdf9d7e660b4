"""This module looks through a workbook's XML for what calamine hides: error cells, formulas without a result, number formats.

calamine gives an error cell and a formula without a stored result as blanks, and aborts the whole process on a sheet
with a value far out; so this pass comes first.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from batchreport.workbook import stamp as stamps
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from batchreport.workbook.package import Limits, Package

    _Finder = Callable[[etree._Element], list[Any]]  # noqa: SLF001  (lxml names its elements so)

_RELATIONSHIP_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",  # Strict
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?/?>')
_ANY_CELL = re.compile(rb"<c[\s/>]")
_FORMULA = re.compile(rb"<f[\s/>]")
_MAIN = (b"openxmlformats.org/spreadsheetml/", b"purl.oclc.org/ooxml/spreadsheetml/")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_PERCENT_IDS = frozenset({"9", "10"})  # ECMA-376 part 1, 18.8.30: 0% and 0.00%

Position = tuple[int, int]
"""Row and column of a cell, counted from 0."""


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What stands in a sheet besides its values: errors, formulas without a result, cells shown as a percentage.

    `merged` has the ranges that are merged downwards, as their first cell and their last row.
    """

    errors: dict[Position, str] = field(default_factory=dict)
    unvalued: dict[Position, str] = field(default_factory=dict)
    percents: frozenset[Position] = frozenset()
    merged: tuple[tuple[Position, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a workbook besides its values: sheets by name, and the texts of the stamp where found."""

    sheets: dict[str, SheetScan]
    stamps: tuple[str, ...] = ()


def scan(package: Package, limits: Limits) -> Scan:
    """Return what calamine would hide; raises `Refused` where a sheet is larger than `limits` or its XML is broken."""
    try:
        workbook = _tree(package.part("xl/workbook.xml"))
        percents = _percent_styles(package.part("xl/styles.xml"))
        package.part("xl/sharedStrings.xml")  # for its size: calamine reads it whole
        sheets = {
            name: _sheet(package.part(part), name, percents, limits) for name, part in _sheet_parts(workbook, package)
        }
        return Scan(sheets, tuple(_stamps(workbook, package)))
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("file-damaged") from None


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1: 1 → "A", 27 → "AA"."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def position(reference: str) -> Position:
    """Return row and column, counted from 0, of "C7"; raises `ValueError` where it is no reference."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    return int(match[2]) - 1, _column_number(match[1]) - 1


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _tree(part: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    return etree.fromstring(part, parser)


def _sheet_parts(workbook: etree._Element, package: Package) -> Iterator[tuple[str, str]]:
    relations = _tree(package.part("xl/_rels/workbook.xml.rels"))
    targets = {str(r.get("Id")): str(r.get("Target")) for r in relations}
    for sheet in workbook.iter("{*}sheet"):
        target = next((targets[rid] for key in _RELATIONSHIP_IDS if (rid := sheet.get(key)) in targets), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield str(sheet.get("name")), part


def _percent_styles(styles: bytes) -> frozenset[str]:
    """Return the indexes of the cell formats that show a number as a percentage."""
    if not styles:
        return frozenset()
    root = _tree(styles)
    codes = {str(f.get("numFmtId")): str(f.get("formatCode")) for f in root.iter("{*}numFmt")}
    ids = _PERCENT_IDS | {number for number, code in codes.items() if "%" in _QUOTED.sub("", code)}
    formats = next(root.iter("{*}cellXfs"), None)
    if formats is None:
        return frozenset()
    return frozenset(str(index) for index, form in enumerate(formats) if form.get("numFmtId") in ids)


def _sheet(part: bytes, name: str, percents: frozenset[str], limits: Limits) -> SheetScan:
    if part.count(b"<c ") > limits.cells:  # before a tree of them is grown
        raise Refused("sheet-too-large", sheet=name, cell=f"> {limits.cells}", last=_last(limits))
    if _is_ordinary(part, percents, limits):
        return SheetScan(merged=tuple(_merged_down(text.decode() for text in _MERGED.findall(part))))
    root = _tree(part)
    find = _paths(etree.QName(root).namespace or "")
    for cell in find.unnamed(root):
        _name(cell)
    _refuse_far(find.filled(root), name, limits)
    return SheetScan(
        errors={position(c.get("r")): c.findtext("{*}v") or "#ERROR!" for c in find.errors(root)},
        unvalued={position(c.get("r")): f"={c.findtext('{*}f') or ''}" for c in find.formulas(root) if _unvalued(c)},
        percents=frozenset(position(c.get("r")) for c in find.numbers(root) if c.get("s") in percents),
        merged=tuple(_merged_down(find.merged(root))),
    )


def _is_ordinary(part: bytes, percents: frozenset[str], limits: Limits) -> bool:
    """Return whether the bytes alone show that there is nothing to find; any doubt is settled by the whole pass.

    The namespace stands there once and without a prefix, every cell is written as Excel writes it, and no formula,
    error or percentage is in sight.
    """
    cells = _CELL.findall(part)
    if len(cells) != len(_ANY_CELL.findall(part)) or _FORMULA.search(part):
        return False
    if b"<worksheet" not in part or sum(map(part.count, _MAIN)) != 1:
        return False
    columns, rows, styles, types = map(set, zip(*cells, strict=True)) if cells else ((), (), (), ())
    if b"e" in types or any(style.encode() in styles for style in percents):
        return False
    last_row = max(map(int, rows), default=0)
    return not limits.exceeded(last_row, max((_column_number(text.decode()) for text in columns), default=0))


class _Paths:
    """The ways to what we look for in a sheet, in one of the two namespaces that workbooks use."""

    def __init__(self, namespace: str) -> None:
        cell = "x:sheetData/x:row/x:c"
        self.unnamed = self._path(f"{cell}[not(@r)]", namespace)
        self.filled = self._path(f"{cell}[x:v or x:f or x:is]/@r", namespace)
        self.numbers = self._path(f"{cell}[@s and x:v and (not(@t) or @t='n')]", namespace)
        self.errors = self._path(f"{cell}[@t='e']", namespace)
        self.formulas = self._path(f"{cell}[x:f]", namespace)
        self.merged = self._path("x:mergeCells/x:mergeCell/@ref", namespace)

    @staticmethod
    def _path(path: str, namespace: str) -> _Finder:
        return cast("_Finder", etree.XPath(path, namespaces={"x": namespace or "none"}, smart_strings=False))


@lru_cache(maxsize=8)
def _paths(namespace: str) -> _Paths:
    return _Paths(namespace)


def _name(cell: etree._Element) -> None:
    """Give a cell without a reference the one it has by its place (ECMA-376 part 1, 18.3.1.4: `r` may be left out)."""
    row: Any = cell.getparent()
    before, above = cell.getprevious(), row.getprevious()
    column = 0 if before is None else position(before.get("r", ""))[1] + 1
    if row.get("r") is None:
        row.set("r", "1" if above is None else str(int(above.get("r", "0")) + 1))
    cell.set("r", f"{column_letters(column + 1)}{row.get('r')}")


def _unvalued(cell: etree._Element) -> bool:
    """Return whether a formula has no stored result; an empty text is one (`t="str"`)."""
    value = cell.find("{*}v")
    return cell.get("t") != "e" and (value is None or (not value.text and cell.get("t") != "str"))


def _merged_down(ranges: Iterable[str]) -> Iterator[tuple[Position, int]]:
    for text in ranges:
        first, _, last = text.partition(":")
        if last:
            start, end = position(first), position(last)
            if end[0] > start[0]:
                yield start, end[0]


def _refuse_far(filled: list[str], sheet: str, limits: Limits) -> None:
    """Refuse a sheet whose filled cells reach too far: calamine takes room for every cell from A1 on."""
    if not filled:
        return
    together = " ".join(filled)
    last_row = max(map(int, re.findall(r"\d+", together)))
    last_column = max(map(_column_number, set(re.findall(r"[A-Z]+", together))))
    if limits.exceeded(last_row, last_column):
        far = next(text for text in filled if text.endswith(str(last_row)) or position(text)[1] == last_column - 1)
        raise Refused("sheet-too-large", sheet=sheet, cell=far, last=_last(limits))


def _last(limits: Limits) -> str:
    return f"{column_letters(limits.columns)}{limits.rows}"


def _stamps(workbook: etree._Element, package: Package) -> Iterator[str]:
    """Yield the texts of the stamp in the document property and the defined name."""
    if custom := package.part("docProps/custom.xml"):
        for item in _tree(custom).iter("{*}property"):
            if item.get("name") == stamps.PROPERTY:
                yield "".join(str(text) for text in item.itertext())
    for name in workbook.iter("{*}definedName"):
        if name.get("name") == stamps.NAME:
            yield (name.text or "").removeprefix("=").strip('"').replace('""', '"')
