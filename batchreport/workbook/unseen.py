"""This module finds what is not seen in its cell: white on white, or in a format that shows nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from batchreport.findings import note
from batchreport.workbook.cell_styles import cell_formats, told_by_format
from batchreport.workbook.cells import excerpt, is_blank
from batchreport.workbook.layout import cell, reference
from batchreport.workbook.parse import parse_xml
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.etree import _Element

    from batchreport.submission import Table
    from batchreport.workbook.columns import Page
    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Position, Scan

_PERHAPS = re.compile(rb"""FFFFFF|theme=["']0["']|indexed=["'](?:1|9)["']|;;;""", re.IGNORECASE)
_WHITE = {"theme": ("0",), "indexed": ("1", "9"), "rgb": ("FFFFFFFF", "00FFFFFF")}  # ECMA-376 part 1, 18.8.27
_NOTHING_SHOWN = re.compile(r"\s*;\s*;\s*;\s*")


def find_unseen(package: Package, scanned: Scan) -> dict[str, dict[Position, bool]]:
    """Return the cells whose content is not seen, by sheet; raises `Refused` where the XML is broken."""
    return told_by_format(package, scanned, _unseen_styles)


def say_unseen(unseen: Iterable[Position], page: Page, table: Table) -> None:
    """Say of the records of a sheet what is not seen in them, once a row."""
    cells = set(unseen)
    for record in table.records if cells else ():
        own = [at for at in map(position, record.cells.values()) if at in cells and not is_blank(cell(page.grid, *at))]
        if own:
            found = excerpt(cell(page.grid, *own[0]))
            page.say(note, "cells-unseen", reference(*own[0]), found=found, count=len(set(own)))


@lru_cache(maxsize=16)  # most workbooks of a run come from one blank workbook
def _unseen_styles(styles: bytes) -> Mapping[str, bool]:
    if not _PERHAPS.search(styles):
        return MappingProxyType({})
    root = parse_xml(styles)
    codes = {str(f.get("numFmtId")): str(f.get("formatCode")) for f in root.iter("{*}numFmt")}
    empty = {number for number, code in codes.items() if _NOTHING_SHOWN.fullmatch(code)}
    fonts = {str(n) for n, font in enumerate(_children(root, "fonts")) if _is_white(font.find("{*}color"))}
    fills = {str(n) for n, fill in enumerate(_children(root, "fills")) if _is_paper(fill.find("{*}patternFill"))}
    return MappingProxyType(
        {
            str(n): True
            for n, form in enumerate(cell_formats(root))
            if form.get("numFmtId") in empty or (form.get("fontId") in fonts and form.get("fillId", "0") in fills)
        }
    )


def _children(root: _Element, name: str) -> Iterable[_Element]:
    group = next(root.iter(f"{{*}}{name}"), None)
    return () if group is None else group


def _is_white(colour: _Element | None) -> bool:
    if colour is None or colour.get("tint", "0").strip("0.-"):
        return False
    return any(str(colour.get(kind)).upper() in whites for kind, whites in _WHITE.items())


def _is_paper(fill: _Element | None) -> bool:
    """Return whether cells with a fill are white."""
    if fill is None:  # a gradient
        return False
    kind = fill.get("patternType", "none")
    return kind == "none" or (kind == "solid" and _is_white(fill.find("{*}fgColor")))
