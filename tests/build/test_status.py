from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from batchreport.run.post import Post, Receipt, Sent
from tests.build.books import NOVEMBER, book, project
from tests.build.command import batchreport

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = {"profile": [{"kind": "不是类型"}]}
BOOKS = {
    "2026-11/甲校.xlsx": book("甲校", code="D001"),
    "2026-11/乙校.xlsx": book("乙校", code="D002", rows=FAULTY),
    "2026-11/=丁校.xlsx": book("=1+1", code="D004"),
}
ROSTER = [("D001", "甲校"), ("D002", "乙校"), ("D003", "丙校")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project of three departments, with a workbook of a fourth."""
    folder = project(tmp_path, BOOKS, rollup=True)
    roster = openpyxl.Workbook()
    for row in (("编码", "名称", "分组"), *((code, name, "学校") for code, name in ROSTER)):
        roster.worksheets[0].append(row)
    roster.save(folder / "departments.xlsx")
    return folder


def departments(folder: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    """Return what `status --json` says of each department."""
    said = json.loads(batchreport(folder, "status", "--json", *arguments).out)
    return {one["name"]: one for one in said["departments"]}


def digest(folder: Path) -> str:
    """Return a digest of every file in a folder, names, bytes and times."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = [f"{path} {path.stat().st_mtime_ns} {path.read_bytes()!r}" for path in files]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def test_everybody_is_told_before_anything_is_built(folder: Path) -> None:
    """The roster in its order, then who is not in it; the exit code says that not all are in order."""
    ended = batchreport(folder, "status", "--today", "2026-12-01")
    lines = [line.split("\t")[:4] for line in ended.out.splitlines()]

    assert ended.code == 1
    assert lines == [
        ["甲校", "D001", "学校", "已齐"],
        ["乙校", "D002", "学校", "有误"],
        ["丙校", "D003", "学校", "未交"],
        ["=1+1", "D004", "", "已齐"],
    ]
    assert ended.err == "2026年11月；已齐 2、有误 1、未交 1\n"


def test_a_file_that_cannot_be_read_is_no_department_of_its_own(folder: Path) -> None:
    """With a name of the roster's in its own it is that department's; another is told, in `status`, page and roll-up."""
    (folder / "workbooks/2026-11/空.xlsx").write_bytes(b"")
    (folder / "workbooks/2026-11/2026年11月 丙校 (2).xlsx").write_bytes(b"")
    batchreport(folder, "build")
    ended = batchreport(folder, "status", "--today", "2026-12-01")
    lines = [line.split("\t")[:4] for line in ended.out.splitlines()]
    sheets = openpyxl.load_workbook(folder / "out/2026-11/汇总.xlsx")
    page = (folder / "out/2026-11/index.html").read_text("utf-8")

    assert [line[0] for line in lines] == ["甲校", "乙校", "丙校", "=1+1"]
    assert lines[2] == ["丙校", "D003", "学校", "有误"]
    assert "空.xlsx：文件是空的" in ended.err
    assert [row[0] for row in sheets["报送情况"].iter_rows(2, values_only=True)] == ["甲校", "乙校", "丙校", "=1+1"]
    said = [(row[0], row[2]) for row in sheets["检查发现"].iter_rows(2, values_only=True)]
    assert (None, "2026-11/空.xlsx") in said
    assert ("丙校", "2026-11/2026年11月 丙校 (2).xlsx") in said
    assert "空.xlsx" in page


def test_all_in_order_ends_with_0(folder: Path) -> None:
    """A script can wait for that."""
    (folder / "departments.xlsx").unlink()
    (folder / "workbooks/2026-11/乙校.xlsx").unlink()

    assert batchreport(folder, "status").code == 0


def test_what_came_after_the_reports_were_made_is_told_with_what_to_run(folder: Path) -> None:
    """Not before the first build, and no more after the next; one with errors has no report to wait for."""

    def said() -> list[tuple[str, str]]:
        found = json.loads(batchreport(folder, "status", "--json").out)["findings"]
        return [(one["what"], one["remedy"]) for one in found if one["code"] == "made-not-yet"]

    assert not said()
    batchreport(folder, "build")
    assert not said()

    (folder / "workbooks/2026-11/甲校.xlsx").write_bytes(
        book("甲校", code="D001", rows={"profile": [{"kind": "学校"}]})
    )
    (folder / "workbooks/2026-11/丙校.xlsx").write_bytes(book("丙校", code="D003"))
    [(what, remedy)] = said()

    assert "2个部门" in what
    assert what.endswith("：甲校、丙校")
    assert "batchreport build workbooks/2026-11" in remedy
    batchreport(folder, "build")
    assert not said()


def test_without_a_period_anywhere_the_option_is_asked_for(tmp_path: Path) -> None:
    """No letter and no folder named by a period: nothing is guessed."""
    ended = batchreport(project(tmp_path), "status")

    assert ended.code == 2
    assert "--period" in ended.err


def test_json_says_what_the_page_says(folder: Path) -> None:
    """State, counts, report, and every finding with its cell."""
    batchreport(folder, "build")
    said = json.loads(batchreport(folder, "status", "--json", "--today", "2026-12-01", language="en_GB.UTF-8").out)
    first, second, third, _ = said["departments"]

    assert (said["command"], said["exit_code"], said["period"], said["deadline"]) == ("status", 1, "2026-11", None)
    assert said["counts"] == {
        **dict.fromkeys(("returned", "doubled", "wrong-period", "unsent"), 0),
        "good": 2,
        "faulty": 1,
        "awaited": 1,
    }
    assert (first["state"], first["report"], first["file"]) == ("good", "2026-11/甲校.docx", "2026-11/甲校.xlsx")
    assert second["errors"] == sum(one["severity"] == "error" for one in second["findings"]) > 0
    assert (second["report"], third["file"], third["state"]) == (None, None, "awaited")


def test_a_status_changes_nothing(folder: Path) -> None:
    """Neither archive nor workbooks, not even their times."""
    batchreport(folder, "build")
    before = digest(folder)
    batchreport(folder, "status")

    assert digest(folder) == before


def test_a_workbook_changed_since_the_build_is_checked_now(folder: Path) -> None:
    """The report of before is not named as this workbook's."""
    batchreport(folder, "build")
    (folder / "workbooks/2026-11/甲校.xlsx").write_bytes(book("甲校", code="D001", rows=FAULTY))
    one = departments(folder)["甲校"]

    assert (one["state"], one["report"]) == ("faulty", None)


def test_a_build_of_the_periods_folder_is_known_too(folder: Path) -> None:
    """The report is named, whichever folder `build` was given."""
    batchreport(folder, "build", "workbooks/2026-11")

    assert departments(folder)["甲校"]["report"] == "2026-11/甲校.docx"


def test_two_that_cannot_be_told_apart_are_a_duplicate(folder: Path) -> None:
    """The department is asked which one counts."""
    (folder / "workbooks/2026-11/甲校 (2).xlsx").write_bytes(book("甲校", code="D001", rows=FAULTY))

    assert departments(folder)["甲校"]["state"] == "doubled"


def test_last_periods_workbook_is_named(folder: Path) -> None:
    """The one of October lies among those of November."""
    (folder / "workbooks/2026-11/甲校.xlsx").write_bytes(book("甲校", code="D001", period=NOVEMBER.previous))

    assert departments(folder)["甲校"]["state"] == "wrong-period"


def test_letters_and_receipts_are_in_it(folder: Path) -> None:
    """What `send`, `collect` and `remind` have noted in the archive; the current period is the one sent for."""
    at = datetime(2026, 11, 25, 8, tzinfo=UTC)
    faulty = hashlib.sha256(BOOKS["2026-11/乙校.xlsx"]).hexdigest()
    with Post(folder / "out/.archive.sqlite") as post:
        post.begin(Sent("2026-11", "D002", "blank", "x", "<1>", "b@example.com", at, "sent"))
        post.begin(Sent("2026-11", "D002", "marked", faulty, "<2>", "b@example.com", at.replace(day=28), "sent"))
        came = Receipt("z", "2026-11", "d002", 1, "2026-11/乙校.xlsx", at.replace(day=27), "b", "b.eml", "taken")
        post.receive(came)
    (folder / "workbooks/2026-12").mkdir()
    known = departments(folder)

    assert known["乙校"]["state"] == "returned"
    assert known["乙校"]["received"] == "2026-11-27T08:00:00+00:00"
    assert known["丙校"]["state"] == "unsent"


def test_the_table_is_a_workbook_too(folder: Path) -> None:
    """Header fixed, filter set, and a name that begins like a formula is a text."""
    batchreport(folder, "status", "--xlsx", "表.xlsx", "--today", "2026-12-01")
    data = (folder / "表.xlsx").read_bytes()
    batchreport(folder, "status", "--xlsx", "表.xlsx", "--today", "2026-12-01")
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]

    assert [cell.value for cell in sheet[1]][:4] == ["单位", "代码", "分组", "状态"]
    assert (sheet["A5"].value, sheet["A5"].data_type) == ("=1+1", "s")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:N5")
    assert data == (folder / "表.xlsx").read_bytes()


def test_a_template_that_is_gone_does_not_hide_where_one_stands(folder: Path) -> None:
    """Who has answered can be said without it."""
    (folder / "templates/summary.docx").unlink()

    assert departments(folder)["甲校"]["state"] == "good"


def test_an_account_is_named_by_its_user_too(folder: Path) -> None:
    """As letters go out from it then."""
    with (folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[mail]\nuser = "houqin@district.example"\n')
    assert departments(folder)["丙校"]["state"] == "unsent"
