"""This module understands numbers as people type them: "1,234", "１４６", "200余处", "约1.2万元", "96.5%"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from math import prod

_BEFORE = {
    "约": "约", "大约": "约", "约为": "约", "近": "近", "将近": "近", "接近": "近",
    "超过": "超过", "超": "超过", "逾": "超过", "about": "约", "nearly": "近", "over": "超过",
}  # fmt: skip
_AFTER = {"余": "余", "多": "多", "来": "余", "+": "余"}
_TRAILING = {"左右": "约", "上下": "约", "以上": "超过"}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_CURRENCIES = {"¥": "元", "$": "美元"}
_UNITS_WITH_SCALE = {"元": "千万亿", "克": "千", "瓦时": "千", "米": "千"}
_NAMES = {
    "kg": "千克", "公斤": "千克", "t": "吨", "km": "公里", "千米": "公里", "m": "米", "平米": "平方米", "㎡": "平方米", "m2": "平方米",
    "m3": "立方米", "方": "立方米", "千瓦时": "度", "kwh": "度", "圆": "元", "yuan": "元", "人民币": "元", "rmb": "元", "cny": "元", "块": "元",
    "¥": "元", "$": "美元", "usd": "美元", "thousand yuan": "千元", "tonne": "吨", "tonnes": "吨", "metres": "米",
}  # fmt: skip
_FACTORS = {
    ("千元", "元"): Decimal(1000), ("万元", "元"): Decimal(10_000), ("亿元", "元"): Decimal(100_000_000),
    ("亿元", "万元"): Decimal(10_000), ("公里", "米"): Decimal(1000), ("吨", "千克"): Decimal(1000),
}  # fmt: skip
_MOST = 40  # signs in a number with all that may stand around it
MOST_KEPT = 10**15
"""The number from which on Excel, which keeps 15 digits, has no longer all of them."""
_NUMBER = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})?\s*"
    r"(?P<currency>[¥$])?\s*(?P<sign>[-+−])?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?P<places>\.\d+)?\s*"
    rf"(?P<early>[{''.join(_AFTER)}])?(?P<scale>[十百千]?[万亿]|[十百千])?(?P<late>[{''.join(_AFTER)}])?\s*"
    r"(?P<unit>[kdc]?m[23]|[^\W\d_][^\W\d_/·]{0,3}?(?:[/·][^\W\d_]{1,3})?|(?:(?:square|cubic|thousand) )?[a-z]{2,12}|[%‰])??\s*"
    rf"(?P<trailing>{'|'.join(_TRAILING)})?",
    re.IGNORECASE,
)  # fmt: skip
_CHINESE = re.compile(r"[约近超过]*(?!一[批些])[零〇一二两三四五六七八九十百千万亿半]+[余多来]?[^\W\d]{0,2}")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number with the unit and the word of approximation that stood with it."""

    number: Decimal
    unit: str = ""
    approx: str = ""
    plain: bool = True


def read_numeral(text: str) -> Numeral | None:
    """Return what a text says as a number, or None; `plain` tells whether nothing but the number stood there."""
    normal = unicodedata.normalize("NFKC", text).strip() if len(text) <= _MOST else ""
    match = _NUMBER.fullmatch(normal)
    if match is None:
        return None
    number = Decimal(re.sub(r"[, ]", "", match["digits"]) + (match["places"] or ""))
    signed = -number if match["sign"] in ("-", "−") else number
    scale, unit = _unit(match["scale"] or "", match["unit"] or "", match["currency"] or "")
    approx = _approximation(match)
    plain = text.strip() == str(signed)
    return Numeral(tidy(signed * prod(_SCALES[sign] for sign in scale)), unit, approx, plain)


def is_chinese_numeral(text: str) -> bool:
    """Return whether a text is a number in Chinese words ("两千"), which we ask to have in digits."""
    return bool(_CHINESE.fullmatch(text))


def factor(unit: str, wanted: str) -> Decimal | None:
    """Return what a number in `unit` is multiplied by to be in `wanted`, or None where the two do not compare."""
    unit, wanted = unit_name(unit), unit_name(wanted)
    if unit == wanted:
        return Decimal(1)
    if (unit, wanted) in _FACTORS:
        return _FACTORS[unit, wanted]
    return 1 / _FACTORS[wanted, unit] if (wanted, unit) in _FACTORS else None


def unit_name(unit: str) -> str:
    """Return the usual name of a unit: "kg" and "公斤" → "千克"."""
    return _NAMES.get(unicodedata.normalize("NFKC", unit).lower(), unit)


def is_unit(text: str) -> bool:
    """Return whether a text is a unit that we can convert, or another name of one."""
    return unit_name(text) != text or any(text in pair for pair in _FACTORS)


def from_float(value: float) -> Decimal:
    """Return a stored number with the 15 significant digits that Excel keeps (ECMA-376 part 1, 18.3.1.96)."""
    if value == int(value) and abs(value) < MOST_KEPT:
        return Decimal(int(value))
    digits = f"{value:.15g}"  # without needless places
    return tidy(Decimal(digits)) if "e" in digits else Decimal(digits)


def tidy(number: Decimal) -> Decimal:
    """Return a number without needless places: 96.50 → 96.5, 5E+3 → 5000."""
    whole = number == number.to_integral_value() and abs(number) < MOST_KEPT
    return number.quantize(Decimal(1)) if whole else number.normalize()


def _approximation(match: re.Match[str]) -> str:
    return (
        _BEFORE.get((match["before"] or "").lower())
        or _AFTER.get(match["early"] or match["late"] or "")
        or _TRAILING.get(match["trailing"] or "", "")
    )


def _unit(scale: str, unit: str, currency: str) -> tuple[str, str]:
    """Return scale and unit; 万元, 千克 and 千瓦时 are units of their own and take a sign of the scale."""
    if scale and scale[-1] in _UNITS_WITH_SCALE.get(unit, ""):
        return scale[:-1], scale[-1] + unit
    return scale, unit or _CURRENCIES.get(currency, "")
