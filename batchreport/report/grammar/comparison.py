"""This module judges two figures against each other, in no language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from batchreport.report.grammar.inputs import EXACT, as_number, is_blank, plain, rounded
from batchreport.report.grammar.numbers import approximation, is_money

_RATES = frozenset({"比率", "rate"})
_PERCENT_SIGNS = frozenset({"%", "％"})
_MOST_PERCENT = 1000
_HIGH_IS_GOOD = frozenset({"越高越好", "higher", "higher is better"})
_LOW_IS_GOOD = frozenset({"越低越好", "lower", "lower is better"})
# More decimals than these come from a formula (a third of something), not from a filler.
_TYPED_DECIMALS = 4


class Scale(Enum):
    """What may be said about the change of a figure."""

    AMOUNT = auto()  # a stock or a flow: its difference and its growth
    MONEY = auto()  # the same, and below zero it is a loss
    PERCENT = auto()  # a rate in percent: percentage points, never a percentage
    RATIO = auto()  # any other rate: its difference only


class Outcome(Enum):
    """What became of the figure."""

    SAME = auto()
    NEARLY = auto()  # it differs, but the change rounds to nothing
    FROM_ZERO = auto()
    TURNED = auto()  # it changed its sign
    DEFICIT = auto()  # an amount of money was negative and is not positive
    BELOW_ZERO = auto()  # any other figure was negative and is not positive
    POINTS = auto()
    DIFFERENCE = auto()
    GROWTH = auto()
    TIMES = auto()  # it grew too much for a percentage


def scale_of(measure: object, unit: object) -> Scale:
    """Return how a figure is compared: by its unit where that is percent, else by its 口径."""
    unit = "" if is_blank(unit) else str(unit).strip()
    if unit in _PERCENT_SIGNS:
        return Scale.PERCENT
    if str(measure).strip().lower() not in _RATES:
        return Scale.MONEY if is_money(unit) else Scale.AMOUNT
    return Scale.RATIO if unit else Scale.PERCENT


@dataclass(frozen=True, slots=True)
class Comparison:
    """How `current` stands to `base`.

    `amount` is the difference and `figure` the growth in percent, the percentage points or the multiple, both
    rounded and without sign; `up` is the sign of what is shown.
    """

    outcome: Outcome
    current: Decimal
    base: Decimal
    amount: Decimal
    figure: Decimal = Decimal(0)
    up: bool = True


def compared(cur: object, base: object, measure: object, unit: object, approx: object) -> Comparison | None:
    """Return how one cell stands to another, or None where one of the two is blank."""
    current, before = as_number(cur), as_number(base)
    if current is None or before is None:
        return None
    return compare(current, before, scale_of(measure, unit), approximate=bool(approximation(approx)))


def compare(current: Decimal, base: Decimal, scale: Scale, *, approximate: bool = False) -> Comparison:
    """Return how `current` stands to `base`; an approximate figure is compared in whole percent.

    A sign is taken from the rounded figure. Rules: the table of computed phrases in docs/filters.md.
    """
    difference = EXACT.subtract(current, base)
    amount, up = _amount(current, base, difference), difference > 0
    if not difference:
        outcome = Outcome.NEARLY if approximate and current else Outcome.SAME
        return Comparison(outcome, current, base, amount)
    if scale is Scale.PERCENT:
        figure = rounded(difference, 0 if approximate else 1)
        outcome = Outcome.POINTS if figure else Outcome.NEARLY
        return Comparison(outcome, current, base, Decimal(0), figure.copy_abs(), up=up)
    if scale is Scale.RATIO:
        return Comparison(Outcome.DIFFERENCE, current, base, amount, up=up)
    if special := without_growth(current, base, scale):
        return Comparison(special, current, base, amount, up=up)
    return _growth(current, base, amount, difference, 0 if approximate else 1)


def without_growth(current: Decimal, base: Decimal, scale: Scale = Scale.AMOUNT) -> Outcome | None:
    """Return the outcome of two amounts where a percentage would mean nothing; None where it means something.

    Rules: the table of computed phrases in docs/filters.md.
    """
    if not base:
        return Outcome.FROM_ZERO
    if current.is_signed() != base.is_signed() and current:
        return Outcome.TURNED
    if base < 0:
        return Outcome.DEFICIT if scale is Scale.MONEY else Outcome.BELOW_ZERO
    return None


def _growth(current: Decimal, base: Decimal, amount: Decimal, difference: Decimal, places: int) -> Comparison:
    growth = rounded(EXACT.divide(EXACT.multiply(difference, Decimal(100)), base), places)
    up = difference > 0
    if not growth:
        return Comparison(Outcome.NEARLY, current, base, amount, up=up)
    if growth > _MOST_PERCENT:
        times = rounded(EXACT.divide(current, base), places)
        return Comparison(Outcome.TIMES, current, base, amount, times, up=up)
    return Comparison(Outcome.GROWTH, current, base, amount, growth.copy_abs(), up=up)


def _amount(current: Decimal, base: Decimal, difference: Decimal) -> Decimal:
    decimals = max(_decimals(current), _decimals(base))
    if decimals <= _TYPED_DECIMALS:
        return difference.copy_abs()
    return rounded(difference, 2).copy_abs() or difference.copy_abs()


def _decimals(number: Decimal) -> int:
    return len(plain(number).partition(".")[2])


def improved(cur: object, base: object, good_when: object) -> bool | None:
    """Tell whether a figure moved the way that is good; None where no way is, one is blank, or it hardly moved."""
    found = compared(cur, base, "", "", None)
    word = "" if is_blank(good_when) else str(good_when).strip().lower()
    if found is None or found.outcome in (Outcome.SAME, Outcome.NEARLY) or word not in _HIGH_IS_GOOD | _LOW_IS_GOOD:
        return None
    return found.up == (word in _HIGH_IS_GOOD)
