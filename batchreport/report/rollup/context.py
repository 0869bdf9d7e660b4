"""This module turns a roll-up into what its template sees, each thing made when it is first asked for."""

from __future__ import annotations

from functools import cache, partial
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from batchreport.findings import Severity
from batchreport.report.rollup.alike import alike
from batchreport.report.rollup.coverage import Department
from batchreport.report.rollup.late import Late
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
from batchreport.report.rollup.rows import Totals, kind_of_row
from batchreport.report.rollup.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from batchreport.report.rollup.gather import Gathering
    from batchreport.report.rollup.kept import Kept, Names
    from batchreport.report.rollup.totals import Gathered
    from batchreport.schema import Schema, Section
    from batchreport.submission import Submission
    from batchreport.values import Value


def context(gathering: Gathering) -> dict[str, Any]:
    """Return the names of a roll-up and what stands behind each: see docs/rollup.md."""
    return _Maker(gathering).made()


class _Maker:
    """Makes the context of one roll-up."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._rollup = gathering.rollup
        self._schema = gathering.rollup.schema
        about = WORDS[self._schema.language].about
        self._totals = {
            section.key: Totals(section, about, gathering.wanted(section)) for section in gathered(self._schema)
        }
        self._department = _kind_of_department(gathering)

    def made(self) -> dict[str, Any]:
        rollup, schema = self._rollup, self._schema
        made: dict[str, Any] = {}
        for section in schema.sections:
            rows = Late(partial(self._rows, section))
            made |= dict.fromkeys(filter(None, (section.key, section.name)), rows)
        shown = [self._department((at, department)) for at, department in enumerate(rollup.departments)]
        by_department = dict(zip(rollup.departments, shown, strict=True))
        for names, group in GROUPS.items():
            made |= dict.fromkeys(names, tuple([by_department[one] for one in getattr(rollup, group)]))
        now = {section.key: cache(partial(self._now, section)) for section in gathered(schema)}
        made |= dict.fromkeys(TOTALS, _thing("totals", gathered(schema), list(now.values())))
        grouped = [cache(partial(self._groups, section)) for section in worded(schema)]
        made |= dict.fromkeys(ALIKE, _thing("alike", worded(schema), grouped))
        made |= dict.fromkeys(ORGANISATION, rollup.organisation or None)
        made |= dict.fromkeys(DEADLINE, rollup.deadline) | dict.fromkeys(PARTIAL, rollup.partial)
        made |= dict.fromkeys(RECENT, Late(lambda: self._recent(list(now.values()))))
        return made | self._periods()

    def _rows(self, section: Section) -> Sequence[Any]:
        return self._gathering.kept(section)

    def _periods(self) -> dict[str, Any]:
        period, column = self._rollup.period, self._schema.column(self._schema.identity.period)
        known = dict.fromkeys(("本期", "current_period", column.key, column.name or column.key), period)
        known |= dict.fromkeys(("上期", "previous_period"), period.previous)
        return known | dict.fromkeys(("上年同期", "year_before"), period.year_before)

    def _now(self, section: Section) -> tuple[Any, ...]:
        return self._totals[section.key].rows(lambda: self._gathering.totals(section))

    def _groups(self, section: Section) -> tuple[Any, ...]:
        """Return what departments say in nearly the same words, what most of them say first."""
        kept, kind = self._gathering.kept(section), kind_of_row("alike", OF_GROUP)
        texts, made = kept.column(subject(section)), []
        for said, own in alike(range(len(kept)), lambda at: _text(texts[at])):
            names = tuple(dict.fromkeys(kept.owner(at).name for at in own))
            made.append(kind((said, len(names), names, Late(partial(_rows_at, kept, own)))))
        return tuple(sorted(made, key=lambda group: -group.departments))

    def _recent(self, now: Sequence[Callable[[], Any]]) -> tuple[Any, ...]:
        sections = gathered(self._schema)
        fields = [*OF_RECENT, *((section.key, section.name) for section in sections)]
        kind = kind_of_row("recent", fields, range(len(OF_RECENT), len(fields)))
        made = []
        for period in sorted(self._rollup.earlier, key=lambda period: period.start):
            if period.start < self._rollup.period.start:
                submissions = self._rollup.earlier[period]
                count = sum(one.good for one in submissions)
                made.append(kind((period, count, *(self._then(section, submissions) for section in sections))))
        return (*made, kind((self._rollup.period, len(self._rollup.included), *now)))

    def _then(self, section: Section, submissions: Sequence[Submission]) -> Callable[[], tuple[Any, ...]]:
        """Return what makes the totals of an earlier period, the departments' rows only where they are asked for."""

        def again() -> Gathered:
            then = (Department(one.department, one.name, one) for one in submissions if one.good)
            return self._gathering.over(section, then)

        return cache(lambda: self._totals[section.key].rows(again))


def _kind_of_department(gathering: Gathering) -> type[tuple[Any, ...]]:
    """Return the kind of what is known of a department, made of its number among all and the department."""
    attributes: dict[str, Any] = {"__slots__": ()}
    for section in gathering.rollup.schema.sections:
        own = filter(None, (section.key, section.name))
        attributes |= dict.fromkeys(own, _property(1, _rows_of(gathering, section)))
    known = _known_of(gathering.rollup.schema)
    for names, said in zip(OF_DEPARTMENT, known, strict=True):
        attributes |= dict.fromkeys(names, _property(1, said))
    return type("department", (tuple,), attributes)


def _property(at: int, said: Callable[[Any], Any]) -> property:
    item = itemgetter(at)
    return property(lambda row: said(item(row)))


def _rows_of(gathering: Gathering, section: Section) -> Callable[[Department], Any]:
    """Return what gives the rows of a department, or the one of its form."""
    if section.kind == "table":
        return lambda department: gathering.kept(section).of(department)
    return lambda department: next(iter(gathering.kept(section).of(department)), None)


def _known_of(schema: Schema) -> list[Callable[[Department], Any]]:
    return [
        attrgetter("name"),
        attrgetter("code"),
        lambda one: state(one, schema.language),
        lambda one: one.submission is not None,
        attrgetter("included"),
        attrgetter("filled_on"),
        attrgetter("days_late"),
        attrgetter("file"),
        *(lambda one, severity=severity: one.count(severity) for severity in reversed(Severity)),
    ]


def state(department: Department, language: str) -> str:
    """Return in a few words what became of a department's workbook."""
    words = WORDS[language]
    if department.submission is None:
        return words.missing
    if department.faulty:
        return words.faulty
    return words.included if department.listed else words.unlisted


def _rows_at(kept: Kept, numbers: Sequence[int]) -> tuple[Any, ...]:
    return tuple(kept[at] for at in numbers)


def _thing(name: str, sections: Sequence[Section], values: Sequence[Callable[[], Any]]) -> Any:
    fields: list[Names] = [(section.key, section.name) for section in sections]
    return kind_of_row(name, fields, range(len(fields)))(values)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
