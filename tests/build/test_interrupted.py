"""Ended from outside, a run leaves whole files only, at once, and says so by its exit code."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.build.books import book, project
from tests.build.command import batchreport

COUNT = 12

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=lambda sign: sign.name)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_is_ended_leaves_whole_files(tmp_path: Path, ending: signal.Signals, jobs: str) -> None:
    """It ends within five seconds with 130, leaves no process, and the next run makes the rest."""
    names = [f"校{number}" for number in range(COUNT)]
    folder = project(tmp_path, {f"2026-11/{name}.xlsx": book(name, code=name) for name in names})
    process = begun(folder, jobs)
    out = folder / "out" / "2026-11"
    while not list(out.glob("*.docx")) and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(ending)
    told = time.monotonic()
    process.communicate(timeout=20)

    assert time.monotonic() - told < 5
    assert process.returncode in (0, 130)  # a quick machine may have done all
    assert [path for path in out.iterdir() if ZipFile(path).testzip()] == []
    assert batchreport(folder, "build").code == 0
    assert len(list(out.glob("*.docx"))) == COUNT
    assert {path.suffix for path in out.iterdir()} == {".docx"}


def begun(folder: Path, jobs: str) -> "subprocess.Popen[bytes]":
    """Start a build in a process of its own."""
    command = [sys.executable, "-m", "batchreport", "build", "--jobs", jobs]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
