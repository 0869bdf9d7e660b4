"""This module lays out the help of commands for terminals, in which a Chinese character is as wide as two letters."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECOND = "\0"
"""Stands for the second column of a wide character while click counts characters; it is never shown."""


class Wide(click.HelpFormatter):
    """Help whose lines end where the terminal does."""

    def write_text(self, text: str) -> None:
        """Write a text, wrapped."""
        super().write_text(_widened(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options or commands, each with what is said of it."""
        super().write_dl([(_widened(name), _widened(said)) for name, said in rows], col_max, col_spacing)

    def getvalue(self) -> str:
        """Return all that was written."""
        return super().getvalue().replace(_SECOND, "")


def _widened(text: str) -> str:
    return "".join(sign + _SECOND * (east_asian_width(sign) in "WF") for sign in text)
