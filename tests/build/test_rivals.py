"""Several workbooks for one department and period: which counts, and what becomes of the reports."""

from __future__ import annotations

import os
import sys
from decimal import Decimal
from io import BytesIO
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from batchreport import Period
from batchreport.run.outcome import lost
from batchreport.run.pipeline import Pipeline
from tests.build.books import book
from tests.build.test_past import workbook
from tests.build.test_unchanged import built, laid, out
from tests.docxfile import whole_text

if TYPE_CHECKING:
    from pathlib import Path

    from batchreport import batch

NOVEMBER = Period(2026, 11, "M")
ONE = workbook("甲", NOVEMBER, 600)
OTHER = workbook("甲", NOVEMBER, 700)


def codes(run: batch.Run) -> dict[str, list[str]]:
    """Return what a run says of each workbook as a whole."""
    return {
        one.outcome.file.rpartition("/")[2]: [
            each.code for each in one.outcome.findings if each.code.startswith(("workbook-", "department-", "file-"))
        ]
        for one in run.done
    }


@pytest.mark.parametrize("copy", ["0.xlsx", "甲 - 副本.xlsx"])
def test_the_same_workbook_twice_counts_once(tmp_path: Path, copy: str) -> None:
    """Nobody has to be asked which of two files is meant that hold the same."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    built(folder)
    made = out(folder)
    (folder / "workbooks/2026-11" / copy).write_bytes(ONE)
    run = built(folder)

    assert sorted(map(tuple, codes(run).values())) == [(), ("workbook-twice",)]
    assert out(folder)["2026-11/甲.docx"] == made["2026-11/甲.docx"]
    assert (run.exit_code, run.reports) == (0, 1)


@pytest.mark.parametrize("other", ["0.xlsx", "乙.xlsx"])
def test_a_second_workbook_does_not_destroy_the_report_of_the_first(tmp_path: Path, other: str) -> None:
    """It stays as it was, and is said to be of before, whichever file comes first."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    built(folder)
    made = out(folder)["2026-11/甲.docx"]
    (folder / "workbooks/2026-11" / other).write_bytes(OTHER)
    for _ in range(2):
        run = built(folder)
        assert codes(run) == {"甲.xlsx": ["workbook-doubled"], other: ["workbook-doubled"]}
        assert out(folder)["2026-11/甲.docx"] == made
        left = [(one.code, one.place.file) for one in run.findings if one.code.startswith("report-")]
        assert left == [("report-of-before", "2026-11/甲.docx")]
    (folder / "workbooks/2026-11/甲.xlsx").unlink()
    assert built(folder).exit_code == 0
    assert out(folder)["2026-11/甲.docx"] != made


def of_before(run: batch.Run) -> list[str]:
    """Return the reports that a run says are of before."""
    return [one.place.file for one in run.findings if one.code == "report-of-before"]


@pytest.mark.parametrize("force", [False, True])
def test_two_new_workbooks_do_not_destroy_the_report_of_before(tmp_path: Path, *, force: bool) -> None:
    """Which of the two counts is not known; the report of the one that was replaced stays, with all that lies beside."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    built(folder, trace="file")
    made = out(folder)
    for name, value in (("甲", 700), ("乙", 800)):
        (folder / f"workbooks/2026-11/{name}.xlsx").write_bytes(workbook("甲", NOVEMBER, value))
    for _ in range(2):
        assert of_before(built(folder, trace="file", force=force)) == ["2026-11/甲.docx"]
        for name in ("2026-11/甲.docx", "2026-11/甲.trace.json"):
            assert out(folder)[name] == made[name]

    (folder / "workbooks/2026-11/乙.xlsx").unlink()
    assert of_before(built(folder)) == []
    assert "700" in whole_text(folder / "out/2026-11/甲.docx")


def test_an_edited_report_that_was_forced_away_comes_back_as_an_edited_one(tmp_path: Path) -> None:
    """It is neither lost nor taken for one that we wrote."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    built(folder)
    path = folder / "out/2026-11/甲.docx"
    path.write_bytes(path.read_bytes() + b"edited")
    edited = path.read_bytes()
    (folder / "workbooks/2026-11/乙.xlsx").write_bytes(OTHER)
    built(folder, force=True)
    assert path.read_bytes() == edited

    (folder / "workbooks/2026-11/乙.xlsx").unlink()
    built(folder)
    assert path.read_bytes() == edited


