"""This module draws the boxes of comments into a sheet's VML part, and erases them.

The part is changed as text: what Excel and others write into it (buttons with HTML in them) is not always XML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batchreport.workbook.marking.elements import display_width

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from batchreport.workbook.marking.sheet import Sheet
    from batchreport.workbook.scan import Position

END = b"</xml>"
_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_BLOCK = 1024  # shapes that share a number of `o:idmap` ([MS-OI29500] 2.1.1808)
_MAP = re.compile(rb'<\w+:idmap[^>]*\bdata="([0-9, ]+)"')
_NUMBER = re.compile(rb'"_x0000_s([0-9]+)"')
_SHAPE = re.compile(rb"<(\w+:|)shape\b(?:[^>]*/>|.*?</\1shape>)", re.DOTALL)
_ROW = re.compile(rb"<\w+:Row>\s*([0-9]+)\s*</")
_COLUMN = re.compile(rb"<\w+:Column>\s*([0-9]+)\s*</")
_ROOT = re.compile(rb"<xml\b[^>]*>")
_TYPE = (
    '<{v}:shapetype{declared} id="_x0000_t202" coordsize="21600,21600" {o}:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<{v}:stroke joinstyle="miter"/><{v}:path gradientshapeok="t" {o}:connecttype="rect"/></{v}:shapetype>'
)
_WIDTH, _LEFT, _TOP = 280, 12, 4  # pixels
_LINE, _SIGN, _HIGHEST = 17, 7, 420


def empty(block: int) -> bytes:
    """Return a drawing without shapes whose numbers begin in a block of their own."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    return (
        f'<xml {spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout></xml>'
    ).encode()


def last_block(drawing: bytes) -> int:
    """Return the highest block of shape numbers that a drawing uses."""
    blocks = [int(number) for match in _MAP.finditer(drawing) for number in match[1].replace(b",", b" ").split()]
    return max([*blocks, *(int(match[1]) // _BLOCK for match in _NUMBER.finditer(drawing))], default=0)


def added(drawing: bytes, sheet: Sheet, texts: Mapping[Position, str]) -> bytes:
    """Return the drawing with a hidden box for the text of each cell."""
    number = max([last_block(drawing) * _BLOCK, *(int(match[1]) for match in _NUMBER.finditer(drawing))])
    root = _ROOT.search(drawing)
    names = _prefixes(root[0] if root else b"")
    shapes = [
        _shape(number + count, at, _anchor(sheet, at, text), names) for count, (at, text) in enumerate(texts.items(), 1)
    ]
    if b'id="_x0000_t202"' not in drawing:
        shapes.insert(0, _TYPE.format_map(names))
    before, end, after = drawing.rpartition(END)
    return b"".join((before, *(shape.encode() for shape in shapes), end, after))


def without(drawing: bytes, cells: Collection[Position | None]) -> bytes:
    """Return the drawing without the boxes of those cells."""

    def kept(match: re.Match[bytes]) -> bytes:
        row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
        note = b'ObjectType="Note"' in match[0]
        return b"" if note and row and column and (int(row[1]), int(column[1])) in cells else match[0]

    drawing = _SHAPE.sub(kept, drawing)
    if b'"#_x0000_t202"' in drawing:
        return drawing
    root = _ROOT.search(drawing)
    return drawing.replace(_TYPE.format_map(_prefixes(root[0] if root else b"")).encode(), b"")


def is_empty(drawing: bytes) -> bool:
    """Return whether a drawing has no shape."""
    return not re.search(rb"<(?:\w+:)?(?:shape|rect|line|oval|group|image|roundrect)\b", drawing)


def _prefixes(root: bytes) -> dict[str, str]:
    """Return the prefix of each of the three vocabularies, with its declaration where the root lacks it."""
    found = {}
    for usual, space in _SPACES.items():
        match = re.search(rb"xmlns:(\w+)\s*=\s*[\"']" + re.escape(space.encode()) + rb"[\"']", root)
        found[usual] = match[1].decode() if match else usual
    missing = [usual for usual, space in _SPACES.items() if space.encode() not in root]
    return found | {"declared": "".join(f' xmlns:{usual}="{_SPACES[usual]}"' for usual in missing)}


def _shape(number: int, at: Position, anchor: str, names: Mapping[str, str]) -> str:
    v, o, x = names["v"], names["o"], names["x"]
    return (
        f'<{v}:shape{names["declared"]} id="_x0000_s{number}" type="#_x0000_t202" '
        f'style="position:absolute;margin-left:60pt;margin-top:2pt;width:210pt;height:80pt;z-index:1;visibility:hidden" '
        f'fillcolor="#ffffe1" {o}:insetmode="auto"><{v}:fill color2="#ffffe1"/>'
        f'<{v}:shadow on="t" color="black" obscured="t"/><{v}:path {o}:connecttype="none"/>'
        f'<{v}:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></{v}:textbox>'
        f'<{x}:ClientData ObjectType="Note"><{x}:MoveWithCells/><{x}:SizeWithCells/><{x}:Anchor>{anchor}</{x}:Anchor>'
        f"<{x}:AutoFill>False</{x}:AutoFill><{x}:Row>{at[0]}</{x}:Row><{x}:Column>{at[1]}</{x}:Column></{x}:ClientData>"
        f"</{v}:shape>"
    )


def _anchor(sheet: Sheet, at: Position, text: str) -> str:
    """Return where a box stands: right of its cell, as wide as can be read, as high as its text."""
    lines = sum(-(-display_width(line) * _SIGN // (_WIDTH - 16)) or 1 for line in text.split("\n"))
    height = min(lines * _LINE + 14, _HIGHEST)
    top = max(at[0] - 1, 0)
    left = at[1] + 1
    right, right_rest = _reach(left, _LEFT + _WIDTH, sheet.column_width)
    bottom, bottom_rest = _reach(top, _TOP + height, sheet.row_height)
    return f"{left}, {_LEFT}, {top}, {_TOP}, {right}, {right_rest}, {bottom}, {bottom_rest}"


def _reach(start: int, length: float, size: Callable[[int], float]) -> tuple[int, int]:
    """Return the column or row that lies `length` pixels behind the beginning of another, and the rest in it."""
    for _ in range(200):  # there may be any number of hidden ones
        if length <= size(start):
            break
        length -= size(start)
        start += 1
    return start, int(length)
