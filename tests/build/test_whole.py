"""The whole way, from a schema to the report: what is filled in comes out, whatever it is."""

import ast
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from batchreport import (
    Period,
    Pipeline,
    Prefill,
    Severity,
    Source,
    Template,
    blank_workbook,
    parse_schema,
    read_workbook,
)
from batchreport.names import fold
from batchreport.schema import Column, Schema, Section
from batchreport.values import Value
from batchreport.workbook.prefill import with_earlier
from tests.build.books import NOVEMBER, ROOT, SCHEMA, book, good_rows
from tests.build.five import five_sheets
from tests.docxfile import docx_text, whole_text

TEMPLATE_BYTES = (ROOT / "templates/summary.docx").read_bytes()
PIPELINE = Pipeline(SCHEMA, Template.parse(TEMPLATE_BYTES, SCHEMA))
HOSTILE = {
    "markup": "研发 & 采购 <5% \"甲\" 'b'",
    "an expression": "{{ 7*7 }}",
    "a statement": "{% for x in y %}",
    "an escape of the template's": "{_{ 7*7 }_}",
    "a line break": "第一行\n第二行",
    "a tab": "左\t右",
    "an emoji": "完成👍🏽好",
    "a formula": "=1+1",
    "an entity": "&amp;&#65;",
    "a comment": "<!-- x --> {# y #}",
    "a far character": "𠮷野家",
    "XML": "</w:t></w:r></w:p>",
}


def source(data: bytes) -> Source:
    """Return a workbook's bytes as the pipeline takes them."""
    return Source("x.xlsx", data, "x", NOVEMBER)


def built(data: bytes, pipeline: Pipeline = PIPELINE) -> bytes:
    """Return the report of a workbook that has no errors."""
    outcome = pipeline(source(data))
    assert [finding.line("zh") for finding in outcome.findings if finding.severity is Severity.ERROR] == []
    assert outcome.report is not None
    return outcome.report


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_value_comes_out_as_itself(what: str) -> None:
    """In the title, a sentence, a table, the signature and the document's properties."""
    text = HOSTILE[what]
    rows = good_rows("甲校") | {
        "honours": [{"title": text, "level": "市级", "awarder": text, "year": 2025, "type": "新获"}]
    }
    statistics = [{"name": text, "value": Decimal(1), "unit": "个", "measure": "时点", "note": text}]
    profile = [{"name": text, "kind": "学校", "preparer": text, "filled_on": date(2026, 11, 30), "parent": text}]
    report = built(book("甲校", rows=rows | {"statistics": statistics, "profile": profile}))
    body = docx_text(report)["document"]
    shown = "第一行 第二行" if "\n" in text else text

    assert body.count(text) + body.count(shown) >= 5
    assert "49" not in body
    name = " ".join(text.split())
    gap = "\u3000" if name[-1].isascii() and name[-1].isalnum() else ""
    assert property_title(report) == f"{name}{gap}2026年11月工作总结"


def property_title(report: bytes) -> str:
    """Return the title in a report's properties."""
    root = etree.fromstring(ZipFile(BytesIO(report)).read("docProps/core.xml"))
    return root.findtext("{*}title") or ""


PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=60)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PLAIN, min_size=8, max_size=8))
def test_any_text_in_any_text_cell_comes_out_again_whole(texts: list[str]) -> None:
    """What is not a word for nothing is in the report, or a finding names its cell."""
    marked = [f"文{number}字{text.strip()}尾" for number, text in enumerate(texts)]
    a, b, c, d, e, f, g, h = marked
    rows = {
        "statistics": [{"name": a, "value": Decimal(1), "unit": "个", "measure": "时点", "note": b}],
        "facilities": [{"name": c, "category": "设备", "action": "购置", "spec": d, "place": e}],
        "problems": [{"issue": f, "status": "已解决"}],
        "plans": [{"item": g, "action": h}],
    }
    text = fold(whole_text(built(book("甲校", rows=rows))))

    assert [one for one in marked if fold(one) not in text] == []


def values(column: Column, section: Section) -> st.SearchStrategy[Value]:
    """Return values that the schema allows in a column."""
    words = st.text("甲乙丙丁水电校园节能巡检", min_size=2, max_size=12)
    strategies: dict[str, st.SearchStrategy[Value]] = {
        "string": words.map(lambda text: f"{text}{section.key}"),
        "choice": st.sampled_from(column.enum or ("x",)),
        "number": st.decimals(2, 10**6, places=2, allow_nan=False),  # less may be doubted in percent
        "money": st.decimals(0, 10**7, places=2, allow_nan=False),
        "integer": st.integers(1, 99),
        "percent": st.decimals(1, 100, places=1),
        "year": st.integers(1990, NOVEMBER.year),
        "date": st.integers(0, 29).map(lambda days: NOVEMBER.start + timedelta(days=days)),
        "boolean": st.booleans(),
    }
    return strategies.get(column.type, st.none())


