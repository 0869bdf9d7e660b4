"""This module holds the key figures of a page, as they are shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure over all departments, as it is shown; "" for what is not known.

    `method` is "sum", "mean" or "median". `before` and `now` are those of the departments
    that have both periods' figures, `both` of them, `change` and `growth` what became of them; `bars` are their lengths in percent of the longer.
    """

    name: str
    unit: str
    method: str
    value: str
    departments: int
    lowest: str
    highest: str
    before: str = ""
    now: str = ""
    both: int = 0
    change: str = ""
    growth: str = ""
    bars: tuple[str, str] = ("0", "0")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that are shown, and how many more there are."""

    shown: tuple[Indicator, ...] = ()
    more: int = 0


NONE = Figures()
"""No figures."""


def as_plain(figures: Figures) -> dict[str, Any]:
    """Return figures as JSON has them."""
    return asdict(figures)


def from_plain(said: Mapping[str, Any]) -> Figures:
    """Return the figures that `as_plain` has said."""
    return Figures(tuple(Indicator(**{**one, "bars": tuple(one["bars"])}) for one in said["shown"]), said["more"])
