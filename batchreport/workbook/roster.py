"""This module reads the roster, the list of departments that clerks keep in an Excel file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from batchreport.errors import SettingsError
from batchreport.findings import Severity
from batchreport.schema import Schema, parse_schema
from batchreport.workbook.check import check
from batchreport.workbook.read import read_workbook


@dataclass(frozen=True, slots=True)
class Department:
    """One line of the roster."""

    code: str
    name: str
    mail: str = ""
    contact: str = ""
    group: str = ""


def read_roster(data: bytes, file: str = "departments.xlsx") -> tuple[Department, ...]:
    """Return the departments in the roster's order; raises `SettingsError` with every mistake in it."""
    schema = roster_schema()
    submission = check(read_workbook(data, schema, file=file), schema)
    faults = [
        finding
        for finding in submission.findings
        if finding.severity is Severity.ERROR and not finding.code.startswith("period-")
    ]
    if faults:
        raise SettingsError(faults)
    return tuple(
        Department(**{key: str(value) for key, value in record.values.items() if value is not None})
        for record in submission.tables["departments"].records
    )


@cache
def roster_schema(language: str = "zh") -> Schema:
    """Return the schema of the roster, which is read under the headings of both languages and written under those of one."""
    text = files("batchreport").joinpath("workbook/roster.toml").read_text("utf-8")
    return parse_schema(f'language = "{language}"\n{text}'.encode(), "roster.toml")
