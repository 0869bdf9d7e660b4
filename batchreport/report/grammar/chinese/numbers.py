"""This module writes figures in Chinese: number, quantity, 万 and 亿."""

from __future__ import annotations

from decimal import Decimal

from batchreport.report.grammar import numbers
from batchreport.report.grammar.inputs import EXACT, as_number, is_blank, refuse, rounded
from batchreport.report.grammar.numbers import MINUS, SYMBOLS, approximation

_AFTER_NUMBER = frozenset({"余", "多", "来", "几"})
_AFTER_UNIT = frozenset({"左右", "上下", "以上", "以下", "以内"})
_TEN_THOUSAND = Decimal(10_000)
_SCALES = {"": Decimal(1), "万": _TEN_THOUSAND, "亿": Decimal(100_000_000)}
_CENTS = 2


def number(x: object, places: int | None = None, grouped: bool = False) -> str:
    """Return `x` in digits: as it stands without closing zeros, or rounded half up to `places` decimals.

    `grouped` sets commas between thousands. A blank gives "".
    """
    return numbers.number(x, places, grouped=grouped)


def digits(value: Decimal, places: object = None) -> str:
    """Return a number's digits: as many decimals as it has, or `places`."""
    return numbers.digits(value, places, grouped=False)


def unit_behind(unit: object) -> str:
    """Return a unit as it stands behind a figure: one that begins with a digit apart, " × 500ml瓶", else as it is."""
    said = "" if is_blank(unit) else str(unit).strip()
    return f" × {said}" if said[:1].isdigit() else said


def with_unit(digits: str, unit: object, word: object = None) -> str:
    """Return digits, unit and approximation in their order: "30台", "200余处", "约200处", "200处左右", "20 × 500ml瓶"."""
    word, unit = approximation(word), unit_behind(unit)
    if word in _AFTER_NUMBER:
        return f"{digits}{word}{unit}"
    return f"{digits}{unit}{word}" if word in _AFTER_UNIT else f"{word}{digits}{unit}"


def quantity(x: object, unit: object = "", approx: object = None) -> str:
    """Return a figure with its unit, and with the word that marks it as approximate where there is one.

    余 and 多 stand between figure and unit, 左右 and 以上 behind, every other word (约, 近, 超过) in front.
    """
    value = as_number(x)
    return "" if value is None else with_unit(digits(value), unit, approx)


def approximate(x: object, word: object, unit: object = "") -> str:
    """Return an approximate figure: `200|约数("余", "处")` is "200余处"."""
    return quantity(x, unit, word)


def points(x: object, places: int = 1) -> str:
    """Return a difference of two percent numbers: 1.2 is "1.2个百分点"."""
    value = as_number(x)
    return "" if value is None else f"{digits(value, places)}个百分点"


def ten_thousands(x: object, places: int = 2) -> str:
    """Return an amount of 元 in 万元: 126000 is "12.60万元"."""
    value = as_number(x)
    return "" if value is None else f"{digits(EXACT.divide(value, _TEN_THOUSAND), places)}万元"


def compact(x: object, unit: object = "", places: int = 2) -> str:
    """Return a large figure in 万 or 亿, without closing zeros: 12345 is "1.23万"; below 10000 it is as it stands."""
    value = as_number(x)
    if value is None:
        return ""
    scale = _scale_of(value, places)
    return with_unit((_scaled(value, scale, places) if scale else digits(value)) + scale, unit)


def money(x: object, currency: str = "元", scale: str | None = None, places: int | None = None) -> str:
    """Return an amount of money: "1409.50元", from 10000 up "12.6万元" and "1.23亿元".

    `scale` (万, 亿, or "" for none) fixes the size, `places` the decimals. Whole amounts have none. A sign of currency
    such as $ stands in front.
    """
    value = as_number(x)
    if value is None:
        return ""
    if scale is not None and scale not in _SCALES:
        refuse("“万”或“亿”", '"万" or "亿"', scale)
    size = _scale_of(value, _CENTS if places is None else places) if scale is None else scale
    return _priced(_amount(value.copy_abs(), size, places) + size, str(currency), negative=value < 0)


def _amount(value: Decimal, scale: str, places: int | None) -> str:
    if places is not None:
        return digits(EXACT.divide(value, _SCALES[scale]), places)
    if scale:
        return _scaled(value, scale, _CENTS)
    cents = rounded(value, _CENTS)
    return digits(cents, 0 if cents == cents.to_integral_value() else _CENTS)


def _priced(amount: str, currency: str, *, negative: bool) -> str:
    sign = MINUS if negative and amount.strip("0.万亿") else ""
    return f"{sign}{currency}{amount}" if currency in SYMBOLS else f"{sign}{amount}{currency}"


def _scale_of(value: Decimal, places: int) -> str:
    if value.copy_abs() < _TEN_THOUSAND:
        return ""
    return "万" if rounded(EXACT.divide(value, _TEN_THOUSAND), places).copy_abs() < _TEN_THOUSAND else "亿"


def _scaled(value: Decimal, scale: str, places: int) -> str:
    return digits(rounded(EXACT.divide(value, _SCALES[scale]), places))
