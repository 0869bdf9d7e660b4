"""This module checks a submission against its schema: what is missing, out of bounds, doubled or at odds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.findings import Finding, Severity, error, warning
from batchreport.names import fold, near
from batchreport.schema import bound
from batchreport.values import Missing

if TYPE_CHECKING:
    from batchreport.findings import Place
    from batchreport.schema import Bound, Column, Rule, Schema, Section, When
    from batchreport.submission import Record, Submission, Table

_HUNDRED = 100
_SHOWN = 40


def check(submission: Submission, schema: Schema) -> Submission:
    """Return the submission with the findings of every check added, all of them in the workbook's order."""
    found: list[Finding] = []
    for section in schema.sections:
        table = submission.tables.get(section.key)
        if table:
            view = _View(submission, schema, section, table)
            for step in _CHECKS:
                found.extend(step(view))
    findings = sorted((*submission.findings, *found), key=lambda finding: _order(finding, submission, schema))
    return replace(submission, findings=tuple(findings))


class _View:
    """One section of a submission, as a check looks at it."""

    def __init__(self, submission: Submission, schema: Schema, section: Section, table: Table) -> None:
        self.submission = submission
        self.schema = schema
        self.section = section
        self.table = table

    def place(self, record: Record, key: str) -> Place:
        """Return the cell of a record's column; of the row's first cell where the column is not there."""
        cells = record.cells
        return self.submission.place(self.section.key, cells.get(key) or next(iter(cells.values()), ""))

    def there(self, key: str) -> bool:
        """Whether the sheet has the column."""
        return key in self.table.headers

    def faulty(self, record: Record, key: str) -> bool:
        """Whether the cell could not be understood, so that enough has been said about it."""
        return record.cells.get(key) in self.table.faulty

    def limit(self, value: Bound) -> int | float | date | None:
        """Return what a minimum or maximum means for this submission; None where its period is not known."""
        period = self.submission.period
        if period is None:
            return None if isinstance(value, str) and value.startswith("period") else bound(value, date.min, date.max)
        return bound(value, period.start, period.end)


def _columns_there(view: _View) -> Iterator[Finding]:
    """A required column must be in the sheet, unless it has a default."""
    for column in view.section.columns:
        if view.table.headers and not view.there(column.key) and (column.required or column.expected):
            if column.default_from or not view.table.records:
                continue
            if any(record.values.get(column.key) is not None for record in view.table.records):
                continue
            make = error if column.required else warning
            yield make("column-missing", view.submission.place(view.section.key), title=column.title)


def _given(view: _View) -> Iterator[Finding]:
    """A required cell must be filled; an expected one should be."""
    for column in view.section.columns:
        if not (column.required or column.expected) or not view.there(column.key):
            continue
        make = error if column.required else warning
        code = "cell-required" if column.required else "cell-expected"
        for record in view.table.records:
            if record.values.get(column.key) is None and not view.faulty(record, column.key):
                yield make(code, view.place(record, column.key), title=column.title, hint=column.hint)


def _within(view: _View) -> Iterator[Finding]:
    """A value must keep the limits of its column."""
    for column in view.section.columns:
        for record in view.table.records:
            value = record.values.get(column.key)
            if value is not None and not isinstance(value, Missing):
                place = view.place(record, column.key)
                yield from _limits(view, column, value, column.minimum, column.maximum, place, Severity.ERROR)
                yield from _text_limits(column, value, place)


def _limits(
    view: _View, column: Column, value: Any, low: Bound | None, high: Bound | None, place: Place, severity: Severity
) -> Iterator[Finding]:
    for code, limit, broken in (("cell-below", low, lambda v, m: v < m), ("cell-above", high, lambda v, m: v > m)):
        edge = None if limit is None else view.limit(limit)
        if edge is not None and _comparable(value, edge) and broken(value, edge):
            yield Finding(code, severity, place, {"title": column.title, "found": str(value), "limit": str(edge)})


def _comparable(value: Any, edge: Any) -> bool:
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return number if isinstance(edge, (int, float)) else isinstance(value, date) and isinstance(edge, date)


def _text_limits(column: Column, value: Any, place: Place) -> Iterator[Finding]:
    text = str(value)
    if column.max_length and len(text) > column.max_length:
        yield error("cell-too-long", place, title=column.title, count=len(text), limit=column.max_length)
    if column.pattern and not re.fullmatch(column.pattern, text):
        yield error("cell-pattern", place, title=column.title, found=text[:_SHOWN], pattern=column.pattern)


