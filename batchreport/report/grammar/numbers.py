"""This module rounds figures for print and knows the filters of numbers that are the same in every language."""

from __future__ import annotations

import re
from decimal import Decimal

from batchreport.report.grammar.inputs import EXACT, as_number, is_blank, plain, rounded

_EXACTLY = frozenset({"精确", "exact", "exactly"})
SYMBOLS = frozenset("$€£¥￥₩₹")
"""The currencies that stand in front of their amount."""
MINUS = "−"
"""The sign of a figure below zero: no line ends behind it, as behind a hyphen."""
_MONEY = re.compile(
    r"(?:(?<!单)元|币|美金|英镑|日圆|万円)(?:\Z|[/／每(（])|[$€£¥￥₩₹]|\bRMB"
    r"|\b(?:yuans?|renminbi|dollars?|euros?|yen|won|pounds?|baht|rand|rupees?|francs?|cents?)\b"
    r"|(?:\b|k)(?:CNY|HKD|TWD|USD|EUR|GBP|JPY|KRW|SGD|CHF|AUD|CAD|INR|THB|ZAR)\b",
    re.IGNORECASE,
)


def number(x: object, places: object, *, grouped: object) -> str:
    """Return `x` in digits: as it stands without closing zeros, or rounded half up to `places` decimals.

    `grouped` sets commas between thousands. A blank gives "".
    """
    value = as_number(x)
    return "" if value is None else digits(value, places, grouped=grouped)


def digits(value: Decimal, places: object = None, *, grouped: object = True) -> str:
    """Return a number's digits: as many decimals as it has without closing zeros, or `places`."""
    text = plain(value) if places is None else format(rounded(value, places), "f")
    sign, (whole, point, rest) = MINUS * text.startswith("-"), text.removeprefix("-").partition(".")
    return f"{sign}{f'{int(whole):,}' if grouped else whole}{point}{rest}"


def percent(x: object, places: int = 1) -> str:
    """Return a percent number with its sign: 96.5 is "96.5%"."""
    value = as_number(x)
    return "" if value is None else digits(value, places, grouped=False) + "%"


def share(part: object, whole: object, places: int = 1) -> str:
    """Return what `part` is of `whole`, in percent; "" where one is blank or `whole` is not above zero."""
    top, bottom = as_number(part), as_number(whole)
    if top is None or bottom is None or bottom <= 0:
        return ""
    return digits(EXACT.divide(EXACT.multiply(top, Decimal(100)), bottom), places, grouped=False) + "%"


def approximation(word: object) -> str:
    """Return the word of a 约数 column, or "" where it says that the figure is exact."""
    said = "" if is_blank(word) else str(word).strip()
    return "" if said in _EXACTLY else said


def is_money(unit: object) -> bool:
    """Tell whether a unit is one of money, of which there is profit and loss: 万元, 港币, thousand yuan, $."""
    return not is_blank(unit) and _MONEY.search(str(unit).strip()) is not None
