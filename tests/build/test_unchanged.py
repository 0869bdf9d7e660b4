"""What has not changed since the last run is not built again, and what a run leaves is what one from scratch leaves."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from batchreport import Period, batch
from batchreport.findings import Finding, Place, Severity, error
from batchreport.found import find_workbooks
from batchreport.project import Project
from batchreport.run import ledger
from batchreport.run.archive import Archive
from batchreport.run.engine import Processes
from batchreport.run.entry import Entry
from batchreport.run.ledger import Ledger
from batchreport.run.pipeline import Outcome, Pipeline, Source
from batchreport.run.worker import FORKS
from tests.build.books import ROOT, book, project
from tests.build.command import batchreport
from tests.build.test_past import SHOWS, workbook
from tests.report.templates import template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OCTOBER, NOVEMBER = Period(2026, 10, "M"), Period(2026, 11, "M")
FAULTY = book("丙", code="C丙", rows={"statistics": [{"name": "学生", "unit": "人"}]})
TREE = {f"{month}/{name}.xlsx": workbook(name, month, 600) for month in (OCTOBER, NOVEMBER) for name in "甲乙"}
BOOKS = TREE | {"2026-11/丙.xlsx": FAULTY}
FLAT = {path.replace("/", "-"): data for path, data in BOOKS.items()}


def laid(folder: Path, books: dict[str, bytes] = BOOKS) -> Path:
    """Return a project with these workbooks, whose reports show the periods before."""
    project(folder, books, rollup=True)
    (folder / "templates/summary.docx").write_bytes(template(SHOWS))
    return folder


def built(folder: Path, **options: object) -> batch.Run:
    """Build all workbooks of a project."""
    here = Project.find(folder)
    kit = here.kit()
    asked = batch.Options(**{"jobs": 1, **options})  # type: ignore[arg-type]
    return batch.build(here, kit, find_workbooks(folder / "workbooks", asked.period), asked, lambda _: None)


def out(folder: Path) -> dict[str, bytes]:
    """Return what was made, by path."""
    made = (path for path in sorted((folder / "out").rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder / "out").as_posix(): path.read_bytes() for path in made}


def anew(run: batch.Run) -> set[str]:
    """Return the workbooks that were worked on."""
    return {one.outcome.file for one in run.done if not one.unchanged}


def shown(run: batch.Run) -> list[object]:
    """Return what a run says of every workbook."""
    return [(replace(one.outcome, records=None), one.path) for one in run.done]


@pytest.mark.parametrize("books", [BOOKS, FLAT], ids=["tree", "flat"])
def test_what_is_unchanged_is_not_built_again(
    tmp_path: Path, books: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No workbook is worked on, no template made ready, no file written; all that was said is said again."""
    folder = laid(tmp_path, books)
    first = built(folder)
    times = {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("[!.]*.*")}
    monkeypatch.setattr(Processes, "run_all", None)
    monkeypatch.setattr(batch, "pipeline_of", None)
    again = built(folder)

    assert shown(again) == shown(first)
    assert (again.findings, again.overall, again.exit_code) == (first.findings, first.overall, 1)
    assert (first.unchanged, again.unchanged, again.reports) == (0, 4, 4)
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_the_sum_says_how_many_were_unchanged(tmp_path: Path) -> None:
    """All reports are listed on stdout, made now or before; `--force` builds all."""
    folder = laid(tmp_path)
    first = batchreport(folder, "build")
    (folder / "workbooks/2026-11/乙.xlsx").write_bytes(workbook("乙", NOVEMBER, 700))
    again = batchreport(folder, "build")
    forced = batchreport(folder, "build", "--force")

    assert "5 份工作簿：写好 4 份报告，1 份工作簿有错误" in first.err
    assert "5 份工作簿：写好 1 份报告，3 份未变，1 份工作簿有错误" in again.err
    assert "5 份工作簿：写好 4 份报告，1 份工作簿有错误" in forced.err
    assert first.out == again.out == forced.out
    assert again.err.count("本期值”没有填") == 1


