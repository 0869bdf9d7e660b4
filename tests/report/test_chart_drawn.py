"""Charts that a template draws itself: a tag in their alternative text gives them their figures, and they keep their looks."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.xml.functions import tostring

from batchreport.errors import TemplateError
from tests.report.charts import ROWS, links, packed, parts_of, report_of, seen
from tests.report.templates import template
from tests.report.wordchart import OLD, columns, document, series

if TYPE_CHECKING:
    from collections.abc import Callable

TWO = "{{ 统计数据|图表('指标', '上期值', '本期值') }}"
ONE = "{{ 统计数据|图表('指标', '本期值') }}"
THREE = "{{ 统计数据|图表('指标', '上期值', '本期值', '上期值', 名称=['一', '二', '三']) }}"


def test_a_drawn_chart_gets_its_figures(validate: Callable[[bytes], list[str]]) -> None:
    """Names, categories, figures and workbook are the report's; of the sample nothing is left; the frame stays."""
    docx = document([TWO], body="{}")
    report = report_of(docx, ROWS)
    chart = seen(report)[0]

    assert chart.alt == "柱形图：学生人数、教职工人数、报修处理（上期值、本期值）"
    assert chart.size == (100.0, 50.0)
    assert chart.categories == ("学生人数", "教职工人数", "报修处理")
    assert chart.series == {"上期值": ("1180", "142", "86"), "本期值": ("1236", "145", "58")}
    sheet: Any = load_workbook(BytesIO(chart.book)).active
    assert list(sheet.values)[1] == ("学生人数", 1180, 1236)
    assert all(OLD.encode() not in data for data in parts_of(report).values())
    assert len(parts_of(report)) == len(parts_of(docx))
    assert validate(report) == []


def test_a_drawn_chart_keeps_its_looks() -> None:
    """Colours, single points, number formats, Word's own extensions, and the part with its colours."""
    report = report_of(document([TWO], body="{}"), ROWS)
    chart = seen(report)[0]
    parts = parts_of(report)

    assert re.findall(r'<a:schemeClr val="(\w+)"/>', chart.xml) == ["accent1", "accent2"]
    assert "<c14:style" in chart.xml
    assert chart.xml.count("c16:uniqueId") == 2
    assert re.findall('<c:dPt><c:idx val="(.)"', chart.xml) == ["2", "2"]  # the fourth is gone with its figure
    assert set(re.findall("<c:formatCode>(.*?)<", chart.xml)) == {"#,##0"}
    assert any(target.startswith("word/charts/colors") for target in links(parts, chart.part).values())


@pytest.mark.parametrize(
    ("tag", "names", "colours"),
    [(ONE, ["本期值"], ["accent1"]), (THREE, ["一", "二", "三"], ["accent1", "accent2", "accent3"])],
)
def test_series_come_and_go(
    tag: str, names: list[str], colours: list[str], validate: Callable[[bytes], list[str]]
) -> None:
    """One that is added looks like the last in the next colour, with numbers of its own; one too many goes."""
    report = report_of(document([tag], body="{}"), ROWS)
    chart = seen(report)[0]

    assert list(chart.series) == names
    assert re.findall(r'<a:schemeClr val="(\w+)"/>', chart.xml) == colours
    assert re.findall(r'<c:order val="(\d)"', chart.xml) == [str(at) for at in range(len(names))]
    assert validate(report) == []


def test_a_drawn_series_without_a_figure_goes(validate: Callable[[bytes], list[str]]) -> None:
    """And the other keeps its own looks."""
    report = report_of(document([TWO], body="{}"), [(name, None, value) for name, _, value in ROWS])
    [chart] = seen(report)

    assert chart.series == {"本期值": ("1236", "145", "58")}
    assert re.findall(r'<a:schemeClr val="(\w+)"/>', chart.xml) == ["accent2"]
    assert validate(report) == []


def test_a_drawn_chart_in_a_loop_is_a_chart_each_time(validate: Callable[[bytes], list[str]]) -> None:
    """Each has a part, colours and a workbook of its own."""
    body = "{{%p for 组 in 统计数据|batch(1) %}}\n{}\n{{%p endfor %}}"
    report = report_of(document([ONE.replace("统计数据", "组"), TWO], body=body), ROWS)
    charts = seen(report)
    parts = parts_of(report)

    assert [chart.categories for chart in charts[::2]] == [("学生人数",), ("教职工人数",), ("报修处理",)]
    assert len({chart.part for chart in charts}) == 6
    assert sum(name.endswith(".xlsx") for name in parts) == sum("charts/colors" in name for name in parts) == 6
    numbers = re.findall(rb'<wp:docPr id="(\d+)"', parts["word/document.xml"])
    assert len(set(numbers)) == 6
    assert validate(report) == []


