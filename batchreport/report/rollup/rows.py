"""This module makes the rows of totals that a roll-up's template sees."""

from __future__ import annotations

from collections import Counter
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from batchreport.report.rollup.kept import columns_of, with_rank
from batchreport.report.rollup.totals import Method

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from batchreport.report.rollup.kept import Names, Row
    from batchreport.report.rollup.parts import Figure
    from batchreport.report.rollup.totals import Gathered, Told, Total
    from batchreport.schema import Section
    from batchreport.values import Value

OF_TOTAL: tuple[Names, ...] = (
    ("可加", "additive"),
    ("共有", "shared"),
    ("填报单位数", "reporting"),
    ("缺报单位数", "declared_missing"),
    ("可比值", "comparable"),
    ("上期单位数", "with_previous"),
    ("同比可比值", "comparable_year"),
    ("上年单位数", "with_year"),
    ("最低值", "lowest"),
    ("中位数", "median"),
    ("最高值", "highest"),
    ("最低单位", "lowest_at"),
    ("最高单位", "highest_at"),
    ("上升单位数", "rose"),
    ("持平单位数", "unchanged"),
    ("下降单位数", "fell"),
    ("排名", "ranking"),
    ("各行", "rows"),
)
"""What a total has beyond the columns of its section."""
RANK: Names = ("名次", "rank")


def kind_of_row(name: str, fields: Iterable[Names], when_asked: Collection[int] = ()) -> type[tuple[Any, ...]]:
    """Return a tuple type whose items are attributes under each of their names; a later field takes a name over.

    The items `when_asked` are functions, whose result the attribute is.
    """
    attributes: dict[str, Any] = {"__slots__": ()}
    for index, names in enumerate(fields):
        item = itemgetter(index)
        made = property(_called(item) if index in when_asked else item)
        attributes |= dict.fromkeys(filter(None, names), made)
    return type(name, (tuple,), attributes)


