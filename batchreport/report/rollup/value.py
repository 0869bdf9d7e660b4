"""This module holds a roll-up: what all departments of a period have submitted, and who has not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchreport.report.rollup.coverage import cover

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from batchreport.period import Period
    from batchreport.report.rollup.coverage import Department
    from batchreport.schema import Schema
    from batchreport.submission import Submission


@dataclass(frozen=True, slots=True)
class Rollup:
    """All departments of a period.

    `earlier` has the submissions of periods before, for what became of the figures over time. `partial` says that
    the roll-up was asked for some of the departments only. `unread` are files that could not be read and are nobody's.
    """

    schema: Schema
    period: Period
    departments: tuple[Department, ...]
    organisation: str = ""
    deadline: date | None = None
    earlier: Mapping[Period, Sequence[Submission]] = field(default_factory=dict)
    partial: bool = False
    unread: tuple[Submission, ...] = ()

    @classmethod
    def of(  # noqa: PLR0913  (what a roll-up is made from)
        cls,
        schema: Schema,
        submissions: Iterable[Submission],
        period: Period,
        *,
        roster: Sequence[tuple[str, str]] = (),
        organisation: str = "",
        deadline: date | None = None,
        earlier: Mapping[Period, Sequence[Submission]] | None = None,
        partial: bool = False,
    ) -> Rollup:
        """Return the roll-up of the submissions of `period`, good ones and faulty ones, one for each department.

        `roster` has the code and the name of every department that is expected, in order. Of a faulty submission
        only department and findings are used. With `partial` nobody is missing: the roster gives the order alone.
        """
        departments, unread = cover(schema, submissions, roster, deadline)
        if partial:
            departments = tuple(one for one in departments if one.submission is not None)
        return cls(schema, period, departments, organisation, deadline, earlier or {}, partial, unread)

    @property
    def listed(self) -> tuple[Department, ...]:
        """The departments that were expected."""
        return tuple(one for one in self.departments if one.listed)

    @property
    def unlisted(self) -> tuple[Department, ...]:
        """Those that have submitted and stand in no roster."""
        return tuple(one for one in self.departments if not one.listed)

    @property
    def submitted(self) -> tuple[Department, ...]:
        """Those of the expected that have submitted, well or not."""
        return tuple(one for one in self.listed if one.submission is not None)

    @property
    def included(self) -> tuple[Department, ...]:
        """Those whose figures are in the roll-up."""
        return tuple(one for one in self.departments if one.included)

    @property
    def faulty(self) -> tuple[Department, ...]:
        """Those whose workbook has an error, and is not in the roll-up."""
        return tuple(one for one in self.departments if one.faulty)

    @property
    def missing(self) -> tuple[Department, ...]:
        """Those that have not submitted."""
        return tuple(one for one in self.departments if one.submission is None)

    @property
    def late(self) -> tuple[Department, ...]:
        """Those whose workbook is in the roll-up and was filled after the deadline; a faulty one is not even in."""
        return tuple(one for one in self.included if one.days_late)