def test_what_lies_in_no_periods_folder_and_counts_is_unchanged_too(tmp_path: Path) -> None:
    """A corrected workbook beside the periods' folders: the replaced one is not built again and again."""
    root = laid(tmp_path, {"2026-11/甲.xlsx": book("甲", code="C甲"), "甲改.xlsx": book("甲", code="C甲", revision=2)})
    first = built(root)
    made = out(root)
    again = built(root)
    assert (again.reports, again.unchanged) == (1, 1)
    assert (shown(again), out(root)) == (shown(first), made)


def test_a_report_that_is_another_workbooks_now_is_told(tmp_path: Path) -> None:
    """A corrected workbook was built from where it lay: the next run of all goes back, and both say so; once it is gone neither does."""
    laid(tmp_path, {"2026-11/甲.xlsx": book("甲", code="C甲"), "2026-11/乙.xlsx": book("乙", code="C乙")})
    beside = tmp_path / "下载/甲改.xlsx"
    beside.parent.mkdir()
    beside.write_bytes(book("甲", code="C甲", rows={"plans": [{"item": "改"}]}))
    all_of_them, alone = ("build", "workbooks"), ("build", "下载/甲改.xlsx")
    said = []
    for asked in (all_of_them, alone, alone, all_of_them, all_of_them):
        told = batchreport(tmp_path, *asked).err
        said.append(
            [other for other in ("workbooks/2026-11/甲.xlsx", "下载/甲改.xlsx") if f"上次是由 {other} 生成" in told]
        )
    assert said == [[], ["workbooks/2026-11/甲.xlsx"], [], ["下载/甲改.xlsx"], []]
    batchreport(tmp_path, *alone)
    beside.unlink()
    assert "上次是由" not in batchreport(tmp_path, *all_of_them).err


def test_a_folder_built_alone_and_with_the_others_is_unchanged(tmp_path: Path) -> None:
    """What was found is told of the file as this command names it."""
    laid(tmp_path, {"2026-11/甲.xlsx": workbook("甲", NOVEMBER, 600), "2026-11/丙.xlsx": FAULTY})
    batchreport(tmp_path, "build", "workbooks")
    for asked, named in [("workbooks/2026-11", "丙.xlsx"), ("workbooks", "2026-11/丙.xlsx")]:
        ended = batchreport(tmp_path, "build", asked)
        assert ended.err.splitlines()[0].startswith(f"错误  {named} › 统计数据!")
        assert "写好 0 份报告，1 份未变" in ended.err


def edited(folder: Path) -> None:
    """Edit a workbook."""
    (folder / "workbooks/2026-11/乙.xlsx").write_bytes(workbook("乙", NOVEMBER, 700))


def earlier(folder: Path) -> None:
    """Edit the workbook of an earlier period, on which a later report hangs."""
    (folder / "workbooks/2026-10/乙.xlsx").write_bytes(workbook("乙", OCTOBER, 700))


def added(folder: Path) -> None:
    """Add a workbook."""
    (folder / "workbooks/2026-11/丁.xlsx").write_bytes(workbook("丁", NOVEMBER, 700))


def mended(folder: Path) -> None:
    """Mend the faulty workbook."""
    (folder / "workbooks/2026-11/丙.xlsx").write_bytes(workbook("丙", NOVEMBER, 700))


def namesake(folder: Path) -> None:
    """Add, after another, a department whose report would have the same name."""
    (folder / "workbooks/2026-11/附.xlsx").write_bytes(book("乙", code="C0"))


def revised(folder: Path) -> None:
    """Add a later revision."""
    (folder / "workbooks/2026-10/0.xlsx").write_bytes(workbook("甲", OCTOBER, 900, revision=2))


def doubled(folder: Path) -> None:
    """Add a workbook of the same revision."""
    (folder / "workbooks/2026-10/0.xlsx").write_bytes(workbook("甲", OCTOBER, 900))


def renamed(folder: Path) -> None:
    """Give a file another name."""
    (folder / "workbooks/2026-10/乙.xlsx").rename(folder / "workbooks/2026-10/0.xlsx")


def another_template(folder: Path) -> None:
    """Change the template."""
    (folder / "templates/summary.docx").write_bytes(template(f"新{SHOWS}"))


def another_schema(folder: Path) -> None:
    """Change the schema."""
    path = folder / "templates/summary.toml"
    text = path.read_text("utf-8")
    assert 'aliases = ["统计", "数据"]' in text
    path.write_text(text.replace('aliases = ["统计", "数据"]', 'aliases = ["统计", "数据", "数"]', 1), "utf-8")


