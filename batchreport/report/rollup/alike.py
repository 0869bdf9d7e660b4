"""This module brings together what several departments say in nearly the same words."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeVar

from batchreport.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ALIKE = 0.8  # of both texts are the same signs in the same order
_LONGEST = 200
_SHARED = 3  # one of so many pairs of signs is shared by texts that are near
_PLAIN = re.compile(r"[\W_]+")
# Nearly the same words with another number, or with "not" in one of them, say something else.
_TELLING = re.compile(r"\d+|[不未无没否一二三四五六七八九十两]")

Row = TypeVar("Row")


def alike(rows: Iterable[Row], text: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    """Return groups of rows whose texts are the same or nearly so: the first one's text, and its rows.

    As first seen. Rows without a text are left out.
    """
    groups: list[tuple[str, list[Row]]] = []
    known: dict[str, int] = {}
    near = _Near()
    for row in rows:
        said = text(row)
        plain = _PLAIN.sub("", fold(said))[:_LONGEST]
        if not plain:
            continue
        at = known.get(plain)
        if at is None:
            at = near.find(plain)
        if at is None:
            at = near.add(plain)
            groups.append((said, []))
        known[plain] = at
        groups[at][1].append(row)
    return groups


class _Near:
    """The texts of the groups, and which of them share what: those that share too little need not be compared."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._pairs: list[set[str]] = []
        self._index: dict[tuple[str, str], list[int]] = {}

    def add(self, plain: str) -> int:
        """Add the text of a new group and return the group's number."""
        at, pairs, telling = len(self._texts), _pairs(plain), _telling(plain)
        self._texts.append(plain)
        self._pairs.append(pairs)
        for pair in pairs:
            self._index.setdefault((telling, pair), []).append(at)
        return at

    def find(self, plain: str) -> int | None:
        """Return the first group whose text is near: one that shares a third of the pairs of signs, at the least.

        Such a text shares one of any two thirds of them, so the rarest are looked for.
        """
        pairs, telling = _pairs(plain), _telling(plain)
        least = -(-len(pairs) // _SHARED)
        found = sorted((self._index.get((telling, pair), []) for pair in pairs), key=len)
        candidates = sorted(set().union(*found[: len(pairs) - least + 1]))
        matcher = SequenceMatcher(b=plain, autojunk=False)  # it counts the signs of this one only once
        for at in candidates:
            if len(pairs & self._pairs[at]) >= least and _is_near(matcher, plain, self._texts[at]):
                return at
        return None


def _is_near(matcher: SequenceMatcher[str], plain: str, text: str) -> bool:
    matcher.set_seq1(text)
    # The first two cost little and are never less than the third, in which the order of the texts counts.
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return False
    return SequenceMatcher(None, plain, text, autojunk=False).ratio() >= _ALIKE


def _telling(plain: str) -> str:
    return " ".join(_TELLING.findall(plain))


def _pairs(plain: str) -> set[str]:
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or {plain}
