"""This module reads the roster, the list of departments that clerks keep in an Excel file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from batchreport.errors import SettingsError
from batchreport.findings import LANGUAGES, Finding, Place, Severity, error
from batchreport.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.submission import Record


@dataclass(frozen=True, slots=True)
class Department:
    """One line of the roster; `place` is where its mail address stands, or should, `cells` has the others' by key."""

    code: str
    name: str
    mail: str = ""
    contact: str = ""
    group: str = ""
    place: Place = field(default_factory=Place, compare=False, repr=False)
    cells: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def cell(self, key: str) -> Place:
        """Return where the roster says something of it: its `name` or `code`."""
        return replace(self.place, cell=self.cells.get(key, self.place.cell))


def read_roster(data: bytes, file: str = "departments.xlsx", language: str = "zh") -> tuple[Department, ...]:
    """Return the departments in the roster's order; raises `SettingsError` with every mistake in it, under the headings of a language."""
    from batchreport.workbook.check import check  # noqa: PLC0415  (who only knows departments needs no readers)
    from batchreport.workbook.read import read_workbook  # noqa: PLC0415

    schema = roster_schema(language)
    submission = check(read_workbook(data, schema, file=file), schema)
    faults = [
        _of_roster(finding)
        for finding in submission.findings
        if finding.severity is Severity.ERROR and not finding.code.startswith("period-")
    ]
    if faults:
        raise SettingsError(faults)
    table = submission.tables["departments"]
    return tuple(_department(record, Place(file=file, sheet=table.sheet)) for record in table.records)


def _of_roster(finding: Finding) -> Finding:
    """Return what is wrong with the roster with what its clerk can do about it, who has no workbook sent out."""
    match finding.code:
        case "file-text" | "file-is-word" | "file-not-workbook":
            said = {language: finding.what(language) for language in LANGUAGES}
            return error("file-no-roster", finding.place, said=said)
        case "sheet-missing":
            return error("sheet-no-roster", finding.place, **finding.details)
    return finding


def _department(record: Record, place: Place) -> Department:
    values = {key: str(value) for key, value in record.values.items() if value is not None}
    at = replace(place, cell=record.cells.get("mail", record.first))
    return Department(**values, place=at, cells=record.cells)


@cache
def roster_schema(language: str = "zh") -> Schema:
    """Return the schema of the roster, which is read under the headings of both languages and written under those of one."""
    text = files("batchreport").joinpath("workbook/roster.toml").read_text("utf-8")
    return Schema.model_validate(tomllib.loads(text) | {"language": language})  # no reports, so no names to keep free
