"""This module tells whether a condition of the schema fits the values of a record."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batchreport.names import LONGEST_CHOICE, fold, truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import When
    from batchreport.values import Value

_HUNDRED = 100


def holds(when: When, values: Mapping[str, Value]) -> bool:
    """Return whether the condition fits a record's values."""
    value = values.get(when.column)
    if when.given is not None and (value is not None) != when.given:
        return False
    if when.is_ and (value is None or not _is_one_of(value, when.is_)):
        return False
    if when.is_not and (value is None or _is_one_of(value, when.is_not)):
        return False
    return not when.changed_from or _changed(value, values.get(when.changed_from), when.by)


def _is_one_of(value: Value, words: tuple[str, ...]) -> bool:
    """Return whether the value is one of the words; yes or no are so in every word that a filler may use for them."""
    if isinstance(value, bool):
        return value in map(truth, words)
    text = word(value)
    return text in words or (len(text) <= LONGEST_CHOICE and fold(text) in _folded(words))


@lru_cache(maxsize=256)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, words))


def word(value: Value) -> str:
    """Return a value as people write it."""
    if type(value) is str:
        return value
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal():
            return f"{value:f}"
        case tuple():
            return "、".join(value)
        case _:
            return str(value)


def _changed(value: Any, base: Any, by: float) -> bool:
    """Return whether a number differs from its base by more than `by` percent of the base; never from a base of 0."""
    if not isinstance(value, Decimal) or not isinstance(base, Decimal) or not base:
        return False
    return abs(value - base) / abs(base) * _HUNDRED > decimal(by)


@lru_cache(maxsize=256)
def decimal(number: float) -> Decimal:
    """Return a number of the schema as it is written there: 1.1 is not 1.100000000000000088."""
    return Decimal(str(number))
