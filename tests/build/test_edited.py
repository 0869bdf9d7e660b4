"""Documents that somebody edited by hand, and what was made of documents that are made anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from docx import Document

from batchreport import Period
from batchreport.delivery import Delivery
from batchreport.errors import OutputError
from batchreport.run.archive import Archive
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.test_past import workbook
from tests.build.test_unchanged import built, laid, out
from tests.docxfile import whole_text

if TYPE_CHECKING:
    from pathlib import Path

NOVEMBER = Period(2026, 11, "M")
REPORT, NEW = "2026-11/甲.docx", "2026-11/甲 (new).docx"


def said(folder: Path, **options: object) -> list[str]:
    """Build, and return what is said of reports."""
    run = built(folder, **options)
    found = (*run.findings, *(each for one in run.done for each in one.outcome.findings))
    return [each.code for each in found if each.code.startswith(("report-", "made-"))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a project that has been built, and whose report was edited then."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": workbook("甲", NOVEMBER, 600)})
    built(folder)
    edit(folder, REPORT)
    return folder


def edit(folder: Path, name: str) -> None:
    """Edit a document by hand."""
    path = folder / "out" / name
    path.write_bytes(path.read_bytes() + b"edited")


def test_the_new_one_is_not_laid_beside_again_once_it_was_taken_away(folder: Path) -> None:
    """Who keeps the edited one deletes the other, and hears no warning until something new is to be said."""
    assert said(folder) == ["report-edited"]
    (folder / "out" / NEW).unlink()
    assert [said(folder), said(folder)] == [["report-edited-stays"]] * 2
    assert NEW not in out(folder)

    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, 700))
    assert said(folder) == ["report-edited"]
    assert NEW in out(folder)


def test_the_new_one_is_kept_when_it_takes_the_place_of_the_edited_one(folder: Path) -> None:
    """Renamed by hand it is as good as written."""
    said(folder)
    (folder / "out" / NEW).replace(folder / "out" / REPORT)
    assert said(folder) == []
    assert NEW not in out(folder)


def test_the_new_one_is_known_in_the_place_of_the_edited_one_when_a_newer_one_comes(folder: Path) -> None:
    """Nobody edited it."""
    said(folder)
    (folder / "out" / NEW).replace(folder / "out" / REPORT)
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, 700))
    assert said(folder) == []
    assert "700" in whole_text(folder / "out" / REPORT)


def test_an_edited_report_changes_nothing_in_the_roll_up(folder: Path) -> None:
    """What somebody did to a document is no fault of the workbook."""
    before = out(folder)
    assert said(folder) == ["report-edited"]
    after = out(folder)
    assert {name for name in before if before[name] != after[name]} == {"2026-11/index.html"}


def test_what_lies_beside_is_not_written_over_where_it_was_edited_too(folder: Path) -> None:
    """Nothing that somebody has written is lost."""
    said(folder)
    edit(folder, NEW)
    before = out(folder)
    assert said(folder) == ["report-edited"]
    after = out(folder)

    assert {name: after[name] for name in (REPORT, NEW)} == {name: before[name] for name in (REPORT, NEW)}
    assert "2026-11/甲 (new 2).docx" in after


def test_what_lies_beside_gives_way_to_a_newer_one(folder: Path) -> None:
    """It is ours, so there is one beside the edited report, and that is the latest."""
    for value in (700, 800):
        (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, value))
        assert said(folder) == ["report-edited"]

    assert "800" in whole_text(folder / "out" / NEW)
    assert {name for name in out(folder) if "甲" in name} == {NEW, REPORT}


def test_force_leaves_nothing_beside(folder: Path) -> None:
    """The new one stands in its place."""
    said(folder)
    assert said(folder, force=True) == []
    assert NEW not in out(folder)
    edit(folder, REPORT)
    assert said(folder) == ["report-edited"]
    assert NEW in out(folder)


def test_force_takes_all_away_that_lies_beside(folder: Path) -> None:
    """Also what was laid there because the first one was edited too, which stays."""
    said(folder)
    edit(folder, NEW)
    said(folder)
    assert said(folder, force=True) == []
    assert [name for name in out(folder) if "(new" in name] == [NEW]


def test_nothing_lies_beside_where_no_workbook_counts(folder: Path) -> None:
    """Of two that cannot be told apart neither leaves a new report."""
    for name, value in (("甲", 700), ("乙", 800)):
        (folder / f"workbooks/2026-11/{name}.xlsx").write_bytes(workbook("甲", NOVEMBER, value))
    before = out(folder)[REPORT]
    assert said(folder) == ["report-of-before"]
    assert out(folder)[REPORT] == before
    assert NEW not in out(folder)


def test_a_department_may_be_called_like_what_lies_beside(tmp_path: Path) -> None:
    """Its report has another name."""
    books = {"2026-11/1.xlsx": book("甲", code="D1"), "2026-11/2.xlsx": book("甲 (new)", code="D2")}
    folder = laid(tmp_path, books)
    built(folder)
    edit(folder, REPORT)
    built(folder)

    assert {"2026-11/甲.docx", "2026-11/甲 (new).docx", "2026-11/甲 (new) (D2).docx"} <= set(out(folder))


def test_a_lost_archive_does_not_make_all_reports_edited_ones(tmp_path: Path) -> None:
    """What lies there is found to be the same, and is known from then on."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": workbook("甲", NOVEMBER, 600)})
    built(folder)
    (folder / "out/.archive.sqlite").unlink()
    built(folder)
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, 700))

    assert said(folder) == []
    assert [name for name in out(folder) if "(new)" in name] == []


