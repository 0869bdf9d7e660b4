"""This module puts the change of a figure into Chinese words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.period import Period
from batchreport.report.grammar.chinese.numbers import digits, with_unit
from batchreport.report.grammar.comparison import Comparison, Outcome, compared
from batchreport.report.grammar.inputs import is_blank
from batchreport.report.grammar.numbers import MINUS, approximation

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

_LOW_IS_GOOD = frozenset({"越低越好", "lower"})
_NEUTRAL = frozenset({"中性", "neutral"})
_THIS = {"去年": "今年", "上年同期": "本期", "上年同月": "本月", "上半年": "下半年", "上年下半年": "上半年"}
NO_CHANGE = "—"


@dataclass(frozen=True, slots=True)
class _Words:
    """A comparison and the words it is told in: the two periods, the verbs that fit, the mark of an estimate."""

    found: Comparison
    unit: object
    approx: str
    then: str
    now: str
    amount_verb: str
    growth_verb: str
    rate_verb: str

    def value(self, number: Decimal, approx: str = "") -> str:
        """Return a figure with its unit; 负 instead of a minus sign, which is lost in running text."""
        return ("负" if number < 0 else "") + with_unit(digits(number.copy_abs()), self.unit, approx)

    @property
    def about(self) -> str:
        return "约" if self.approx else ""

    @property
    def sign(self) -> str:
        return self.about + ("+" if self.found.up else MINUS)

    @property
    def amount(self) -> str:
        return self.about + self.value(self.found.amount)

    @property
    def figure(self) -> str:
        return f"{self.about}{self.found.figure:f}"


def _words(found: Comparison, unit: object, against: object, good_when: object, approx: object) -> _Words:
    then = _period_name(against)
    now = _THIS.get(then) or ("本" + then[1:] if then.startswith("上") else "本期")
    # 增长 and 提高 praise: a failure rate or the number of complaints has 上升.
    grew = "上升" if str(good_when) in _LOW_IS_GOOD else "增长"
    rose = "上升" if str(good_when) in _LOW_IS_GOOD | _NEUTRAL else "提高"
    verbs = ("增加", grew, rose) if found.up else ("减少", "下降", "下降")
    return _Words(found, unit, approximation(approx), then, now, *verbs)


def _period_name(given: object) -> str:
    if isinstance(given, Period):
        return given.label("zh")
    return "上期" if is_blank(given) else str(given).strip()


def _same(words: _Words) -> str:
    return f"与{words.then}持平" + ("" if words.found.current else "，均为0")


def _nearly(words: _Words) -> str:
    told = words.found.amount and not words.approx
    return f"与{words.then}基本持平" + (f"，{words.amount_verb}{words.amount}" if told else "")


def _from_zero(words: _Words) -> str:
    now = words.value(words.found.current, words.approx)
    return f"{words.then}为0，{words.now}{'新增' if words.found.up else '为'}{now}"


def _turned(words: _Words) -> str:
    turn = "由负转正" if words.found.up else "由正转负"
    now = words.value(words.found.current, words.approx)
    return f"较{words.then}{turn}，{words.then}为{words.value(words.found.base)}，{words.now}为{now}"


def _amounted(words: _Words) -> str:
    return f"较{words.then}{words.amount_verb}{words.amount}"


def _deficit(words: _Words) -> str:
    return f"较{words.then}{'减亏' if words.found.up else '增亏'}{words.amount}"


def _points(words: _Words) -> str:
    return f"较{words.then}{words.rate_verb}{words.figure}个百分点"


def _difference(words: _Words) -> str:
    return f"较{words.then}{words.rate_verb}{words.amount}"


def _growth(words: _Words) -> str:
    change = _amounted(words)
    return f"{change}，{words.growth_verb}{words.figure}%" if words.found.current else change


def _times(words: _Words) -> str:
    multiple = f"{words.then}的{digits(words.found.figure)}倍"
    return f"{_amounted(words)}，{'约为' if words.approx else '是'}{multiple}"


_CLAUSES: dict[Outcome, Callable[[_Words], str]] = {
    Outcome.SAME: _same,
    Outcome.NEARLY: _nearly,
    Outcome.FROM_ZERO: _from_zero,
    Outcome.TURNED: _turned,
    Outcome.DEFICIT: _deficit,
    Outcome.BELOW_ZERO: _amounted,
    Outcome.POINTS: _points,
    Outcome.DIFFERENCE: _difference,
    Outcome.GROWTH: _growth,
    Outcome.TIMES: _times,
}

_CELLS: dict[Outcome, Callable[[_Words], str]] = {
    Outcome.SAME: lambda _: "持平",
    Outcome.NEARLY: lambda _: "基本持平",
    Outcome.FROM_ZERO: lambda words: words.sign + words.value(words.found.amount),
    Outcome.TURNED: lambda words: "由负转正" if words.found.up else "由正转负",
    Outcome.DEFICIT: lambda words: ("减亏" if words.found.up else "增亏") + words.amount,
    Outcome.BELOW_ZERO: lambda words: words.sign + words.value(words.found.amount),
    Outcome.POINTS: lambda words: f"{words.sign}{words.found.figure:f}个百分点",
    Outcome.DIFFERENCE: lambda words: words.sign + words.value(words.found.amount),
    Outcome.GROWTH: lambda words: f"{words.sign}{words.found.figure:f}%",
    Outcome.TIMES: lambda words: f"增至{words.about}{digits(words.found.figure)}倍",
}


def change(
    cur: object,
    base: object,
    measure: object = "时期",
    unit: object = "",
    against: object = "上月",
    good_when: object = None,
    approx: object = None,
) -> str:
    """Return the change from `base` to `cur` as a clause without closing mark: "较上月增加12人，增长2.0%".

    "" where one of the two is blank: no comparison is possible. `measure` 比率, or the unit %, gives 个百分点 and
    never a percentage. `against` names the base period, or is it. `good_when` 越低越好 says 上升 instead of 增长
    or 提高. `approx` marks `cur` as approximate: no decimals of growth.
    """
    found = compared(cur, base, measure, unit, approx)
    return _CLAUSES[found.outcome](_words(found, unit, against, good_when, approx)) if found else ""


def change_cell(cur: object, base: object, measure: object = "时期", unit: object = "", approx: object = None) -> str:
    """Return the change from `base` to `cur` for a table's cell: "+2.0%", "+1.2个百分点", "持平"; "—" without a base.

    From zero, and for a rate that is no percentage, it is the difference; a change of sign is told in words.
    """
    found = compared(cur, base, measure, unit, approx)
    if not found:
        return NO_CHANGE
    return _CELLS[found.outcome](_words(found, unit, "", None, approx))
