"""This module writes numbers in Chinese characters: numerals and capital amounts."""

from __future__ import annotations

from dataclasses import dataclass

from batchreport.report.grammar.inputs import EXACT, as_number, rounded

_WAN = 10_000
_YI = 100_000_000


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of number characters: ten digits, and the places 十, 百, 千."""

    digits: str
    places: str

    def spell(self, number: int) -> str:
        """Return a number from 0 up in words: 10500 is "一万零五百"; 10 is "一十"."""
        if not number:
            return self.digits[0]
        if number < _WAN:
            return self._group(number)
        unit, word = (_WAN, "万") if number < _YI else (_YI, "亿")
        high, low = divmod(number, unit)
        # 零 fills the gap where the places just below the unit are empty.
        gap = self.digits[0] if 0 < low < unit // 10 else ""
        return f"{self.spell(high)}{word}{gap}{self.spell(low) if low else ''}"

    def _group(self, number: int) -> str:
        """Return 1 to 9999: one 零 for any run of zeros between two digits."""
        text = ""
        for digit, place in zip(f"{number:04d}", (*reversed(self.places), ""), strict=True):
            if digit != "0":
                text += self.digits[int(digit)] + place
            elif text and not text.endswith(self.digits[0]):
                text += self.digits[0]
        return text.rstrip(self.digits[0])


_SMALL = Characters("零一二三四五六七八九", "十百千")
_CAPITAL = Characters("零壹贰叁肆伍陆柒捌玖", "拾佰仟")


def numeral(number: int) -> str:
    """Return a number from 0 up as people write it: 12 is "十二", 21 is "二十一"."""
    words = _SMALL.spell(number)
    return words.removeprefix("一") if words.startswith("一十") else words


def capital_amount(x: object, closing: str = "整", currency: str = "人民币") -> str:
    """Return an amount of 元 as a voucher writes it: 1409.50 is "人民币壹仟肆佰零玖元伍角".

    Rounded half up to 分. `currency` stands in front. `closing` (整 or 正) closes an amount of whole 元, and none with 角 or 分. Where 元 is 0
    and 角 is not, 零 stands before 角. Rule: 正确填写票据和结算凭证的基本规定, 一 to 四 (支付结算办法, annex 1);
    of its permitted pairs the first is taken.
    """
    value = as_number(x)
    if value is None:
        return ""
    cents = int(EXACT.scaleb(rounded(value.copy_abs(), 2), 2))
    sign = "负" if value < 0 < cents else ""
    return f"{currency}{sign}{_amount(cents, closing)}"


def _amount(cents: int, closing: str) -> str:
    yuan, rest = divmod(cents, 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_CAPITAL.spell(yuan)}元" if yuan or not rest else ""
    if not rest:
        return text + closing
    if text and (yuan % 10 == 0 or not jiao):
        text += _CAPITAL.digits[0]
    text += f"{_CAPITAL.digits[jiao]}角" if jiao else ""
    return text + (f"{_CAPITAL.digits[fen]}分" if fen else "")
