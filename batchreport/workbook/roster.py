"""This module reads the roster, the list of departments that clerks keep in an Excel file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from batchreport.errors import SettingsError
from batchreport.findings import Place, Severity
from batchreport.schema import Schema, parse_schema

if TYPE_CHECKING:
    from batchreport.submission import Record


@dataclass(frozen=True, slots=True)
class Department:
    """One line of the roster; `place` is where its mail address stands, or should."""

    code: str
    name: str
    mail: str = ""
    contact: str = ""
    group: str = ""
    place: Place = field(default_factory=Place, compare=False, repr=False)


def read_roster(data: bytes, file: str = "departments.xlsx") -> tuple[Department, ...]:
    """Return the departments in the roster's order; raises `SettingsError` with every mistake in it."""
    from batchreport.workbook.check import check  # noqa: PLC0415  (who only knows departments needs no readers)
    from batchreport.workbook.read import read_workbook  # noqa: PLC0415

    schema = roster_schema()
    submission = check(read_workbook(data, schema, file=file), schema)
    faults = [
        finding
        for finding in submission.findings
        if finding.severity is Severity.ERROR and not finding.code.startswith("period-")
    ]
    if faults:
        raise SettingsError(faults)
    table = submission.tables["departments"]
    return tuple(_department(record, Place(file=file, sheet=table.sheet)) for record in table.records)


def _department(record: Record, place: Place) -> Department:
    values = {key: str(value) for key, value in record.values.items() if value is not None}
    return Department(**values, place=replace(place, cell=record.cells.get("mail", record.first)))


@cache
def roster_schema(language: str = "zh") -> Schema:
    """Return the schema of the roster, which is read under the headings of both languages and written under those of one."""
    text = files("batchreport").joinpath("workbook/roster.toml").read_text("utf-8")
    return parse_schema(f'language = "{language}"\n{text}'.encode(), "roster.toml")
