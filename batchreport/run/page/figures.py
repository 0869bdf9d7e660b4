"""This module takes the key figures out of a roll-up: what departments report together, beside the period before."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from batchreport.report.grammar.chinese import numbers as chinese
from batchreport.report.grammar.chinese.change import change_cell as chinese_change
from batchreport.report.grammar.comparison import Outcome, Scale, compare, without_growth
from batchreport.report.grammar.english import numbers as english
from batchreport.report.grammar.english.change import change_cell as english_change
from batchreport.report.grammar.inputs import EXACT, rounded
from batchreport.report.rollup.words import WORDS
from batchreport.run.page.indicator import Figures, Indicator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from batchreport.report.rollup.parts import Figure
    from batchreport.report.rollup.totals import Total

_MOST = 40
_PLACES = Decimal("0.01")
_CHANGE = {"zh": chinese_change, "en": english_change}
_WITH_WORD = {"zh": chinese.with_unit, "en": english.with_unit}


def figures(totals: Iterable[tuple[Figure, Sequence[Total]]], language: str) -> Figures:
    """Return the figures that most departments report, those first, at most forty; `totals` has those of each figure."""
    found = sorted(_found(totals, language), key=lambda one: -one.departments)
    return Figures(tuple(found[:_MOST]), len(found[_MOST:]))


def _found(totals: Iterable[tuple[Figure, Sequence[Total]]], language: str) -> Iterator[Indicator]:
    begun = set()
    for figure, own in totals:
        is_first = figure.section.key not in begun
        begun.add(figure.section.key)
        for total in own:
            if total.count:
                name = total.bundle.name
                yield _indicator(total, name if is_first else f"{name} · {figure.column.heading(language)}", language)


def _indicator(total: Total, name: str, language: str) -> Indicator:
    about, with_word = WORDS[language].about, _WITH_WORD[language]
    word = total.approximation(about)
    value = with_word(shown(total.value if total.value is not None else total.median), "", word)
    first = Indicator(
        name,
        total.bundle.unit,
        total.method.name.lower(),
        value,
        total.count,
        shown(total.lowest),
        shown(total.highest),
    )
    before, now = total.previous, total.comparable
    if total.method.name != "SUM" or before is None or now is None:
        return first
    longest = max(abs(before), abs(now)) or Decimal(1)
    said = (_signed(now - before), _growth(now, before, word, language))
    change, growth = (with_word(text, "", about if word and text[:1] in {"+", "−"} else "") for text in said)
    return replace(
        first,
        before=shown(before),
        now=with_word(shown(now), "", word),
        both=total.with_previous,
        change=change,
        growth=growth,
        bars=(_length(now, longest), _length(before, longest)),
    )


def shown(value: Decimal | None) -> str:
    """Return a number as the page shows it: "12,345.6", "−3", at most two decimals; "" for none."""
    if value is None:
        return ""
    rounded = value.quantize(_PLACES, ROUND_HALF_UP) if -int(value.as_tuple().exponent) > len("00") else value
    text = f"{rounded:,f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(change: Decimal) -> str:
    text = shown(abs(change))
    return f"{'−' if change < 0 else '+'}{text}" if text != "0" else "0"


def _growth(now: Decimal, before: Decimal, word: str, language: str) -> str:
    """Return the growth in percent, rounded as the reports' is, or the multiple; none where they give none."""
    if without_growth(now, before):
        return ""
    if compare(now, before, Scale.AMOUNT).outcome is Outcome.TIMES:
        return _CHANGE[language](now, before, approx=word)
    share = rounded(EXACT.divide(EXACT.multiply(now - before, Decimal(100)), before), 0 if word else 1)
    return f"{'−' if share < 0 else '+'}{abs(share):,f}%" if share else f"{share:f}%"


def _length(value: Decimal, longest: Decimal) -> str:
    return f"{max(value, Decimal(0)) * 100 / longest:.2f}"
