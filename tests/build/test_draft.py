"""`build --draft`: what a department gets whose workbook has errors, and what becomes of it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from docx import Document

from batchreport import Template, build
from batchreport.run.outcome import Kit, Source
from batchreport.run.pipeline import Pipeline
from tests.build.books import NOVEMBER, ROOT, SCHEMA, book, project
from tests.build.command import Ended, batchreport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.run.outcome import Outcome

WRONG = book(
    "总务处",
    rows={
        "statistics": [
            {"name": "在校人数", "value": "很多", "unit": "人", "measure": "时点"},
            {"name": "教职工", "value": Decimal(31), "unit": "人", "measure": "时点"},
        ],
        "plans": [{"item": "更换窗户", "due": date(2026, 11, 2)}],
    },
)
STARTER = (ROOT / "templates/summary.docx").read_bytes()
REPORT, DRAFT = "总务处.docx", "总务处（草稿）.docx"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A project with a good workbook and a wrong one."""
    return project(tmp_path, {"2026-11/总务处.xlsx": WRONG, "2026-11/后勤处.xlsx": book("后勤处")})


def built(office: Path, *more: str) -> Ended:
    """Build the project's reports."""
    return batchreport(office, "build", "workbooks/", *more)


def names(office: Path) -> set[str]:
    """Return what was made."""
    return {path.name for path in (office / "out/2026-11").iterdir()}


def text_of(report: bytes) -> str:
    """Return all that stands in a document's body, paragraphs and cells."""
    paragraphs = Document(BytesIO(report)).element.body.xpath(".//w:p")
    return "\n".join("".join(text.text or "" for text in one.xpath(".//w:t")) for one in paragraphs)


def pipeline(template: bytes) -> Pipeline:
    """Return the pipeline that makes drafts of the starter's schema with a template."""
    kit = Kit((ROOT / "templates/summary.toml").read_bytes(), "summary.toml", template, "t.docx", draft=True)
    return Pipeline.of(kit)


def outcome_of(template: bytes, wrong: bytes = WRONG, period: Period = NOVEMBER) -> Outcome:
    """Return what becomes of a workbook."""
    return pipeline(template)(Source("总务处.xlsx", wrong, "总务处", period))


def drafted(template: bytes) -> str:
    """Return the text of the draft of the wrong workbook's report."""
    outcome = outcome_of(template)
    assert outcome.report is None
    assert outcome.draft is not None, outcome.findings
    return text_of(outcome.draft)


def saying(*tags: str) -> bytes:
    """Return a template of these paragraphs."""
    document = Document()
    for tag in tags:
        document.add_paragraph(tag)
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_only_who_asks_gets_a_draft(office: Path) -> None:
    """And what is good gets its report, with or without."""
    assert built(office).code == 1
    assert names(office) == {"后勤处.docx"}

    ended = built(office, "--draft")
    assert ended.code == 1, "a draft is no report"
    assert names(office) == {"后勤处.docx", DRAFT}
    assert "out/2026-11/总务处（草稿）.docx" in ended.out.splitlines()
    assert "1 份草稿" in ended.err


def test_each_wrong_value_is_a_numbered_gap_and_the_page_before_says_why() -> None:
    """What is right stands as it would in the report."""
    text = drafted(STARTER)
    front, _, body = text.partition("总务处2026年11月")

    assert text.startswith("草稿，不是正式报告")
    assert "1. 统计数据!C4：“本期值”里的“很多”不是数字" in text
    assert "2. 计划!F4：" in text
    assert "【待更正1】" in body
    assert "【待更正2】" in body
    assert "【" not in front
    assert "31" in body
    assert "更换窗户" in body
    assert "很多" not in body.partition("工作总结")[2]


