"""This module says what a blank workbook is filled with: who it is for, and what came before, as the schema asks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from batchreport.values import Missing
from batchreport.workbook.conditions import holds, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from batchreport.period import Period
    from batchreport.schema import Carry, Column, Schema, Section
    from batchreport.submission import Submission
    from batchreport.values import Value


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a blank workbook is made for and filled with: values by section, row and column key.

    `recalled` holds the records of last period that its first sheet lists. `deadline` and `contact` stand there too.
    """

    department: str = ""
    name: str = ""
    period: Period | None = None
    revision: int = 1
    rows: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)
    recalled: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)
    deadline: date | None = None
    contact: str = ""


def with_earlier(
    prefill: Prefill, schema: Schema, previous: Submission | None, year_before: Submission | None
) -> Prefill:
    """Return the prefill with what the schema brings from last period's submission and from that of the year before.

    Rows that the prefill has already are kept as they are. A value that an error was found about is not brought; one
    that was declared missing is no figure to compare with.
    """
    earlier = _Earlier(previous), _Earlier(year_before)
    rows = {section.key: _rows(section, *earlier) for section in schema.sections if section.carry}
    recalled = {section.key: _recalled(section, earlier[0]) for section in schema.sections if section.recall}
    own = {key: found for key, found in rows.items() if found} | dict(prefill.rows)
    return replace(prefill, rows=own, recalled={key: found for key, found in recalled.items() if found})


def known_by(section: Section, values: Mapping[str, Value]) -> str:
    """Return by what a record is known again in another period; a form has one record, known by nothing."""
    return "".join(word(values.get(section.mark)).split()).casefold() if section.mark else ""


class _Earlier:
    """A submission of an earlier period, without what was wrong in it."""

    def __init__(self, submission: Submission | None) -> None:
        self._tables = submission.sound.tables if submission else {}

    def records(self, section: Section) -> Iterator[Mapping[str, Value]]:
        """Yield the values of each record; a record that cannot be told from others is left out."""
        table = self._tables.get(section.key)
        for record in table.records if table else ():
            if not section.mark or record.values.get(section.mark) is not None:
                yield record.values


def _rows(section: Section, previous: _Earlier, year_before: _Earlier) -> list[Mapping[str, Value]]:
    """Return the records of a section that come again; those of the year before, where last period has none."""
    carry = section.carry
    if carry is None:
        return []
    last_year = list(year_before.records(section))
    by_mark = {known_by(section, values): values for values in last_year}
    last = list(previous.records(section))
    rows = [_row(section, carry, v, v, by_mark.get(known_by(section, v), {})) for v in last if _comes_again(carry, v)]
    if not last and carry.when is None and carry.unless is None:
        rows = [_row(section, carry, values, {}, values) for values in last_year]
    return [row for row in rows if any(value is not None for value in row.values())]


def _row(
    section: Section,
    carry: Carry,
    source: Mapping[str, Value],
    previous: Mapping[str, Value],
    year_before: Mapping[str, Value],
) -> dict[str, Value]:
    row = {key: source.get(key) for key in carry.columns} | dict(carry.set_)
    for column in section.columns:
        if column.previous:
            row[column.key] = _figure(column, column.previous, source, previous)
        if column.year_before:
            row[column.key] = _figure(column, column.year_before, source, year_before)
    return row


def _figure(column: Column, key: str, source: Mapping[str, Value], earlier: Mapping[str, Value]) -> Value:
    """Return an earlier value to compare with; one in another unit than the row's is none."""
    value, unit = earlier.get(key), column.unit_column
    other_unit = bool(unit) and earlier.get(unit) != source.get(unit)
    return None if isinstance(value, Missing) or other_unit else value


def _comes_again(carry: Carry, values: Mapping[str, Value]) -> bool:
    return (carry.when is None or holds(carry.when, values)) and not (carry.unless and holds(carry.unless, values))


def _recalled(section: Section, previous: _Earlier) -> list[Mapping[str, Value]]:
    rows = [{key: values.get(key) for key in section.recall} for values in previous.records(section)]
    return [row for row in rows if any(value is not None for value in row.values())]
