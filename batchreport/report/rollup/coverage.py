"""This module says which departments a roll-up covers: who was expected, who has submitted, who was late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from batchreport.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from batchreport.findings import Severity
    from batchreport.schema import Schema
    from batchreport.submission import Record, Submission


@dataclass(frozen=True, slots=True)
class Department:
    """One department that was expected or has submitted; `submission` is None for one that has not."""

    code: str
    name: str
    submission: Submission | None = None
    listed: bool = True
    filled_on: date | None = None
    deadline: date | None = None

    @property
    def included(self) -> bool:
        """Whether its figures are in the roll-up."""
        return self.submission is not None and self.submission.good

    @property
    def faulty(self) -> bool:
        """Whether it has submitted a workbook that cannot be used."""
        return self.submission is not None and not self.submission.good

    @property
    def file(self) -> str:
        """The name of its workbook."""
        return self.submission.file if self.submission else ""

    @property
    def days_late(self) -> int:
        """How many days after the deadline its workbook was filled; 0 where one of the two is not known."""
        if self.filled_on is None or self.deadline is None:
            return 0
        return max((self.filled_on - self.deadline).days, 0)

    def count(self, severity: Severity) -> int:
        """Return how many findings of that severity its workbook has."""
        return sum(finding.severity is severity for finding in self.submission.findings) if self.submission else 0

    def records(self, section: str) -> Sequence[Record]:
        """Return its records of a section, by key; none of a workbook that is not included."""
        table = self.submission.tables.get(section) if self.submission and self.included else None
        return table.records if table else ()


def cover(
    schema: Schema,
    submissions: Iterable[Submission],
    roster: Sequence[tuple[str, str]] = (),
    deadline: date | None = None,
) -> tuple[Department, ...]:
    """Return the departments of `roster` (code and name) in its order, then those that have submitted unasked.

    There is one submission for each department; of two, the later one in `submissions` counts. Without a roster
    every department that has submitted was expected.
    """
    arrived = {fold(one.department or one.name or one.file): one for one in submissions}
    by_name = {fold(one.name): key for key, one in arrived.items() if one.name}
    found = []
    for code, name in roster:
        key = fold(code) if fold(code) in arrived else by_name.get(fold(name), "")
        found.append(_department(schema, code, name, arrived.pop(key, None), deadline))
    for one in arrived.values():
        made = _department(schema, one.department, one.name or one.file, one, deadline, listed=not roster)
        found.append(made)
    return tuple(found)


def _department(
    schema: Schema, code: str, name: str, submission: Submission | None, deadline: date | None, *, listed: bool = True
) -> Department:
    filled_on = _filled_on(schema, submission) if submission else None
    return Department(code, name, submission, listed, filled_on, deadline)


def _filled_on(schema: Schema, submission: Submission) -> date | None:
    section, _, column = schema.identity.filled_on.partition(".")
    table = submission.tables.get(section)
    value = table.records[0].values.get(column) if table and table.records else None
    return value if isinstance(value, date) else None
