"""This module holds the rules of a section: what must hold across cells and when, what a limit means, how figures become one."""

from __future__ import annotations

import re
from datetime import date, datetime
from math import isfinite
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from batchreport.tomlfile import Model, shown

Flag = Annotated[bool, Field(strict=True)]
Texts = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
Bound = int | float | date | str
"""A minimum or maximum: a number, a date, or a day of the period ("period.end+2m")."""
_BOUND = re.compile(r"period\.(?:year|(?P<edge>start|end)(?:\+(?P<months>\d{1,3})m)?)")


class When(Model):
    """The condition of a rule, on one cell of the record."""

    column: str
    given: Flag | None = None
    is_: Annotated[Texts, Field(alias="is")] = ()
    is_not: Texts = ()
    changed_from: str = ""
    by: Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)] = 0


class RollUp(Model):
    """What the figures of a column become over all departments; without it they are added up, percentages never.

    `unless` says which are no amounts and are not added, `weighted_by` by which column of the record their mean is
    weighted. `high_is_good` and `low_is_good` say of which a ranking can be made.
    """

    unless: When | None = None
    weighted_by: str = ""
    high_is_good: When | None = None
    low_is_good: When | None = None


class Rule(Model):
    """What must hold for `column`, in every record or in those where `when` holds."""

    column: str
    when: When | None = None
    required: Flag = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    same_size_as: str = ""
    times: Annotated[float, Field(gt=1, strict=True, allow_inf_nan=False)] = 10
    sum_of: Texts = ()
    sum_of_rows: Texts = ()
    severity: Literal["error", "warning"] = "error"

    @field_validator("minimum", "maximum", mode="before")
    @classmethod
    def _limit_is_understood(cls, value: object) -> object:
        return understood(value)


def bound(value: Bound, start: date, end: date) -> int | float | date:
    """Return the limit that `value` means in a period from `start` to `end`: "period.end+2m" → a date."""
    if not isinstance(value, str):
        return value
    match = _BOUND.fullmatch(value)
    if match is None:
        return date.fromisoformat(value)
    if match["edge"] is None:
        return end.year
    day = start if match["edge"] == "start" else end
    months = int(match["months"] or 0)
    if not months:
        return day
    ordinal = day.year * 12 + day.month - 1 + months
    if day == end:  # the last day of the later month, whatever its length
        ordinal += 1
        return date.fromordinal(date(ordinal // 12, ordinal % 12 + 1, 1).toordinal() - 1)
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def understood(value: object) -> object:
    """Return a limit; raises where it is none of those that `Bound` describes."""
    if not is_bound(value):
        raise PydanticCustomError("schema-bound", "", {"found": shown(value)})
    return value


def is_bound(value: object) -> bool:
    """Tell whether a value of the TOML file is a limit, as `Bound` describes them."""
    if isinstance(value, str):
        return bool(_BOUND.fullmatch(value)) or _is_day(value)
    if isinstance(value, date):
        return not isinstance(value, datetime)
    return isinstance(value, (int, float)) and type(value) is not bool and isfinite(value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
