"""This module times `build --cluster`: a scheduler and some workers, all processes of this machine that speak over TCP.

Run `python -m benchmarks.cluster [--count 1000] [--workers 1 2 4] [--repeat 3] [--markdown]`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import asked, material, measure, runs
from benchmarks.measure import Found, Measured, Table, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SERIAL = "batchreport build --jobs 1"
_HERE = "127.0.0.1"
_PATIENCE = 60  # seconds that all workers may take to come, and that they stay when the scheduler has gone


@dataclass(frozen=True)
class Options:
    """What is asked for: departments, turns, and how many workers each cluster has."""

    count: int = 1_000
    repeat: int = 3
    workers: tuple[int, ...] = (1, 2, 4)
    seed: int = 1


def measured(options: Options) -> Found:
    """Measure, and return what was found; raises `RuntimeError` where a cluster makes other reports than one process."""
    folder = material.project(options.count, options.seed)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = {count: stack.enter_context(cluster(count)) for count in options.workers}
        started: dict[str, Callable[[], Measured]] = {_SERIAL: partial(runs.build, folder, out=place / "serial")}
        started |= {_name(count): partial(_build, folder, address) for count, address in addresses.items()}
        started[_SERIAL]()
        for count, address in addresses.items():
            _build(folder, address, place / _name(count))
            if _reports(place / _name(count)) != _reports(place / "serial"):
                raise RuntimeError(f"a cluster with {_name(count)} makes other reports than one process")
        started[_SERIAL] = partial(runs.build, folder)
        found = measure.in_turn(started, options.repeat, warm=False)
    rows = [_row(name, options.count, many, found[_SERIAL]) for name, many in found.items()]
    title = f"{options.count:,} departments on a cluster, medians of {options.repeat} turns; × is times as fast as one process"
    headings = ["", "seconds", "documents/s", "CPU ms each of the command", "peak MB of the command", "×"]
    return Found([Table(title, headings, rows)])


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers, and give the address; all end with the block."""
    from distributed import Client  # noqa: PLC0415  (an extra; and what only prints its help needs none)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that no worker outlives us
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        file = Path(place) / "scheduler.json"
        begin = partial(_begun, stack, Path(place), file)
        begin("scheduler", "--host", _HERE, "--port", 0)
        for _ in range(workers):
            begin("worker", "--nthreads", 1, "--no-nanny", "--local-directory", place, "--death-timeout", _PATIENCE)
        with Client(scheduler_file=str(file), timeout=_PATIENCE, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(workers, timeout=_PATIENCE)
            address = str(client.scheduler.address)
        yield address


def _begun(stack: ExitStack, place: Path, file: Path, what: str, *options: object) -> None:
    """Start a scheduler or a worker that ends with the stack."""
    words = ["--scheduler-file", file, "--no-dashboard", *options]
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *map(str, words)]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    stack.callback(process.wait)
    stack.callback(process.kill)


def _build(folder: Path, address: str, out: Path | None = None) -> Measured:
    return runs.build(folder, None, "--cluster", address, out=out)


def _name(workers: int) -> str:
    return "--cluster, 1 worker" if workers == 1 else f"--cluster, {workers} workers"


def _reports(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.glob("*/*.*")}


def _row(name: str, count: int, many: Sequence[Measured], serial: Sequence[Measured]) -> list[str]:
    seconds = median(one.seconds for one in many)
    each = median(one.processor for one in many) / count * 1000
    peak = median(one.megabytes for one in many)
    times = ratio([one.seconds for one in serial], [one.seconds for one in many])
    return [name, f"{seconds:.2f}", f"{count / seconds:.0f}", f"{each:.1f}", f"{peak:.0f}", f"{times:.1f}"]


if __name__ == "__main__":
    asked.main(__doc__, Options(), measured)
