"""A Dask cluster makes the reports that one process makes, whatever becomes of its workers; what it lacks is said."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from batchreport.errors import BatchReportError
from batchreport.run import cluster
from batchreport.run.cluster import Cluster
from batchreport.run.pipeline import Pipeline
from tests.build.books import ROOT, project
from tests.build.command import batchreport
from tests.build.five import five_sheets
from tests.build.test_engine import KIT, Bad, ending, source
from tests.build.test_unchanged import out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from batchreport.run.pipeline import Source

COUNT = 300
LESS = 60
FEW = 6
BAD = 2
PATIENCE = 120  # seconds in which a process must come up, on a busy machine

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are killed as on POSIX")


@dataclass
class Dask:
    """A scheduler on this machine, and what was started beside it."""

    address: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a program of Dask; `path` is where its Python looks for packages first."""
        known = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, filter(None, (path, ROOT)))), **self.environment}
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        words = [sys.executable, "-m", *command, "--no-dashboard"]
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder, env=known, start_new_session=True)
        log.close()
        self.processes.append(process)
        return process

    def worker(self, *options: str, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a worker of one thread, and return when the scheduler knows it."""
        words = ("distributed.cli.dask_worker", self.address, "--nthreads", "1", *options)
        process = self.start(*words, "--local-directory", str(self.folder), path=path)
        until(lambda: self.says(b"Registered to"))
        return process

    def says(self, words: bytes) -> bool:
        """Tell whether what was started last has said something."""
        return words in (self.folder / f"{len(self.processes) - 1}.log").read_bytes()

    def end(self) -> None:
        """End all that was started."""
        for process in self.processes:
            killed(process)


def killed(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those that it has started, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    last = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def scheduler(folder: Path, **environment: str) -> Iterator[Dask]:
    """Start a scheduler; end it, and all that was started beside it."""
    port = free_port()
    dask = Dask(f"tcp://127.0.0.1:{port}", folder, environment)
    try:
        dask.start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-show")
        until(lambda: dask.says(b"Scheduler at:"))
        yield dask
    finally:
        dask.end()


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A scheduler with one worker, as a nanny starts it."""
    with scheduler(tmp_path_factory.mktemp("dask")) as dask:
        dask.worker()
        yield dask


def laid(folder: Path, count: int = COUNT) -> Path:
    """Return a project with some departments of October and many of November, the same among them."""
    data = five_sheets()
    paths = [
        f"2026-{10 if number < FEW else 11}/校{max(number - FEW, number % FEW):03}.xlsx" for number in range(count)
    ]
    return project(folder, dict.fromkeys(paths, data), rollup=True)


def begun(folder: Path, address: str) -> subprocess.Popen[bytes]:
    """Start a build on a cluster."""
    command = [sys.executable, "-m", "batchreport", "build", "--quiet", "--cluster", address]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def reports(folder: Path) -> int:
    """Return how many reports there are."""
    return len(list((folder / "out").rglob("校*.docx")))


def test_a_cluster_makes_the_same_reports_though_a_worker_is_killed(tmp_path: Path, dask: Dask) -> None:
    """300 departments of two periods, one worker of two killed in the middle: every byte is that of a serial run."""
    serial, folder = laid(tmp_path / "serial"), laid(tmp_path / "cluster")
    victim = dask.worker()
    process = begun(folder, dask.address)
    until(lambda: process.poll() is not None or reports(folder) > COUNT // 5)
    there = reports(folder)
    killed(victim)
    _, said = process.communicate(timeout=PATIENCE)
    batchreport(serial, "build", "--jobs", "1")

    assert (process.returncode, said, there < COUNT) == (0, b"", True)
    assert reports(folder) == COUNT
    assert out(folder) == out(serial)


def unpacked(good: Source, where: str, act: Callable[[], None]) -> Source:
    """Act in a process with `where` among its words; in another pass the source on, to act later."""
    if where in " ".join(sys.orig_argv):
        act()
    return bad(good, where, act)


def bad(good: Source, where: str, act: Callable[[], None]) -> Source:
    """Return a source that does something to the process of that kind that takes it out of its parcel."""
    return Bad(good.file, good.data, good.name, good.period, act=unpacked, said=(good, where, act))


def the_bad_one(address: str, where: str, act: Callable[[], None]) -> str:
    """Return the code of the only workbook without a report; all are there, in order."""
    work = [source(number) for number in range(FEW)]
    work[BAD] = bad(source(BAD), where, act)
    with Cluster(address) as workers:
        outcomes = list(workers.run_all(KIT, work, len(work), Pipeline.of(KIT)))
    assert [outcome.file for outcome in outcomes] == [f"{number}.xlsx" for number in range(FEW)]
    (lost,) = [outcome for outcome in outcomes if outcome.report is None]
    (finding,) = lost.findings
    assert finding.place.file == f"{BAD}.xlsx"
    return finding.code


def test_a_large_workbook_goes_to_a_cluster(dask: Dask) -> None:
    """And is refused there for its size, like anywhere."""
    work = [replace(source(number), data=b"PK" + bytes(30 << 20)) for number in range(2)]
    with Cluster(dask.address) as workers:
        outcomes = list(workers.run_all(KIT, work, len(work), Pipeline.of(KIT)))

    assert [outcome.findings[0].code for outcome in outcomes] == ["file-too-large"] * 2


def test_a_workbook_that_kills_its_reader_kills_no_worker(dask: Dask) -> None:
    """Workers of a cluster have processes of their own to read in."""
    assert the_bad_one(dask.address, "batchreport.run.guard", ending) == "file-kills-reader"


def test_a_workbook_that_kills_workers_is_found(tmp_path: Path) -> None:
    """Dask gives up on all that a worker had in hand; each is tried alone, and only the culprit is named."""
    with scheduler(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as dask:
        dask.worker()

        assert the_bad_one(dask.address, "multiprocessing", ending) == "file-kills-reader"


def test_a_worker_with_another_program_is_named(tmp_path: Path, dask: Dask) -> None:
    """What it has, and what it would have to have, before the first workbook is read."""
    shutil.copytree(ROOT / "batchreport", tmp_path / "other/batchreport")
    with (tmp_path / "other/batchreport/values.py").open("a") as module:
        module.write("# changed\n")
    folder = laid(tmp_path / "project", count=1)
    worker = dask.worker("--no-nanny", path=tmp_path / "other")
    ended = batchreport(folder, "build", "--cluster", dask.address)
    killed(worker)

    assert (ended.code, ended.err.count("\n"), reports(folder)) == (2, 1, 0)
    assert "tcp://127.0.0.1:" in ended.err
    assert ended.err.count("batchreport 0.1.0 (") == 1


def test_a_worker_without_batchreport_is_named(tmp_path: Path, dask: Dask) -> None:
    """With what to install there."""
    (tmp_path / "none/batchreport").mkdir(parents=True)
    (tmp_path / "none/batchreport/__init__.py").write_text("raise ImportError")
    worker = dask.worker("--no-nanny", path=tmp_path / "none")
    ended = batchreport(laid(tmp_path / "project", count=1), "build", "--cluster", dask.address)
    killed(worker)

    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "pip install batchreport[dask]" in ended.err


def test_a_scheduler_that_is_lost_is_said(tmp_path: Path) -> None:
    """The run ends with 2 and a line; the reports that are there are whole, and the next run makes the rest."""
    whole, folder = laid(tmp_path / "whole", LESS), laid(tmp_path / "lost", LESS)
    with scheduler(tmp_path) as dask:
        dask.worker("--no-nanny")
        process = begun(folder, dask.address)
        until(lambda: process.poll() is not None or bool(reports(folder)))
        killed(dask.processes[0])
        told = time.monotonic()
        _, said = process.communicate(timeout=PATIENCE)

    assert (process.returncode, said.count(b"\n")) == (2, 1)
    assert time.monotonic() - told < PATIENCE / 2
    assert [batchreport(each, "build").code for each in (folder, whole)] == [0, 0]
    assert out(folder) == out(whole)


def test_a_scheduler_that_is_lost_between_two_outcomes_is_said(tmp_path: Path) -> None:
    """Though Dask has given it up long before the next one is asked for."""
    with scheduler(tmp_path) as dask:
        dask.worker("--no-nanny")
        with Cluster(dask.address) as workers:
            outcomes = workers.run_all(KIT, [source(number) for number in range(LESS)], LESS, Pipeline.of(KIT))
            next(outcomes)
            killed(dask.processes[0])
            until(lambda: workers._client.status == "closed")
            with pytest.raises(BatchReportError) as caught:
                list(outcomes)

    assert [finding.code for finding in caught.value.findings] == ["cluster-lost"]


def test_a_run_on_a_cluster_that_is_ended_ends_at_once(tmp_path: Path, dask: Dask) -> None:
    """Ctrl-C: within five seconds, with whole files only."""
    folder = laid(tmp_path, LESS)
    process = begun(folder, dask.address)
    until(lambda: process.poll() is not None or bool(reports(folder)))
    process.send_signal(signal.SIGINT)
    told = time.monotonic()
    process.communicate(timeout=PATIENCE)

    assert time.monotonic() - told < 5
    assert process.returncode in (0, 130)  # a quick machine may have done all
    assert all(ZipFile(path).testzip() is None for path in (folder / "out").rglob("*.docx"))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "127.0.0.1:{port}", "nonsense", "foo://bar:1"])
def test_no_scheduler_is_said(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the address looks like."""
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(BatchReportError) as caught:
        Cluster(address.format(port=free_port()))

    (finding,) = caught.value.findings
    assert finding.code == "cluster-unreachable"
    assert finding.line("zh").count("\n") == 0


def test_a_scheduler_without_workers_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would wait for ever."""
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with scheduler(tmp_path) as dask, pytest.raises(BatchReportError) as caught:
        Cluster(dask.address)

    assert [finding.code for finding in caught.value.findings] == ["cluster-no-workers"]


def test_without_dask_the_extra_is_named(tmp_path: Path) -> None:
    """What to install, or to leave out."""
    (tmp_path / "none").mkdir()
    (tmp_path / "none/distributed.py").write_text("raise ImportError")
    folder = laid(tmp_path / "project", count=1)
    path = os.pathsep.join([str(tmp_path / "none"), str(ROOT)])
    ended = batchreport(folder, "build", "--cluster", "tcp://127.0.0.1:1", PYTHONPATH=path)

    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "pip install batchreport[dask]" in ended.err
