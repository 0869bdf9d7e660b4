"""This module makes one figure of the departments' figures: a sum of amounts; of rates lowest, median and highest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from batchreport.names import fold, truth
from batchreport.report.grammar.inputs import EXACT
from batchreport.report.rollup.parts import BEFORE, NOW, YEAR_BEFORE, bundles
from batchreport.report.rollup.units import is_percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from batchreport.report.rollup.kept import Kept
    from batchreport.report.rollup.parts import Bundle, Figure, Part
    from batchreport.schema import When
    from batchreport.values import Value

_CLOSE = 2  # decimals beyond those of the parts, for a mean


class Method(Enum):
    """How the departments' figures become one."""

    SUM = 0
    MEAN = 1
    MEDIAN = 2


@dataclass(frozen=True)
class Total:
    """One indicator over all departments.

    `previous` and `year_before` are those of the departments that have both that figure and this period's;
    `comparable` and `comparable_year` are this period's of the same departments, so that growth compares like with
    like. `ranking` holds rank and part, best first; none where no direction is known.
    """

    bundle: Bundle
    method: Method
    value: Decimal | None
    approx: frozenset[str]
    previous: Decimal | None
    comparable: Decimal | None
    year_before: Decimal | None
    comparable_year: Decimal | None
    ranking: tuple[tuple[int, Part], ...] = ()

    def approximation(self, about: str) -> str:
        """Return the word that marks the figure as approximate: that of its parts, or `about` where theirs differ."""
        return about if len(self.approx) > 1 else "".join(self.approx)

    @cached_property
    def told(self) -> list[Part]:
        """The parts that have this period's figure, from the lowest to the highest."""
        return sorted([part for part in self.bundle.parts if part.value is not None], key=NOW)

    @cached_property
    def with_previous(self) -> list[Part]:
        """The parts that have this period's figure and the one before."""
        return [part for part in self.told if part.previous is not None]

    @cached_property
    def with_year(self) -> list[Part]:
        """The parts that have this period's figure and that of the year before."""
        return [part for part in self.told if part.year_before is not None]

    @cached_property
    def median(self) -> Decimal | None:
        """The figure in the middle."""
        return median(list(map(NOW, self.told)))

    @cached_property
    def by_record(self) -> dict[int, Part]:
        """The parts by the numbers of their records."""
        return {part.at: part for part in self.bundle.parts}

    def moved(self, sign: int) -> int:
        """Return how many departments' figures rose (1), stayed (0) or fell (-1) against the period before."""
        found = self.with_previous
        return sum(difference == sign for difference in map(EXACT.compare, map(NOW, found), map(BEFORE, found)))


Told = tuple["Figure", Total]
"""A figure and its total."""


@dataclass(frozen=True)
class Gathered:
    """The rows of a section of whose records totals are made, and the totals of each of its figures."""

    kept: Kept
    totals: tuple[tuple[Figure, list[Total]], ...]

    @cached_property
    def rows(self) -> list[list[Told]]:
        """What stands in each row of totals: one of the first figure, and the other figures' of the same records.

        Where those records have another figure in several units, all but the first are in rows of their own.
        """
        (first, own), *others = self.totals
        rows: list[list[list[Told]]] = [[[(first, total)]] for total in own]
        at_row = {at: row for row, total in enumerate(own) for at in total.by_record} if others else {}
        numbers = [at_row[at] for at in sorted(at_row)]
        for figure, _ in others:
            placed: set[int] = set()
            for total in sorted(totals(figure, self.kept, numbers), key=lambda total: not total.told):
                row = at_row[total.bundle.parts[0].at]
                if row not in placed:
                    rows[row][0].append((figure, total))
                    placed.add(row)
                elif total.told:
                    rows[row].append([(figure, total)])
        return [told for row in rows for told in row]


def totals(figure: Figure, kept: Kept, rows: Sequence[int] | None = None) -> list[Total]:
    """Return every indicator of a section over all departments, in the order in which they are first named.

    With `rows` only records of one number there are one indicator.
    """
    return [_total(figure, bundle, kept) for bundle in bundles(figure, kept, rows)]


