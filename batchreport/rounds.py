"""This module has workbooks worked on in the order of their periods, for a report hangs on what was reported before."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from batchreport.packed import periods_before
from batchreport.run.engine import processes, run_all
from batchreport.run.past import behind
from batchreport.run.pipeline import NO_FILE, Source
from batchreport.run.worker import FORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from batchreport.period import Period
    from batchreport.project import Found
    from batchreport.run.past import Past
    from batchreport.run.pipeline import Kit, Outcome, Pipeline
    from batchreport.shelf import Done


class Rounds:
    """The workbooks of one run, worked on period by period as their folders say; then those once more that came too early.

    Whoever takes the outcomes of the first round tells `past` of each before asking for the next.
    """

    def __init__(
        self, kit: Kit, pipeline: Pipeline, workbooks: Sequence[Found], past: Past, jobs: int | None = None
    ) -> None:
        self._kit = kit
        self._pipeline = pipeline
        self._past = past
        self._jobs = jobs
        self._order = {found.file: number for number, found in enumerate(workbooks)}
        self._groups = _groups(workbooks)
        self._behind: dict[str, str] = {}

    def first(self) -> Iterator[Outcome]:
        """Yield the outcome of every workbook."""
        for period, workbooks in self._groups:
            past = self._known(period)
            for outcome in self._outcomes(workbooks, past):
                self._behind[outcome.file] = behind(past, outcome)
                yield outcome

    def second(self, counting: Iterable[Outcome]) -> Iterator[Outcome]:
        """Yield the outcomes anew of those that count and were made before all was known that they hang on."""
        if all(period for period, _ in self._groups):
            return
        outcomes = {outcome.file: outcome for outcome in counting}
        for period, workbooks in self._groups:
            past = self._known(period)
            early = [
                found
                for found in workbooks
                if found.file in outcomes and behind(past, outcomes[found.file]) != self._behind[found.file]
            ]
            yield from self._outcomes(early, past)

    def in_order(self, done: Iterable[Done]) -> tuple[Done, ...]:
        """Return what was done in the order in which the workbooks were given."""
        return tuple(sorted(done, key=lambda one: self._order[one.outcome.file]))

    def _known(self, period: Period | None) -> dict[str, tuple[bytes, ...]]:
        return self._past.of(periods_before(period) if period else None)

    def _outcomes(self, workbooks: Sequence[Found], past: Mapping[str, tuple[bytes, ...]]) -> Iterator[Outcome]:
        kit, pipeline = replace(self._kit, past=past), self._pipeline.with_past(past)
        return run_all(kit, sources(workbooks), processes(self._jobs, len(workbooks)), pipeline)


def _groups(workbooks: Sequence[Found]) -> list[tuple[Period | None, list[Found]]]:
    """Return the workbooks by period, the earliest first, those without one last.

    Where a process takes long to start they are all of one group, to be sorted out in the second round.
    """
    if not FORKS:
        return [(None, list(workbooks))]
    dated = sorted((found for found in workbooks if found.period), key=attrgetter("period"))
    groups = [(period, list(group)) for period, group in groupby(dated, attrgetter("period"))]
    undated = [found for found in workbooks if not found.period]
    return [*groups, (None, undated)] if undated else groups


def sources(workbooks: Iterable[Found]) -> Iterator[Source]:
    """Yield the workbooks with their bytes, or with why they cannot be had."""
    for found in workbooks:
        if found.path.exists() and not found.path.is_file():  # nobody knows whether a pipe ever ends
            yield Source(found.file, b"", found.path.stem, found.period, unreadable=NO_FILE)
            continue
        try:
            data = found.path.read_bytes()
        except OSError as problem:
            yield Source(found.file, b"", found.path.stem, found.period, unreadable=problem.strerror or str(problem))
        else:
            yield Source(found.file, data, found.path.stem, found.period)
