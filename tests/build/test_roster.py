"""What is said of a roster that its clerk mistyped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook

from batchreport import Period
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.offices import enrol

if TYPE_CHECKING:
    from pathlib import Path

PREPARE = ("prepare", "--period", "2026-11")


def test_a_roster_in_english_is_spoken_of_in_english(tmp_path: Path) -> None:
    """Its columns are called as its own headings are."""
    batchreport(tmp_path, "init", "--language", "en")
    book = load_workbook(tmp_path / "departments.xlsx")
    book["Departments"]["B4"] = None
    book.save(tmp_path / "departments.xlsx")

    ended = batchreport(tmp_path, *PREPARE)

    assert ended.err == "error  departments.xlsx › Departments!B4: “Name” is blank. It must be filled in\n"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "里面是文本（如 CSV），不是 Excel 工作簿。名册要是 Excel 工作簿"),
        ("en", "it holds text (such as CSV), no Excel workbook. The roster has to be one"),
    ],
)
def test_a_roster_that_is_none_is_saved_as_one(tmp_path: Path, language: str, said: str) -> None:
    """Nobody has sent it out to be filled in."""
    batchreport(tmp_path, "init", "--language", language)
    (tmp_path / "departments.xlsx").write_text("D001,甲校\n", "utf-8")

    assert said in batchreport(tmp_path, *PREPARE).err


def test_the_sheet_of_a_roster_is_found_under_its_name(tmp_path: Path) -> None:
    """Where there are several, and none is called so or has its headings, no blank one is asked for."""
    batchreport(tmp_path, "init", "--language", "zh")
    book = Workbook()
    book["Sheet"].append(("部门", "电话"))
    book.create_sheet("值班表")
    book.save(tmp_path / "departments.xlsx")

    said = batchreport(tmp_path, *PREPARE).err

    assert said == "错误  departments.xlsx：名册里没有工作表“部门”。把列出部门的那张工作表改名为“部门”\n"


def test_a_project_in_another_folder_is_gone_to_first(tmp_path: Path) -> None:
    """The next command works in the project only, and says so where there is none."""
    made = batchreport(tmp_path, "init", "my office", "--language", "en")
    ended = batchreport(tmp_path, *PREPARE, "--language", "en")

    assert '“cd "my office"”' in made.err
    assert ended.code == 2
    assert "Run it in the project's folder" in ended.err
    assert batchreport(tmp_path / "my office", *PREPARE).code == 0


def test_an_earlier_roll_up_made_with_another_roster_is_named(tmp_path: Path) -> None:
    """Once, and not that of the latest period, whose roster grows while workbooks come in."""
    months = (Period(2026, 10, "M"), Period(2026, 11, "M"))
    folder = project(
        tmp_path, {f"{month}/甲校.xlsx": book("甲校", code="D1", period=month) for month in months}, rollup=True
    )
    told = []
    for roster in ([("D1", "甲校", "")], [("D1", "甲校", ""), ("D2", "乙校", "")]):
        enrol(folder, roster)
        told += [batchreport(folder, "build").err.splitlines() for _ in range(2)]
    named = [[line.split("：")[0] for line in lines if "名册改过" in line] for lines in told]

    assert named == [[], [], ["警告  2026-10/汇总.docx"], []]
