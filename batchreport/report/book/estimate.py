"""This module estimates how many pages a report has, where no word processor is at hand to count them."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

from batchreport.report.book.wordml import WP, W, is_on, local, number, text_area, value

if TYPE_CHECKING:
    from lxml.etree import _Element

    from batchreport.report.book.styles import Sheet

_EMU = 12_700  # of a point


class Estimate:
    """Adds up the height of a report's paragraphs and rows, a page after the other."""

    def __init__(self, sheet: Sheet, section: _Element) -> None:
        self._width, self._room = (points / 20 for points in text_area(section))
        self._sheet = sheet
        self._forms: dict[str, tuple[float, float, float, float]] = {}
        self._used = 0.0
        self.page = 1

    def add(self, block: _Element) -> None:
        """Let a block of the body follow."""
        name = local(block)
        if name == "tbl":
            sides = self._sides(value(block.find(f"{W}tblPr"), "tblStyle"))
            for row in block.iter(f"{W}tr"):
                self._place(self._row(row, sides))
        elif name == "p":
            if is_on(block.find(f"{W}pPr"), "pageBreakBefore"):
                self._turn()
            self._place(self._height(block, self._width))
            if any(one.get(f"{W}type") == "page" for one in block.iter(f"{W}br")):
                self._turn()
        elif name == "sdt":
            for inner in block.iterfind(f"{W}sdtContent/*"):
                self.add(inner)
        if block.find(f"{W}pPr/{W}sectPr") is not None:
            self._turn()

    def _turn(self) -> None:
        self.page += 1
        self._used = 0.0

    def _place(self, height: float) -> None:
        if height > self._room:
            self.page += int((self._used + height) // self._room)
            self._used = (self._used + height) % self._room
        elif self._used + height > self._room + 1:
            self._turn()
            self._used = height
        else:
            self._used += height

    def _row(self, row: _Element, sides: float) -> float:
        cells = list(row.iterchildren(f"{W}tc"))
        least = number(getattr(row.find(f"{W}trPr/{W}trHeight"), "attrib", {}).get(f"{W}val"), 0) / 20
        highest = 0.0
        for cell in cells:
            own = cell.find(f"{W}tcPr/{W}tcW")
            wide = number(own.get(f"{W}w")) / 20 if own is not None and own.get(f"{W}type") == "dxa" else 0
            inner = (wide or self._width / max(len(cells), 1)) - sides
            highest = max(highest, sum(self._height(one, max(inner, 12)) for one in cell.iterchildren(f"{W}p")))
        return max(least, highest)

    def _sides(self, style: str) -> float:
        """Return the margins of a cell, left and right together, in points."""
        for one in self._sheet.chain(style):
            margins = one.find(f"{W}tblPr/{W}tblCellMar")
            if margins is not None:
                widths = (getattr(margins.find(f"{W}{side}"), "attrib", {}).get(f"{W}w") for side in ("left", "right"))
                return sum(number(width, 108) for width in widths) / 20
        return 10.8

    def _height(self, paragraph: _Element, width: float) -> float:
        own = paragraph.find(f"{W}pPr")
        size, line, around, indent = self._form(value(own, "pStyle"))
        pictures = sum(number(one.get("cy")) / _EMU for one in paragraph.iter(f"{WP}extent"))
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t"))
        lines = max(math.ceil((_widths(text) * size + indent) / width), 1) if text else 1
        return (pictures or 0) + (0 if pictures and not text else lines * line) + around

    def _form(self, style: str) -> tuple[float, float, float, float]:
        """Return size, line, spacing and first line's indent of a style, in points."""
        if style not in self._forms:
            size = number(self._sheet.find(style, "rPr/sz"), 21) / 2
            said: dict[str, str] = {}
            for one in self._sheet.chain(style):
                for name, text in getattr(one.find(f"{W}pPr/{W}spacing"), "attrib", {}).items():
                    said.setdefault(name.rpartition("}")[2], text)
            line = number(said.get("line"), 240)
            exact = said.get("lineRule", "auto") in ("exact", "atLeast")
            height = line / 20 if exact else size * 1.3 * line / 240
            around = (number(said.get("before")) + number(said.get("after"))) / 20
            self._forms[style] = (size, height, around, self._indent(style, size))
        return self._forms[style]

    def _indent(self, style: str, size: float) -> float:
        for one in self._sheet.chain(style):
            own = getattr(one.find(f"{W}pPr/{W}ind"), "attrib", {})
            if f"{W}firstLineChars" in own:
                return number(own[f"{W}firstLineChars"]) / 100 * size
            if f"{W}firstLine" in own:
                return number(own[f"{W}firstLine"]) / 20
        return 0.0


def _widths(text: str) -> float:
    """Return the width of a text in characters as wide as high."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)
