"""This module times many departments: whether each costs what it costs among fewer, and a second run of what has not changed.

Run `python -m benchmarks.growth [--few 1000] [--many 10000] [--repeat 3] [--markdown]`.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import asked, material, measure, node, runs
from benchmarks.measure import Found, Measured, Reached, Table, ratio
from benchmarks.throughput import Throughput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_JUDGED = (1_000, 10_000)
_JOBS = 2
_BUILD = f"batchreport build --jobs {_JOBS}"
_AGAIN = "the same again, nothing changed"
_HEADINGS = ["", "seconds", "ms each", "CPU ms each", "peak MB", "all processes MB"]


@dataclass(frozen=True)
class Options:
    """What is asked for: departments, turns, how many departments the naive loops and how many the quicker ones really do."""

    few: int = _JUDGED[0]
    many: int = _JUDGED[1]
    repeat: int = 3
    sample: int = 20
    warm: int = 200
    seed: int = 1


def measured(options: Options) -> Found:
    """Measure, and return what was found."""
    few, many = (material.project(count, options.seed) for count in (options.few, options.many))
    books = material.workbooks(many)
    begin, more = books[: options.sample], books[: options.warm]
    engines = node.started(many, more)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        started: dict[str, Callable[[], Measured]] = {
            "few": partial(runs.build, few, _JOBS),
            _BUILD: partial(_anew, many, out),
            _AGAIN: partial(_again, many, out),
            **runs.loops(many, begin),
            **engines,
        }
        found = measure.in_turn(started, options.repeat, warm=False)
    title = f"medians of {options.repeat} turns"
    done = dict.fromkeys(runs.NAIVE, len(begin)) | dict.fromkeys(engines, len(more))
    compared = {name: one for name, one in found.items() if name not in ("few", _AGAIN)}
    grown = {
        f"{options.few:,} departments": (options.few, found["few"]),
        f"{options.many:,} departments": (options.many, found[_BUILD]),
        _AGAIN: (options.many, found[_AGAIN]),
    }
    tables = [
        Throughput(options.many, compared, done).table(
            f"{options.many:,} departments, start-up included, {title} (the naive loops did {len(begin)}, Node {len(more)}; "
            "what they took for each counts for the rest)",
            [*runs.NAIVE, *node.ENGINES],
        ),
        Table(
            f"The whole build with --jobs {_JOBS}, checks and roll-up included, {title}",
            _HEADINGS,
            [_row(name, count, many) for name, (count, many) in grown.items()],
        ),
    ]
    return Found(tables, _reached(options, found) if (options.few, options.many) == _JUDGED else {})


def _anew(folder: Path, out: Path) -> Measured:
    """Build into a folder that is emptied first, and stays."""
    shutil.rmtree(out, ignore_errors=True)
    return runs.build(folder, _JOBS, out=out)


def _again(folder: Path, out: Path) -> Measured:
    """Build what is built already; raises `RuntimeError` where a document is written anew."""
    before = _written(out)
    measured = runs.build(folder, _JOBS, out=out)
    if _written(out) != before:
        raise RuntimeError("a second run has written documents anew")
    return measured


def _written(out: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in out.glob("*/*.*")}


def _row(name: str, count: int, many: Sequence[Measured]) -> list[str]:
    seconds, processor = median(one.seconds for one in many), median(one.processor for one in many)
    peaks = (median(peak) for peak in zip(*((one.megabytes, one.tree) for one in many), strict=True))
    each = (f"{time / count * 1000:.2f}" for time in (seconds, processor))
    return [name, f"{seconds:.2f}", *each, *(f"{peak:.0f}" for peak in peaks)]


def _reached(options: Options, found: dict[str, list[Measured]]) -> dict[str, Reached]:
    """Return what was reached of the bar for 10,000 departments."""
    factor = options.many / options.few
    times = ratio([one.seconds / factor for one in found[_BUILD]], [one.seconds for one in found["few"]])
    trees = [median(one.tree for one in found[name]) for name in ("few", _BUILD)]
    seconds = median(one.seconds for one in found[_AGAIN])
    flat = trees[1] <= 1.2 * trees[0]
    return {
        "growth": Reached(f"{times:.2f} ×", times <= 1.2),  # noqa: PLR2004
        "memory": Reached(f"{trees[1]:.0f} MB, {trees[0]:.0f} MB at {options.few:,}", trees[1] < 600 and flat),  # noqa: PLR2004
        "unchanged": Reached(f"{seconds:.2f} s", seconds < 3),  # noqa: PLR2004
    }


if __name__ == "__main__":
    asked.main(__doc__, Options(), measured)
