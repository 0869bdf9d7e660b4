"""`batchreport template fields`: every name, to read, to paste, to keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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


def test_markdown_is_a_page(tmp_path: Path) -> None:
    """It can be kept beside the project."""
    assert batchreport(tmp_path, "template", "fields", "--markdown").out.startswith("# 模板名称速查\n")


def test_a_cheat_sheet_is_written_and_told(tmp_path: Path) -> None:
    """In the language of the messages, for the project's own schema."""
    ended = batchreport(tmp_path, "template", "fields", "--docx", "names.docx", "--language", "en")

    assert ended.out == "names.docx\n"
    assert "Names of the template" in docx_text((tmp_path / "names.docx").read_bytes())["document"]
