"""Charts in a report: printed by their tag wherever text stands, drawn by Word, and open to whoever wants to change them."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from docx.shared import Mm
from lxml import etree
from openpyxl import load_workbook

from batchreport.report.context import Contexts
from batchreport.report.template import Template
from tests.docxfile import whole_text
from tests.report.charts import ROWS, SCHEMA, parts_of, report_of, seen, submission
from tests.report.templates import template

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.report.charts import Row

TAG = "{{ 统计数据|图表('指标', '上期值', '本期值', 名称=['上期', '本期']) }}"
KINDS = {
    "柱形图": ("column", "barChart"),
    "条形图": ("bar", "barChart"),
    "堆积图": ("stacked", "barChart"),
    "折线图": ("line", "lineChart"),
    "饼图": ("pie", "pieChart"),
    "圆环图": ("doughnut", "doughnutChart"),
}
HOSTILE = "=1+1 & <b> “引”\x07\x0b_x0041_"
SETS: dict[str, Sequence[Row]] = {
    "several": ROWS,
    "one point": [("学生", None, "3")],
    "many": [(f"第{at}项", str(at * 7), str(at * 8)) for at in range(1, 41)],
    "gaps": [("甲", None, "1"), ("乙", "2", None), ("丙", "3", "4")],
    "negative": [("甲", "-12.5", "8.2"), ("乙", "3", "-4.45")],
    "all negative": [("甲", "-3", "-4")],
    "zero": [("甲", "0", "0"), ("乙", "0", "5")],
    "large": [("甲", "123456789012", "1E+30")],
    "hostile": [(HOSTILE, "1", "2"), ("", "3", "4"), (None, "5", "6"), ("长" * 60, "7", "8")],
}


@pytest.mark.parametrize("rows", SETS.values(), ids=SETS)
def test_every_kind_of_chart_is_valid(rows: Sequence[Row], validate: Callable[[bytes], list[str]]) -> None:
    """By the Open XML SDK, for one point and many, gaps, negative figures, hostile text; each kind is drawn as such."""
    two = "\n".join(f"{{{{ 统计数据|图表('指标', '上期值', '本期值', 类型='{zh}') }}}}" for zh in KINDS if zh != "饼图")
    one = "\n".join(f"{{{{ figures|chart('item', 'current', kind='{en}', title='a') }}}}" for en, _ in KINDS.values())

    report = report_of(template(f"{two}\n{one}"), rows)

    assert validate(report) == []
    drawn = [chart.kinds for chart in seen(report)]
    assert drawn == [(KINDS[zh][1],) for zh in KINDS if zh != "饼图"] + [(plot,) for _, plot in KINDS.values()]


def test_a_chart_holds_its_figures_as_word_draws_them() -> None:
    """Word draws from the copies in the part: names, categories, figures; a gap has no point."""
    chart = seen(report_of(template(TAG), [("甲", "1.50", "2"), ("乙", None, "-3.25")]))[0]

    assert chart.categories == ("甲", "乙")
    assert chart.series == {"上期": ("1.5", None), "本期": ("2", "-3.25")}
    assert chart.size == (70.0, 55.0)  # the page of this template has no width
    assert chart.alt == "柱形图：甲、乙（上期、本期）"
    assert 'c:dispBlanksAs val="gap"' in chart.xml
    assert set(re.findall(r"<c:formatCode>(.*?)<", chart.xml)) == {"0.00"}
    assert '<c:delete val="1"/>' not in chart.xml


def test_the_workbook_of_a_chart_holds_the_same_figures() -> None:
    """Names, categories and numbers stand where the chart says; blanks are blank."""
    chart = seen(report_of(template(TAG), [("甲", "1.50", "2"), ("乙", None, "-3.25")]))[0]
    sheet: Any = load_workbook(BytesIO(chart.book)).active

    assert [list(row) for row in sheet.values] == [[None, "上期", "本期"], ["甲", 1.5, 2], ["乙", None, -3.25]]
    assert re.findall("<c:f>(.*?)</c:f>", chart.xml) == [
        "Sheet1!$B$1", "Sheet1!$A$2:$A$3", "Sheet1!$B$2:$B$3",
        "Sheet1!$C$1", "Sheet1!$A$2:$A$3", "Sheet1!$C$2:$C$3",
    ]  # fmt: skip
    assert sheet.title == "Sheet1"


def test_what_looks_like_a_formula_is_text_in_the_workbook(
    validate: Callable[[bytes], list[str]], tmp_path: Any
) -> None:
    """Nothing is computed there, and no sign is taken for another."""
    chart = seen(report_of(template(TAG), [(HOSTILE, "1", "2")]))[0]
    cell: Any = load_workbook(BytesIO(chart.book)).active["A2"]  # type: ignore[index]  # there is a sheet

    assert chart.categories == ("=1+1 & <b> “引”_x0041_",)
    assert cell.data_type != "f"
    assert str(cell.value).replace("_x005F_", "_") == "=1+1 & <b> “引”_x0041_"  # openpyxl leaves Excel's escape there
    assert cell.quotePrefix
    book = tmp_path / "book.xlsx"
    book.write_bytes(chart.book)
    assert validate(book) == []


@pytest.mark.parametrize(
    "text",
    [
        "前{{ 统计数据|图表('指标', '本期值') }}后",
        "前¦{{r 统计数据|图表('指标', '本期值') }}¦后",
        "{{p 统计数据|图表('指标', '本期值') }}",
        "| {{ chart(figures, '指标', '本期值') }} | 甲 |",
        "{% set 图 = 统计数据|图表('指标', ['本期值']) %}{{ 图 }}",
        "{% for 各 in [统计数据] %}{{ 各|图表('指标', '本期值') }}{% endfor %}",
        "‹box:{{ 统计数据|图表('指标', '本期值') }}›",
    ],
)
def test_a_chart_prints_in_every_form_of_tag(text: str, validate: Callable[[bytes], list[str]]) -> None:
    """In a run, as a paragraph, in a cell, in a loop, in a text box."""
    docx = template(text)
    report = report_of(docx, ROWS)

    assert {tuple(chart.series) for chart in seen(report)} == {("本期值",)}
    assert len(validate(report)) == len(validate(docx))


def test_header_footer_and_loop_have_charts_of_their_own(validate: Callable[[bytes], list[str]]) -> None:
    """Each is a part of its own with a workbook of its own, and no number comes twice."""
    text = f"{{%p for 组 in 统计数据|batch(2) %}}\n{TAG.replace('统计数据', '组')}\n{{%p endfor %}}\nheader: {TAG}\nfooter: {TAG}"
    report = report_of(template(text), ROWS)
    found = parts_of(report)

    assert [chart.categories for chart in seen(report)] == [("学生人数", "教职工人数"), ("报修处理",)]
    assert len(seen(report, "word/header1.xml")) == len(seen(report, "word/footer1.xml")) == 1
    assert sum(name.startswith("word/charts/chart") for name in found) == 4
    assert sum(name.endswith(".xlsx") for name in found) == 4
    numbers = [n for part in found.values() for n in re.findall(rb'<wp:docPr id="(\d+)"', part)]
    assert len(set(numbers)) == len(numbers) == 4
    assert validate(report) == []


def test_a_chart_without_figures_leaves_no_part() -> None:
    """Nothing is added to the file, and `{{p` takes its paragraph away."""
    docx = template(
        "前\n{{p 统计数据|图表('指标', '本期值') }}\n{{p 统计数据|图表('指标', '本期值', 类型='饼图') }}\n后"
    )
    report = report_of(docx, [("甲", "1", None), (None, None, None)])
    nothing_of_a_whole = report_of(docx, [("甲", "1", "0")])

    assert whole_text(report) == "前\n后"
    assert parts_of(report).keys() == parts_of(docx).keys()
    assert [chart.kinds for chart in seen(nothing_of_a_whole)] == [("barChart",)]


def test_no_part_of_a_whole_is_missing_or_named_in_vain() -> None:
    """A pie leaves out what has no figure; a column keeps its place."""
    text = "{{ 统计数据|图表('指标', '本期值', 类型='饼图') }}{{ 统计数据|图表('指标', '本期值') }}"
    pie, column = seen(report_of(template(text), [("甲", None, "1"), ("乙", None, None)]))

    assert pie.categories == ("甲",)
    assert column.categories == ("甲", "乙")


@pytest.mark.parametrize(
    ("rows", "form", "axis"),
    [
        ([("甲", None, "96.5"), ("乙", None, "100")], '0.0"%"', 'General"%"'),
        ([("甲", None, "96"), ("乙", None, "100")], '0"%"', 'General"%"'),
    ],
)
def test_rates_are_shown_in_percent(rows: Sequence[Row], form: str, axis: str) -> None:
    """Where every row's unit is a percent sign; a full axis ends at 100."""
    chart = seen(report_of(template("{{ 比率|图表('指标', '本期值') }}"), [], rows))[0]

    assert set(re.findall('<c:numFmt formatCode="(.*?)"', chart.xml)) == {
        "General",  # the names below
        form.replace('"', "&quot;"),
        axis.replace('"', "&quot;"),
    }
    assert '<c:max val="100"/><c:min val="0"/>' in chart.xml


