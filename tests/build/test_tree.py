"""What lies below the folder of workbooks: names, links and folders that stop no run."""

from __future__ import annotations

import json
import os
import sys
from errno import EACCES
from typing import TYPE_CHECKING, Any

import pytest

from batchreport import Period, batch
from batchreport.errors import InputError
from batchreport.findings import Place
from batchreport.found import find_workbooks
from batchreport.project import Project
from tests.build.books import book, project
from tests.build.command import batchreport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOVEMBER = {"2026-11/甲校.xlsx": book("甲校"), "2026-11/乙/乙校.xlsx": book("乙校")}
links = pytest.mark.skipif(sys.platform == "win32", reason="there not everybody may make links")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no file can have such a name")
def test_a_name_that_is_no_utf_8_is_told_by_its_bytes(tmp_path: Path) -> None:
    """As a zip from an old Windows leaves it: the report is made, found unchanged, and findings name the file."""
    folder = project(tmp_path, {})
    below = folder / "workbooks" / os.fsdecode("十一月".encode("gbk"))
    below.mkdir(parents=True)
    (below / os.fsdecode("南园".encode("gbk") + b".xlsx")).write_bytes(book("南园"))
    (below / os.fsdecode("北京".encode("gbk") + b".xlsx")).write_bytes(b"cut short")
    for start, count in (("workbooks", 1), ("workbooks", 0), (str(below), 0)):
        ended = batchreport(folder, "build", start, "--json", PYTHONIOENCODING="utf-8:strict")
        assert ended.err == ""
        told = json.loads(ended.out)

        assert (told["exit_code"], told["reports"] - told["unchanged"]) == (1, count)
        assert (folder / "out/2026-11/南园.docx").is_file()
        assert told["departments"][0]["file"].endswith("\\udcb1\\udcb1\\udcbe\\udca9.xlsx")


@pytest.mark.skipif(sys.platform == "win32", reason="there no file can have such a name")
def test_control_characters_in_a_name_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """A name may hold what clears the screen or forges a line; its findings are one line each."""
    folder = project(tmp_path, {"2026-11/甲\x1b[2J\x07\n错误.xlsx": b"cut short"})
    ended = batchreport(folder, "build", "workbooks")

    assert ended.code == 1
    assert "2026-11/甲\\x1b[2J\\x07\\x0a错误.xlsx：" in ended.err
    assert not set(map(chr, range(32))) - {"\n"} & set(ended.err)


def test_a_place_shows_no_control_characters() -> None:
    """Wherever the name of its file comes from."""
    assert Place(file="甲\x1b[2J\n\x9b.xlsx").text("zh") == "甲�[2J��.xlsx"


@links
def test_a_link_leads_nobody_round_in_circles(tmp_path: Path) -> None:
    """Neither one to the folder that it lies in, nor two that lead to each other; what another leads to is found once."""
    folder = project(tmp_path, NOVEMBER)
    workbooks = folder / "workbooks"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/丙校.xlsx").write_bytes(book("丙校"))
    for name, target in (("loop", "."), ("2026-11/up", ".."), ("2026-11/elsewhere", "../../elsewhere"), ("me", "me")):
        (workbooks / name).symlink_to(target)
    (tmp_path / "elsewhere/back").symlink_to(workbooks / "2026-11")
    (workbooks / "2026-11/丁校.xlsx").symlink_to("丁校.xlsx")

    files = [found.file for found in find_workbooks(workbooks, besides=[workbooks / "2026-11/乙"])]
    assert files == ["2026-11/elsewhere/丙校.xlsx", "2026-11/丁校.xlsx", "2026-11/甲校.xlsx"]
    ended = batchreport(folder, "build", "workbooks")
    assert ended.code == 1
    assert ended.err.count("错误") == 1 + len(["有错误"])
    assert "2026-11/丁校.xlsx：文件读不出来" in ended.err


def closing(monkeypatch: pytest.MonkeyPatch, closed: Path) -> None:
    """Have a folder that nobody may look into: the tests may run as one who may look into all."""
    scandir: Callable[..., Any] = os.scandir

    def refusing(path: Any) -> Any:
        if path == str(closed):
            raise PermissionError(EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


def test_a_folder_that_may_not_be_looked_into_is_said_and_the_others_are_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its place among the workbooks, in every run of its period, and in none of another."""
    folder = project(tmp_path, NOVEMBER)
    workbooks = folder / "workbooks"
    closing(monkeypatch, workbooks / "2026-11/乙")
    here = Project.find(folder)
    for _ in range(2):
        found = find_workbooks(workbooks, Period(2026, 11, "M"))
        run = batch.build(here, here.kit(), found, batch.Options(jobs=1), lambda _: None)

        assert (run.exit_code, run.reports) == (1, 1)
        (said,) = (one for done in run.done for one in done.outcome.findings if one.code == "folder-unreadable")
        assert said.line("zh") == "2026-11/乙：这个文件夹打不开（没有权限），里面的文件都没有读。看看有没有读取权限"
    closing(monkeypatch, workbooks / "2026-11")
    (found_one,) = find_workbooks(workbooks)
    assert found_one.period == Period(2026, 11, "M")
    with pytest.raises(InputError, match="no workbooks for 2026-10"):
        find_workbooks(workbooks, Period(2026, 10, "M"))


def test_a_first_folder_that_may_not_be_looked_into_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to work on then."""
    closing(monkeypatch, tmp_path)
    with pytest.raises(InputError) as raised:
        find_workbooks(tmp_path)
    assert [finding.code for finding in raised.value.findings] == ["folder-unreadable"]
