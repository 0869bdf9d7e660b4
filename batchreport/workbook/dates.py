"""This module understands dates as people type them: "2026-11-3", "2026.11.03", "11月3日", "2026年12月底"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from batchreport.period import Period

_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_TIME = r"(?P<time>\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_FULL = re.compile(
    rf"(?P<y>\d{{4}})\s*[-./年]\s*(?P<m>\d{{1,2}})\s*[-./月]\s*(?P<d>\d{{1,2}})\s*[日号]?{_WEEKDAY}{_TIME}"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_SHORT = re.compile(r"(?P<y>\d{2})[-.年](?P<m>\d{1,2})[-.月](?P<d>\d{1,2})[日号]?")
_DAY = re.compile(rf"(?P<m>\d{{1,2}})\s*(?:月|[-./](?=\d))\s*(?P<d>\d{{1,2}})\s*[日号]?{_WEEKDAY}")
_MONTH = re.compile(
    r"(?:(?P<y>\d{4})\s*[-./年]\s*)?(?P<m>\d{1,2})\s*月(?:份)?(?P<part>上旬|中旬|下旬|底|末)?(?:之?前)?"
)
_ISO_MONTH = re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})")
_QUARTER = re.compile(r"(?:(?P<y>\d{4})\s*年)?\s*第?(?P<q>[一二三四1-4])季度(?:底|末)?(?:之?前)?")
_YEAR = re.compile(r"(?:(?P<y>\d{4})\s*年|年)(?:底|末)(?:之?前)?")
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73050  # 1990-01-01 to 2099-12-31
_THIRDS = {"上旬": 10, "中旬": 20}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_MOST = 40  # signs in a date


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or the reason why there is none; `plain` tells whether the text said it whole and nothing else."""

    day: date | None
    problem: str = ""
    plain: bool = True


def read_date(text: str, period: Period | None) -> Day:
    """Return the date that a text says; a missing year is the period's, a missing day the last one possible."""
    normal = unicodedata.normalize("NFKC", text).strip() if len(text) <= _MOST else ""
    for form, meaning in _FORMS:
        if match := form.fullmatch(normal):
            said = match.groupdict()
            year = int(said["y"]) if said.get("y") else period.year if period else 0
            if year:
                return _checked(meaning, year, said)
    return Day(None, "cell-not-a-date")


def from_serial(number: float) -> date | None:
    """Return the date of an Excel day number between 1990 and 2099 (1900 date system), or None."""
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(number))
    return None


def _checked(meaning: Meaning, year: int, said: dict[str, str | None]) -> Day:
    try:
        return meaning(year, said)
    except ValueError:
        return Day(None, "cell-no-such-day")


def _whole(year: int, said: dict[str, str | None]) -> Day:
    return Day(date(year, int(said["m"] or 0), int(said["d"] or 0)), plain=not said.get("time"))


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
