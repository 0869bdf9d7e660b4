"""This module is one process that works on workbooks: it may hang, ask for too much memory or die, and nothing else does."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from batchreport.files import write_down
from batchreport.run.archive import digest_of
from batchreport.run.outcome import WrittenDown

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from batchreport.run.outcome import Kit, Outcome, Source
    from batchreport.run.pipeline import Pipeline

FORKS = sys.platform == "linux"
"""Whether a worker starts as a copy of this process, warm, in a hundredth of a second; Windows cannot, macOS breaks."""
_CONTEXT: Any = multiprocessing.get_context("fork" if FORKS else "spawn")
_GRACE = 5  # seconds after its deadline in which a worker ends itself: whoever should have ended it is gone
_ROOM = 24  # descriptors: eight for a process and its pipes, the others for the files that it and we work with
_SELDOM = 50_000  # things made beyond those thrown away; with the usual 700 a look at 10,000 rows takes a quarter of reading them
_TAIL = 65_536  # bytes of what a worker complained of that are looked at: as much as a pipe holds
_OUT_OF_TIME = -getattr(signal, "SIGALRM", 0) or None
_NO_MEMORY = b"memory allocation of"  # what Rust says before it aborts


@dataclass(frozen=True, slots=True)
class Failure:
    """What a worker says of a workbook that it could not work on: the code of the finding, and details for our eyes."""

    code: str
    said: str = ""


class Died(Exception):  # noqa: N818  (it is caught in the engine; nobody else sees it)
    """The process ended on its own; for want of memory, or because its time was over by the system's clock."""

    def __init__(self, *, wanted_memory: bool, by_the_clock: bool) -> None:
        super().__init__()
        self.wanted_memory = wanted_memory
        self.by_the_clock = by_the_clock


class Process(Protocol):
    """What a worker must know of its process."""

    @property
    def exitcode(self) -> int | None:
        """How it ended; the negative number of the signal that ended it."""

    def kill(self) -> None:
        """End it, whatever it does."""

    def join(self) -> None:
        """Wait until it has ended."""


class Complaints(Protocol):
    """Where what a process complains of can be read."""

    def fileno(self) -> int:
        """Return the descriptor."""

    def close(self) -> None:
        """Read no more."""


