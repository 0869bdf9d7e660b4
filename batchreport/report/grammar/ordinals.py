"""This module counts in the manner of an example: "一、", "（1）", "(a)", "I.", "1st", "First"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batchreport.report.grammar.chinese.numerals import numeral
from batchreport.report.grammar.english.numerals import ordinal_figure, ordinal_word
from batchreport.report.grammar.inputs import as_number, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = ("首先", "其次", "再次")
_CIRCLED = (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LARGEST_ROMAN = 3999
_LETTERS = 26


def _circled(n: int) -> str:
    return chr(_CIRCLED[n - 1]) if n <= len(_CIRCLED) else f"（{n}）"


def _sequence(n: int) -> str:
    return ORDER[n - 1] if n <= len(ORDER) else f"第{numeral(n)}"


def _letter(n: int) -> str:
    """Return a number in letters: a to z, then aa."""
    high, low = divmod(n - 1, _LETTERS)
    return (_letter(high) if high else "") + chr(ord("a") + low)


def _roman(n: int) -> str:
    if n > _LARGEST_ROMAN:
        return str(n)
    text = ""
    for value, sign in _ROMAN:
        text += sign * (n // value)
        n %= value
    return text


_EXAMPLES: tuple[tuple[re.Pattern[str], Callable[[int], str]], ...] = (
    (re.compile("首先"), _sequence),
    (re.compile("First"), lambda n: ordinal_word(n).capitalize()),
    (re.compile("first"), ordinal_word),
    (re.compile("1st"), ordinal_figure),
    (re.compile("一"), numeral),
    (re.compile("1"), str),
    (re.compile("①"), _circled),
    (re.compile(r"\bI\b"), _roman),
    (re.compile(r"\bi\b"), lambda n: _roman(n).lower()),
    (re.compile(r"\bA\b"), lambda n: _letter(n).upper()),
    (re.compile(r"\ba\b"), _letter),
)
"""The ways to write a one, and how the numbers after it are written; the first that a style has counts."""


def ordinal(n: object, style: str) -> str:
    """Return the number of a heading or an item, in the manner of the example `style`.

    The one of the example is replaced: "一、" "（一）" "1." "（1）" "①" "一是" "第一，" "(a)" "A." "I." "(i)" "1st" "First".
    "首先" counts 首先, 其次, 再次, 第四. ① ends at 50, then comes （51）. A blank, or what is no whole number from 1 up,
    gives "".
    """
    value = as_number(n)
    if value is None or value < 1 or value != int(value):
        return ""
    for mark, spell in _EXAMPLES:
        if mark.search(str(style)):
            return mark.sub(lambda _: spell(int(value)), style, count=1)  # noqa: B023  (called at once)
    return refuse(
        "“一、”“（一）”“1.”“①”“一是”“首先”这样的样式", 'a style such as "1.", "(a)", "I.", "1st" or "First"', style
    )
