"""This module adds up and counts the rows of a section, in no language."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

from batchreport.report.grammar.inputs import EXACT, as_items, as_number, as_rows, column_of, is_blank
from batchreport.report.grammar.numbers import approximation

if TYPE_CHECKING:
    from collections.abc import Callable

_APPROX_COLUMNS = ("approx", "约数")
_PERCENT_SIGNS = frozenset({"%", "％"})


@dataclass(slots=True)
class Sum:
    """What one unit adds up to, and the words that mark its parts as approximate."""

    unit: str
    value: Decimal = Decimal(0)
    words: set[str] = field(default_factory=set)

    def add(self, number: Decimal, word: str) -> None:
        """Take one part in."""
        self.value = EXACT.add(self.value, number)
        if word:
            self.words.add(word)

    def word(self, about: str) -> str:
        """Return the word of the sum: where its parts have different words it is `about`."""
        return about if len(self.words) > 1 else "".join(self.words)


def total_of(rows: object, column: str) -> Decimal | None:
    """Return the exact sum of a column, or None where no row has a value."""
    numbers = [number for number in map(as_number, column_of(as_rows(rows), column)) if number is not None]
    return reduce(EXACT.add, numbers, Decimal(0)) if numbers else None


def by_unit(rows: object, column: str, by: str, approx: str | None, text: Callable[[object], str]) -> list[Sum]:
    """Return the sum of a column for each unit in `by`, in the order of the rows; percentages do not add up.

    The words of approximation stand in the column `approx`, by default the one called approx or 约数.
    """
    sums: dict[str, Sum] = {}
    found = as_rows(rows)
    numbers, units = map(as_number, column_of(found, column)), map(text, column_of(found, by))
    for row, number, said in zip(found, numbers, units, strict=True):
        if number is not None:
            unit = said.strip()
            if unit not in sums:
                sums[unit] = Sum(unit)
            sums[unit].add(number, _approximation_of(row, approx))
    return [part for unit, part in sums.items() if unit not in _PERCENT_SIGNS]


def _approximation_of(row: object, column: str | None) -> str:
    if column is not None:
        return approximation(getattr(row, column))
    return approximation(next((getattr(row, name) for name in _APPROX_COLUMNS if hasattr(row, name)), None))


def counts(rows: object, column: str, order: object, text: Callable[[object], str]) -> list[tuple[str, int]]:
    """Return how many rows have each value of a column, first those in `order`, then as first seen.

    Rows without a value come last, under "".
    """
    found = dict.fromkeys((text(value) for value in as_items(order)), 0)
    words = column_of(as_rows(rows), column)
    given = [text(word) for word in words if not is_blank(word)]
    for word in given:
        found[word] = found.get(word, 0) + 1
    told = [*found.items(), ("", len(words) - len(given))]
    return [(word, count) for word, count in told if count]
