"""This module finds the cells of a sheet that have one of some formats, in whatever way a program writes XML."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from lxml import etree

from batchreport.a1 import position
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lxml.etree import _Element

    from batchreport.a1 import Position
    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Scan

T = TypeVar("T")

CELL = r"""<(?:[\w.-]+:)?c\b(?=[^>]*?\sr=["']([A-Z]{1,3}[1-9][0-9]{0,6})["'])"""
"""What a cell begins with; its reference is the first group."""


def styled(cells: bytes, styles: frozenset[str]) -> Iterator[tuple[Position, str]]:
    """Yield the cells that have one of some formats, which are known by their numbers."""
    if styles:
        for reference, style in _styled(styles).findall(cells):
            yield position(reference.decode()), style.decode()


def told_by_format(
    package: Package, scanned: Scan, tell: Callable[[bytes], Mapping[str, T]]
) -> dict[str, dict[Position, T]]:
    """Return the cells of each sheet whose format tells something, with what it tells.

    `tell` gives that of each format by its number, of the part of styles. Raises `Refused` where the XML is broken.
    """
    try:
        styles = tell(package.part("xl/styles.xml"))
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("file-damaged") from None
    if not styles:
        return {}
    numbers = frozenset(styles)
    return {name: {at: styles[n] for at, n in styled(scanned.cells[part], numbers)} for name, part in scanned.parts}


def cell_formats(styles: _Element) -> list[_Element]:
    """Return the formats that cells have, in their order, of the part of styles."""
    formats = next(styles.iter("{*}cellXfs"), None)
    return [] if formats is None else list(formats.iterchildren("{*}xf"))


@lru_cache(maxsize=16)
def _styled(styles: frozenset[str]) -> re.Pattern[bytes]:
    return re.compile(rf"""{CELL}[^>]*?\ss=["']({"|".join(sorted(styles))})["']""".encode())
