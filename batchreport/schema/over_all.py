"""This module checks in a schema the words about what a figure becomes over all departments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batchreport.schema.named import by_key, may_be

if TYPE_CHECKING:
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path

WHEN = ("unless", "high_is_good", "low_is_good")
"""The words of `roll_up` that are conditions."""

_NUMERIC = ("integer", "number", "percent", "money")


def check_roll_up(section: dict[str, Any], column: dict[str, Any], path: Path, speaker: Speaker) -> None:
    """Say where a `roll_up` has no record to find in other departments, or weighs by what is no number."""
    roll_up = column.get("roll_up")
    if not isinstance(roll_up, dict):
        return
    for word in WHEN:
        if isinstance(roll_up.get(word), dict) and roll_up[word].get("changed_from"):
            speaker.say("schema-roll-up-changed", (*path, "roll_up", word, "changed_from"))
    columns = section["columns"] if isinstance(section.get("columns"), list) else []
    others = [other for other in columns if isinstance(other, dict) and other is not column]
    if not any(other.get("unique") for other in (column, *others)):
        speaker.say("schema-no-unique", (*path, "roll_up"), word="roll_up")
    weights = [str(other.get("key")) for other in others if may_be(other, _NUMERIC)]
    speaker.refer((*path, "roll_up", "weighted_by"), roll_up.get("weighted_by"), weights, by_key(section))
