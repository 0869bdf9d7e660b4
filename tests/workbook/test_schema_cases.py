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


@pytest.mark.parametrize(("columns", "said"), [(256, []), (257, [("toml-too-many", 10, "sections[1].columns")])])
def test_a_sheet_has_as_many_columns_as_are_read_of_one(columns: int, said: list[tuple[str, int, str]]) -> None:
    """What is not read as it comes back cannot be asked for."""
    items = "".join(f'  {{ key = "c{number}", title = "第{number}项" }},\n' for number in range(columns))
    head = 'id = "survey"\ntitle = "调查"\n[identity]\nname = "form.c0"\nperiod = "form.c1"\n'
    sheet = f'[[sections]]\nkey = "form"\ntitle = "表"\nkind = "form"\ncolumns = [\n{items}]\n'
    found = []
    try:
        parse_schema((head + sheet).encode())
    except SchemaError as problem:
        found = [(finding.code, finding.place.line, finding.place.key) for finding in problem.findings]

    assert found == said


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('"在建" "实施中"', "toml-no-pair"),
        ('在建 = "实施中"', "toml-no-pair"),
        ("title = “表”", "toml-no-value"),
        ('title = "表', "toml-open-quote"),
        ('enum = ["甲"，"乙"]', "toml-open-bracket"),
        ('pattern = "\\d+"', "toml-backslash"),
        ("minimum = 1,5", "toml-too-much"),
        ('pattern = "\\u4e00"x', "toml-too-much"),
        ('hint = "C:\\users"', "toml-backslash"),
        ("minimum = 2026-02-30", "toml-no-value"),
        ("[sections", "toml-open-bracket"),
        ("# \x01", "toml-syntax"),
    ],
)
def test_what_is_often_mistyped_has_a_remedy_of_its_own(line: str, code: str) -> None:
    """A line that is no TOML is said with what is wrong in it, in both languages."""
    with pytest.raises(SchemaError) as caught:
        parse_schema(f'id = "x"\n{line}\n'.encode())

    assert [(finding.code, finding.place.line) for finding in caught.value.findings] == [(code, 2)]
