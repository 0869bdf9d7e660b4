"""This module gathers what each department says about one indicator: the parts of a total."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from batchreport.names import fold
from batchreport.report.grammar.numbers import approximation
from batchreport.report.rollup.units import common, converted, family
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from batchreport.report.rollup.kept import Kept
    from batchreport.schema import Column, Section

_ADDED = ("integer", "number", "percent", "money")


@dataclass(frozen=True, slots=True)
class Figure:
    """A column whose numbers are gathered over all departments, and the columns that hold what they were before."""

    section: Section
    column: Column
    previous: str = ""
    year_before: str = ""

    @property
    def keys(self) -> set[str]:
        """The columns that a total is made of."""
        column, rule = self.column, self.column.roll_up
        own = {column.key, column.unit_column, column.approx_column, self.section.mark, self.previous, self.year_before}
        if rule:
            conditions = (rule.unless, rule.high_is_good, rule.low_is_good)
            own |= {rule.weighted_by, *(when.column for when in conditions if when)}
        return own - {""}


class Part(NamedTuple):
    """What one department says: this period, the one before and the year before, in the unit of the total.

    `at` is the number of its row among all that are kept.
    """

    at: int
    value: Decimal | None
    previous: Decimal | None
    year_before: Decimal | None
    weight: Decimal | None
    approx: str = ""
    declared_missing: bool = False


NOW: Callable[[Part], Any] = attrgetter("value")
BEFORE: Callable[[Part], Any] = attrgetter("previous")
YEAR_BEFORE: Callable[[Part], Any] = attrgetter("year_before")


class Parts:
    """All parts of one indicator, while it is looked at."""

    def __init__(self, every: Sequence[Part]) -> None:
        self.every = every

    @cached_property
    def given(self) -> list[Part]:
        """Those that have this period's figure."""
        return [part for part in self.every if part.value is not None]

    @cached_property
    def told(self) -> list[Part]:
        """The same, from the lowest to the highest."""
        return sorted(self.given, key=NOW)

    @cached_property
    def with_previous(self) -> list[Part]:
        """Those that have this period's figure and the one before."""
        return [part for part in self.told if part.previous is not None]

    @cached_property
    def with_year(self) -> list[Part]:
        """Those that have this period's figure and that of the year before."""
        return [part for part in self.told if part.year_before is not None]

    @cached_property
    def by_row(self) -> dict[int, Part]:
        """All by the numbers of their rows."""
        return {part.at: part for part in self.every}


class Source:
    """Makes the parts of the indicators of one figure; those of the last that was looked at are at hand.

    Of all indicators at once they would take as much memory as the rows themselves.
    """

    def __init__(self, figure: Figure, kept: Kept) -> None:
        self._kept = kept
        self._own = "%" if figure.column.type == "percent" else figure.column.base_unit
        self._unit = figure.column.unit_column
        weight = figure.column.roll_up.weighted_by if figure.column.roll_up else ""
        self._numbers = (figure.column.key, figure.previous, figure.year_before, weight)
        self._approx = figure.column.approx_column
        self._last: tuple[Bundle, Parts] | None = None

    def units(self) -> Iterable[str]:
        """Return the unit of each row's number."""
        if not self._unit:
            return repeat(self._own, len(self._kept))
        return [given if isinstance(given, str) else self._own for given in self._kept.column(self._unit)]

    def of(self, bundle: Bundle) -> Parts:
        """Return the parts of one of the figure's indicators, in its unit."""
        if self._last is None or self._last[0] is not bundle:
            self._last = bundle, Parts(self._made(bundle))
        return self._last[1]

    def _made(self, bundle: Bundle) -> list[Part]:
        number, *_ = self._numbers
        said = self._column(number, bundle)
        numbers = [map(_number, self._column(key, bundle)) for key in self._numbers]
        approx = (approximation(word) if word else "" for word in self._column(self._approx, bundle))
        missing = (isinstance(value, Missing) for value in said)
        parts = map(partial(tuple.__new__, Part), zip(bundle.rows, *numbers, approx, missing, strict=True))
        if not self._unit:
            return list(parts)
        units = (given if isinstance(given, str) else self._own for given in self._column(self._unit, bundle))
        return [
            part if own == bundle.unit else _converted(part, own, bundle.unit)
            for part, own in zip(parts, units, strict=True)
        ]

    def _column(self, key: str, bundle: Bundle) -> Sequence[Any]:
        """Return what stands in a column of the indicator's rows; of no column, nothing."""
        if not key:
            return [None] * len(bundle.rows)
        values = self._kept.column(key)
        return [values[at] for at in bundle.rows]


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """One indicator in one unit: `rows` has the numbers of its rows among all that are kept."""

    name: str
    unit: str
    rows: Sequence[int]
    source: Source = field(repr=False)

    @property
    def parts(self) -> Parts:
        """What each department says of it, in the order of the rows."""
        return self.source.of(self)


def figures(section: Section) -> tuple[Figure, ...]:
    """Return the columns that are gathered: those of numbers that are no year and tell no earlier period's number.

    None where no column tells which record of one department is that of another. A column that says `roll_up`
    comes first.
    """
    if section.kind == "form" or not section.mark:
        return ()
    earlier = {column.key for column in section.columns if column.previous or column.year_before}
    weights = {column.roll_up.weighted_by for column in section.columns if column.roll_up}
    found = [
        Figure(section, column, _earlier(section, column, "previous"), _earlier(section, column, "year_before"))
        for column in section.columns
        if column.type in _ADDED and column.key not in earlier | weights | {section.mark}
    ]
    return tuple(sorted(found, key=lambda figure: figure.column.roll_up is None))


def _earlier(section: Section, column: Column, word: str) -> str:
    return next((other.key for other in section.columns if getattr(other, word) == column.key), "")


def bundles(figure: Figure, kept: Kept, rows: Sequence[int] | None = None) -> list[Bundle]:
    """Return the indicators of a section in the order in which departments first name them.

    Records of one name are one, or those that have one number in `rows`; never those of units that cannot be added.
    """
    found: dict[tuple[Any, str], _Rows] = {}
    known: dict[tuple[Any, str], _Rows] = {}
    names, source = kept.column(figure.section.mark), Source(figure, kept)
    for at, said in enumerate(zip(rows or names, source.units(), strict=True)):
        several = known.get(said)
        if several is None:
            alike = said[0] if rows else fold(_name(said[0]))
            several = known[said] = found.setdefault((alike, family(said[1])), _Rows())
            several.units.setdefault(said[1])
        several.rows.append(at)
    return [Bundle(_name(names[one.rows[0]]), common(one.units), one.rows, source) for one in found.values()]


class _Rows:
    """The numbers of an indicator's rows, in four bytes each, and the units that stand there, in their order."""

    def __init__(self) -> None:
        self.rows = array("I")
        self.units: dict[str, None] = {}


def _name(value: Any) -> str:
    return str(value or "")


def _converted(part: Part, own: str, unit: str) -> Part:
    value, previous, year = (
        number if number is None else converted(number, own, unit)
        for number in (part.value, part.previous, part.year_before)
    )
    return part._replace(value=value, previous=previous, year_before=year)


def _number(value: Any) -> Decimal | None:
    if type(value) is Decimal:
        return value
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None
