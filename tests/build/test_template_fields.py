"""`batchreport template fields`: every name, to read, to paste, to keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.build.command import batchreport
from tests.docxfile import docx_text

if TYPE_CHECKING:
    from pathlib import Path


def test_in_a_pipe_each_name_is_a_line(tmp_path: Path) -> None:
    """Parted by tabs: group, name, other name, title, type, example, tags."""
    ended = batchreport(tmp_path, "template", "fields")
    lines = [line.split("\t") for line in ended.out.splitlines()]

    assert ended.code == 0
    assert {len(line) for line in lines} == {7}
    assert ["新增设施（每行一条）", "行.地点", "行.place", "地点", "文字", "教学楼一层"] in [line[:6] for line in lines]


def test_json_has_groups_of_names(tmp_path: Path) -> None:
    """Its shape is that of docs/json.md."""
    said = json.loads(batchreport(tmp_path, "template", "fields", "--rollup", "--json").out)

    assert (said["command"], said["exit_code"]) == ("template fields", 0)
    names = [name for group in said["groups"] for name in group["names"]]
    assert {"name", "other", "title", "type", "example", "snippets"} == set(names[0])
    assert "汇总.统计数据" in [name["name"] for name in names]


def test_stdout_has_one_document(tmp_path: Path) -> None:
    """Where the Word file lies is said beside it; two forms at once are refused."""
    beside = batchreport(tmp_path, "template", "fields", "--json", "--docx", "fields.docx")
    both = batchreport(tmp_path, "template", "fields", "--json", "--markdown")

    assert json.loads(beside.out)["exit_code"] == 0
    assert "fields.docx" in beside.err
    assert (both.code, both.out) == (2, "")
    assert "--markdown" in both.err


def test_markdown_is_a_page(tmp_path: Path) -> None:
    """It can be kept beside the project."""
    assert batchreport(tmp_path, "template", "fields", "--markdown").out.startswith("# 模板名称速查\n")


def test_a_cheat_sheet_is_written_and_told(tmp_path: Path) -> None:
    """In the language of the messages, for the project's own schema."""
    ended = batchreport(tmp_path, "template", "fields", "--docx", "names.docx", "--language", "en")

    assert ended.out == "names.docx\n"
    assert "Names of the template" in docx_text((tmp_path / "names.docx").read_bytes())["document"]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (("template", "fields", "--docx", "templates/modern.docx"), "已经有这个文件，没有覆盖"),
        (("template", "fields", "--docx", "names.xlsx"), "写成 names.docx"),
        (("template", "fields", "--docx", "names"), "写成 names.docx"),
        (("template", "new", "2026.11"), "写成 2026.11.docx"),
        (("status", "--period", "2026-11", "--xlsx", "departments.xlsx"), "已经有这个文件，没有覆盖"),
        (("status", "--period", "2026-11", "--xlsx", "stand.csv"), "写成 stand.xlsx"),
    ],
)
def test_what_the_project_needs_is_not_overwritten_by_a_list(tmp_path: Path, wish: tuple[str, ...], said: str) -> None:
    """A template or the roster named by mistake stays, and no file is written that nothing opens."""
    batchreport(tmp_path, "init")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    ended = batchreport(tmp_path, *wish)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_cheat_sheet_takes_the_place_of_the_last(tmp_path: Path) -> None:
    """The schema has changed, and so have the names."""
    batchreport(tmp_path, "template", "fields", "--docx", "names.docx")

    assert batchreport(tmp_path, "template", "fields", "--docx", "names.docx").code == 0
