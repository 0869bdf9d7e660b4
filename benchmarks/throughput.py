"""This module makes one table of runs over the same departments: how long each takes, and how many times as long as ours."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.measure import Table, ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.measure import Measured


@dataclass(frozen=True, slots=True)
class Throughput:
    """Runs over `count` departments, by name, each as often as there were turns; `done` tells how many each really did.

    Where that is fewer, the others count what a document took in that run.
    """

    count: int
    found: Mapping[str, Sequence[Measured]]
    done: Mapping[str, int]

    def seconds(self, name: str) -> list[float]:
        """Return the seconds of each turn."""
        return [seconds for seconds, _ in self._scaled(name)]

    def processor(self, name: str) -> list[float]:
        """Return the seconds on the processors of each turn."""
        return [processor for _, processor in self._scaled(name)]

    def times(self, name: str, other: str) -> float:
        """Return how many times as fast as `other` a run was."""
        return ratio(self.seconds(other), self.seconds(name))

    def table(self, title: str, against: Sequence[str]) -> Table:
        """Return the runs as a table, with how many times as fast as those of `against` each was."""
        rows = [self._row(name, [other for other in against if other in self.found]) for name in self.found]
        shown = [other for other in against if other in self.found]
        headings = ["", "seconds", "documents/s", "CPU ms each", "peak MB", "all processes MB"]
        title = f"{title}; × is times as fast as (by processor time)"
        return Table(title, [*headings, *(f"× {other}" for other in shown)], rows)

    def _row(self, name: str, against: Sequence[str]) -> list[str]:
        many = self.found[name]
        middle, each = median(self.seconds(name)), median(self.processor(name)) / self.count * 1000
        peaks = [median(peak) for peak in zip(*((one.megabytes, one.tree) for one in many), strict=True)]
        times = [
            f"{self.times(name, other):.1f} ({ratio(self.processor(other), self.processor(name)):.1f})"
            for other in against
        ]
        return [
            name,
            f"{middle:.2f}",
            f"{self.count / middle:.0f}",
            f"{each:.1f}",
            *(f"{peak:.0f}" for peak in peaks),
            *times,
        ]

    def _scaled(self, name: str) -> list[tuple[float, float]]:
        more = self.count - self.done.get(name, self.count)
        return [runs.scaled(one, more) for one in self.found[name]]
