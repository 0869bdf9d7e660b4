"""This module moves a deadline that falls on a free day to the next working day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, note, warning

if TYPE_CHECKING:
    from collections.abc import Callable

_SATURDAY = 5
_LONGEST = 60  # free days on end; no country has so many


def working_day(day: date, country: str = "") -> date:
    """Return the first working day from `day` on: weekends are free, and the public holidays of `country`.

    `country` is a code of the package `holidays` ("CN", which also knows the Saturdays and Sundays that are worked
    in exchange). Without the package, or for a country that it does not know, only weekends are free.
    """
    is_working = _calendar(country)
    following = (day + timedelta(days=ahead) for ahead in range(_LONGEST))
    return next((one for one in following if is_working(one)), day)


def holidays_unknown(country: str, file: str = "") -> Finding | None:
    """Return what is to be said where the public holidays of a country are not known; None where they are."""
    if not country:
        return None
    place = Place(file=file, key="holidays")
    try:
        from holidays import list_supported_countries  # noqa: PLC0415  (an extra)
    except ImportError:
        return note("holidays-not-installed", place, country=country)
    return None if country in list_supported_countries() else warning("holidays-unknown", place, country=country)


@cache
def _calendar(country: str) -> Callable[[date], bool]:
    """Return what tells whether a day is worked on."""
    if not country:
        return _is_weekday
    try:
        from holidays import country_holidays  # noqa: PLC0415  (an extra)

        return country_holidays(country).is_working_day
    except (ImportError, NotImplementedError):
        return _is_weekday


def _is_weekday(day: date) -> bool:
    return day.weekday() < _SATURDAY
