"""This module takes what a template hands to a filter, or says why it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import repeat
from typing import Any, NoReturn

from batchreport.period import Period
from batchreport.report.failures.spoken import kind_of
from batchreport.values import Missing

# A float of a workbook reaches 1e308; 700 digits hold its quotient by any other.
EXACT = Context(prec=700, rounding=ROUND_HALF_UP)
_BEYOND_EXCEL = 310
# What Excel itself keeps and shows of a number.
_EXCEL_DIGITS = 15
_QUANTA = tuple(Decimal(1).scaleb(-places) for places in range(_EXCEL_DIGITS + 1))
_LONGEST_QUOTE = 40
_INEXACT = (float, Decimal)
_STYLES = {"短": True, "short": True, "长": False, "long": False}


class FilterError(TypeError):
    """A filter is used on the wrong kind of thing; `texts` says so in one line, by language."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} ({en})")
        self.zh, self.en = zh, en
        self.texts = {"zh": zh, "en": en}

    def __reduce__(self) -> tuple[type[FilterError], tuple[str, str]]:
        return type(self), (self.zh, self.en)


def refuse(wanted_zh: str, wanted_en: str, given: object) -> NoReturn:
    """Raise `FilterError`: something else than `given` is wanted."""
    text = str(given)  # an undefined name of the template raises its own error here
    if isinstance(given, str | Decimal | int | float) and not isinstance(given, bool):
        shown = " ".join(text.split())[:_LONGEST_QUOTE]
        raise FilterError(f"要的是{wanted_zh}，这里是“{shown}”", f'takes {wanted_en}, not "{shown}"')
    kind = kind_of(given)
    raise FilterError(f"要的是{wanted_zh}，这里是{kind['zh']}", f"takes {wanted_en}, not {kind['en']}")


def is_short(style: object) -> bool:
    """Tell whether a date is wanted in the style for narrow columns; raises `FilterError` for a style that there is not."""
    if is_blank(style):
        return False
    known = _STYLES.get(style) if isinstance(style, str) else None
    return refuse("“短”或“长”", '"short" or "long"', style) if known is None else known


def is_blank(value: object) -> bool:
    """Tell whether `value` is nothing: None, `Missing`, a text without a visible character, NaN, infinity."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace()
    if type(value) is Decimal:
        return not _finite(value)
    if isinstance(value, _INEXACT):
        return not _finite(Decimal(value))
    return isinstance(value, Missing)


def as_day(value: object) -> date | None:
    """Return `value` as a date, or None where it is blank; anything else raises `FilterError`."""
    if is_blank(value):
        return None
    return value if isinstance(value, date) else refuse("日期", "a date", value)


def as_period(value: object) -> Period | str:
    """Return `value` as a period; a text that names none stays as it is, a blank is "", anything else raises `FilterError`."""
    if is_blank(value):
        return ""
    if isinstance(value, str):
        return Period.parse(value) or value
    return value if isinstance(value, Period) else refuse("期间", "a period", value)


def _finite(number: Decimal) -> bool:
    return number.is_finite() and number.adjusted() < _BEYOND_EXCEL


def as_number(value: object) -> Decimal | None:
    """Return `value` as an exact number, or None where it is blank.

    A float is taken with the 15 digits that Excel keeps, so that 0.1+0.2 is 0.3. What is smaller than any number
    of Excel is 0. Anything but a number raises `FilterError`, True and False among them.
    """
    exact = value if isinstance(value, Decimal) else _exact(value)
    if exact is None or not exact.is_finite():
        return None
    size = exact.adjusted()
    if -_BEYOND_EXCEL <= size < _BEYOND_EXCEL:
        return exact
    return Decimal(0) if size < 0 else None


def _exact(value: object) -> Decimal | None:
    if is_blank(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse("一个数", "a number", value)
    return Decimal(format(value, f".{_EXCEL_DIGITS}g") if isinstance(value, float) else value)


def as_items(value: object) -> list[object]:
    """Return the entries of `value` that are not blank; a text is one entry, None is none."""
    if is_blank(value):
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        refuse("若干项", "several items", value)
    items = list(value)
    if all(issubclass(kind, tuple) for kind in set(map(type, items))):  # rows, which are many
        return items
    return [item for item in items if not is_blank(item)]


def as_rows(value: object) -> list[object]:
    """Return the rows of a section; None and "" are no rows."""
    if isinstance(value, str) and not is_blank(value):
        refuse("若干行", "rows", value)
    return as_items(value)


def column_of(rows: Iterable[object], column: str) -> list[Any]:
    """Return what rows have in a column; raise `AttributeError` for one that they do not have."""
    return list(map(getattr, rows, repeat(column)))


def rounded(number: Decimal, places: object) -> Decimal:
    """Return `number` with `places` decimals, halves away from zero; never a negative zero."""
    if not isinstance(places, int) or isinstance(places, bool) or not 0 <= places <= _EXCEL_DIGITS:
        refuse(f"0到{_EXCEL_DIGITS}位小数", f"0 to {_EXCEL_DIGITS} decimals", places)
    result = EXACT.quantize(number, _QUANTA[places])
    return result or result.copy_abs()


def plain(number: Decimal) -> str:
    """Return `number` in digits as it stands, without an exponent and without closing zeros."""
    digits = str(number)
    digits = format(number, "f") if "E" in digits else digits
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits == "-0" else digits
