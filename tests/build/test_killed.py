"""Killed at any moment, a run leaves whole files only, and the next one ends with what an undisturbed one leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from batchreport import Period
from batchreport.files import clear_leftovers, write_whole
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.test_past import workbook
from tests.build.test_unchanged import out

if TYPE_CHECKING:
    from pathlib import Path

    from tests.build.command import Ended

MOMENTS = int(os.environ.get("BATCHREPORT_MOMENTS", "10"))
"""How many times a run is killed."""
COUNT = 8
MONTHS = (Period(2026, 10, "M"), Period(2026, 11, "M"))

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")


def laid(folder: Path) -> Path:
    """Return a project with two periods of departments."""
    books = {f"{month}/校{n}.xlsx": workbook(f"校{n}", month, 600 + n) for month in MONTHS for n in range(COUNT)}
    return project(folder, books, rollup=True)


def begun(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a build in a process of its own."""
    command = [sys.executable, "-m", "batchreport", "build", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def temporary(folder: Path) -> list[Path]:
    """Return what was left half written."""
    return list((folder / "out").rglob("*.tmp"))


def test_killed_at_any_moment_the_next_run_ends_with_the_same_bytes(tmp_path: Path) -> None:
    """Some runs on one folder, each killed at another moment, then one that is left in peace."""
    whole, folder = laid(tmp_path / "whole"), laid(tmp_path / "killed")
    start = time.monotonic()
    assert begun(whole).wait(timeout=120) == 0
    usual = time.monotonic() - start
    random = Random(MOMENTS)
    for moment in range(MOMENTS):
        process = begun(folder, *("--jobs", str(moment % 2 + 1)), *(("--force",) if moment % 3 == 0 else ()))
        time.sleep(usual * random.random())
        process.kill()
        process.wait()
        for path in (folder / "out").rglob("*.docx"):
            assert ZipFile(path).testzip() is None
        assert reports(folder).items() <= out(whole).items()
    ended = batchreport(folder, "build")

    assert (ended.code, "Traceback" in ended.err, "手工改过" in ended.err) == (0, False, False)
    assert out(folder) == out(whole)
    assert temporary(folder) == []


def reports(folder: Path) -> dict[str, bytes]:
    """Return the departments' reports that are there."""
    return {path: data for path, data in out(folder).items() if "汇总" not in path}


def test_what_a_killed_run_left_half_written_is_cleared(tmp_path: Path) -> None:
    """What a living process writes stays, and so does what has another name."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, mine = tmp_path / "2026-11/甲.docx", tmp_path / "2026-11/乙.docx"
    write_whole(left, b"whole")
    host = seen_while_writing(tmp_path).name.split(".")[-3]
    half = left.with_name(f".甲.docx.{host}.{dead.pid}.tmp")
    alive = mine.with_name(f".乙.docx.{host}.{os.getppid()}.tmp")
    elsewhere = mine.with_name(".乙.docx.00000000.1.tmp")
    old = mine.with_name(".丙.docx.00000000.2.tmp")
    others = [mine.with_name("notes.tmp"), tmp_path / ".x.tmp"]
    for path in (half, alive, elsewhere, old, *others):
        path.write_bytes(b"ha")
    os.utime(old, (0, 0))
    clear_leftovers(tmp_path)

    assert {path.name for path in tmp_path.rglob("*.*")} == {
        *(path.name for path in (left, alive, elsewhere, *others)),
    }


def seen_while_writing(folder: Path) -> Path:
    """Return the temporary file of a write that is under way."""
    seen: list[Path] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: seen.extend(folder.rglob("*.tmp")))
        write_whole(folder / "x.docx", b"x")
    (folder / "x.docx").unlink()
    return seen[0]


def at_once(folder: Path, *commands: tuple[str, ...]) -> list[Ended]:
    """Return how several builds ended that ran at the same time."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda said: batchreport(folder, "build", *said), commands))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_two_runs_at_once_end_well(tmp_path: Path, jobs: str) -> None:
    """Both end with 0 and nothing is said to be edited; the folder is as one run leaves it, and so is the next."""
    whole, folder = laid(tmp_path / "whole"), laid(tmp_path / "twice")
    batchreport(whole, "build")
    ends = at_once(folder, ("--jobs", jobs), ("--jobs", jobs))
    after = batchreport(folder, "build")

    assert [(end.code, "手工改过" in end.err, "Traceback" in end.err) for end in (*ends, after)] == [
        (0, False, False)
    ] * 3
    assert out(folder) == out(whole)
    assert temporary(folder) == []
    assert f"{COUNT * len(MONTHS)} 份未变" in after.err


def test_two_runs_of_different_templates_at_once_end_well(tmp_path: Path) -> None:
    """Each report is whole, of the one or of the other; the next run makes all of its own."""
    whole, folder = laid(tmp_path / "whole"), laid(tmp_path / "twice")
    batchreport(whole, "build")
    ends = at_once(folder, (), ("--template", "templates/modern.docx"))
    after = batchreport(folder, "build")

    assert all(ZipFile(path).testzip() is None for path in (folder / "out").rglob("*.docx"))
    assert [(end.code, "Traceback" in end.err) for end in (*ends, after)] == [(0, False)] * 3
    assert {path: data for path, data in out(folder).items() if path in out(whole)} == out(whole)


def test_stopped_while_it_writes_a_run_is_carried_on(tmp_path: Path) -> None:
    """What was written is taken as unchanged, the rest is made."""
    books = {f"2026-11/校{number}.xlsx": book(f"校{number}", code=f"D{number}") for number in range(COUNT)}
    folder = project(tmp_path, books)
    process = begun(folder, "--jobs", "1")
    while len(list((folder / "out").rglob("*.docx"))) < COUNT // 2 and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = len(list((folder / "out").rglob("*.docx")))
    ended = batchreport(folder, "build")

    assert len(list((folder / "out").rglob("*.docx"))) == COUNT
    assert there == COUNT or "份未变" in ended.err
