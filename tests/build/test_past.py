"""What a run knows of earlier periods, and that its reports do not hang on when it learned it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from batchreport import Period, batch, rounds
from batchreport.errors import OutputError
from batchreport.found import find_workbooks
from batchreport.project import Project
from batchreport.run import archive, look
from batchreport.run.archive import digest_of
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.docxfile import whole_text
from tests.report.templates import template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.build.command import Ended

MONTHS = [Period(2025, 11, "M"), Period(2026, 9, "M"), Period(2026, 10, "M"), Period(2026, 11, "M")]
OCTOBER, NOVEMBER = MONTHS[2:]
SHOWS = """{{ 单位名称 }}
{% for 月 in 近期 %}{{ 月.期间|期间 }}{% for 行 in 月.统计数据 %}{{ 行.指标 }}{{ 行.本期值 }}{% endfor %}；{% endfor %}
{% if 上期数据 %}上期{{ 上期数据.统计数据[0].本期值 }}{% endif %}{% for 块 in 补充 %}{% for 行 in 块.行 %}{{ 行|join }}{% endfor %}{% endfor %}"""


def workbook(name: str, period: Period, value: int, prev: int | None = None, **said: int) -> bytes:
    """Return a workbook with one indicator, and its figure of last period; the department's code is made of its name."""
    row = {"name": "学生", "value": Decimal(value), "unit": "人", "measure": "时点", "prev": prev, "note": "扩招"}
    profile = {"kind": "学校", "preparer": "张三", "filled_on": period.end}
    rows = {"profile": [profile], "statistics": [row], "facilities": [], "plans": []}
    return book(name, code=f"C{name}", period=period, rows=rows, **said)


def laid(folder: Path, books: dict[str, bytes]) -> Path:
    """Return a project with these workbooks, whose reports show the periods before."""
    project(folder, books)
    (folder / "templates/summary.docx").write_bytes(template(SHOWS))
    return folder


def built(folder: Path, *arguments: str) -> Ended:
    """Build all of a project's workbooks."""
    return batchreport(folder, "build", "workbooks/", *arguments)


def reports(folder: Path) -> dict[str, bytes]:
    """Return every report that was made."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("out/**/*.docx"))}


def archived(folder: Path) -> list[tuple[str, str]]:
    """Return of what departments and periods the archive knows."""
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base:
        return base.execute("SELECT department, period FROM submissions ORDER BY department, period").fetchall()


TREE = {f"{month}/{name}.xlsx": workbook(name, month, 600 + at) for at, month in enumerate(MONTHS) for name in "甲乙"}
FLAT = {f"{9 - at}{name}.xlsx": workbook(name, month, 600 + at) for at, month in enumerate(MONTHS) for name in "甲乙"}
MIXED = {**{path: data for path, data in TREE.items() if "2026-10" not in path}, "8甲.xlsx": FLAT["7甲.xlsx"]}


@pytest.mark.parametrize(("books", "jobs"), [(TREE, "1"), (FLAT, "2"), (MIXED, "1")], ids=["tree", "flat", "mixed"])
def test_the_first_build_gives_at_once_what_a_second_gives(tmp_path: Path, books: dict[str, bytes], jobs: str) -> None:
    """Whatever the order of files; and so does a build after the archive was lost."""
    folder = laid(tmp_path, books)
    ended = built(folder, "--jobs", jobs)
    first = reports(folder)
    again = built(folder, "--jobs", jobs)
    assert reports(folder) == first
    shutil.rmtree(folder / "out")
    built(folder)

    assert ended.code == 0, ended.err
    assert ended.out == again.out
    assert "写好 0 份报告，8 份未变" in again.err if len(books) == len(TREE) else "未变" in again.err
    assert reports(folder) == first
    assert len(first) == len(books)
    text = whole_text(folder / "out/2026-11/甲.docx")
    assert "2026年9月学生601；2026年10月学生602；2026年11月学生603；" in text
    assert "2025" not in text
    assert "上期602" in text


def test_the_folders_one_by_one_give_what_the_tree_gives(tmp_path: Path) -> None:
    """In the order of their periods, as a clerk builds them month by month."""
    tree, monthly = laid(tmp_path / "a", TREE), laid(tmp_path / "b", TREE)
    built(tree)
    for month in MONTHS:
        batchreport(monthly, "build", f"workbooks/{month}")

    assert reports(monthly) == reports(tree)


def test_an_old_folder_built_again_fills_a_lost_archive(tmp_path: Path) -> None:
    """Without it the new report knows nothing of it, with it as before."""
    folder = laid(tmp_path, TREE)
    built(folder)
    whole = reports(folder)
    shutil.rmtree(folder / "out")
    batchreport(folder, "build", "workbooks/2026-11")
    assert "2026年9月" not in whole_text(folder / "out/2026-11/甲.docx")
    built(folder)

    assert reports(folder) == whole


def test_where_processes_start_slowly_the_reports_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All workbooks are worked on in one go then, and those that came too early once more."""
    folder = laid(tmp_path, TREE)
    built(folder)
    whole = reports(folder)
    shutil.rmtree(folder / "out")
    monkeypatch.setattr(rounds, "FORKS", False)
    here = Project.find(folder)
    told: list[str] = []
    run = batch.build(
        here, here.kit(), find_workbooks(folder / "workbooks"), batch.Options(), lambda one: told.append(one.file)
    )

    assert reports(folder) == whole
    assert [done.outcome.file for done in run.done] == sorted(TREE) == sorted(told)
    assert all(done.records and done.path for done in run.done)


