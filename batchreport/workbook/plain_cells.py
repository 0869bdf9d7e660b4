"""This module reads the cells that say what their column wants and nothing else, as nearly all do, without further ado."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from batchreport.names import fold
from batchreport.workbook.cells import in_doubt, parse_text
from batchreport.workbook.dates import LAST_YEAR
from batchreport.workbook.numerals import from_float

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from batchreport.schema import Column, Section
    from batchreport.values import Value

_OFTEN = 30  # signs up to which a text probably stands in other cells too
_MOST = 1024  # texts that a column knows
_TEXTS = frozenset({str})
_FAR = 10**15  # beyond it, a number has more digits than Excel keeps
_WHOLE = ("integer", "year")
_INTEGERS, _YEARS = range(-_FAR, _FAR), range(1000, 10_000)


class Odd(Enum):
    """What stands for the value of a cell that is not plain."""

    ODD = 0


ODD: Final = Odd.ODD
"""The cell must be looked at more closely: it may have to be understood, converted or refused."""


@lru_cache(maxsize=64)
def plain_cells(section: Section) -> Mapping[str, PlainCells]:
    """Return what gives the values of a section's cells, by column key; what it has read before, it knows."""
    return {column.key: PlainCells(column) for column in section.columns}


class PlainCells:
    """The plain cells of one column, whatever sheet they stand in."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._texts = _Texts(self._text)
        self._numeric, self._dated = column.numeric, column.type == "date"
        self._whole = column.type in _WHOLE
        self._range = _YEARS if column.type == "year" else _INTEGERS
        self._shares = column.type == "percent" or bool(column.unit_column) or fold(column.base_unit) == "%"

    def values(self, raws: Sequence[Any]) -> list[Value | Odd]:
        """Return the value of each cell, None for one without anything in it."""
        if _TEXTS.issuperset(map(type, raws)):
            return list(map(self._texts.__getitem__, raws))
        return [self.value(raw) for raw in raws]

    def value(self, raw: Any) -> Value | Odd:
        """Return the value of a cell, None for one without anything in it."""
        kind = type(raw)
        if kind is str:
            return self._texts[raw]
        if self._numeric and (kind is float or kind is int):
            return self._number(raw)
        return raw if kind is date and self._dated and raw.year <= LAST_YEAR else ODD

    def _text(self, raw: str) -> Value | Odd:
        if self._dated:  # a date may hang on the period
            return ODD
        parsed = parse_text(raw, self._column, None)
        value = parsed.value
        if value is None or isinstance(value, Decimal) or parsed.problem or parsed.understood:
            return ODD
        return ODD if isinstance(value, tuple) and in_doubt(value) else value

    def _number(self, raw: float) -> Value | Odd:
        """Return a number as it is stored; one between -1 and 1 may be a percentage without its sign."""
        if not -_FAR < raw < _FAR or (self._shares and raw and -1 <= raw <= 1):
            return ODD
        whole = int(raw)
        if whole == raw:
            return Decimal(whole) if not self._whole else whole if whole in self._range else ODD
        return ODD if self._whole else from_float(raw)


class _Texts(dict[str, "Value | Odd"]):
    """The values of the texts that a column had lately: units, choices and names come again in every department."""

    def __init__(self, value: Callable[[str], Value | Odd]) -> None:
        super().__init__({"": None})
        self._value = value

    def __missing__(self, raw: str) -> Value | Odd:
        value = self._value(raw)
        if len(raw) <= _OFTEN:
            if len(self) >= _MOST:
                self.clear()
                self[""] = None
            self[raw] = value
        return value
