"""This module gives every source to a worker and yields the outcomes in order; no workbook can end or hang a run."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from batchreport.run.pipeline import Kit, Outcome, Pipeline, Source, lost
from batchreport.run.worker import FORKS, Died, Failure, Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AHEAD = 64  # outcomes that may wait for one before them, so that memory stays small
_PAYS_FROM = 16 if FORKS else 60  # below so many workbooks one process is as quick as several
_TRIES = 2  # a process may be ended from outside, so the workbook in it gets a second one


@dataclass(slots=True)
class _Task:
    """A source with its number, and how often it is tried."""

    number: int
    source: Source
    tries: int = 1


def processes(jobs: int | None, count: int) -> int:
    """Return how many processes to use for `count` workbooks: what was asked for, else as many as pay."""
    if jobs:
        return min(jobs, max(count, 1))
    return min(os.cpu_count() or 1, count) if count >= _PAYS_FROM else 1


def run_all(kit: Kit, sources: Iterable[Source], jobs: int = 1, pipeline: Pipeline | None = None) -> Iterator[Outcome]:
    """Yield the outcome of every source, in order; `pipeline` is the kit's, where it has been made already.

    A workbook whose process dies, or that takes more time or memory than the kit's limits allow, has one finding that
    says so; another process takes over. Raises the `BatchReportError` of a kit that cannot be used.
    """
    engine = _Engine(kit, pipeline or Pipeline.of(kit), sources, jobs)
    try:
        yield from engine.outcomes()
    finally:
        engine.end()


class _Engine:
    """Some workers, what each of them works on, and the outcomes whose turn has not come."""

    def __init__(self, kit: Kit, pipeline: Pipeline, sources: Iterable[Source], jobs: int) -> None:
        self._kit = kit
        self._pipeline = pipeline
        self._jobs = jobs
        self._sources = enumerate(sources)
        self._idle: list[Worker] = []
        self._busy: dict[Worker, _Task] = {}
        self._again: list[_Task] = []
        self._done: dict[int, Outcome] = {}
        self._turn = 0

    def outcomes(self) -> Iterator[Outcome]:
        """Yield outcomes as their turn comes."""
        while self._hand_out():
            self._collect()
            while self._turn in self._done:
                yield self._done.pop(self._turn)
                self._turn += 1

    def end(self) -> None:
        """End every process, whatever it does."""
        for worker in (*self._busy, *self._idle):
            worker.end()

    def _hand_out(self) -> bool:
        """Give every worker that is free a source; return whether anything is under way."""
        while len(self._busy) < self._jobs and (task := self._next()):
            worker = self._idle.pop() if self._idle else Worker(self._kit, self._pipeline)
            self._busy[worker] = task
            try:
                worker.give(task.source)
            except Died as died:
                self._bury(worker, died)
        return bool(self._busy or self._done)

    def _next(self) -> _Task | None:
        if self._again:
            return self._again.pop()
        if len(self._busy) + len(self._done) >= self._jobs * _AHEAD:
            return None
        number, source = next(self._sources, (0, None))
        return None if source is None else _Task(number, source)

    def _collect(self) -> None:
        """Wait until a worker has answered, has died, or has had its time."""
        first = min((worker.deadline for worker in self._busy), default=0.0)
        workers = {worker.pipe: worker for worker in self._busy}
        for pipe in wait(list(workers), max(first - time.monotonic(), 0)):
            worker = workers[pipe]
            try:
                answer = worker.take()
            except Died as died:
                self._bury(worker, died)
            else:
                self._settle(worker, answer)
        for worker in [worker for worker in self._busy if worker.deadline <= time.monotonic()]:
            self._settle(worker, Failure("file-takes-too-long", f"{self._kit.limits.seconds}"))

    def _settle(self, worker: Worker, answer: Outcome | Failure) -> None:
        """Put an answer where it waits for its turn; a worker that failed has seen too much to go on."""
        task = self._busy.pop(worker)
        if isinstance(answer, Failure):
            worker.end()
            answer = lost(task.source, answer.code, said=answer.said)
        else:
            self._idle.append(worker)
        self._done[task.number] = answer

    def _bury(self, worker: Worker, died: Died) -> None:
        """Try again what a worker died of: it may have been ended from outside, for another's sake."""
        task = self._busy[worker]
        if died.wanted_memory or task.tries == _TRIES:
            code = "file-wants-too-much-memory" if died.wanted_memory else "file-kills-reader"
            self._settle(worker, Failure(code))
        else:
            self._busy.pop(worker).tries += 1
            self._again.append(task)
            worker.end()
