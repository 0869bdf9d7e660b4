from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import pytest

from batchreport.cli.show import findings_text
from batchreport.cli.wide import Wide
from batchreport.findings import Finding, Place, warning
from tests.build.books import book, project
from tests.build.command import batchreport

if TYPE_CHECKING:
    from pathlib import Path


def blank(cell: str, title: str = "状态") -> Finding:
    """Return the finding about a blank cell."""
    return warning("cell-expected", Place("a.xlsx", "新增设施", cell), title=title, hint="")


def test_a_hundred_of_one_kind_are_one_line_with_their_count() -> None:
    """Findings alike in all but the row are one line that names the first cell; others stay apart."""
    findings = [blank(f"K{row}") for row in range(4, 104)] + [blank("L4", "完成日期")]
    lines = findings_text(findings, "zh").splitlines()

    assert len(lines) == 2
    assert "新增设施!K4" in lines[0]
    assert "同样的还有 99 处" in lines[0]


def test_a_few_of_one_kind_are_one_line_with_their_cells() -> None:
    """Nobody has to look for them."""
    findings = [blank(cell) for cell in ("K4", "K7", "K9")]

    assert findings_text(findings, "zh").endswith("（K7、K9 也一样）")
    assert findings_text(findings, "en").endswith(" (also K7, K9)")


def test_one_of_a_kind_has_no_count() -> None:
    """A single finding is its own line."""
    assert "还有" not in findings_text([blank("K4")], "zh")


def test_the_sum_has_every_workbook(tmp_path: Path) -> None:
    """One that another of its department replaces has neither a report nor an error."""
    books = {f"2026-11/甲校 {number}.xlsx": book("甲校", code="D1", revision=number) for number in (1, 2)}
    folder = project(tmp_path, books)

    zh = batchreport(folder, "build")
    en = batchreport(folder, "build", "--language", "en")

    assert zh.err.endswith("2 份工作簿：写好 1 份报告，1 份已由另一份代替，没有错误。\n")
    assert en.err.endswith("2 workbooks: 0 reports written, 1 unchanged, 1 replaced by another, no errors.\n")


def test_the_sum_does_not_call_written_what_was_left_alone(tmp_path: Path) -> None:
    """A report that was edited by hand is counted by itself, in every run."""
    folder = project(tmp_path, {"2026-11/甲.xlsx": book("甲", code="D1"), "2026-11/乙.xlsx": book("乙", code="D2")})
    batchreport(folder, "build", "workbooks/")
    report = folder / "out/2026-11/甲.docx"
    report.write_bytes(report.read_bytes() + b"edited")
    ends = [batchreport(folder, "build", "workbooks/").err.splitlines()[-1] for _ in range(2)]
    english = batchreport(folder, "build", "workbooks/", "--language", "en").err.splitlines()[-1]

    assert ends == ["2 份工作簿：写好 0 份报告，1 份未变，1 份没有覆盖，没有错误。"] * 2
    assert english == "2 workbooks: 0 reports written, 1 unchanged, 1 left alone, no errors."


@pytest.mark.parametrize("name", ["甲校.csv", "甲校.numbers", "甲校.xlsx"])
def test_a_text_is_no_workbook_whatever_its_name(tmp_path: Path, name: str) -> None:
    """What is said fits a file that does not call itself a workbook, too."""
    (tmp_path / name).write_text("单位,人数\n甲校,620\n", encoding="utf-8")
    ended = batchreport(tmp_path, "check", name)

    assert f"{name}：里面是文本（如 CSV），不是 Excel 工作簿" in ended.err


def test_help_in_chinese_fits_the_terminal() -> None:
    """A Chinese character is as wide as two letters, and all of them are shown."""
    said = "检查工作簿，逐格指出问题；加 --mark 才写文件。" * 4
    help_ = Wide(width=60)
    help_.write_text(said)
    help_.write_dl([("--mark", said), ("名称", "短")])

    lines = help_.getvalue().splitlines()
    assert max(sum(1 + (east_asian_width(sign) in "WF") for sign in line) for line in lines) <= 60
    assert "".join("".join(lines).split()) == "".join(f"{said}--mark{said}名称短".split())


@pytest.mark.parametrize("group", [(), ("template",)])
def test_help_on_commands_speaks_the_language_asked_for(tmp_path: Path, group: tuple[str, ...]) -> None:
    """Before a command too, where there is no project yet that says it."""
    assert "命令:" in batchreport(tmp_path, *group, "--language", "zh", "--help").out
    assert "Commands:" in batchreport(tmp_path, *group, "--help", "--language", "en").out
    assert "Commands:" in batchreport(tmp_path, "--language", "zh", *group, "--language=en", "--help").out


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("group", [(), ("template",)])
def test_a_list_of_commands_cuts_no_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: tuple[str, ...], language: str
) -> None:
    """Each command has the first sentence of its help, on a narrow terminal too."""
    monkeypatch.setenv("COLUMNS", "60")
    listed = batchreport(tmp_path, *group, "--help", "--language", language).out.split("\n\n")
    commands = next(part for part in listed if part.startswith(("命令:", "Commands:")))

    assert "..." not in commands
    assert all(entry.rstrip().endswith((".", "。")) for entry in re.split(r"^  \w+", commands, flags=re.MULTILINE)[1:])