def test_a_report_of_before_is_named_until_it_is_gone(tmp_path: Path) -> None:
    """Also where its workbook gives another report by now, and where the archive was lost."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE, "2026-11/乙.xlsx": workbook("乙", NOVEMBER, 1)})
    built(folder)
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("丙", NOVEMBER, 600))
    assert [of_before(built(folder)) for _ in range(3)] == [["2026-11/甲.docx"]] * 3
    (folder / "out/2026-11/甲.docx").unlink()
    assert of_before(built(folder)) == []

    (folder / "out/.archive.sqlite").unlink()
    (folder / "workbooks/2026-11/乙.xlsx").write_bytes(b"broken")
    assert [of_before(built(folder)) for _ in range(2)] == [["2026-11/乙.docx"]] * 2


def test_a_file_that_cannot_be_read_takes_no_name_from_a_department(tmp_path: Path) -> None:
    """Nobody knows whose it is."""
    folder = laid(tmp_path, {"2026-11/z.xlsx": ONE})
    built(folder)
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(b"broken")
    run = built(folder)

    assert [one.path and one.path.name for one in run.done] == ["甲.docx", None]
    assert of_before(run) == []


def test_a_file_that_cannot_be_read_takes_no_name_when_it_comes_first(tmp_path: Path) -> None:
    """Its own name would be that of the report."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    (folder / "workbooks/2026-11/一").mkdir()
    (folder / "workbooks/2026-11/一/甲.xlsx").write_bytes(b"broken")

    assert [one.path and one.path.name for one in built(folder).done] == [None, "甲.docx"]


def test_the_report_of_two_that_replaced_one_is_named_without_an_archive_too(tmp_path: Path) -> None:
    """Nothing else says that it is of before."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    built(folder)
    (folder / "out/.archive.sqlite").unlink()
    (folder / "workbooks/2026-11/乙.xlsx").write_bytes(OTHER)

    assert of_before(built(folder)) == ["2026-11/甲.docx"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_two_that_could_not_be_opened_are_not_the_same(tmp_path: Path) -> None:
    """Nothing is known of what is in them, so each is said to be none."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    (folder / "workbooks/2026-11/甲.xlsx").unlink()
    for place in ("一", "二"):
        (folder / "workbooks/2026-11" / place).mkdir()
        os.mkfifo(folder / "workbooks/2026-11" / place / "甲.xlsx")

    said = {one.outcome.file: {each.code for each in one.outcome.findings} for one in built(folder).done}

    assert list(said) == ["2026-11/一/甲.xlsx", "2026-11/二/甲.xlsx"]
    assert all("input-not-a-file" in codes for codes in said.values())


def test_of_several_the_latest_revision_counts_in_any_order(tmp_path: Path) -> None:
    """Two that cannot be told apart are no trouble where a later one is there."""
    books = [workbook("甲", NOVEMBER, value, revision=revision) for value, revision in ((1, 1), (2, 1), (700, 2))]
    for number, order in enumerate(permutations(range(3))):
        folder = laid(tmp_path / str(number), {f"2026-11/{at}.xlsx": books[one] for at, one in enumerate(order)})
        run = built(folder)

        said = {one: codes(run)[f"{at}.xlsx"] for at, one in enumerate(order)}
        assert said == {0: ["workbook-superseded"], 1: ["workbook-superseded"], 2: []}
        assert "700" in whole_text(folder / "out/2026-11/甲.docx")


def test_a_strayed_workbook_is_no_rival(tmp_path: Path) -> None:
    """One of November that lies among those of October takes no report from the one that lies where it belongs."""
    folder = laid(tmp_path, {"2026-10/甲.xlsx": OTHER, "2026-11/乙.xlsx": workbook("乙", NOVEMBER, 1)})
    built(folder)
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(ONE)
    run = built(folder)

    assert [one.path and one.path.name for one in run.done] == [None, "乙.docx", "甲.docx"]
    assert "600" in whole_text(folder / "out/2026-11/甲.docx")


def taken_for_ones_own(data: bytes, code: str) -> bytes:
    """Return a workbook with another department's code in its form, as a colleague fills one that was passed on."""
    opened = load_workbook(BytesIO(data))
    cells = [cell for row in opened["基本信息"].iter_rows() for cell in row if cell.value == "C甲"]
    assert len(cells) == 1
    cells[0].value = code
    saved = BytesIO()
    opened.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("other", ["0.xlsx", "乙.xlsx"])
def test_a_workbook_of_which_it_is_not_sure_whose_it_is_does_not_stand_in_the_way(tmp_path: Path, other: str) -> None:
    """Who fills in a colleague's workbook for another department has errors; the colleague has a report."""
    strange = taken_for_ones_own(OTHER, "C乙")
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE, f"2026-11/{other}": strange})
    run = built(folder)

    assert codes(run)["甲.xlsx"] == []
    assert "department-differs" in codes(run)[other]
    assert "600" in whole_text(folder / "out/2026-11/甲.docx")


LONG = "".join(map(chr, range(0x4E00, 0x4E00 + 60)))  # longer than a file's name may be


def named(folder: Path) -> dict[str, str]:
    """Return the name of each report, and the figure in it."""
    texts = {path.name: whole_text(path) for path in (folder / "out/2026-11").glob("*.docx") if "汇总" not in path.name}
    return {name: next(value for value in ("600", "700", "800") if value in text) for name, text in texts.items()}


