"""This module gives checks a section of a submission to look at: its cells' places, and what its limits mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from batchreport.schema import bound
from batchreport.values import Missing

if TYPE_CHECKING:
    from batchreport.findings import Place
    from batchreport.period import Period
    from batchreport.schema import Bound, Column, Schema, Section
    from batchreport.submission import Record, Submission, Table
    from batchreport.values import Value

Edge = int | float | date
"""A limit, once the period is known."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The lowest and the highest value that may stand in a cell."""

    low: Edge | None
    high: Edge | None

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return self.low is not None or self.high is not None

    def too_low(self, value: Value) -> bool:
        """Tell whether a value is below the lowest; one of another kind is not, and no yes or no is a number."""
        low = self.low
        if low is None or type(value) is bool:
            return False
        return isinstance(value, _ALIKE[type(low)]) and value < low  # type: ignore[operator]  # of one kind

    def too_high(self, value: Value) -> bool:
        """Tell whether a value is above the highest; one of another kind is not, and no yes or no is a number."""
        high = self.high
        if high is None or type(value) is bool:
            return False
        return isinstance(value, _ALIKE[type(high)]) and value > high  # type: ignore[operator]  # of one kind


_ALIKE: dict[type, tuple[type, ...]] = {int: (int, Decimal), float: (int, Decimal), date: (date,)}
"""What can be compared with a limit of each kind."""
_NO_EDGES = Edges(None, None)


class View:
    """One section of a submission with what surrounds it."""

    def __init__(self, submission: Submission, schema: Schema, section: Section, table: Table) -> None:
        self.submission = submission
        self.schema = schema
        self.section = section
        self.table = table
        self._rows = [record.values for record in table.records]
        self._values: dict[str, list[Value]] = {}

    def values(self, key: str) -> list[Value]:
        """Return the values of a column, record by record."""
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = [row.get(key) for row in self._rows]
        return found

    def blank(self, key: str) -> list[Record]:
        """Return the records that have nothing in a column."""
        values = self.values(key)
        if all(values):
            return []
        return [record for record, value in zip(self.table.records, values, strict=True) if value is None]

    def filled(self, key: str) -> list[tuple[Record, Value]]:
        """Return the records that have something in a column, each with what it is; a word for a value that lacks is nothing."""
        pairs = zip(self.table.records, self.values(key), strict=True)
        return [(record, value) for record, value in pairs if value is not None and not isinstance(value, Missing)]

    def place(self, record: Record, key: str) -> Place:
        """Return the cell of a record's column; of the row's first cell where the column is not there."""
        cells = record.cells
        return self.submission.place(self.section.key, cells.get(key) or next(iter(cells.values()), ""))

    def faulty(self, record: Record, key: str) -> bool:
        """Whether the cell could not be understood, so that enough has been said about it."""
        faulty = self.table.faulty
        return bool(faulty) and record.cells.get(key) in faulty

    def absent(self, column: Column) -> bool:
        """Whether the sheet lacks the column, and nothing in another cell gave it a value."""
        if column.key in self.table.headers:
            return False
        return not any(value is not None for value in self.values(column.key))

    def edges(self, low: Bound | None, high: Bound | None) -> Edges:
        """Return what a minimum and a maximum mean for this submission."""
        if low is None and high is None:
            return _NO_EDGES
        return Edges(self._edge(low), self._edge(high))

    def _edge(self, value: Bound | None) -> Edge | None:
        if value is None or isinstance(value, (int, float)):
            return value
        period = self.submission.period
        if period:
            return _meant(value, period)
        return None if isinstance(value, str) and value.startswith("period") else bound(value, date.min, date.max)


@lru_cache(maxsize=64)
def _meant(value: Bound, period: Period) -> Edge:
    return bound(value, period.start, period.end)
