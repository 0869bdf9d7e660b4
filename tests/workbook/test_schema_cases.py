from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from batchreport.errors import SchemaError
from batchreport.schema import parse_schema

ROOT = Path(__file__).parent.parent.parent
CASES = sorted(path.parent for path in ROOT.glob("tests/cases/schema/*/schema.toml"))


def test_there_are_cases() -> None:
    """The folder of cases is found."""
    assert len(CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_schema_is_found_fault_with_as_expected(case: Path) -> None:
    """Every mistake is said in one pass, with its line, its key, and what was probably meant."""
    expected = tomllib.loads((case / "expected.toml").read_text("utf-8")).get("findings", [])
    found = []
    try:
        parse_schema((case / "schema.toml").read_bytes(), "schema.toml")
    except SchemaError as problem:
        found = list(problem.findings)

    said = [(finding.code, finding.place.line, finding.place.key) for finding in found]
    assert said == [(f["code"], f["line"], f.get("key", "")) for f in expected], "\n".join(f.line("zh") for f in found)
    for finding, wanted in zip(found, expected, strict=True):
        assert wanted.get("near", "") == finding.details.get("near", "")
        assert wanted.get("text", "") in finding.line("zh")
        assert finding.line("en")
