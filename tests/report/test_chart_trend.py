"""走势: what became of a figure over the periods, to be drawn as a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from batchreport.errors import TemplateError
from batchreport.packed import Earlier, pack
from batchreport.period import Period
from batchreport.report.chart.filters import filters
from batchreport.report.context import Contexts
from batchreport.report.template import Template
from batchreport.report.text import Speaker
from tests.report.charts import SCHEMA, parts_of, seen, submission
from tests.report.templates import template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.report.charts import Row, Seen

TAG = "{{ 近期|走势('统计数据', '本期值', ['学生', '教工'])|图表('期间', '学生', '教工', 类型='折线图') }}"
NOW = Period(2026, 2, "M")


def charts_of(text: str, periods: Mapping[Period, Sequence[Row]], rates: Sequence[Row] = ()) -> list[Seen]:
    """Return the charts of a report whose department reported these rows, the last period's now."""
    *before, now = (replace(submission(rows, rates), period=period, department="1") for period, rows in periods.items())
    made = Template.parse(template(text), SCHEMA)
    earlier = [Earlier(one.period, pack(one)) for one in before if one.period]
    return seen(made.render(Contexts(SCHEMA, made.uses).of(now, earlier)))


def rows(students: str | None, staff: str | None) -> list[Row]:
    """Return the rows of one period."""
    return [("学生", None, students), ("教工", None, staff)]


def test_a_line_goes_over_the_periods() -> None:
    """Oldest first; the year is named where it changes."""
    periods = {NOW.previous.previous: rows("10", "3"), NOW.previous: rows("12", "4"), NOW: rows("11", "5")}

    chart = charts_of(TAG, periods)[0]

    assert chart.categories == ("2025年12月", "2026年1月", "2月")
    assert chart.series == {"学生": ("10", "12", "11"), "教工": ("3", "4", "5")}
    assert chart.kinds == ("lineChart",)


def test_what_a_period_lacks_is_a_gap() -> None:
    """A figure that was not given, a row that was not there, and a period of which nothing is known."""
    periods: dict[Period, Sequence[Row]] = {
        Period(2025, 11, "M"): rows("10", None),
        Period(2025, 12, "M"): [("学生", None, "11")],
        NOW: rows("12", "5"),
    }

    chart = charts_of(TAG, periods)[0]

    assert chart.categories == ("2025年11月", "12月", "2026年1月", "2月")
    assert chart.series == {"学生": ("10", "11", None, "12"), "教工": (None, None, None, "5")}


def test_names_can_be_a_list_of_the_template() -> None:
    """The same list says which rows, and which series."""
    text = "{% set 名单 = ['学生', '教工'] %}{{ 走势(近期, '统计数据', '本期值', 名单)|图表('期间', *名单, 类型='折线图') }}"

    assert list(charts_of(text, {NOW: rows("1", "2")})[0].series) == ["学生", "教工"]


def test_a_row_is_found_in_the_column_that_is_named() -> None:
    """With `按`, a name in another column does not count."""
    text = "{{ 近期|走势('统计数据', '本期值', ['人'], 按='%s')|图表('期间', '人') }}"

    assert charts_of(text % "指标", {NOW: [("学生", None, "1"), ("人", None, "2")]})[0].series == {"人": ("2",)}
    assert charts_of(text % "单位", {NOW: [("学生", None, "1"), ("人", None, "2")]})[0].series == {"人": ("1",)}


def test_rates_stay_rates() -> None:
    """Where all the rows count percent, so does the line."""
    text = "{{ 近期|走势('比率', '本期值', '满意率')|图表('期间', '满意率', 类型='折线图') }}"
    chart = charts_of(text, {NOW: []}, [("满意率", None, "96.5")])[0]

    assert "0.0&quot;%&quot;" in chart.xml


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{{ 近期|走势('统计', '本期值', ['学生'])|图表('期间', '学生') }}", ["template-unknown-column"]),
        ("{{ 近期|走势('统计数据', '本期', ['学生'])|图表('期间', '学生') }}", ["template-unknown-column"]),
        ("{{ 近期|走势('统计数据', '本期值', ['学生'])|图表('期间', '教工') }}", ["template-unknown-column"]),
        ("{{ 近期|走势('统计数据')|图表('期间', '教工') }}", ["template-filter-arguments"]),
    ],
)
def test_what_is_not_there_is_said_before_a_run(text: str, codes: list[str]) -> None:
    """A section, a column, a name that 走势 was not asked for, an argument too few."""
    with pytest.raises(TemplateError) as caught:
        Template.parse(template(text), SCHEMA)

    assert [finding.code for finding in caught.value.findings] == codes


def test_no_period_is_no_chart() -> None:
    """Without a period there is nothing to go through, and nothing is printed."""
    made = Template.parse(template(TAG), SCHEMA)
    report = made.render({"近期": ()})

    assert not [name for name in parts_of(report) if "chart" in name]


def test_a_trend_is_rows_for_any_filter() -> None:
    """Plain mappings: by the names asked for, with the period, in both languages."""
    made = filters(Speaker("zh"))["trend"]
    recent = [{"period": NOW, "figures": [{"item": "a", "value": 3}]}]

    assert made(recent, "figures", "value", ["a", "b"]) == [
        {"期间": NOW, "period": NOW, "单位": "", "unit": "", "a": 3, "b": None}
    ]
