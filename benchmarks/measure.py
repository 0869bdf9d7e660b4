"""This module runs programs in turn, measures them, and prints tables."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Measured:
    """How one program ran: its time by the clock and on the processors, the memory it had at most, what it printed.

    The processes that it starts count too: their time is added, `megabytes` is that of the largest (on macOS those of
    multiprocessing's server are left out), `tree` that of all at once, which only Linux tells. Windows tells the clock's
    time only.
    """

    seconds: float
    processor: float
    megabytes: float
    output: str
    tree: float = 0.0


@dataclass(frozen=True, slots=True)
class Reached:
    """What was measured for one line of the bar, and whether that is enough."""

    figure: str
    met: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What one benchmark found: its tables, and what it says of the lines of the bar, by their keys in `benchmarks.bar`."""

    tables: Sequence[Table]
    reached: Mapping[str, Reached] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """What a benchmark found."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """Return the table with columns as wide as they must be."""
        lines = [self.headings, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.headings))]
        shown = ["  ".join(_aligned(cells, widths)).rstrip() for cells in lines]
        return "\n".join([self.title, *shown])

    def markdown(self) -> str:
        """Return the table in Markdown, under its title."""
        marks = ["---", *("--:" for _ in self.headings[1:])]
        lines = (f"| {' | '.join(line)} |" for line in (self.headings, marks, *self.rows))
        return "\n".join([f"**{self.title}**", "", *lines])


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    pairs = zip(cells, widths, strict=True)
    return [cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(pairs)]


def run(command: Sequence[object], folder: Path | None = None) -> Measured:
    """Run a program to its end; raises `RuntimeError` with what it said where it fails."""
    with tempfile.TemporaryDirectory() as place:
        result = Path(place) / "measured.json"
        words = [sys.executable, "-I", "-S", str(_LAUNCH), str(result), *(str(word) for word in command)]
        process = subprocess.run(  # noqa: S603
            words, capture_output=True, encoding="utf-8", cwd=folder, env=_environment(), check=False
        )
        if process.returncode:
            raise RuntimeError(process.stderr or f"{command[0]} ended with {process.returncode}")
        return Measured(**json.loads(result.read_text("utf-8")), output=process.stdout)


def _environment() -> dict[str, str]:
    """Return our environment, but with compiled modules kept: those of an installed program are."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_turn(runs: Mapping[str, Callable[[], Measured]], repeat: int, *, warm: bool = True) -> dict[str, list[Measured]]:
    """Run all in turn, A B C A B C …, so that what else the machine does falls on all of them alike.

    With `warm` there is one turn more, the first, which only fills the caches.
    """
    found: dict[str, list[Measured]] = {name: [] for name in runs}
    for turn in range(0 if warm else 1, repeat + 1):
        for name, start in runs.items():
            print(f"{time.strftime('%H:%M:%S')} turn {turn} of {repeat}: {name}", file=sys.stderr)
            measured = start()
            if turn:
                found[name].append(measured)
    return found


def ratio(slow: Sequence[float], quick: Sequence[float]) -> float:
    """Return the median of the ratios of each pair."""
    return median(one / other for one, other in zip(slow, quick, strict=True))


def machine() -> str:
    """Return a line on the machine and how busy it is."""
    system, version = platform.system(), platform.python_version()
    return f"{os.cpu_count()} cores, {system}, Python {version}, {time.strftime('%Y-%m-%d')}, {load()}"


def load() -> str:
    """Return how many processes wanted to run, on average over the last minute."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def show(found: Found, *, markdown: bool) -> None:
    """Print the tables, and what of the bar was reached."""
    said = [f"{key}: {one.figure}, {'met' if one.met else 'not met'}" for key, one in found.reached.items()]
    tables = [table.markdown() if markdown else table.text() for table in found.tables]
    print("\n\n".join([machine(), *tables, "\n".join(said)]).rstrip())
