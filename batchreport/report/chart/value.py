"""This module holds what a chart of a report is: its kind, its figures, its size, and the text that is read in its place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "柱形图": "column",
    "条形图": "bar",
    "堆积图": "stacked",
    "折线图": "line",
    "饼图": "pie",
    "圆环图": "doughnut",
}
"""The English name of every kind of chart; a template writes either."""

ROUND = frozenset({"pie", "doughnut"})
"""The kinds that show parts of a whole."""

_WORDS = {kind: zh for zh, kind in KINDS.items()}
_TOLD = 3  # categories that the alternative text names
_MOST_PLACES = 4
_WIDTH, _HEIGHT, _HIGHEST = Decimal(150), Decimal(55), Decimal(200)
_FLAT, _BESIDE = Decimal(4), Decimal(20)  # millimetres of a flat bar, and of what stands around all of them


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures under its name; None is a gap."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as it is to be drawn; false, and printed as nothing, where there is no figure to draw.

    `width` and `height` are millimetres, None where the template does not say; `unit` stands behind each
    figure; `alt` is the template's own text for readers who cannot see the chart.
    """

    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    title: str = ""
    unit: str = ""
    alt: str = ""
    width: Decimal | None = None
    height: Decimal | None = None
    language: str = "zh"

    def __bool__(self) -> bool:
        figures = [value for value in self.figures() if value or self.kind not in ROUND]
        return bool(figures)

    def figures(self) -> list[Decimal]:
        """Return every figure."""
        return [value for one in self.series for value in one.values if value is not None]

    @property
    def drawn(self) -> tuple[int, ...]:
        """The numbers of the series that have a figure; the others are not drawn, and the legend has nothing to name."""
        return tuple(at for at, one in enumerate(self.series) if any(value is not None for value in one.values))

    @property
    def points(self) -> int:
        """How many places for a figure there are."""
        return len(self.categories) * len(self.drawn)

    @property
    def size(self) -> tuple[Decimal, Decimal]:
        """Width and height in millimetres: 150 by 55 unless the template says so, and higher for many flat bars."""
        bars = _FLAT * self.points + _BESIDE if self.kind == "bar" else Decimal(0)
        return self.width or _WIDTH, self.height or min(max(_HEIGHT, bars), _HIGHEST)

    @property
    def places(self) -> int:
        """How many decimals the figures are shown with: as many as the most exact has, up to four."""
        wanted = (-int(value.normalize().as_tuple().exponent) for value in self.figures())
        return min(max(0, *wanted, 0), _MOST_PLACES)

    @property
    def description(self) -> str:
        """The text that is read in the chart's place."""
        if self.alt:
            return self.alt
        chinese = self.language == "zh"
        kind = _WORDS[self.kind] if chinese else f"{self.kind.capitalize()} chart"
        said = self.title or self._contents()
        return f"{kind}：{said}" if chinese else f"{kind}: {said}"

    def _contents(self) -> str:
        chinese = self.language == "zh"
        comma = "、" if chinese else ", "
        named = [name for name in self.categories if name]
        told = comma.join(named[:_TOLD])
        if len(named) > _TOLD:
            told += f"等{len(named)}项" if chinese else f" and {len(named) - _TOLD} more"
        names = comma.join(name for at in self.drawn if (name := self.series[at].name))
        return (f"{told}（{names}）" if chinese else f"{told} ({names})") if names else told
