from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from batchreport.schema import parse_schema
from batchreport.workbook.check import check
from batchreport.workbook.read import read_workbook
from tests.workbook.test_read_cases import CASES as READ_CASES
from tests.workbook.test_read_cases import simple
from tools.odd_packages import ODD

PROGRAMS = Path(__file__).parent.parent / "cases" / "programs"
CASES = sorted(path.parent for path in PROGRAMS.glob("*/expected.toml"))
SCHEMA = parse_schema((PROGRAMS / "schema.toml").read_bytes())
USUAL = tomllib.loads((PROGRAMS / "values.toml").read_text("utf-8"))


def test_there_are_cases() -> None:
    """Every file that somebody has put here says what is expected of it; with the others they are many."""
    assert [folder for folder in PROGRAMS.iterdir() if folder.is_dir() and folder not in CASES] == []
    assert len(CASES) + len(READ_CASES) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_programs_file_reads_as_expected(case: Path) -> None:
    """Whichever program saved it, the values are the same, and what had to be said is said."""
    expected = tomllib.loads((case / "expected.toml").read_text("utf-8"))
    path = next(path for path in case.iterdir() if path.suffix != ".toml")
    submission = check(read_workbook(path.read_bytes(), SCHEMA, file=path.name), SCHEMA)

    said = [(f.code, f.severity.name.lower(), f.place.sheet, f.place.cell) for f in submission.findings]
    wanted = [(f["code"], f["severity"], f.get("sheet", ""), f.get("cell", "")) for f in expected.get("findings", ())]
    assert sorted(said) == sorted(wanted), "\n".join(f.line("zh") for f in submission.findings)
    lines = "\n".join(f.line("zh") for f in submission.findings)
    assert [f["text"] for f in expected.get("findings", ()) if f.get("text", "") not in lines] == []
    for section, rows in (USUAL["values"] | expected.get("values", {})).items():
        table = submission.tables.get(section)
        assert (
            [values(record.values, row) for record, row in zip(table.records, rows, strict=True)] == rows
            if table
            else not rows
        )
    for word, value in USUAL["is"].items():
        assert str(getattr(submission, word)) == value or not submission.tables


@pytest.mark.parametrize("name", ODD)
def test_the_files_made_by_hand_are_those_the_tool_makes(name: str) -> None:
    """`python -m tools.make_programs` changes nothing."""
    stem, _, ending = name.rpartition(".")
    path = next((PROGRAMS / f"{stem}-{ending}").glob(f"*.{ending}"))

    assert path.read_bytes() == ODD[name]()


def test_a_text_as_long_as_a_cell_can_hold_comes_out_whole() -> None:
    """Excel keeps 32,767 characters."""
    rows = read_workbook(ODD["longest-text.xlsx"](), SCHEMA).tables["rows"].records

    assert rows[0].values["note"] == "长" * 32_767


def values(found: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return of a record what a case speaks of."""
    return {key: simple(found.get(key)) for key in wanted}
