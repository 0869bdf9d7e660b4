"""Work that a copy of the process does: its answer, and what happens where there can be none."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from datetime import date
from multiprocessing.context import ForkProcess
from typing import TYPE_CHECKING

import pytest

from batchreport import rolled
from batchreport.run.apart import Apart
from batchreport.run.worker import FORKS
from tests.build.books import book, project
from tests.build.five import five_sheets

if TYPE_CHECKING:
    from pathlib import Path

DUE = date(2026, 12, 31)
MANY = rolled.PAYS_FROM
pytestmark = pytest.mark.skipif(not FORKS, reason="only Linux copies processes")


def test_the_copy_does_the_work() -> None:
    """What the work returns comes from another process."""
    with Apart(os.getpid) as other:
        assert other.done() != os.getpid()


def test_where_it_does_not_pay_the_work_is_done_here() -> None:
    """No process is started."""
    with Apart(os.getpid, pays=False) as other:
        assert other.done() == os.getpid()


def test_what_a_lost_copy_was_to_do_is_done_here() -> None:
    """A copy that is killed, for want of memory say, costs time and nothing else."""
    mine = os.getpid()

    def work() -> int:
        if os.getpid() != mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with Apart(work) as other:
        assert other.done() == mine


def test_where_no_process_can_be_started_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that has no room for one more process does not end a run."""

    def full(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(ForkProcess, "start", full)
    with Apart(os.getpid) as other:
        assert other.done() == os.getpid()


def test_what_the_work_raises_is_raised_here() -> None:
    """An error of the copy is that of the work done once more."""

    def work() -> None:
        raise OSError(28, "no room")

    with Apart(work) as other, pytest.raises(OSError, match="no room"):
        other.done()


def test_left_early_the_copy_is_ended() -> None:
    """Nothing goes on behind a run that has ended."""

    def leave() -> None:
        with Apart(lambda: time.sleep(600)):
            raise InterruptedError

    before = time.monotonic()
    with pytest.raises(InterruptedError):
        leave()
    assert time.monotonic() - before < 60
    assert not multiprocessing.active_children()


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with as many departments as two processes make a roll-up of, three texts with signs of their own."""
    texts = {7: "_x0041_ 甲", 8: "=1+1", 9: "_x0042_"}
    special = {
        f"2026-11/单位{at}.xlsx": book(f"单位{at}", code=f"D{at}", rows={"plans": [{"item": text, "due": DUE}]})
        for at, text in texts.items()
    }
    books = dict.fromkeys((f"2026-11/单位{at}.xlsx" for at in range(MANY)), five_sheets()) | special
    return project(tmp_path_factory.mktemp("offices"), books, rollup=True)


TOLD = """
import os, signal, sys
from batchreport import rolled
from batchreport.cli import main
from batchreport.report.rollup import documents, records as rollup
mine, write, make = os.getpid(), rollup.write_records, documents.rollup_docx
rolled.PAYS_TO = {most}
def told(what):
    print(what, "here" if os.getpid() == mine else "apart", file=sys.stderr, flush=True)
def records(*given):
    told("records")
    if os.getpid() != mine and "{lost}":
        os.kill(os.getpid(), signal.SIGKILL)
    return write(*given)
def report(*given):
    told("report")
    return make(*given)
rollup.write_records, documents.rollup_docx = records, report
main()
"""
"""Runs a command, and says where records and report are written; where the copy is to be `lost`, it dies of the records.

It makes no report in a copy for more than `most` departments.
"""


def built(
    folder: Path, out: Path, jobs: str, *, lost: bool = False, most: int = MANY
) -> tuple[set[str], dict[str, bytes]]:
    """Return where records and report were written, and all documents of the roll-up, built into `out`."""
    script = TOLD.format(lost="lost" if lost else "", most=most)
    command = [sys.executable, "-c", script, "build", "--out", str(out), "--jobs", jobs]
    ended = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    said = {line for line in ended.stderr.splitlines() if line.startswith(("records ", "report "))}
    return said, {path.name: path.read_bytes() for path in sorted((out / "2026-11").glob("*")) if path.stem == "汇总"}


def test_two_processes_make_the_roll_up_of_one(offices: Path, tmp_path: Path) -> None:
    """The same bytes, whether copies make it, this process does, or a copy dies of it; nothing is left lying."""
    one = built(offices, tmp_path / "one", "1")
    two = built(offices, tmp_path / "two", "2")
    lost = built(offices, tmp_path / "lost", "2", lost=True)
    large = built(offices, tmp_path / "large", "2", most=MANY - 1)

    assert one[0] == {"records here", "report here"}
    assert two[0] == {"records apart", "report apart"}
    assert lost[0] == {"records apart", "records here", "report apart"}
    assert large[0] == {"records apart", "report here"}
    assert set(one[1]) == {"汇总.docx", "汇总.xlsx"}
    assert one[1] == two[1] == lost[1] == large[1]
    left = [
        {path.name for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("one", "two", "lost", "large")
    ]
    assert all(each == left[0] for each in left)
