"""This module holds the values that are neither a number, a text nor a date."""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready for a report: its bytes, its size in pixels, "jpeg" or "png", and what is said in its place.

    `alt` is the text for readers who cannot see it: the row's caption.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    extension: str
    alt: str = ""


Value = str | Decimal | int | date | bool | tuple[str, ...] | Missing | Picture | None
"""What a cell can hold once it is read; None is a blank."""
