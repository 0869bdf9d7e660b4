"""What stands in brackets behind a header: a unit, a remark, or both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.schema import parse_schema
from batchreport.workbook.read import read_workbook
from tools.markdown_book import Book, Sheet, plain

if TYPE_CHECKING:
    from batchreport.submission import Submission

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())


def read(sheet: str, *rows: list[Any]) -> Submission:
    """Return a workbook with one sheet as it is read."""
    return read_workbook(plain(Book("一校", [Sheet(sheet, list(rows))])), SCHEMA, name="一校")


def said(submission: Submission) -> list[tuple[str, str, str]]:
    """Return what is said about units: code, severity, cell."""
    return [(f.code, f.severity.name, f.place.cell) for f in submission.findings if "unit" in f.code]


@pytest.mark.parametrize(
    ("header", "amount", "codes"),
    [
        ("金额（含税）", 12, []),
        ("金额（元，含税）", 12, []),
        ("金额（人民币元）", 12, []),
        ("金额（按实际支出填写）", 12, []),
        ("金额（不含税、万元）", 120_000, ["column-unit-converted"]),
        ("金额（人民币万元）", 120_000, ["column-unit-converted"]),
        ("金额（元/月）", None, ["column-unit", "cell-unit"]),
        ("金额（含税，美元）", None, ["column-unit", "cell-unit"]),
    ],
)
def test_a_remark_in_the_brackets_is_no_unit(header: str, amount: int | None, codes: list[str]) -> None:
    """A unit beside it counts; one that cannot be converted is an error."""
    submission = read("新增设施", ["名称", "类别", "方式", header], ["电脑", "信息化", "购置", 12])

    assert submission.tables["facilities"].records[0].values["amount"] == amount
    assert [code for code, *_ in said(submission)] == codes


def test_a_row_in_another_unit_than_its_header_is_asked_about() -> None:
    """The row's own unit counts; where the two do not compare, or are the same, there is no doubt."""
    head = ["指标", "本期值（万元）", "单位", "口径"]
    rows = [
        ["维修费", 1.2, "元", "时期"],
        ["水费", 1.2, "万元", "时期"],
        ["电费", 1.2, None, "时期"],
        ["学生", 620, "人", "时点"],
    ]

    submission = read("统计数据", head, *rows, ["电话费", "3千元", "元", "时期"])

    values = [(r.values["value"], r.values["unit"]) for r in submission.tables["statistics"].records]
    assert [unit for _, unit in values] == ["元", "万元", "万元", "人", "元"]
    assert said(submission) == [("cell-unit-of-row", "WARNING", "B2")]


def test_the_unit_may_stand_with_another_number_of_the_row() -> None:
    """There is no column for it."""
    submission = read("统计数据", ["指标", "本期值", "上期值（万元）", "口径"], ["维修费", "3元", 1.2, "时期"])

    (finding,) = [f for f in submission.findings if f.code == "cell-unit-of-row"]
    assert (finding.place.cell, finding.details["other"]) == ("C2", "B2")
