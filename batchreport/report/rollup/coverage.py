"""This module says which departments a roll-up covers: who was expected, who has submitted, who was late."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from batchreport.findings import unread
from batchreport.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from batchreport.findings import Finding, Severity
    from batchreport.schema import Schema
    from batchreport.submission import Record, Submission, Table


@dataclass(frozen=True, eq=False)
class Department:
    """One department that was expected or has submitted; `submission` is None for one that has not.

    `filled` names the section and the column that say when its workbook was filled. `beside` are files of its name that
    could not be read and do not count.
    """

    code: str
    name: str
    submission: Submission | None = None
    listed: bool = True
    filled: str = ""
    deadline: date | None = None
    beside: tuple[Submission, ...] = ()

    @cached_property
    def filled_on(self) -> date | None:
        """The day on which its workbook was filled, where that is known."""
        section, _, column = self.filled.partition(".")
        table = self.submission.tables.get(section) if self.submission and section else None
        value = table.records[0].values.get(column) if table and table.records else None
        return value if isinstance(value, date) else None

    @cached_property
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

    @property
    def findings(self) -> Iterator[Finding]:
        """All that is to be said of its files."""
        for one in (self.submission, *self.beside):
            yield from one.findings if one else ()

    def with_unread(self, files: Sequence[Submission]) -> Department:
        """Return the department with files of its name that could not be read: one of them counts where no other came."""
        if not files or self.submission is not None:
            return replace(self, beside=tuple(files)) if files else self
        first, *rest = files
        return replace(self, submission=first, beside=tuple(rest))

    def count(self, severity: Severity) -> int:
        """Return how many findings of that severity its workbook has."""
        return sum(finding.severity is severity for finding in self.submission.findings) if self.submission else 0

    def table(self, section: str) -> Table | None:
        """Return its table of a section, by key; none of a workbook that is not included."""
        return self.submission.tables.get(section) if self.submission and self.included else None

    def records(self, section: str) -> Sequence[Record]:
        """Return its records of a section, by key; none of a workbook that is not included."""
        table = self.table(section)
        return table.records if table else ()


def cover(
    schema: Schema,
    submissions: Iterable[Submission],
    roster: Sequence[tuple[str, str]] = (),
    deadline: date | None = None,
) -> tuple[tuple[Department, ...], tuple[Submission, ...]]:
    """Return the departments of `roster` (code and name) in its order, then those that have submitted unasked; and what is nobody's.

    There is one submission for each department; of two, the later one in `submissions` counts. Without a roster
    every department that has submitted was expected. A file that could not be read is that of the department of its
    name; with a roster, one of another name is nobody's.
    """
    arrived: dict[str, Submission] = {}
    files: defaultdict[str, list[Submission]] = defaultdict(list)
    for one in submissions:
        if one.department or not unread(one.findings):
            arrived[fold(one.department or one.name or one.file)] = one
        else:
            files[fold(one.name or one.file)].append(one)
    by_name = {fold(one.name): key for key, one in arrived.items() if one.name}
    found, filled = [], schema.identity.filled_on
    for code, name in roster:
        key = fold(code) if fold(code) in arrived else by_name.get(fold(name), "")
        found.append(Department(code, name, arrived.pop(key, None), filled=filled, deadline=deadline))
    found += (
        Department(one.department, one.name or one.file, one, not roster, filled, deadline) for one in arrived.values()
    )
    departments = tuple(one.with_unread(files.pop(fold(one.name), ())) for one in found)
    if roster:
        return departments, tuple(one for own in files.values() for one in own)
    others = (Department("", own[0].name or own[0].file).with_unread(own) for own in files.values())
    return (*departments, *others), ()
