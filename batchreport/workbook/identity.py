"""This module says whose workbook it is and for what period: by the stamp, else the form, else file name and folder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, error, warning
from batchreport.names import fold, near
from batchreport.period import Period
from batchreport.submission import Record, Submission, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Schema

_PERIOD_IN_NAME = re.compile(r"(?<!\d)(20\d\d(?:[-.年_]?(?:0[1-9]|1[0-2]|[1-9](?!\d))月?|-?Q[1-4]|-?H[12]|年第?[一二三四]季度|年[上下]半年)?)(?!\d)")
_NOISE = re.compile(r"[-_ ]*(?:[(（]\d+[)）]|副本|最终版?\d*|final|工作总结|总结|报送|汇总表|v\d+)|^[A-Z]{1,3}\d{2,5}[-_ ]+|[-_ ]*20\d\d\S*$", re.IGNORECASE)


def identify(
    submission: Submission, schema: Schema, *, name: str, period: Period | None, roster: Mapping[str, str]
) -> Submission:
    """Return the submission with its department, its period and the values that default to them.

    `name` is the stem of the file's name, `period` what the folder or the command says; `roster` has names by code.
    """
    said = _Said(submission, schema)
    code = submission.stamp.department if submission.stamp else said.text("code")
    unit = said.text("name") or roster.get(code, "") or _named(name, roster)
    code = code or next((c for c, n in roster.items() if fold(n) == fold(unit)), "")
    stamped = Period.parse(submission.stamp.period) if submission.stamp else None
    own = stamped or said.period()
    found = [*said.found, *_differences(submission, said, own, period)]
    final = own or period or _period_in(name)
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


class _Said:
    """What the workbook's own form says of its department and period."""

    def __init__(self, submission: Submission, schema: Schema) -> None:
        self._submission = submission
        self._paths = {"name": schema.identity.name, "code": schema.identity.code, "period": schema.identity.period}
        self.found: list[Finding] = []

    def text(self, word: str) -> str:
        """Return the text of the cell that says `word`; "" where there is none."""
        section, _, key = self._paths[word].partition(".")
        table = self._submission.tables.get(section)
        value = table.records[0].values.get(key) if table and table.records else None
        return str(value).strip() if value else ""

    def place(self, word: str) -> Place:
        """Return the place of that cell."""
        section, _, key = self._paths[word].partition(".")
        table = self._submission.tables.get(section)
        cell = table.records[0].cells.get(key, "") if table and table.records else ""
        return self._submission.place(section, cell)

    def period(self) -> Period | None:
        """Return the period that the form says; one that cannot be understood is said."""
        text = self.text("period")
        period = Period.parse(text)
        if text and period is None:
            self.found.append(error("period-not-understood", self.place("period"), found=text))
        return period


def _differences(submission: Submission, said: _Said, own: Period | None, asked: Period | None) -> list[Finding]:
    """Return what to say where stamp, form and folder do not agree."""
    found: list[Finding] = []
    stamp = submission.stamp
    if stamp:
        if (code := said.text("code")) and code != stamp.department:
            found.append(error("department-differs", said.place("code"), found=code, stamp=stamp.department))
        if (text := said.text("period")) and (period := Period.parse(text)) and str(period) != stamp.period:
            found.append(warning("period-differs", said.place("period"), found=text, stamp=stamp.period))
    if own and asked and own != asked:
        found.append(error("period-wrong", Place(file=submission.file), found=str(own), wanted=str(asked)))
    return found


def _named(stem: str, roster: Mapping[str, str]) -> str:
    """Return the department that a file name means: one of the roster where it holds its code or name, else the name."""
    normal = unicodedata.normalize("NFKC", stem).strip()
    for code, name in roster.items():
        if fold(name) in fold(normal) or re.search(rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])", normal):
            return name
    bare = _NOISE.sub("", normal).strip(" -_") or normal
    return near(bare, roster.values()) if roster and fold(bare) in map(fold, roster.values()) else bare


def _period_in(stem: str) -> Period | None:
    match = _PERIOD_IN_NAME.search(unicodedata.normalize("NFKC", stem))
    return Period.parse(match[1]) if match else None


def _with_defaults(submission: Submission, schema: Schema) -> Submission:
    """Return the submission with blanks filled where the schema says `default_from`."""
    tables = dict(submission.tables)
    for section in schema.sections:
        defaults = {
            column.key: value
            for column in section.columns
            if column.default_from and (value := _default(submission, schema, column.default_from))
        }
        if defaults and section.key in tables:
            tables[section.key] = _filled(tables[section.key], defaults)
    return replace(submission, tables=tables)


def _default(submission: Submission, schema: Schema, path: str) -> object:
    if path == schema.identity.name:
        return submission.name
    section, _, key = path.partition(".")
    table = submission.tables.get(section)
    return table.records[0].values.get(key) if table and table.records else None


def _filled(table: Table, defaults: Mapping[str, object]) -> Table:
    def fill(record: Record) -> Record:
        blank = {
            key: value
            for key, value in defaults.items()
            if record.values.get(key) is None and record.cells.get(key) not in table.faulty
        }
        return replace(record, values={**record.values, **blank}) if blank else record

    return replace(table, records=tuple(fill(record) for record in table.records))
