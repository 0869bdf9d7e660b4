"""This module gathers what each department says about one indicator: the parts of a total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.names import fold
from batchreport.report.grammar.numbers import approximation
from batchreport.report.rollup.units import common, converted, family
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from batchreport.report.rollup.coverage import Department
    from batchreport.schema import Column, Section
    from batchreport.submission import Record
    from batchreport.values import Value

_ADDED = ("integer", "number", "percent", "money")


@dataclass(frozen=True, slots=True)
class Figure:
    """A column whose numbers are gathered over all departments, and the columns that hold what they were before."""

    section: Section
    column: Column
    previous: str = ""
    year_before: str = ""

    def unit(self, record: Record) -> str:
        """Return the unit of a record's number."""
        given = record.values.get(self.column.unit_column) if self.column.unit_column else None
        return given if isinstance(given, str) else "%" if self.column.type == "percent" else self.column.base_unit


@dataclass(frozen=True, slots=True)
class Part:
    """What one department says: this period, the one before and the year before, in the unit of the total."""

    department: Department
    record: Record
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


def bundles(figure: Figure, departments: Iterable[Department]) -> list[Bundle]:
    """Return the indicators of a section in the order in which departments first name them."""
    section = figure.section
    gathered: dict[tuple[str, str], list[tuple[Department, Record]]] = {}
    for department in departments:
        for record in department.records(section.key):
            name = str(record.values.get(section.mark) or "")
            gathered.setdefault((fold(name), family(figure.unit(record))), []).append((department, record))
    return [_bundle(figure, found) for found in gathered.values()]


def _bundle(figure: Figure, found: Sequence[tuple[Department, Record]]) -> Bundle:
    unit = common(figure.unit(record) for _, record in found)
    name = str(found[0][1].values.get(figure.section.mark) or "")
    return Bundle(name, unit, tuple(_parts(figure, unit, found)))


def _parts(figure: Figure, unit: str, found: Iterable[tuple[Department, Record]]) -> Iterator[Part]:
    column = figure.column
    weighted_by = column.roll_up.weighted_by if column.roll_up else ""
    for department, record in found:
        values = record.values
        own = figure.unit(record)
        numbers = [_number(values.get(key)) for key in (column.key, figure.previous, figure.year_before)]
        value, previous, year = (None if number is None else converted(number, own, unit) for number in numbers)
        word = approximation(values.get(column.approx_column)) if column.approx_column else ""
        missing = isinstance(values.get(column.key), Missing)
        yield Part(department, record, value, previous, year, _number(values.get(weighted_by)), word, missing)


def _number(value: Value | Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None
