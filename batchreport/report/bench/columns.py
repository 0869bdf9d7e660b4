"""This module says which columns of a section stand in a table of a new template, and how wide each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.report.grammar.text import width as signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.schema import Column, Section

_ROOM = {"date": 1250, "money": 1330, "number": 900, "integer": 700, "percent": 800, "year": 700, "boolean": 600,
         "choice": 830, "reference": 1300, "string": 1300}  # fmt: skip
_COUNTS = 800
_SIGN = 215  # twips of a Chinese character of a heading, and
_EDGES = 120
_LAST = 2200  # of the column for the rest
_WORD = re.compile(r"[!-~À-ɏ]+")
_CENTRED = frozenset({"choice", "boolean", "date", "year"})
_MOST = 5  # characters of a heading in one line
_SHORT = 200  # the most characters of a text that is sure not to fill a page


@dataclass(frozen=True, slots=True)
class Slot:
    """A column that has a cell of its own; its unit and its mark of approximation stand in the same cell."""

    column: Column

    @property
    def least(self) -> int:
        """The least width that its heading and its values want."""
        column = self.column
        heading = min(int(signs(column.shown) + 0.5), _MOST) * _SIGN + _EDGES
        wide = 200 if column.numeric and column.unit_column else 0
        word = longest_word(column.shown, *column.enum, *column.missing_values)
        return max(_ROOM.get(column.type, _ROOM["string"]) + wide, heading, word)

    @property
    def letter(self) -> str:
        """How its cells are aligned: see drawing.py."""
        if self.column.numeric and self.column.type != "year":
            return "r"
        if self.column.type in _CENTRED:
            return "c"
        return "l" if self.column.max_length and self.column.max_length <= _SHORT else "t"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table as drawing.py takes them, those that have a cell, and those that have no room for one."""

    columns: tuple[str, ...]
    slots: tuple[Slot, ...]
    rest: tuple[Slot, ...]


def longest_word(*texts: str) -> int:
    """Return the width that the longest word in Latin letters wants, up to that of a text's column; others break anywhere."""
    words = (word for text in texts for word in _WORD.findall(text))
    return min(max((int(signs(word) * _SIGN) + _EDGES for word in words), default=0), _LAST)


def slim(title: str) -> int:
    """Return the width of a column of counts under a title."""
    return max(_COUNTS, longest_word(title))


def slots(section: Section) -> list[Slot]:
    """Return the columns of a section that have a cell of their own, in order; never none."""
    beside = {key for column in section.columns for key in (column.unit_column, column.approx_column)}
    return [Slot(c) for c in section.columns if c.key not in beside] or [Slot(c) for c in section.columns]


def laid_out(section: Section, shown: Sequence[Slot], width: int, more: int = 0) -> Layout:
    """Return the layout of a section's table in `width` twips.

    `more` are the signs of the heading of a last column for the rest; without them there is none.
    """
    kept = list(shown)
    last = max(_LAST, more * _SIGN) if more else 0
    rest: list[Slot] = []
    while len(kept) > 1 and sum(slot.least for slot in kept) + (last if rest else 0) > width:
        rest.insert(0, kept.pop(_weakest(kept, section)))
    rest.sort(key=list(shown).index)
    further = bool(rest and more)
    least = [slot.least for slot in kept] + [last] * further
    letters = [slot.letter for slot in kept] + ["t"] * further
    parts = [1] * len(kept) + [len(rest)] * further
    return Layout(tuple(map("{}{}".format, _spread(least, letters, parts, width), letters)), tuple(kept), tuple(rest))


def _weakest(kept: Sequence[Slot], section: Section) -> int:
    """Return which column goes first where there is no room for all: the last that is neither required nor a figure."""
    ranks = [
        (slot.column.required or slot.column.key == section.mark, slot.column.numeric, -at)
        for at, slot in enumerate(kept)
    ]
    return min(range(1, len(kept)), key=lambda at: ranks[at])


def _spread(least: Sequence[int], letters: Sequence[str], parts: Sequence[int], width: int) -> list[int]:
    """Return the widths: what is left over goes to the columns of text by their parts, or to all where there is none."""
    texts = [at for at, letter in enumerate(letters) if letter in "lt"] or list(range(len(least)))
    left = width - sum(least)
    every = sum(parts[at] for at in texts)
    widths = list(least)
    for at in texts:
        widths[at] += left * parts[at] // every
    widths[texts[0]] += width - sum(widths)
    return widths
