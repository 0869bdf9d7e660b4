"""This module compares a number with others as a rule says: with the sum of its parts, and with a number of its own size."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Severity
from batchreport.names import fold
from batchreport.workbook.conditions import decimal, word
from batchreport.workbook.measure import with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.schema import Column, Rule
    from batchreport.submission import Record
    from batchreport.workbook.view import View

_ALIKE = Decimal("0.005")  # sums of numbers that were rounded to two places


def compared(view: View, rule: Rule, record: Record) -> Iterable[Finding]:
    """Return what is at odds between a record's number and those that the rule compares it with."""
    value = _number(record, rule.column)
    if value is None:
        return ()
    found = _of_one_size(view, rule, record, value) if rule.same_size_as else []
    return [*found, *_as_sum(view, rule, record, value)] if rule.sum_of or rule.sum_of_rows else found


def _of_one_size(view: View, rule: Rule, record: Record, value: Decimal) -> list[Finding]:
    base, times = _number(record, rule.same_size_as), decimal(rule.times)
    if not value or not base or 1 / times <= abs(value / base) <= times or view.faulty(record, rule.same_size_as):
        return []
    column, other = view.section.by_key[rule.column], view.section.by_key[rule.same_size_as]
    unit = word(record.values.get(column.unit_column)) if record.values.get(column.unit_column) else column.base_unit
    details = {
        "title": column.shown,
        "found": _measured(value, unit),
        "other": other.shown,
        "base": _measured(base, unit),
    }
    return [Finding("rule-other-size", _severity(rule), view.place(record, rule.column), details)]


def _measured(number: Decimal, unit: str) -> dict[str, str]:
    """Return a number with its unit, in each language."""
    gap = "" if unit in ("", "%", "‰") else " "
    return {"zh": with_unit(f"{number:f}", unit), "en": with_unit(f"{number:f}", unit, gap)}


def _as_sum(view: View, rule: Rule, record: Record, value: Decimal) -> Iterator[Finding]:
    """Say that a number is not the sum of its parts; where a part was not understood, or none is there, nothing is said."""
    parts = list(_parts(view, rule, record))
    numbers = [number for number in parts if number is not None]
    if not numbers or any(number.is_nan() for number in numbers) or abs(sum(numbers) - value) <= _ALIKE:
        return
    column = view.section.by_key[rule.column]
    names = rule.sum_of_rows or tuple(_column(view, name).shown for name in rule.sum_of)
    details = {
        "title": column.shown,
        "found": f"{value:f}",
        "parts": names,
        "sum": f"{sum(numbers):f}",
        "shown": " + ".join(f"{number:f}" for number in numbers),
    }
    yield Finding("rule-not-the-sum", _severity(rule), view.place(record, rule.column), details)


def _parts(view: View, rule: Rule, record: Record) -> Iterator[Decimal | None]:
    """Yield the parts of a sum: None for a blank, not a number for a cell that was not understood."""
    for name in rule.sum_of:
        section, _, key = name.rpartition(".")
        if not section:
            yield _part(view, record, key)
        elif table := view.submission.tables.get(section):
            for other in table.records:
                yield Decimal("nan") if other.cells.get(key) in table.faulty else _number(other, key)
    if rule.sum_of_rows and rule.when:
        rows = list(_rows(view, rule.when.column, set(map(fold, rule.sum_of_rows))))
        units = {_unit(view, rule, one) for one in (record, *rows)} - {None}
        for other in rows:
            yield _part(view, other, rule.column) if len(units) <= 1 else Decimal("nan")


def _rows(view: View, key: str, wanted: Iterable[str]) -> Iterator[Record]:
    for record in (*view.table.records, *view.table.totals):
        value = record.values.get(key)
        if value is not None and fold(word(value)) in wanted:
            yield record


def _unit(view: View, rule: Rule, record: Record) -> object:
    return record.values.get(view.section.by_key[rule.column].unit_column)


def _part(view: View, record: Record, key: str) -> Decimal | None:
    return Decimal("nan") if view.faulty(record, key) else _number(record, key)


def _number(record: Record, key: str) -> Decimal | None:
    value = record.values.get(key)
    if type(value) is Decimal:
        return value
    return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _column(view: View, name: str) -> Column:
    section, _, key = name.rpartition(".")
    return view.schema.by_key[section or view.section.key].by_key[key]


def _severity(rule: Rule) -> Severity:
    return Severity[rule.severity.upper()]
