"""This module makes one figure of the departments' figures: a sum of amounts; of rates lowest, median and highest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache, reduce
from typing import TYPE_CHECKING

from batchreport.names import fold, truth
from batchreport.report.grammar.inputs import EXACT
from batchreport.report.rollup.parts import BEFORE, NOW, YEAR_BEFORE, bundles
from batchreport.report.rollup.units import is_percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


class Best(Enum):
    """Which of the departments' figures is the best."""

    LOWEST = 0
    HIGHEST = 1


@dataclass(frozen=True, slots=True)
class Total:
    """One indicator over all departments.

    `count` departments have this period's figure; `lowest`, `median` and `highest` are of theirs. `previous` and
    `year_before` are those of the `with_previous` and `with_year` departments that have both that figure and this period's;
    `comparable` and `comparable_year` are this period's of the same departments, so that growth compares like with
    like. `missing` departments say that they have none. `best` tells whether the highest figure is the best one, or the
    lowest; None where that is not known.
    """

    bundle: Bundle
    method: Method
    value: Decimal | None
    approx: frozenset[str]
    count: int
    lowest: Decimal | None
    median: Decimal | None
    highest: Decimal | None
    with_previous: int
    previous: Decimal | None
    comparable: Decimal | None
    with_year: int
    year_before: Decimal | None
    comparable_year: Decimal | None
    missing: int
    best: Best | None = None

    def approximation(self, about: str) -> str:
        """Return the word that marks the figure as approximate: that of its parts, or `about` where theirs differ."""
        return about if len(self.approx) > 1 else "".join(self.approx)

    def ranking(self) -> Iterator[tuple[int, Part]]:
        """Yield rank and part, best first, none where nothing is known to be best; equal figures have one rank."""
        if self.best is None:
            return
        ranks: dict[Decimal, int] = {}
        ordered = sorted(self.bundle.parts.given, key=NOW, reverse=self.best is Best.HIGHEST)
        for at, part in enumerate(ordered, 1):
            yield ranks.setdefault(NOW(part), at), part

    def moved(self, sign: int) -> int:
        """Return how many departments' figures rose (1), stayed (0) or fell (-1) against the period before."""
        found = self.bundle.parts.with_previous
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
        at_row = {at: row for row, total in enumerate(own) for at in total.bundle.rows} if others else {}
        numbers = [at_row[at] for at in sorted(at_row)]
        for figure, _ in others:
            placed: set[int] = set()
            for total in sorted(totals(figure, self.kept, numbers), key=lambda total: not total.count):
                row = at_row[total.bundle.rows[0]]
                if row not in placed:
                    rows[row][0].append((figure, total))
                    placed.add(row)
                elif total.count:
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
    method, given, told = _method(figure, bundle, kept), bundle.parts.given, bundle.parts.told
    then = [part for part in given if part.previous is not None]
    year = [part for part in given if part.year_before is not None]
    summed = method is Method.SUM
    return Total(
        bundle,
        method,
        value=_sum(map(NOW, given)) if summed else _mean(given),
        approx=frozenset(part.approx for part in given if part.approx),
        count=len(given),
        lowest=told[0].value if told else None,
        median=median(list(map(NOW, told))),
        highest=told[-1].value if told else None,
        with_previous=len(then),
        previous=_sum(map(BEFORE, then)) if summed else None,
        comparable=_sum(map(NOW, then)) if summed else None,
        with_year=len(year),
        year_before=_sum(map(YEAR_BEFORE, year)) if summed else None,
        comparable_year=_sum(map(NOW, year)) if summed else None,
        missing=sum(part.declared_missing for part in bundle.parts.every),
        best=_best(figure, given, kept),
    )


def _method(figure: Figure, bundle: Bundle, kept: Kept) -> Method:
    roll_up = figure.column.roll_up
    apart = roll_up is not None and _holds(roll_up.unless, bundle.rows, kept)
    if not apart and not is_percent(bundle.unit):
        return Method.SUM
    return Method.MEAN if _mean(bundle.parts.every) is not None else Method.MEDIAN


def _holds(when: When | None, rows: Iterable[int], kept: Kept) -> bool:
    """Tell whether a condition fits what one of the departments says in such a row."""
    if when is None:
        return False
    said = kept.column(when.column)
    return any(_fits(when, said[at]) for at in rows)


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
    return reduce(EXACT.add, given, Decimal(0)) if given else None


def _mean(parts: Iterable[Part]) -> Decimal | None:
    """Return the weighted mean; None where a part with a figure has no weight."""
    told = [(part.value, part.weight) for part in parts if part.value is not None]
    pairs = [(value, weight) for value, weight in told if weight is not None and weight >= 0]
    whole, product = _sum(weight for _, weight in pairs), _sum(EXACT.multiply(*pair) for pair in pairs)
    if not whole or product is None or len(pairs) < len(told):
        return None
    places = max(-int(value.as_tuple().exponent) for value, _ in pairs)
    return EXACT.quantize(EXACT.divide(product, whole), Decimal(1).scaleb(-max(places, 0) - _CLOSE))


def _best(figure: Figure, given: Sequence[Part], kept: Kept) -> Best | None:
    roll_up, rows = figure.column.roll_up, [part.at for part in given]
    if roll_up is None or len(rows) < len("ab"):
        return None
    high, low = (_holds(when, rows, kept) for when in (roll_up.high_is_good, roll_up.low_is_good))
    if high == low:  # neither, or the departments do not agree
        return None
    return Best.HIGHEST if high else Best.LOWEST
