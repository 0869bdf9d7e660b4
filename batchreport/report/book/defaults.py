"""This module writes a report's document defaults into its styles, where the book's own are others."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from batchreport.report.book.wordml import PARAGRAPH, RUN, STYLE, W, canonical, drop, local, make, put, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_PLACES = (("pPrDefault", "pPr", PARAGRAPH), ("rPrDefault", "rPr", RUN))
# What holds where nothing is said (ECMA-376, part 1, 17.3): it undoes a default of the book that the report lacks.
_NEUTRAL: dict[str, dict[str, str]] = {
    "spacing": {"before": "0", "after": "0", "line": "240", "lineRule": "auto"},
    "ind": {"left": "0", "right": "0", "firstLine": "0"},
    "jc": {"val": "left"},
    "widowControl": {"val": "1"},
    "rFonts": {"ascii": "Times New Roman", "hAnsi": "Times New Roman", "eastAsia": "宋体", "cs": "Times New Roman"},
    "sz": {"val": "20"},
    "szCs": {"val": "20"},
    "kern": {"val": "0"},
    "color": {"val": "auto"},
    "b": {"val": "0"},
    "i": {"val": "0"},
    "snapToGrid": {"val": "1"},
}
_THEMED = {"ascii": "asciiTheme", "hAnsi": "hAnsiTheme", "eastAsia": "eastAsiaTheme", "cs": "cstheme"}


def defaults(root: _Element) -> bytes:
    """Return what a report's document defaults say."""
    found = root.find(f"{W}docDefaults")
    return b"" if found is None or not any(local(one) in ("pPr", "rPr") for one in found.iter()) else canonical(found)


def bake(root: _Element, book: _Element) -> None:
    """Put the defaults of `root` into those of its paragraph styles that are based on none."""
    for style in root.iterchildren(f"{W}style"):
        if style.get(f"{W}type") == "paragraph" and not value(style, "basedOn"):
            for place, tag, order in _PLACES:
                path = f"{W}docDefaults/{W}{place}/{W}{tag}"
                _underlay(style, tag, order, [root.find(path), book.find(path)])


def _underlay(style: _Element, tag: str, order: tuple[str, ...], both: list[_Element | None]) -> None:
    mine, theirs = ([] if one is None else list(one) for one in both)
    said = {local(one): one for one in mine}
    wanted = [deepcopy(one) for one in mine]
    for one in theirs:
        neutral = {"val": "0"} if tag == "rPr" and local(one) == "spacing" else _NEUTRAL.get(local(one))
        if local(one) not in said and neutral:
            wanted.append(make(local(one), **neutral))
    if not wanted:
        return
    own = style.find(W + tag)
    if own is None:
        own = make(tag)
        put(style, own, STYLE)
    for one in wanted:
        over = own.find(one.tag)
        if over is not None:
            _overlay(one, over)
        put(own, one, order)


def _overlay(under: _Element, over: _Element) -> None:
    """Let what a style says itself stand over the default; a theme's font and a named one exclude each other."""
    for plain, themed in _THEMED.items():
        if over.get(W + plain) or over.get(W + themed):
            drop(under, W + plain)
            drop(under, W + themed)
    for name, said in over.attrib.items():
        under.set(str(name), str(said))
