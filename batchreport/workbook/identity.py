"""This module says whose workbook it is and for what period: by the stamp, else the form, else file name and folder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, error, note, warning
from batchreport.names import fold, near
from batchreport.period import Period
from batchreport.submission import Record, RowCells
from batchreport.values import Missing
from batchreport.workbook.cells import show
from batchreport.workbook.layout import cell, find_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Schema
    from batchreport.submission import Submission, Table
    from batchreport.values import Value
    from batchreport.workbook.layout import Grid

_PERIOD_IN_NAME = re.compile(
    r"(?<!\d)20\d\d(?:[-.年_]?(?:0[1-9]|1[0-2]|[1-9](?!\d))月?|[-_]?Q[1-4]|[-_]?H[12]|年第?[一二三四1-4]季度|年[上下]半年|年度?)?(?!\d)",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"[(（]\d+[)）]|副本|最终版?\d*|final|工作总结|总结|报送|汇总表|(?<![a-z])v\d+|^[a-z]{1,3}\d{2,5}(?=[-_ ])",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(r"(\d{4}-\d\d)-\d\d.*")  # "2026-11", which Excel turns into the first day of that month


def identify(
    submission: Submission, schema: Schema, *, name: str, period: Period | None, roster: Mapping[str, str]
) -> Submission:
    """Return the submission with its department, its period and the values that default to them.

    `name` is the stem of the file's name, `period` what the folder or the command says; `roster` has names by code.
    """
    said = _Said(submission, schema)
    code = submission.stamp.department if submission.stamp else ""
    code = code or said.text("code")
    unit = said.text("name") or roster.get(code, "") or named(name, roster)
    code = code or next((c for c, n in roster.items() if fold(n) == fold(unit)), "")
    own = (Period.parse(submission.stamp.period) if submission.stamp else None) or said.period()
    final = own or period or period_in_name(name)
    found = [*said.found, *_differences(submission, said, own, period), *_not_in_roster(said, code, unit, roster)]
    found += _of_another_schema(submission, schema)
    if final is None:
        found.append(error("period-unknown", Place(file=submission.file)))
    whole = replace(
        submission,
        department=code,
        name=unit,
        period=final,
        revision=submission.stamp.revision if submission.stamp else 0,
        findings=(*submission.findings, *found),
    )
    return _with_defaults(whole, schema)


def form_period(schema: Schema, chosen: Mapping[str, str], grids: Mapping[str, Grid]) -> Period | None:
    """Return the period that the form's own cell says, before anything is read: dates without a year need it."""
    home, _, key = schema.identity.period.partition(".")
    section = schema.by_key.get(home)
    if section is None or section.kind != "form" or home not in chosen:
        return None
    grid = grids[chosen[home]]
    raws = (
        cell(grid, item.row, item.value) for item in find_form(grid, section) if item.column and item.column.key == key
    )
    return next((period for raw in raws if (period := _parse(show(raw)))), None)


def period_in_name(stem: str) -> Period | None:
    """Return the period that a file's name says."""
    match = _PERIOD_IN_NAME.search(unicodedata.normalize("NFKC", stem))
    return Period.parse(match[0]) if match else None


class _Said:
    """What the workbook's own form says of its department and period."""

    def __init__(self, submission: Submission, schema: Schema) -> None:
        self._submission = submission
        identity = schema.identity
        paths = {"name": identity.name, "code": identity.code, "period": identity.period}
        self._paths = {word: path.partition(".")[::2] for word, path in paths.items()}
        self._forms = {section.key for section in schema.sections if section.kind == "form"}
        self.found: list[Finding] = []

    def text(self, word: str) -> str:
        """Return the text of the cell that says `word`; "" where there is none."""
        record, key = self._record(word)
        value = record.values.get(key) if record else None
        return str(value).strip() if value else ""

    def place(self, word: str) -> Place:
        """Return the place of that cell."""
        record, key = self._record(word)
        return self._submission.place(self._paths[word][0], record.cells.get(key, "") if record else "")

    def period(self) -> Period | None:
        """Return the period that the form says; one that cannot be understood is said."""
        text = self.text("period")
        period = _parse(text)
        if text and period is None:
            self.found.append(error("period-not-understood", self.place("period"), found=text))
        return period

    def _record(self, word: str) -> tuple[Record | None, str]:
        section, key = self._paths[word]
        table = self._submission.tables.get(section) if section in self._forms else None
        return table.records[0] if table and table.records else None, key


