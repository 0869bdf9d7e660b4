"""This module tells in English what the rows of a section add up to, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.grammar.english.numbers import digits, with_unit
from batchreport.report.grammar.english.text import as_text
from batchreport.report.grammar.sums import by_unit, counts, total_of

if TYPE_CHECKING:
    from decimal import Decimal

_UNSAID = "not stated"


def total(rows: object, column: str, by: str | None = None, approx: str | None = None) -> Decimal | str | None:
    """Return the exact sum of a column, or None where no row has a value.

    With `by`, the column of units, it is text: "30 units, 15 rooms", a sum for each unit in the order of the rows,
    never across units; percentages are left out, for they do not add up. A sum with an approximate part (the
    column `approx`, by default the one called approx or 约数) is marked: where words differ, with "about". Raise
    `AttributeError` for a column that the rows do not have.
    """
    if not by:
        return total_of(rows, column)
    parts = by_unit(rows, column, by, approx, as_text)
    return ", ".join(with_unit(digits(part.value), part.unit, part.word("about")) for part in parts)


def count_by(rows: object, column: str, order: object = None, counter: str = "") -> str:
    """Return how many rows have each value of a column: "City level (2), County level (1)", as first seen.

    `order` lists the values that come first; rows without a value come last, as "not stated". `counter`, in the
    singular, says what is counted: "City level (2 awards)".
    """
    told = counts(rows, column, order, as_text)
    return ", ".join(f"{word or _UNSAID} ({with_unit(str(count), counter)})" for word, count in told)
