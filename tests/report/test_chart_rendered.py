"""Charts as LibreOffice shows and saves them: every name and figure is read on the page, and the chart stays one."""

from __future__ import annotations

import re
from time import process_time
from typing import TYPE_CHECKING

import pytest

from batchreport.report.context import Contexts
from batchreport.report.template import Template
from tests.outside import Office, pdf_text, require, run
from tests.report.charts import ROWS, SCHEMA, packed, parts_of, report_of, seen, submission
from tests.report.templates import template
from tests.report.wordchart import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1474" w:bottom="1440" w:left="1587"'
    ' w:header="0" w:footer="0" w:gutter="0"/>'
)
KINDS = ("柱形图", "条形图", "堆积图", "折线图", "饼图", "圆环图")
MOST_SECONDS = 0.006  # for a chart: twice what it may take on a quiet machine


def on_a_page(docx: bytes) -> bytes:
    """Return a template with a page of a size, so that its charts are as wide as they are meant to be."""
    parts = parts_of(docx)
    body = parts["word/document.xml"].decode().replace("<w:sectPr>", PAGE)
    return packed(parts | {"word/document.xml": body.encode()})


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_figures_of_a_chart_are_on_the_page(kind: str, render: Callable[[bytes], Path]) -> None:
    """Each category, and each figure or share of the whole."""
    docx = on_a_page(template(f"{{{{ 统计数据|图表('指标', '本期值', 类型='{kind}', 标题='本期比较') }}}}"))
    text = pdf_text(render(report_of(docx, [("学生", None, "600"), ("教工", None, "300"), ("食堂", None, "100.5")])))

    wanted = ["60.0%", "30.0%", "10.0%"] if kind in KINDS[4:] else ["600.0", "300.0", "100.5"]
    assert [word for word in ["本期比较", "学生", "教工", "食堂", *wanted] if word not in text] == []


def test_two_series_have_a_legend_and_one_has_none(render: Callable[[bytes], Path]) -> None:
    """The names of the series are read only where they tell something."""
    two = "{{ 统计数据|图表('指标', '上期值', '本期值', 名称=['从前', '现在']) }}"
    one = "{{ 统计数据|图表('指标', '本期值', 名称='独一') }}"
    text = pdf_text(render(report_of(on_a_page(template(f"{two}\n{one}")), ROWS)))

    assert text.count("从前") == text.count("现在") == 1
    assert "独一" not in text


def test_the_names_of_categories_stand_level(render: Callable[[bytes], Path]) -> None:
    """Long names are broken into lines instead of being turned."""
    names = ["教学用房及附属设施维修改造", "食堂设备采购与更新", "校园安防监控系统升级"]
    docx = on_a_page(template("{{ 统计数据|图表('指标', '本期值') }}"))
    text = pdf_text(render(report_of(docx, [(name, None, "5") for name in names])))

    assert [name for name in names if name[:7] not in text] == []


def test_a_drawn_chart_shows_its_figures(render: Callable[[bytes], Path]) -> None:
    """The new categories are on the page, of the sample nothing."""
    text = pdf_text(render(report_of(document(["{{ 统计数据|图表('指标', '上期值', '本期值') }}"], body="{}"), ROWS)))

    assert "样例" not in text
    assert "学" in text


def test_libreoffice_keeps_a_chart_when_it_saves(office: Office, tmp_path: Path) -> None:
    """Opened and saved again, it is still a chart of the same figures, with a workbook."""
    source = tmp_path / "report.docx"
    source.write_bytes(report_of(template("{{ 统计数据|图表('指标', '上期值', '本期值') }}"), ROWS))
    profile = f"-env:UserInstallation={office.profile.as_uri()}"
    run(require("soffice"), profile, "--headless", "--convert-to", "docx", "--outdir", tmp_path / "saved", source)

    chart = seen((tmp_path / "saved/report.docx").read_bytes())[0]
    assert chart.categories == tuple(name for name, *_ in ROWS)
    assert chart.series == {"上期值": ("1180", "142", "86"), "本期值": ("1236", "145", "58")}


def test_a_chart_is_made_in_milliseconds() -> None:
    """A part, its workbook and its place in the document, measured over many."""
    made = Template.parse(
        template("{%p for x in range(100) %}\n{{ 统计数据|图表('指标', '上期值', '本期值') }}\n{%p endfor %}"), SCHEMA
    )
    context = Contexts(SCHEMA, made.uses).of(submission(ROWS * 4))
    made.render(context)
    start = process_time()
    report = made.render(context)

    assert len(re.findall(b"<c:chart ", parts_of(report)["word/document.xml"])) == 100
    assert process_time() - start < 100 * MOST_SECONDS
