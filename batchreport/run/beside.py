"""This module does one thing in a copy of this process, while this one does another."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from typing import TYPE_CHECKING, Self

from batchreport.run.worker import FORKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkProcess


class Beside:
    """Something at work in a copy of this process: `done` waits for it. Left early, it is ended.

    Where a process cannot be copied, has but one processor, or the copy fails, `done` does the work itself.
    """

    def __init__(self, work: Callable[[], None], *, pays: bool = True) -> None:
        self._work = work
        self._process: ForkProcess | None = None
        if pays and FORKS and len(os.sched_getaffinity(0)) > 1:
            self._process = multiprocessing.get_context("fork").Process(target=_do, args=(work,), daemon=True)

    def __enter__(self) -> Self:
        if self._process:
            gc.freeze()  # what is not looked through stays shared
            self._process.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process:
            gc.unfreeze()
            self._process.kill()
            self._process.join()

    def done(self) -> None:
        """Have the work done; raises what it raises."""
        if self._process:
            self._process.join()
        if self._process is None or self._process.exitcode:
            self._work()


def _do(work: Callable[[], None]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked for the run ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        work()
    except BaseException:  # noqa: BLE001  (it is met again where the work is done once more, and said there)
        os._exit(1)
