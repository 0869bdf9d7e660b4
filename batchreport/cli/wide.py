"""This module lays out the help of commands for terminals, in which a Chinese character is as wide as two letters, and whole sentences."""

from __future__ import annotations

import re
from gettext import gettext as _
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECOND = "\0"
"""Stands for the second column of a wide character while click counts characters; it is never shown."""


_SENTENCE = re.compile(r".*?(?:。|\.(?=\s|$)|$)", re.DOTALL)


class Commands(click.Group):
    """A command that holds others, and lists each with the first sentence of its help, whole."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        told = [(name, self.commands[name].help or "") for name in self.list_commands(ctx)]
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _SENTENCE.match(said)[0]) for name, said in told])  # type: ignore[index]  # it always matches


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