def _parse(text: str) -> Period | None:
    return Period.parse(text) or Period.parse(_MONTH_DAY.sub(r"\1", text.strip()))


def _differences(submission: Submission, said: _Said, own: Period | None, asked: Period | None) -> list[Finding]:
    """Return what to say where stamp, form and folder do not agree."""
    found: list[Finding] = []
    stamp = submission.stamp
    if stamp and stamp.department and (code := said.text("code")) and fold(code) != fold(stamp.department):
        found.append(error("department-differs", said.place("code"), found=code, stamp=stamp.department))
    if stamp and (text := said.text("period")) and (period := _parse(text)) and own and period != own:
        found.append(warning("period-differs", said.place("period"), found=text, stamp=str(own)))
    if own and asked and own != asked:
        found.append(error("period-wrong", Place(file=submission.file), found=str(own), wanted=str(asked)))
    return found


def _not_in_roster(said: _Said, code: str, unit: str, roster: Mapping[str, str]) -> list[Finding]:
    """Return what to say where the roster does not have the department, or has another name for it."""
    if not roster or (code in roster and fold(roster[code]) == fold(unit)):
        return []
    if other := next((c for c, n in roster.items() if fold(n) == fold(unit)), "") if code in roster else "":
        details = {"found": unit, "other": other, "code": code, "wanted": roster[code]}
        return [error("department-other", said.place("name"), **details)]
    if code in roster:
        return [warning("department-name-differs", said.place("name"), found=unit, code=code, wanted=roster[code])]
    if code and (wanted := next((c for c, n in roster.items() if fold(n) == fold(unit)), "")):
        return [warning("department-code-unknown", said.place("code"), found=code, name=unit, wanted=wanted)]
    return [warning("department-unknown", said.place("name"), found=unit or code, near=near(unit, roster.values()))]


def _of_another_schema(submission: Submission, schema: Schema) -> list[Finding]:
    """Return what to say of a workbook that was sent out for another schema, or another version of this one."""
    stamp, place = submission.stamp, Place(file=submission.file)
    if stamp and stamp.schema != schema.id:
        return [warning("workbook-other-schema", place, found=stamp.schema, wanted=schema.id)]
    if stamp and stamp.version != schema.version:
        return [note("workbook-other-version", place, found=stamp.version, wanted=schema.version)]
    return []


def named(stem: str, roster: Mapping[str, str]) -> str:
    """Return the department that a file name means: the longest name of the roster in it, else whose code it holds, else its own words."""
    normal = unicodedata.normalize("NFKC", stem).strip()
    inside = [name for name in roster.values() if name and fold(name) in fold(normal)]
    if inside:
        return max(inside, key=len)
    for code, name in roster.items():
        if code and re.search(rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])", normal):
            return name
    return _NOISE.sub("", _PERIOD_IN_NAME.sub("", normal)).strip(" -_") or normal


def _with_defaults(submission: Submission, schema: Schema) -> Submission:
    """Return the submission with blanks filled where the schema says `default_from`."""
    tables = dict(submission.tables)
    for section in schema.sections:
        defaults = {
            column.key: value
            for column in section.columns
            if column.default_from and (value := _default(submission, schema, column.default_from)) is not None
        }
        if defaults and section.key in tables:
            tables[section.key] = _filled(tables[section.key], defaults)
    return replace(submission, tables=tables)


def _default(submission: Submission, schema: Schema, path: str) -> Value:
    if path == schema.identity.name:
        return submission.name or None
    section, _, key = path.partition(".")
    table = submission.tables.get(section)
    value = table.records[0].values.get(key) if table and table.records else None
    return None if isinstance(value, Missing) else value


def _filled(table: Table, defaults: Mapping[str, Value]) -> Table:
    def fill(record: Record) -> Record:
        blank = {
            key: value
            for key, value in defaults.items()
            if record.values.get(key) is None and record.cells.get(key) not in table.faulty
        }
        if not blank:
            return record
        return Record({**record.values, **blank}, _without(record.cells, blank))  # no cell says what a default does

    return replace(table, records=tuple(fill(record) for record in table.records))


def _without(cells: Mapping[str, str], keys: Mapping[str, Value]) -> Mapping[str, str]:
    if isinstance(cells, RowCells):
        return RowCells({key: letters for key, letters in cells.columns.items() if key not in keys}, cells.row)
    return {key: cell for key, cell in cells.items() if key not in keys}