def test_a_figure_that_differs_from_what_was_reported_is_a_warning(tmp_path: Path) -> None:
    """In `build`, in `check` and in a dry run, each of a tree that is seen for the first time; the report is made."""
    books = {"2026-10/甲.xlsx": workbook("甲", OCTOBER, 602), "2026-11/甲.xlsx": workbook("甲", NOVEMBER, 610, 601)}
    folder = laid(tmp_path, books)
    line = "2026-11/甲.xlsx › 统计数据!G4：“上期值”是 601人，而 2026-10 报的是 602人（2026-10/甲.xlsx › 统计数据!C4）"
    for command in (("check", "workbooks"), ("build", "workbooks", "--dry-run"), ("build", "workbooks")):
        ended = batchreport(folder, *command)
        assert ended.code == 0
        assert line in ended.err, command
    assert len(reports(folder)) == len(books)


def test_check_and_dry_run_read_the_archive_and_write_nothing(tmp_path: Path) -> None:
    """Not a byte of it, and no file beside it."""
    folder = laid(tmp_path, {"2026-10/甲.xlsx": workbook("甲", OCTOBER, 602)})
    built(folder)
    (folder / "workbooks/2026-11").mkdir()
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(workbook("甲", NOVEMBER, 610, 601))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for command in (("check",), ("build", "--dry-run")):
        ended = batchreport(folder, *command, "workbooks/2026-11")
        assert "而 2026-10 报的是 602人" in ended.err

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_last_periods_workbook_sent_again_is_a_warning(tmp_path: Path) -> None:
    """Saved in the new period's folder, its own words on the period changed."""
    rows = {"plans": [{"item": f"第{n}项计划", "owner": "张三"} for n in range(5)], "facilities": []}
    profile = {"kind": "学校", "preparer": "张三"}
    books = {
        f"{month}/甲.xlsx": book(
            "甲", period=month, code="D1", rows={**rows, "profile": [{**profile, "filled_on": month.end}]}
        )
        for month in (OCTOBER, NOVEMBER)
    }
    ended = built(laid(tmp_path, books))

    assert "2026-11/甲.xlsx：填的内容与 2026-10 的（2026-10/甲.xlsx）完全一样" in ended.err
    assert ended.code == 0


def test_only_what_counts_is_remembered(tmp_path: Path) -> None:
    """Neither a faulty workbook, nor a superseded or strayed one, nor two of which it cannot be told which is later."""
    faulty = book("丙", code="C丙", period=OCTOBER, rows={"statistics": [{"name": "学生", "unit": "人"}]})
    books = {
        "2026-10/甲1.xlsx": workbook("甲", OCTOBER, 602, revision=1),
        "2026-10/甲2.xlsx": workbook("甲", OCTOBER, 700, revision=2),
        "2026-10/乙1.xlsx": workbook("乙", OCTOBER, 1),
        "2026-10/丙.xlsx": faulty,
        "2026-11/甲.xlsx": workbook("甲", NOVEMBER, 603),
    }
    folder = laid(tmp_path, books)
    built(folder)
    assert archived(folder) == [("c乙", "2026-10"), ("c甲", "2026-10"), ("c甲", "2026-11")]
    assert "上期700" in whole_text(folder / "out/2026-11/甲.docx")

    (folder / "workbooks/2026-10/乙2.xlsx").write_bytes(workbook("乙", OCTOBER, 2))
    (folder / "workbooks/2026-11/甲.xlsx").write_bytes(books["2026-10/丙.xlsx"])
    built(folder)
    assert archived(folder) == [("c甲", "2026-10")]


