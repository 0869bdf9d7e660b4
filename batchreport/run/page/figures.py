"""This module takes the key figures out of a roll-up: what departments report together, beside the period before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from batchreport.report.rollup.parts import Figure
    from batchreport.report.rollup.totals import Total

_MOST = 40
_PLACES = Decimal("0.01")
_SHARE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure over all departments, as it is shown; "" for what is not known.

    `method` is "sum", "mean" or "median". `before` and `now` are those of the departments
    that have both periods' figures, `both` of them, `change` and `growth` what became of them; `bars` are their lengths in percent of the longer.
    """

    name: str
    unit: str
    method: str
    value: str
    departments: int
    lowest: str
    highest: str
    before: str = ""
    now: str = ""
    both: int = 0
    change: str = ""
    growth: str = ""
    bars: tuple[str, str] = ("0", "0")


def indicators(totals: Iterable[tuple[Figure, Sequence[Total]]], language: str) -> tuple[Indicator, ...]:
    """Return the figures that most departments report, those first, at most forty; `totals` has those of each figure."""
    found = sorted(_found(totals, language), key=lambda one: -one.departments)
    return tuple(found[:_MOST])


def as_plain(found: Iterable[Indicator]) -> list[dict[str, Any]]:
    """Return indicators as JSON has them."""
    return [asdict(one) for one in found]


def from_plain(said: Iterable[dict[str, Any]]) -> tuple[Indicator, ...]:
    """Return the indicators that `as_plain` has said."""
    return tuple(Indicator(**{**one, "bars": tuple(one["bars"])}) for one in said)


def _found(totals: Iterable[tuple[Figure, Sequence[Total]]], language: str) -> Iterator[Indicator]:
    begun = set()
    for figure, own in totals:
        is_first = figure.section.key not in begun
        begun.add(figure.section.key)
        for total in own:
            if total.told:
                name = total.bundle.name
                yield _indicator(total, name if is_first else f"{name} · {figure.column.heading(language)}")


def _indicator(total: Total, name: str) -> Indicator:
    told = [part.value for part in total.told if part.value is not None]
    value = total.value if total.value is not None else total.median
    first = Indicator(
        name, total.bundle.unit, total.method.name.lower(), shown(value), len(told), shown(told[0]), shown(told[-1])
    )
    before, now = total.previous, total.comparable
    if total.method.name != "SUM" or before is None or now is None:
        return first
    longest = max(abs(before), abs(now)) or Decimal(1)
    return Indicator(
        **{
            name: getattr(first, name)
            for name in ("name", "unit", "method", "value", "departments", "lowest", "highest")
        },
        before=shown(before),
        now=shown(now),
        both=len(total.with_previous),
        change=_signed(now - before),
        growth=_growth(now, before),
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


def _growth(now: Decimal, before: Decimal) -> str:
    """Return the growth in percent; none against nothing, or across zero."""
    if before <= 0 or now < 0:
        return ""
    share = ((now - before) * 100 / before).quantize(_SHARE, ROUND_HALF_UP)
    return f"{'−' if share < 0 else '+'}{abs(share):,f}%" if share else "0.0%"


def _length(value: Decimal, longest: Decimal) -> str:
    return f"{max(value, Decimal(0)) * 100 / longest:.2f}"
