"""This module holds what is found in a sheet's XML besides its values, and says how large a sheet may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from batchreport.a1 import Position, column_letters, position
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from batchreport.workbook.package import Limits

Range = tuple[Position, Position]
"""The first and the last cell of merged ones."""


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What stands in a sheet besides its values: errors, formulas without a result, cells shown as a percentage.

    `merged` has the ranges that are merged; `rows` and `columns` tell how far the sheet is filled at most.
    """

    errors: dict[Position, str] = field(default_factory=dict)
    unvalued: dict[Position, str] = field(default_factory=dict)
    percents: frozenset[Position] = frozenset()
    merged: tuple[Range, ...] = ()
    rows: int = 0
    columns: int = 0


@lru_cache(maxsize=1024)  # most are the titles of one blank workbook
def merged_range(text: str) -> Range:
    """Return the first and the last cell of "A4:B6"; raises `ValueError` where it is none."""
    first, _, last = text.partition(":")
    return position(first), position(last or first)


def too_large(sheet: str, cell: str, limits: Limits) -> Refused:
    """Return the refusal of a sheet that is filled up to `cell`."""
    return Refused("sheet-too-large", sheet=sheet, cell=cell, last=f"{column_letters(limits.columns)}{limits.rows}")
