"""This module times batchreport by phase and as a command, beside the loop everyone writes.

Run `python -m benchmarks.departments [--count 1000] [--repeat 5] [--large 10000] [--markdown]`.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from batchreport.run.archive import Archive
from benchmarks import material, measure, runs
from benchmarks.measure import Measured, Table, ratio
from benchmarks.phases import KEEPING, MAKING, Maker, keep

if TYPE_CHECKING:
    from collections.abc import Callable

_PHASES = (*MAKING, *KEEPING)
_JOBS = (1, 2)
_BY_PHASE = 100  # documents that are taken apart into phases
_WARM = 3  # documents before those that count


@dataclass(frozen=True)
class Options:
    """What is asked for: departments, turns, how many departments the naive loops really do, and how many are many."""

    count: int = 1_000
    repeat: int = 5
    sample: int = 20
    seed: int = 1
    large: int = 0


def tables(options: Options) -> list[Table]:
    """Measure, and return what was found."""
    folder = material.project(options.count, options.seed)
    runs.compare(folder)
    growth = [_growth(folder, options)] if options.large else []
    return [_phases(folder), _whole(folder, options), *growth]


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


def _whole(folder: Path, options: Options) -> Table:
    books = material.workbooks(folder)[: options.sample]
    factor = options.count / len(books)
    started: dict[str, Callable[[], Measured]] = {
        f"batchreport build --jobs {jobs}": partial(runs.build, folder, jobs) for jobs in _JOBS
    }
    started |= {name: partial(runs.naive, folder, name, books) for name in runs.NAIVE}
    found = measure.in_turn(started, options.repeat)
    seconds = {name: [one.seconds + (factor - 1) * runs.worked(one)[0] for one in many] for name, many in found.items()}
    processor = {
        name: [one.processor + (factor - 1) * runs.worked(one)[1] for one in many] for name, many in found.items()
    }
    rows = []
    for name, many in found.items():
        middle = median(seconds[name])
        each = median(processor[name]) / options.count * 1000
        peaks = [f"{median(peak):.0f}" for peak in zip(*((one.megabytes, one.tree) for one in many), strict=True)]
        times = [
            f"{ratio(seconds[other], seconds[name]):.1f} ({ratio(processor[other], processor[name]):.1f})"
            for other in runs.NAIVE
        ]
        rows.append([name, f"{middle:.2f}", f"{options.count / middle:.0f}", f"{each:.0f}", *peaks, *times])
    title = f"{options.count} departments, start-up included, medians of {options.repeat} turns"
    if factor > 1:
        title += f" (the naive loops did {len(books)}; what they took beyond their start-up counts {factor:g} times)"
    against = [f"× {name}" for name in runs.NAIVE]
    return Table(
        f"{title}; × is times as fast as (by processor time)",
        ["", "seconds", "documents/s", "CPU ms each", "peak MB", "all processes MB", *against],
        rows,
    )


def _growth(folder: Path, options: Options) -> Table:
    """Return what a department costs where there are many, beside what it costs where there are `options.count`."""
    large = material.project(options.large, options.seed)
    counts = {options.count: folder, options.large: large}
    started: dict[str, Callable[[], Measured]] = {
        f"{count:,} departments": partial(runs.build, project, _JOBS[-1]) for count, project in counts.items()
    }
    found = measure.in_turn(started, 1)
    rows = []
    for count, (name, many) in zip(counts, found.items(), strict=True):
        each = [median(one) / count * 1000 for one in zip(*((m.seconds, m.processor) for m in many), strict=True)]
        peaks = (median(peak) for peak in zip(*((m.megabytes, m.tree) for m in many), strict=True))
        rows.append([name, *(f"{time:.1f}" for time in each), *(f"{peak:.0f}" for peak in peaks)])
    title = f"The whole build with --jobs {_JOBS[-1]}, checks and roll-up included"
    return Table(title, ["", "ms each", "CPU ms each", "peak MB", "all processes MB"], rows)


def main() -> None:
    """Measure as the command line says, and print."""
    usual = Options()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=usual.count, help="departments")
    parser.add_argument("--repeat", type=int, default=usual.repeat, help="turns; medians are shown")
    parser.add_argument("--sample", type=int, default=usual.sample, help="departments that the naive loops do")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--large", type=int, default=usual.large, help="departments of a second, large run; none if 0")
    parser.add_argument("--markdown", action="store_true")
    chosen = vars(parser.parse_args())
    markdown = chosen.pop("markdown")
    measure.show(tables(Options(**chosen)), markdown=markdown)


if __name__ == "__main__":
    main()
