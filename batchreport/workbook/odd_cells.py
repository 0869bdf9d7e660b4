"""This module reads the few cells of a sheet that hold an error, a formula or a percentage, from XML as Excel writes it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from batchreport.a1 import position
from batchreport.workbook.parse import parse_xml

if TYPE_CHECKING:
    from batchreport.a1 import Position

NO_TEXT = "#ERROR!"
"""What an error cell shows that does not say which error it is."""
_VALUE = re.compile(rb"<v(?:\s[^>]*)?(?:/>|>([^<]*)</v>)")
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>([^<]*)</f>)")
_ENCODED = re.compile(rb"""encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_HEAD = 200  # bytes in which the encoding is declared


class OddCells(NamedTuple):
    """The cells with an error, those with a formula that has no result, and those shown as a percentage."""

    errors: dict[Position, str]
    unvalued: dict[Position, str]
    percents: frozenset[Position]


def odd_cells(part: bytes, percents: frozenset[str]) -> OddCells | None:
    """Return the odd cells of a sheet without comments in its XML; None where only a parser can tell.

    `percents` are the cell formats that show a percentage. Raises `ValueError` or `lxml.etree.XMLSyntaxError` where
    the XML is broken.
    """
    if _ENCODED.search(part, 0, _HEAD):
        return None
    formats = {number.encode() for number in percents}
    found = OddCells({}, {}, frozenset())
    shown: set[Position] = set()
    cells = _odd_cell(percents).findall(part)
    if sum(b"<f" in content for *_, content in cells) != part.count(b"<f"):
        return None
    for reference, form, kind, content in cells:
        at, value, formula = position(reference.decode()), _VALUE.search(content), _FORMULA.search(content)
        if (value is None and b"<v" in content) or (formula is None and b"<f" in content):
            return None
        if kind == b"e":
            found.errors[at] = _text(value) or NO_TEXT
        elif formula and not (value and (value[1] or kind == b"str")):  # an empty text is a result
            found.unvalued[at] = f"={_text(formula)}"
        elif kind in (b"", b"n") and value and form in formats:
            shown.add(at)
    return found._replace(percents=frozenset(shown))


@lru_cache(maxsize=16)
def _odd_cell(percents: frozenset[str]) -> re.Pattern[bytes]:
    """Return what finds a cell with an error, a formula before all else, or a format that shows a percentage."""
    shown = "|".join(map(re.escape, sorted(percents)))
    odd = rf' s="(?:{shown})"|(?: s="[0-9]++")?+(?: t="e"|[^>]*+><f)'
    form = r'(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?[^>]*?'
    return re.compile(rf'<c r="([A-Z]{{1,3}}[1-9][0-9]{{0,6}})"(?={odd}){form}(?:/>|>(.*?)</c>)'.encode(), re.DOTALL)


def _text(element: re.Match[bytes] | None) -> str:
    raw = element[1] or b"" if element else b""
    if b"&" in raw or b"\r" in raw:
        return parse_xml(b"<t>" + raw + b"</t>").text or ""
    return raw.decode()
