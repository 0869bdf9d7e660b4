"""This module makes a submission's values know their cells, and its rows say which of them a template looks into."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from batchreport.report.context import Contexts
from batchreport.report.tables import Tables, records_of
from batchreport.report.trace.trail import Cell, Trail
from batchreport.values import Missing, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from batchreport.packed import Earlier
    from batchreport.period import Period
    from batchreport.schema import Schema, Section
    from batchreport.submission import Record, Submission, Table


@dataclass(frozen=True)
class Followed:
    """An earlier submission whose values know their cells."""

    period: Period
    submission: Submission


def follow(submission: Submission, trail: Trail) -> Submission:
    """Return a submission whose values know their cells."""
    period = str(submission.period or "")
    tables = {key: _table(table, submission.file, period, trail) for key, table in submission.tables.items()}
    return replace(submission, tables=tables)


def follow_all(earlier: Sequence[Earlier], trail: Trail) -> list[Any]:
    """Return earlier submissions likewise."""
    return [Followed(one.period, follow(one.submission, trail)) for one in earlier]


def _table(table: Table, file: str, period: str, trail: Trail) -> Table:
    def told(record: Record) -> Record:
        values = dict(record.values)
        for key, value in values.items():
            if value is not None and key in record.cells:
                own = replace(value) if isinstance(value, Missing | Picture) else value
                own = tuple(item for item in own) if type(own) is tuple else own
                values[key] = trail.carry(own, (Cell(file, table.sheet, record.cells[key], period),))
        return replace(record, values=values)

    return replace(table, records=tuple(told(record) for record in table.records))


class FollowedContexts(Contexts):
    """Makes contexts whose rows tell `trail` what is looked into."""

    def __init__(self, schema: Schema, uses: Iterable[tuple[str, str]], trail: Trail) -> None:
        super().__init__(schema, uses)
        self._tables = FollowedTables(schema, trail)


class FollowedTables(Tables):
    """The sections as a template has them, in rows that tell what is looked into."""

    def __init__(self, schema: Schema, trail: Trail) -> None:
        super().__init__(schema)
        self._rows = [(section, _row_type(section, trail)) for section in schema.sections]

    def of(self, submission: Submission) -> dict[str, Any]:
        """Return every section by its key and by its name."""
        made: dict[str, Any] = {}
        for section, row in self._rows:
            table = _made(section, row, submission)
            made |= {name: table for name in (section.key, section.name) if name}
        return made


def _made(section: Section, row: Any, submission: Submission) -> Any:
    period = str(submission.period or "")
    sheet = submission.tables[section.key].sheet if section.key in submission.tables else ""
    rows = []
    for record in records_of(section, submission):
        one = row(map(record.values.get, section.by_key))
        one.cells = [Cell(submission.file, sheet, record.cells.get(key, ""), period) for key in section.by_key]
        rows.append(one)
    if section.kind == "form":
        return rows[0] if rows else row([None] * len(section.by_key))
    return tuple(rows)


def _row_type(section: Section, trail: Trail) -> Any:
    def look(at: int) -> property:
        def value(row: Any) -> Any:
            own = tuple.__getitem__(row, at)
            if own is not None:
                trail.look(trail.cells(own) or (row.cells[at],))
            return own

        return property(value)

    fields: dict[str, Any] = {"cells": ()}
    for index, column in enumerate(section.columns):
        fields |= {name: look(index) for name in (column.key, column.name) if name and name != "cells"}
    return type(section.key, (tuple,), fields)
