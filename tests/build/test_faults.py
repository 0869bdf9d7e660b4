"""Whatever dies, is refused or is broken while a run goes on, it costs what it must, is said, and nothing else is lost."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from batchreport.run.worker import FORKS
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.five import five_sheets
from tests.build.test_killed import temporary
from tests.build.test_unchanged import built, out
from tests.outside import do_without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

on_linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux lists a process's children")


GOOD = five_sheets()


def departments(count: int) -> dict[str, bytes]:
    """Return the client's five sheets of so many departments, which are told apart by the files' names."""
    return dict.fromkeys((f"2026-11/校{number:03}.xlsx" for number in range(count)), GOOD)


def until(there: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is there."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


def reports(folder: Path) -> list[Path]:
    """Return the reports that are there."""
    return list((folder / "out").rglob("*.docx"))


def made(folder: Path) -> dict[str, bytes]:
    """Return the reports that are there, by name."""
    return {path.name: path.read_bytes() for path in reports(folder)}


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that a run has started."""
    try:
        return [int(word) for word in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except OSError:
        return []


HELD = """
import sys, time
from pathlib import Path
from batchreport.run.pipeline import Pipeline
from batchreport.cli import main
work = Pipeline.__call__

def held(self, source):
    while source.name >= "校030" and not Path("go on").exists():
        time.sleep(0.002)
    return work(self, source)

Pipeline.__call__ = held
sys.exit(main())
"""


def held(folder: Path, jobs: str) -> subprocess.Popen[bytes]:
    """Start a build whose workers stop before the 31st workbook until there is a file with the name "go on"."""
    command = [sys.executable, "-c", HELD, "build", "--jobs", jobs]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet, start_new_session=True)


@on_linux
@pytest.mark.parametrize("victim", [0, 1])
def test_one_worker_of_two_killed_costs_nothing(tmp_path: Path, victim: int) -> None:
    """The run ends with 0, and its reports are those of an undisturbed one, to the byte."""
    whole, folder = (project(tmp_path / name, departments(60)) for name in ("whole", "killed"))
    batchreport(whole, "build")
    process = held(folder, "2")
    until(lambda: len(workers(process)) == 2 and bool(reports(folder)))
    os.kill(workers(process)[victim], signal.SIGKILL)
    (folder / "go on").touch()

    assert process.wait(timeout=60) == 0
    assert out(folder) == out(whole)


ABORTING = """
import os, sys
from batchreport.run.pipeline import Pipeline
from batchreport.cli import main
work = Pipeline.__call__
Pipeline.__call__ = lambda self, source: os.abort() if source.name == "校003" else work(self, source)
sys.exit(main())
"""


@pytest.mark.skipif(not FORKS, reason="a worker that is no copy of its parent does not abort as told")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_workbook_that_aborts_its_reader_is_named(tmp_path: Path, jobs: str) -> None:
    """It alone has no report; the command ends with 1 and one line about it."""
    folder = project(tmp_path, departments(8))
    command = [sys.executable, "-c", ABORTING, "build", "--jobs", jobs]
    ended = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False)

    assert [line.partition("：")[0] for line in ended.stderr.splitlines() if "校003" in line] == [
        "错误  2026-11/校003.xlsx"
    ]
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert {path.stem for path in reports(folder)} == {f"校{number:03}" for number in range(8)} - {"校003"}


@pytest.mark.skipif(not FORKS, reason="a worker that is no copy of its parent does not abort as told")
def test_a_workbook_that_aborted_its_reader_is_tried_again(tmp_path: Path) -> None:
    """By the next run, though it has not changed: the fault may have been the machine's."""
    folder = project(tmp_path, departments(4))
    subprocess.run([sys.executable, "-c", ABORTING, "build"], cwd=folder, capture_output=True, timeout=60, check=False)
    ended = batchreport(folder, "build")

    assert ended.code == 0
    assert "写好 1 份报告，3 份未变" in ended.err
    assert len(made(folder)) == len(departments(4)) + ("汇总.docx" in made(folder))


@on_linux
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_every_process(tmp_path: Path, jobs: str) -> None:
    """A terminal sends it to all of them: none is left after five seconds, the reports are whole, the exit code is 130."""
    folder = project(tmp_path, departments(80))
    process = held(folder, jobs)
    until(lambda: bool(reports(folder)))
    told = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(timeout=20) == 130
    until(lambda: not alive(process.pid), 5 - (time.monotonic() - told))
    assert 0 < len(reports(folder)) < 80
    assert all(ZipFile(path).testzip() is None for path in reports(folder))
    assert temporary(folder) == []