def median(values: Sequence[Decimal]) -> Decimal | None:
    """Return the middle of `values`, which are in order; of two in the middle their mean."""
    if not values:
        return None
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    return EXACT.divide(EXACT.add(values[middle - 1], values[middle]), Decimal(2))


def _total(figure: Figure, bundle: Bundle, kept: Kept) -> Total:
    method = _method(figure, bundle, kept)
    told = [part for part in bundle.parts if part.value is not None]
    then = [part for part in told if part.previous is not None]
    year = [part for part in told if part.year_before is not None]
    summed = method is Method.SUM
    return Total(
        bundle,
        method,
        value=_sum(map(NOW, told)) if summed else _mean(told),
        approx=frozenset(part.approx for part in told if part.approx),
        previous=_sum(map(BEFORE, then)) if summed else None,
        comparable=_sum(map(NOW, then)) if summed else None,
        year_before=_sum(map(YEAR_BEFORE, year)) if summed else None,
        comparable_year=_sum(map(NOW, year)) if summed else None,
        ranking=_ranking(figure, told, kept),
    )


def _method(figure: Figure, bundle: Bundle, kept: Kept) -> Method:
    roll_up = figure.column.roll_up
    apart = roll_up is not None and _holds(roll_up.unless, bundle.parts, kept)
    if not apart and not is_percent(bundle.unit):
        return Method.SUM
    return Method.MEAN if _mean(bundle.parts) is not None else Method.MEDIAN


def _holds(when: When | None, parts: Iterable[Part], kept: Kept) -> bool:
    """Tell whether a condition fits what one of the departments says."""
    if when is None:
        return False
    said = kept.column(when.column)
    return any(_fits(when, said[part.at]) for part in parts)


def _fits(when: When, value: Value) -> bool:
    if when.given is not None and (value is not None) != when.given:
        return False
    if when.is_ and not _is_one_of(value, when.is_):
        return False
    return not when.is_not or (value is not None and not _is_one_of(value, when.is_not))


def _is_one_of(value: Value, words: tuple[str, ...]) -> bool:
    """Return whether a value is one of the words of a condition; yes or no are so in every word for them."""
    return value in map(truth, words) if isinstance(value, bool) else _is_word(str(value), words)


@lru_cache(maxsize=256)
def _is_word(text: str, words: tuple[str, ...]) -> bool:
    return text in words or fold(text) in map(fold, words)


def _sum(values: Iterable[Decimal]) -> Decimal | None:
    given = list(values)
    return sum(given, Decimal(0)) if given else None


def _mean(parts: Iterable[Part]) -> Decimal | None:
    """Return the weighted mean; None where a part with a figure has no weight."""
    told = [(part.value, part.weight) for part in parts if part.value is not None]
    pairs = [(value, weight) for value, weight in told if weight is not None and weight >= 0]
    whole = sum((weight for _, weight in pairs), Decimal(0))
    if not whole or len(pairs) < len(told):
        return None
    product = sum((EXACT.multiply(value, weight) for value, weight in pairs), Decimal(0))
    places = max(-int(value.as_tuple().exponent) for value, _ in pairs)
    return EXACT.divide(product, whole).quantize(Decimal(1).scaleb(-max(places, 0) - _CLOSE), ROUND_HALF_UP)


def _ranking(figure: Figure, told: Sequence[Part], kept: Kept) -> tuple[tuple[int, Part], ...]:
    """Return the departments from the best figure to the worst; equal figures have one rank."""
    roll_up = figure.column.roll_up
    if roll_up is None or len(told) < len("ab"):
        return ()
    high, low = (_holds(when, told, kept) for when in (roll_up.high_is_good, roll_up.low_is_good))
    if high == low:  # neither, or the departments do not agree
        return ()
    ordered = sorted(told, key=NOW, reverse=high)
    ranks: dict[Decimal, int] = {}
    return tuple((ranks.setdefault(NOW(part), at), part) for at, part in enumerate(ordered, 1))