def test_the_text_of_the_report_begins_on_a_page_of_its_own() -> None:
    """Whatever it begins with: what the list is long does not move it."""
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "{{ 单位名称 }}"
    saved = BytesIO()
    document.save(saved)
    body = Document(BytesIO(outcome_of(saved.getvalue()).draft or b"")).element.body
    [broken] = body.xpath("w:p[w:pPr/w:pageBreakBefore]")

    assert not "".join(broken.itertext())
    assert broken.getnext().tag.endswith("}tbl")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ 统计数据[0].本期值|量(统计数据[0].单位) }}", "【待更正1】"),
        ("{{ 统计数据[0].本期值 * 2 + 1 }}", "【待更正1】"),
        ("{{ 100 - 统计数据[0].本期值 }}", "【待更正1】"),
        ("{{ 统计数据|sum(attribute='本期值') }}", "【待更正1】"),
        ("{{ '是' if 统计数据[0].本期值 > 3 else '否' }}", "否"),
        ("{{ '填了' if 统计数据[0].本期值 else '没填' }}", "填了"),
        ("{{ 计划[0].完成时限.year }}", "【待更正2】"),
        ("{{ 计划[0].完成时限|日期('短') }}", "【待更正2】"),
        ("{{ 统计数据[0].本期值 ~ '人' }}", "【待更正1】人"),
        ("{% for one in [统计数据[0].本期值] %}{{ one }}{% endfor %}", "【待更正1】"),
        ("{{ 统计数据|合计('本期值') }}", "31"),
        ("{{ 统计数据|无值('本期值')|length }}{{ 统计数据|lacking('本期值', 31)|length }}", "01"),
        ("{{ 统计数据|有值('本期值')|length }}{{ 统计数据|having('本期值', 31)|length }}", "21"),
    ],
)
def test_a_gap_stays_one_through_filters_and_sums(tag: str, said: str) -> None:
    """So that no figure is printed that hangs on what is wrong; the list says that totals leave it out."""
    assert drafted(saying(tag)).splitlines()[-1].strip() == said


def test_a_template_that_can_do_nothing_with_gaps_gets_blanks() -> None:
    """The list is there all the same."""
    text = drafted(
        saying("{{ 单位名称 }}{{ 统计数据[0].本期值|default(0, true)|round(1)|int + [1][统计数据[0].本期值|int] }}")
    )

    assert "1. 统计数据!C4" in text


def test_a_template_that_can_do_with_neither_says_that_there_is_no_draft(office: Path) -> None:
    """The others get theirs."""
    failing = "{{ 10 // (统计数据|map(attribute='本期值')|select('number')|list|length - 统计数据|length + 1) }}"
    (office / "templates/summary.docx").write_bytes(saying("{{ 单位名称 }}", failing))
    ended = built(office, "--draft")

    assert "草稿没有写成" in ended.err
    assert names(office) == {"后勤处.docx"}


def test_the_draft_goes_when_the_workbook_is_corrected(office: Path) -> None:
    """With or without the option; but not one that somebody has worked on."""
    built(office, "--draft")
    (office / "workbooks/2026-11/总务处.xlsx").write_bytes(book("总务处"))
    assert built(office).code == 0
    assert names(office) == {"后勤处.docx", REPORT}


def test_an_edited_draft_stays(office: Path) -> None:
    """The new one lies beside it, and once there is a report the edited one is left, and named."""
    built(office, "--draft")
    draft = office / "out/2026-11" / DRAFT
    document = Document(str(draft))
    document.add_paragraph("处长改过")
    document.save(str(draft))
    edited = draft.read_bytes()
    (office / "workbooks/2026-11/总务处.xlsx").write_bytes(
        book("总务处", revision=2, rows={"honours": [{"level": "市级"}]})
    )
    again = built(office, "--draft")

    assert draft.read_bytes() == edited
    assert "总务处（草稿） (new).docx" in names(office)
    assert "总务处（草稿） (new).docx" in again.err

    (office / "workbooks/2026-11/总务处.xlsx").write_bytes(book("总务处", revision=3))
    last = built(office)
    assert last.code == 0
    assert draft.read_bytes() == edited
    assert DRAFT in last.err