def alive(group: int) -> list[str]:
    """Return the processes of a group that have not ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = entry.read_text().rpartition(")")
        except OSError:
            continue
        state, _, of_group, *_ = rest.split()
        if int(of_group) == group and state != "Z":
            found.append(name)
    return found


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A project of many departments whose out/ is a file system that some of their reports fill."""
    folder = project(tmp_path / "small", departments(40))
    (folder / "out").mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(folder / "out")]
    if subprocess.run(words, check=False, capture_output=True).returncode:
        do_without("mounting a file system wants root on Linux")
    yield folder
    subprocess.run(["umount", folder / "out"], check=True)


def test_where_the_disk_was_full_the_next_run_makes_the_rest(small: Path, tmp_path: Path) -> None:
    """One line, whole files; with more room the next run ends with the bytes of an undisturbed one."""
    full = batchreport(small, "build")
    there = reports(small)

    assert (full.code, full.err.count("磁盘已满"), "Traceback" in full.err) == (2, 1, False)
    assert 0 < len(there) < 40
    assert all(ZipFile(path).testzip() is None for path in there)
    assert temporary(small) == []

    subprocess.run(["mount", "-o", "remount,size=20m", small / "out"], check=True)
    whole = project(tmp_path / "whole", departments(40))
    assert [batchreport(folder, "build").code for folder in (small, whole)] == [0, 0]
    assert out(small) == out(whole)


def broken(kind: str, random: Random) -> bytes:
    """Return a workbook that cannot be read, another one each time."""
    data = GOOD
    match kind:
        case "nothing":
            return b""
        case "cut":
            return data[: random.randrange(1, len(data) - 30)]
        case "noise":
            return random.randbytes(random.randrange(1, 9000))
        case "page":
            return f"<html><td>{random.random()}</td></html>".encode()
        case "text":
            return f"指标,本期值\n学生,{random.random()}\n".encode("gb18030")
        case "hole":
            sheet = ZipFile(BytesIO(data)).getinfo("xl/worksheets/sheet1.xml")
            start = sheet.header_offset + 30 + len(sheet.filename) + random.randrange(20, 60)
            return data[:start] + bytes(40) + data[start + 40 :]
    raise ValueError(kind)


KINDS = ("nothing", "cut", "noise", "page", "text", "hole")


def test_two_hundred_broken_workbooks_cost_two_hundred_good_ones_nothing(tmp_path: Path) -> None:
    """Each of the broken has its one error, each of the good its report, with the bytes that it has without the others."""
    random = Random(200)
    bad = {f"2026-11/坏{n:03}.xlsx": broken(KINDS[n % len(KINDS)], random) for n in range(200)}
    good = departments(200)
    mixed, alone = project(tmp_path / "mixed", good | bad), project(tmp_path / "alone", good)
    ended = batchreport(mixed, "build", "--json")
    found = {one["file"]: one["findings"] for one in json.loads(ended.out)["departments"]}

    assert (ended.code, "Traceback" in ended.err) == (1, False)
    assert set(found) == set(good) | set(bad)
    assert {file: [one["severity"] for one in found[file]] for file in bad} == {file: ["error"] for file in bad}
    assert batchreport(alone, "build").code == 0
    assert made(mixed) == made(alone)
    assert len(made(mixed)) == 200


def test_a_report_open_in_word_on_windows_costs_its_department_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace it: it is named and stays as it was; closed, the next run replaces it."""
    names = ("甲校", "乙校", "丙校")
    folder = project(tmp_path, {f"2026-11/{name}.xlsx": book(name) for name in names})
    built(folder)
    before = made(folder)
    for name in names:
        changed = book(name, rows={"plans": [{"item": f"{name}新的计划"}]})
        (folder / "workbooks/2026-11" / f"{name}.xlsx").write_bytes(changed)
    replace = os.replace

    def refusing(source: Path, target: Path) -> None:
        if Path(target).name == "乙校.docx":
            said = "The process cannot access the file because it is being used by another process"
            raise PermissionError(errno.EACCES, said, str(source), 32, str(target))  # ERROR_SHARING_VIOLATION
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refusing)
        run = built(folder)
    after = made(folder)

    assert {one.outcome.file: [f.code for f in one.outcome.findings] for one in run.done if not one.outcome.good} == {
        "2026-11/乙校.xlsx": ["report-locked"]
    }
    assert run.exit_code == 1
    assert {path for path in before if before[path] == after[path]} == {"乙校.docx"}
    assert set(after) == set(before)
    assert temporary(folder) == []

    assert built(folder).exit_code == 0
    assert all(before[path] != data for path, data in made(folder).items())
