"""This module holds the values that are neither a number, a text nor a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that the filler says is not there, in the filler's own word ("缺报"); false, and printed as that word."""

    word: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.word


Value = str | Decimal | int | date | bool | tuple[str, ...] | Missing | None
"""What a cell can hold once it is read; None is a blank."""
