"""This module holds what is found in a sheet's XML besides its values, and says how large a sheet may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchreport.a1 import column_letters, position
from batchreport.workbook.package import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.a1 import Position
    from batchreport.workbook.package import Limits


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What stands in a sheet besides its values: errors, formulas without a result, cells shown as a percentage.

    `merged` has the ranges that are merged downwards, as their first cell and their last row; `rows` and `columns`
    tell how far the sheet is filled at most.
    """

    errors: dict[Position, str] = field(default_factory=dict)
    unvalued: dict[Position, str] = field(default_factory=dict)
    percents: frozenset[Position] = frozenset()
    merged: tuple[tuple[Position, int], ...] = ()
    rows: int = 0
    columns: int = 0


def merged_down(ranges: Iterable[str]) -> Iterator[tuple[Position, int]]:
    """Yield the first cell and the last row of each range that has more than one row."""
    for text in ranges:
        first, _, last = text.partition(":")
        if last:
            start, end = position(first), position(last)
            if end[0] > start[0]:
                yield start, end[0]


def too_large(sheet: str, cell: str, limits: Limits) -> Refused:
    """Return the refusal of a sheet that is filled up to `cell`."""
    return Refused("sheet-too-large", sheet=sheet, cell=cell, last=f"{column_letters(limits.columns)}{limits.rows}")
