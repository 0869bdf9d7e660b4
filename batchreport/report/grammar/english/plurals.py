"""This module puts a unit into the plural, or into the singular."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_IRREGULAR = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth",
    "half": "halves", "shelf": "shelves", "knife": "knives", "leaf": "leaves", "loaf": "loaves", "life": "lives",
    "criterion": "criteria", "datum": "data", "analysis": "analyses", "bus": "buses", "gas": "gases", "lens": "lenses",
    "potato": "potatoes", "tomato": "tomatoes", "calorie": "calories", "cookie": "cookies", "movie": "movies",
    "pie": "pies", "tie": "ties",
}  # fmt: skip
_SAME = frozenset({
    "yuan", "renminbi", "yen", "won", "baht", "rand", "staff", "personnel", "equipment", "furniture", "percent",
    "per cent", "aircraft", "sheep", "series", "species", "hertz", "mu", "jin", "dozen", "min", "sec", "hrs", "kWh",
    "sqm", "pcs", "ppm", "means", "premises", "headquarters", "barracks", "works", "crossroads",
})  # fmt: skip
"""Units that are the same for one and for many: abbreviations, and words without a plural."""
_OF = re.compile(r" (?:of|per|in) ")
_SINGULAR = {many: one for one, many in _IRREGULAR.items()}
_SHORTEST_WORD = 3  # shorter ones are symbols: m, kg, ha
_HISSING = re.compile(r"(?:s|x|z|ch|sh)\Z")
_HISSING_PLURAL = re.compile(r"(?:ss|x|z|ch|sh|[bnpr]us)es\Z")
_VOWEL = re.compile("[aeiouy]")
_CONSONANT_Y = re.compile(r"[^aeiou]y\Z")
# "rooms" is a plural already; "class" and "bus" are none.
_PLURAL = re.compile(r"[^su]s\Z")


_ENDS_SO = frozenset({"atlas", "basis", "canvas", "chassis", "debris", "news"})
"""Words in the singular that look like a plural."""


def units(digits: str, unit: str) -> str:
    """Return the unit as it stands behind a figure: "room" behind 1, "rooms" behind 2, 0 and 1.5; symbols stay."""
    return singular(unit) if digits.lstrip("-−") == "1" else plural(unit)


def plural(unit: str) -> str:
    """Return the plural of a unit in the singular; of one with a tail, that of its head: "square metres", "pieces of kit"."""
    return _with_head(unit, _plural_of_word)


def singular(unit: str) -> str:
    """Return the singular of a unit, in whichever number it is."""
    return _with_head(unit, _singular_of_word)


def _with_head(unit: str, form: Callable[[str], str]) -> str:
    if head := _OF.search(unit):
        return _with_head(unit[: head.start()], form) + unit[head.start() :]
    start = max(unit.rfind(" "), unit.rfind("-")) + 1
    return unit[:start] + (form(unit[start:]) if _is_word(unit[start:]) else unit[start:])


def _is_word(word: str) -> bool:
    """Tell whether a unit is a word that has a plural; no symbol, and no abbreviation."""
    return (
        word.lower() not in _SAME
        and len(word) >= _SHORTEST_WORD
        and word.isascii()
        and word.isalpha()
        and word[1:].islower()
    )


def _plural_of_word(word: str) -> str:
    if word.lower() in _IRREGULAR:
        return word[0] + _IRREGULAR[word.lower()][1:]
    if _PLURAL.search(word) or word.lower() in _SINGULAR:
        return word
    if _CONSONANT_Y.search(word):
        return f"{word[:-1]}ies"
    return f"{word}es" if _HISSING.search(word) else f"{word}s"


def _singular_of_word(word: str) -> str:
    if word.lower() in _SINGULAR:
        return word[0] + _SINGULAR[word.lower()][1:]
    if word.lower() in _IRREGULAR.keys() | _ENDS_SO or not (_PLURAL.search(word) and _VOWEL.search(word)):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if _HISSING_PLURAL.search(word) else word[:-1]