def test_a_unit_can_be_given() -> None:
    """It stands behind each figure."""
    chart = seen(report_of(template("{{ 统计数据|图表('指标', '本期值', 单位='万元') }}"), ROWS))[0]

    assert "0&quot;万元&quot;" in chart.xml


def test_a_size_is_millimetres() -> None:
    """Width and height by either name; many flat bars get a higher chart."""
    text = (
        "{{ 统计数据|图表('指标', '本期值', 宽=80, 高=40.5) }}{{ figures|chart('item', 'current', width=90) }}"
        "{{ figures|chart('item', 'current', kind='bar') }}"
    )
    charts = seen(report_of(template(text), [(str(at), None, "1") for at in range(20)]))

    assert [chart.size for chart in charts] == [(80.0, 40.5), (90.0, 55.0), (70.0, 100.0)]


def test_a_chart_without_a_width_fits_its_cell_and_its_column() -> None:
    """It gets narrower, not lower; and has no figures on its bars where they would stand on each other."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(210), Mm(28), Mm(26)
    table = document.add_table(1, 2)
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, (30, 80), strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0].text = TAG
    document.add_paragraph(TAG)
    target = BytesIO()
    document.save(target)

    charts = seen(report_of(target.getvalue(), ROWS))

    assert [chart.size for chart in charts] == [(26.2, 55.0), (76.2, 55.0), (150.0, 55.0)]
    assert ["showVal" in chart.xml for chart in charts] == [False, True, True]


EXACT = (
    '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Times New Roman" w:eastAsia="仿宋_GB2312"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/>'
    '<w:pPr><w:spacing w:line="579" w:lineRule="exact"/></w:pPr></w:style></w:styles>'
)


def styled(text: str) -> bytes:
    """Return a template whose lines have a fixed height, as the official layout has them."""
    document = Document()
    style = document.styles["Normal"]
    style.element.get_or_add_pPr().append(etree.fromstring(EXACT).find(".//{*}spacing"))
    style.element.get_or_add_rPr().append(etree.fromstring(EXACT).find(".//{*}rFonts"))
    document.add_paragraph(text)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def test_lines_of_fixed_height_do_not_cut_a_chart_off(validate: Callable[[bytes], list[str]]) -> None:
    """Its paragraph gets lines that grow, and no indent of a first line."""
    report = report_of(styled(TAG), ROWS)
    body = parts_of(report)["word/document.xml"].decode()

    assert (
        '<w:pPr><w:spacing w:line="240" w:lineRule="auto"/><w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr>'
        in body
    )
    assert validate(report) == []


def test_letters_are_those_of_the_template() -> None:
    """Small, in the typefaces of its text, in its theme's colours; without a theme in quiet ones."""
    themed = seen(report_of(styled(TAG), ROWS))[0].xml
    bare = seen(report_of(template(TAG), ROWS))[0].xml

    assert '<a:latin typeface="Times New Roman"/><a:ea typeface="仿宋_GB2312"/>' in themed
    assert set(re.findall(r'sz="(\d+)"', themed)) == {"900"}
    assert '<a:schemeClr val="accent1">' in themed
    assert "srgbClr" not in themed
    assert "schemeClr" not in bare
    assert "typeface" not in bare