@pytest.mark.parametrize("body", ["前\n{}\n后", "前\n{{%p for 组 in [] %}}\n{}\n{{%p endfor %}}\n后"])
def test_a_drawn_chart_without_figures_goes(body: str, validate: Callable[[bytes], list[str]]) -> None:
    """Its drawing, its parts and its sample data; so do those of a loop that never runs."""
    docx = document([ONE, TWO], body=body)
    report = report_of(docx, [])

    assert seen(report) == []
    assert not [name for name in parts_of(report) if "chart" in name or "embed" in name]
    assert b"chart" not in parts_of(report)["[Content_Types].xml"]
    assert validate(report) == []


def test_a_drawn_chart_whose_text_is_no_chart_stays_as_it_is(validate: Callable[[bytes], list[str]]) -> None:
    """Its alternative text is filled in, its part untouched."""
    docx = document(["{{ 名称 }}的图"], body="{}")
    report = report_of(docx, ROWS)

    assert parts_of(report)["word/charts/chart1.xml"] == parts_of(docx)["word/charts/chart1.xml"]
    assert b'descr="\xe7\x94\xb2\xe7\x9a\x84\xe5\x9b\xbe"' in parts_of(report)["word/document.xml"]
    assert validate(report)[:1] == validate(docx)[:1]


def test_the_title_of_a_drawn_chart_can_have_tags() -> None:
    """It is filled in before the figures are."""
    chart = seen(report_of(document([ONE], body="{}", title="{{ 名称 }}的数"), ROWS))[0]

    assert "<a:t>甲的数</a:t>" in chart.xml
    assert list(chart.series) == ["本期值"]


@pytest.mark.parametrize("plot", [columns("line"), columns("line", "dateAx")])
def test_other_plots_are_filled_too(plot: str, validate: Callable[[bytes], list[str]]) -> None:
    """Lines, and lines over dates, whose axis becomes a plain one."""
    report = report_of(document([TWO], body="{}", plot=plot), ROWS)

    assert seen(report)[0].categories == ("学生人数", "教职工人数", "报修处理")
    assert "dateAx" not in seen(report)[0].xml
    assert validate(report) == []


def test_a_linked_workbook_becomes_the_charts_own(validate: Callable[[bytes], list[str]]) -> None:
    """A chart pasted with a link to somebody's disk has its figures with it."""
    external = 'Target="file:///C:/a.xlsx" TargetMode="External"'
    report = report_of(document([ONE], body="{}", external=external), ROWS)
    sheet: Any = load_workbook(BytesIO(seen(report)[0].book)).active

    assert next(iter(sheet.values)) == (None, "本期值")
    assert all(b"a.xlsx" not in data for data in parts_of(report).values())
    assert validate(report) == []


def test_a_chart_without_categories_is_refused_with_its_tag() -> None:
    """A scatter chart has no place for them."""
    plot = columns().replace("barChart", "scatterChart").replace("c:cat>", "c:xVal>").replace("c:val>", "c:yVal>")
    with pytest.raises(TemplateError) as caught:
        report_of(document([ONE], body="{}", plot=plot), ROWS)

    assert [finding.code for finding in caught.value.findings] == ["template-failed"]
    assert ONE in caught.value.findings[0].line("zh")


def test_one_chart_drawn_by_us_can_be_a_template_of_another(validate: Callable[[bytes], list[str]]) -> None:
    """A report's chart, copied into a template with a tag as its alternative text."""
    ours = parts_of(report_of(template(f"{TWO}\n{ONE.replace(') }', ', 类型=“饼图”) }')}"), ROWS))
    body = ours["word/document.xml"].decode()
    for tag in (THREE, ONE):
        body = re.sub(' descr="[^{"]*"', f' descr="{tag}"', body, count=1)
    report = report_of(packed(ours | {"word/document.xml": body.encode()}), [("甲", "1", "2")])

    assert [list(chart.series) for chart in seen(report)] == [["一", "二", "三"], ["本期值"]]
    assert [chart.kinds for chart in seen(report)] == [("barChart",), ("pieChart",)]
    assert validate(report) == []


def test_a_chart_of_openpyxl_is_filled(validate: Callable[[bytes], list[str]]) -> None:
    """It has neither copies of its figures nor a workbook until then."""
    sheet: Any = Workbook().active
    made: Any = LineChart()
    made.add_data(Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=4), titles_from_data=True)
    report = report_of(document([TWO], body="{}", whole=tostring(made._write()).decode()), ROWS)
    chart = seen(report)[0]

    assert chart.series == {"上期值": ("1180", "142", "86"), "本期值": ("1236", "145", "58")}
    assert chart.categories == ("学生人数", "教职工人数", "报修处理")
    assert validate(report) == []


def test_the_sample_is_what_word_makes() -> None:
    """A plot of two series, of four points each."""
    assert columns().count("<c:ser>") == 2
    assert series(0).count(OLD) == 6
