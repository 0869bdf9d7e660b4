"""This module says columns of values as JSON has them, and makes them of that again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any

from batchreport.values import Missing, Picture, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_BLANK = type(None)
_OF_JSON = frozenset((str, int, bool, _BLANK))
_WORDS = (Decimal, date)  # what str makes one word of
_BLANK_WORD = str(None)
_PARTS: dict[type, Callable[[Any], Sequence[Any]]] = {
    Decimal: lambda value: (str(value),),
    date: lambda value: (str(value),),
    tuple: lambda value: value,
    Missing: lambda value: (value.word,),
    Picture: lambda value: (value.width, value.height, value.extension, value.alt),
}
_KINDS: dict[str, Callable[..., Any]] = {
    "Decimal": lru_cache(maxsize=32768)(lambda word: None if word == _BLANK_WORD else Decimal(word)),
    "date": lru_cache(maxsize=1024)(lambda word: None if word == _BLANK_WORD else date.fromisoformat(word)),
    "tuple": lambda *parts: parts,
    "Missing": Missing,
    "Picture": lambda width, height, extension, alt: Picture(b"", width, height, extension, alt),
}
_MIXED = ""
_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False, ensure_ascii=False)
_READER = json.JSONDecoder()


def as_json(said: Any) -> bytes:
    """Return something as JSON has it, in one line."""
    return _JSON.encode(said).encode("utf-8", "surrogatepass")


def of_json(data: bytes) -> Any:
    """Return what JSON has; raises `ValueError` for what is no JSON."""
    return _READER.decode(data.decode("utf-8", "surrogatepass"))


def as_plain(column: Sequence[Value]) -> Any:
    """Return a column of values as JSON can have it.

    That is a list, if JSON knows them all; else, by their kind, one text of words ("6440 None 0.50"), if all are numbers or all
    are dates; else, by no kind, a list in which a value that JSON does not know is its kind and what it is made of.
    A picture stands there without its bytes.
    """
    kinds = set(map(type, column))
    if kinds <= _OF_JSON:
        return column
    kind, *others = kinds - {_BLANK}
    if kind in _WORDS and not others:
        return {kind.__name__: " ".join(map(str, column))}
    return {_MIXED: [value if type(value) in _OF_JSON else _long(value) for value in column]}


def of_plain(told: Any) -> Sequence[Value]:
    """Return the values of a column that JSON has; a list or a tuple is as it was."""
    if type(told) is not dict:
        return told  # type: ignore[no-any-return]
    [(kind, those)] = told.items()
    if kind == _MIXED:
        return [_KINDS[value[0]](*value[1:]) if type(value) is list else value for value in those]
    return list(map(_KINDS[kind], those.split(" ")))


def shared(values: Sequence[Value]) -> Iterable[Value]:
    """Return values of which the same texts are one."""
    kinds = set(map(type, values))
    if str not in kinds:
        return values
    if len(kinds) == 1:
        return map(intern, values)  # type: ignore[arg-type]
    return [intern(value) if type(value) is str else value for value in values]


def _long(value: Any) -> list[Any]:
    kind = type(value)
    return [kind.__name__, *_PARTS[kind](value)]