def test_this_period_is_coloured_and_those_before_are_grey() -> None:
    """The last series has the accent colour; lines differ by dash and marker."""
    text = f"{TAG}{{{{ 统计数据|图表('指标', '上期值', '本期值', 类型='折线图') }}}}"
    column, line = seen(report_of(styled(text), ROWS))
    fills = re.findall(r'</c:tx><c:spPr><a:solidFill><a:schemeClr val="(\w+)">(?:<a:lumMod val="(\d+)"/>)?', column.xml)

    assert fills == [("bg1", "65000"), ("accent1", "")]
    assert re.findall(r'<a:prstDash val="(\w+)"', line.xml) == ["solid", "dash"]
    assert re.findall(r'<c:symbol val="(\w+)"', line.xml) == ["circle", "square"]


def test_a_series_without_a_figure_is_not_drawn(validate: Callable[[bytes], list[str]]) -> None:
    """In a first month there is no last one: no colour and no name in the legend, and this period looks as always."""
    first = [(name, None, value) for name, _, value in ROWS]
    for kind in ("柱形图", "条形图", "堆积图", "折线图", "圆环图"):
        report = report_of(template(f"{{{{ 统计数据|图表('指标', '上期值', '本期值', 类型='{kind}') }}}}"), first)
        [chart] = seen(report)

        assert chart.series == {"本期值": ("1236", "145", "58")}
        assert "上期值" not in chart.xml + chart.alt
        assert ("<c:legend>" in chart.xml) == (kind == "圆环图")
        assert validate(report) == []
    column = template("{{ 统计数据|图表('指标', '上期值', '本期值') }}")
    assert '</c:tx><c:spPr><a:solidFill><a:srgbClr val="2F5D8C">' in seen(report_of(column, first))[0].xml


