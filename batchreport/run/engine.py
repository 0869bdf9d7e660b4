"""This module gives every source to a worker and yields the outcomes in order; no workbook can end or hang a run."""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Protocol

from batchreport.errors import BatchReportError, reason
from batchreport.findings import error
from batchreport.run.outcome import Kit, Outcome, Source, lost
from batchreport.run.worker import FORKS, Died, Failure, Worker, pipeline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from batchreport.run.pipeline import Pipeline

_AHEAD = 64  # outcomes that may wait for one before them, so that memory stays small
_SMALL = 65_536 if FORKS else 0  # bytes that a pipe takes at once; with more both its ends could wait for each other
_PAYS_FROM = 8 if FORKS else 60  # below so many workbooks one process is as quick as several (docs/scaling.md)
_LOOK = 1.0  # seconds for which answers are waited for at a time
_ABSENT = 3.0  # seconds after which it is sure that nobody looked: the run was suspended, or waited for a disk
_TRIES = 2  # a process may be ended from outside, so the workbook in it gets a second one


class Engine(Protocol):
    """What makes sources into outcomes, many at once: processes of this machine, or a cluster."""

    def run_all(self, kit: Kit, sources: Iterable[Source], count: int, pipeline: Pipeline) -> Iterator[Outcome]:
        """Yield the outcomes of `count` sources, in order; `pipeline` is that of the kit."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Processes of this machine: `jobs`, or as many as pay."""

    jobs: int | None = None

    def run_all(self, kit: Kit, sources: Iterable[Source], count: int, pipeline: Pipeline) -> Iterator[Outcome]:
        """Yield the outcomes of `count` sources, in order: see `run_all`."""
        return run_all(kit, sources, processes(self.jobs, count), pipeline)


def processes(jobs: int | None, count: int) -> int:
    """Return how many processes to use for `count` workbooks: what was asked for, else as many as pay."""
    if jobs:
        return min(jobs, max(count, 1))
    return min(_processors(), count) if count >= _PAYS_FROM else 1


def _processors() -> int:
    """Return how many processors are there for us, which may be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_all(kit: Kit, sources: Iterable[Source], jobs: int = 1, pipeline: Pipeline | None = None) -> Iterator[Outcome]:
    """Yield the outcome of every source, in order; `pipeline` is the kit's, where it has been made already.

    A workbook whose process dies, or that takes more time or memory than the kit's limits allow, has one finding that
    says so; another process takes over. Raises the `BatchReportError` of a kit that cannot be used.
    """
    ready = pipeline or pipeline_of(kit)
    team = Team(kit, lambda: Worker.of(kit, ready), jobs)
    try:
        yield from team.outcomes(sources)
    finally:
        team.end()


@dataclass(slots=True)
class _Task:
    """A source with its number, and how often it is tried."""

    number: int
    source: Source
    tries: int = 1


class Team:
    """Some workers, what lies before each of them, and the outcomes whose turn has not come.

    A worker has a second source at hand while it works on the first, so that it need not wait for us; both are in
    its pipe, the first to be answered first. Whoever dies, dies of the first.
    """

    def __init__(self, kit: Kit, start: Callable[[], Worker], jobs: int) -> None:
        self._kit = kit
        self._start = start
        self._jobs = jobs
        self._sources: Iterator[_Task] = iter(())
        self._idle: list[Worker] = []
        self._busy: dict[Worker, deque[_Task]] = {}
        self._again: list[_Task] = []
        self._done: dict[int, Outcome] = {}
        self._turn = 0
        self._looked = 0.0

    def outcomes(self, sources: Iterable[Source]) -> Iterator[Outcome]:
        """Yield outcomes as their turn comes; the workers stay, warm, for more sources.

        Raises `BatchReportError` where the system lets us start no process.
        """
        self._turn = 0
        self._looked = time.monotonic()
        self._sources = (_Task(number, source) for number, source in enumerate(sources))
        while self._hand_out():
            self._collect()
            if self._turn in self._done:
                yield self._done.pop(self._turn)
                self._turn += 1

    def end(self) -> None:
        """End every process, whatever it does."""
        for worker in (*self._busy, *self._idle):
            worker.end()

    def _hand_out(self) -> bool:
        """Give every worker that is free a source, and every other one a second; return whether anything is under way."""
        while len(self._busy) < self._jobs and (task := self._next()):
            worker = self._free()
            if worker is None:
                self._again.append(task)
                break
            self._busy[worker] = deque([task])
            worker.give(task.source)
        for worker, tasks in self._busy.items():
            if len(tasks) == 1 and (task := self._next()):
                if len(task.source.data) > _SMALL:
                    self._again.append(task)
                    break
                tasks.append(task)
                worker.give(task.source)
        return bool(self._busy or self._done)

    def _free(self) -> Worker | None:
        """Return a worker that has nothing to do; None where there is no room for one more, and those there do it all."""
        if self._idle:
            return self._idle.pop()
        try:
            return self._start()
        except OSError as problem:
            if not self._busy:
                raise BatchReportError([error("run-no-process", said=reason(problem))]) from None
            self._jobs = len(self._busy)
            return None

    def _next(self) -> _Task | None:
        if self._again:
            return self._again.pop()
        if sum(map(len, self._busy.values())) + len(self._done) >= self._jobs * _AHEAD:
            return None
        return next(self._sources, None)

    def _collect(self) -> None:
        """Take what workers have answered, or wait for one to answer, to die or to have had its time."""
        self._look()
        first = time.monotonic() if self._turn in self._done else min(worker.deadline for worker in self._busy)
        workers: dict[Any, Worker] = {worker.pipe: worker for worker in self._busy}
        answered = wait(list(workers), min(max(first - time.monotonic(), 0), _LOOK))
        self._look()
        for pipe in answered:
            worker = workers[pipe]
            try:
                answer = worker.take()
            except Died as died:
                self._bury(worker, died)
            else:
                self._settle(worker, answer)
        for worker in [worker for worker in self._busy if worker.deadline <= time.monotonic()]:
            self._settle(worker, Failure("file-takes-too-long", f"{self._kit.limits.seconds}"))

    def _look(self) -> None:
        """Move all deadlines by the time for which nobody looked: the workers may have been suspended with us."""
        now = time.monotonic()
        absent = now - self._looked
        self._looked = now
        if absent > _ABSENT:
            for worker in self._busy:
                worker.deadline += absent

    def _settle(self, worker: Worker, answer: Outcome | Failure) -> None:
        """Put an answer where it waits for its turn; a worker that failed has seen too much to go on."""
        task = self._busy[worker].popleft()
        if isinstance(answer, Failure):
            answer = lost(task.source, answer.code, said=answer.said)
            self._dismiss(worker)
        elif not self._busy[worker]:
            del self._busy[worker]
            self._idle.append(worker)
        self._done[task.number] = answer

    def _bury(self, worker: Worker, died: Died) -> None:
        """Try again what a worker died of: it may have been ended from outside, for another's sake.

        One that ended itself before its time was over, as it saw the time, was suspended.
        """
        task = self._busy[worker][0]
        if died.by_the_clock and worker.deadline > time.monotonic():
            self._dismiss(worker)
        elif died.wanted_memory or task.tries == _TRIES:
            code = "file-wants-too-much-memory" if died.wanted_memory else "file-kills-reader"
            self._settle(worker, Failure(code))
        else:
            task.tries += 1
            self._dismiss(worker)

    def _dismiss(self, worker: Worker) -> None:
        """End a worker; what lay before it is for others."""
        self._again += self._busy.pop(worker)
        worker.end()
