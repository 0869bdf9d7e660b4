"""This module makes the rows that a roll-up's template sees: a section's, with the department in front, and totals."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from batchreport.report.rollup.totals import Method

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from batchreport.report.rollup.coverage import Department
    from batchreport.report.rollup.parts import Figure, Part
    from batchreport.report.rollup.totals import Total
    from batchreport.schema import Schema, Section
    from batchreport.submission import Record
    from batchreport.values import Value

Names = tuple[str, ...]
"""What one attribute is called, in Chinese and in English."""

OF_ROW: tuple[Names, ...] = (("填报单位", "department"), ("单位编码", "department_code"))
"""What stands in front of the columns of every row."""
NAME = "单位名称"
"""The other name of the department, in rows of sections that have no such column."""
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


def kind_of_row(name: str, fields: Iterable[Names]) -> type[tuple[Any, ...]]:
    """Return a tuple type whose items are attributes under each of their names; a later field takes a name over."""
    attributes: dict[str, Any] = {"__slots__": ()}
    for index, names in enumerate(fields):
        attributes |= dict.fromkeys(filter(None, names), property(itemgetter(index)))
    return type(name, (tuple,), attributes)


def columns_of(section: Section) -> list[Names]:
    """Return the names of a section's columns."""
    return [(column.key, column.name) for column in section.columns]


def front_of(section: Section) -> list[Names]:
    """Return the names of what is known of a row's department; 单位名称 only where no column is called so."""
    taken = {name for names in columns_of(section) for name in names}
    (zh, en), code = OF_ROW
    return [(zh, en) if NAME in taken else (zh, en, NAME), code]


class Rows:
    """Makes the rows of one section: one of each record, one of each total."""

    def __init__(self, section: Section, schema: Schema, about: str) -> None:
        columns, front = columns_of(section), front_of(section)
        self._section = section
        self._about = about
        self._identity = {
            path.split(".")[1]: at
            for at, path in enumerate((schema.identity.name, schema.identity.code))
            if path.split(".")[0] == section.key
        }
        self._row = kind_of_row(section.key, [*columns, *front])
        self._ranked = kind_of_row(section.key, [*columns, *front, RANK])
        self._total = kind_of_row(section.key, [*columns, *OF_TOTAL])

    def row(self, department: Department, record: Record) -> tuple[Any, ...]:
        """Return the row of a record, in which the department is known even if its form does not say it."""
        return self._row(self._values(department, record))

    def _values(self, department: Department, record: Record, told: dict[str, Value] | None = None) -> list[Value]:
        own = (department.name, department.code)
        known = {key: own[at] for key, at in self._identity.items()}
        values = {**record.values, **known, **(told or {})} if known or told else record.values
        return [*map(values.get, self._section.by_key), *own]

    def _part(self, figure: Figure, total: Total, part: Part) -> list[Value]:
        """Return the values of a department's row, its figures in the unit of the total."""
        numbers = (
            (figure.column.key, part.value),
            (figure.previous, part.previous),
            (figure.year_before, part.year_before),
        )
        told: dict[str, Value] = {key: number for key, number in numbers if key and number is not None}
        told |= {figure.column.unit_column: total.bundle.unit or None} if figure.column.unit_column else {}
        return self._values(part.department, part.record, told)

    def total(self, total: Total, figure: Figure, others: Sequence[tuple[Figure, Total]] = ()) -> tuple[Any, ...]:
        """Return the row of a total: its columns have what the departments agree on, and the figures."""
        agreed = {column.key: self._agreed(column.key, total.bundle.parts) for column in self._section.columns}
        agreed[self._section.mark] = total.bundle.name
        for each, its in ((figure, total), *others):
            agreed |= self._figures(each, its)
        return self._total([*map(agreed.get, self._section.by_key), *self._beyond(figure, total)])

    def _figures(self, figure: Figure, total: Total) -> dict[str, Value]:
        column = figure.column
        found: dict[str, Value] = {column.key: total.value}
        found |= {column.unit_column: total.bundle.unit or None} if column.unit_column else {}
        found |= {column.approx_column: total.approximation(self._about) or None} if column.approx_column else {}
        found |= {figure.previous: total.previous} if figure.previous else {}
        return found | ({figure.year_before: total.year_before} if figure.year_before else {})

    def _agreed(self, key: str, parts: Sequence[Part]) -> Value:
        """Return what all departments say that say anything; of a choice what most of them say."""
        column = self._section.by_key[key]
        given = [value for part in parts if (value := part.record.values.get(key)) is not None]
        if column.type == "choice" and given:
            return max(dict.fromkeys(given), key=given.count)
        return given[0] if given and all(value == given[0] for value in given) and not column.numeric else None

    def _beyond(self, figure: Figure, total: Total) -> list[Any]:
        told = total.told
        ends = [[part for part in told if part.value == told[at].value] for at in (0, -1)] if told else [[], []]
        return [
            total.method is Method.SUM,
            len(told) > 1,
            len(told),
            sum(part.declared_missing for part in total.bundle.parts),
            total.comparable,
            len(total.with_previous),
            total.comparable_year,
            len(total.with_year),
            told[0].value if told else None,
            total.median,
            told[-1].value if told else None,
            *(tuple(part.department.name for part in end) for end in ends),
            *(total.moved(sign) for sign in (1, 0, -1)),
            tuple(self._ranked([*self._part(figure, total, part), rank]) for rank, part in total.ranking),
            tuple(self._row(self._part(figure, total, part)) for part in total.bundle.parts),
        ]
