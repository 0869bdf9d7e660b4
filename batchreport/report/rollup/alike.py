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
    index: dict[str, list[int]] = {}
    folded: list[str] = []
    for row in rows:
        said = text(row)
        plain = _PLAIN.sub("", fold(said))[:_LONGEST]
        if not plain:
            continue
        at = known.get(plain)
        if at is None:
            at = _near(plain, index, folded)
        if at is None:
            at = len(groups)
            groups.append((said, []))
            folded.append(plain)
            for pair in _pairs(plain):
                index.setdefault(pair, []).append(at)
        known[plain] = at
        groups[at][1].append(row)
    return groups


def _near(plain: str, index: dict[str, list[int]], folded: list[str]) -> int | None:
    """Return the first group whose text is near: only those are compared that share two signs in a row."""
    shared: dict[int, int] = {}
    pairs = _pairs(plain)
    for pair in pairs:
        for at in index.get(pair, ()):
            shared[at] = shared.get(at, 0) + 1
    least = len(pairs) / 3
    return next((at for at in sorted(shared) if shared[at] >= least and _is_near(plain, folded[at])), None)


def _is_near(one: str, other: str) -> bool:
    if _TELLING.findall(one) != _TELLING.findall(other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _pairs(plain: str) -> set[str]:
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or {plain}
