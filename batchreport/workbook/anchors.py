"""This module says in which cell a floating picture stands, by the sizes of its sheet's rows and columns."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from batchreport.workbook.scan import Position

_EMU_OF_POINT = 12_700
_EMU_OF_PIXEL = 9_525
_DIGIT, _PADDING = 7, 5  # pixels of a digit of the usual font, and of a column's edges (ECMA-376 part 1, 18.3.1.13)
_ROW_HEIGHT, _COLUMN_WIDTH = 15.0, 8.43
_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
_COLUMNS = 512  # of which a width is taken into account; a record reaches no further
_ELEMENT = re.compile(rb"<(?:\w+:)?(row|col|sheetFormatPr)\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")


class Axis:
    """The rows or the columns of a sheet, as lengths in EMU from the sheet's edge."""

    def __init__(self, default: int, sizes: Mapping[int, int], last: int) -> None:
        self._default = max(default, 1)
        self._last = last
        self._own = sorted(sizes)
        self._sizes = [sizes[index] for index in self._own]
        self._gained = [0, *accumulate(size - self._default for size in self._sizes)]
        self._starts = [self.start(index) for index in self._own]

    def start(self, index: int) -> int:
        """Return where a row or column begins."""
        return index * self._default + self._gained[bisect_left(self._own, index)]

    def size(self, index: int) -> int:
        """Return how high a row, or how wide a column is."""
        at = bisect_left(self._own, index)
        return self._sizes[at] if at < len(self._own) and self._own[at] == index else self._default

    def index(self, offset: int) -> int:
        """Return which row or column lies at a distance from the edge."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return min(max(offset, 0) // self._default, self._last)
        beyond = offset - self._starts[at] - self._sizes[at]
        return min(self._own[at] + (1 + beyond // self._default if beyond >= 0 else 0), self._last)


class Lines:
    """The rows and columns of one sheet, read from its XML."""

    def __init__(self, part: bytes) -> None:
        rows: dict[int, int] = {}
        columns: dict[int, int] = {}
        height, width, row = _ROW_HEIGHT, _COLUMN_WIDTH, -1
        for name, attributes in _elements(part):
            if name == b"sheetFormatPr":
                height = _number(attributes, b"defaultRowHeight", height)
                width = _number(attributes, b"defaultColWidth", width)
            elif name == b"row":
                row = int(_number(attributes, b"r", row + 2)) - 1
                if b"ht" in attributes or b"hidden" in attributes:
                    hidden = attributes.get(b"hidden") in (b"1", b"true")
                    rows[row] = 0 if hidden else int(_number(attributes, b"ht", height) * _EMU_OF_POINT)
            else:
                first, last = (int(_number(attributes, word, 1)) for word in (b"min", b"max"))
                hidden = attributes.get(b"hidden") in (b"1", b"true")
                size = 0 if hidden else _wide(_number(attributes, b"width", width))
                columns.update(dict.fromkeys(range(max(first, 1) - 1, min(last, _COLUMNS)), size))
        self.rows = Axis(int(height * _EMU_OF_POINT), rows, _LAST_ROW)
        self.columns = Axis(_wide(width), columns, _LAST_COLUMN)

    def cell(self, anchor: _Element) -> Position:
        """Return the cell to which a floating picture belongs, row and column counted from 0.

        A picture no larger than its cell belongs where its centre lies, because its edges often stick out a little. A
        larger one belongs where its top left corner lies, because Excel puts it there when it is inserted, and its
        centre is far below; a corner in the lower half of a row counts for the next.
        """
        top, bottom = self._extent(anchor, self.rows, "row", "y")
        left, right = self._extent(anchor, self.columns, "col", "x")
        return _held(self.rows, top, bottom), _held(self.columns, left, right)

    @staticmethod
    def _extent(anchor: _Element, axis: Axis, word: str, letter: str) -> tuple[int, int]:
        """Return where an anchor begins and ends on an axis (ECMA-376 part 1, 20.5.2)."""
        ends = [_marker(anchor, end, axis, word) for end in ("from", "to")]
        start = ends[0] if ends[0] is not None else _length(anchor, "pos", letter)
        return start, ends[1] if ends[1] is not None else start + _length(anchor, "ext", f"c{letter}")


def whole(text: str | None, otherwise: int = 0) -> int:
    """Return the whole number in a text, `otherwise` where there is none: no drawing is worth a workbook."""
    try:
        return int(text or otherwise)
    except ValueError:
        return otherwise


def _held(axis: Axis, start: int, end: int) -> int:
    return axis.index(start + min(max(end - start, 0), axis.size(axis.index(start))) // 2)


def _marker(anchor: _Element, end: str, axis: Axis, word: str) -> int | None:
    index = anchor.findtext(f"{{*}}{end}/{{*}}{word}")
    if index is None:
        return None
    at = min(max(whole(index), 0), _LAST_ROW)
    offset = whole(anchor.findtext(f"{{*}}{end}/{{*}}{word}Off"))
    return axis.start(at) + min(max(offset, 0), max(axis.size(at) - 1, 0))


def _length(anchor: _Element, element: str, attribute: str) -> int:
    found = anchor.find(f"{{*}}{element}")
    return whole(found.get(attribute)) if found is not None else 0


def _elements(part: bytes) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    for match in _ELEMENT.finditer(part):
        yield match[1], dict(_ATTRIBUTE.findall(match[2]))


def _number(attributes: Mapping[bytes, bytes], name: bytes, otherwise: float) -> float:
    try:
        return min(max(float(attributes[name]), 0), _LAST_ROW + 1)
    except (KeyError, ValueError):
        return otherwise


def _wide(characters: float) -> int:
    return int(characters * _DIGIT + _PADDING) * _EMU_OF_PIXEL
