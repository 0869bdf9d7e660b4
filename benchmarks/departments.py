"""This module times batchreport by phase and as a command, beside the loop everyone writes and the engines for Node.

Run `python -m benchmarks.departments [--counts 100 1000] [--repeat 5] [--markdown]`.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from batchreport.run.archive import Archive
from benchmarks import asked, material, measure, node, runs
from benchmarks.measure import Found, Measured, Reached, Table
from benchmarks.phases import KEEPING, MAKING, Maker, keep
from benchmarks.throughput import Throughput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

JUDGED = 1_000
"""How many departments the bar speaks of."""
NAIVE = next(iter(runs.NAIVE))
"""The loop that the bar speaks of."""
_ALONE = "read + render + write, one process"
_PHASES = (*MAKING, *KEEPING)
_JOBS = (1, 2)
_BY_PHASE = 100  # documents that are taken apart into phases
_WARM = 3  # documents before those that count


@dataclass(frozen=True)
class Options:
    """What is asked for: departments, turns, how many departments the naive loops and how many the quicker ones really do."""

    counts: tuple[int, ...] = (100, JUDGED)
    repeat: int = 5
    sample: int = 20
    warm: int = 200
    seed: int = 1


def measured(options: Options) -> Found:
    """Measure, and return what was found."""
    tables, reached = [_phases(material.project(max(options.counts), options.seed))], {}
    for count in options.counts:
        found, notes = against_all(count, options, {f"batchreport build --jobs {jobs}": jobs for jobs in _JOBS})
        title = f"{count:,} departments, start-up included, medians of {options.repeat} turns{notes}"
        tables.append(found.table(title, [*runs.NAIVE, *node.ENGINES]))
        if count == JUDGED:
            reached = _reached(found)
    return Found(tables, reached)


def against_all(count: int, options: Options, ours: Mapping[str, int]) -> tuple[Throughput, str]:
    """Run `build` with each number of jobs in `ours` in turn with all others; return also what is to be said of the others."""
    folder = material.project(count, options.seed)
    books = material.workbooks(folder)
    few, more = books[: options.sample], books[: options.warm]
    others = node.started(folder, more) | {_ALONE: partial(alone, folder, more)}
    started: dict[str, Callable[[], Measured]] = {
        name: partial(runs.build, folder, jobs) for name, jobs in ours.items()
    }
    started |= runs.loops(folder, few) | others
    done = dict.fromkeys(runs.NAIVE, len(few)) | dict.fromkeys(others, len(more))
    notes = f" (the naive loops did {len(few)}, Node {len(more)}; what they took for each counts for the rest)"
    found = measure.in_turn(started, options.repeat)
    return Throughput(count, found, done), notes if len(few) < count else ""


def alone(folder: Path, workbooks: list[Path]) -> Measured:
    """Read, render and write in one process, without a roll-up or an archive."""
    with tempfile.TemporaryDirectory() as emptied:
        return measure.run([sys.executable, "-m", "benchmarks.phases", folder, emptied, *workbooks], material.ROOT)


def _reached(found: Throughput) -> dict[str, Reached]:
    """Return what was reached of the bar for 1,000 departments."""
    ours = f"batchreport build --jobs {_JOBS[-1]}"
    times = found.times(ours, NAIVE)
    reached = {"naive": Reached(f"{times:.1f} ×", times >= 20)}  # noqa: PLR2004
    if quick := [found.times(ours, engine) for engine in node.ENGINES if engine in found.found]:
        reached["node"] = Reached(f"{min(quick):.1f} ×", min(quick) >= 4)  # noqa: PLR2004
    mine, theirs = ([runs.each(one)[0] for one in found.found[name]] for name in (_ALONE, NAIVE))
    rate, times = 1 / median(mine), measure.ratio(theirs, mine)
    reached["one process"] = Reached(f"{rate:.0f} a second, {times:.1f} ×", rate >= 400 or times >= 20)  # noqa: PLR2004
    return reached


def _phases(folder: Path) -> Table:
    """Return the medians of every phase; the first documents only warm up."""
    books = material.workbooks(folder)[:_BY_PHASE]
    rows = []
    for name, template in (("plain template", None), ("the starter's template", material.STARTER)):
        maker = Maker(folder, template)
        documents = []
        with tempfile.TemporaryDirectory() as out, Archive(Path(out) / "archive.sqlite") as archive:
            for number, book in enumerate((*books[:_WARM], *books)):
                times, report = maker.make(book)
                times |= keep(report, Path(out) / f"{number}.docx", archive)
                documents.append(times)
        middle = [median(times[phase] for times in documents[_WARM:]) * 1000 for phase in _PHASES]
        rows.append([name, *(f"{time:.2f}" for time in middle), f"{sum(middle):.2f}", f"{1000 / sum(middle):.0f}"])
    title = f"One document by phase, in milliseconds: medians of {len(books)} documents in one process"
    return Table(title, ["", *_PHASES, "sum", "documents/s"], rows)


if __name__ == "__main__":
    asked.main(__doc__, Options(), measured)
