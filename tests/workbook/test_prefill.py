from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batchreport.findings import error
from batchreport.period import Period
from batchreport.schema import Schema, parse_schema
from batchreport.values import Missing
from batchreport.workbook.blank import blank_workbook
from batchreport.workbook.check import check
from batchreport.workbook.prefill import Prefill, with_earlier
from batchreport.workbook.read import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from batchreport.submission import Submission
    from batchreport.values import Value

ROOT = Path(__file__).parent.parent.parent
STARTER = parse_schema((ROOT / "templates" / "summary.toml").read_bytes())
OTHER = parse_schema((ROOT / "tests/cases/schema/carry-good/schema.toml").read_bytes())
OCTOBER, NOVEMBER, YEAR_BEFORE = Period(2026, 10, "M"), Period(2026, 11, "M"), Period(2025, 11, "M")
INDICATOR = {"category": "在校规模", "unit": "人", "measure": "时点", "good_when": "中性"}


def sent(
    rows: Mapping[str, Sequence[Mapping[str, Value]]], period: Period = OCTOBER, schema: Schema = STARTER
) -> Submission:
    """Return the checked submission of a workbook filled with these rows."""
    return check(read_workbook(blank_workbook(schema, Prefill("D1", "甲校", period, 1, rows)), schema), schema)


def brought(
    previous: Submission | None, year_before: Submission | None = None, schema: Schema = STARTER
) -> Mapping[str, Sequence[Mapping[str, Value]]]:
    """Return the rows that November's blank workbook gets."""
    return with_earlier(Prefill("D1", "甲校", NOVEMBER), schema, previous, year_before).rows


def statistics(*pairs: tuple[str, Value], **more: Value) -> dict[str, list[dict[str, Value]]]:
    """Return the rows of the indicators with these names and values."""
    return {"statistics": [{**INDICATOR, "name": name, "value": value, **more} for name, value in pairs]}


def test_indicators_come_again_with_both_figures() -> None:
    """In last period's order, each beside its value of then and of the year before; the new value is blank."""
    previous = sent(statistics(("学生", Decimal(608)), ("教师", Decimal(50))))
    rows = brought(previous, sent(statistics(("教 师", Decimal(48)), ("旧指标", Decimal(1))), YEAR_BEFORE))[
        "statistics"
    ]

    assert [(row["name"], row["prev"], row["last_year"]) for row in rows] == [("学生", 608, None), ("教师", 50, 48)]
    assert rows[0] == {**INDICATOR, "name": "学生", "prev": Decimal(608), "last_year": None}


def test_a_value_declared_missing_is_no_figure() -> None:
    """The indicator comes again, its base stays blank."""
    rows = brought(sent(statistics(("用气量", Missing("缺报")))))["statistics"]

    assert [(row["name"], row["prev"]) for row in rows] == [("用气量", None)]


def test_a_faulty_value_is_no_figure() -> None:
    """What an error was found about is not brought; a record that cannot be told from another is left out."""
    good = sent(statistics(("学生", Decimal(608)), ("教师", Decimal(50)), ("学生", Decimal(7))))
    wrong = error("cell-below", good.place("statistics", "C5"))
    rows = brought(good.with_findings([wrong]))["statistics"]

    assert "cell-doubled" in {finding.code for finding in good.findings}
    assert [(row["name"], row["prev"]) for row in rows] == [("学生", 608), ("教师", None)]


def test_a_figure_in_another_unit_is_none() -> None:
    """Of last year 12.6 万元 and of last month 98000 元 only the latter stands beside a value in 元."""
    previous = sent(statistics(("支出", Decimal(98000)), unit="元"))
    rows = brought(previous, sent(statistics(("支出", Decimal("12.6")), unit="万元"), YEAR_BEFORE))["statistics"]

    assert [(row["unit"], row["prev"], row["last_year"]) for row in rows] == [("元", 98000, None)]


