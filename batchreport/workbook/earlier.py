"""This module compares a submission with what the department reported before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, warning
from batchreport.values import Missing
from batchreport.workbook.conditions import word
from batchreport.workbook.measure import with_unit
from batchreport.workbook.prefill import known_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from batchreport.packed import Earlier
    from batchreport.schema import Column, Schema, Section
    from batchreport.submission import Record, Submission
    from batchreport.values import Value

_SAID = 5  # differences in a column of which each is said in full; the others are counted
_TELLING = 8  # cells that must be filled before it tells anything that all of them are as last period's


def compare(submission: Submission, schema: Schema, earlier: Sequence[Earlier]) -> list[Finding]:
    """Return what is odd beside the department's own earlier submissions.

    That is every figure of an earlier period that is not the one reported then (columns with `previous` or
    `year_before`), and a workbook whose filler changed nothing since last period.
    """
    last, last_year = _compared(submission, earlier)
    found = list(_sent_again(submission, schema, last.submission)) if last else []
    for section in schema.sections:
        for column, source, then in _figures(section, last, last_year):
            found += _differences(submission, section, column, source, then)
    return found


def completed(submission: Submission, schema: Schema, earlier: Sequence[Earlier]) -> Submission:
    """Return the submission with the figures of earlier periods that it leaves blank, as they were reported then.

    They are those of columns with `previous` or `year_before`, in the row's own unit.
    """
    last, last_year = _compared(submission, earlier)
    tables = dict(submission.tables)
    for section in schema.sections:
        for column, source, then in _figures(section, last, last_year):
            reported = _reported(section, then)
            table = tables.get(section.key)
            if table and reported:
                records = [
                    _with_figure(one, column, source, reported.get(known_by(section, one.values)))
                    for one in table.records
                ]
                tables[section.key] = replace(table, records=tuple(records))
    return replace(submission, tables=tables)


def _compared(submission: Submission, earlier: Sequence[Earlier]) -> tuple[Earlier | None, Earlier | None]:
    """Return last period's submission and that of the year before, where they are known."""
    period, known = submission.period, {one.period: one for one in earlier}
    return (known.get(period.previous), known.get(period.year_before)) if period else (None, None)


def _figures(
    section: Section, last: Earlier | None, last_year: Earlier | None
) -> Iterator[tuple[Column, str, Earlier]]:
    """Yield each column with earlier figures, the column that reported them, and the submission it did so in."""
    for column in section.earlier:
        for source, then in ((column.previous, last), (column.year_before, last_year)):
            if source and then:
                yield column, source, then


def _reported(section: Section, then: Earlier) -> dict[str, Record]:
    return {known_by(section, record.values): record for record in _known(section, then.submission)}


def _with_figure(record: Record, column: Column, source: str, other: Record | None) -> Record:
    figure = other.values.get(source) if other and _in_one_unit(column, record, other) else None
    if record.values.get(column.key) is not None or figure is None or isinstance(figure, Missing):
        return record
    return replace(record, values={**record.values, column.key: figure})


def _differences(
    submission: Submission, section: Section, column: Column, source: str, then: Earlier
) -> Iterator[Finding]:
    """Yield the cells of a column whose figure was another one when it was reported."""
    reported = _reported(section, then)
    pairs = [(record, reported.get(known_by(section, record.values))) for record in _known(section, submission)]
    differing = [(own, other) for own, other in pairs if other and _differs(column, source, own, other)]
    for number, (own, other) in enumerate(differing):
        place = submission.place(section.key, own.cells.get(column.key, ""))
        details = {"title": column.shown, "period": str(then.period)}
        if number < _SAID:
            details |= {
                "found": _with_unit(column, own, own.values[column.key]),
                "then": _with_unit(column, other, other.values[source]),
                "where": then.submission.place(section.key, other.cells.get(source, "")).text("zh"),
            }
            yield warning("cell-differs-from-earlier", place, **details)
        else:
            yield warning("cell-differs-from-earlier-too", place, **details, file=then.submission.file)


def _known(section: Section, submission: Submission) -> list[Record]:
    """Return the records that can be known again: those with a mark, or a form's only one."""
    table = submission.tables.get(section.key)
    records = table.records if table else ()
    if not section.mark:
        return list(records) if section.kind == "form" else []
    return [record for record in records if record.values.get(section.mark) is not None]


def _differs(column: Column, source: str, own: Record, other: Record) -> bool:
    """Return whether a figure and the one reported then are both there, in one unit, and not the same."""
    figure, then = own.values.get(column.key), other.values.get(source)
    if not _in_one_unit(column, own, other):
        return False
    sorts = {_sort(figure), _sort(then)}
    return len(sorts) == 1 and not sorts & {Missing, type(None)} and figure != then


def _in_one_unit(column: Column, own: Record, other: Record) -> bool:
    unit = column.unit_column
    return not unit or own.values.get(unit) == other.values.get(unit)


def _sort(value: Value) -> type:
    return Decimal if type(value) is int else type(value)


def _with_unit(column: Column, record: Record, value: Value) -> str:
    unit = record.values.get(column.unit_column) if column.unit_column else column.base_unit
    return with_unit(word(value), word(unit) if unit else "")


def _sent_again(submission: Submission, schema: Schema, last: Submission) -> Iterator[Finding]:
    """Yield one finding where all that a filler fills is as it was, and that is not next to nothing."""
    telling = 0
    for section in schema.sections:
        rows = _filled(schema, section, submission)
        if rows != _filled(schema, section, last):
            return
        telling += sum(count * _telling(section, dict(row)) for row, count in rows.items())
    if telling >= _TELLING:
        details = {"period": str(last.period), "other": last.file}
        yield warning("workbook-sent-again", Place(file=submission.file), **details)


def _filled(schema: Schema, section: Section, submission: Submission) -> Counter[tuple[tuple[str, Value], ...]]:
    """Return what the filler wrote in each row of a section, how often; who, for what period and on what day is left out."""
    table = submission.tables.get(section.key)
    keys = [column.key for column in section.columns if _is_fillers(schema, section, column)]
    rows = (
        tuple((key, value) for key in keys if (value := record.values.get(key)) is not None)
        for record in (table.records if table else ())
    )
    return Counter(row for row in rows if row)


def _is_fillers(schema: Schema, section: Section, column: Column) -> bool:
    if column.key == section.mark:
        return True
    identity = schema.identity
    who = f"{section.key}.{column.key}" in (identity.name, identity.code, identity.period)
    when = section.kind == "form" and column.type == "date"
    return not (column.prefilled or who or when or column.type == "image")


def _telling(section: Section, row: Mapping[str, Value]) -> int:
    """Return how many cells of a row hold what no blank workbook brings."""
    carry = section.carry
    brought = {section.mark, *(carry.columns if carry else ()), *(carry.set_ if carry else ())}
    return len(row.keys() - brought)
