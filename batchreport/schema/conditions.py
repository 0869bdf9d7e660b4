"""This module checks in a schema the conditions: what they name, what they wait for in vain, and that they ask something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batchreport.schema.choices import values_of
from batchreport.schema.named import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema.named import Raw
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path

_NUMERIC = ("integer", "number", "percent", "money", "year")
_FILLED = ("is", "is_not", "changed_from")  # what only a cell can be that is filled


def check_when(path: Path, when: Any, columns: dict[str, Raw], lists: Mapping[str, Any], speaker: Speaker) -> None:
    """Say which names and values of a condition mean nothing, and where it holds always or never."""
    if not isinstance(when, dict):
        return
    own = when.get("column")
    numeric = [key for key, column in columns.items() if kind_of(column) in _NUMERIC]
    speaker.refer((*path, "column"), own, numeric if when.get("changed_from") else columns, columns)
    others = [key for key in numeric if key != own]
    speaker.refer((*path, "changed_from"), when.get("changed_from"), others, columns)
    _check_words(path, when, speaker)
    column = columns.get(str(own), {})
    values = values_of(column, lists)
    if column.get("allow_other") or not isinstance(values, list):
        return
    for word in ("is", "is_not"):
        for value in when[word] if isinstance(when.get(word), list) else ():
            speaker.refer((*path, word), value, values)


def _check_words(path: Path, when: Raw, speaker: Speaker) -> None:
    filled = [word for word in _FILLED if when.get(word)]
    if "by" in when and not when.get("changed_from"):
        speaker.say("schema-word-alone", (*path, "by"), word="by", other="changed_from")
    elif not filled and "given" not in when:
        speaker.say("schema-when-idle", path)
    if filled and when.get("given") is False:
        speaker.say("schema-when-never", (*path, "given"), word=filled[0])
