"""This module checks in a schema that a limit can be compared with what stands in its column."""

from __future__ import annotations

from datetime import date
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from batchreport.schema.model import NUMERIC
from batchreport.schema.rules import bound, is_bound

if TYPE_CHECKING:
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path

_FITS = {"number": NUMERIC, "day": ("date",), "year": ("year", "integer")}
"""The types of column that each kind of limit can be compared with."""
_WHOLE = ("integer", "year")
LIMITED = (*NUMERIC, "date")
"""The types of column that can have limits."""
_PERIODS = tuple((date(2026, 1, 1), date(2026, *last)) for last in ((1, 31), (3, 31), (6, 30), (12, 31)))


def check_limits(item: dict[str, Any], kind: str, path: Path, speaker: Speaker) -> None:
    """Say which limits of a column or rule are of another kind than the column, and which two leave no value."""
    limits = {word: item[word] for word in ("minimum", "maximum") if is_bound(item.get(word))}
    fitting = {word: value for word, value in limits.items() if kind in _FITS[_kind(value)]}
    for word in limits if kind in LIMITED else ():
        if word not in fitting:
            speaker.say("schema-limit-differs", (*path, word), found=str(limits[word]), kind=kind)
    if len(fitting) < len(("minimum", "maximum")):
        return
    low, high = fitting["minimum"], fitting["maximum"]
    shown = {"low": str(low), "high": str(high)}
    if _crossed(low, high):
        speaker.say("schema-limits-crossed", (*path, "maximum"), **shown)
    elif kind in _WHOLE and "period.year" not in (low, high) and ceil(low) > floor(high):
        speaker.say("schema-limits-no-whole", (*path, "maximum"), **shown)


def _kind(limit: Any) -> str:
    if limit == "period.year":
        return "year"
    return "number" if isinstance(limit, (int, float)) else "day"


def _crossed(low: Any, high: Any) -> bool:
    """Tell whether the lowest is above the highest in a period of any length; of a fixed day and one of the period none can say."""
    if _of_period(low) != _of_period(high):
        return False
    return all(bound(low, *period) > bound(high, *period) for period in _PERIODS)  # type: ignore[operator]  # of one kind


def _of_period(limit: Any) -> bool:
    return isinstance(limit, str) and limit.startswith("period.")
