"""This module gathers what each department says about one indicator: the parts of a total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
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

    def units(self, kept: Kept) -> Iterable[str]:
        """Return the unit of each record's number."""
        own = "%" if self.column.type == "percent" else self.column.base_unit
        if not self.column.unit_column:
            return repeat(own, len(kept))
        return [given if isinstance(given, str) else own for given in kept.column(self.column.unit_column)]


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


@dataclass(frozen=True, slots=True)
class Bundle:
    """All parts of one indicator in one unit."""

    name: str
    unit: str
    parts: tuple[Part, ...]


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
    found: dict[tuple[Any, str], list[tuple[int, str]]] = {}
    known: dict[tuple[Any, str], list[tuple[int, str]]] = {}
    names = kept.column(figure.section.mark)
    for at, said in enumerate(zip(rows or names, figure.units(kept), strict=True)):
        several = known.get(said)
        if several is None:
            alike = said[0] if rows else fold(_name(said[0]))
            several = known[said] = found.setdefault((alike, family(said[1])), [])
        several.append((at, said[1]))
    parts = _parts(figure, kept)
    return [_bundle(parts, _name(names[several[0][0]]), several) for several in found.values()]


def _name(value: Any) -> str:
    return str(value or "")


def _bundle(parts: Sequence[Part], name: str, found: Sequence[tuple[int, str]]) -> Bundle:
    unit = common(dict.fromkeys(own for _, own in found))
    own_parts = [parts[at] if own == unit else _converted(parts[at], own, unit) for at, own in found]
    return Bundle(name, unit, tuple(own_parts))


def _parts(figure: Figure, kept: Kept) -> list[Part]:
    """Return what each row says, in its own unit."""
    column, nothing = figure.column, [None] * len(kept)
    weight = column.roll_up.weighted_by if column.roll_up else ""
    keys = (column.key, figure.previous, figure.year_before, weight)
    numbers = [map(_number, kept.column(key)) if key else nothing for key in keys]
    words = kept.column(column.approx_column) if column.approx_column else nothing
    approx = (approximation(word) if word else "" for word in words)
    missing = (isinstance(said, Missing) for said in kept.column(column.key))
    fields = zip(range(len(kept)), *numbers, approx, missing, strict=True)
    return list(map(partial(tuple.__new__, Part), fields))


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