def test_what_a_lost_archive_knew_is_not_called_edited(tmp_path: Path) -> None:
    """It stays, for it may have been; that is said until somebody has compared the two, or has all made anew."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": workbook("甲", NOVEMBER, 600)})
    built(folder)
    was = out(folder)[REPORT]
    (folder / "out/.archive.sqlite").unlink()
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, 700))

    assert [set(said(folder)), set(said(folder))] == [{"report-unknown"}] * 2
    assert out(folder)[REPORT] == was
    assert [said(folder, force=True), said(folder)] == [[], []]
    assert NEW not in out(folder)
    edit(folder, REPORT)
    assert said(folder) == ["report-edited"]


def test_the_book_holds_the_edited_report(tmp_path: Path) -> None:
    """The director reads what was sent to the department."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": workbook("甲", NOVEMBER, 600)})
    built(folder)
    path = folder / "out" / REPORT
    opened = Document(str(path))
    opened.add_paragraph("手工补充的一句")
    opened.save(str(path))
    run = built(folder, book=True)

    assert [one.path for one in run.done] == [path]
    assert "手工补充的一句" in whole_text(folder / "out/2026-11/汇编.docx")


@pytest.mark.skipif(os.name != "posix", reason="Windows says no more of a folder than of what is open")
def test_a_folder_that_may_not_be_written_is_not_called_an_open_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends the run with one line."""

    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path), None, str(target))

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with Archive(tmp_path / "a.sqlite") as archive, pytest.raises(OutputError, match="cannot be written"):
        Delivery(tmp_path, archive).put("甲.docx", b"new")


@pytest.fixture
def press(tmp_path: Path) -> str:
    """A search path with a LibreOffice that makes another PDF each time."""
    path = tmp_path / "bin/soffice"
    path.parent.mkdir()
    path.write_text(
        '#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\nout=$2; shift 2\n'
        'for d in "$@"; do date +%N > "$out/$(basename "$d" .docx).pdf"; done\n',
        encoding="utf-8",
    )
    path.chmod(0o755)
    return f"{path.parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for LibreOffice is a shell script")
def test_a_signed_pdf_is_not_printed_over(tmp_path: Path, press: str) -> None:
    """One that we printed is, by whatever thread."""
    books = {f"2026-11/{name}.xlsx": book(name, code=name) for name in ("甲", *(f"校{n}" for n in range(30)))}
    folder = project(tmp_path / "project", books)
    pdf = folder / "out/2026-11/甲.pdf"
    ends = [batchreport(folder, "build", "--pdf", PATH=press) for _ in range(2)]
    pdf.write_bytes(b"signed")
    kept = batchreport(folder, "build", "--pdf", PATH=press)
    was = pdf.read_bytes()
    forced = batchreport(folder, "build", "--pdf", "--force", PATH=press)

    assert [(end.code, "手工改过" in end.err) for end in (*ends, forced)] == [(0, False)] * 3
    assert was == b"signed"
    assert kept.err.count("甲.pdf 手工改过，没有覆盖；新的报告在 甲 (new).pdf") == kept.err.count("手工改过") == 1
    assert pdf.read_bytes() != b"signed"
    assert [path.name for path in pdf.parent.glob("*(new)*")] == []


def test_what_was_made_of_an_earlier_report_is_named(tmp_path: Path) -> None:
    """Each time, until it is made again or deleted; what was made of the report that is there is not."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": workbook("甲", NOVEMBER, 600)})
    built(folder, book=True, trace="file")
    (folder / "out/2026-11/甲.pdf").write_bytes(b"%PDF")
    assert said(folder) == []

    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, 700))
    assert [said(folder), said(folder)] == [["made-outdated"]] * 2
    told = batchreport(folder, "build").err
    assert "有3个文件比生成它们的报告旧：汇编.docx、甲.pdf、甲.trace.json" in told

    (folder / "out/2026-11/甲.pdf").unlink()
    assert said(folder, book=True, trace="file") == []


def test_what_was_found_to_be_the_same_is_not_older_than_its_report(tmp_path: Path) -> None:
    """A trace that was compared with what would be written now is of the report that is there now."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": workbook("甲", NOVEMBER, 600)})
    built(folder, trace="file")
    (folder / "out" / REPORT).unlink()
    assert said(folder, trace="file") == []
    assert said(folder) == []
