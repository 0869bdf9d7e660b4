"""This module goes once through what all departments have submitted, and keeps what a roll-up is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.rollup.kept import Kept
from batchreport.report.rollup.names import gathered
from batchreport.report.rollup.parts import figures
from batchreport.report.rollup.totals import Gathered, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.report.rollup.coverage import Department
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.scope import Uses
    from batchreport.schema import Schema, Section


class Gathering:
    """What is known of all departments together; `uses` has the columns that a template asks for, all of them if None.

    What stands in other columns is looked up where it is asked for after all.
    """

    def __init__(self, rollup: Rollup, uses: Uses | None = None) -> None:
        self.rollup = rollup
        self._wanted = {section.key: _wanted(section, uses) for section in rollup.schema.sections}
        summed = gathered(rollup.schema)
        first = [section for section in rollup.schema.sections if section in summed or (uses and _asked(section, uses))]
        self._kept = _kept(rollup.schema, first, rollup.departments, self._wanted)
        self._totals = {section.key: _gathered(self._kept[section.key]) for section in summed}

    def wanted(self, section: Section) -> set[str]:
        """Return the columns of a section that are kept."""
        return self._wanted[section.key]

    def kept(self, section: Section) -> Kept:
        """Return the rows of a section."""
        if section.key not in self._kept:
            self._kept |= _kept(self.rollup.schema, [section], self.rollup.departments, self._wanted)
        return self._kept[section.key]

    def totals(self, section: Section) -> Gathered:
        """Return the totals of a section, of whose records totals are made."""
        return self._totals[section.key]

    def over(self, section: Section, departments: Iterable[Department]) -> Gathered:
        """Return the totals of a section over other departments."""
        return _gathered(_kept(self.rollup.schema, [section], departments, self._wanted)[section.key])


def _wanted(section: Section, uses: Uses | None) -> set[str]:
    asked = set(section.by_key) if uses is None else {key for own, key in uses if own == section.key}
    return asked.union(*(figure.keys for figure in figures(section)))


def _asked(section: Section, uses: Uses) -> bool:
    return section.kind == "table" and any(own == section.key for own, _ in uses)


def _kept(
    schema: Schema, sections: Iterable[Section], departments: Iterable[Department], wanted: Mapping[str, set[str]]
) -> dict[str, Kept]:
    kept = {section.key: Kept(section, schema, wanted[section.key]) for section in sections}
    for department in departments:
        for one in kept.values():
            one.add(department)
        department.filled_on  # noqa: B018  (known from now on, and its workbook is open)
    return kept


def _gathered(kept: Kept) -> Gathered:
    return Gathered(kept, tuple((figure, totals(figure, kept)) for figure in figures(kept.section)))
