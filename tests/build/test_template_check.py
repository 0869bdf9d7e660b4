"""`batchreport template check`, run as a designer runs it."""

from __future__ import annotations

import json
import shutil
from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.build.command import batchreport
from tests.report.templates import template

ROOT = Path(__file__).parents[2]
ASSETS = """
id = "assets"
title = "资产报告"
identity = { name = "unit.name", period = "unit.period" }
[[sections]]
key = "unit"
title = "单位情况"
kind = "form"
columns = [{ key = "name", title = "单位名称" }, { key = "period", title = "报告期" }]
[[sections]]
key = "assets"
title = "固定资产"
columns = [{ key = "name", title = "资产名称", required = true }, { key = "cost", title = "金额", type = "money" }]
"""


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, once for all."""
    folder = tmp_path_factory.mktemp("new")
    batchreport(folder, "init")
    return folder


@pytest.fixture
def project(new: Path, tmp_path: Path) -> Path:
    """A new project of one's own."""
    return Path(shutil.copytree(new, tmp_path / "project"))


def spoil(path: Path, old: str, new: str) -> None:
    """Write `new` for `old` in the first run of a template that has it."""
    document = docx.Document(str(path))
    run = next(run for paragraph in document.paragraphs for run in paragraph.runs if old in run.text)
    run.text = run.text.replace(old, new, 1)
    document.save(str(path))


def test_both_templates_of_a_new_project_are_good(project: Path) -> None:
    """That of the departments and that of the roll-up, each by its own names."""
    ended = batchreport(project, "template", "check")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "templates/summary.docx", "  模板可以使用。", "templates/rollup.docx", "  模板可以使用。",
    ]  # fmt: skip


def test_a_roll_up_of_another_name_is_checked_as_one(project: Path) -> None:
    """Where `--rollup` says so; without a file it is the project's own, alone."""
    (project / "draft.docx").write_bytes((project / "templates/rollup.docx").read_bytes())

    draft = batchreport(project, "template", "check", "draft.docx", "--rollup")
    own = batchreport(project, "template", "check", "--rollup")

    assert batchreport(project, "template", "check", "draft.docx").code == 2
    assert (draft.code, draft.out.split()[0]) == (0, "draft.docx")
    assert (own.code, own.out.splitlines()) == (0, ["templates/rollup.docx", "  模板可以使用。"])


def test_a_template_that_is_not_there_is_said_without_options_of_other_commands(project: Path) -> None:
    """`template check` has no --template."""
    ended = batchreport(project, "template", "check", "nosuch.docx")

    assert ended.code == 2
    assert "nosuch.docx" in ended.err
    assert "--template" not in ended.err


def test_a_typing_mistake_is_told_with_place_and_remedy(project: Path) -> None:
    """The tag as typed, where it stands, what it might have been; the template cannot be used."""
    spoil(project / "templates/summary.docx", "{{ 报告期", "{{ 报告其")

    ended = batchreport(project, "template", "check", "templates/summary.docx")

    assert ended.code == 2
    assert "错误  第1段  “{{ 报告其 }}”里的“报告其”不是表样里的名称（是不是“报告期”？）" in ended.out
    assert "rollup" not in ended.out


def test_warnings_alone_end_with_1(project: Path) -> None:
    """What is odd can be used."""
    spoil(project / "templates/summary.docx", "工作总结", "工作总结 ${单位名称}")

    ended = batchreport(project, "template", "check", "--language", "en")

    assert ended.code == 1
    assert "Write {{ 单位名称 }}" in ended.out


def test_fix_writes_a_copy_beside_and_leaves_the_template(project: Path) -> None:
    """Each change is listed; the copy can be used."""
    path = project / "templates/summary.docx"
    spoil(path, "{{ 报告期 }}", "｛｛ 报告期 ｝｝")
    before = path.read_bytes()

    ended = batchreport(project, "template", "check", "--fix")

    assert ended.code == 2
    assert "已改  正文 › 第1段：｛｛ 报告期 ｝｝ → {{ 报告期 }}" in ended.out
    assert path.read_bytes() == before
    assert batchreport(project, "template", "check", "templates/summary（修正）.docx").code == 0
    assert not (project / "templates/rollup（修正）.docx").exists()


def test_fix_writes_the_loops_of_another_language_as_ours(project: Path) -> None:
    """Each change is listed, and the copy is a template that can be used; what is not certain is left, and still said."""
    path = project / "templates/summary.docx"
    path.write_bytes(template("{{#荣誉}}\n{{荣誉名称}}\n{{/荣誉}}\n{{#荣誉}}甲{{#问题}}乙{{/问题}}{{/荣誉}}"))

    ended = batchreport(project, "template", "check", "--fix")

    assert "已改  正文 › 第1段：{{#荣誉}} → {%p for 行 in 荣誉 %}" in ended.out
    assert "已改  正文 › 第2段：{{荣誉名称}} → {{ 行.荣誉名称 }}" in ended.out
    again = batchreport(project, "template", "check", "templates/summary（修正）.docx")
    assert again.code == 2
    assert "“{{#问题}}”是别的模板语言的写法" in again.out
    assert "第1段" not in again.out


