"""This module finds the headings of the first level in a report, with the numbers that Word puts before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.book.wordml import W, number, value
from batchreport.report.grammar.chinese.numerals import numeral

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from batchreport.report.book.lists import ReportLists
    from batchreport.report.book.styles import Sheet

_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LAST_IN_CIRCLE = 20


def headings(body: _Element, sheet: Sheet, lists: ReportLists) -> Iterator[tuple[_Element, str]]:
    """Give each paragraph of outline level 1 that has a text, with its number and text."""
    counts: dict[str, int] = {}
    for paragraph in body.iterchildren(f"{W}p"):
        own = paragraph.find(f"{W}pPr")
        style = value(own, "pStyle")
        if (value(own, "outlineLvl") or sheet.level(style)) != "0":
            continue
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t")).strip()
        if text:
            yield paragraph, f"{_label(own, style, lists, counts)}{text}"


def _label(own: _Element | None, style: str, lists: ReportLists, counts: dict[str, int]) -> str:
    direct = value(own, "numPr/numId")
    found = (direct, value(own, "numPr/ilvl", "0")) if direct else (lists.of_style(style) or ("", ""))[:2]
    level = lists.level(found[0], found[1]) if found[1] == "0" else None
    if level is None:
        return ""
    counts[found[0]] = counts.get(found[0], number(value(level, "start", "1"), 1) - 1) + 1
    made = _FORMS.get(value(level, "numFmt", "decimal"), str)(counts[found[0]])
    gap = "" if value(level, "suff", "tab") == "nothing" else " "
    return value(level, "lvlText").replace("%1", made) + gap


def _roman(n: int) -> str:
    made = ""
    for step, sign in _ROMAN:
        made += sign * (n // step)
        n %= step
    return made


def _letter(n: int) -> str:
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)


_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"), numeral),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda n: _letter(n).upper(),
    "bullet": lambda _: "",
    "none": lambda _: "",
    "decimalEnclosedCircle": lambda n: chr(0x245F + n) if n <= _LAST_IN_CIRCLE else str(n),
}
