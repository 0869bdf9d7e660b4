"""This module reads the cells that say what their column wants and nothing else, as nearly all do, without further ado."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from batchreport.names import fold
from batchreport.workbook.cells import in_doubt, parse_cell
from batchreport.workbook.numerals import from_float

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.schema import Column
    from batchreport.values import Value

_OFTEN = 30  # signs up to which a text probably stands in other cells too
_FAR = 10**15  # beyond it, a number has more digits than Excel keeps
_WHOLE = ("integer", "year")
_INTEGERS, _YEARS = range(-_FAR, _FAR), range(1000, 10_000)


class Odd(Enum):
    """What stands for the value of a cell that is not plain."""

    ODD = 0


ODD: Final = Odd.ODD
"""The cell must be looked at more closely: it may have to be understood, converted or refused."""


@lru_cache(maxsize=1024)
def plain_cells(_section: str, column: Column) -> Callable[[Any], Value | Odd]:
    """Return what gives the value of a column's cell, or `ODD`; what it has read before, it knows.

    The section's key tells its column from those of the same key elsewhere.
    """
    return _PlainCells(column).value


class _PlainCells:
    def __init__(self, column: Column) -> None:
        self._column = column
        self._known = lru_cache(maxsize=512)(self._text)  # units, choices and names come again in every department
        self._numeric, self._dated = column.numeric, column.type == "date"
        self._whole = column.type in _WHOLE
        self._range = _YEARS if column.type == "year" else _INTEGERS
        self._shares = column.type == "percent" or bool(column.unit_column) or fold(column.base_unit) == "%"

    def value(self, raw: Any) -> Value | Odd:
        """Return the value of a cell that is not blank."""
        kind = type(raw)
        if kind is str:
            return self._known(raw) if len(raw) <= _OFTEN else self._text(raw)
        if kind is float or kind is int:
            return self._number(raw)
        return raw if kind is date and self._dated else ODD

    def _text(self, raw: str) -> Value | Odd:
        if self._dated:  # a date may hang on the period
            return ODD
        parsed = parse_cell(raw, self._column, None)
        value = parsed.value
        if value is None or isinstance(value, Decimal) or parsed.problem or parsed.understood:
            return ODD
        return ODD if isinstance(value, tuple) and in_doubt(value) else value

    def _number(self, raw: float) -> Value | Odd:
        """Return a number as it is stored; one between -1 and 1 may be a percentage without its sign."""
        if not self._numeric or not -_FAR < raw < _FAR or (self._shares and raw and -1 <= raw <= 1):
            return ODD
        if not self._whole:
            return from_float(raw)
        whole = int(raw)
        return whole if whole == raw and whole in self._range else ODD
