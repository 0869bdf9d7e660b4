"""This module adds up and counts the rows of a section."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from batchreport.report.grammar.inputs import EXACT, as_items, as_number, as_rows, is_blank, plain
from batchreport.report.grammar.numbers import approximation, with_unit
from batchreport.report.grammar.text import as_text

_APPROX_COLUMNS = ("approx", "约数")
_PERCENT_SIGNS = frozenset({"%", "％"})
_UNSAID = "未注明"


@dataclass(slots=True)
class _Sum:
    """What one unit adds up to, and the words that mark its parts as approximate."""

    value: Decimal = Decimal(0)
    words: set[str] = field(default_factory=set)

    def add(self, number: Decimal, word: str) -> None:
        self.value = EXACT.add(self.value, number)
        self.words |= {word} if word else set()

    @property
    def word(self) -> str:
        """余 and 余 are 余; different words are 约."""
        return "约" if len(self.words) > 1 else "".join(self.words)


def total(rows: object, column: str, by: str | None = None, approx: str | None = None) -> Decimal | str | None:
    """Return the exact sum of a column, or None where no row has a value.

    With `by`, the column of units, it is text: "30台、15间、605套", a sum for each unit in the order of the rows,
    never across units; percentages are left out, for they do not add up. A sum with an approximate part (the
    column `approx`, by default the one called approx or 约数) is marked. Raise `AttributeError` for a column that
    the rows do not have.
    """
    sums: dict[str, _Sum] = {}
    for row in as_rows(rows):
        value = as_number(getattr(row, column))
        unit = as_text(getattr(row, by)).strip() if by else ""
        if value is not None:
            sums.setdefault(unit, _Sum()).add(value, _approximation_of(row, approx))
    if not by:
        return sums[""].value if sums else None
    told = [(unit, part) for unit, part in sums.items() if unit not in _PERCENT_SIGNS]
    return "、".join(with_unit(plain(part.value), unit, part.word) for unit, part in told)


def _approximation_of(row: object, column: str | None) -> str:
    if column is not None:
        return approximation(getattr(row, column))
    return approximation(next((getattr(row, name) for name in _APPROX_COLUMNS if hasattr(row, name)), None))


def count_by(rows: object, column: str, order: object = None, counter: str = "项") -> str:
    """Return how many rows have each value of a column: "市级8项、县区级1项", as first seen.

    `order` lists the values that come first; rows without a value come last, as 未注明.
    """
    counts = dict.fromkeys((as_text(value) for value in as_items(order)), 0)
    words = [getattr(row, column) for row in as_rows(rows)]
    for word in [as_text(word) for word in words if not is_blank(word)]:
        counts[word] = counts.get(word, 0) + 1
    unsaid = sum(is_blank(word) for word in words)
    told = [*counts.items(), (_UNSAID, unsaid)]
    return "、".join(f"{word}{count}{counter}" for word, count in told if count)
