from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from batchreport import Period, parse_schema
from batchreport.packed import before, pack
from batchreport.submission import Record, Submission, Table
from batchreport.values import Missing
from batchreport.workbook.earlier import compare, completed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.findings import Finding
    from batchreport.values import Value

SCHEMA = parse_schema(
    """
id = "monthly"
title = "月报"
[identity]
name = "profile.name"
period = "profile.period"
[[sections]]
key = "profile"
title = "基本信息"
kind = "form"
carry = { columns = ["phone"] }
columns = [
  { key = "name", title = "单位名称" },
  { key = "period", title = "报告期" },
  { key = "phone", title = "电话" },
  { key = "staff", title = "在职人数", type = "integer" },
  { key = "staff_before", title = "上期在职人数", type = "integer", previous = "staff", prefilled = true },
  { key = "filled_on", title = "填报日期", type = "date" },
]
[[sections]]
key = "statistics"
title = "统计数据"
carry = { columns = ["unit"] }
columns = [
  { key = "name", title = "指标", unique = true, prefilled = true },
  { key = "value", title = "本期值", type = "number", unit_column = "unit" },
  { key = "unit", title = "单位" },
  { key = "prev", title = "上期值", type = "number", previous = "value", unit_column = "unit", prefilled = true },
  { key = "last_year", title = "上年同期值", type = "number", year_before = "value", unit_column = "unit", prefilled = true },
]
[[sections]]
key = "works"
title = "工作"
columns = [{ key = "work", title = "工作" }, { key = "result", title = "成效" }]
""".encode(),
    "monthly.toml",
)
NOVEMBER = Period(2026, 11, "M")


def record(section: str, row: int, values: Sequence[Value]) -> Record:
    """Return a record in that row, its values in the schema's order from column A on."""
    keys = [column.key for column in SCHEMA.by_key[section].columns]
    return Record(
        dict(zip(keys, values, strict=False)),
        {key: f"{'ABCDEF'[at]}{row}" for at, key in enumerate(keys[: len(values)])},
    )


def submission(
    period: Period,
    indicators: Sequence[Sequence[Value]] = (),
    profile: Sequence[Value] = ("甲校", "x", "12345", 40),
    works: Sequence[Sequence[Value]] = (),
) -> Submission:
    """Return a submission with these rows, which begin in row 4."""
    rows = {"profile": [profile], "statistics": indicators, "works": works}
    tables = {
        key: Table(SCHEMA.by_key[key].title, tuple(record(key, at, values) for at, values in enumerate(many, 4)))
        for key, many in rows.items()
    }
    return Submission(f"{period}/甲校.xlsx", "D1", "甲校", period, tables=tables)


def said(now: Submission, *earlier: Submission) -> list[Finding]:
    """Return what is said of a submission beside earlier ones."""
    assert now.period
    return compare(now, SCHEMA, before(map(pack, earlier), now.period))


def codes(findings: Sequence[Finding]) -> list[str]:
    """Return the findings as code and cell."""
    return [f"{finding.code} {finding.place.cell}".strip() for finding in findings]


def figures(prev: Value = None, last_year: Value = None, unit: str = "人", value: Value = Decimal(620)) -> Submission:
    """Return November's submission with one indicator."""
    return submission(NOVEMBER, [("学生", value, unit, prev, last_year)])


def reported(value: Value, period: Period = NOVEMBER.previous, unit: str = "人", name: str = "学生") -> Submission:
    """Return an earlier submission with one indicator."""
    return submission(period, [(name, value, unit)])


def test_a_figure_that_was_another_one_when_it_was_reported_is_said() -> None:
    """With its cell, what stands there, what was reported then, and where."""
    [finding] = said(figures(prev=Decimal(600)), reported(Decimal(608)))

    assert finding.line("zh") == (
        "2026-11/甲校.xlsx › 统计数据!D4：“上期值”是 600人，而 2026-10 报的是 608人（2026-10/甲校.xlsx › 统计数据!B4）。请核对，以实际的为准"
    )
    assert finding.line("en").startswith(
        "2026-11/甲校.xlsx › 统计数据!D4: “上期值” is 600人, but 608人 was reported for 2026-10 (2026-10/甲校.xlsx › 统计数据!B4)"
    )


def test_last_years_figures_are_compared_with_last_years_submission() -> None:
    """And last period's with last period's."""
    last_year = reported(Decimal(590), NOVEMBER.year_before)
    now = figures(prev=Decimal(608), last_year=Decimal(591))

    assert codes(said(now, reported(Decimal(608)), last_year)) == ["cell-differs-from-earlier E4"]
    assert codes(said(now, last_year)) == ["cell-differs-from-earlier E4"]
    assert said(now, reported(Decimal(608))) == []


