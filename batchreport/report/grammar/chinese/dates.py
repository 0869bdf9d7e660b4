"""This module writes dates and periods."""

from __future__ import annotations

from batchreport.period import Period, day_label
from batchreport.report.grammar.chinese.numerals import numeral
from batchreport.report.grammar.inputs import as_day, as_period, is_short

_BEFORE = {"M": "上月", "Q": "上季度", "Y": "上年"}
_NOW = {"M": "本月", "Q": "本季度", "Y": "本年"}
_HALVES = {1: "上半年", 2: "下半年"}
# GB/T 15835-2011: a zero that only numbers is 〇, not 零.
_YEAR_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


def date_text(x: object, style: object = "") -> str:
    """Return a date as an official text writes it: "2026年11月3日" (GB/T 9704-2012, 7.3.5.4); a blank gives "".

    In the `style` "短" it is "2026-11-03", for narrow columns.
    """
    short, day = is_short(style), as_day(x)
    if day is None:
        return ""
    return f"{day:%Y-%m-%d}" if short else day_label(day, "zh")


def chinese_date(x: object) -> str:
    """Return a date in characters: "二〇二六年十一月三十日"; a blank gives ""."""
    day = as_day(x)
    return f"{str(day.year).translate(_YEAR_DIGITS)}年{numeral(day.month)}月{numeral(day.day)}日" if day else ""


def period_label(period: object, current: object = None) -> str:
    """Return a period's name, "2026年11月", or beside `current` how a text calls it: 上月, 上季度, 上年同期, 本月.

    A text that names a period ("2026-11") is taken as that period; any other text stays as it is.
    """
    found = as_period(period)
    return found if isinstance(found, str) else _called(found, current)


def _called(period: Period, current: object) -> str:
    if not isinstance(current, Period) or period.kind != current.kind:
        return period.label("zh")
    if period == current:
        return _NOW.get(period.kind) or _HALVES[period.number]
    if period == current.previous:
        return _BEFORE.get(period.kind) or ("上年下半年" if current.number == 1 else "上半年")
    return "上年同期" if period == current.year_before else period.label("zh")
