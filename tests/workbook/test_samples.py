from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batchreport.findings import Severity
from batchreport.period import Period
from batchreport.schema import parse_schema
from batchreport.workbook.check import check
from batchreport.workbook.read import read_workbook
from batchreport.workbook.roster import read_roster
from tools.make_samples import made

if TYPE_CHECKING:
    from batchreport.submission import Submission

ROOT = Path(__file__).parent.parent.parent
SAMPLES = sorted((ROOT / "workbooks").glob("*/*.xlsx"))
EDGES = "示例市边界数值综合后勤保障服务中心"
FAULTY = ROOT / "workbooks" / "2026-11" / "第三幼儿园.xlsx"
MISTAKES = {
    "cell-too-long": 1,
    "cell-not-a-number": 1,
    "cell-formula": 1,
    "cell-error": 1,
    "cell-doubled": 1,
    "rule-required-when-changed": 1,
    "rule-required-when-given": 2,
    "cell-not-a-choice": 1,
    "cell-below": 1,
    "cell-no-such-day": 1,
    "cell-required": 2,
    "cell-above": 1,
    "cell-too-early": 1,
}


def submit(path: Path) -> Submission:
    """Return a sample's checked submission."""
    schema = parse_schema((ROOT / "templates" / "summary.toml").read_bytes())
    roster = {one.code: one.name for one in read_roster((ROOT / "departments.xlsx").read_bytes())}
    period = Period.parse(path.parent.name)
    return check(read_workbook(path.read_bytes(), schema, file=path.name, period=period, roster=roster), schema)


def test_the_committed_workbooks_are_those_the_tool_makes() -> None:
    """`python -m tools.make_samples` changes nothing."""
    files = made()

    english = [path for path in (ROOT / "examples/english").rglob("*.xlsx") if "out" not in path.parts]
    assert {path for path in files if path.suffix == ".xlsx"} == {*SAMPLES, *english, ROOT / "departments.xlsx"}
    assert [path.name for path, data in files.items() if path.read_bytes() != data] == []


@pytest.mark.parametrize(
    "path", [path for path in SAMPLES if path != FAULTY], ids=lambda p: f"{p.parent.name} {p.stem}"
)
def test_every_sample_but_one_is_good(path: Path) -> None:
    """Its department and period are known, and nothing but blanks is left to say, or figures that jump where they are to."""
    submission = submit(path)
    jumps = {"rule-other-size"} if path.stem == EDGES else set()

    assert {finding.code for finding in submission.findings} <= {
        "cell-expected",
        "cell-expected-date",
        "sheet-unfilled",
        *jumps,
    }
    assert (submission.name, str(submission.period)) == (path.stem, path.parent.name)
    assert submission.department


def test_the_faulty_sample_shows_the_usual_mistakes() -> None:
    """A dozen and more, each with a line of its own."""
    findings = submit(FAULTY).findings

    assert Counter(f.code for f in findings if f.severity is Severity.ERROR) == MISTAKES
    assert {f.code for f in findings if f.severity is not Severity.ERROR} == {
        *("cell-too-late", "cell-too-early", "column-unknown", "cell-understood", "cell-split"),
        *("rule-required-when-is-not", "cell-no-such-reference"),
    }


def test_a_workbook_without_its_stamp_is_recognised_by_its_name() -> None:
    """Only the client's five sheets, in an own layout."""
    submission = submit(ROOT / "workbooks" / "2026-11" / "特殊教育学校.xlsx")

    assert submission.stamp is None
    assert submission.department == "D010"
    assert set(submission.tables) == {"statistics", "facilities", "honours", "problems", "plans"}
