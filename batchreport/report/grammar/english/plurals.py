"""This module puts a unit into the plural."""

from __future__ import annotations

import re

_IRREGULAR = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth",
    "half": "halves", "shelf": "shelves", "knife": "knives", "leaf": "leaves", "loaf": "loaves", "life": "lives",
    "criterion": "criteria", "datum": "data", "analysis": "analyses", "bus": "buses", "gas": "gases", "lens": "lenses",
    "potato": "potatoes", "tomato": "tomatoes",
}  # fmt: skip
_SAME = frozenset({
    "yuan", "renminbi", "yen", "won", "baht", "rand", "staff", "personnel", "people", "equipment", "furniture", "percent",
    "per cent", "aircraft", "sheep", "series", "species", "hertz", "mu", "jin", "dozen", "min", "sec", "hrs", "kWh",
    "sqm", "pcs", "ppm",
})  # fmt: skip
"""Units that are the same for one and for many: abbreviations, and words without a plural."""
_OF = re.compile(r" (?:of|per|in) ")
_SHORTEST_WORD = 3  # shorter ones are symbols: m, kg, ha
_HISSING = re.compile(r"(?:s|x|z|ch|sh)\Z")
_CONSONANT_Y = re.compile(r"[^aeiou]y\Z")
# "rooms" is a plural already; "class" and "bus" are none.
_PLURAL = re.compile(r"[^su]s\Z")


def units(digits: str, unit: str) -> str:
    """Return the unit as it stands behind a figure: "room" behind 1, "rooms" behind 2, 0 and 1.5; symbols stay."""
    return unit if digits.lstrip("-−") == "1" else plural(unit)


def plural(unit: str) -> str:
    """Return the plural of a unit in the singular; of one with a tail, that of its head: "square metres", "pieces of kit"."""
    if head := _OF.search(unit):
        return plural(unit[: head.start()]) + unit[head.start() :]
    start = max(unit.rfind(" "), unit.rfind("-")) + 1
    return unit[:start] + _plural_of_word(unit[start:])


def _plural_of_word(word: str) -> str:
    if word in _SAME or len(word) < _SHORTEST_WORD or not (word.isascii() and word.isalpha()) or not word[1:].islower():
        return word
    if word.lower() in _IRREGULAR:
        return word[0] + _IRREGULAR[word.lower()][1:]
    if _PLURAL.search(word):
        return word
    if _CONSONANT_Y.search(word):
        return f"{word[:-1]}ies"
    return f"{word}es" if _HISSING.search(word) else f"{word}s"
