"""This module makes up texts: believable ones by a column's title, and ones that a regular expression matches."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from re import _constants, _parser  # type: ignore[attr-defined]  # what `re` itself reads a pattern with
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from batchreport.schema import Column

_MOST = 3  # repetitions beyond the least, of what may be repeated without end
_WORDS = {"digit": "0123456789", "word": "abcdefgh", "space": " "}


@dataclass(frozen=True, slots=True)
class Said:
    """A made-up text, and the unit and figure that belong to it, where it has some."""

    text: str
    unit: str = ""
    figure: float | None = None


@cache
def _contents(language: str) -> Mapping[str, Any]:
    source = files("batchreport").joinpath("report/bench/samples.toml")
    return tomllib.loads(source.read_text("utf-8"))[language]  # type: ignore[no-any-return]


def rates(language: str) -> frozenset[str]:
    """Return the words of a choice that stand beside percentages only."""
    return frozenset(_contents(language)["rates"])


def long_text(language: str) -> str:
    """Return a sentence that fills space."""
    return str(_contents(language)["paragraph"])


def believable(column: Column, at: int, language: str) -> Said:
    """Return the text number `at` that a column of this title could hold, those of its pattern if it has one."""
    if column.pattern and (made := matching(column.pattern, at)):
        return Said(made)
    known = _topic(column, language)
    if not known:
        return Said(_contents(language)["other"].format(title=column.heading(language), n=at + 1))
    said = known[at % len(known)]
    return Said(*said) if isinstance(said, list) else Said(said)


@cache
def _topic(column: Column, language: str) -> Sequence[Any]:
    titles = (column.heading(language).casefold(), column.key)
    topics = _contents(language)["topics"]
    found = (topic["say"] for title in titles for topic in topics if any(word in title for word in topic["of"]))
    return next(found, ())


def matching(pattern: str, at: int = 0) -> str:
    """Return a text that a regular expression matches as a whole, another one for another `at` where it can; else ""."""
    try:
        made = _Maker(at).sequence(_parser.parse(pattern))
    except (re.error, KeyError, IndexError, RecursionError):
        return ""
    return made if re.fullmatch(pattern, made) else ""


class _Maker:
    """Makes a text of a parsed pattern; what it does not know raises `KeyError`."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._groups: dict[int, str] = {}

    def sequence(self, parts: Any) -> str:
        """Return the text of parts one after another."""
        return "".join(self._ways[str(kind)](self, value) for kind, value in parts)

    def _repeated(self, value: Any) -> str:
        least, most, part = value
        count = least if most is _constants.MAXREPEAT else min(most, least + _MOST)
        return "".join(self.sequence(part) for _ in range(max(count, 1 if most else 0)))

    def _branch(self, value: Any) -> str:
        ways = value[1]
        return self.sequence(ways[self._at % len(ways)])

    def _group(self, value: Any) -> str:
        number, _, _, part = value
        made = self.sequence(part)
        if number:
            self._groups[number] = made
        return made

    def _one_of(self, value: Any) -> str:
        signs = "".join(self._signs(str(kind), said) for kind, said in value if str(kind) != "NEGATE")
        if str(value[0][0]) == "NEGATE":
            signs = "".join(sign for sign in "a1中b2文 -" if sign not in signs)
        self._at += 1
        return signs[self._at % len(signs)]

    def _signs(self, kind: str, said: Any) -> str:
        if kind == "RANGE":
            low, high = said
            return "".join(map(chr, range(low, min(high, low + 9) + 1)))
        return chr(said) if kind == "LITERAL" else self._category(said)

    def _category(self, said: Any) -> str:
        name = str(said).removeprefix("CATEGORY_").lower()
        return _WORDS.get(name, "x")

    def _again(self, value: Any) -> str:
        return self._groups[value]

    _ways: Mapping[str, Callable[[_Maker, Any], str]] = {
        "LITERAL": lambda _, value: chr(value),
        "NOT_LITERAL": lambda _, value: "a" if chr(value) != "a" else "b",
        "ANY": lambda *_: "x",
        "IN": _one_of,
        "MAX_REPEAT": _repeated,
        "MIN_REPEAT": _repeated,
        "POSSESSIVE_REPEAT": _repeated,
        "SUBPATTERN": _group,
        "ATOMIC_GROUP": lambda self, value: self.sequence(value),
        "BRANCH": _branch,
        "GROUPREF": _again,
        "AT": lambda *_: "",
        "ASSERT": lambda *_: "",
        "ASSERT_NOT": lambda *_: "",
    }
