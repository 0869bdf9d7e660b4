"""This module compares names as people write them: headers, choices, titles."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from operator import eq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff*＊:：]+")
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_LONGEST = 80  # signs of a name; longer texts are none
_NOT_IDENTIFIER = re.compile(r"\W+")
_DENIES = frozenset("未不无没非")
_PAIR = 2  # signs of most Chinese words
_WORD = 20  # signs of the longest word for yes or no, spaces and all
LONGEST_CHOICE = 100
"""Signs of the longest choice that is recognised, and of the longest word for a value that lacks."""


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return `text` as it is compared: compatibility forms, spaces, case, colons and asterisks make no difference."""
    normal = unicodedata.normalize("NFKC", text)
    return (normal if normal.isalnum() else _INVISIBLE.sub("", normal)).casefold()


_TRUE = frozenset(map(fold, ("是", "有", "√", "✓", "对", "yes", "y", "true", "1")))
_FALSE = frozenset(map(fold, ("否", "不是", "×", "✗", "错", "no", "n", "false", "0")))


def truth(text: str) -> bool | None:
    """Return what a word means that says yes or no, None where it says neither."""
    word = fold(text) if len(text) <= _WORD else ""
    return None if word not in _TRUE | _FALSE else word in _TRUE


def near(text: str, choices: Iterable[str]) -> str:
    """Return the choice that `text` was probably meant to be, or ""."""
    if len(text) > _LONGEST:
        return ""
    folded = {
        fold(choice): choice
        for choice in choices
        if len(choice) <= _LONGEST and _DENIES.isdisjoint(choice) == _DENIES.isdisjoint(text)  # 未解决 is not 已解决
    }
    wanted = fold(text)
    match = get_close_matches(wanted, folded, n=1, cutoff=0.6) or _pair(wanted, folded)
    if match:
        return folded[match[0]]
    inside = [choice for key, choice in folded.items() if len(key) > 1 and (key in wanted or wanted in key)]
    return inside[0] if len(inside) == 1 and wanted else ""


def _pair(wanted: str, names: Iterable[str]) -> list[str]:
    """Return the one name that differs from two signs in one of them: less is alike than of a longer one with a mistake."""
    alike = [name for name in names if len(name) == len(wanted) == _PAIR and sum(map(eq, name, wanted)) == 1]
    return alike if len(alike) == 1 else []


def template_name(title: str) -> str:
    """Return the name under which a template can use a title: "金额(元)" → "金额", "规格/容量" → "规格容量".

    "" where there is none; none begins with "_", which Jinja keeps from templates.
    """
    name = _NOT_IDENTIFIER.sub("", bare(unicodedata.normalize("NFKC", title))).lstrip("_")
    return name if name.isidentifier() else ""


def bare(title: str) -> str:
    """Return a title without what stands in brackets: "金额(元)" → "金额"."""
    return _BRACKETED.sub("", title).strip()
