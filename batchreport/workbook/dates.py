"""This module understands dates as people type them: "2026-11-3", "11月3日", "2026年12月底", "3 November 2026"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from batchreport.period import english_month

if TYPE_CHECKING:
    from batchreport.period import Period

_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_TIME = r"(?P<time>\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_BY = r"(?P<by>\s*[之以]?前)?"
_FULL = re.compile(
    rf"(?P<y>\d{{4}})\s*[-./年–—]\s*(?P<m>\d{{1,2}})\s*[-./月–—]\s*(?P<d>\d{{1,2}})\s*[日号]?{_WEEKDAY}{_TIME}{_BY}"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_SHORT = re.compile(r"(?P<y>\d{2})[-.年](?P<m>\d{1,2})[-.月](?P<d>\d{1,2})[日号]?")
_DAY = re.compile(rf"(?P<m>\d{{1,2}})\s*(?:月|[-./](?=\d))\s*(?P<d>\d{{1,2}})\s*[日号]?{_WEEKDAY}{_BY}")
_MONTH = re.compile(
    r"(?:(?P<y>\d{4})\s*[-./年]\s*)?(?P<m>\d{1,2})\s*月(?:份)?(?P<part>上旬|中旬|下旬|底|末)?(?:之?前)?"
)
_ISO_MONTH = re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})")
_QUARTER = re.compile(r"(?:(?P<y>\d{4})\s*年)?\s*第?(?P<q>[一二三四1-4])季度(?:底|末)?(?:之?前)?")
_YEAR = re.compile(r"(?:(?P<y>\d{4})\s*年|年)(?:底|末)(?:之?前)?")
_ENGLISH = re.compile(
    r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)? (?:of )?)?(?P<m>[a-z]{3,9})\.?(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?)?(?:,? (?P<y>\d{4}))?",
    re.IGNORECASE,
)
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73050  # 1990-01-01 to 2099-12-31
_THIRDS = {"上旬": 10, "中旬": 20}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_MOST = 40  # signs in a date
LAST_YEAR = 2199
"""The last year of a date; one of the 25th century is the number 202612 in a cell that shows dates."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or the reason why there is none; `plain` tells whether the text said it whole and nothing else."""

    day: date | None
    problem: str = ""
    plain: bool = True


def read_date(text: str, period: Period | None) -> Day:
    """Return the date that a text says; a missing day is the last one possible.

    A missing year is the period's, or the next where that is nearer: "1月5日" in December's workbook.
    """
    normal = _in_digits(unicodedata.normalize("NFKC", text).strip()) if len(text) <= _MOST else ""
    for form, meaning in _FORMS:
        if match := form.fullmatch(normal):
            said = match.groupdict()
            if said.get("y"):
                return _checked(meaning, int(said["y"] or 0), said)
            if period:
                return _nearer(_checked(meaning, period.year, said), _checked(meaning, period.year + 1, said), period)
    return Day(None, "cell-not-a-date")


def from_serial(number: float) -> date | None:
    """Return the date of an Excel day number between 1990 and 2099 (1900 date system), or None."""
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(number))
    return None


def _in_digits(text: str) -> str:
    """Return a date whose month is an English word ("30 November 2026", "Nov 30, 2026", "November 2026") in digits."""
    match = _ENGLISH.fullmatch(" ".join(text.split()))
    month = english_month(match["m"]) if match else None
    if match is None or month is None or (match["d"] and match["after"]):
        return text
    day = match["d"] or match["after"]
    return (f"{match['y']}年" if match["y"] else "") + f"{month}月" + (f"{day}日" if day else "")


def _nearer(this: Day, later: Day, period: Period) -> Day:
    """Return the day a year later where this one lies further before the period than that one after it."""
    if this.day is None or later.day is None or this.day >= period.start:
        return this
    return later if later.day - period.end < period.start - this.day else this


def _checked(meaning: Meaning, year: int, said: dict[str, str | None]) -> Day:
    try:
        return meaning(year, said)
    except ValueError:
        return Day(None, "cell-no-such-day")


def _whole(year: int, said: dict[str, str | None]) -> Day:
    return Day(date(year, int(said["m"] or 0), int(said["d"] or 0)), plain=not (said.get("time") or said.get("by")))


def _short(year: int, said: dict[str, str | None]) -> Day:
    return Day(date(2000 + year, int(said["m"] or 0), int(said["d"] or 0)), plain=False)


def _without_year(year: int, said: dict[str, str | None]) -> Day:
    return Day(date(year, int(said["m"] or 0), int(said["d"] or 0)), plain=False)


def _in_month(year: int, said: dict[str, str | None]) -> Day:
    month = int(said["m"] or 0)
    third = _THIRDS.get(said.get("part") or "")
    return Day(date(year, month, third) if third else _last_day(year, month), plain=False)


def _in_quarter(year: int, said: dict[str, str | None]) -> Day:
    quarter = said["q"] or ""
    return Day(_last_day(year, 3 * (_QUARTERS.get(quarter) or int(quarter))), plain=False)


def _in_year(year: int, _: dict[str, str | None]) -> Day:
    return Day(_last_day(year, 12), plain=False)


def _last_day(year: int, month: int) -> date:
    """Return a month's last day; raises `ValueError` where there is no such month."""
    first = date(year, month, 1)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=first.day)


Meaning = Callable[[int, dict[str, str | None]], Day]
_FORMS: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (_FULL, _whole),
    (_COMPACT, _whole),
    (_SHORT, _short),
    (_DAY, _without_year),
    (_MONTH, _in_month),
    (_ISO_MONTH, _in_month),
    (_QUARTER, _in_quarter),
    (_YEAR, _in_year),
)
