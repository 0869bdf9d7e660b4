"""This module checks a submission against its schema: what is missing, out of bounds, doubled or at odds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batchreport.findings import Finding, Place, Severity, error, note, warning
from batchreport.names import fold, near
from batchreport.workbook.amounts import compared
from batchreport.workbook.cells import excerpt
from batchreport.workbook.conditions import holds, word
from batchreport.workbook.scan import position
from batchreport.workbook.view import Edge, Edges, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from batchreport.schema import Column, Rule, Schema
    from batchreport.submission import Record, Submission
    from batchreport.values import Value


def check(submission: Submission, schema: Schema) -> Submission:
    """Return the submission with the findings of every check added, all of them in the workbook's order."""
    found: list[Finding] = []
    for section in schema.sections:
        table = submission.tables.get(section.key)
        if table:
            view = View(submission, schema, section, table)
            for step in _CHECKS:
                found.extend(step(view))
    return in_order(_as_sent_out(submission.with_findings(found), schema), schema)


def _as_sent_out(submission: Submission, schema: Schema) -> Submission:
    """Return the submission with mere warnings of what lacks, where it was sent out before the schema had that."""
    stamp = submission.stamp
    if not stamp or stamp.schema != schema.id or stamp.version > schema.version:
        return submission
    changed = stamp.version == schema.version and stamp.form not in {"", schema.form}
    if stamp.version == schema.version and not changed:
        return submission
    lacking = any(one.code in _LACKING for one in submission.findings)
    said = [note("workbook-other-form", Place(file=submission.file))] if changed and lacking else []
    findings = (replace(one, severity=Severity.WARNING) if one.code in _LACKING else one for one in submission.findings)
    return replace(submission, findings=(*findings, *said))


def in_order(submission: Submission, schema: Schema) -> Submission:
    """Return the submission with its findings in the workbook's order; those of one cell stay as they are."""
    if not submission.findings:
        return submission
    tables = (submission.tables[section.key] for section in schema.sections if section.key in submission.tables)
    sheets = {table.sheet: number for number, table in enumerate(tables)}
    ordered = sorted(submission.findings, key=lambda finding: _order(finding.place, sheets))
    return replace(submission, findings=tuple(ordered))


def _columns_there(view: View) -> Iterator[Finding]:
    """Yield the columns that must or should be in the sheet and are not; one with a default, or filled otherwise, may lack."""
    for column in view.section.wanted if view.table.records else ():
        if not column.default_from and view.absent(column):
            make = error if column.required else warning
            yield make(_lacking(view), view.submission.place(view.section.key), title=column.shown)


def _lacking(view: View) -> str:
    return "field-missing" if view.section.kind == "form" else "column-missing"


def _given(view: View) -> Iterator[Finding]:
    """Yield the required cells that are blank, and the expected ones."""
    for column in view.section.wanted:
        blank = view.blank(column.key)
        if not blank or view.absent(column):
            continue
        make, code = (error, "cell-required") if column.required else (warning, _expected(column))
        for record in blank:
            if not view.faulty(record, column.key):
                yield make(code, view.place(record, column.key), title=column.shown, hint=column.asks)


def _expected(column: Column) -> str:
    """Return what is said of a blank that is expected to be filled; of a date nobody is told to write that there is none."""
    return "cell-expected-date" if column.type == "date" else "cell-expected"


def _within(view: View) -> Iterator[Finding]:
    """Yield the values that do not keep the limits of their column."""
    for column in view.section.limited:
        edges = view.edges(column.minimum, column.maximum)
        filled = view.filled(column.key)
        for record, value in filled if edges.any else ():
            if edges.too_low(value) or edges.too_high(value):
                yield from _limits(column, value, edges, view.place(record, column.key), Severity.ERROR)
        if column.max_length:
            yield from _too_long(view, column, column.max_length, filled)
        if column.pattern:
            yield from _unlike(view, column, column.pattern, filled)


def _limits(column: Column, value: Value, edges: Edges, place: Place, severity: Severity) -> Iterator[Finding]:
    """Yield what is beyond a limit, for values of which it is known that something is."""
    if edges.low is not None and edges.too_low(value):
        code = _code("cell-too-early", "cell-below", edges.low)
        yield Finding(code, severity, place, _shown_limit(column, value, edges.low))
    if edges.high is not None and edges.too_high(value):
        code = _code("cell-too-late", "cell-above", edges.high)
        yield Finding(code, severity, place, _shown_limit(column, value, edges.high))


def _code(of_date: str, of_number: str, limit: Edge) -> str:
    return of_date if isinstance(limit, date) else of_number


def _shown_limit(column: Column, value: Value, limit: Edge) -> dict[str, str]:
    return {"title": column.shown, "found": word(value), "limit": f"{limit}"}


def _too_long(view: View, column: Column, limit: int, filled: Iterable[tuple[Record, Value]]) -> Iterator[Finding]:
    for record, value in filled:
        if (count := len(word(value))) > limit:
            yield error("cell-too-long", view.place(record, column.key), title=column.shown, count=count, limit=limit)


