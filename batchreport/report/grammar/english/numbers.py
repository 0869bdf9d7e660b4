"""This module writes figures in English: number, quantity, thousands and millions, money."""

from __future__ import annotations

from decimal import Decimal

from batchreport.report.grammar import numbers
from batchreport.report.grammar.english.plurals import plural, units
from batchreport.report.grammar.inputs import EXACT, as_number, is_blank, refuse, rounded
from batchreport.report.grammar.numbers import MINUS, SYMBOLS, approximation

# A list of Chinese words may stand behind an English report.
_WORDS = {
    "约": "about",
    "余": "over",
    "多": "over",
    "近": "nearly",
    "超过": "more than",
    "左右": "about",
    "上下": "about",
}
_AFTER_NUMBER = frozenset({"+", "plus"})
_AFTER_UNIT = frozenset({"or so", "or more", "or fewer", "or less", "and over", "以上", "以下", "以内"})
_NO_GAP = frozenset({"%", "‰", "°", "′", "″", "％"})  # signs that stand close to their figure
_SCALES = {
    "thousand": Decimal(10**3), "million": Decimal(10**6), "billion": Decimal(10**9), "trillion": Decimal(10**12),
}  # fmt: skip
_THOUSAND = Decimal(1000)
_IN_FIGURES = Decimal(10_000)
_AMOUNT_IN_FIGURES = Decimal(1_000_000)
_CENTS = 2
_CODE = 3  # letters of a currency's code: CNY


def number(x: object, places: int | None = None, grouped: bool = True) -> str:
    """Return `x` in digits with commas between thousands: as it stands, or rounded half up to `places` decimals.

    Without `grouped` there are no commas. A blank gives "".
    """
    return numbers.number(x, places, grouped=grouped)


def digits(value: Decimal, places: object = None) -> str:
    """Return a number's digits with commas between thousands: as many decimals as it has, or `places`."""
    return numbers.digits(value, places)


def with_unit(digits: str, unit: object, word: object = None) -> str:
    """Return approximation, digits and unit in their order: "1 room", "2 rooms", "about 200 m", "200 rooms or more", "20 × 500 ml"."""
    said, unit = word_of(word), "" if is_blank(unit) else str(unit).strip()
    between = said if said in _AFTER_NUMBER else ""
    gap = "" if unit in _NO_GAP or not unit else " "
    figure = f"{digits}{' ' if between == 'plus' else ''}{between}{gap}{unit_behind(digits + between, unit)}"
    if said in _AFTER_UNIT:
        return f"{figure} {said}"
    return f"{said} {figure}" if said and not between else figure


def unit_behind(digits: str, unit: str) -> str:
    """Return a unit as it stands behind a figure: in its plural or singular, and one that begins with a digit apart."""
    told = units(digits, unit)
    return f"× {told}" if told[:1].isdigit() else told


def word_of(word: object) -> str:
    """Return the English word of approximation; "" where the figure is exact."""
    said = approximation(word)
    return _WORDS.get(said, said)


def quantity(x: object, unit: object = "", approx: object = None) -> str:
    """Return a figure with its unit, in the plural where it is one, and the word that marks it as approximate.

    "or so" and "or more" stand behind, "+" at the figure, every other word ("about", "over") in front.
    """
    value = as_number(x)
    return "" if value is None else with_unit(digits(value), unit, approx)


def approximate(x: object, word: object, unit: object = "") -> str:
    """Return an approximate figure: `200|approximate("about", "room")` is "about 200 rooms"."""
    return quantity(x, unit, word)


def points(x: object, places: int = 1) -> str:
    """Return a difference of two percent numbers: 1.2 is "1.2 percentage points"."""
    value = as_number(x)
    return "" if value is None else percentage_points(rounded(value, places))


def percentage_points(figure: Decimal) -> str:
    """Return a rounded difference in words."""
    told = f"{figure:f}".replace("-", MINUS)
    return f"{told} {units(told, 'percentage point')}"


def ten_thousands(x: object, places: int = 2) -> str:
    """Return an amount of yuan in thousands, for English has no word for 万: 126000 is "126.00 thousand yuan"."""
    return money(x, scale="thousand", places=places)


def compact(x: object, unit: object = "", places: int = 1) -> str:
    """Return a large figure in thousands, millions or billions: 12345 is "12.3 thousand"; below 10,000 in figures."""
    value = as_number(x)
    if value is None:
        return ""
    if value.copy_abs() < _IN_FIGURES:
        return with_unit(digits(value), unit)
    return with_unit(_scaled(value, _scale_of(value, places, "thousand"), places), unit)


def money(x: object, currency: str = "yuan", scale: str | None = None, places: int | None = None) -> str:
    """Return an amount of money: "126,000 yuan", "1,409.50 yuan", from a million up "12.6 million yuan".

    `scale` ("thousand", "million", "billion", or "" for none) fixes the size, `places` the decimals. Whole amounts
    have none. A sign of currency such as $ stands in front, and so does a code such as CNY.
    """
    value = as_number(x)
    if value is None:
        return ""
    if scale and scale not in _SCALES:
        refuse("thousand、million 或 billion", '"thousand", "million" or "billion"', scale)
    size = value.copy_abs()
    if scale is None and size >= _AMOUNT_IN_FIGURES:
        scale = _scale_of(size, _CENTS if places is None else places, "million")
    told = _scaled(size, scale, _CENTS if places is None else places, fixed=places is not None) if scale else ""
    return _priced(told or _whole(size, places), str(currency), negative=value < 0)


def _whole(size: Decimal, places: int | None) -> str:
    cents = rounded(size, _CENTS)
    whole = cents == cents.to_integral_value()
    return digits(size, places if places is not None else (0 if whole else _CENTS))


def _priced(amount: str, currency: str, *, negative: bool) -> str:
    sign = MINUS if negative and any(digit in amount for digit in "123456789") else ""
    if currency in SYMBOLS:
        return f"{sign}{currency}{amount}"
    if len(currency) == _CODE and currency.isupper():
        return f"{currency} {sign}{amount}"
    return f"{sign}{amount} {currency if amount == '1' else plural(currency)}".rstrip()


def _scale_of(value: Decimal, places: int, least: str) -> str:
    """Return the scale in which a figure, as it is rounded, is 1 or more and below 1000."""
    for name in list(_SCALES)[list(_SCALES).index(least) :]:
        if rounded(EXACT.divide(value, _SCALES[name]), places).copy_abs() < _THOUSAND:
            return name
    return name


def _scaled(value: Decimal, scale: str, places: int, *, fixed: bool = False) -> str:
    figure = rounded(EXACT.divide(value, _SCALES[scale]), places)
    return f"{digits(figure, places if fixed else None)} {scale}"
