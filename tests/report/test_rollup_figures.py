"""What becomes of the departments' figures: what is added, what never is, and what is compared with what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from batchreport.report.rollup.alike import alike
from batchreport.report.rollup.documents import context_of
from batchreport.report.rollup.value import Rollup
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.values import Missing
from tests.report.rollups import NOVEMBER, OCTOBER, rolled, submission


def figures(*records: dict[str, Any] | None) -> list[Any]:
    """Return the totals of departments that give one record each, or none."""
    given = [submission(f"D{at}", figures=[record] if record else []) for at, record in enumerate(records)]
    return list(context_of(rolled(*given))["汇总"].统计)


def test_amounts_in_one_unit_are_added() -> None:
    """Three departments' people are one number, whatever the spaces in the indicator's name."""
    [row] = figures(
        {"name": "学生", "value": 620, "unit": "人"},
        {"name": "学 生", "value": 1625, "unit": "人"},
        {"name": "学生", "value": 0, "unit": "人"},
    )

    assert (row.指标, row.本期值, row.单位, row.填报单位数, row.可加, row.共有) == ("学生", 2245, "人", 3, True, True)


def test_units_are_never_mixed() -> None:
    """人 and 名, tons and cubic metres are two indicators."""
    rows = figures({"name": "用水", "value": 10, "unit": "吨"}, {"name": "用水", "value": 7, "unit": "立方米"})

    assert [(row.本期值, row.单位, row.共有) for row in rows] == [(10, "吨", False), (7, "立方米", False)]


def test_money_is_converted_exactly_and_said_in_the_larger_unit() -> None:
    """12680 元 and 24.8 万元 are 26.068 万元; the departments' rows are in that unit too."""
    [row] = figures(
        {"name": "收入", "value": 12680, "unit": "元", "prev": 10000},
        {"name": "收入", "value": 24.8, "unit": "万元", "prev": 20},
    )

    assert (row.本期值, row.单位, row.上期值) == (Decimal("26.068"), "万元", Decimal(21))
    assert [(part.本期值, part.单位) for part in row.各行] == [(Decimal("1.268"), "万元"), (Decimal("24.8"), "万元")]


@pytest.mark.parametrize(
    "said", [{"unit": "%"}, {"unit": "％"}, {"unit": "分", "measure": "比率"}, {"unit": "分", "measure": "比 率"}]
)
def test_rates_are_never_added(said: dict[str, str]) -> None:
    """A percentage, or what the schema calls a rate, has a lowest, a median and a highest figure."""
    [row] = figures(*({"name": "满意率", "value": value, **said} for value in (91.2, 96.5, 94.6, 90)))

    assert (row.可加, row.本期值, row.上期值) == (False, None, None)
    assert (row.最低值, row.中位数, row.最高值) == (90, Decimal("92.9"), Decimal("96.5"))
    assert (row.最低单位, row.最高单位) == (("单位D3",), ("单位D1",))


def test_a_rate_with_weights_has_a_mean() -> None:
    """90 % of 100 people and 80 % of 300 are 82.5 %."""
    [row] = figures(
        {"name": "满意率", "value": 90, "unit": "%", "weight": 100},
        {"name": "满意率", "value": 80, "unit": "%", "weight": 300},
    )

    assert row.本期值 == Decimal("82.5")


def test_a_mean_wants_every_weight() -> None:
    """One department without a weight, and there is no mean."""
    [row] = figures({"name": "率", "value": 90, "unit": "%", "weight": 100}, {"name": "率", "value": 80, "unit": "%"})

    assert (row.本期值, row.中位数) == (None, 85)


def test_a_mean_of_very_large_and_very_small_rates_is_exact() -> None:
    """One rate mistyped into the trillions with many places behind the point keeps nobody from a roll-up."""
    [row] = figures(
        {"name": "率", "value": 99999999999999, "unit": "%", "weight": 1},
        {"name": "率", "value": Decimal("0.123456789012345"), "unit": "%", "weight": 1},
    )

    assert row.本期值 == Decimal("49999999999999.5617283945061725")


def test_growth_compares_the_same_departments() -> None:
    """A department without last period's figure counts in the sum, and not in the comparison."""
    [row] = figures(
        {"name": "学生", "value": 100, "unit": "人", "prev": 90, "year": 80},
        {"name": "学生", "value": 620, "unit": "人"},
        {"name": "学生", "value": Missing("缺报"), "unit": "人", "prev": 50},
        {"name": "学生", "value": 30, "unit": "人", "prev": 30},
        {"name": "学生", "value": 9, "unit": "人", "prev": 10},
    )

    assert (row.本期值, row.填报单位数, row.缺报单位数) == (759, 4, 1)
    assert (row.可比值, row.上期值, row.上期单位数) == (139, 130, 3)
    assert (row.同比可比值, row.上年同期值, row.上年单位数) == (100, 80, 1)
    assert (row.上升单位数, row.持平单位数, row.下降单位数) == (1, 1, 1)


