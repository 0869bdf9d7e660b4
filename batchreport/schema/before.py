"""This module checks in a schema the words about what a blank workbook brings from earlier periods."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from batchreport.schema.choices import values_of
from batchreport.schema.model import NUMERIC
from batchreport.schema.named import kind_of, texts
from batchreport.tomlfile import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path

_WORDS = ("previous", "year_before")
_SORTS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(NUMERIC, (int, float)),
    **dict.fromkeys(("integer", "year"), (int,)),
    "date": (date,),
    "boolean": (bool,),
}
"""What a column of a type can be set to; a text for every type that is not named."""


def check_before(section: dict[str, Any], at: Path, lists: Mapping[str, Any], speaker: Speaker) -> None:
    """Say which words about earlier periods name nothing, fill a cell twice, or cannot work."""
    columns = {str(c.get("key")): c for c in _list(section.get("columns")) if isinstance(c, dict)}
    portable = {key: column for key, column in columns.items() if column.get("type") != "image"}
    carry = section["carry"] if isinstance(section.get("carry"), dict) else None
    for number, key in enumerate(_list(section.get("recall"))):
        speaker.refer((*at, "recall", number), key, portable, columns)
    _check_figures(section, at, columns, speaker)
    if carry is None:
        return
    for number, key in enumerate(_list(carry.get("columns"))):
        speaker.refer((*at, "carry", "columns", number), key, portable, columns)
    given = carry["set"] if isinstance(carry.get("set"), dict) else {}
    for key, value in given.items():
        path = (*at, "carry", "set", key)
        speaker.refer(path, key, portable, columns)
        if key in portable:
            _check_value(portable[key], value, path, lists, speaker)
        if key in _list(carry.get("columns")):
            speaker.say("schema-filled-twice", path, found=key, other="carry.columns")
    for key, column in columns.items():
        for word in _WORDS:
            if column.get(word) and (key in _list(carry.get("columns")) or key in given):
                path = (*at, "columns", list(columns).index(key), word)
                speaker.say("schema-filled-twice", path, found=key, other="carry")


def _check_figures(section: dict[str, Any], at: Path, columns: dict[str, Any], speaker: Speaker) -> None:
    """Say which `previous` and `year_before` have no source, or no record to go to."""
    unique = section.get("kind") == "form" or any(column.get("unique") for column in columns.values())
    for number, column in enumerate(columns.values()):
        for word in _WORDS:
            path: Path = (*at, "columns", number, word)
            source = column.get(word)
            speaker.refer(path, source, columns)
            if isinstance(source, str) and source in columns and not _alike(columns[source], column):
                kinds = {"kind": kind_of(columns[source]), "title": str(columns[source].get("title"))}
                speaker.say("schema-source-differs", path, found=kind_of(column), **kinds)
            if source and "carry" not in section:
                speaker.say("schema-no-carry", path, word=word)
            elif source and word == "year_before" and not unique:
                speaker.say("schema-no-unique", path, word=word)
        if column.get("previous") and column.get("year_before"):
            path = (*at, "columns", number, "year_before")
            speaker.say("schema-filled-twice", path, found=str(column.get("key")), other="previous")


def _check_value(column: dict[str, Any], value: Any, path: Path, lists: Mapping[str, Any], speaker: Speaker) -> None:
    """Say which value a cell is set to that its column cannot hold."""
    kind = kind_of(column)
    if not kind or (isinstance(value, str) and value in texts(column.get("missing_values"))):
        return
    if not _fits(value, _SORTS.get(kind, (str,))):
        speaker.say("schema-value-differs", path, found=shown(value), kind=kind)
    elif kind == "choice" and not column.get("allow_other"):
        values = values_of(column, lists)
        if isinstance(values, list):
            speaker.refer(path, value, values)


def _fits(value: Any, sorts: tuple[type, ...]) -> bool:
    """Tell whether a value is of some sorts; no yes or no is a number, and no time of day a date."""
    if isinstance(value, (bool, datetime)):
        return type(value) in sorts
    return isinstance(value, sorts)


def _alike(source: dict[str, Any], column: dict[str, Any]) -> bool:
    kinds = {kind_of(source), kind_of(column)}
    return "" in kinds or len(kinds) == 1 or kinds <= set(NUMERIC)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
