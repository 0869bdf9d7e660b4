from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from batchreport.period import Period
from batchreport.schema import Schema, parse_schema
from batchreport.workbook.blank import Prefill, blank_workbook
from batchreport.workbook.check import check
from batchreport.workbook.read import read_workbook
from batchreport.workbook.roster import read_roster, roster_schema

if TYPE_CHECKING:
    from batchreport.submission import Submission

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "batchreport" / "starter" / "en"
NOVEMBER = Period.parse("2026-11")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
OF_LANGUAGE = {"title", "title_en", "hint", "hint_en", "aliases", "enum", "enum_aliases", "missing_values", "roll_up"}
OF_LENGTH = {"max_length", "separator", "unit"}
FILLED: dict[str, list[list[Any]]] = {
    "Statistics": [
        ["enrolment", "Students", 620, "", "people", "stock", 608, 600, "neutral", ""],
        ["repairs", "Rooms repaired", "About 200", "", "rooms", "flow", 180, "", "higher", ""],
        ["satisfaction", "Canteen satisfaction", "96.5%", "", "%", "rate", 95.3, "", "higher is better", ""],
        ["safety", "Fire drills", "not reported", "", "time", "flow", 1, "", "neutral", ""],
    ],
    "Facilities": [
        ["Lamps", "repairs", "Replaced", 30, "", "lamps", "LED", "hall", "¥1,200", "budget", "done", "2026-11-12"],
        ["Computers", "IT", "bought", 15, "", "sets", "", "", "126000 yuan", "own funds", "In progress", ""],
    ],
    "Honours": [["Safe canteen", "", "municipal", "City Council", "unknown", "", "", "new"]],
    "Problems": [
        ["Boiler too small", "", "", "", "serious", "buy a second one", "A. Brown", "2026-12-31", "ongoing", "Yes"]
    ],
    "Plans": [["Second boiler", "", "", "", "A. Brown", "2026-12-31", "boiler too small"]],
}


@pytest.fixture(name="schema")
def schema_() -> Schema:
    """The starter schema in English."""
    return parse_schema((STARTER / "templates" / "summary.toml").read_bytes())


def shape(schema: Schema) -> list[Any]:
    """Return what of a schema does not depend on its language."""
    rules = [[rule.model_dump(exclude={"when"}) for rule in section.rules] for section in schema.sections]
    columns = [
        (section.key, section.kind, section.required, column.model_dump(exclude=OF_LANGUAGE | OF_LENGTH))
        for section in schema.sections
        for column in section.columns
    ]
    return [schema.id, schema.identity.model_dump(), columns, rules]


def submitted(schema: Schema, rows: dict[str, list[list[Any]]]) -> Submission:
    """Return the checked submission of a blank workbook in which `rows` were typed."""
    prefill = Prefill("D001", "Example Primary School", NOVEMBER)
    book = load_workbook(BytesIO(blank_workbook(schema, prefill)))
    for sheet, lines in rows.items():
        for row, line in enumerate(lines, 4):
            for column, value in enumerate(line, 1):
                book[sheet].cell(row, column).value = value or None
    answers = {"Kind *": "School", "Prepared by": "J. Smith", "Filled in on": "2026-11-30"}
    for label, cell, *_ in book["Profile"].iter_rows():
        if isinstance(cell, Cell):  # the sheet's title is merged
            cell.value = answers.get(str(label.value), cell.value)
    target = BytesIO()
    book.save(target)
    return check(read_workbook(target.getvalue(), schema, file="Example Primary School.xlsx"), schema)


def test_the_starter_is_the_chinese_one_in_english(schema: Schema) -> None:
    """Keys, types, rules and identity are the same, so that templates can share them."""
    assert shape(schema) == shape(parse_schema((ROOT / "templates" / "summary.toml").read_bytes()))


