"""`batchreport template new`: a template to begin with, that overwrites none."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.build.command import batchreport
from tests.docxfile import whole_text

ROOT = Path(__file__).parents[2]


def test_a_new_template_can_be_used_at_once(tmp_path: Path) -> None:
    """In a project, it is written beside the one that is there, and the check has nothing to say."""
    assert batchreport(tmp_path, "init").code == 0
    own = (tmp_path / "templates/summary.docx").read_bytes()

    ended = batchreport(tmp_path, "template", "new")

    assert (ended.code, ended.out) == (0, "templates/summary-新.docx\n")
    assert (tmp_path / "templates/summary.docx").read_bytes() == own
    assert batchreport(tmp_path, "template", "check", "templates/summary-新.docx").code == 0


def test_a_template_that_is_there_stays(tmp_path: Path) -> None:
    """It is said, and nothing is written."""
    (tmp_path / "mine.docx").write_bytes(b"mine")

    ended = batchreport(tmp_path, "template", "new", "mine.docx")

    assert ended.code == 2
    assert ended.err == "错误  mine.docx：已经有这个文件，没有覆盖。换一个文件名，或先把它移走\n"
    assert (tmp_path / "mine.docx").read_bytes() == b"mine"


def test_a_changed_schema_gives_another_template(tmp_path: Path) -> None:
    """A column that was added stands in it."""
    batchreport(tmp_path, "init", "--language", "en")
    schema = tmp_path / "templates/summary.toml"
    text = schema.read_text("utf-8")
    row = '{ key = "warranty", title = "Warranty", type = "string" },'
    schema.write_text(text.replace('  { key = "spec"', f'  {row}\n  {{ key = "spec"'), "utf-8")

    batchreport(tmp_path, "template", "new", "other.docx", "--look", "modern", "--language", "en")
    fields = batchreport(tmp_path, "template", "fields", "--language", "en").out

    assert "warranty" in fields
    assert batchreport(tmp_path, "template", "check", "other.docx").code == 0


def test_a_new_roll_up_adds_up_what_the_departments_say(tmp_path: Path) -> None:
    """Where the project has none, it is the project's own; `build` takes it, and it says the sums and who is missing."""
    batchreport(tmp_path, "init")
    (tmp_path / "templates/rollup.docx").unlink()
    shutil.copytree(ROOT / "workbooks", tmp_path / "workbooks", dirs_exist_ok=True)
    shutil.copy(ROOT / "departments.xlsx", tmp_path)

    made = batchreport(tmp_path, "template", "new", "--rollup")
    built = batchreport(tmp_path, "build", "workbooks")
    text = whole_text((tmp_path / "out/2026-11/汇总.docx").read_bytes())

    assert (made.code, made.out) == (0, "templates/rollup.docx\n")
    assert batchreport(tmp_path, "template", "check", "--rollup").code == 0
    assert "templates/rollup.docx" not in built.err
    for said in (
        "未报送：第一幼儿园。填报有误、未纳入：第三幼儿园。",
        "在校学生 | 人 | 5 | 8268 | 7649 | 基本持平*",
        "食堂满意率 | % | 3 | 91.2 | 94.6 | 96.5",
        "合计 | 144 | 9 | 8,273,950.01",
        "9个单位共40项，国家级3项、省级10项、市级18项、县区级6项、集团级1项、本单位2项。",
        "校车座椅安全带老化",
    ):
        assert said in text


def test_a_new_roll_up_beside_one_that_is_there(tmp_path: Path) -> None:
    """It is written beside it; how to look at it is said with what it is."""
    batchreport(tmp_path, "init", "--language", "en")

    made = batchreport(tmp_path, "template", "new", "--rollup", "--language", "en")

    assert (made.code, made.out) == (0, "templates/rollup-new.docx\n")
    assert "batchreport template preview templates/rollup-new.docx --rollup" in made.err
    assert batchreport(tmp_path, "template", "check", "templates/rollup-new.docx", "--rollup").code == 0