def _unlike(view: View, column: Column, pattern: str, filled: Iterable[tuple[Record, Value]]) -> Iterator[Finding]:
    for record, value in filled:
        for part in value if isinstance(value, tuple) else (word(value),):
            if not re.fullmatch(pattern, part):
                details = {"title": column.shown, "found": excerpt(part), "wanted": column.asks or pattern}
                yield error("cell-pattern", view.place(record, column.key), **details)


def _unique(view: View) -> Iterator[Finding]:
    """Yield the values of a unique column that stand in its sheet already."""
    for column in view.section.uniques:
        seen: dict[str, Record] = {}
        for record, value in view.filled(column.key):
            text = word(value)
            before = seen.setdefault(_as_compared(text), record)
            if before is not record:
                place, first = view.place(record, column.key), view.place(before, column.key).cell
                if first != place.cell:
                    yield error("cell-doubled", place, title=column.shown, found=excerpt(text), first=first)


@lru_cache(maxsize=4096)
def _as_compared(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _references(view: View) -> Iterator[Finding]:
    """Yield the references to what does not stand in the sheet they point to."""
    for column in view.section.references:
        section, _, key = column.to.partition(".")
        target = view.submission.tables.get(section)
        known = [word(record.values[key]) for record in target.records if record.values.get(key)] if target else []
        filled = view.filled(column.key)
        unlike = [(record, text) for record, text in filled if isinstance(text, str) and text not in known]
        folded = set(map(fold, known)) if unlike else ()
        title = view.schema.by_key[section].shown
        for record, text in unlike:
            if fold(text) not in folded:
                place = view.place(record, column.key)
                yield warning("cell-no-such-reference", place, found=excerpt(text), title=title, near=near(text, known))


def _rules(view: View) -> Iterator[Finding]:
    """Yield what breaks a rule across columns, in every record that its condition fits; that a column lacks is said once."""
    said = {column.key for column in view.section.wanted} if view.section.rules else set()
    for rule in view.section.rules:
        column = view.section.by_key[rule.column]
        if not view.absent(column):
            yield from _rule(view, rule, column)
        elif rule.required and column.key not in said and any(_fits(view, rule, one) for one in view.table.records):
            said.add(column.key)
            place = view.submission.place(view.section.key)
            yield Finding(_lacking(view), Severity[rule.severity.upper()], place, {"title": column.shown})


def _rule(view: View, rule: Rule, column: Column) -> Iterator[Finding]:
    severity = Severity[rule.severity.upper()]
    for record in view.blank(rule.column) if rule.required else ():
        if _fits(view, rule, record):
            yield _required_by_rule(view, rule, column, view.place(record, rule.column), severity)
    for record in view.table.totals if rule.sum_of_rows else ():
        if _fits(view, rule, record):
            yield from compared(view, rule, record)
    edges = view.edges(rule.minimum, rule.maximum)
    limited, compares = edges.any, bool(rule.same_size_as or rule.sum_of or rule.sum_of_rows)
    for record, value in view.filled(rule.column) if limited or compares else ():
        beyond = limited and (edges.too_low(value) or edges.too_high(value))
        if (compares or beyond) and _fits(view, rule, record):
            if compares:
                yield from compared(view, rule, record)
            if beyond:
                yield from _limits(column, value, edges, view.place(record, rule.column), severity)


def _required_by_rule(view: View, rule: Rule, column: Column, place: Place, severity: Severity) -> Finding:
    when = rule.when
    titles = view.section.by_key
    details: dict[str, Any] = {"title": column.shown}
    if when is None:
        return Finding("rule-required", severity, place, details)
    details["other"] = titles[when.column].shown
    if when.changed_from:
        details |= {"base": titles[when.changed_from].shown, "by": f"{when.by:g}"}
        return Finding("rule-required-when-changed", severity, place, details)
    if when.is_ or when.is_not:
        details["values"] = when.is_ or when.is_not
        return Finding("rule-required-when-is" if when.is_ else "rule-required-when-is-not", severity, place, details)
    code = "rule-required-when-blank" if when.given is False else "rule-required-when-given"
    return Finding(code, severity, place, details)


def _fits(view: View, rule: Rule, record: Record) -> bool:
    """Tell whether a rule speaks of a record; it speaks of no cell, and hangs on none, that was not understood."""
    when = rule.when
    if view.table.faulty and (view.faulty(record, rule.column) or (when and view.faulty(record, when.column))):
        return False
    return when is None or holds(when, record.values)


def _order(place: Place, sheets: Mapping[str, int]) -> tuple[int, int, int]:
    """Return where a finding stands: sheets as in the schema, then rows and columns; what has no cell stands first."""
    sheet = sheets.get(place.sheet, len(sheets) if place.sheet else -1)
    try:
        return (sheet, *position(place.cell))
    except ValueError:
        return sheet, -1, -1


_LACKING = frozenset({"sheet-missing", "column-missing", "field-missing"})
_CHECKS = (_columns_there, _given, _within, _unique, _references, _rules)
