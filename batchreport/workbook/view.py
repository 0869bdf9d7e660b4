"""This module gives checks a section of a submission to look at: its cells' places, and what its limits mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from batchreport.schema import bound

if TYPE_CHECKING:
    from batchreport.findings import Place
    from batchreport.schema import Bound, Column, Schema, Section
    from batchreport.submission import Record, Submission, Table

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


_NO_EDGES = Edges(None, None)


class View:
    """One section of a submission with what surrounds it."""

    def __init__(self, submission: Submission, schema: Schema, section: Section, table: Table) -> None:
        self.submission = submission
        self.schema = schema
        self.section = section
        self.table = table

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
        return not any(record.values.get(column.key) is not None for record in self.table.records)

    def edges(self, low: Bound | None, high: Bound | None) -> Edges:
        """Return what a minimum and a maximum mean for this submission."""
        if low is None and high is None:
            return _NO_EDGES
        return Edges(self._edge(low), self._edge(high))

    def _edge(self, value: Bound | None) -> Edge | None:
        period = self.submission.period
        if value is None or (period is None and isinstance(value, str) and value.startswith("period")):
            return None
        return bound(value, period.start, period.end) if period else bound(value, date.min, date.max)
