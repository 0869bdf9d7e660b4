"""This module checks in a schema the choices of a column, the other words that mean one of them, and those for "not known"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from batchreport.names import LONGEST_CHOICE, fold, truth
from batchreport.schema.model import NUMERIC
from batchreport.schema.named import kind_of, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema.named import Raw
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path

_NUMBER = re.compile(r"[-+−]?\d[\d,.]*%?")
_SHOWN = 40  # signs of a choice that a finding shows


def values_of(column: Raw, lists: Mapping[str, Any]) -> Any:
    """Return the choices of a column, its own or those of the list that it names; None where there are none."""
    choices = column.get("enum")
    if not isinstance(choices, str):
        return choices
    named = lists.get(choices)
    return named.get("values") if isinstance(named, dict) else None


def check_lists(lists: Mapping[str, Any], speaker: Speaker) -> None:
    """Say what is wrong with the choices that several columns share."""
    for name, named in lists.items():
        if isinstance(named, dict):
            _check_values(("lists", name, "values"), named.get("values"), speaker)
            _check_aliases(("lists", name, "aliases"), named.get("aliases"), named.get("values"), speaker)


def check_choices(column: Raw, path: Path, lists: Mapping[str, Any], speaker: Speaker) -> None:
    """Say what is wrong with the choices of a column, and which words for "not known" mean something in it."""
    values = values_of(column, lists)
    if values is column.get("enum"):
        _check_values((*path, "enum"), values, speaker)
    _check_aliases((*path, "enum_aliases"), column.get("enum_aliases"), values, speaker)
    if kind_of(column) == "choice":
        _check_fit(column, texts(values), path, speaker)
    _check_missing(column, (*path, "missing_values"), speaker)


def _check_values(path: Path, values: Any, speaker: Speaker) -> None:
    """Say which choices are blank or too long, and which are one and the same when they are read from a cell."""
    before: dict[str, str] = {}
    for number, text in enumerate(values if isinstance(values, list) else ()):
        if not isinstance(text, str):
            continue
        _check_text(text, (*path, number), f"{path[-1]}[{number + 1}]", speaker)
        first = before.get(fold(text))
        if first is None:
            before[fold(text)] = text
        elif text.strip():
            code = "schema-choices-alike" if text != first else "schema-choice-twice"
            speaker.say(code, (*path, number), found=text, other=first)


def _check_aliases(path: Path, aliases: Any, values: Any, speaker: Speaker) -> None:
    """Say which aliases mean something that is no choice, or two things, and which are another choice, so that it could not be chosen."""
    if not isinstance(aliases, dict) or not isinstance(values, list):
        return
    choices = {fold(text): text for text in texts(values)}
    meant: dict[str, Any] = {}
    for alias, value in aliases.items():
        at = (*path, alias)
        _check_text(alias, at, str(path[-1]), speaker)
        speaker.refer(at, value, values)
        own, first = choices.get(fold(alias), value), meant.setdefault(fold(alias), value)
        if own != value and value in values:
            speaker.say("schema-alias-is-choice", at, found=own, other=str(value))
        elif first != value and first in values and value in values:
            speaker.say("schema-alias-of-two", at, found=alias, first=first, second=value)


def _check_text(text: str, path: Path, key: str, speaker: Speaker) -> None:
    if not text.strip():
        speaker.say("toml-empty", path, key=key)
    elif len(text) > LONGEST_CHOICE:
        speaker.say("schema-choice-too-long", path, found=f"{text[:_SHOWN]}…", limit=LONGEST_CHOICE)


def _check_fit(column: Raw, values: list[str], path: Path, speaker: Speaker) -> None:
    """Say which choice the column itself would refuse."""
    longest, pattern = column.get("max_length"), column.get("pattern")
    if type(longest) is int and (long := next((text for text in values if len(text) > longest > 0), "")):
        speaker.say("schema-choice-unfit", (*path, "max_length"), found=long, word="max_length")
    if isinstance(pattern, str) and (unlike := next((text for text in values if not _like(pattern, text)), "")):
        speaker.say("schema-choice-unfit", (*path, "pattern"), found=unlike, word="pattern")


def _like(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:  # said by the model
        return True


def _check_missing(column: Raw, path: Path, speaker: Speaker) -> None:
    """Say which words for "not known" are a number, or yes or no, of their column, which could then not be given.

    A choice may be one of them: who picks it says that nothing is known.
    """
    kind = kind_of(column)
    for number, text in enumerate(column["missing_values"] if isinstance(column.get("missing_values"), list) else ()):
        if not isinstance(text, str):
            continue
        _check_text(text, (*path, number), f"{path[-1]}[{number + 1}]", speaker)
        number_there = kind in NUMERIC and _NUMBER.fullmatch(fold(text))
        if number_there or (kind == "boolean" and truth(text) is not None):
            speaker.say("schema-missing-is-value", (*path, number), found=text, kind=kind)
