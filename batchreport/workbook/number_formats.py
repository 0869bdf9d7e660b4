"""This module says how large a number looks in its cell: what its format divides it by, what it adds to it."""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from typing import NamedTuple

_SCALES = {"十": 10, "百": 100, "千": 10**3, "万": 10**4, "亿": 10**8}
_LITERAL = re.compile(r'[十百千]?[万亿][^\s"!\\_@#0?,.;]*|千元')
_SCALE = re.compile(r"[十百千]?[万亿]|千(?=元)")
_APPROXIMATE = re.compile(r'(?<![^\x00-\xff])(大约|约|近|超过|逾)["\s]*[0#?]|[0#?]["!\\\s]*(余|多|左右|上下)')
_BRACKETED = re.compile(r"\[[^]]*\]")
_QUOTED = re.compile(r'"[^"]*"|[!\\].')
_THOUSANDS = re.compile(r"[0#?](,+)(?![0#?,])")  # commas behind the last digit
_POINTED = re.compile(r'(?:[!\\]\.|"\.")([0#?]+)')  # a point put between the digits: 0!.0000 shows 126000 as 12.6000
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\]")
_HOLDS = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
ODD = re.compile(
    rb"[0#?],+(?![0#?,])|[!\\]\.|&quot;\.&quot;|%s" % "|".join("千万亿约近超逾余多左上").encode(), re.IGNORECASE
)
"""What stands in a part of styles that has a format of which there is something to say."""


class Look(NamedTuple):
    """How a number looks: `times` smaller than it is, with `added` behind it, a word for ten thousands, and `about`, one for roughly."""

    times: int = 1
    added: str = ""
    about: str = ""


@lru_cache(maxsize=256)
def look(code: str, number: float) -> Look:
    """Return how a format shows a number, by the format's code (ECMA-376 part 1, 18.8.31)."""
    section = _section(code, number)
    plain = _BRACKETED.sub("", section)
    added, about = _LITERAL.search(plain), _APPROXIMATE.search(plain)
    commas, point = _THOUSANDS.search(_QUOTED.sub("", plain)), _POINTED.search(plain)
    times = 10 ** (3 * len(commas[1]) if commas else 0) * 10 ** (len(point[1]) if point else 0)
    return Look(times, added[0] if added else "", (about[1] or about[2]) if about else "")


def scale(text: str) -> int:
    """Return by how much the scale in a unit or a header multiplies: 10000 for 万元, 1 for 元."""
    made = 1
    if match := _SCALE.search(text):
        for sign in match[0]:
            made *= _SCALES[sign]
    return made


def _section(code: str, number: float) -> str:
    """Return the section of a format that shows a number: by its condition, else by the number's sign."""
    sections = code.split(";")
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _HOLDS[condition[1]](number, float(condition[2])):
                return section
        return ""
    negative = number < 0 and len(sections) > 1
    return sections[1] if negative else sections[0]
