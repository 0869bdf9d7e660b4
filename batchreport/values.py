"""This module holds the values that are neither a number, a text nor a date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """A value that the filler says is not there, in the filler's own word ("缺报"); false, and printed as that word, which it equals."""

    word: str

    def __eq__(self, other: object) -> bool:
        return self.word == (other.word if isinstance(other, Missing) else other)

    def __hash__(self) -> int:
        return hash(self.word)

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
