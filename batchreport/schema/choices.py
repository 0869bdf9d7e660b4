"""This module checks in a schema the choices of a column, and the other words that mean one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batchreport.names import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema.named import Raw
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path


def values_of(column: Raw, lists: Mapping[str, Any]) -> Any:
    """Return the choices of a column, its own or those of the list that it names; None where there are none."""
    choices = column.get("enum")
    if not isinstance(choices, str):
        return choices
    named = lists.get(choices)
    return named.get("values") if isinstance(named, dict) else None


def check_aliases(speaker: Speaker, path: Path, aliases: Any, values: Any) -> None:
    """Say which aliases mean something that is no choice, and which are another choice, so that it could not be chosen."""
    if not isinstance(aliases, dict) or not isinstance(values, list):
        return
    choices = {fold(text): text for text in values if isinstance(text, str)}
    for alias, value in aliases.items():
        speaker.refer((*path, alias), value, values)
        own = choices.get(fold(alias), value)
        if own != value and value in values:
            speaker.say("schema-alias-is-choice", (*path, alias), found=own, other=str(value))
