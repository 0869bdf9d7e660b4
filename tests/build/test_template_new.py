"""`batchreport template new`: a template to begin with, that overwrites none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.build.command import batchreport

if TYPE_CHECKING:
    from pathlib import Path


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