def test_a_workbook_that_stays_wrong_has_the_draft_of_what_it_says_now(office: Path) -> None:
    """A run without the option leaves none that is older than its workbook; the same run twice leaves it be."""
    built(office, "--draft")
    first = (office / "out/2026-11" / DRAFT).read_bytes()
    built(office, "--draft")
    assert (office / "out/2026-11" / DRAFT).read_bytes() == first
    built(office)
    assert DRAFT in names(office), "nothing has changed"

    other = book(
        "总务处", rows={"statistics": [{"name": "在校人数", "value": "不少", "unit": "人", "measure": "时点"}]}
    )
    (office / "workbooks/2026-11/总务处.xlsx").write_bytes(other)
    built(office)
    assert DRAFT not in names(office)


def test_what_has_no_draft() -> None:
    """Whose it would be is not known, or of when, or nothing could be read."""
    assert outcome_of(STARTER, b"no workbook").draft is None
    strayed = outcome_of(STARTER, period=NOVEMBER.previous)
    assert strayed.strayed
    assert strayed.draft is None


def test_two_of_one_department_have_no_draft(office: Path) -> None:
    """Which of the two counts is not known."""
    other = book("总务处", rows={"honours": [{"level": "市级"}]})
    (office / "workbooks/2026-11/总务处-2.xlsx").write_bytes(other)
    built(office, "--draft")

    assert names(office) == {"后勤处.docx"}


def test_json_has_its_path(office: Path) -> None:
    """Beside `report`, which is null."""
    said = json.loads(built(office, "--draft", "--json").out)
    [one] = [one for one in said["departments"] if one["name"] == "总务处"]

    assert one["report"] is None
    assert one["draft"] == "out/2026-11/总务处（草稿）.docx"
    assert all("draft" not in other for other in said["departments"] if other is not one)


def test_a_dry_run_writes_nothing_and_says_what_it_would(office: Path) -> None:
    """The drafts among it."""
    ended = built(office, "--draft", "--dry-run")

    assert not (office / "out/2026-11").exists()
    assert set(ended.out.splitlines()) == {"out/2026-11/后勤处.docx", "out/2026-11/总务处（草稿）.docx"}
    assert "1 份草稿" in ended.err
    assert "草稿" not in built(office, "--dry-run").out


def test_the_page_links_the_draft_of_the_last_build(tmp_path: Path) -> None:
    """It goes from the page with the draft."""
    office = project(tmp_path, {"2026-11/总务处.xlsx": WRONG}, rollup=True)
    page = office / "out/2026-11/index.html"
    link = f'<a href="../2026-11/{quote(DRAFT)}">草稿</a>'

    built(office, "--draft")
    assert link in page.read_text("utf-8")

    built(office)
    assert link not in page.read_text("utf-8")

    built(office, "--draft")
    assert link in page.read_text("utf-8")


def test_the_python_api_makes_none_unasked() -> None:
    """`build` gives findings."""
    assert build(WRONG, SCHEMA, Template.parse(STARTER, SCHEMA), period=NOVEMBER).draft is None


def test_drafts_are_the_same_bytes_whatever_the_number_of_processes(office: Path) -> None:
    """As reports are."""
    built(office, "--draft", "--jobs", "1")
    first = (office / "out/2026-11" / DRAFT).read_bytes()
    built(office, "--draft", "--jobs", "2", "--force")

    assert (office / "out/2026-11" / DRAFT).read_bytes() == first


@pytest.mark.parametrize("look", ["summary", "modern"])
def test_a_draft_is_a_valid_document(look: str, validate: Callable[[bytes], list[str]]) -> None:
    """In both looks that are shipped."""
    assert validate(outcome_of((ROOT / f"templates/{look}.docx").read_bytes()).draft or b"") == []