def test_a_workbook_filled_in_english_reads_without_an_error(schema: Schema) -> None:
    """Words as English fillers use them are understood, which is said."""
    submission = submitted(schema, FILLED)

    assert {finding.code for finding in submission.findings} == {"cell-understood", "cell-split"}
    assert not [finding for finding in submission.findings if CHINESE.search(finding.line("en"))]
    figures = [record.values for record in submission.tables["statistics"].records]
    assert [(row["value"], row["approx"], row["unit"]) for row in figures[:3]] == [
        (620, None, "person"),
        (200, "about", "room"),
        (96.5, None, "%"),
    ]
    assert str(figures[3]["value"]) == "not reported"
    assert [record.values["amount"] for record in submission.tables["facilities"].records] == [1200, 126000]
    problem = submission.tables["problems"].records[0].values
    assert (problem["severity"], problem["status"], problem["carried"]) == ("major", "in progress", True)


def test_a_finding_names_what_the_english_workbook_shows(schema: Schema) -> None:
    """Headings and hints of a message are those of the workbook; nothing Chinese stands in it."""
    rows: dict[str, list[list[Any]]] = {
        "Statistics": [
            ["other", "Students", "", "", "", "stock", 608, "", "", ""],
            ["other", "Staff", "some", "", "person"],
        ],
        "Facilities": [["Lamps", "nonsense", "", 30, "", "", "", "", -5, "", "completed", ""]],
        "Plans": [["Boiler", "", "", "", "", "2020-01-01", "no such problem"]],
    }
    lines = [finding.line("en") for finding in submitted(schema, rows).findings]

    assert len(lines) >= 8
    assert not [line for line in lines if CHINESE.search(line)]
    assert any("This period" in line for line in lines)


def test_a_blank_workbook_in_english_shows_no_chinese(schema: Schema) -> None:
    """Sheets, headings, hints, lists and messages on typing are English."""
    data = blank_workbook(schema, Prefill("D001", "Example Primary School", NOVEMBER))
    with ZipFile(BytesIO(data)) as package:
        sheets = [name for name in package.namelist() if name.startswith(("xl/worksheets/", "xl/shared"))]
        shown = "".join(package.read(name).decode() for name in sheets)

    assert not CHINESE.findall(shown)


def test_workbooks_of_both_languages_do_not_touch_each_other(schema: Schema) -> None:
    """A Chinese workbook made after an English one is the same as before it."""
    chinese = parse_schema((ROOT / "templates" / "summary.toml").read_bytes())
    prefill = Prefill("D001", "Example Primary School", NOVEMBER)
    before = blank_workbook(chinese, prefill)
    blank_workbook(schema, prefill)

    assert blank_workbook(chinese, prefill) == before


def test_the_roster_is_read_under_english_headings() -> None:
    """The starter's roster is the English one, and names its departments."""
    data = (STARTER / "departments.xlsx").read_bytes()
    sheet = load_workbook(BytesIO(data)).worksheets[0]

    assert sheet.title == "Departments"
    assert [str(cell.value).rstrip(" *") for cell in sheet[3] if cell.value] == [
        "Code",
        "Name",
        "Mail",
        "Contact",
        "Group",
    ]
    assert [department.name for department in read_roster(data)] == [
        "Example Primary School",
        "Example Secondary School",
    ]
    assert roster_schema("en").language == "en"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["Prepared by: J. Smith", None, "Approved by: A. Lee"], "row-remark"),
        (["Head of department: A. Lee"], "row-remark"),
        (["Signature: ____"], "row-remark"),
        (["30 November 2026"], "row-remark"),
        (["Facilities (continued)"], "row-remark"),
        (["Grand total", None, None, 30], "row-total"),
        (["Sub-total", None, None, 30], "row-total"),
        (["Nothing to report this month."], "row-none"),
    ],
)
def test_what_stands_below_a_table_is_no_record(schema: Schema, row: list[Any], code: str) -> None:
    """Signatures, dates and totals in English."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "Facilities"
    for cells in (["Name", "Category", "Action", "Quantity"], row):
        sheet.append(cells)
    target = BytesIO()
    workbook.save(target)

    submission = read_workbook(target.getvalue(), schema)

    assert submission.tables["facilities"].records == ()
    assert [f.code for f in submission.findings if f.place.cell == "A2" and f.code.startswith("row-")] == [code]