def test_mark_writes_a_copy_with_a_comment_at_each_place(project: Path) -> None:
    """Mended in the marked copy, the template is good, comments or no."""
    path = project / "templates/summary.docx"
    spoil(path, "{{ 报告期", "{{ 报告其")

    batchreport(project, "template", "check", "--mark")

    marked = project / "templates/summary（批注）.docx"
    (comment,) = docx.Document(BytesIO(marked.read_bytes())).comments
    assert comment.author == "batchreport"
    assert comment.text.splitlines()[0] == "“{{ 报告其 }}”里的“报告其”不是表样里的名称（是不是“报告期”？）"
    spoil(marked, "{{ 报告其", "{{ 报告期")
    assert batchreport(project, "template", "check", str(marked)).code == 0


def test_a_copy_of_the_roll_up_is_checked_by_the_roll_ups_names(project: Path) -> None:
    """So is the template of the roll-up when it is named."""
    assert batchreport(project, "template", "check", "templates/rollup.docx").code == 0


def test_json_has_every_finding_with_its_place(project: Path) -> None:
    """One document on stdout, as docs/json.md describes it."""
    spoil(project / "templates/summary.docx", "{{ 报告期", "{{ 报告其")

    ended = batchreport(project, "template", "check", "--json")

    whole = json.loads(ended.out)
    assert (whole["command"], whole["exit_code"]) == ("template check", 2)
    summary, rollup = whole["templates"]
    assert (summary["usable"], rollup["usable"], rollup["findings"]) == (False, True, [])
    finding = summary["findings"][0]
    assert finding["code"] == "template-unknown-name"
    assert (finding["part"], finding["tag"]) == ("body", "{{ 报告其 }}")
    assert finding["spot"] == [{"kind": "paragraph", "number": 1}]


def test_a_template_that_is_missing_or_no_document_ends_with_2(project: Path) -> None:
    """One clear line."""
    shutil.copy(project / "departments.xlsx", project / "wrong.docx")

    for name, said in (("nowhere.docx", "打不开模板文件"), ("wrong.docx", "这是 Excel 工作簿")):
        ended = batchreport(project, "template", "check", name)
        assert ended.code == 2
        assert said in ended.out + ended.err


def test_quiet_says_nothing_where_all_is_well(project: Path) -> None:
    """For scripts."""
    ended = batchreport(project, "template", "check", "--quiet")

    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_a_roll_up_checked_as_a_departments_is_told_apart(tmp_path: Path) -> None:
    """Its names are none of a department's; a name that is nobody's tells nothing."""
    batchreport(tmp_path, "init", "--language", "zh")
    shutil.copy(tmp_path / "templates/rollup.docx", tmp_path / "all.docx")
    document = docx.Document()
    document.add_paragraph("{{ 单位名程 }}")
    document.save(str(tmp_path / "own.docx"))

    assert "汇总的模板加上 --rollup 检查" in batchreport(tmp_path, "template", "check", "all.docx").out
    assert "--rollup" not in batchreport(tmp_path, "template", "check", "own.docx").out


@pytest.mark.parametrize("rollup", [False, True])
def test_templates_of_another_schema_are_told_in_few_lines(project: Path, *, rollup: bool) -> None:
    """One error says what most of the others have in common, a few of which are shown; JSON has all of them."""
    (project / "templates/summary.toml").write_text(ASSETS, "utf-8")
    wish = ("template", "check", "templates/rollup.docx" if rollup else "templates/summary.docx")
    with_all = json.loads(batchreport(project, *wish, "--json").out)["templates"][0]["findings"]

    ended = batchreport(project, *wish)
    built = batchreport(project, "build", str(ROOT / "workbooks/2026-11"))

    codes = [finding["code"] for finding in with_all]
    assert (codes[0], len(codes) > 40) == ("template-other-schema", True)
    assert ended.code == built.code == 2
    assert "像是为别的表样做的" in ended.out.splitlines()[1]
    assert "例如统计数据、" in ended.out.splitlines()[1]
    assert ended.out.count("\n    错误  ") == 3
    assert [line.split("：")[0] for line in built.err.splitlines()] == [
        "错误  summary.docx", *(f"错误  summary.docx › 正文 › 第{number}段" for number in (2, 3, 4)),
    ]  # fmt: skip
