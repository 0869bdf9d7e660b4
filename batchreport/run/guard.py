"""This module is a worker as a program of its own, for processes that may have no others: those of a Dask cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, cast

from batchreport.run.pipeline import Kit, Pipeline
from batchreport.run.worker import Worker, work

if TYPE_CHECKING:
    from batchreport.run.worker import Complaints

_PATIENCE = 120  # seconds that a program may take to start and to compile the template, on a busy machine


class _Program(subprocess.Popen[bytes]):
    """A program, seen as a process of ours."""

    @property
    def exitcode(self) -> int | None:
        """How it ended."""
        return self.returncode

    def join(self) -> None:
        """Wait until it has ended."""
        self.wait()


def guard(kit: Kit) -> Worker:
    """Return a worker that has just been started and is warm; raises `RuntimeError` where it does not come up.

    A process that Dask's nanny has started may not start others by multiprocessing. On Windows, where a pipe is not
    handed over this way, it is asked nevertheless: a worker without nanny may.
    """
    if os.name != "posix":
        return Worker.of(kit, Pipeline.of(kit))
    pipe, far = Pipe()
    command = [sys.executable, "-m", "batchreport.run.guard", str(far.fileno())]
    quiet = subprocess.DEVNULL
    program = _Program(command, stdin=quiet, stdout=quiet, stderr=subprocess.PIPE, pass_fds=[far.fileno()])
    far.close()
    worker = Worker(kit, program, pipe, cast("Complaints", program.stderr))
    if not _comes_up(pipe, kit):
        worker.end()
        raise RuntimeError("a process to read workbooks in did not come up")
    return worker


def _comes_up(pipe: Connection, kit: Kit) -> bool:
    try:
        pipe.send(kit)
        return pipe.poll(_PATIENCE) and pipe.recv() is None
    except (EOFError, OSError):
        return False


def _main(descriptor: int) -> None:
    pipe: Connection = Connection(descriptor)
    kit = pipe.recv()
    pipeline = Pipeline.of(kit)
    pipe.send(None)
    work(kit, pipeline, pipe, sys.stderr)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
