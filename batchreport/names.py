"""This module compares names as people write them: headers, choices, titles."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*＊:：]+")
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_NOT_IDENTIFIER = re.compile(r"\W+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return `text` as it is compared: compatibility forms, spaces, case, colons and asterisks make no difference."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def near(text: str, choices: Iterable[str]) -> str:
    """Return the choice that `text` was probably meant to be, or ""."""
    folded = {fold(choice): choice for choice in choices}
    wanted = fold(text)
    match = get_close_matches(wanted, folded, n=1, cutoff=0.6)
    if match:
        return folded[match[0]]
    inside = [choice for key, choice in folded.items() if len(key) > 1 and (key in wanted or wanted in key)]
    return inside[0] if len(inside) == 1 and wanted else ""


def template_name(title: str) -> str:
    """Return the name under which a template can use a title: "金额(元)" → "金额", "规格/容量" → "规格容量"."""
    bare = _NOT_IDENTIFIER.sub("", _BRACKETED.sub("", unicodedata.normalize("NFKC", title)))
    return bare if bare.isidentifier() else ""
