"""This module writes figures: number, quantity, percent, 万 and 亿."""

from __future__ import annotations

from decimal import Decimal

from batchreport.report.grammar.inputs import EXACT, as_number, is_blank, plain, rounded

_AFTER_NUMBER = frozenset({"余", "多", "来", "几"})
_AFTER_UNIT = frozenset({"左右", "上下", "以上", "以下", "以内"})
_EXACTLY = frozenset({"精确", "exact"})
_TEN_THOUSAND = Decimal(10_000)
_HUNDRED_MILLION = Decimal(100_000_000)


def number(x: object, places: int | None = None, grouped: bool = False) -> str:
    """Return `x` in digits: as it stands without closing zeros, or rounded half up to `places` decimals.

    `grouped` sets commas between thousands. A blank gives "".
    """
    value = as_number(x)
    if value is None:
        return ""
    if places is not None:
        return format(rounded(value, places), ",f" if grouped else "f")
    return format(Decimal(plain(value)), ",f") if grouped else plain(value)


def approximation(word: object) -> str:
    """Return the word of a 约数 column, or "" where it says that the figure is exact."""
    return "" if is_blank(word) or str(word) in _EXACTLY else str(word).strip()


def with_unit(digits: str, unit: object, word: object = None) -> str:
    """Return digits, unit and approximation in their order: "30台", "200余处", "约200处", "200处左右"."""
    word, unit = approximation(word), "" if is_blank(unit) else str(unit).strip()
    if word in _AFTER_NUMBER:
        return f"{digits}{word}{unit}"
    return f"{digits}{unit}{word}" if word in _AFTER_UNIT else f"{word}{digits}{unit}"


def quantity(x: object, unit: object = "", approx: object = None) -> str:
    """Return a figure with its unit, and with the word that marks it as approximate where there is one.

    余 and 多 stand between figure and unit, 左右 and 以上 behind, every other word (约, 近, 超过) in front.
    """
    value = as_number(x)
    return "" if value is None else with_unit(plain(value), unit, approx)


def approximate(x: object, word: object, unit: object = "") -> str:
    """Return an approximate figure: `200|约数("余", "处")` is "200余处"."""
    return quantity(x, unit, word)


def percent(x: object, places: int = 1) -> str:
    """Return a percent number with its sign: 96.5 is "96.5%"."""
    value = as_number(x)
    return "" if value is None else f"{rounded(value, places):f}%"


def points(x: object, places: int = 1) -> str:
    """Return a difference of two percent numbers: 1.2 is "1.2个百分点"."""
    value = as_number(x)
    return "" if value is None else f"{rounded(value, places):f}个百分点"


def share(part: object, whole: object, places: int = 1) -> str:
    """Return what `part` is of `whole`, in percent; "" where one is blank or `whole` is not above zero."""
    top, bottom = as_number(part), as_number(whole)
    if top is None or bottom is None or bottom <= 0:
        return ""
    return f"{rounded(EXACT.divide(EXACT.multiply(top, Decimal(100)), bottom), places):f}%"


def ten_thousands(x: object, places: int = 2) -> str:
    """Return an amount of 元 in 万元: 126000 is "12.60万元"."""
    value = as_number(x)
    return "" if value is None else f"{rounded(EXACT.divide(value, _TEN_THOUSAND), places):f}万元"


def compact(x: object, unit: object = "", places: int = 2) -> str:
    """Return a large figure in 万 or 亿, without closing zeros: 12345 is "1.23万"; below 10000 it is as it stands."""
    value = as_number(x)
    if value is None:
        return ""
    if value.copy_abs() < _TEN_THOUSAND:
        return with_unit(plain(value), unit)
    in_wan = rounded(EXACT.divide(value, _TEN_THOUSAND), places)
    if in_wan.copy_abs() < _TEN_THOUSAND:
        return with_unit(f"{plain(in_wan)}万", unit)
    return with_unit(f"{plain(rounded(EXACT.divide(value, _HUNDRED_MILLION), places))}亿", unit)
