"""This module understands dates as people type them: "2026-11-3", "2026.11.03", "11月3日", "2026年12月底"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from batchreport.period import Period

_FULL = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?(?:\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_MONTH = re.compile(r"(?:(\d{4})\s*年)?\s*(\d{1,2})\s*月(?:份|底|末|底前|末前|前)?")
_ISO_MONTH = re.compile(r"(\d{4})[-./](\d{1,2})")
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73050  # 1990-01-01 to 2099-12-31


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or the reason why there is none; `plain` tells whether the text said it whole and in no other way."""

    day: date | None
    problem: str = ""
    plain: bool = True


def read_date(text: str, period: Period | None) -> Day:
    """Return the date that a text says; a missing year is the period's, a missing day the month's last."""
    normal = unicodedata.normalize("NFKC", text).strip()
    if match := _FULL.fullmatch(normal) or _COMPACT.fullmatch(normal):
        return _day(*map(int, match.groups()), plain=True)
    if (match := _DAY.fullmatch(normal)) and period:
        return _day(period.year, int(match[1]), int(match[2]), plain=False)
    if (match := _MONTH.fullmatch(normal)) and (match[1] or period):
        return _last_day(int(match[1] or (period.year if period else 0)), int(match[2]))
    if match := _ISO_MONTH.fullmatch(normal):
        return _last_day(int(match[1]), int(match[2]))
    return Day(None, "cell-not-a-date")


def from_serial(number: float) -> date | None:
    """Return the date of an Excel day number between 1990 and 2099 (1900 date system), or None."""
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(number))
    return None


def _day(year: int, month: int, day: int, *, plain: bool) -> Day:
    try:
        return Day(date(year, month, day), plain=plain)
    except ValueError:
        return Day(None, "cell-no-such-day")


def _last_day(year: int, month: int) -> Day:
    try:
        following = date(year + month // 12, month % 12 + 1, 1)
        return Day(following - timedelta(days=1), plain=False)
    except ValueError:
        return Day(None, "cell-no-such-day")
