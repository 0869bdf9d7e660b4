"""What the template hid is said once for all departments, whoever made their reports, now or before."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.build.books import book, project
from tests.build.command import batchreport
from tests.report.templates import template

TEXT = (
    "{{ 单位名称 }}\n{%p for 行 in 统计数据 if 行.本期值 %}\n{{ 行.指标 }}{{ 行.本期值 }}{{ 行.单位 }}\n{%p endfor %}"
)
ZERO = {"statistics": [{"name": "事故", "value": Decimal(0), "unit": "起", "measure": "时期"}]}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A project of three departments, two of which report nothing but a 0, which its template leaves out."""
    books = {f"2026-11/{name}.xlsx": book(name, rows=ZERO) for name in ("总务处", "后勤处")}
    folder = project(tmp_path, {**books, "2026-11/食堂.xlsx": book("食堂")})
    (folder / "templates/summary.docx").write_bytes(template(TEXT))
    return folder


def notes(office: Path, *more: str) -> list[str]:
    """Build the reports, and return what is said of hidden cells."""
    ended = batchreport(office, "build", "workbooks/", "--json", *more)
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    assert [len(one["hidden"]) for one in said["departments"]] == [1, 1, 0]
    assert not any(one["code"].startswith("template-hides") for dep in said["departments"] for one in dep["findings"])
    return [one["what"] for one in said["findings"] if one["code"] == "template-hides-cells-of"]


def test_what_is_hidden_is_said_once(office: Path) -> None:
    """With the tag, how many departments and cells, and where."""
    [note] = notes(office)

    assert note.startswith("“统计数据”里有 2 个单位共 6 格填了内容、没有显示在报告里（指标、本期值、单位）")
    assert "{%p for 行 in 统计数据 if 行.本期值 %}" in note
    assert "2026-11/后勤处.xlsx › 统计数据!" in note
    assert "2026-11/总务处.xlsx › 统计数据!" in note


def test_an_unchanged_run_says_the_same(office: Path) -> None:
    """Of departments whose reports are not made again; and so does a dry run."""
    first = notes(office)

    assert notes(office) == first
    assert notes(office, "--dry-run") == first


def test_other_processes_say_the_same(office: Path) -> None:
    """What a worker found comes back with its outcome."""
    assert notes(office, "--jobs", "2", "--force") == notes(office, "--jobs", "1", "--force")


def test_a_template_that_shows_all_says_nothing(office: Path) -> None:
    """Once the condition is gone."""
    (office / "templates/summary.docx").write_bytes(template(TEXT.replace(" if 行.本期值", "")))
    ended = batchreport(office, "build", "workbooks/", "--json")
    assert "template-hides" not in ended.out
