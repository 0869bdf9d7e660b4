"""This module tells words that a program leaves behind (`nan`, `None`, a tag) from those that people wrote themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = ("nan", "NaN", "None", "NaT", "Undefined", "{{", "{%")
"""What stands in a report only by mistake, unless somebody wrote it."""
_DEPTH = 12


def leftover(printed: str, template: Iterable[str], context: Mapping[str, Any]) -> str:
    """Return the first of `WORDS` in what was printed that neither the template nor a value brought there, or "".

    `template` has the template's own texts and tags, `context` all that its tags could print.
    """
    found = suspects(printed)
    if not found:
        return ""
    own = list(template)
    found = [word for word in found if not any(word in text for text in own)]
    texts = {text.casefold() for text in _texts(context, 0)} if found else set()
    return next((word for word in found if not _is_of(word.casefold(), texts)), "")


def suspects(printed: str) -> list[str]:
    """Return those of `WORDS` that stand in what was printed, whoever wrote them."""
    return [word for word in WORDS if word in printed and _alone(word).search(printed)]


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a value and in what it holds."""
    return _texts(value, 0)


def _alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){word}(?![A-Za-z])" if word.isalpha() else re.escape(word))


def _is_of(word: str, texts: Iterable[str]) -> bool:
    """Tell whether a word is in one of some texts, or made of the end of one and the beginning of another."""
    if any(word in text for text in texts):
        return True
    ends = {at for at in range(1, len(word)) if any(text.endswith(word[:at]) for text in texts)}
    return any(text.startswith(word[at:]) for at in ends for text in texts)


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Missing):
        yield value.word
    elif depth < _DEPTH:
        for inner in _inside(value):
            yield from _texts(inner, depth + 1)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if hasattr(value, "texts_inside"):  # what holds more than it shows
        return value.texts_inside()  # type: ignore[no-any-return]
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    named = {**getattr(value, "__dict__", {}), **{name: getattr(value, name, None) for name in slots}}
    return [inner for name, inner in named.items() if not name.startswith("__")]