@pytest.mark.parametrize("seed", range(4))
def test_the_archive_holds_what_the_workbooks_say_now(tmp_path: Path, seed: int) -> None:
    """Whatever becomes of them from build to build: as one from scratch has it, and what those that are gone said last."""
    random = Random(seed)
    folder = laid(tmp_path, {})
    places = [folder / "workbooks" / name for name in ("2026-10/a", "2026-10/b", "2026-11/c", "2026-11/d", "e")]
    says = [workbook(name, month, 600, revision=n) for name in "甲乙" for month in (OCTOBER, NOVEMBER) for n in (1, 2)]
    says += [
        b"cut short",
        book("甲", code="C甲", period=OCTOBER, rows={"statistics": [{"name": "学生", "unit": "人"}]}),
    ]
    for turn in range(6):
        for place in random.sample(places, 2):
            happen(random, place.with_suffix(".xlsx"), places, says)
        if not any((folder / "workbooks").rglob("*.xlsx")):
            continue
        for out in ("out", f"scratch{turn}"):
            here = Project.find(folder, folder / "workbooks")
            options = batch.Options(jobs=1, out=folder / out)
            batch.build(here, here.kit(), find_workbooks(folder / "workbooks"), options, lambda _: None)

        now, whole = said(folder / "out"), said(folder / f"scratch{turn}")
        left = {of_whom: file for of_whom, (file, _) in now.items() if of_whom not in whole}
        assert {of_whom: now.get(of_whom) for of_whom in whole} == whole
        assert not any((folder / "out" / file).exists() for file in left.values()), left


def happen(random: Random, place: Path, places: list[Path], says: list[bytes]) -> None:
    """Have a workbook written, taken away or moved."""
    place.parent.mkdir(parents=True, exist_ok=True)
    what = random.choice(["written", "written", "moved", "gone"])
    if what == "written":
        place.write_bytes(random.choice(says))
    elif place.exists() and what == "moved":
        place.rename(random.choice([one for one in places if one.parent == place.parent]).with_suffix(".xlsx"))
    elif what == "gone":
        place.unlink(missing_ok=True)