def another_roster(folder: Path) -> None:
    """Add a roster."""
    shutil.copy(ROOT / "departments.xlsx", folder)


def other_limits(folder: Path) -> None:
    """Let workbooks have fewer rows."""
    with (folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[limits]\nrows = 5000\n")


def another_rollup(folder: Path) -> None:
    """Change the template of the roll-up."""
    shutil.copy(ROOT / "templates/summary.docx", folder / "templates/old.docx")
    (folder / "templates/rollup.docx").write_bytes(template("汇总"))


def another_organisation(folder: Path) -> None:
    """Change a setting that only the roll-up shows."""
    path = folder / "batchreport.toml"
    path.write_text(
        f'organisation = "新的单位"\n{path.read_text("utf-8")}'.replace("\norganisation = ", "\n# "), "utf-8"
    )


def nothing(_folder: Path) -> None:
    """Change nothing."""


ALL = set(BOOKS)
CHANGES: dict[Callable[[Path], None], set[str]] = {
    nothing: set(),
    edited: {"2026-11/乙.xlsx"},
    earlier: {"2026-10/乙.xlsx", "2026-11/乙.xlsx"},
    added: {"2026-11/丁.xlsx"},
    mended: {"2026-11/丙.xlsx"},
    namesake: {"2026-11/附.xlsx"},
    revised: {"2026-10/0.xlsx", "2026-10/甲.xlsx", "2026-11/甲.xlsx"},
    doubled: {"2026-10/0.xlsx", "2026-10/甲.xlsx", "2026-11/甲.xlsx"},
    renamed: {"2026-10/0.xlsx", "2026-11/乙.xlsx"},
    another_template: ALL,
    another_schema: ALL,
    another_roster: ALL,
    other_limits: ALL,
    another_rollup: set(),
    another_organisation: set(),
}

STAYS: dict[Callable[[Path], None], str] = {doubled: "2026-10/甲.docx"}
"""The report of before that a change leaves without one of now."""


def without(made: dict[str, bytes], before: str) -> dict[str, bytes]:
    """Return what was made but a report of before and the page that leads to it."""
    period = before.partition("/")[0]
    return {name: data for name, data in made.items() if not before or name not in {before, f"{period}/index.html"}}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_a_change_all_is_as_from_scratch(tmp_path: Path, change: Callable[[Path], None]) -> None:
    """To the byte, and only what hangs on the change is worked on; a run after that works on nothing."""
    folder = laid(tmp_path / "a")
    built(folder)
    change(folder)
    after = built(folder)
    scratch = laid(tmp_path / "b")
    change(scratch)
    whole = built(scratch)

    before = STAYS.get(change, "")
    assert {one.place.file for one in after.findings if one.code == "report-of-before"} == ({before} - {""})
    assert without(out(folder), before) == without(out(scratch), before)
    assert anew(after) == CHANGES[change]
    assert [(one.outcome.file, one.outcome.findings) for one in after.done] == [
        (one.outcome.file, one.outcome.findings) for one in whole.done
    ]
    final = built(folder)
    assert {file for file in anew(final) if "0" not in file.rpartition("/")[2]} <= {"2026-10/甲.xlsx"}
    assert without(out(folder), before) == without(out(scratch), before)


@pytest.mark.skipif(not FORKS, reason="a process that does not fork does not know what the test changed")
def test_a_workbook_that_changes_while_it_is_worked_on_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is noted is what was read, and not what lies there afterwards."""
    folder, file, work = laid(tmp_path / "a"), "2026-11/乙.xlsx", Pipeline.__call__

    def changing(self: Pipeline, source: Source) -> Outcome:
        (folder / "workbooks" / file).write_bytes(workbook("乙", NOVEMBER, 700))
        return work(self, source)

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "__call__", lambda self, one: (changing if one.file == file else work)(self, one))
        built(folder)
    scratch = laid(tmp_path / "b", BOOKS | {file: workbook("乙", NOVEMBER, 700)})
    built(scratch)

    assert out(folder) != out(scratch)
    assert anew(built(folder)) == {file}
    assert out(folder) == out(scratch)


@pytest.mark.parametrize("change", [edited, earlier, added, mended, revised], ids=lambda change: change.__name__)
def test_a_change_taken_back_gives_what_was_there(tmp_path: Path, change: Callable[[Path], None]) -> None:
    """Also where another workbook had counted meanwhile."""
    folder = laid(tmp_path)
    built(folder)
    before = out(folder)
    change(folder)
    built(folder)
    shutil.rmtree(folder / "workbooks")
    for path, data in BOOKS.items():
        (folder / "workbooks" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "workbooks" / path).write_bytes(data)
    run = built(folder)

    assert {name: data for name, data in out(folder).items() if name in before} == before
    assert {finding.code for finding in run.findings if finding.code.startswith("report-")} <= {
        "report-without-workbook",
        "report-of-before",
    }


def test_a_report_that_is_gone_or_damaged_is_made_again(tmp_path: Path) -> None:
    """Gone it is written; with other bytes it was edited by hand, and the new one is put beside it."""
    folder = laid(tmp_path)
    built(folder)
    made = out(folder)
    (folder / "out/2026-11/甲.docx").unlink()
    (folder / "out/2026-10/乙.docx").write_bytes(b"edited")
    run = built(folder)

    assert anew(run) == {"2026-11/甲.xlsx", "2026-10/乙.xlsx"}
    there = {path: data for path, data in out(folder).items() if "汇总" not in path and path != "2026-10/index.html"}
    assert there.pop("2026-10/乙.docx") == b"edited"
    assert there.pop("2026-10/乙 (new).docx") == made["2026-10/乙.docx"]
    assert there == {path: made[path] for path in there}
    assert [one.outcome.findings[-1].code for one in run.done if one.outcome.file == "2026-10/乙.xlsx"] == [
        "report-edited"
    ]


def test_a_roll_up_that_is_gone_is_made_again(tmp_path: Path) -> None:
    """Of the records that the archive holds, without a workbook being read."""
    folder = laid(tmp_path)
    built(folder)
    made = out(folder)
    (folder / "out/2026-11/汇总.xlsx").unlink()
    run = built(folder)

    assert anew(run) == set()
    assert out(folder) == made


def test_a_report_whose_workbook_is_gone_is_named(tmp_path: Path) -> None:
    """It is not deleted; named each time, until it is gone."""
    folder = laid(tmp_path)
    built(folder)
    (folder / "workbooks/2026-11/甲.xlsx").unlink()
    for _ in range(2):
        run = built(folder)
        assert [(one.code, one.place.file) for one in run.findings] == [("report-without-workbook", "2026-11/甲.docx")]
        assert (folder / "out/2026-11/甲.docx").exists()
    assert not built(folder, period=OCTOBER).findings
    (folder / "out/2026-11/甲.docx").unlink()

    assert [built(folder).findings for _ in range(2)] == [(), ()]


def test_a_report_whose_workbook_is_faulty_now_is_named(tmp_path: Path) -> None:
    """What is there is of the workbook of before."""
    folder = laid(tmp_path)
    built(folder)
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(FAULTY.replace(b"", b"", 1))
    (folder / "workbooks/2026-11/丙.xlsx").unlink()
    for _ in range(2):
        run = built(folder)
        assert [(one.code, one.place.file) for one in run.findings] == [("report-of-before", "2026-11/甲.docx")]


def test_another_program_builds_all_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would make may differ."""
    folder = laid(tmp_path)
    built(folder)
    monkeypatch.setattr(ledger, "program", lambda: "another")

    assert anew(built(folder)) == ALL


def test_what_was_lost_from_the_archive_is_built_again(tmp_path: Path) -> None:
    """With all that hangs on it, in the same run."""
    folder = laid(tmp_path)
    built(folder)
    made = out(folder)
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base:
        base.execute("UPDATE submissions SET packed = substr(packed, 1, 40) WHERE period = '2026-10'")
        base.commit()
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, 601))
    run = built(folder)

    assert [one.code for one in run.findings] == ["out-archive-unreadable"]
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(BOOKS["2026-11/甲.xlsx"])
    assert built(folder).findings == ()
    assert out(folder) == made