@pytest.mark.parametrize(
    ("words", "expected"), [((None, None), None), (("余", None), "余"), (("余", "余"), "余"), (("余", "近"), "约")]
)
def test_a_sum_with_an_approximate_part_is_approximate(words: tuple[str, str], expected: str | None) -> None:
    """余 and 余 are 余; different words are 约."""
    [row] = figures(*({"name": "维修", "value": 200, "unit": "处", "approx": word} for word in words))

    assert row.约数 == expected


def test_an_indicator_that_nobody_gives_a_figure_for_has_none() -> None:
    """缺报 everywhere is no zero."""
    [row] = figures(*({"name": "用气", "value": Missing("缺报"), "unit": "升"} for _ in range(2)))

    assert (row.本期值, row.填报单位数, row.缺报单位数, row.最低值) == (None, 0, 2, None)


@pytest.mark.parametrize(
    ("good", "expected"),
    [
        ("高", [(1, "单位D1"), (1, "单位D3"), (3, "单位D0"), (4, "单位D2")]),
        ("低", [(1, "单位D2"), (2, "单位D0"), (3, "单位D1"), (3, "单位D3")]),
        ("中", []),
        (None, []),
    ],
)
def test_departments_are_ranked_where_the_schema_says_what_is_good(good: str | None, expected: list[Any]) -> None:
    """Best first; equal figures have one rank; without a direction there is none."""
    [row] = figures(*({"name": "率", "value": value, "unit": "%", "good": good} for value in (94, 97, 91, 97)))

    assert [(place.名次, place.填报单位) for place in row.排名] == expected


SEVERAL = """
id = "several"
title = "设备"

[identity]
name = "head.name"
period = "head.period"

[[sections]]
key = "head"
title = "表头"
kind = "form"
columns = [{ key = "name", title = "单位名称" }, { key = "period", title = "报告期" }]

[[sections]]
key = "stock"
title = "设备"
columns = [
  { key = "what", title = "品名", unique = true },
  { key = "count", title = "数量", type = "number", unit_column = "unit" },
  { key = "unit", title = "单位" },
  { key = "left", title = "完好", type = "number", unit_column = "unit" },
  { key = "cost", title = "金额", type = "money" },
  { key = "share", title = "完好率", type = "percent" },
  { key = "used", title = "用量", type = "number", unit_column = "of" },
  { key = "of", title = "用量单位" },
]
"""


def stock(*records: dict[str, Any]) -> list[Any]:
    """Return the totals of departments that give one record each, in a table of several figures."""
    schema = parse_schema(SEVERAL.encode())
    given = [
        Submission(
            f"{at}.xlsx", f"D{at}", f"单位{at}", NOVEMBER, tables={"stock": Table("设备", (Record(record, {}),))}
        )
        for at, record in enumerate(records)
    ]
    return list(context_of(Rollup.of(schema, given, NOVEMBER))["汇总"].设备)


def test_every_figure_of_a_row_is_summed_in_its_own_unit() -> None:
    """Of computers, 台 are added to 台 and 元 to 元, whichever column comes first; a percentage is not added."""
    [row] = stock(
        {
            "what": "电脑",
            "count": Decimal(5),
            "unit": "台",
            "left": Decimal(4),
            "cost": Decimal(20000),
            "share": Decimal(80),
        },
        {"what": "电脑", "count": Decimal(7), "unit": "台", "cost": Decimal("8000.5"), "used": Decimal(3), "of": "度"},
    )

    assert (row.数量, row.单位, row.完好, row.金额, row.完好率) == (12, "台", 4, Decimal("28000.5"), None)
    assert (row.用量, row.用量单位) == (3, "度")


def test_a_figure_is_summed_over_the_records_of_its_row() -> None:
    """What 5 台 cost is not what 3 套 cost."""
    rows = stock(
        {"what": "电脑", "count": Decimal(5), "unit": "台", "cost": Decimal(20000)},
        {"what": "电脑", "count": Decimal(3), "unit": "套", "cost": Decimal(9000)},
        {"what": "空调", "cost": Decimal(600)},
    )

    assert [(row.品名, row.数量, row.单位, row.金额) for row in rows] == [
        ("电脑", 5, "台", 20000),
        ("电脑", 3, "套", 9000),
        ("空调", None, None, 600),
    ]