def said(out: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Return by department and period what workbook an archive knows it from, and the digest of what it says."""
    with closing(sqlite3.connect(out / ".archive.sqlite")) as base:
        rows = base.execute("SELECT department, period, file, digest FROM submissions").fetchall()
    return {(department, period): (file, digest) for department, period, file, digest in rows}


def test_another_department_in_a_workbook_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    """Neither in the archive nor in a later roll-up or report, wherever the build is begun from."""
    folder = laid(
        tmp_path, {"2026-10/x.xlsx": workbook("甲", OCTOBER, 1), "2026-10/y.xlsx": workbook("乙", OCTOBER, 2)}
    )
    built(folder)
    (folder / "workbooks/2026-10/x.xlsx").write_bytes(workbook("丙", OCTOBER, 3))
    batchreport(folder, "build", "workbooks/2026-10")
    assert archived(folder) == [("c丙", "2026-10"), ("c乙", "2026-10")]
    (folder / "workbooks/2026-10/y.xlsx").write_bytes(workbook("乙", OCTOBER, 2)[:500])
    (folder / "workbooks/2026-11").mkdir()
    (folder / "workbooks/2026-11/y.xlsx").write_bytes(workbook("乙", NOVEMBER, 4))
    dry = batchreport(folder, "build", "--dry-run", "workbooks", "--json")
    batchreport(folder, "build", "workbooks/2026-10/y.xlsx")

    assert archived(folder) == [("c丙", "2026-10")]
    assert "2026-10 报的是" not in dry.out
    built(folder)
    assert "上期" not in whole_text(folder / "out/2026-11/乙.docx")


def test_a_faulty_later_revision_takes_the_report_of_the_earlier_one_back(tmp_path: Path) -> None:
    """Whichever of the two files comes first."""
    faulty = book("甲", code="C甲", period=OCTOBER, revision=2, rows={"statistics": [{"name": "学生", "unit": "人"}]})
    for names in ("ab", "ba"):
        good = workbook("甲", OCTOBER, 602, revision=1)
        folder = laid(tmp_path / names, {f"2026-10/{names[0]}.xlsx": good, f"2026-10/{names[1]}.xlsx": faulty})

        assert built(folder).code == 1
        assert reports(folder) == {}
        assert archived(folder) == []


def test_an_archive_without_submissions_learns_them(tmp_path: Path) -> None:
    """One that an earlier version left behind; what it knows of written reports stays."""
    folder = laid(tmp_path, TREE)
    built(folder)
    whole = reports(folder)
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base:
        base.execute("DROP TABLE submissions")
    assert batchreport(folder, "check", "workbooks").err.count("归档") == 0
    ended = built(folder)

    assert ended.code == 0
    assert reports(folder) == whole
    assert len(archived(folder)) == len(TREE)


def spoil(path: Path, how: str) -> None:
    """Damage an archive."""
    data = bytearray(path.read_bytes())
    if how == "no database":
        data[:] = b"this is no database at all " * 400
    elif how == "cut off":
        del data[len(data) // 2 :]
    elif how == "pages":
        data[4096:] = b"\xa5" * (len(data) - 4096)
    elif how == "other tables":
        path.unlink()
        with closing(sqlite3.connect(path)) as base:
            base.execute("CREATE TABLE submissions (something TEXT)")
        return
    elif how == "text":
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("UPDATE submissions SET digest = CAST(x'ffe4b8' AS TEXT)")
        return
    elif how == "schema":
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("PRAGMA writable_schema = ON")
            base.execute("UPDATE sqlite_master SET name = CAST(x'6d85' AS TEXT), sql = 'CREATE' WHERE name = 'made'")
        return
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["no database", "cut off", "pages", "other tables", "text", "schema"])
def test_a_damaged_archive_is_said_and_stops_no_run(tmp_path: Path, how: str) -> None:
    """`check` leaves it as it is; `build` sets it aside and begins anew, so that the next run is well."""
    folder = laid(tmp_path, TREE)
    built(folder)
    whole = reports(folder)
    path = folder / "out/.archive.sqlite"
    spoil(path, how)
    spoiled = path.read_bytes()
    checked = batchreport(folder, "check", "workbooks")
    assert (checked.code, path.read_bytes()) == (0, spoiled)
    assert "归档里的往期数据有的读不出来" in checked.err
    shutil.rmtree(folder / "out/2026-11")
    ended = built(folder)

    assert ended.code == 0
    assert "Traceback" not in ended.err + checked.err
    assert "归档文件损坏了" in ended.err
    assert path.with_name(".archive.sqlite.damaged").exists()
    assert reports(folder) == whole
    assert built(folder).err.count("归档") == 0
    assert reports(folder) == whole


def test_a_damaged_archive_that_cannot_be_set_aside_is_done_without(tmp_path: Path) -> None:
    """As where the name for it is taken: the reports are made, it stays as it is, and that is said as it is."""
    folder = laid(tmp_path, TREE)
    built(folder)
    whole = reports(folder)
    path = folder / "out/.archive.sqlite"
    spoil(path, "no database")
    (folder / "out/.archive.sqlite.damaged/somebody's").mkdir(parents=True)
    spoiled = path.read_bytes()
    shutil.rmtree(folder / "out/2026-11")
    ended = built(folder)

    assert (ended.code, "又不能改名" in ended.err) == (0, True)
    assert reports(folder).items() >= {name: data for name, data in whole.items() if "2026-11" in name}.items()
    assert path.read_bytes() == spoiled


def test_an_empty_archive_is_a_new_one(tmp_path: Path) -> None:
    """As a disk that was full leaves it behind."""
    folder = laid(tmp_path, TREE)
    (folder / "out").mkdir()
    (folder / "out/.archive.sqlite").write_bytes(b"")

    assert built(folder).err.count("归档") == 0
    assert len(archived(folder)) == len(TREE)


def test_a_damaged_submission_is_as_good_as_none(tmp_path: Path) -> None:
    """That is said; the others are used, and a build of all has it again."""
    folder = laid(tmp_path, TREE)
    built(folder)
    whole = reports(folder)
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base:
        base.execute("UPDATE submissions SET packed = substr(packed, 1, 40) WHERE period = '2026-10'")
        base.commit()
    ended = batchreport(folder, "build", "workbooks/2026-11", "--force")

    assert ended.code == 0
    assert "归档里的往期数据有的读不出来" in ended.err
    assert "2026年9月学生601；2026年11月学生603；" in whole_text(folder / "out/2026-11/甲.docx")
    assert built(folder).code == 0
    assert reports(folder) == whole


def test_submissions_of_another_version_are_said_and_can_be_had_again(tmp_path: Path) -> None:
    """Once, by `build`; the months they are of, built again, fill the archive."""
    folder = laid(tmp_path, TREE)
    built(folder)
    whole = reports(folder)
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base:
        for department, period, packed in base.execute("SELECT department, period, packed FROM submissions").fetchall():
            other = b"2" + packed[1:]
            there = (other, digest_of(other), department, period)
            base.execute("UPDATE submissions SET packed = ?, digest = ? WHERE department = ? AND period = ?", there)
        base.commit()
    (folder / "templates/summary.docx").write_bytes(template(f"{SHOWS}。"))  # so that all is made anew
    said = "归档里的往期数据有的读不出来"
    assert said in batchreport(folder, "check", "workbooks/2026-11").err
    ended = batchreport(folder, "build", "workbooks/2026-11")
    assert (ended.code, said in ended.err) == (0, True)
    assert "2026年10月" not in whole_text(folder / "out/2026-11/甲.docx")
    assert said not in batchreport(folder, "build", "workbooks/2026-11").err

    (folder / "templates/summary.docx").write_bytes(template(SHOWS))
    assert built(folder).code == 0
    assert reports(folder) == whole


def test_an_archive_that_another_program_holds_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the archive, and says what to do."""
    for module in (archive, look):
        monkeypatch.setattr(module, "PATIENCE", 0)
    folder = laid(tmp_path, TREE)
    built(folder)
    here = Project.find(folder, folder / "workbooks")
    with closing(sqlite3.connect(folder / "out/.archive.sqlite", isolation_level=None)) as base:
        base.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OutputError) as raised:
            batch.build(here, here.kit(), find_workbooks(folder / "workbooks"), batch.Options(jobs=1), lambda _: None)

    [finding] = raised.value.findings
    assert (finding.code, finding.place.file) == ("out-held", str(folder / "out/.archive.sqlite"))


