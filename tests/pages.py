"""This module measures the pages of a PDF: where each line of text stands, in points from the upper left corner."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.outside import require, run

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_LINE = re.compile(r"<line [^>]*>(.*?)</line>", re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text without its spaces: its box, and where each of its words begins and ends."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """How far down the page its middle is."""
        return (self.top + self.bottom) / 2

    def beside(self, other: Line) -> Line:
        """Return this line and another at its height as one."""
        box = (
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )
        return Line(self.text + other.text, *box)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size, and its lines from top to bottom; those at one height are one line."""

    width: float
    height: float
    lines: tuple[Line, ...]

    def line(self, text: str) -> Line:
        """Return the first line that holds a text."""
        return next(line for line in self.lines if text in line.text)


def pages(pdf: Path) -> list[Page]:
    """Return the pages of a PDF."""
    found = _PAGE.findall(run(require("pdftotext"), "-bbox-layout", pdf, "-"))
    return [Page(float(width), float(height), _lines(body)) for width, height, body in found]


def _lines(body: str) -> tuple[Line, ...]:
    pieces = []
    for line in _LINE.findall(body):
        words = [_word(found) for found in _WORD.findall(line)]
        whole = words[0]
        for word in words[1:]:
            whole = whole.beside(word)
        pieces.append(whole)
    pieces.sort(key=lambda line: (round(line.middle), line.left))
    joined: list[Line] = []
    for piece in pieces:
        if joined and abs(joined[-1].middle - piece.middle) < (piece.bottom - piece.top) / 3:
            joined.append(joined.pop().beside(piece))
        else:
            joined.append(piece)
    return tuple(joined)


def _word(found: tuple[str, str, str, str, str]) -> Line:
    left, top, right, bottom = map(float, found[:4])
    return Line(html.unescape(found[4]), left, top, right, bottom)
