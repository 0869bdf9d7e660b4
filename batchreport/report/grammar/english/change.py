"""This module puts the change of a figure into English words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.period import Period
from batchreport.report.grammar.comparison import Comparison, Outcome, compared
from batchreport.report.grammar.english.numbers import digits, percentage_points, with_unit, word_of
from batchreport.report.grammar.inputs import is_blank
from batchreport.report.grammar.numbers import MINUS, is_money

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

NO_CHANGE = "—"
# "in October", "in the second half", but "last month" and "a year earlier" as they are.
_ADVERBS = ("last ", "a ", "one ", "yesterday")


@dataclass(frozen=True, slots=True)
class _Words:
    """A comparison and the words it is told in: the unit, the word of an estimate, the base period."""

    found: Comparison
    unit: object
    approx: str
    then: str

    def value(self, number: Decimal, approx: str = "") -> str:
        """Return the size of a figure with its unit."""
        return self.signed(number.copy_abs(), approx)

    def signed(self, number: Decimal, approx: str = "") -> str:
        """Return a figure with its unit."""
        return with_unit(digits(number), self.unit, approx)

    @property
    def about(self) -> str:
        return "about " if self.approx else ""

    @property
    def sign(self) -> str:
        return self.about + ("+" if self.found.up else MINUS)

    @property
    def amount(self) -> str:
        return self.about + self.value(self.found.amount)

    @property
    def at(self) -> str:
        """When the base was: "in October", "last month"."""
        return self.then if self.then.startswith(_ADVERBS) else f"in {self.then}"

    @property
    def verb(self) -> str:
        return "up" if self.found.up else "down"


def _words(found: Comparison, unit: object, against: object, approx: object) -> _Words:
    then = against.label("en") if isinstance(against, Period) else "" if is_blank(against) else str(against).strip()
    return _Words(found, unit, word_of(approx), then or "the previous period")


def _same(words: _Words) -> str:
    return f"unchanged from {words.then}" + ("" if words.found.current else ", at zero")


def _nearly(words: _Words) -> str:
    told = words.found.amount and not words.approx
    return f"little changed from {words.then}" + (f", {words.verb} {words.amount}" if told else "")


def _from_zero(words: _Words) -> str:
    if words.found.up:
        return f"up {words.value(words.found.current, words.approx)}, from none {words.at}"
    return f"down {words.value(words.found.current, words.approx)}, from zero {words.at}"


def _turned(words: _Words) -> str:
    if not is_money(words.unit):
        before, now = words.signed(words.found.base), words.signed(words.found.current, words.approx)
        return f"turned from {before} {words.at} to {now}"
    sides = ("loss", "profit") if words.found.up else ("profit", "loss")
    before, now = words.value(words.found.base), words.value(words.found.current, words.approx)
    return f"turned from a {sides[0]} of {before} {words.at} to a {sides[1]} of {now}"


def _deficit(words: _Words) -> str:
    if not words.found.current:
        return f"no loss, after one of {words.value(words.found.base)} {words.at}"
    return f"a loss {words.amount} {'smaller' if words.found.up else 'larger'} than {words.at}"


def _below_zero(words: _Words) -> str:
    return f"{words.verb} {words.amount} on {words.then}"


def _points(words: _Words) -> str:
    return f"{words.about}{percentage_points(words.found.figure)} {_higher(words)} than {words.at}"


def _difference(words: _Words) -> str:
    return f"{words.amount} {_higher(words)} than {words.at}"


def _higher(words: _Words) -> str:
    return "higher" if words.found.up else "lower"


def _growth(words: _Words) -> str:
    return f"{words.verb} {words.amount} ({words.about}{words.found.figure:f}%) on {words.then}"


def _times(words: _Words) -> str:
    return f"{words.verb} {words.amount}, to {words.about}{digits(words.found.figure)} times the figure of {words.then}"


_CLAUSES: dict[Outcome, Callable[[_Words], str]] = {
    Outcome.SAME: _same,
    Outcome.NEARLY: _nearly,
    Outcome.FROM_ZERO: _from_zero,
    Outcome.TURNED: _turned,
    Outcome.DEFICIT: _deficit,
    Outcome.BELOW_ZERO: _below_zero,
    Outcome.POINTS: _points,
    Outcome.DIFFERENCE: _difference,
    Outcome.GROWTH: _growth,
    Outcome.TIMES: _times,
}

_CELLS: dict[Outcome, Callable[[_Words], str]] = {
    Outcome.SAME: lambda _: "unchanged",
    Outcome.NEARLY: lambda _: "little changed",
    Outcome.FROM_ZERO: lambda words: words.sign + words.value(words.found.amount),
    Outcome.TURNED: lambda words: "turned positive" if words.found.up else "turned negative",
    Outcome.DEFICIT: lambda words: f"loss {'down' if words.found.up else 'up'} {words.amount}",
    Outcome.BELOW_ZERO: lambda words: words.sign + words.value(words.found.amount),
    Outcome.POINTS: lambda words: f"{words.sign}{words.found.figure:f} points",
    Outcome.DIFFERENCE: lambda words: words.sign + words.value(words.found.amount),
    Outcome.GROWTH: lambda words: f"{words.sign}{words.found.figure:f}%",
    Outcome.TIMES: lambda words: f"{words.about}{digits(words.found.figure)} times",
}


def change(
    cur: object,
    base: object,
    measure: object = "flow",
    unit: object = "",
    against: object = "last month",
    good_when: object = None,  # noqa: ARG001  (the options are the same in each language; up and down praise nothing)
    approx: object = None,
) -> str:
    """Return the change from `base` to `cur` as a clause without closing mark: "up 12 people (2.0%) on October".

    "" where one of the two is blank: no comparison is possible. `measure` "rate", or the unit %, gives percentage
    points and never a percentage. `against` names the base period, or is it. `approx` marks `cur` as approximate: no
    decimals of growth.
    """
    found = compared(cur, base, measure, unit, approx)
    return _CLAUSES[found.outcome](_words(found, unit, against, approx)) if found else ""


def change_cell(cur: object, base: object, measure: object = "flow", unit: object = "", approx: object = None) -> str:
    """Return the change from `base` to `cur` for a table's cell: "+2.0%", "+1.2 points", "unchanged"; "—" without a base.

    From zero, and for a rate that is no percentage, it is the difference; a change of sign is told in words.
    """
    found = compared(cur, base, measure, unit, approx)
    if not found:
        return NO_CHANGE
    return _CELLS[found.outcome](_words(found, unit, "", approx))