@st.composite
def allowed(draw: st.DrawFn) -> dict[str, list[dict[str, Value]]]:
    """Draw the rows of a workbook in which nothing is to be found wrong or missing."""
    rows: dict[str, list[dict[str, Value]]] = {}
    for section in SCHEMA.sections:
        if section.key == "photos":
            continue
        count = 1 if section.kind == "form" else draw(st.integers(0, 4))
        rows[section.key] = [
            {column.key: draw(values(column, section)) for column in section.columns if column.type != "reference"}
            for _ in range(count)
        ]
    for number, row in enumerate(rows["statistics"]):
        row |= {"name": f"指标{number}", "prev": row["value"], "last_year": None}
    for row in rows["facilities"]:
        row |= {"status": "已完成"}
    for row in rows["plans"]:
        row |= {"due": date(2026, 12, 31)}
    rows["profile"][0] |= {"name": "甲校", "dept_code": "D1", "period": "2026-11"}
    return rows


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(allowed())
def test_what_the_schema_allows_builds_without_a_finding(rows: dict[str, list[dict[str, Value]]]) -> None:
    """Filled by the rules, a blank workbook gives a report and nothing to say."""
    outcome = PIPELINE(source(blank_workbook(SCHEMA, Prefill("D1", "甲校", NOVEMBER, 1, rows))))

    assert [finding.line("zh") for finding in outcome.findings if finding.code != "sheet-unfilled"] == []
    assert outcome.report is not None
    text = whole_text(outcome.report)
    assert [row["name"] for row in rows["facilities"] if str(row["name"]) not in text] == []


def fill(blank: bytes) -> bytes:
    """Fill in what a blank workbook asks for in the rows it has, as a department does."""
    workbook = openpyxl.load_workbook(BytesIO(blank))
    for section in SCHEMA.sections:
        sheet = workbook[section.title]
        form = section.kind == "form"
        rows = range(1) if form else [row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 2).value]
        for row in rows:
            for number, column in enumerate(section.columns):
                at = sheet.cell(3 + number, 2) if form else sheet.cell(row, number + 1)
                if at.value is None and (column.required or column.expected):
                    assert not at.protection.locked
                    at.value = filler(column, sheet, row)
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def filler(column: Column, sheet: Any, row: int) -> Any:
    """Return what fits a column; a figure is what it was last period."""
    headers = sheet[row] if row else ()
    before = next((cell.value for cell in headers if sheet.cell(3, cell.column).value == "上期值"), None)
    return {"choice": column.enum[:1] and column.enum[0], "date": date(2026, 12, 31)}.get(
        column.type, (1 if before is None else before) if column.numeric else "甲"
    )


