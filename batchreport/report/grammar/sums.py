"""This module adds up and counts the rows of a section, in no language."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from batchreport.report.grammar.inputs import EXACT, as_items, as_number, as_rows, is_blank
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
        self.words |= {word} if word else set()

    def word(self, about: str) -> str:
        """Return the word of the sum: where its parts have different words it is `about`."""
        return about if len(self.words) > 1 else "".join(self.words)


def total_of(rows: object, column: str) -> Decimal | None:
    """Return the exact sum of a column, or None where no row has a value."""
    values = [value for row in as_rows(rows) if (value := as_number(getattr(row, column))) is not None]
    sums = Sum("")
    for value in values:
        sums.add(value, "")
    return sums.value if values else None


def by_unit(rows: object, column: str, by: str, approx: str | None, text: Callable[[object], str]) -> list[Sum]:
    """Return the sum of a column for each unit in `by`, in the order of the rows; percentages do not add up.

    The words of approximation stand in the column `approx`, by default the one called approx or 约数.
    """
    sums: dict[str, Sum] = {}
    for row in as_rows(rows):
        value, unit = as_number(getattr(row, column)), text(getattr(row, by)).strip()
        if value is not None:
            sums.setdefault(unit, Sum(unit)).add(value, _approximation_of(row, approx))
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
    words = [getattr(row, column) for row in as_rows(rows)]
    for word in [text(word) for word in words if not is_blank(word)]:
        found[word] = found.get(word, 0) + 1
    told = [*found.items(), ("", sum(is_blank(word) for word in words))]
    return [(word, count) for word, count in told if count]
