"""What `build` makes over all departments: the roll-up, the book, and PDFs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from batchreport import Period
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.offices import enrol
from tests.docxfile import whole_text
from tests.outside import pdf_text, require

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OUT = "out/2026-11"
BOOKS = {
    f"2026-11/{name}.xlsx": book(name, code=code) for name, code in (("甲校", "D1"), ("乙校", "D2"), ("丙校", "D3"))
}
FAULTY = {"2026-11/丙校.xlsx": book("丙校", code="D3", rows={"statistics": [{"name": "学生"}]})}


def made(folder: Path) -> set[str]:
    """Return the names of what lies in the period's folder."""
    return {path.name for path in (folder / OUT).iterdir()}


def test_the_roll_up_is_written_beside_the_reports(tmp_path: Path) -> None:
    """`build` writes 汇总.docx and 汇总.xlsx, names them on stdout, and a faulty workbook is said to be left out."""
    folder = project(tmp_path, BOOKS | FAULTY, rollup=True)

    ended = batchreport(folder, "build")

    assert ended.code == 1
    assert ended.out.split()[-3:] == [f"{OUT}/汇总.docx", f"{OUT}/汇总.xlsx", f"{OUT}/index.html"]
    assert made(folder) == {"甲校.docx", "乙校.docx", "汇总.docx", "汇总.xlsx", "index.html"}
    text = whole_text(folder / OUT / "汇总.docx")
    assert "甲校" in text
    assert "丙校" in text
    assert "各单位共新增设施2项" in text
    found = load_workbook(folder / OUT / "汇总.xlsx")
    assert {"统计数据", "新增设施", "计划"} <= set(found.sheetnames)


def test_some_departments_do_not_replace_the_roll_up_of_all(tmp_path: Path) -> None:
    """`--department` gives a roll-up of its own name, which says whom it covers; one workbook alone gives none."""
    folder = project(tmp_path, BOOKS, rollup=True)
    batchreport(folder, "build")
    whole = (folder / OUT / "汇总.docx").read_bytes()

    some = batchreport(folder, "build", "--department", "甲校")
    alone = batchreport(folder, "build", "workbooks/2026-11/乙校.xlsx")

    assert (some.code, alone.code) == (0, 0)
    assert (folder / OUT / "汇总.docx").read_bytes() == whole
    text = whole_text(folder / OUT / "汇总（部分单位）.docx")
    assert "甲校" in text
    assert "乙校" not in text
    assert alone.out.split() == [f"{OUT}/乙校.docx"]


def test_last_month_s_workbook_among_this_month_s_changes_nothing_of_last_month(tmp_path: Path) -> None:
    """It is an error; last month's report, roll-up and figures stay as they are, whether all is built or one folder."""
    october = Period(2026, 10, "M")
    last = book("丙校", code="D3", period=october)
    folder = project(tmp_path, BOOKS | {"2026-10/丙校.xlsx": last}, rollup=True)
    batchreport(folder, "build")
    before = {path: path.read_bytes() for path in (folder / "out/2026-10").iterdir()}
    (folder / "workbooks/2026-11/丙校.xlsx").write_bytes(book("丙校", code="D3", period=october, rows={"plans": []}))

    for where in ("workbooks/2026-11", "workbooks"):
        ended = batchreport(folder, "build", where, "--force")
        assert ended.code == 1
        assert [line.partition("：")[0] for line in ended.err.splitlines() if line.startswith("错误")] == [
            f"错误  {'' if where.endswith('11') else '2026-11/'}丙校.xlsx"
        ]
        assert {path: path.read_bytes() for path in (folder / "out/2026-10").iterdir()} == before
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as archive:
        found = archive.execute("SELECT period FROM submissions WHERE name = '丙校' ORDER BY period").fetchall()
    assert ("2026-10",) in found


def test_a_roll_up_edited_by_hand_is_left_alone(tmp_path: Path) -> None:
    """The new one is put beside it, and said."""
    folder = project(tmp_path, BOOKS, rollup=True)
    batchreport(folder, "build")
    rollup = folder / OUT / "汇总.docx"
    rollup.write_bytes(rollup.read_bytes() + b" ")

    ended = batchreport(folder, "build")

    assert rollup.read_bytes().endswith(b" ")
    assert (folder / OUT / "汇总 (new).docx").exists()
    assert "汇总.docx 手工改过，没有覆盖" in ended.err


