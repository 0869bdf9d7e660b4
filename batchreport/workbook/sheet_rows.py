"""This module finds the part of a sheet's XML in which something stands, so that neither we nor calamine go through the rest."""

from __future__ import annotations

import re
from typing import NamedTuple

_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_NONE_MERGED = b"<mergeCells/>"
_FILLING = (b"</v>", b"</is>", b"</f>")  # what ends in a cell that holds something
_CELL_END, _ROW_END = b"</c>", b"</row>"
_NO_ELEMENT = re.compile(rb"<[!?]")
_OTHER = re.compile(rb"<(?!c |row |/c>|/row>)")
_OTHER_TYPED = re.compile(
    rb'<(?!c r="[A-Z]{1,3}[1-9][0-9]{0,6}"(?: s="[0-9]++")?+(?: t="n")?+(?: ?/>|></c>)|row r="[1-9][0-9]*+"[ />]|/c>|/row>)'
)
_MAY_HAVE_TYPES = (b"\t", b"\n", b"\r", b" t=")


class SheetRows(NamedTuple):
    """A sheet's XML up to the last row with something in it, and from the end of its rows on.

    `rest` is b"" where that could not be told for sure; then `filled` is the whole part. Programs write a row for each
    one that is formatted: LibreOffice a thousand blank ones where a column has a style or a drop-down list.
    """

    filled: bytes
    rest: bytes

    @property
    def whole(self) -> bytes:
        """The part without its blank rows at the end."""
        return self.filled + self.rest

    @property
    def cells(self) -> bytes:
        """A part with the cells alone.

        calamine goes through a sheet again for its merged cells and stops where they stand: at once, here.
        """
        return self.filled.replace(_BEGIN, _NONE_MERGED + _BEGIN, 1) + _END if self.rest else self.filled


def sheet_rows(part: bytes) -> SheetRows:
    """Return where something stands in a sheet's part."""
    begin, end = part.find(_BEGIN), part.rfind(_END)
    if not 0 <= begin < end or b"<worksheet" not in part[:begin] or _has_other_markup(part, begin):
        return SheetRows(part, b"")
    last, edge = begin, max(begin, part.rfind(_CELL_END, begin, end))
    for sign in _FILLING:
        last = max(last, part.rfind(sign, last, edge))
    stop = part.find(_ROW_END, last, end) + len(_ROW_END) if last > begin else begin + len(_BEGIN)
    if stop < last or not _is_blank(part, stop, end):
        stop = end
    if part.find(_END, begin, stop) >= 0:  # calamine would end there
        return SheetRows(part, b"")
    return SheetRows(part[:stop], part[end:])


def _has_other_markup(part: bytes, begin: int) -> bool:
    """Return whether there is a comment, a text as it is, or an instruction: what looks like an element in it is none."""
    return any(part.find(sign, begin) >= 0 for sign in (b"!", b"?")) and _NO_ELEMENT.search(part, begin) is not None


def _is_blank(part: bytes, start: int, end: int) -> bool:
    """Return whether nothing but formatted cells and rows stands there; a cell of a type may be an error without a text."""
    typed = any(part.find(sign, start, end) >= 0 for sign in _MAY_HAVE_TYPES)
    return (_OTHER_TYPED if typed else _OTHER).search(part, start, end) is None
