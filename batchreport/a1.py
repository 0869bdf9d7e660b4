"""This module turns references such as "C7" into positions, and back."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

Position = tuple[int, int]
"""Row and column of a cell, counted from 0."""


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1: 1 → "A", 27 → "AA"."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column, counted from 1: "AA" → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def position(reference: str) -> Position:
    """Return row and column, counted from 0, of "C7"; raises `ValueError` where it is no reference."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    return int(match[2]) - 1, column_number(match[1]) - 1
