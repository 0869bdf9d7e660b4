from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.period import Period
from batchreport.schema import Schema, parse_schema
from batchreport.workbook.check import check
from batchreport.workbook.read import read_workbook
from tools.markdown_book import Book, Sheet, filled, parse, plain

if TYPE_CHECKING:
    from batchreport.submission import Submission

ROOT = Path(__file__).parent.parent.parent
CASES = sorted(path.parent for path in ROOT.glob("tests/cases/read/*/workbook.md"))


def test_there_are_cases() -> None:
    """The folder of cases is found."""
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_workbook_reads_as_expected(case: Path) -> None:
    """The findings are exactly the expected ones, and the values are those that stand in the case."""
    expected = tomllib.loads((case / "expected.toml").read_text("utf-8"))
    submission = submit(case, expected.get("given", {}))

    said = [(f.code, f.severity.name.lower(), f.place.sheet, f.place.cell) for f in submission.findings]
    wanted = [(f["code"], f["severity"], f.get("sheet", ""), f.get("cell", "")) for f in expected.get("findings", ())]
    assert sorted(said) == sorted(wanted), "\n".join(f.line("zh") for f in submission.findings)
    assert {f.place.file for f in submission.findings} <= {submission.file}
    for finding in expected.get("findings", ()):
        lines = [f.line("zh") for f in submission.findings if same(finding, f.code, f.place.sheet, f.place.cell)]
        assert any(finding.get("text", "") in line for line in lines), lines
    for section, rows in expected.get("values", {}).items():
        records = submission.tables[section].records
        assert [{key: simple(r.values.get(key)) for key in row} for r, row in zip(records, rows, strict=True)] == rows
    for word, value in expected.get("is", {}).items():
        assert str(getattr(submission, word)) == str(value)
    assert all(finding.line("en") for finding in submission.findings)


def test_a_default_stands_in_no_cell() -> None:
    """What a blank cell gets from elsewhere was not filled in there; what was typed has its cell."""
    rows: list[list[str | None]] = [
        ["荣誉名称", "授予对象", "级别", "授予单位"],
        ["文明校园", None, "市级", "教育局"],
        ["先进", "二校", "市级", "教育局"],
    ]
    schema = parse_schema((ROOT / "templates" / "summary.toml").read_bytes())
    data = plain(Book("一校", [Sheet("荣誉", rows)]))
    first, second = read_workbook(data, schema, name="一校").tables["honours"].records

    assert (first.values["recipient"], "recipient" in first.cells, first.cells["level"]) == ("一校", False, "C2")
    assert (second.values["recipient"], second.cells["recipient"]) == ("二校", "B3")


def submit(case: Path, given: dict[str, Any]) -> Submission:
    """Return the checked submission of a case; sheets that it does not mention are there, and say 无."""
    own = case / "schema.toml"
    schema = parse_schema((own if own.exists() else ROOT / "templates" / "summary.toml").read_bytes())
    book = parse((case / "workbook.md").read_text("utf-8"))
    sent = case / "sent.toml"  # the schema for which the workbook was sent out, where it is another
    form = parse_schema(sent.read_bytes()) if sent.exists() else schema
    whole = book if given.get("incomplete") else completed(book, form)
    data = filled(whole, form) if book.stamp else plain(whole)
    submission = read_workbook(
        data,
        schema,
        file=given.get("file", "示例中心小学.xlsx"),
        period=Period.parse(given.get("period", "2026-11")),
        roster=given.get("roster"),
    )
    return check(submission, schema)


def completed(book: Book, schema: Schema) -> Book:
    """Return the book with the required sheets that it lacks, each of which says that there is nothing."""
    there = {sheet.name for sheet in book.sheets}
    absent = [section for section in schema.sections if section.required and section.title not in there]
    nothing = [Sheet(one.title, [[one.columns[0].title], ["无"]] if book.stamp else [["无"]]) for one in absent]
    return Book(book.name, [*book.sheets, *nothing], book.stamp)


def same(expected: dict[str, Any], code: str, sheet: str, cell: str) -> bool:
    """Tell whether a finding is the expected one."""
    return (expected["code"], expected.get("sheet", ""), expected.get("cell", "")) == (code, sheet, cell)


def simple(value: Any) -> Any:
    """Return a value as TOML writes it: a number for a Decimal, a list for a tuple, "" for a blank."""
    match value:
        case None:
            return ""
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case tuple():
            return list(value)
        case bool() | int() | str():
            return value
        case _:
            return value if hasattr(value, "isoformat") else str(value)
