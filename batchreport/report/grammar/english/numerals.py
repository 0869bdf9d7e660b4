"""This module writes numbers in English words: cardinals, ordinals, and amounts as on a cheque."""

from __future__ import annotations

from batchreport.report.grammar.inputs import EXACT, as_number, rounded

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ("thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_TWENTY, _HUNDRED, _THOUSAND = 20, 100, 1000
_LARGEST = _THOUSAND ** len(_SCALES)
_IRREGULAR = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def cardinal(number: int) -> str:
    """Return a number from 0 up in words: 1409 is "one thousand four hundred and nine"."""
    if number < _HUNDRED:
        return _below_hundred(number)
    size, word = _scale(number)
    high, low = divmod(number, size)
    text = f"{cardinal(high)} {word}"
    if not low:
        return text
    return f"{text} and {cardinal(low)}" if low < _HUNDRED else f"{text} {cardinal(low)}"


def _below_hundred(number: int) -> str:
    if number < _TWENTY:
        return _SMALL[number]
    tens, one = divmod(number, 10)
    return _TENS[tens] + (f"-{_SMALL[one]}" if one else "")


def _scale(number: int) -> tuple[int, str]:
    if number < _THOUSAND:
        return _HUNDRED, "hundred"
    if number >= _LARGEST:
        return _LARGEST, _SCALES[-1]
    at = (len(str(number)) - 1) // 3
    return _THOUSAND**at, _SCALES[at - 1]


def ordinal_word(number: int) -> str:
    """Return the ordinal of a number from 1 up in words: 21 is "twenty-first"."""
    text = cardinal(number)
    at = max(text.rfind(" "), text.rfind("-")) + 1
    last = text[at:]
    if last in _IRREGULAR:
        return text[:at] + _IRREGULAR[last]
    return text[:at] + (f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last}th")


def ordinal_figure(number: int) -> str:
    """Return the ordinal of a number in figures: "1st", "22nd", "113th"."""
    return f"{number}{'th' if number % 100 in _TEENS else _ENDINGS.get(number % 10, 'th')}"


def capital_amount(x: object, closing: str = "", currency: str = "") -> str:
    """Return an amount as a cheque has it: 1409.50 is "One thousand four hundred and nine and 50/100".

    Rounded half up to hundredths, which are always there. `currency` and then `closing` ("only") stand behind.
    """
    value = as_number(x)
    if value is None:
        return ""
    cents = int(EXACT.scaleb(rounded(value.copy_abs(), 2), 2))
    whole, rest = divmod(cents, _HUNDRED)
    words = f"minus {cardinal(whole)}" if value < 0 < cents else cardinal(whole)
    behind = "".join(f" {word}" for word in (currency, closing) if word)
    return f"{words[0].upper()}{words[1:]} and {rest:02d}/100{behind}"
