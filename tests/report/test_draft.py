"""Drafts of the sample workbooks, whatever in them is wrong."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from batchreport import Period, Template, parse_schema, read_workbook
from batchreport.findings import Place, error
from batchreport.packed import Earlier, pack
from batchreport.report.draft import Drafter
from batchreport.workbook.earlier import completed
from tests.report.templates import template

if TYPE_CHECKING:
    from batchreport.submission import Submission

ROOT = Path(__file__).parents[2]
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes(), "summary.toml")
NOVEMBER = Period(2026, 11, "M")


def read(path: str) -> Submission:
    """Return a sample workbook's submission."""
    return read_workbook((ROOT / "workbooks" / path).read_bytes(), SCHEMA, file=path)


NAMES = ("第二中学", "实验小学", "第三幼儿园")
NOW = {name: read(f"2026-11/{name}.xlsx") for name in NAMES}
BEFORE = {name: (Earlier(NOVEMBER.previous, pack(read(f"2026-10/{name}.xlsx"))),) for name in NAMES}
CELLS = {
    name: sorted(
        {
            (table.sheet, cell)
            for table in one.tables.values()
            for record in table.records
            for cell in record.cells.values()
        }
    )
    for name, one in NOW.items()
}
DRAFTERS = {
    look: Drafter(SCHEMA, Template.parse((ROOT / f"templates/{look}.docx").read_bytes(), SCHEMA))
    for look in ("summary", "modern")
}


UNSHOWN = {("基本信息", "B"), ("问题", "J")}
"""Columns with cells that neither look prints."""


def drafted(name: str, look: str, wrong: list[tuple[str, str]]) -> list[str]:
    """Return the texts of all paragraphs of the draft of a workbook in which these cells are wrong."""
    found = tuple(error("cell-error", Place(name, *at), found="#REF!", title="") for at in wrong)
    report = DRAFTERS[look](replace(NOW[name], findings=found), BEFORE[name], completed)
    paragraphs = Document(BytesIO(report)).element.body.xpath(".//w:p")
    return ["".join(one.text or "" for one in paragraph.xpath(".//w:t")) for paragraph in paragraphs]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_cells_may_be_wrong(data: st.DataObject) -> None:
    """Each is listed."""
    name, look = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from(sorted(DRAFTERS)))
    wrong = data.draw(st.lists(st.sampled_from(CELLS[name]), min_size=1, max_size=12, unique=True))
    texts = drafted(name, look, wrong)

    assert texts[0] == "草稿，不是正式报告"
    for number, (sheet, cell) in enumerate(wrong, 1):
        assert texts[1 + number].startswith(f"{number}. {sheet}!{cell}：")


def test_a_gap_among_several_items_is_shown() -> None:
    """Where a template joins a column of all rows, what is wrong in one of them is marked in its turn."""
    tags = "{{ 荣誉|map(attribute='荣誉名称')|顿号 }}。{{ 荣誉|map(attribute='荣誉名称')|列举 }}{{ 基本信息.下属机构|顿号(最多=1) }}"
    drafter = Drafter(SCHEMA, Template.parse(template(tags), SCHEMA))
    wrong = (error("cell-error", Place("a.xlsx", "荣誉", "A5"), found="#REF!", title=""),)
    report = Document(BytesIO(drafter(replace(NOW["实验小学"], findings=wrong), (), completed)))

    text = report.paragraphs[-1].text
    assert "绿色学校、【待更正1】、" in text
    assert "二是【待更正1】；" in text
    assert "食堂等4项" in text


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_wrong_is_marked_where_it_would_stand(data: st.DataObject) -> None:
    """Also where rows are grouped by it, filtered or summed up."""
    name, look = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from(sorted(DRAFTERS)))
    shown = [at for at in CELLS[name] if (at[0], at[1][0]) not in UNSHOWN]
    text = "".join(drafted(name, look, [data.draw(st.sampled_from(shown))]))

    assert "【待更正1】" in text
