"""This module tells which units can be added to each other: amounts of money, each other unit only to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.names import fold
from batchreport.report.grammar.inputs import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

_MONEY = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}
"""The power of ten that makes 元 of each."""
_PERCENT = frozenset({"%", "‰"})


def family(unit: str) -> str:
    """Return what stands for all units that `unit` can be added to: "万元" and "元" are one."""
    folded = fold(unit)
    return "元" if folded in _MONEY else folded


def common(units: Iterable[str]) -> str:
    """Return the unit in which figures of one family are said: the largest of money, else the first."""
    known = [unit for unit in units if unit]
    money = [unit for unit in known if fold(unit) in _MONEY]
    return max(money, key=lambda unit: _MONEY[fold(unit)]) if money else next(iter(known), "")


def converted(value: Decimal, unit: str, wanted: str) -> Decimal:
    """Return an amount of `unit` in the unit `wanted` of its family, exactly."""
    powers = _MONEY.get(fold(unit), 0) - _MONEY.get(fold(wanted), 0)
    return value.scaleb(powers, EXACT) if powers else value


def is_percent(unit: str) -> bool:
    """Tell whether figures of a unit are shares of something, which never add up."""
    return fold(unit) in _PERCENT
