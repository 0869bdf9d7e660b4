"""This module times one table of many rows: whether time and memory grow as the rows do, and not faster.

Run `python -m benchmarks.rows [--repeat 3] [--markdown] [SIZE...]`.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import material, measure, runs
from benchmarks.measure import Found, Measured, Reached, Table
from benchmarks.phases import MAKING, Maker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SIZES = (100, 1_000, 10_000)
_NAIVE = "naive, calamine, opened once"


def measured(repeat: int = 3, sizes: Sequence[int] = _SIZES) -> Found:
    """Measure, and return what was found."""
    folders = {size: material.large_table(size) for size in sizes}
    started: dict[str, Callable[[], Measured]] = {}
    for size, folder in folders.items():
        started[f"ours {size}"] = partial(measure.run, [sys.executable, __file__, "--one", folder])
        (book,) = material.workbooks(folder)
        started[f"build {size}"] = partial(runs.build, folder, workbooks=book)
        started[f"naive {size}"] = partial(runs.naive, folder, _NAIVE, [book])
    found = measure.in_turn(started, repeat)
    rows = []
    for size in sizes:
        ours, naive = found[f"ours {size}"], found[f"naive {size}"]
        phases = {phase: _middle(ours, phase) for phase in MAKING}
        rows.append([
            f"{size:,} rows",
            *(f"{seconds:.3f}" for seconds in phases.values()),
            f"{phases['render'] / size * 1e6:.0f}",
            f"{median(one.megabytes for one in ours):.0f}",
            f"{median(one.seconds for one in found[f'build {size}']):.2f}",
            f"{_middle(naive, 'read'):.3f}",
            f"{_middle(naive, 'render'):.3f}",
            f"{median(one.megabytes for one in naive):.0f}",
        ])  # fmt: skip
    title = f"One table of many rows, in seconds: medians of {repeat} turns (naive: calamine, opened once)"
    headings = ["", *MAKING, "render µs/row", "peak MB", "whole build", "naive read", "naive render", "naive peak MB"]
    return Found([Table(title, headings, rows)], _reached(found))


def _reached(found: Mapping[str, Sequence[Measured]]) -> dict[str, Reached]:
    """Return what was reached of the bar: the whole command for the largest table, and what a row costs in it."""
    if f"ours {_SIZES[-1]}" not in found:
        return {}
    fewer, most = ([sum(json.loads(one.output).values()) for one in found[f"ours {size}"]] for size in _SIZES[-2:])
    times = measure.ratio(most, fewer) * _SIZES[-2] / _SIZES[-1]
    seconds = median(one.seconds for one in found[f"build {_SIZES[-1]}"])
    figure = f"{seconds:.2f} s, a row {times:.2f} × what it takes among {_SIZES[-2]:,}"
    return {"rows": Reached(figure, seconds < 3 and times <= 1.2)}  # noqa: PLR2004


def _middle(many: Sequence[Measured], phase: str) -> float:
    return float(median(json.loads(one.output)[phase] for one in many))


def main() -> None:
    """Measure as the command line says, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=_SIZES, metavar="SIZE")
    parser.add_argument("--repeat", type=int, default=3, help="turns; medians are shown")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        times, _ = Maker(chosen.one).make(material.workbooks(chosen.one)[0])
        print(json.dumps(times))
    else:
        measure.show(measured(chosen.repeat, chosen.sizes), markdown=chosen.markdown)


if __name__ == "__main__":
    main()