def test_an_archive_that_another_program_holds_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who only looks into it goes on without it, and says why."""
    folder = laid(tmp_path, TREE)
    built(folder)
    here = Project.find(folder, folder / "workbooks")
    connect: Any = sqlite3.connect
    waited: list[float] = []

    def connecting(*there: Any, **more: Any) -> Any:
        waited.append(more["timeout"])
        return connect(*there, **more)

    monkeypatch.setattr(look, "PATIENCE", 0.01)
    with closing(connect(folder / "out/.archive.sqlite", isolation_level=None)) as base:
        base.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", connecting)
        workbooks = find_workbooks(folder / "workbooks")
        run = batch.check(here, here.kit(), workbooks, batch.Options(jobs=1), lambda _: None)

    assert [finding.code for finding in run.findings] == ["out-archive-held"]
    assert sum(waited) == pytest.approx(0.01)
    assert not batch.check(here, here.kit(), workbooks, batch.Options(jobs=1), lambda _: None).findings


@pytest.mark.parametrize(
    "damaged", ["substr(said, 1, 40)", "CAST(x'85' AS TEXT)", "NULL", "'[]'", "replace(said, 'report', 'rep0rt')"]
)
def test_what_is_damaged_of_what_was_made_is_not_known(tmp_path: Path, damaged: str) -> None:
    """All is made again of what is there, and the next run knows it."""
    folder = laid(tmp_path, TREE)
    whole = reports(folder) if built(folder).code == 0 else {}
    with closing(sqlite3.connect(folder / "out/.archive.sqlite")) as base, base:
        base.execute(f"UPDATE made SET said = {damaged}")
    ends = [built(folder) for _ in range(2)]

    assert [(end.code, "Traceback" in end.err) for end in ends] == [(0, False)] * 2
    assert f"{len(whole)} 份未变" in ends[1].err
    assert reports(folder) == whole


def test_an_archive_begun_anew_knows_what_this_run_has_written(tmp_path: Path) -> None:
    """Else it would be taken for edited by hand."""
    path = tmp_path / "a.sqlite"
    with archive.Archive(path) as known:
        known.announce("2026-11/甲.docx", "digest")
        path.write_bytes(b"no database" * 1000)
        assert known.ours("2026-11/甲.docx", "digest")
        assert known.finding
