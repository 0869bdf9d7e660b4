"""The marked copies that `check --mark` writes: each at once, under its own name, and only of what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport import batch
from batchreport.cli.show import findings_text
from batchreport.found import find_workbooks
from batchreport.project import Project
from tests.build.books import book, project

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = {"statistics": [{"name": "学生", "unit": "人"}]}


def faulty(name: str, code: str, revision: int = 1) -> bytes:
    """Return a workbook in which a figure is missing."""
    return book(name, code=code, revision=revision, rows=FAULTY)


def checked(folder: Path, seen: list[int] | None = None) -> batch.Run:
    """Check all workbooks and mark them; `seen` gets how many copies are there when each is told of."""
    here = Project.find(folder)
    kit = here.kit(render=False)
    kit = type(kit)(kit.schema, kit.schema_file, roster=kit.roster, limits=kit.limits, mark="zh")
    seen = [] if seen is None else seen

    def tell(_: object) -> None:
        seen.append(len(copies(folder)))

    return batch.check(here, kit, find_workbooks(folder / "workbooks"), batch.Options(jobs=1), tell)


def copies(folder: Path) -> list[str]:
    """Return the copies that are there."""
    return sorted(path.name for path in (folder / "out/2026-11/marked").glob("*") if path.is_file())


def test_each_copy_is_there_before_the_next_workbook_is_told_of(tmp_path: Path) -> None:
    """So whoever ends the run has what was done."""
    books = {f"2026-11/{n}.xlsx": faulty(f"{n}校", f"D{n}") for n in range(3)}
    seen: list[int] = []
    run = checked(project(tmp_path, books), seen)

    assert seen == [1, 2, 3]
    assert [done.marked for done in run.done] == [tmp_path / f"out/2026-11/marked/{n}校.xlsx" for n in range(3)]


def test_a_copy_that_cannot_be_written_costs_no_other(tmp_path: Path) -> None:
    """As one that Excel holds open on Windows: it is said of its workbook, the others have theirs."""
    books = {f"2026-11/{n}.xlsx": faulty(f"{n}校", f"D{n}") for n in range(3)}
    folder = project(tmp_path, books)
    (folder / "out/2026-11/marked/1校.xlsx").mkdir(parents=True)
    run = checked(folder)

    assert copies(folder) == ["0校.xlsx", "2校.xlsx"]
    assert [done.marked is None for done in run.done] == [False, True, False]
    last = run.done[1].outcome.findings[-1]
    assert "1.xlsx：带标注的副本 1校.xlsx 正被打开" in findings_text([last], "zh")
    assert run.exit_code == 1


def test_the_copy_of_what_is_superseded_gives_way(tmp_path: Path) -> None:
    """Whichever comes first: there is one copy, of the later revision, or none where nothing is to be said of that."""
    good = book("甲校", code="D1", revision=9)
    for names in ("ab", "ba"):
        books = {f"2026-11/{name}.xlsx": faulty("甲校", "D1", at) for at, name in enumerate(names, 1)}
        folder = project(tmp_path / names, books)
        run = checked(folder)

        assert copies(folder) == ["甲校.xlsx"]
        assert [one.outcome.file for one in run.done if one.marked] == [f"2026-11/{names[1]}.xlsx"]

    folder = project(tmp_path / "c", {"2026-11/a.xlsx": faulty("甲校", "D1"), "2026-11/b.xlsx": good})
    assert [one.marked for one in checked(folder).done] == [None, None]
    assert copies(folder) == []


def test_of_two_that_cannot_be_told_apart_there_is_no_copy(tmp_path: Path) -> None:
    """First it must be said which one is meant."""
    books = {"2026-11/a.xlsx": faulty("甲校", "D1"), "2026-11/b.xlsx": book("甲校", code="D1")}
    folder = project(tmp_path, {**books, "2026-11/c.xlsx": faulty("甲校", "D1") + b" "})

    assert [one.marked for one in checked(folder).done] == [None, None, None]
    assert copies(folder) == []


def test_departments_of_one_name_have_copies_of_their_own(tmp_path: Path) -> None:
    """The second is numbered."""
    books = {f"2026-11/{n}.xlsx": faulty("甲校", f"D{n}") for n in range(2)}
    folder = project(tmp_path, books)
    checked(folder)

    assert copies(folder) == ["甲校 (2).xlsx", "甲校.xlsx"]
