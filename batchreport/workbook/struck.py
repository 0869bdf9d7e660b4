"""This module finds what is struck out in the cells of records: to those who see it, it is as good as deleted."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from batchreport.findings import error, warning
from batchreport.workbook.cell_styles import CELL, cell_formats, styled
from batchreport.workbook.cells import excerpt, is_blank
from batchreport.workbook.layout import cell, reference
from batchreport.workbook.package import Refused
from batchreport.workbook.parse import parse_xml
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.submission import Table
    from batchreport.workbook.columns import Page
    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Position, Scan

_STRIKE = b"strike"
_SHARED = re.compile(rf"""{CELL}[^>]*?\st=["']s["'][^>]*>\s*<(?:[\w.-]+:)?v>([0-9]+)<""".encode())
_OFF = frozenset({"0", "false", "off"})


class Struck(NamedTuple):
    """What is struck out in a cell, and whether nothing else stands in it."""

    text: str
    whole: bool


class _Run(NamedTuple):
    """A piece of a cell's text; `struck` is None where it looks as the cell does."""

    text: str
    struck: bool | None


def find_struck(package: Package, scanned: Scan) -> dict[str, dict[Position, Struck]]:
    """Return the cells with something struck out, by sheet; raises `Refused` where the XML is broken."""
    try:
        styles = _struck_styles(package.part("xl/styles.xml"))
        shared = package.part("xl/sharedStrings.xml")
        texts = _texts(shared) if styles or _STRIKE in shared else {}
        found = {
            name: dict(_of_sheet(package, part, scanned.cells[part], styles, texts)) for name, part in scanned.parts
        }
        return {name: cells for name, cells in found.items() if cells}
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("file-damaged") from None


def say_struck(struck: Mapping[Position, Struck], page: Page, table: Table) -> None:
    """Say of the records of a sheet what is struck out in them: whole cells once a row, parts of a cell each."""
    if not struck:
        return
    used = {position(text) for record in table.records for text in record.cells.values()}
    rows: dict[int, list[Position]] = {}
    for at in sorted(at for at in struck if at in used and not is_blank(cell(page.grid, *at))):
        if struck[at].whole:
            rows.setdefault(at[0], []).append(at)
        else:
            found, rest = excerpt(struck[at].text), excerpt(cell(page.grid, *at))
            page.say(error, "cell-partly-struck", reference(*at), found=found, whole=rest)
    for cells in rows.values():
        found = excerpt(cell(page.grid, *cells[0]))
        page.say(warning, "cells-struck", reference(*cells[0]), found=found, count=len(cells))


def _of_sheet(
    package: Package, part: str, cells: bytes, styles: frozenset[str], texts: Mapping[str, tuple[_Run, ...]]
) -> Iterator[tuple[Position, Struck]]:
    looks = {at for at, _ in styled(cells, styles)}
    runs: dict[Position, tuple[_Run, ...]] = {at: (_Run("", None),) for at in looks}
    if texts:
        runs |= {position(ref.decode()): texts[n.decode()] for ref, n in _SHARED.findall(cells) if n.decode() in texts}
    if _STRIKE in cells:
        inside = ((cell.get("r"), cell.find("{*}is")) for cell in parse_xml(package.part(part)).iter("{*}c"))
        runs |= {position(ref): own for ref, text in inside if ref and text is not None and (own := _runs(text))}
    for at, parts in runs.items():
        gone = [part.text for part in parts if (at in looks if part.struck is None else part.struck)]
        if gone:
            yield at, Struck("".join(gone), len(gone) == len(parts))


@lru_cache(maxsize=16)  # most workbooks of a run come from one blank workbook
def _struck_styles(styles: bytes) -> frozenset[str]:
    """Return the numbers of the cell formats whose font is struck out."""
    if _STRIKE not in styles:
        return frozenset()
    root = parse_xml(styles)
    fonts = next(root.iter("{*}fonts"), None)
    struck = {str(number) for number, font in enumerate(fonts if fonts is not None else ()) if _is_struck(font)}
    return frozenset(str(number) for number, form in enumerate(cell_formats(root)) if form.get("fontId") in struck)


def _texts(part: bytes) -> dict[str, tuple[_Run, ...]]:
    """Return the shared texts of several looks, by their numbers."""
    items = enumerate(parse_xml(part).iterchildren("{*}si")) if part else ()
    return {str(number): _runs(item) for number, item in items if item.find("{*}r") is not None}


def _runs(item: etree._Element) -> tuple[_Run, ...]:
    return tuple(_run(run) for run in item.iter("{*}r") if (run.findtext("{*}t") or "").strip())


def _run(run: etree._Element) -> _Run:
    look = run.find("{*}rPr")
    return _Run(run.findtext("{*}t") or "", None if look is None else _is_struck(look))


def _is_struck(font: etree._Element) -> bool:
    return any(etree.QName(part).localname == "strike" and part.get("val", "1") not in _OFF for part in font)