class Worker:
    """A process of its own with a warm pipeline; `deadline` is when the time of the source it works on is over.

    `pipe` leads to it, `complaints` is what it says on its standard error.
    """

    def __init__(self, kit: Kit, process: Process, pipe: Connection, complaints: Complaints) -> None:
        self.pipe = pipe
        self._process = process
        self._complaints = complaints
        self._patience = kit.limits.seconds
        self._given = 0
        self.deadline = float("inf")

    @classmethod
    def of(cls, kit: Kit, pipeline: Pipeline) -> Worker:
        """Return a worker that has just been started; `pipeline` is that of the kit. Raises `OSError` where there is no room."""
        _find_room()
        pipe, far = _CONTEXT.Pipe()
        complaints, loud = _CONTEXT.Pipe(duplex=False)
        inherited = pipeline if FORKS else None
        process = _CONTEXT.Process(target=work, args=(kit, inherited, far, loud), daemon=True)
        try:
            process.start()
        except OSError:
            pipe.close()
            complaints.close()
            raise
        finally:
            far.close()
            loud.close()
        return cls(kit, process, pipe, complaints)

    def give(self, source: Source) -> None:
        """Let the process work on a source, after those it was given before; where it has died, `take` will say so."""
        with suppress(OSError):
            self.pipe.send(source)
        self._given += 1
        if self._given == 1:
            self.deadline = time.monotonic() + self._patience

    def take(self) -> Outcome | Failure:
        """Return what became of the first source, once `pipe` has something to take; the next one's time runs from now.

        Raises `Died`.
        """
        try:
            answer = self.pipe.recv()
        except (EOFError, OSError):
            raise self._died() from None
        self._given -= 1
        self.deadline = time.monotonic() + self._patience if self._given else float("inf")
        return answer  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process, whatever it does."""
        self._bury()
        self.pipe.close()
        self._complaints.close()

    def _bury(self) -> None:
        self._process.kill()
        self._process.join()

    def _died(self) -> Died:
        self._bury()
        said = b""
        with suppress(OSError, EOFError, ValueError):
            said = os.read(self._complaints.fileno(), _TAIL) if os.name == "posix" else b""
        return Died(wanted_memory=_NO_MEMORY in said, by_the_clock=self._process.exitcode == _OUT_OF_TIME)


def work(kit: Kit, pipeline: Pipeline | None, pipe: Connection, loud: Complaints) -> None:
    """Make every source that comes through the pipe into an outcome, until nobody is at its other end."""
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asked for the run, and ends us too
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _redirect(loud)
    pipeline = pipeline or pipeline_of(kit)
    look_for_garbage_seldom()
    _limit_memory(kit.limits.memory)
    parent = os.getppid()
    with suppress(EOFError, ConnectionError):
        while True:
            while not pipe.poll(_GRACE):
                if os.getppid() != parent:  # killed; a brother of ours may hold its end of the pipe open
                    return
            _end_in(kit.limits.seconds + _GRACE)
            pipe.send(_written_down(_answer(pipe, pipeline), kit.aside))
            _end_in(0)


def look_for_garbage_seldom() -> None:
    """Have Python look seldom for what is held by itself alone: there is hardly any in a workbook, and none in what is loaded."""
    gc.freeze()
    gc.set_threshold(_SELDOM)


def _find_room() -> None:
    """See that a process that is started can open files, and this one still; raises `OSError` where it could not."""
    opened: list[int] = []
    try:
        while len(opened) < _ROOM:
            opened.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for descriptor in opened:
            os.close(descriptor)


def pipeline_of(kit: Kit) -> Pipeline:
    """Return the pipeline of a kit; raises `SchemaError` or `TemplateError` with every mistake."""
    from batchreport.run.pipeline import Pipeline  # noqa: PLC0415  (a run in which nothing has changed needs none)

    return Pipeline.of(kit)


def _answer(pipe: Connection, pipeline: Pipeline) -> Outcome | Failure:
    try:
        return pipeline(pipe.recv().read())
    except EOFError:
        raise
    except MemoryError:
        return Failure("file-wants-too-much-memory")
    except BaseException as problem:  # noqa: BLE001  (a panic in Rust is no Exception)
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        return Failure(
            "file-kills-reader", f"{type(problem).__name__}: {problem} ({Path(frame.filename).name}:{frame.lineno})"
        )


def _written_down(answer: Outcome | Failure, aside: str) -> Outcome | Failure:
    """Return an answer whose report lies aside; with its bytes, where they cannot be written: it is said later why."""
    if not aside or isinstance(answer, Failure) or answer.report is None:
        return answer
    path = Path(aside, f".{digest_of(answer.file.encode())}.tmp")
    try:
        write_down(path, answer.report)
    except OSError:
        return answer
    return replace(answer, report=None, written=WrittenDown(str(path), digest_of(answer.report)))


def _end_in(seconds: int) -> None:
    """Have the system end this process after a while, whatever it does; 0 calls that off."""
    if hasattr(signal, "alarm"):  # Windows has none
        signal.alarm(seconds)


def _redirect(loud: Complaints) -> None:
    """Keep what libraries print from the command's own output; the last complaint is kept for whoever buries us."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    if os.name == "posix":
        os.dup2(loud.fileno(), 2)
        os.set_blocking(2, False)


def _limit_memory(size: int) -> None:
    """Let the process have no more address space than it has and `size`; only Linux keeps to it."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  (there is none on Windows)

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        limit = pages * resource.getpagesize() + size
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
