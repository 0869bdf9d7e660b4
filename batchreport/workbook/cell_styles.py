"""This module finds the cells of a sheet that have one of some formats, in whatever way a program writes XML."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from batchreport.a1 import position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from batchreport.a1 import Position

CELL = r"""<(?:[\w.-]+:)?c\b(?=[^>]*?\sr=["']([A-Z]{1,3}[1-9][0-9]{0,6})["'])"""
"""What a cell begins with; its reference is the first group."""


def styled(cells: bytes, styles: frozenset[str]) -> Iterator[tuple[Position, str]]:
    """Yield the cells that have one of some formats, which are known by their numbers."""
    if styles:
        for reference, style in _styled(styles).findall(cells):
            yield position(reference.decode()), style.decode()


def cell_formats(styles: _Element) -> list[_Element]:
    """Return the formats that cells have, in their order, of the part of styles."""
    formats = next(styles.iter("{*}cellXfs"), None)
    return [] if formats is None else list(formats.iterchildren("{*}xf"))


@lru_cache(maxsize=16)
def _styled(styles: frozenset[str]) -> re.Pattern[bytes]:
    return re.compile(rf"""{CELL}[^>]*?\ss=["']({"|".join(sorted(styles))})["']""".encode())