@pytest.mark.parametrize(
    ("prev", "earlier"),
    [
        (Decimal("608.0"), reported(Decimal(608))),
        (None, reported(Decimal(608))),
        (Decimal(600), reported(None)),
        (Decimal(600), reported(Missing("缺报"))),
        (Missing("缺报"), reported(Decimal(608))),
        (Decimal(600), reported(Decimal("0.0608"), unit="万人")),
        (Decimal(600), reported(Decimal(608), name="教师")),
        (Decimal(600), reported(Decimal(608), NOVEMBER.previous.previous)),
        (Decimal(600), reported("六百")),
    ],
    ids=["equal", "blank", "blank then", "missing then", "missing", "unit", "record", "older", "text"],
)
def test_nothing_is_said_where_there_are_no_two_figures_to_compare(prev: Value, earlier: Submission) -> None:
    """Of the same record, period and unit, as numbers."""
    assert said(figures(prev=prev), earlier) == []


def test_records_are_known_again_whatever_their_row_spaces_and_case() -> None:
    """By the section's unique column."""
    earlier = submission(NOVEMBER.previous, [("教师", Decimal(40), "人"), ("在校 学生A", Decimal(608), "人")])
    now = submission(NOVEMBER, [("在校学生a", Decimal(620), "人", Decimal(600))])

    assert codes(said(now, earlier)) == ["cell-differs-from-earlier D4"]


def test_a_form_is_compared_too() -> None:
    """It has one record."""
    now = submission(NOVEMBER, profile=("甲校", "x", "12345", 41, 39))

    assert codes(said(now, submission(NOVEMBER.previous))) == ["cell-differs-from-earlier E4"]


def test_a_column_of_differences_is_a_few_lines_and_a_count() -> None:
    """Five are said in full, the others are alike in all but the row."""
    names = [f"指标{number}" for number in range(12)]
    earlier = submission(NOVEMBER.previous, [(name, Decimal(1), "人") for name in names])
    now = submission(NOVEMBER, [(name, Decimal(5), "人", Decimal(2)) for name in names])
    found = said(now, earlier)

    assert [finding.code for finding in found] == ["cell-differs-from-earlier"] * 5 + [
        "cell-differs-from-earlier-too"
    ] * 7
    assert len({str(finding.details) for finding in found[5:]}) == 1


WORKS = [(f"工作{number}", "完成") for number in range(4)]


def test_last_periods_workbook_sent_again_is_said() -> None:
    """Its period was changed, and the day on which it was filled in; not what was filled in."""
    earlier = submission(NOVEMBER.previous, [("学生", Decimal(608), "人", Decimal(600))], works=WORKS)
    now = submission(
        NOVEMBER, [("学生", Decimal(608), "人", Decimal(608))], ("甲校", "十一月", "12345", 40, 40), works=WORKS[::-1]
    )
    [finding] = said(now, earlier)

    assert finding.code == "workbook-sent-again"
    assert finding.line("zh").startswith("2026-11/甲校.xlsx：填的内容与 2026-10 的（2026-10/甲校.xlsx）完全一样")


@pytest.mark.parametrize(
    "now",
    [
        submission(NOVEMBER, works=[*WORKS, ("工作5", None)]),
        submission(NOVEMBER, works=WORKS[1:]),
        submission(NOVEMBER, works=[*WORKS[1:], ("工作0", "实施中")]),
        submission(NOVEMBER, [("学生", Decimal(608), "人")], works=WORKS),
        submission(NOVEMBER, profile=("甲校", "x", "54321", 40), works=WORKS),
    ],
    ids=["more", "less", "changed", "figure", "phone"],
)
def test_any_change_of_the_fillers_is_a_new_workbook(now: Submission) -> None:
    """In any sheet, carried columns too."""
    assert said(now, submission(NOVEMBER.previous, works=WORKS)) == []


def test_next_to_nothing_may_well_be_the_same() -> None:
    """A few figures that did not change, and what the blank workbook brings, tell nothing."""
    rows = [(f"指标{number}", Decimal(1), "人") for number in range(6)]

    assert said(submission(NOVEMBER, rows), submission(NOVEMBER.previous, rows)) == []


def test_the_workbook_of_the_period_before_last_is_no_matter() -> None:
    """Only last period's own is compared as a whole."""
    assert said(submission(NOVEMBER, works=WORKS), submission(NOVEMBER.previous.previous, works=WORKS)) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("学生", Decimal(620), "人"), (Decimal(600), Decimal(580))),
        (("学生", Decimal(620), "人", Decimal(610)), (Decimal(610), Decimal(580))),  # what the filler wrote stands
        (("学生", Decimal(620), "名"), (None, None)),  # in another unit it is no figure to compare with
        (("教师", Decimal(40), "人"), (None, None)),  # not reported then
        (("学生", Decimal(620), "人", Missing("缺报")), (Missing("缺报"), Decimal(580))),
    ],
)
def test_a_blank_figure_of_an_earlier_period_is_the_one_reported_then(
    row: Sequence[Value], expected: tuple[Value, Value]
) -> None:
    """Only blanks are filled, from the same indicator in the same unit."""
    then = [
        submission(NOVEMBER.previous, [("学生", Decimal(600), "人")]),
        submission(NOVEMBER.year_before, [("学生", Decimal(580), "人")]),
    ]
    earlier = before([pack(one) for one in then], NOVEMBER)

    (found,) = completed(submission(NOVEMBER, [row]), SCHEMA, earlier).tables["statistics"].records

    assert (found.values.get("prev"), found.values.get("last_year")) == expected