def test_a_project_without_a_roll_up_template_gets_the_workbook(tmp_path: Path) -> None:
    """That only the .xlsx is made is said, with what to do."""
    folder = project(tmp_path, BOOKS, rollup=True)
    (folder / "templates/rollup.docx").unlink()

    ended = batchreport(folder, "build")

    assert ended.code == 0
    assert "汇总.xlsx" in ended.out
    assert "汇总.docx" not in ended.out
    assert "templates/rollup.docx：没有汇总模板" in ended.err


def test_a_faulty_roll_up_template_is_told_before_any_report_is_made(tmp_path: Path) -> None:
    """The run ends with exit code 2 and the place of the tag."""
    folder = project(tmp_path, BOOKS, rollup=True)
    (folder / "templates/rollup.docx").write_bytes(b"no template")

    ended = batchreport(folder, "build")

    assert (ended.code, ended.out) == (2, "")
    assert "rollup.docx" in ended.err
    assert not (folder / "out/2026-11").exists()


def test_a_dry_run_writes_no_roll_up(tmp_path: Path) -> None:
    """Nothing is written over all departments either."""
    folder = project(tmp_path, BOOKS, rollup=True)

    assert batchreport(folder, "build", "--dry-run", "--book").code == 0
    assert not (folder / "out").exists()


def test_twice_the_same_is_the_same_bytes(tmp_path: Path) -> None:
    """Roll-up and its workbook hang on the input only, not on the order of files or the number of processes."""
    runs = []
    for number, jobs in enumerate("12"):
        folder = project(tmp_path / str(number), BOOKS, rollup=True)
        batchreport(folder, "build", "--jobs", jobs, TZ="Asia/Shanghai" if number else "UTC", PYTHONHASHSEED=jobs)
        runs.append({path.name: path.read_bytes() for path in (folder / OUT).iterdir()})

    assert runs[0] == runs[1]


def test_the_book_binds_the_reports(tmp_path: Path, validate: Callable[[Path], list[str]]) -> None:
    """`--book` writes 汇编.docx with every report, in order, and it is valid."""
    folder = project(tmp_path, BOOKS | FAULTY)

    ended = batchreport(folder, "build", "--book")

    bound = folder / OUT / "汇编.docx"
    assert f"{OUT}/汇编.docx" in ended.out.split()
    text = whole_text(bound)
    assert text.startswith("工作总结汇编")
    assert "甲校电脑30台" in text
    assert "乙校电脑30台" in text
    assert validate(bound) == []


@pytest.mark.parametrize("words", [("--department", "甲校"), ("workbooks/2026-11/甲校.xlsx",)])
def test_a_book_of_some_departments_leaves_the_whole_one(tmp_path: Path, words: tuple[str, ...]) -> None:
    """It has a name and a title of its own, and names nobody as missing, whether departments or one workbook were named."""
    folder = project(tmp_path, BOOKS)
    enrol(folder, [("D1", "甲校", ""), ("D2", "乙校", ""), ("D3", "丙校", "")])
    batchreport(folder, "build", "--book")
    whole = (folder / OUT / "汇编.docx").read_bytes()
    ended = batchreport(folder, "build", "--book", *words)

    assert f"{OUT}/汇编（部分单位）.docx" in ended.out.split()
    assert (folder / OUT / "汇编.docx").read_bytes() == whole
    text = whole_text(folder / OUT / "汇编（部分单位）.docx")
    assert text.startswith("工作总结汇编（部分单位）")
    assert "乙校" not in text
    assert "丙校" not in text


@pytest.mark.outside
def test_pdf_makes_a_pdf_of_every_document(tmp_path: Path) -> None:
    """`--pdf` gives each report and the roll-up a PDF, listed in the JSON document."""
    require("soffice")
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")}, rollup=True)

    ended = batchreport(folder, "build", "--pdf", "--json")

    said = json.loads(ended.out)
    names = [path.rpartition("/")[2] for path in said["overall"]]
    assert names == ["汇总.docx", "汇总.xlsx", "甲校.pdf", "汇总.pdf", "index.html"]
    assert "甲校人数620人" in "".join(pdf_text(folder / OUT / "甲校.pdf").split())


def test_without_libreoffice_the_reports_stay(tmp_path: Path) -> None:
    """`--pdf` without LibreOffice says what to install; the Word documents are written all the same."""
    folder = project(tmp_path, BOOKS)

    ended = batchreport(folder, "build", "--pdf", PATH="/nowhere")

    assert "LibreOffice" in ended.err
    assert (folder / OUT / "甲校.docx").exists()
