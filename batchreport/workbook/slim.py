"""This module makes of a workbook the small one that calamine is given: the parts that have a say in its values, unpacked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Scan

_SHARED = ("_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")


def slim(parts: Package, scanned: Scan) -> bytes:
    """Return a workbook with the same values and nothing else.

    So calamine reads what was scanned and weighed, and need not inflate it once more, nor go through what follows the
    cells: drop-down lists, conditional formats, and the blank rows that some programs write below them.
    """
    return pack([Member.stored(name, part) for name, part in _parts(parts, scanned) if part])


def _parts(parts: Package, scanned: Scan) -> Iterator[tuple[str, bytes]]:
    for name in _SHARED:
        yield parts.written(name), parts.part(name)
    for name, cells in scanned.cells.items():
        yield parts.written(name), cells
