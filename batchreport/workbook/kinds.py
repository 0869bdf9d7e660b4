"""This module holds what may stand in a cell besides texts, numbers and dates."""

from __future__ import annotations

from typing import Self


class ErrorValue(str):
    """The error that stands in a cell: "#REF!"."""

    __slots__ = ()


class Unvalued(str):
    """The formula of a cell that has no stored result."""

    __slots__ = ()


class Spanning(str):
    """A text in cells that are merged across most columns of a table."""

    __slots__ = ()


class Percent(float):
    """A number that its format shows as a percentage: 0.965 for 96.5%."""

    __slots__ = ()


class Padded(float):
    """A whole number that its format shows with so many digits at least: 5 for 005."""

    __slots__ = ("digits",)
    digits: int

    def __new__(cls, number: float, digits: int = 1) -> Self:
        """Return the number with the digits that it shows."""
        made = super().__new__(cls, number)
        made.digits = digits
        return made
