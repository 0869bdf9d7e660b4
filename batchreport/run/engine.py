"""This module works on one source after another, or on many at once, and gives the outcomes in order."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TYPE_CHECKING

from batchreport.run.pipeline import Kit, Outcome, Pipeline, Source, lost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CHUNK = 8
_AHEAD = 4  # chunks in flight per process, so that none waits and memory stays small
_PAYS_FROM = 60  # a pool costs a second or two to start; below so many workbooks one process is quicker

_pipeline: Pipeline | None = None


def processes(jobs: int | None, count: int) -> int:
    """Return how many processes to use for `count` workbooks: what was asked for, else as many as pay."""
    if jobs:
        return min(jobs, max(count, 1))
    return min(os.cpu_count() or 1, count) if count >= _PAYS_FROM else 1


def run_all(kit: Kit, sources: Iterable[Source], jobs: int = 1) -> Iterator[Outcome]:
    """Yield the outcome of every source, in order.

    With several processes a worker that dies costs only the workbook that killed it: what was in flight is done
    again, one workbook to a process, and the one whose process dies again is named.
    """
    if jobs == 1:
        pipeline = Pipeline.of(kit)
        yield from map(pipeline, sources)
    else:
        yield from _in_processes(kit, iter(sources), jobs)


def _in_processes(kit: Kit, sources: Iterator[Source], jobs: int) -> Iterator[Outcome]:
    pool = _pool(kit, jobs)
    waiting: deque[tuple[tuple[Source, ...], Future[list[Outcome]]]] = deque()
    try:
        while True:
            while len(waiting) < jobs * _AHEAD and (chunk := tuple(islice(sources, CHUNK))):
                waiting.append((chunk, _submit(pool, chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                for broken in (chunk, *(other for other, _ in waiting)):
                    yield from _one_by_one(kit, broken)
                waiting.clear()
                pool = _pool(kit, jobs)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, chunk: tuple[Source, ...]) -> Future[list[Outcome]]:
    """Hand a chunk to the pool; one that broke meanwhile is noticed when the result is asked for."""
    try:
        return pool.submit(_work, chunk)
    except BrokenProcessPool as broken:
        future: Future[list[Outcome]] = Future()
        future.set_exception(broken)
        return future


def _one_by_one(kit: Kit, sources: Sequence[Source]) -> Iterator[Outcome]:
    pool = _pool(kit, 1)
    for source in sources:
        try:
            yield from pool.submit(_work, (source,)).result()
        except BrokenProcessPool:
            yield lost(source)
            pool.shutdown(wait=False)
            pool = _pool(kit, 1)
    pool.shutdown()


def _pool(kit: Kit, jobs: int) -> ProcessPoolExecutor:
    """Return a pool whose processes start warm: imports in the fork server, schema and template once in each."""
    method = "spawn" if sys.platform == "win32" else "forkserver"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["batchreport.run.engine"])
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(kit,))


def _start(kit: Kit) -> None:
    global _pipeline  # noqa: PLW0603  (one per process, made by the pool's initializer)
    _pipeline = Pipeline.of(kit)


def _work(chunk: tuple[Source, ...]) -> list[Outcome]:
    if _pipeline is None:
        raise RuntimeError("the pool's initializer did not run")
    return [_pipeline(source) for source in chunk]
