"""This module picks and groups the rows of a section."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from batchreport.report.grammar.inputs import EXACT, as_items, as_number, as_rows, is_blank


def having(rows: object, column: str, *values: object) -> list[Any]:
    """Return the rows in which `column` is filled in, 0 included, or is one of `values` where some are given.

    Raise `AttributeError` for a column that the rows do not have.
    """
    if values:
        return [row for row in as_rows(rows) if getattr(row, column) in values]
    return [row for row in as_rows(rows) if _is_filled(getattr(row, column))]


def lacking(rows: object, column: str, *values: object) -> list[Any]:
    """Return the other rows: those that `having` leaves out."""
    if values:
        return [row for row in as_rows(rows) if getattr(row, column) not in values]
    return [row for row in as_rows(rows) if not _is_filled(getattr(row, column))]


def _is_filled(value: object) -> bool:
    return not (is_blank(value) or value == ())


def grouped_by(rows: object, column: str, *more: str, order: object = None) -> list[list[Any]]:
    """Return the rows in groups of the same value of `column`, and of `more` columns, as first seen.

    A group is the value, one for each column, and the list of its rows. `order` lists the values of the first
    column that come first. Rows without a value are a group too, whose value is None. Raise `AttributeError` for
    a column that the rows do not have.
    """
    groups: dict[tuple[object, ...], list[Any]] = {}
    names = (column, *more)
    for row in as_rows(rows):
        key = tuple([None if is_blank(value := getattr(row, name)) else value for name in names])
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
    moves = [(_moved(getattr(row, current), getattr(row, base)), row) for row in as_rows(rows)]
    moves = [(move, row) for move, row in moves if move >= least and move]
    return [row for _, row in sorted(moves, key=lambda found: found[0], reverse=True)[:count]]


def _moved(current: object, base: object) -> Decimal:
    now, then = as_number(current), as_number(base)
    if now is None or then is None or now == then:
        return Decimal(0)
    difference = EXACT.multiply(EXACT.subtract(now, then), Decimal(100))
    return EXACT.divide(difference, then).copy_abs() if then else Decimal("Infinity")
