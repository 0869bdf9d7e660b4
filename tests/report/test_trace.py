"""The trace: for each figure of a report the cells it comes from, and where in the report it stands."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import etree

from batchreport.found import find_workbooks
from batchreport.packed import Earlier, pack
from batchreport.period import Period
from batchreport.report.context import Contexts
from batchreport.report.template import Template
from batchreport.report.trace import Tracer
from batchreport.report.trace.trail import Cell
from batchreport.report.trace.words import origin
from batchreport.rounds import sources
from batchreport.run.pipeline import Kit, Pipeline
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.values import Missing
from batchreport.workbook.earlier import completed
from tests.docxfile import W
from tests.report.templates import template

ROOT = Path(__file__).parents[2]
SCHEMA = parse_schema(
    """
id = "t"
title = "t"
[identity]
name = "form.name"
period = "form.period"
[[sections]]
key = "form"
title = "单位"
kind = "form"
columns = [
  { key = "name", title = "名称" }, { key = "period", title = "报告期" },
  { key = "beds", title = "床位", type = "integer" }, { key = "used", title = "入住", type = "integer" },
]
[[sections]]
key = "costs"
title = "支出"
columns = [
  { key = "item", title = "项目" }, { key = "sum", title = "金额", type = "number" },
  { key = "paid", title = "已付", type = "boolean" },
]
""".encode()
)
NOVEMBER = Period(2026, 11, "M")
COSTS = [("电", "42.7", True), ("水", "8", False), ("气", "8", True)]


def submission(period: Period = NOVEMBER, factor: int = 1) -> Submission:
    """Return what a department reported: its form in column B, its costs from row 4 on."""
    form = Record(
        {"name": "后勤处", "period": str(period), "beds": 120 * factor, "used": 90},
        {"name": "B1", "period": "B2", "beds": "B3", "used": "B4"},
    )
    costs = tuple(
        Record(
            {"item": item, "sum": Decimal(cost) * factor, "paid": paid},
            {"item": f"A{row}", "sum": f"C{row}", "paid": f"D{row}"},
        )
        for row, (item, cost, paid) in enumerate(COSTS, 4)
    )
    tables = {"form": Table("单位", (form,)), "costs": Table("支出明细", costs)}
    return Submission("后勤处.xlsx", "D1", "后勤处", period, tables=tables)


def traced(text: str, one: Submission | None = None, earlier: tuple[Earlier, ...] = ()) -> list[dict[str, Any]]:
    """Return the figures of the report that a template makes of a submission."""
    made, one = Template.parse(template(text), SCHEMA), one or submission()
    report = made.render(Contexts(SCHEMA, made.uses).of(one, earlier))
    said = json.loads(Tracer(SCHEMA, made)(one, earlier, report, completed).data)
    figures: list[dict[str, Any]] = said["figures"]
    return figures


def origins(text: str) -> list[tuple[str, str]]:
    """Return text and origin of each figure, without the file's name."""
    return [(figure["text"], figure["from"].removeprefix("后勤处.xlsx › ")) for figure in traced(text)]