def test_open_problems_come_again_and_say_so() -> None:
    """Those that are solved do not; one whose state nobody wrote is still open."""
    problems: dict[str, list[dict[str, Value]]] = {
        "problems": [
            {"issue": "漏水", "status": "整改中", "due": date(2026, 12, 20), "carried": False},
            {"issue": "断电", "status": "已解决"},
            {"issue": "异响"},
        ]
    }
    rows = brought(sent(problems))["problems"]

    assert [(row["issue"], row["status"], row["carried"]) for row in rows] == [
        ("漏水", "整改中", True),
        ("异响", None, True),
    ]
    assert rows[0]["due"] == date(2026, 12, 20)


def test_plans_are_recalled() -> None:
    """They stand on the first sheet, not among this period's plans."""
    previous = sent({"plans": [{"item": "节能", "owner": "后勤处", "target": Decimal(3), "unit": "%"}]})
    prefill = with_earlier(Prefill("D1", "甲校", NOVEMBER), STARTER, previous, None)

    assert prefill.recalled == {"plans": [{"item": "节能", "action": None, "owner": "后勤处", "due": None}]}
    assert "plans" not in prefill.rows


def test_a_form_brings_its_one_record() -> None:
    """With the figures of its own columns."""
    previous = sent({"head": [{"name": "甲", "address": "东街", "staff": 12}]}, schema=OTHER)
    rows = brought(previous, schema=OTHER)

    assert rows["head"] == [{"address": "东街", "staff_before": 12}]


def test_conditions_choose_the_records() -> None:
    """`when` and `unless` together; what `set` says is in each."""
    lines: list[dict[str, Value]] = [
        {"item": "一", "count": Decimal(1), "kind": "甲"},
        {"item": "二", "kind": "甲"},
        {"item": "三", "count": Decimal(3), "kind": "乙"},
    ]
    rows = brought(sent({"rows": lines}, schema=OTHER), sent({"rows": lines}, YEAR_BEFORE, OTHER), OTHER)["rows"]

    given = {"done": False, "kind": "甲", "since": date(2026, 1, 1), "times": 3}
    assert rows == [{"item": "一", "last": Decimal(1), "before": Decimal(1), **given}]


def test_without_last_period_the_records_of_the_year_before_come() -> None:
    """Their figures are last year's; with a condition on the records none come."""
    year_before = sent(
        statistics(("学生", Decimal(590))) | {"problems": [{"issue": "漏水", "status": "整改中"}]}, YEAR_BEFORE
    )
    rows = brought(None, year_before)

    assert [(row["name"], row["prev"], row["last_year"]) for row in rows["statistics"]] == [("学生", None, 590)]
    assert "problems" not in rows


def test_without_anything_before_there_are_no_figures() -> None:
    """A new department gets the workbook as the schema has it."""
    prefill = Prefill("D1", "甲校", NOVEMBER)

    assert with_earlier(prefill, STARTER, None, None) == prefill


def test_rows_that_are_given_are_kept() -> None:
    """What somebody prefills otherwise goes before what came before."""
    own = Prefill("D1", "甲校", NOVEMBER, 1, {"statistics": [{"name": "新指标"}]})

    assert with_earlier(own, STARTER, sent(statistics(("学生", Decimal(1)))), None).rows["statistics"] == [
        {"name": "新指标"}
    ]


@pytest.mark.parametrize("text", ["=1+1", "_x000D_", "a\nb", "  "])
def test_what_is_brought_reads_as_it_was(text: str) -> None:
    """Text goes into the workbook and comes back the same, whatever it is."""
    previous = sent({"problems": [{"issue": f"漏{text}水", "symptom": text, "status": "整改中"}]})
    rows = brought(previous)
    again = sent(rows, NOVEMBER)
    issue = previous.tables["problems"].records[0].values["issue"]

    assert again.tables["problems"].records[0].values["issue"] == issue
    assert again.tables["problems"].records[0].values["carried"] is True