@pytest.fixture
def namesakes(tmp_path: Path) -> Path:
    """Return a project with two departments whose reports would have one name, that has been built."""
    books = {
        "2026-11/a.xlsx": book(f"{LONG}一", code="A1", rows=figures(600)),
        "2026-11/b.xlsx": book(f"{LONG}二", code="B2", rows=figures(700)),
    }
    folder = laid(tmp_path, books)
    built(folder)
    return folder


def test_a_run_over_one_department_leaves_the_reports_of_its_namesakes(namesakes: Path) -> None:
    """Each keeps the name that it had in the run over all."""
    first = named(namesakes)
    (namesakes / "workbooks/2026-11/b.xlsx").write_bytes(book(f"{LONG}二", code="B2", rows=figures(800)))
    built(namesakes, departments=("B2",))

    assert sorted(first.values()) == ["600", "700"]
    assert named(namesakes) == {name: value.replace("700", "800") for name, value in first.items()}


def test_a_code_as_long_as_a_letter_makes_no_name_that_is_too_long(tmp_path: Path) -> None:
    """Whatever somebody has typed there, the others have their reports."""
    books = {f"2026-11/{n}.xlsx": book(f"{LONG}校", code=f"{LONG}{n}", rows=figures(600)) for n in "ab"}
    run = built(laid(tmp_path, {**books, "2026-11/c.xlsx": book("甲", code="C3", rows=figures(700))}))

    assert [one.path.name for one in run.done if one.path] == ["甲.docx"]
    assert [one.outcome.good for one in run.done] == [False, False, True]


def test_a_faulty_workbook_keeps_its_report_from_its_namesake(namesakes: Path) -> None:
    """The report of before is not written over by another department's."""
    first = named(namesakes)
    faulty = {"statistics": [{"name": "学生", "unit": "人"}]}
    (namesakes / "workbooks/2026-11/a.xlsx").write_bytes(book(f"{LONG}一", code="A1", rows=faulty))
    (namesakes / "workbooks/2026-11/b.xlsx").write_bytes(book(f"{LONG}二", code="B2", rows=figures(800)))
    built(namesakes)

    assert named(namesakes) == {name: value.replace("700", "800") for name, value in first.items()}


@pytest.mark.parametrize("edited", [False, True])
def test_a_namesake_that_comes_later_takes_no_name(tmp_path: Path, *, edited: bool) -> None:
    """Though its workbook comes first, and though there is nothing but its code that tells the two apart."""
    folder = laid(tmp_path, {"2026-11/b.xlsx": book("甲", code="B2", rows=figures(600))})
    built(folder)
    before = folder / "out/2026-11/甲.docx"
    if edited:
        before.write_bytes(before.read_bytes() + b"edited")
    was = before.read_bytes()
    (folder / "workbooks/2026-11/a.xlsx").write_bytes(book("甲", code="A1", rows=figures(700)))
    announced = [one.path.name for one in built(folder, dry_run=True).done if one.path]
    built(folder)

    assert announced == ["甲 (A1).docx", "甲.docx"]
    assert before.read_bytes() == was
    assert named(folder) == {"甲.docx": "600", "甲 (A1).docx": "700"} | ({"甲 (new).docx": "600"} if edited else {})


def test_a_report_whose_workbook_is_gone_keeps_its_name_while_it_is_there(namesakes: Path) -> None:
    """Then the name is free."""
    first = named(namesakes)
    (namesakes / "workbooks/2026-11/a.xlsx").unlink()
    (namesakes / "workbooks/2026-11/0.xlsx").write_bytes(book(f"{LONG}三", code="C3", rows=figures(800)))
    built(namesakes)
    third = named(namesakes)
    name = next(name for name, figure in first.items() if figure == "600")
    (namesakes / "out/2026-11" / name).unlink()
    (namesakes / "workbooks/2026-11/0.xlsx").write_bytes(book(f"{LONG}四", code="D4", rows=figures(800)))
    built(namesakes)

    assert first.items() < third.items()
    assert named(namesakes)[name] == "800"


@pytest.mark.parametrize("departments", [(), ("K1",)])
def test_a_workbook_whose_code_is_corrected_keeps_its_report_s_name(
    tmp_path: Path, departments: tuple[str, ...]
) -> None:
    """The name was held by nobody else."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": book("甲", code="C1", rows=figures(600))})
    built(folder)
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(book("甲", code="K1", rows=figures(700)))
    built(folder, departments=departments)

    assert named(folder) == {"甲.docx": "700"}


def test_a_reading_that_fails_the_second_time_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unchanged workbook whose report is gone is read again, and may be gone itself by then."""
    folder = laid(tmp_path, {"2026-11/甲.xlsx": ONE})
    built(folder)
    (folder / "out/2026-11/甲.docx").unlink()
    monkeypatch.setattr(Pipeline, "__call__", lambda _, source: lost(source, said="died"))
    run = built(folder)

    assert codes(run) == {"甲.xlsx": ["file-kills-reader"]}


def figures(value: int) -> dict[str, object]:
    """Return rows with one indicator."""
    return {"statistics": [{"name": "学生", "value": Decimal(value), "unit": "人", "measure": "时点"}]}