def test_charted_columns_count_as_shown() -> None:
    """What a chart draws is not said again in `补充`; what it does not draw is."""
    made = Template.parse(
        template("{{ 统计数据|图表('指标', '上期值', ['本期值']) }}{{ 图表(比率, '指标', '本期值') }}"), SCHEMA
    )

    assert made.uses >= {("figures", "item"), ("figures", "before"), ("figures", "current"), ("rates", "current")}
    assert ("rates", "before") not in made.uses
    context = Contexts(SCHEMA, made.uses).of(submission([], [("甲", "1", "2")]))
    assert [block.headings for block in context["补充"]] == [("指标", "单位", "上期值")]


def test_the_same_figures_give_the_same_bytes() -> None:
    """The chart, its workbook, and the whole report."""
    assert report_of(template(TAG), ROWS) == report_of(template(TAG), ROWS)


def test_an_english_chart_speaks_english() -> None:
    """Its alternative text, its thousands."""
    text = "{{ figures|chart('item', 'current', names='Now') }}"
    english = SCHEMA.model_copy(update={"language": "en"})
    report = report_of(template(text), [("Students", None, "1236"), ("Staff", None, "145")], schema=english)
    chart = seen(report)[0]

    assert chart.alt == "Column chart: Students, Staff (Now)"
    assert "#,##0" in chart.xml
    assert 'c:lang val="en-US"' in chart.xml


def test_decimals_are_exact() -> None:
    """A figure reaches the chart as it stands in the workbook, to the 15 digits that Excel keeps."""
    chart = seen(
        report_of(template(TAG), [("甲", "0.1", "123456789.123456789"), ("乙", "1E-7", str(Decimal(10) ** 16))])
    )[0]

    assert chart.series == {"上期": ("0.1", "1e-07"), "本期": ("123456789.123457", "1e+16")}