DECEMBER = Period(2026, 12, "M")


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(allowed())
def test_a_workbook_prefilled_from_any_other_builds_without_a_finding(rows: dict[str, list[dict[str, Value]]]) -> None:
    """Whatever was sent in, next period's blank workbook asks for no more than its coloured cells."""
    sent = PIPELINE.read(source(blank_workbook(SCHEMA, Prefill("D1", "甲校", NOVEMBER, 1, rows))))
    prefill = with_earlier(Prefill("D1", "甲校", DECEMBER), SCHEMA, sent, None)
    blank = blank_workbook(SCHEMA, prefill)
    outcome = PIPELINE(Source("x.xlsx", fill(blank), "x", DECEMBER))

    assert blank == blank_workbook(SCHEMA, prefill)
    assert [finding.line("zh") for finding in outcome.findings if finding.code != "sheet-unfilled"] == []
    assert outcome.report is not None
    assert len(prefill.rows.get("statistics", ())) == len(rows["statistics"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_raise(data: st.DataObject) -> None:
    """A workbook with bytes changed, cut or put in gives an outcome."""
    good = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    outcome = PIPELINE(source(bytes(good)))

    assert outcome.report or outcome.findings


GOOD = book("甲校")

SIXTH = """
[[sections]]
key = "vehicles"
title = "车辆"
title_en = "Vehicles"
columns = [
  { key = "plate", title = "车牌", title_en = "Plate", type = "string", required = true },
  { key = "mileage", title = "里程(公里)", title_en = "Mileage", type = "number", unit = "公里", minimum = 0 },
]
"""
BRAND = '  { key = "brand", title = "品牌", title_en = "Brand", type = "string" },\n'


@pytest.fixture(scope="module")
def wider() -> Schema:
    """The starter schema with a sixth sheet and one more column, in TOML alone."""
    text = (ROOT / "templates/summary.toml").read_text("utf-8") + SIXTH
    place = '  { key = "spec", title = "规格/容量"'
    assert tomllib.loads(text)
    return parse_schema(text.replace(place, BRAND + place).encode())


def test_a_sheet_and_a_column_added_in_toml_are_in_the_blank_workbook(wider: Schema) -> None:
    """The blank workbook has them with their headers."""
    blank = openpyxl.load_workbook(BytesIO(blank_workbook(wider)))
    headers = [cell.value for cell in blank["新增设施"][3]]

    assert [cell.value for cell in blank["车辆"][3]][:2] == ["车牌 *", "里程(公里)"]
    assert "品牌" in headers


def test_a_sheet_and_a_column_added_in_toml_are_checked(wider: Schema) -> None:
    """Their rules find what is wrong."""
    rows = good_rows("甲校") | {"vehicles": [{"mileage": Decimal(-3)}]}
    workbook = blank_workbook(wider, Prefill("D1", "甲校", NOVEMBER, 1, rows))
    findings = Pipeline(wider)(source(workbook)).findings

    assert [(finding.code, finding.place.cell) for finding in findings] == [
        ("cell-required", "A4"),
        ("cell-below", "B4"),
    ]


def test_a_sheet_and_a_column_added_in_toml_are_in_the_report(wider: Schema) -> None:
    """The template knows nothing of them, and yet what was filled in is there."""
    rows = good_rows("甲校")
    rows["facilities"] = [dict(rows["facilities"][0]) | {"brand": "远山牌"}]
    rows["vehicles"] = [{"plate": "鄂A12345", "mileage": Decimal(8200)}]
    workbook = blank_workbook(wider, Prefill("D1", "甲校", NOVEMBER, 1, rows))
    text = whole_text(built(workbook, Pipeline(wider, Template.parse(TEMPLATE_BYTES, wider))))

    for word in ("其他情况", "车辆", "车牌 | 里程(公里)", "鄂A12345 | 8200", "名称 | 品牌", "甲校电脑 | 远山牌"):
        assert word in text, word


def test_the_five_sheets_of_the_client_build() -> None:
    """No profile, no stamp: the department is the file's name, the period the folder's."""
    outcome = PIPELINE(Source("十一小学.xlsx", five_sheets(), "十一小学", NOVEMBER))

    assert outcome.report is not None
    text = whole_text(outcome.report)
    for word in (
        "十一小学2026年11月工作总结",
        "在校学生620人",
        "电脑30台",
        "绿色学校",
        "市教育局",
        "制度落实不到位",
        "节能工作",
    ):
        assert word in text, word


def test_nothing_of_the_schema_is_written_into_the_program() -> None:
    """No module knows a section or a column of the starter, save where words that templates use happen to be the same."""
    words = {
        *(
            "grammar",
            "rollup",
            "bench",
            "failures",
            "inference",
            "tags",
            "filters.py",
            "pictures.py",
            "calls.py",
            "reserved.py",
        ),
        "letters.py",
    }
    titles = {section.title for section in SCHEMA.sections} | {c.title for s in SCHEMA.sections for c in s.columns}
    paths = [path for path in (ROOT / "batchreport").rglob("*.py") if words.isdisjoint(path.parts)]
    found = [
        (path.name, node.value)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in titles
    ]

    found = [each for each in found if each[1] != "单位"]  # "单位：元" in a header is how people write a unit

    assert len(paths) > 20
    assert found == []


def test_reading_again_gives_what_was_filled_in() -> None:
    """The typed records are those that were put into the blank workbook."""
    rows = good_rows("甲校")
    submission = read_workbook(book("甲校"), SCHEMA)

    for key, expected in rows.items():
        filled = [row for row in expected if "无" not in row.values()]  # says that there is nothing
        for want, record in zip(filled, submission.tables[key].records, strict=True):
            assert {name: record.values[name] for name in want} == want


def test_the_library_reads_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, checking and rendering open no file."""
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("a file was opened"))

    assert PIPELINE(source(GOOD)).report