LOOP = "{%p for 行 in 支出 %}\n"
END = "\n{%p endfor %}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("共{{ 床位 }}床", [("120", "单位!B3")]),
        ("{{ 入住|占比(床位) }}", [("75.0%", "单位!B4、B3")]),
        ("{{ 入住 / 床位 * 100 }}", [("75", "单位!B4、B3")]),
        ("{% set 率 = 入住|占比(床位) %}率为{{ 率 }}", [("75.0%", "单位!B4、B3")]),
        ("{{ '共' ~ 床位 ~ '张' }}", [("共120张", "单位!B3")]),
        ("{{ 支出|合计('金额') }}", [("58.7", "支出明细!C4:C6")]),
        ("{{ 支出|map(attribute='项目')|list|顿号 }}", [("电、水、气", "支出明细!A4:A6")]),
        (f"{LOOP}{{{{ 行.金额|数值(位数=1) }}}}{END}", [("42.7", "支出明细!C4"), ("8.0", "支出明细!C5"), ("8.0", "支出明细!C6")]),
        (f"{LOOP}{{{{ 行.已付 }}}}{END}", [("是", "支出明细!D4"), ("否", "支出明细!D5"), ("是", "支出明细!D6")]),
        (f"{LOOP}{{% if 行.已付 %}}{{{{ 行.项目 }}}}{{% endif %}}{END}", [("电", "支出明细!A4"), ("气", "支出明细!A6")]),
        ("{% macro 元(数) %}{{ 数 }}元{% endmacro %}{{ 元(床位) }}", [("120", "单位!B3")]),
        ("{{ 支出|图表('项目', '金额', 标题='支出') }}", [("柱形图：支出", "支出明细!C4:C6、A4:A6")]),
        ("共{{ 支出|length }}项，{{ '常数' }}", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_figure_knows_the_cells_it_hangs_on(text: str, expected: list[tuple[str, str]]) -> None:
    """Through filters, arithmetic, variables, macros and charts; what stands in a condition only is none of them."""
    assert origins(text) == expected


def test_a_figure_of_an_earlier_period_says_which() -> None:
    """Its cell is that of the workbook of then."""
    october = submission(Period(2026, 10, "M"), 2)
    text = "{{ 上期数据.支出[0].金额 }}，{{ (支出[0].金额 - 上期数据.支出[0].金额)|数值 }}"

    figures = traced(text, earlier=(Earlier(october.period, pack(october)),))  # type: ignore[arg-type]

    assert [figure["from"] for figure in figures] == [
        "2026-10 · 支出明细!C4",
        "后勤处.xlsx › 支出明细!C4、2026-10 · 支出明细!C4",
    ]


def test_a_figure_is_found_where_it_stands() -> None:
    """Part, paragraph from 0 and characters, in a header and in a table too."""
    figures = traced("header: {{ 床位 }}\n头\n共{{ 床位 }}床，住{{ 入住 }}人\n| 甲 | {{ 入住 }} |")

    places = {
        (figure["part"], figure["paragraph"], figure["start"], figure["end"], figure["text"]) for figure in figures
    }
    assert places == {
        ("word/header1.xml", 0, 0, 3, "120"),
        ("word/document.xml", 1, 1, 4, "120"),
        ("word/document.xml", 1, 7, 9, "90"),
        ("word/document.xml", 3, 0, 2, "90"),
    }


def test_a_missing_figure_has_a_place_too() -> None:
    """The filler's own word for it comes from a cell."""
    one = submission()
    record = one.tables["costs"].records[0]
    told = Record({**record.values, "sum": Missing("缺报")}, record.cells)
    costs = Table("支出明细", (told,))

    [figure] = traced(
        f"{LOOP}{{{{ 行.金额|缺 }}}}{END}",
        Submission("a.xlsx", "D1", "后勤处", NOVEMBER, tables={**one.tables, "costs": costs}),
    )

    assert (figure["text"], figure["from"]) == ("缺报", "a.xlsx › 支出明细!C4")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["C7"], "a.xlsx › 表!C7"),
        (["C7", "C8", "C9", "E9"], "a.xlsx › 表!C7:C9、E9"),
        ([f"{letter}1" for letter in "ABCDEFGH"], "a.xlsx › 表!A1、B1、C1、D1、E1、F1…共8格"),
    ],
    ids=["one", "range", "many"],
)
def test_cells_are_said_briefly(cells: list[str], said: str) -> None:
    """Those that follow each other as a range, and of many the first."""
    assert origin([Cell("a.xlsx", "表", cell, "2026-11") for cell in cells], "2026-11", "zh") == said


def test_every_text_of_the_sample_reports_is_found_as_it_is_printed() -> None:
    """Each figure's characters are its text, in every report of the sample project; the same trace twice."""
    schema = (ROOT / "templates/summary.toml").read_bytes()
    pipeline = Pipeline.of(Kit(schema, "summary.toml", (ROOT / "templates/summary.docx").read_bytes(), "summary.docx"))
    pipeline.trace = "comments"
    for source in sources(find_workbooks(ROOT / "workbooks/2026-11", None)):
        book = source.read()
        outcome = pipeline(book)
        if outcome.report is None:
            continue
        assert outcome.trace
        assert outcome == pipeline(book)
        figures = json.loads(outcome.trace)["figures"]
        assert len(figures) > 15
        parts = {figure["part"] for figure in figures if "part" in figure}
        texts = {part: _paragraphs(outcome.report, part) for part in parts}
        for figure in figures:
            if "part" in figure and figure["start"] < figure["end"]:
                text = texts[figure["part"]][figure["paragraph"]][figure["start"] : figure["end"]]
                assert text.split() == figure["text"].split()
        assert outcome.commented
        assert _comments(outcome.commented) > 0


def _paragraphs(report: bytes, part: str) -> list[str]:
    with ZipFile(BytesIO(report)) as archive:
        root = etree.fromstring(archive.read(part))
    signs = {f"{W}{name}" for name in ("br", "cr", "tab")}
    return [
        "".join(" " if one.tag in signs else one.text or "" for one in paragraph.iter(f"{W}t", *signs))
        for paragraph in root.iter(f"{W}p")
    ]


def _comments(report: bytes) -> int:
    with ZipFile(BytesIO(report)) as archive:
        return archive.read("word/comments.xml").count("←".encode())
