"""This module does one thing in a copy of this process, while this one does another."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from batchreport.run.worker import FORKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

T = TypeVar("T")


class Apart(Generic[T]):
    """Work that a copy of this process does: `done` waits for what comes of it. Left early, it is ended.

    Where it does not pay, a process cannot be copied, has but one processor, or the copy fails, `done` does the work itself.
    What comes of it travels through a pipe, so it should be small.
    """

    def __init__(self, work: Callable[[], T], *, pays: bool = True) -> None:
        self._work = work
        self._apart = pays and FORKS and len(os.sched_getaffinity(0)) > 1
        self._process: ForkProcess | None = None

    def __enter__(self) -> Self:
        if self._apart:
            context = multiprocessing.get_context("fork")
            self._pipe, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_do, args=(self._work, theirs), daemon=True)
            with suppress(OSError):  # the system has no room for one more
                process.start()
                self._process = process
            theirs.close()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process:
            self._process.kill()
            self._process.join()
        if self._apart:
            self._pipe.close()

    def done(self) -> T:
        """Return what comes of the work; raises what it raises."""
        if self._process:
            with suppress(EOFError, OSError):
                return self._pipe.recv()  # type: ignore[no-any-return]
        return self._work()


def _do(work: Callable[[], T], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked for the run ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        pipe.send(work())
    except BaseException:  # noqa: BLE001  (it is met again where the work is done once more, and said there)
        os._exit(1)
