"""This module understands numbers as people type them: "1,234", "１４６", "200余处", "约1.2万元", "96.5%"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_BEFORE = {
    "约": "约", "大约": "约", "约为": "约", "近": "近", "将近": "近", "接近": "近",
    "超过": "超过", "超": "超过", "逾": "超过", "about": "约", "nearly": "近", "over": "超过",
}  # fmt: skip
_AFTER = {"余": "余", "多": "多", "来": "余", "+": "余"}
_TRAILING = {"左右": "约", "上下": "约", "以上": "超过"}
_SCALES = {"": Decimal(1), "千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_FACTORS = {
    ("万元", "元"): Decimal(10_000), ("亿元", "元"): Decimal(100_000_000), ("千元", "元"): Decimal(1000), ("亿元", "万元"): Decimal(10_000),
    ("公里", "米"): Decimal(1000), ("吨", "千克"): Decimal(1000),
}  # fmt: skip
_NUMBER = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})?\s*"
    r"(?P<currency>[¥$])?\s*(?P<sign>[-+−])?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?P<places>\.\d+)?\s*"
    rf"(?P<early>[{''.join(_AFTER)}])?(?P<scale>[千万亿])?(?P<late>[{''.join(_AFTER)}])?\s*"
    rf"(?P<unit>[^\d\s,.+\-][^\d\s,]*?[23]?)?\s*(?P<trailing>{'|'.join(_TRAILING)})?",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[约近超过]*[零〇一二两三四五六七八九十百千万亿半几数]+")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number with the unit and the word of approximation that stood with it."""

    number: Decimal
    unit: str = ""
    approx: str = ""
    plain: bool = True


def read_numeral(text: str) -> Numeral | None:
    """Return what a text says as a number, or None; `plain` tells whether nothing but the number stood there."""
    normal = unicodedata.normalize("NFKC", text).strip()
    match = _NUMBER.fullmatch(normal)
    if match is None:
        return None
    number = Decimal(re.sub(r"[, ]", "", match["digits"]) + (match["places"] or ""))
    approx = (
        _BEFORE.get((match["before"] or "").lower())
        or _AFTER.get(match["early"] or match["late"] or "")
        or _TRAILING.get(match["trailing"] or "")
        or ""
    )
    unit = _unit(match["scale"] or "", match["unit"] or "", match["currency"] or "")
    scale = "" if unit.startswith(("万", "亿", "千")) else match["scale"] or ""
    sign = -1 if match["sign"] in ("-", "−") else 1
    signed = sign * number
    plain = not unit and not approx and not scale and text.strip() == str(signed)
    return Numeral(signed * _SCALES[scale], unit, approx, plain)


def is_chinese_numeral(text: str) -> bool:
    """Return whether a text is a number in Chinese words ("两千"), which we ask to have in digits."""
    return bool(_CHINESE.match(text.strip()))


def factor(unit: str, wanted: str) -> Decimal | None:
    """Return what a number in `unit` is multiplied by to be in `wanted`, or None where the two do not compare."""
    if unit == wanted:
        return Decimal(1)
    if (unit, wanted) in _FACTORS:
        return _FACTORS[unit, wanted]
    return 1 / _FACTORS[wanted, unit] if (wanted, unit) in _FACTORS else None


def from_float(value: float) -> Decimal:
    """Return a stored number with the 15 significant digits that Excel keeps (ECMA-376 part 1, 18.3.1.96)."""
    number = Decimal(f"{value:.15g}")
    return number.quantize(Decimal(1)) if number == number.to_integral_value() and abs(number) < Decimal("1e15") else number


def _unit(scale: str, unit: str, currency: str) -> str:
    """Return the unit; 万元, 千克 and 千瓦时 are units of their own and keep their first sign."""
    if unit in ("元", "克", "瓦时", "米") and scale and not (scale in "万亿" and unit != "元"):
        return scale + unit
    return unit or ("元" if currency == "¥" else "")
