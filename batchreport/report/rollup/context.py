"""This module turns a roll-up into what its template sees."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from batchreport.findings import Severity
from batchreport.report.rollup.alike import alike
from batchreport.report.rollup.coverage import Department
from batchreport.report.rollup.names import (
    ALIKE,
    DEADLINE,
    GROUPS,
    OF_DEPARTMENT,
    OF_GROUP,
    OF_RECENT,
    ORGANISATION,
    PARTIAL,
    RECENT,
    TOTALS,
    gathered,
    subject,
    worded,
)  # fmt: skip
from batchreport.report.rollup.parts import figures
from batchreport.report.rollup.rows import Rows, kind_of_row
from batchreport.report.rollup.totals import totals
from batchreport.report.rollup.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.report.rollup.rows import Names
    from batchreport.report.rollup.value import Rollup
    from batchreport.schema import Section
    from batchreport.values import Value


def context(rollup: Rollup) -> dict[str, Any]:
    """Return the names of a roll-up and what stands behind each: see docs/rollup.md."""
    return _Maker(rollup).made()


class _Maker:
    """Makes the context of one roll-up."""

    def __init__(self, rollup: Rollup) -> None:
        self._rollup = rollup
        self._schema = rollup.schema
        self._words = WORDS[rollup.schema.language]
        self._rows = {
            section.key: Rows(section, rollup.schema, self._words.about) for section in rollup.schema.sections
        }
        fields = [(section.key, section.name) for section in rollup.schema.sections]
        self._department = kind_of_row("department", [*fields, *OF_DEPARTMENT])

    def made(self) -> dict[str, Any]:
        rollup = self._rollup
        made: dict[str, Any] = {}
        own = {section.key: [self._of(section, one) for one in rollup.departments] for section in self._schema.sections}
        for section in self._schema.sections:
            rows = tuple(chain.from_iterable(own[section.key]))
            made |= dict.fromkeys(filter(None, (section.key, section.name)), rows)
        sections = zip(*own.values(), strict=True)
        shown = {
            id(department): self._shown(department, rows)
            for department, rows in zip(rollup.departments, sections, strict=True)
        }
        for names, group in GROUPS.items():
            made |= dict.fromkeys(names, tuple(shown[id(one)] for one in getattr(rollup, group)))
        summed = [self._totals(section, rollup.included) for section in gathered(self._schema)]
        made |= dict.fromkeys(TOTALS, _thing("totals", gathered(self._schema), summed))
        grouped = [self._groups(section, made[section.key]) for section in worded(self._schema)]
        made |= dict.fromkeys(ALIKE, _thing("alike", worded(self._schema), grouped))
        made |= dict.fromkeys(ORGANISATION, rollup.organisation or None)
        made |= dict.fromkeys(DEADLINE, rollup.deadline) | dict.fromkeys(PARTIAL, rollup.partial)
        made |= dict.fromkeys(RECENT, self._recent(summed))
        return made | self._periods()

    def _periods(self) -> dict[str, Any]:
        period, column = self._rollup.period, self._schema.column(self._schema.identity.period)
        known = dict.fromkeys(("本期", "current_period", column.key, column.name or column.key), period)
        known |= dict.fromkeys(("上期", "previous_period"), period.previous)
        return known | dict.fromkeys(("上年同期", "year_before"), period.year_before)

    def _of(self, section: Section, department: Department) -> tuple[Any, ...]:
        make = self._rows[section.key].row
        return tuple([make(department, record) for record in department.records(section.key)])

    def _shown(self, department: Department, own: Sequence[tuple[Any, ...]]) -> Any:
        sections = [
            rows if section.kind == "table" else rows[0] if rows else None
            for section, rows in zip(self._schema.sections, own, strict=True)
        ]
        known = (
            department.name,
            department.code,
            state(department, self._rollup.schema.language),
            department.submission is not None,
            department.included,
            department.filled_on,
            department.days_late,
            department.file,
            *(department.count(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE)),
        )
        return self._department([*sections, *known])

    def _totals(self, section: Section, departments: Sequence[Department]) -> tuple[Any, ...]:
        first, *others = figures(section)
        found = totals(first, departments)
        more = [(other, totals(other, departments)) for other in others]
        by_name = [(other, {(its.bundle.name, its.bundle.unit): its for its in each}) for other, each in more]
        make = self._rows[section.key].total
        return tuple(
            make(
                one,
                first,
                [
                    (other, its)
                    for other, each in by_name
                    if (its := each.get((one.bundle.name, one.bundle.unit)) or each.get((one.bundle.name, "")))
                ],
            )
            for one in found
        )

    def _groups(self, section: Section, rows: Sequence[Any]) -> tuple[Any, ...]:
        """Return what departments say in nearly the same words, what most of them say first."""
        key, kind = subject(section), kind_of_row("alike", OF_GROUP)
        made = []
        for text, own in alike(rows, lambda row: _text(getattr(row, key))):
            whose = tuple(dict.fromkeys(row.department for row in own))
            made.append(kind((text, len(whose), whose, tuple(own))))
        return tuple(sorted(made, key=lambda group: -group.departments))

    def _recent(self, now: Sequence[Any]) -> tuple[Any, ...]:
        sections = gathered(self._schema)
        kind = kind_of_row("recent", [*OF_RECENT, *((section.key, section.name) for section in sections)])
        made = []
        for period, submissions in sorted(self._rollup.earlier.items(), key=lambda item: item[0].start):
            then = [Department(one.department, one.name, one) for one in submissions if one.good]
            if period.start < self._rollup.period.start:
                made.append(kind((period, len(then), *(self._totals(section, then) for section in sections))))
        return (*made, kind((self._rollup.period, len(self._rollup.included), *now)))


def state(department: Department, language: str) -> str:
    """Return in a few words what became of a department's workbook."""
    words = WORDS[language]
    if department.submission is None:
        return words.missing
    if department.faulty:
        return words.faulty
    return words.included if department.listed else words.unlisted


def _thing(name: str, sections: Sequence[Section], values: Sequence[Any]) -> Any:
    fields: list[Names] = [(section.key, section.name) for section in sections]
    return kind_of_row(name, fields)(values)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