def test_a_later_figure_in_another_unit_has_a_row_of_its_own() -> None:
    """度 and 吨 are not added where they stand beside one figure, and neither is lost; who has said nothing has no row."""
    rows = stock(
        {"what": "电脑", "count": Decimal(5), "unit": "台"},
        {"what": "电脑", "count": Decimal(1), "unit": "台", "used": Decimal(30), "of": "度"},
        {"what": "电脑", "count": Decimal(1), "unit": "台", "used": Decimal(2), "of": "吨"},
        {"what": "电脑", "count": Decimal(1), "unit": "台", "used": Decimal(4), "of": "度"},
    )

    assert [(row.品名, row.数量, row.用量, row.用量单位) for row in rows] == [
        ("电脑", 8, 34, "度"),
        ("电脑", None, 2, "吨"),
    ]
    assert [(row.填报单位数, row.最高值, row.最高单位) for row in rows] == [(4, 5, ("单位0",)), (1, 2, ("单位2",))]


def test_the_departments_rows_of_a_total_are_all_in_its_unit() -> None:
    """Where 元 become 万元, every figure with that unit does."""
    [row] = stock(
        {"what": "经费", "count": Decimal(50000), "unit": "元", "left": Decimal(20000)},
        {"what": "经费", "count": Decimal(3), "unit": "万元", "left": Decimal(1)},
    )

    assert (row.数量, row.完好, row.单位) == (8, 3, "万元")
    assert [(one.数量, one.完好, one.单位) for one in row.各行] == [(5, 2, "万元"), (3, 1, "万元")]


def test_earlier_periods_are_summed_alike() -> None:
    """近期 has the organisation's figures of each period, oldest first, the roll-up's own last."""
    then = [submission(f"D{at}", figures=[{"name": "学生", "value": 10 * at, "unit": "人"}]) for at in (1, 2, 3)]
    now = submission("D1", figures=[{"name": "学生", "value": 7, "unit": "人"}])
    recent = context_of(rolled(now, earlier={OCTOBER: then}))["近期"]

    assert [(item.期间, item.单位数, item.统计[0].本期值) for item in recent] == [(OCTOBER, 3, 60), (NOVEMBER, 1, 7)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("食堂高峰排队较长", "食堂高峰期排队较长。", True),
        ("电梯老化", "电梯老化", True),
        ("Late reports", "late  reports!", True),
        ("三号楼漏水", "五号楼漏水", False),
        ("3号楼漏水严重需修", "5号楼漏水严重需修", False),
        ("隐患已经全部整改到位", "隐患还没全部整改到位", False),
        ("停车位紧张", "停车收费有争议", False),
        ("水", "水", True),
    ],
)
def test_problems_in_nearly_the_same_words_are_one(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    """Marks, spaces and a word more make no difference; a number or a "not" does."""
    groups = alike([one, other], lambda text: text)

    assert len(groups) == (1 if same else 2)
    assert groups[0][0] == one


def test_what_most_departments_say_comes_first() -> None:
    """A problem that one department has twice is one department's."""
    rows = (["甲处漏水", "甲处漏水", "车位紧张"], ["车位紧张"], ["经费不足", "车位紧张"])
    given = [submission(f"D{at}", troubles=[{"issue": issue} for issue in issues]) for at, issues in enumerate(rows)]
    groups = context_of(rolled(*given))["归并"].问题

    assert [(group.文字, group.单位数, len(group.各行)) for group in groups] == [
        ("车位紧张", 3, 3),
        ("甲处漏水", 1, 2),
        ("经费不足", 1, 1),
    ]
    assert groups[0].各单位 == ("单位D0", "单位D1", "单位D2")


def test_the_same_names_in_english() -> None:
    """Every Chinese name has an English one for the same thing."""
    made = context_of(rolled(submission("D1", figures=[{"name": "学生", "value": 7, "unit": "人"}])))
    [total] = made["totals"].figures

    assert made["departments"] == made["各单位"]
    assert (total.additive, total.reporting, total.rows[0].department) == (True, 1, "单位D1")


def test_a_late_department_is_known_by_the_day_it_filled_its_workbook() -> None:
    """One day after the deadline is late; without a date nothing is said."""
    given = [submission(code, date(2026, 12, day)) for code, day in (("D1", 5), ("D2", 6))]
    made = context_of(rolled(*given, submission("D3"), deadline=date(2026, 12, 5)))

    assert [(one.单位名称, one.迟报天数) for one in made["迟报"]] == [("单位D2", 1)]


def test_rows_are_a_list_though_they_are_held_by_columns() -> None:
    """Rows can be counted, picked and sliced; each knows its department and what its template did not ask for."""
    made = [submission(code, troubles=[{"issue": f"{code}{at}"} for at in range(2)]) for code in "abc"]

    rows = context_of(rolled(*made))["问题"]

    assert [row.issue for row in rows] == ["a0", "a1", "b0", "b1", "c0", "c1"]
    assert [row.issue for row in (rows[-1], *rows[1:3], *rows[::-2])] == ["c1", "a1", "b0", "c1", "b1", "a1"]
    assert [row.department for row in rows] == [f"单位{code}" for code in "aabbcc"]
    assert (len(rows), rows[0].done, rows[0] == next(iter(rows))) == (6, None, True)
