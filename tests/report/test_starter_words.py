"""What the shipped templates say of records typed in tests/cases/starter: a file there is a test, in each look.

A case has the `language`, the `document` ("summary" or "rollup"), the `period`, maybe an `organisation` and a `roster`, and [[departments]]
with the rows of their sections. `says` is in the text of what is made of them, a table's row a line with | between its cells;
`never` is not; `drawn` stands unbroken on a page that LibreOffice draws.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.period import Period
from batchreport.report.context import Contexts
from batchreport.report.rollup.documents import rollup_docx, rollup_template
from batchreport.report.rollup.value import Rollup
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.values import Missing
from tests.docxfile import whole_text
from tests.outside import pdf_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.schema import Schema, Section

ROOT = Path(__file__).parents[2]
FOLDERS = {"zh": ROOT / "templates", "en": ROOT / "examples/english/templates"}
LOOKS = {"summary": ("summary", "modern"), "rollup": ("rollup",)}
CASES = {
    path.stem: tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    for path in sorted((ROOT / "tests/cases/starter").glob("*.toml"))
}
EACH = [(name, look) for name, case in CASES.items() for look in LOOKS[case["document"]]]
DRAWN = [(name, look) for name, look in EACH if "drawn" in CASES[name]]


@cache
def schema_of(language: str) -> Schema:
    """Return the schema beside the shipped templates."""
    return parse_schema((FOLDERS[language] / "summary.toml").read_bytes())


def table(section: Section, rows: list[dict[str, Any]]) -> Table:
    """Return the records of a section as its workbook would give them."""
    whole = {column.key for column in section.columns if column.type in ("integer", "year")}
    words = {column.key: column.missing_values for column in section.columns}
    records = []
    for at, row in enumerate(rows, 4):
        values = {
            key: Decimal(value) if type(value) is int and key not in whole else value for key, value in row.items()
        }
        values |= {key: Missing(value) for key, value in row.items() if value in words.get(key, ())}
        records.append(Record(values, {key: f"{chr(65 + place)}{at}" for place, key in enumerate(row)}))
    return Table(section.title, tuple(records))


def submissions(case: dict[str, Any]) -> list[Submission]:
    """Return what the departments of a case handed in."""
    schema, period, found = schema_of(case["language"]), Period.parse(case["period"]), []
    for number, one in enumerate(case["departments"], 1):
        given = {"profile": [{"name": one["name"]}]} | {key: rows for key, rows in one.items() if key != "name"}
        tables = {key: table(schema.by_key[key], rows) for key, rows in given.items()}
        found.append(Submission(f"{one['name']}.xlsx", f"D{number:03}", one["name"], period, tables=tables))
    return found


@cache
def made(name: str, look: str) -> bytes:
    """Return the document of a case."""
    case = CASES[name]
    schema, given = schema_of(case["language"]), submissions(case)
    data = (FOLDERS[case["language"]] / f"{look}.docx").read_bytes()
    if case["document"] == "rollup":
        period = given[0].period
        assert period
        more = {"organisation": case.get("organisation", ""), "roster": [tuple(one) for one in case.get("roster", [])]}
        return rollup_docx(rollup_template(data, schema), Rollup.of(schema, given, period, **more))
    template = Template.parse(data, schema)
    [one] = given
    return template.render(Contexts(schema, template.uses).of(one))


@pytest.mark.parametrize(("name", "look"), EACH)
def test_a_document_says_what_a_case_asks(name: str, look: str) -> None:
    """All that the case says is in its text, and nothing that it forbids."""
    text, case = whole_text(made(name, look)), CASES[name]

    assert [said for said in case.get("says", []) if said not in text] == [], text
    assert [said for said in case.get("never", []) if said in text] == [], text


@pytest.mark.parametrize(("name", "look"), DRAWN)
def test_figures_stay_whole_where_they_are_drawn(name: str, look: str, render: Callable[[bytes], Path]) -> None:
    """No line of a cell ends inside them."""
    text = pdf_text(render(made(name, look)))

    assert [drawn for drawn in CASES[name]["drawn"] if drawn not in text] == [], text
