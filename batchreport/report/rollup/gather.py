"""This module goes once through what all departments have submitted, and keeps what a roll-up is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.plain_table import blocks
from batchreport.report.rollup.kept import Kept
from batchreport.report.rollup.names import gathered
from batchreport.report.rollup.parts import figures
from batchreport.report.rollup.totals import Gathered, totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from batchreport.plain_table import Block
    from batchreport.report.inference.scope import Uses
    from batchreport.report.rollup.coverage import Department
    from batchreport.report.rollup.value import Rollup
    from batchreport.schema import Section


class Gathering:
    """What is known of all departments together; `uses` has the columns that a template asks for, all of them if None.

    What stands in other columns is looked up where it is asked for after all.
    """

    def __init__(self, rollup: Rollup, uses: Uses | None = None) -> None:
        self.rollup = rollup
        self._wanted = {section.key: _wanted(section, uses) for section in rollup.schema.sections}
        self._summed = gathered(rollup.schema)
        self.first = [
            section for section in rollup.schema.sections if section in self._summed or (uses and _asked(section, uses))
        ]
        """The sections whose records are added; those of others are looked up when they are asked for."""
        self._kept = {section.key: self._empty(section) for section in self.first}
        self._totals: dict[str, Gathered] = {}

    def add(self, department: Department, section: Section, sheet: str, block: Block) -> None:
        """Keep records of the next department."""
        if section.key in self._kept:
            self._kept[section.key].add(department, sheet, block)

    def add_up(self) -> None:
        """Make all totals, of the records that were added."""
        self._totals = {section.key: _gathered(self._kept[section.key]) for section in self._summed}

    def _empty(self, section: Section) -> Kept:
        return Kept(section, self.rollup.schema, self._wanted[section.key])

    def wanted(self, section: Section) -> set[str]:
        """Return the columns of a section that are kept."""
        return self._wanted[section.key]

    def kept(self, section: Section) -> Kept:
        """Return the rows of a section."""
        if section.key not in self._kept:
            self._kept[section.key] = self._filled(section, self.rollup.departments)
        return self._kept[section.key]

    def totals(self, section: Section) -> Gathered:
        """Return the totals of a section, of whose records totals are made."""
        return self._totals[section.key]

    def over(self, section: Section, departments: Iterable[Department]) -> Gathered:
        """Return the totals of a section over other departments."""
        return _gathered(self._filled(section, departments))

    def keep_figures(self) -> None:
        """Forget all that no totals are made of; it is looked up where it is asked for after all."""
        self._kept = {section.key: self._kept[section.key] for section in self._summed}

    def _filled(self, section: Section, departments: Iterable[Department]) -> Kept:
        kept = self._empty(section)
        for department in departments:
            if table := department.table(section.key):
                for block in blocks(table.records):
                    kept.add(department, table.sheet, block)
        return kept


def gather_all(gathering: Gathering) -> Gathering:
    """Go through all departments' records once, and add them to what is gathered; return that."""
    for department in gathering.rollup.departments:
        for section in gathering.first:
            if table := department.table(section.key):
                for block in blocks(table.records):
                    gathering.add(department, section, table.sheet, block)
        department.filled_on  # noqa: B018  (known from now on, and its workbook is open)
    gathering.add_up()
    return gathering


def _wanted(section: Section, uses: Uses | None) -> set[str]:
    """Return the columns to keep: those that a template asks for, what goes with their numbers, and the figures'."""
    if uses is None:
        return set(section.by_key)
    asked = {key for own, key in uses if own == section.key}
    told = [column for column in section.columns if column.key in asked]
    beside = {key for column in told for key in (column.unit_column, column.approx_column) if key}
    return asked.union(beside, *(figure.keys for figure in figures(section)))


def _asked(section: Section, uses: Uses) -> bool:
    return section.kind == "table" and any(own == section.key for own, _ in uses)


def _gathered(kept: Kept) -> Gathered:
    return Gathered(kept, tuple((figure, totals(figure, kept)) for figure in figures(kept.section)))
