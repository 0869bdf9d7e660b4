"""What lies among the workbooks and is none: it is named, once for a run, and nothing else is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batchreport.errors import InputError
from batchreport.found import find_workbooks, passed_over
from batchreport.period import Period
from tests.build.books import book, project
from tests.build.command import batchreport

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = ("2026-11/示例中学.numbers", "2026-11/全区.zip", "2026-11/没有后缀", "2026-11/邮件.eml")
QUIET = ("2026-11/~$甲校.xlsx", "2026-11/.DS_Store", "2026-11/Thumbs.db", "2026-11/desktop.ini", ".git/config")


def laid(folder: Path, *names: str) -> Path:
    """Put files into the folder of workbooks, and return it."""
    for name in names:
        path = folder / "workbooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


@pytest.mark.parametrize("command", ["build", "check"])
def test_what_is_no_workbook_is_named_once(tmp_path: Path, command: str) -> None:
    """In order of the paths; what systems and Office leave behind is passed over without a word."""
    folder = laid(project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")}), *OTHERS, *QUIET)
    ended = batchreport(folder, command)

    named = "2026-11/全区.zip、2026-11/没有后缀、2026-11/示例中学.numbers、2026-11/邮件.eml"
    assert f"workbooks：有 4 个文件不是工作簿，没有读：{named}。" in ended.err
    assert ended.err.count("不是工作簿") == 1
    assert not any(name.rpartition("/")[2] in ended.err for name in QUIET)
    assert ended.code == 0


def test_of_many_the_first_are_named(tmp_path: Path) -> None:
    """And how many there are; of the period that is asked for."""
    laid(tmp_path, *(f"2026-11/{number}.pdf" for number in range(7)), "2026-10/8.pdf")
    [found] = passed_over(tmp_path / "workbooks")
    [one] = passed_over(tmp_path / "workbooks", Period(2026, 10, "M"))

    assert "passed over (8): 2026-10/8.pdf, 2026-11/0.pdf" in found.what("en")
    assert found.what("en").endswith("2026-11/3.pdf …")
    assert one.what("en") == "files that are no workbooks were passed over (1): 2026-10/8.pdf"
    assert passed_over(tmp_path / "workbooks/2026-11/0.pdf") == ()


def test_where_nothing_else_is_there_both_are_said(tmp_path: Path) -> None:
    """That there are no workbooks, and what there is."""
    laid(tmp_path, "示例中学.numbers")
    with pytest.raises(InputError) as raised:
        find_workbooks(tmp_path / "workbooks")

    assert [finding.code for finding in raised.value.findings] == ["input-no-workbooks", "input-passed-over"]


def test_a_whole_project_holds_much_that_is_no_workbook(tmp_path: Path) -> None:
    """Its templates and settings are not named one by one."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})

    assert passed_over(folder) == ()
