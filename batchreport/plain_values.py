"""This module says values as JSON has them, and makes them of that again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batchreport.values import Missing, Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PARTS: dict[type, Callable[[Any], Sequence[Any]]] = {
    Decimal: lambda value: (str(value),),
    date: lambda value: (value.isoformat(),),
    Missing: lambda value: (value.word,),
    Picture: lambda value: (value.width, value.height, value.extension, value.alt),
}
_DECIMAL = lru_cache(maxsize=32768)(Decimal)
_KINDS: dict[str, Callable[..., Any]] = {
    "date": lru_cache(maxsize=1024)(date.fromisoformat),
    "Missing": Missing,
    "Picture": lambda width, height, extension, alt: Picture(b"", width, height, extension, alt),
}


def as_json(said: Any) -> bytes:
    """Return something as JSON has it; a value that JSON does not know is its kind, and what it is made of.

    A picture stands there without its bytes, a tuple as a list.
    """
    return _JSON.encode(said).encode("ascii")


def of_json(data: bytes) -> Any:
    """Return what JSON has, its values made again; raises `ValueError` for what is no JSON."""
    return _READER.decode(data.decode("ascii"))


def values(column: Sequence[Any]) -> Sequence[Any]:
    """Return values of JSON, a list being the tuple that it was."""
    if list not in map(type, column):
        return column
    return [tuple(value) if type(value) is list else value for value in column]


def _plain(value: Any) -> dict[str, Sequence[Any]]:
    kind = type(value)
    return {kind.__name__: _PARTS[kind](value)}


def _value(found: dict[str, Any]) -> Any:
    """Return the value that a JSON object stands for, or the object."""
    if len(found) == 1:
        if "Decimal" in found:  # most of them
            return _DECIMAL(found["Decimal"][0])
        [(kind, parts)] = found.items()
        if kind in _KINDS:
            return _KINDS[kind](*parts)
    return found


_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=_plain)
_READER = json.JSONDecoder(object_hook=_value)
