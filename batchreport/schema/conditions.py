"""This module checks in a schema the conditions: what they name, what they wait for in vain, and that they ask something."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from batchreport.names import fold, truth
from batchreport.schema.choices import values_of
from batchreport.schema.model import NUMERIC
from batchreport.schema.named import kind_of, may_be, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from batchreport.schema.named import Raw
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path

_FILLED = ("is", "is_not", "changed_from")  # what only a cell can be that is filled


def check_when(path: Path, when: Any, columns: dict[str, Raw], lists: Mapping[str, Any], speaker: Speaker) -> None:
    """Say which names and values of a condition mean nothing, and where it holds always or never."""
    if not isinstance(when, dict):
        return
    own = when.get("column")
    numeric = [key for key, column in columns.items() if may_be(column, NUMERIC)]
    speaker.refer((*path, "column"), own, numeric if when.get("changed_from") else columns, columns)
    others = [key for key in numeric if key != own]
    speaker.refer((*path, "changed_from"), when.get("changed_from"), others, columns)
    _check_words(path, when, speaker)
    column = columns.get(str(own), {})
    for word in ("is", "is_not"):
        for value in texts(when.get(word)):
            if value not in texts(column.get("missing_values")):
                _check_value((*path, word), value, column, lists, speaker)


def _check_value(path: Path, value: str, column: Raw, lists: Mapping[str, Any], speaker: Speaker) -> None:
    """Say which value a column never has, so that a condition waits for it in vain."""
    kind, values = kind_of(column), values_of(column, lists)
    if kind == "choice":
        if isinstance(values, list) and not column.get("allow_other"):
            speaker.refer(path, value, values)
    elif kind in _UNDERSTOOD and not _UNDERSTOOD[kind](value):
        speaker.say("schema-when-unlike", path, found=value, kind=kind)


def _check_words(path: Path, when: Raw, speaker: Speaker) -> None:
    filled = [word for word in _FILLED if when.get(word)]
    if "by" in when and not when.get("changed_from"):
        speaker.say("schema-word-alone", (*path, "by"), word="by", other="changed_from")
    elif not filled and "given" not in when:
        speaker.say("schema-when-idle", path)
    if filled and when.get("given") is False:
        speaker.say("schema-when-never", (*path, "given"), word=filled[0])
    wanted, unwanted = (set(map(fold, texts(when.get(word)))) for word in ("is", "is_not"))
    if wanted and wanted <= unwanted:
        speaker.say("schema-when-at-odds", (*path, "is_not"))


def _is_number(text: str) -> bool:
    """Tell whether a text is a number as a cell's is told: 5, not 5.0."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and f"{number.normalize():f}" == text


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_UNDERSTOOD: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(NUMERIC, _is_number),
    "date": _is_day,
    "boolean": lambda text: truth(text) is not None,
    "image": lambda _: False,
}
"""What tells whether a column of a type can have a value; any text for every type that is not named."""