def _called(item: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda row: item(row)()


class Totals:
    """Makes the rows of the totals of one section; `wanted` has the columns that are asked for, the figures' among them."""

    def __init__(self, section: Section, about: str, wanted: Collection[str]) -> None:
        self._section = section
        self._about = about
        self._wanted = wanted
        makers = [partial(self._agreed, key) for key in section.by_key]
        unwanted = {at: maker for at, maker in enumerate(makers) if list(section.by_key)[at] not in wanted}
        first = len(makers) + len(OF_TOTAL) - len(_LATE)
        self._kind = _kind_of_total(section, unwanted | dict(enumerate(_LATE, first)))

    def rows(self, gathered: Callable[[], Gathered]) -> tuple[Any, ...]:
        """Return the rows of all totals of `gathered`, which is asked again for what is not made at once."""
        found = gathered()
        return tuple(self._kind((*self._row(found, told), _Later(gathered, at))) for at, told in enumerate(found.rows))

    def _row(self, found: Gathered, told: Sequence[Told]) -> Iterator[Any]:
        total = told[0][1]
        known: dict[str, Value] = {self._section.mark: total.bundle.name}
        for figure, its in told:
            known |= self._figures(figure, its)
        for key in self._section.by_key:
            if key in known or key not in self._wanted:
                yield known.get(key)
            else:
                yield self._agreed(key, found, total)
        yield from _numbers(total)
        yield from (None for _ in _LATE)

    def _figures(self, figure: Figure, total: Total) -> dict[str, Value]:
        column = figure.column
        found: dict[str, Value] = {column.key: total.value}
        found |= {column.unit_column: total.bundle.unit or None} if column.unit_column else {}
        found |= {column.approx_column: total.approximation(self._about) or None} if column.approx_column else {}
        found |= {figure.previous: total.previous} if figure.previous else {}
        return found | ({figure.year_before: total.year_before} if figure.year_before else {})

    def _agreed(self, key: str, gathered: Gathered, total: Total) -> Value:
        """Return what all departments say that say anything; of a choice what most of them say."""
        column = self._section.by_key[key]
        if column.numeric:
            return None
        said = gathered.kept.column(key)
        given: list[Value] = [value for at in total.bundle.rows if (value := said[at]) is not None]
        if column.type == "choice" and given:
            most: Value = max(Counter(given).items(), key=itemgetter(1))[0]
            return most
        return given[0] if given and all(value == given[0] for value in given) else None


def _numbers(total: Total) -> list[Any]:
    return [
        total.method is Method.SUM,
        total.count > 1,
        total.count,
        total.missing,
        total.comparable,
        total.with_previous,
        total.comparable_year,
        total.with_year,
        total.lowest,
        total.median,
        total.highest,
    ]


class _Later:
    """Makes what of a total is asked for later, each thing once."""

    __slots__ = ("_at", "_gathered", "_made")

    def __init__(self, gathered: Callable[[], Gathered], at: int) -> None:
        self._gathered = gathered
        self._at = at
        self._made: dict[Callable[..., Any], Any] = {}

    def __call__(self, make: Callable[[Gathered, Sequence[Told]], Any]) -> Any:
        if make not in self._made:
            found = self._gathered()
            self._made[make] = make(found, found.rows[self._at])
        return self._made[make]


def _kind_of_total(
    section: Section, late: Mapping[int, Callable[[Gathered, Sequence[Told]], Any]]
) -> type[tuple[Any, ...]]:
    """Return the kind of a section's totals, which have a `_Later` at their end for the items `late`."""
    attributes: dict[str, Any] = {"__slots__": ()}
    later = itemgetter(-1)
    for at, names in enumerate((*columns_of(section), *OF_TOTAL)):
        made = _asked(later, late[at]) if at in late else itemgetter(at)
        attributes |= dict.fromkeys(filter(None, names), property(made))
    return type(section.key, (tuple,), attributes)


def _asked(later: Callable[[Any], Any], make: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda row: later(row)(make)


def _lowest(gathered: Gathered, told: Sequence[Told]) -> tuple[str, ...]:
    return _at(gathered, told[0][1], told[0][1].lowest)


def _highest(gathered: Gathered, told: Sequence[Told]) -> tuple[str, ...]:
    return _at(gathered, told[0][1], told[0][1].highest)


def _at(gathered: Gathered, total: Total, value: Decimal | None) -> tuple[str, ...]:
    """Return the departments that have that figure."""
    return tuple(gathered.kept.owner(part.at).name for part in total.bundle.parts.given if part.value == value)


def _ranking(gathered: Gathered, told: Sequence[Told]) -> tuple[Row, ...]:
    kept = gathered.kept
    kind = with_rank(kept.kind, RANK)
    own = ((rank, part.at, _own(told, part.at)) for rank, part in told[0][1].ranking())
    return tuple(kept.changed(kept[at], said, rank, kind=kind) for rank, at, said in own)


def _rows(gathered: Gathered, told: Sequence[Told]) -> tuple[Row, ...]:
    kept = gathered.kept
    return tuple(kept.changed(kept[at], _own(told, at)) for at in told[0][1].bundle.rows)


def _own(told: Sequence[Told], at: int) -> dict[str, Value]:
    """Return the figures of a department's row in the units of the totals."""
    known: dict[str, Value] = {}
    for figure, total in told:
        if (part := total.bundle.parts.by_row.get(at)) is None:
            continue
        numbers = (
            (figure.column.key, part.value),
            (figure.previous, part.previous),
            (figure.year_before, part.year_before),
        )
        known |= {key: number for key, number in numbers if key and number is not None}
        known |= {figure.column.unit_column: total.bundle.unit or None} if figure.column.unit_column else {}
    return known


def _moved(sign: int, _: Gathered, told: Sequence[Told]) -> int:
    return told[0][1].moved(sign)


_MOVES = tuple(partial(_moved, sign) for sign in (1, 0, -1))
_LATE: tuple[Callable[[Gathered, Sequence[Told]], Any], ...] = (_lowest, _highest, *_MOVES, _ranking, _rows)
