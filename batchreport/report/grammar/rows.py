"""This module picks and groups the rows of a section."""

from __future__ import annotations

from decimal import Decimal
from itertools import compress
from operator import not_
from typing import TYPE_CHECKING, Any

from batchreport.report.grammar.inputs import EXACT, as_items, as_number, as_rows, column_of, is_blank

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def having(rows: object, column: str, *values: object) -> list[Any]:
    """Return the rows in which `column` is filled in, 0 included, or is one of `values` where some are given.

    Raise `AttributeError` for a column that the rows do not have.
    """
    found = as_rows(rows)
    return list(compress(found, _fits(found, column, values)))


def lacking(rows: object, column: str, *values: object) -> list[Any]:
    """Return the other rows: those that `having` leaves out."""
    found = as_rows(rows)
    return list(compress(found, map(not_, _fits(found, column, values))))


def _fits(rows: Sequence[object], column: str, values: Collection[object]) -> list[bool]:
    said = column_of(rows, column)
    return [value in values for value in said] if values else [_is_filled(value) for value in said]


def _is_filled(value: object) -> bool:
    if isinstance(value, Decimal):  # which takes long to tell that it is no tuple
        return not is_blank(value)
    return not (is_blank(value) or value == ())


def grouped_by(rows: object, column: str, *more: str, order: object = None) -> list[list[Any]]:
    """Return the rows in groups of the same value of `column`, and of `more` columns, as first seen.

    A group is the value, one for each column, and the list of its rows. `order` lists the values of the first
    column that come first. Rows without a value are a group too, whose value is None. Raise `AttributeError` for
    a column that the rows do not have.
    """
    groups: dict[tuple[object, ...], list[Any]] = {}
    found = as_rows(rows)
    said = [[None if is_blank(value) else value for value in column_of(found, name)] for name in (column, *more)]
    for row, key in zip(found, zip(*said, strict=True), strict=True):
        groups.setdefault(key, []).append(row)
    first = as_items(order)
    keys = sorted(groups, key=lambda key: first.index(key[0]) if key[0] in first else len(first))
    return [[*key, groups[key]] for key in keys]


def largest_group(rows: object, column: str) -> list[Any]:
    """Return the rows that share the value which most rows have in `column`, the first seen of several; blanks do not count.

    Raise `AttributeError` for a column that the rows do not have.
    """
    groups = [group for value, group in grouped_by(rows, column) if value is not None]
    return max(groups, key=len, default=[])


def most_changed(rows: object, current: str, base: str, count: int = 3, least: float = 10) -> list[Any]:
    """Return the rows whose `current` column moved the most from `base`, by percent, the largest move first.

    At most `count` of them, each by `least` percent or more; what began at 0 has moved the most. A row in which one of
    the two is blank is not there. Raise `AttributeError` for a column that the rows do not have.
    """
    found = as_rows(rows)
    moved = map(_moved, column_of(found, current), column_of(found, base))
    moves = [(move, row) for move, row in zip(moved, found, strict=True) if move >= least and move]
    return [row for _, row in sorted(moves, key=lambda found: found[0], reverse=True)[:count]]


def _moved(current: object, base: object) -> Decimal:
    now, then = as_number(current), as_number(base)
    if now is None or then is None or now == then:
        return Decimal(0)
    difference = EXACT.multiply(EXACT.subtract(now, then), Decimal(100))
    return EXACT.divide(difference, then).copy_abs() if then else Decimal("Infinity")
