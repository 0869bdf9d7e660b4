"""This module times batchreport by phase and as a command, beside the loop everyone writes.

Run `python benchmarks/departments.py [--count 100] [--repeat 5] [--markdown]`.
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
_WARM = 3  # documents before those that count


@dataclass(frozen=True)
class Options:
    """What is asked for: departments, turns, and how many departments the naive loops really do."""

    count: int = 100
    repeat: int = 5
    sample: int = 20
    seed: int = 1


def tables(options: Options) -> list[Table]:
    """Measure, and return what was found."""
    folder = material.project(options.count, options.seed)
    runs.compare(folder)
    return [_phases(folder), _whole(folder, options)]


def _phases(folder: Path) -> Table:
    """Return the medians of every phase; the first documents only warm up."""
    books = material.workbooks(folder)
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
        peak = median(one.megabytes for one in many)
        times = [
            f"{ratio(seconds[other], seconds[name]):.1f} ({ratio(processor[other], processor[name]):.1f})"
            for other in runs.NAIVE
        ]
        rows.append([name, f"{middle:.2f}", f"{options.count / middle:.0f}", f"{each:.0f}", f"{peak:.0f}", *times])
    title = f"{options.count} departments, start-up included, medians of {options.repeat} turns"
    if factor > 1:
        title += f" (the naive loops did {len(books)}; what they took beyond their start-up counts {factor:g} times)"
    against = [f"× {name}" for name in runs.NAIVE]
    return Table(
        f"{title}; × is times as fast as (by processor time)",
        ["", "seconds", "documents/s", "CPU ms each", "peak MB", *against],
        rows,
    )


def main() -> None:
    """Measure as the command line says, and print."""
    usual = Options()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=usual.count, help="departments")
    parser.add_argument("--repeat", type=int, default=usual.repeat, help="turns; medians are shown")
    parser.add_argument("--sample", type=int, default=usual.sample, help="departments that the naive loops do")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--markdown", action="store_true")
    chosen = vars(parser.parse_args())
    markdown = chosen.pop("markdown")
    measure.show(tables(Options(**chosen)), markdown=markdown)


if __name__ == "__main__":
    main()
