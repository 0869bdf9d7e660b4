"""This module has workbooks worked on in the order of their periods, for a report hangs on what was reported before."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from batchreport.packed import periods_before
from batchreport.run.engine import Processes
from batchreport.run.entry import Entry
from batchreport.run.outcome import Source
from batchreport.run.past import behind
from batchreport.run.worker import FORKS
from batchreport.tree import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from batchreport.found import Found
    from batchreport.period import Period
    from batchreport.run.archive import Digests
    from batchreport.run.engine import Engine
    from batchreport.run.ledger import Ledger
    from batchreport.run.outcome import Kit, Outcome
    from batchreport.run.past import Past
    from batchreport.run.pipeline import Pipeline
    from batchreport.shelf import Done


class Rounds:
    """The workbooks of one run, period by period as their folders say; then those once more that came too early.

    Whoever takes the entries of one period tells `past` of each before asking for the next. `pipeline` is asked for
    when the first workbook is to be worked on; those that the `ledger` knows to be unchanged are not.
    """

    def __init__(
        self,
        kit: Kit,
        pipeline: Callable[[], Pipeline],
        workbooks: Sequence[Found],
        past: Past,
        ledger: Ledger | None = None,
        engine: Engine | None = None,
    ) -> None:
        self._kit = kit
        self._pipeline = pipeline
        self._past = past
        self._ledger = ledger
        self._engine = engine or Processes()
        self._order = {found.file: number for number, found in enumerate(workbooks)}
        self._behind: dict[str, str] = {}
        self.groups = _groups(workbooks)
        """The workbooks by the period that their folder says."""

    def first(
        self, period: Period | None, workbooks: Sequence[Found], unchanged: Mapping[str, Entry]
    ) -> Iterator[Entry]:
        """Yield the entry of every workbook of a group, in order; `unchanged` has those that are."""
        made = self._made(period, [found for found in workbooks if found.file not in unchanged])
        for found in workbooks:
            entry = unchanged.get(found.file) or next(made)
            self._behind[found.file] = entry.behind
            yield entry

    def anew(self, period: Period | None, workbooks: Sequence[Found], files: set[str]) -> Iterator[Entry]:
        """Yield the entries of those that have to be built although they are unchanged."""
        for entry in self._made(period, [found for found in workbooks if found.file in files]):
            self._behind[entry.outcome.file] = entry.behind
            yield entry

    def second(self, counting: Iterable[Outcome]) -> Iterator[Entry]:
        """Yield the entries anew of those that count and were made before all was known that they hang on."""
        if all(period for period, _ in self.groups):
            return
        outcomes = {outcome.file: outcome for outcome in counting}
        for period, workbooks in self.groups:
            known = self._digests(period)
            early = [
                found
                for found in workbooks
                if found.file in outcomes and behind(known, outcomes[found.file]) != self._behind[found.file]
            ]
            yield from self._made(period, early)

    def in_order(self, done: Iterable[Done]) -> tuple[Done, ...]:
        """Return what was done in the order in which the workbooks were given."""
        return tuple(sorted(done, key=lambda one: self._order[one.outcome.file]))

    def unchanged(self, period: Period | None, workbooks: Sequence[Found]) -> dict[str, Entry]:
        """Return by file the entries of the workbooks that are as they were, they and what they hang on."""
        if self._ledger is None:
            return {}
        entries = self._ledger.unchanged({found.file: (found.path, found.period) for found in workbooks})
        known = self._digests(period) if entries else {}
        return {file: entry for file, entry in entries.items() if behind(known, entry.outcome) == entry.behind}

    def _made(self, period: Period | None, workbooks: Sequence[Found]) -> Iterator[Entry]:
        """Yield the entries of workbooks that are worked on."""
        if not workbooks:
            return
        past = self._past.of(periods_before(period) if period else None)
        known = self._digests(period)  # once the past has been read: what of it is damaged is forgotten then
        kit, pipeline = replace(self._kit, past=past), self._pipeline().with_past(past)
        outcomes = self._engine.run_all(kit, sources(workbooks), len(workbooks), pipeline)
        for outcome, found in zip(outcomes, workbooks, strict=True):
            self._past.outdate(outcome)
            read = outcome.made_from
            made_of = self._ledger.made_of(found.file, found.period, read) if self._ledger and read else ""
            yield Entry(outcome, made_of, behind(known, outcome))

    def _digests(self, period: Period | None) -> Digests:
        return self._past.digests(periods_before(period) if period else None)


def _groups(workbooks: Sequence[Found]) -> list[tuple[Period | None, list[Found]]]:
    """Return the workbooks by period, the earliest first, those without one last.

    Where a process takes long to start they are all of one group, to be sorted out in the second round.
    """
    if not FORKS:
        return [(None, list(workbooks))]
    dated = sorted((found for found in workbooks if found.period), key=attrgetter("period"))
    groups: list[tuple[Period | None, list[Found]]] = [
        (period, list(group)) for period, group in groupby(dated, attrgetter("period"))
    ]
    undated = [found for found in workbooks if not found.period]
    return [*groups, (None, undated)] if undated else groups


def sources(workbooks: Iterable[Found]) -> Iterator[Source]:
    """Yield the workbooks, each to be read by whoever works on it."""
    for found in workbooks:
        path = str(found.path)
        yield Source(found.file, b"", spoken(found.path.stem), found.period, path=path, closed=found.closed)
