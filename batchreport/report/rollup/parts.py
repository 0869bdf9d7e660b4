"""This module gathers what each department says about one indicator: the parts of a total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from batchreport.names import fold
from batchreport.report.grammar.numbers import approximation
from batchreport.report.rollup.units import common, converted, family
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from batchreport.report.rollup.kept import Kept, Row
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

    def unit(self, row: Row) -> str:
        """Return the unit of a record's number."""
        given = getattr(row, self.column.unit_column) if self.column.unit_column else None
        return given if isinstance(given, str) else "%" if self.column.type == "percent" else self.column.base_unit


class Part(NamedTuple):
    """What one department says: this period, the one before and the year before, in the unit of the total.

    `at` is the number of its row among all that are kept.
    """

    at: int
    row: Row
    value: Decimal | None
    previous: Decimal | None
    year_before: Decimal | None
    weight: Decimal | None
    approx: str = ""
    declared_missing: bool = False


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


def bundles(figure: Figure, kept: Kept) -> list[Bundle]:
    """Return the indicators of a section in the order in which departments first name them."""
    mark = figure.section.mark
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    known: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for at, row in enumerate(kept.rows):
        said = str(getattr(row, mark) or ""), figure.unit(row)
        several = known.get(said)
        if several is None:
            several = known[said] = found.setdefault((fold(said[0]), family(said[1])), [])
        several.append((at, said[1]))
    return [_bundle(figure, kept, several) for several in found.values()]


def _bundle(figure: Figure, kept: Kept, found: Sequence[tuple[int, str]]) -> Bundle:
    unit = common(own for _, own in found)
    name = str(getattr(kept.rows[found[0][0]], figure.section.mark) or "")
    return Bundle(name, unit, tuple(_parts(figure, kept, unit, found)))


def _parts(figure: Figure, kept: Kept, unit: str, found: Iterable[tuple[int, str]]) -> Iterator[Part]:
    column, rows = figure.column, kept.rows
    weighted_by = column.roll_up.weighted_by if column.roll_up else ""
    for at, own in found:
        row = rows[at]
        said = getattr(row, column.key)
        previous = _number(getattr(row, figure.previous)) if figure.previous else None
        year = _number(getattr(row, figure.year_before)) if figure.year_before else None
        numbers: Sequence[Decimal | None] = (_number(said), previous, year)
        if own != unit:
            numbers = [number if number is None else converted(number, own, unit) for number in numbers]
        weight = _number(getattr(row, weighted_by)) if weighted_by else None
        word = approximation(getattr(row, column.approx_column)) if column.approx_column else ""
        yield Part(at, row, numbers[0], numbers[1], numbers[2], weight, word, isinstance(said, Missing))


def _number(value: Any) -> Decimal | None:
    if type(value) is Decimal:
        return value
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None