def _unique(view: _View) -> Iterator[Finding]:
    """A value of a unique column stands only once in its sheet."""
    for column in view.section.columns:
        seen: dict[str, str] = {}
        for record in view.table.records if column.unique else ():
            value = record.values.get(column.key)
            if value is None or isinstance(value, Missing):
                continue
            place = view.place(record, column.key)
            first = seen.setdefault(fold(str(value)), place.cell)
            if first != place.cell:
                yield error("cell-doubled", place, title=column.title, found=str(value)[:_SHOWN], first=first)


def _references(view: _View) -> Iterator[Finding]:
    """A reference names something that stands in the sheet it points to."""
    for column in view.section.columns:
        if column.type != "reference":
            continue
        section, _, key = column.to.partition(".")
        target = view.submission.tables.get(section)
        known = [str(record.values[key]) for record in target.records if record.values.get(key)] if target else []
        folded = {fold(text) for text in known}
        for record in view.table.records:
            text = record.values.get(column.key)
            if isinstance(text, str) and fold(text) not in folded:
                title = view.schema.by_key[section].title
                place = view.place(record, column.key)
                yield warning("cell-no-such-reference", place, found=text[:_SHOWN], title=title, near=near(text, known))


def _rules(view: _View) -> Iterator[Finding]:
    """A rule across columns holds in every record that its condition fits."""
    for rule in view.section.rules:
        column = view.section.by_key[rule.column]
        for record in view.table.records:
            if not view.faulty(record, rule.column) and (rule.when is None or _holds(view, record, rule.when)):
                yield from _rule(view, rule, column, record)


def _rule(view: _View, rule: Rule, column: Column, record: Record) -> Iterator[Finding]:
    severity = Severity[rule.severity.upper()]
    value = record.values.get(rule.column)
    place = view.place(record, rule.column)
    if value is not None:
        yield from _limits(view, column, value, rule.minimum, rule.maximum, place, severity)
    elif rule.required:
        yield _required_by_rule(view, rule, column, place, severity)


def _required_by_rule(view: _View, rule: Rule, column: Column, place: Place, severity: Severity) -> Finding:
    when = rule.when
    titles = view.section.by_key
    details: dict[str, Any] = {"title": column.title}
    if when is None:
        return Finding("rule-required", severity, place, details)
    details["other"] = titles[when.column].title
    if when.changed_from:
        details |= {"base": titles[when.changed_from].title, "by": f"{when.by:g}"}
        return Finding("rule-required-when-changed", severity, place, details)
    if when.is_ or when.is_not:
        details["values"] = "、".join(when.is_ or when.is_not)
        return Finding("rule-required-when-is" if when.is_ else "rule-required-when-is-not", severity, place, details)
    return Finding("rule-required-when-given", severity, place, details)


def _holds(view: _View, record: Record, when: When) -> bool:
    """Return whether the condition fits the record; one that hangs on a cell not understood does not."""
    if view.faulty(record, when.column):
        return False
    value = record.values.get(when.column)
    if when.given is not None and (value is not None) != when.given:
        return False
    if when.is_ and str(value) not in when.is_:
        return False
    if when.is_not and (value is None or str(value) in when.is_not):
        return False
    return not when.changed_from or _changed(value, record.values.get(when.changed_from), when.by)


def _changed(value: Any, base: Any, by: float) -> bool:
    """Return whether a number differs from its base by more than `by` percent of the base; never from a base of 0."""
    if not isinstance(value, Decimal) or not isinstance(base, Decimal) or not base:
        return False
    return abs(value - base) / abs(base) * _HUNDRED > Decimal(str(by))


def _order(finding: Finding, submission: Submission, schema: Schema) -> tuple[int, int, int]:
    sheets = [submission.tables[s.key].sheet if s.key in submission.tables else "" for s in schema.sections]
    match = re.fullmatch(r"([A-Z]+)(\d+)", finding.place.cell)
    sheet = sheets.index(finding.place.sheet) if finding.place.sheet in sheets else len(sheets)
    return (sheet, int(match[2]), len(match[1]) * 1000 + ord(match[1][-1])) if match else (sheet, 0, 0)


_CHECKS = (_columns_there, _given, _within, _unique, _references, _rules)
