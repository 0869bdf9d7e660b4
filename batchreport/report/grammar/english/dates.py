"""This module writes dates and periods in English."""

from __future__ import annotations

from batchreport.period import Period, day_label
from batchreport.report.grammar.inputs import as_day, as_period, is_short

_NOW = {"M": "this month", "Q": "this quarter", "H": "this half-year", "Y": "this year"}
_LETTERS = 3  # of a month in short
_HALVES = {1: "the first half", 2: "the second half"}


def date_text(x: object, style: object = "") -> str:
    """Return a date: "3 November 2026", or in the `style` "short", for narrow columns, "3 Nov 2026"; a blank gives ""."""
    short, day = is_short(style), as_day(x)
    if day is None:
        return ""
    text = day_label(day, "en")
    if not short:
        return text
    number, month, year = text.split()
    return f"{number} {month[:_LETTERS]} {year}"


def period_label(period: object, current: object = None) -> str:
    """Return a period's name, "November 2026", or beside `current` how a text calls it: "October", "a year earlier".

    A text that names a period ("2026-11") is taken as that period; any other text stays as it is.
    """
    found = as_period(period)
    return found if isinstance(found, str) else _called(found, current)


def _called(period: Period, current: object) -> str:
    if not isinstance(current, Period) or period.kind != current.kind:
        return period.label("en")
    if period == current:
        return _NOW[period.kind]
    if period == current.year_before and period.kind != "Y":
        return "a year earlier"
    if period != current.previous:
        return period.label("en")
    return _before(period, same_year=period.year == current.year)


def _before(period: Period, *, same_year: bool) -> str:
    """Return the name of the period just before, without its year where that is clear."""
    if period.kind == "H":
        return _HALVES[period.number] + ("" if same_year else f" of {period.year}")
    return period.label("en").removesuffix(f" {period.year}") if same_year else period.label("en")