def test_a_roll_up_of_what_was_damaged_in_the_archive_lacks_nobody(tmp_path: Path) -> None:
    """Nothing has changed but that it is gone; what a department reported is read again, which is said once."""
    folder = laid(tmp_path)
    built(folder)
    made = out(folder)
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base:
        base.execute("UPDATE submissions SET packed = substr(packed, 1, 40) WHERE period = '2026-11'")
        base.commit()
    (folder / "out/2026-11/汇总.xlsx").unlink()

    assert [[one.code for one in built(folder).findings] for _ in range(2)] == [["out-archive-unreadable"], []]
    assert out(folder) == made


def test_what_a_department_reported_is_looked_for_in_the_archive(tmp_path: Path) -> None:
    """A workbook whose records are not there is built again, and the roll-up has them."""
    folder = laid(tmp_path)
    built(folder)
    made = out(folder)
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base:
        base.execute("DELETE FROM submissions WHERE period = '2026-11' AND department = 'c甲'")
        base.commit()

    assert anew(built(folder)) == {"2026-11/甲.xlsx"}
    assert out(folder) == made


KILLED = """
import os, signal, sqlite3, sys
base = sqlite3.connect(sys.argv[1], isolation_level=None)
for setting in ("journal_mode = PERSIST", "synchronous = OFF", "cache_size = 1"):
    base.execute(f"PRAGMA {setting}")
base.execute("BEGIN IMMEDIATE")
base.execute("DELETE FROM made")
base.execute("CREATE TABLE filler AS SELECT randomblob(400000)")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there nothing is killed so")
def test_what_a_run_killed_while_it_wrote_leaves_is_taken_back(tmp_path: Path) -> None:
    """The archive is as it was before, and all is known to be unchanged."""
    folder = laid(tmp_path)
    built(folder)
    subprocess.run([sys.executable, "-c", KILLED, str(folder / "out/.archive.sqlite")], check=False)
    run = built(folder)

    assert anew(run) == set()
    assert run.unchanged == run.reports > 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_a_workbook_that_has_become_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    """It is said to be no file, and the others are as they were."""
    folder = laid(tmp_path)
    built(folder)
    path = folder / "workbooks/2026-11/乙.xlsx"
    path.unlink()
    os.mkfifo(path)
    run = built(folder)

    assert anew(run) == {"2026-11/乙.xlsx"}
    assert [
        one.code for done in run.done for one in done.outcome.findings if done.outcome.file == "2026-11/乙.xlsx"
    ] == ["input-not-a-file"]


def test_some_departments_leave_the_others_as_they_are(tmp_path: Path) -> None:
    """No other report is said to be left over."""
    folder = laid(tmp_path)
    built(folder)
    run = built(folder, departments=("甲",))

    assert (run.unchanged, run.reports, run.findings) == (2, 2, ())


DETAILS = {"text": "三", "number": 3, "many": ("一", 2), "both": {"zh": "一", "en": "one"}, "none": None, "half": 0.5}


def test_a_finding_is_remembered_as_it_is(tmp_path: Path) -> None:
    """With all kinds of details and places."""
    place = Place("a.xlsx", "表", "C4", 3, "key", "body", (("table", 1), ("row", 2)))
    findings = (Finding("cell-required", Severity.WARNING, place, DETAILS), error("period-unknown"))
    outcome = Outcome("a.xlsx", "D1", "甲", NOVEMBER, 2, stamped=True, findings=findings)
    path = tmp_path / "out/.archive.sqlite"
    (tmp_path / "a.xlsx").write_bytes(b"x")
    known = ledger_at(path, tmp_path)
    with Archive(path) as archive:
        known.archive = archive
        known.keep(Entry(outcome, known.made_of("a.xlsx", NOVEMBER, ledger.digests([tmp_path / "a.xlsx"])[0])))
        odd = replace(outcome, file="b.xlsx", findings=(error("cell-required", place, odd=object()),))
        known.keep(Entry(odd, "made of something"))
    asked = {"a.xlsx": (tmp_path / "a.xlsx", NOVEMBER), "b.xlsx": (tmp_path / "b.xlsx", None)}

    assert {file: one.outcome for file, one in ledger_at(path, tmp_path).unchanged(asked).items()} == {
        "a.xlsx": outcome
    }


def ledger_at(path: Path, start: Path) -> Ledger:
    """Return the ledger of an archive."""
    return Ledger(path, start, "kit")
