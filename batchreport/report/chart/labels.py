"""This module writes the labels of a chart: figures beside bars and points, names and shares beside slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.chart import paint
from batchreport.report.chart.workbook import escaped, number_format

if TYPE_CHECKING:
    from batchreport.report.chart.value import Chart
    from batchreport.report.drawn.look import Look

_LETTER = 1.7  # millimetres that a figure's digit takes
_PLOT = 0.88  # of the chart's width that the bars have
_BAR = 3.2  # millimetres that a labelled bar needs
_FULL = 0.06  # a smaller part of a whole has no room for its figure
_LOW = 0.09  # a part of a pile, of the highest, likewise
_SHORT = 8  # signs of a category that stand beside a slice
_FEW = 6  # slices that are named where they are
_LATIN = 0x2E80  # where narrow signs end
_NARROW = 0.55  # of a Chinese sign
_PERCENT = '<c:numFmt formatCode="0.0%" sourceLinked="0"/>'


def beside(chart: Chart, at: int, place: str, letters: str) -> str:
    """Return the labels of series `at`: its figures beside bars or points, where there is room; `place` is for lines."""
    if not _has_room(chart):
        return ""
    place = place or ("" if chart.kind == "stacked" else "outEnd")
    form = f'<c:numFmt formatCode="{escaped(number_format(chart))}" sourceLinked="0"/>'
    low = "".join(map(_unlabelled, _low(chart, at))) if chart.kind == "stacked" else ""
    return f"<c:dLbls>{low}{form}{paint.nothing()}{letters}{_shown(place, value=True)}</c:dLbls>"


def _low(chart: Chart, at: int) -> list[int]:
    """Return the parts of a pile that are too low for a figure."""
    piles = (
        sum(abs(float(value or 0)) for value in pile)
        for pile in zip(*(one.values for one in chart.series), strict=True)
    )
    least = max(piles) * _LOW
    return [place for place, value in enumerate(chart.series[at].values) if abs(float(value or 0)) < least]


def _unlabelled(place: int) -> str:
    return f'<c:dLbl><c:idx val="{place}"/><c:delete val="1"/></c:dLbl>'


def _has_room(chart: Chart) -> bool:
    """Tell whether every bar or point can have its figure beside it."""
    places = chart.places
    digits = max(len(f"{value:.{places}f}") for value in chart.figures()) + len(chart.unit)
    if chart.kind == "bar":
        return float(chart.size[1]) * _PLOT >= _BAR * chart.points
    bars = len(chart.categories) if chart.kind == "stacked" else chart.points
    return digits * _LETTER * bars <= float(chart.size[0]) * _PLOT


def _shown(place: str = "", *, value: bool = False, category: bool = False, percent: bool = False) -> str:
    """Return what a label tells, and where it stands."""
    position = f'<c:dLblPos val="{place}"/>' if place else ""
    shows = {"Val": value, "CatName": category, "SerName": False, "Percent": percent, "BubbleSize": False}
    told = "".join(f'<c:show{what} val="{int(shown)}"/>' for what, shown in shows.items())
    parted = "<c:separator> </c:separator>" if category else ""
    return f'{position}<c:showLegendKey val="0"/>{told}{parted}'


def bears_names(chart: Chart) -> bool:
    """Tell whether a pie's slices bear their names, instead of a legend."""
    figures = [abs(float(value or 0)) for value in chart.series[0].values]
    narrow = sum(value < sum(figures) * _FULL for value in figures)
    return len(figures) <= _FEW and narrow <= 1 and all(breadth(text) <= _SHORT for text in chart.categories)


def _ring(chart: Chart, at: int, look: Look) -> str:
    """Return the labels of single parts of a ring: white on the dark ones, none on the narrow ones."""
    figures = [abs(float(value or 0)) for value in chart.series[at].values]
    whole = sum(figures)
    made = []
    for place, value in enumerate(figures):
        if not whole or value < whole * _FULL:
            made.append(_unlabelled(place))
        else:
            inside = f"{_PERCENT}{paint.nothing()}{paint.letters_on(place, look)}{_shown(percent=True)}"
            made.append(f'<c:dLbl><c:idx val="{place}"/>{inside}</c:dLbl>')
    return "".join(made)


def of_slices(chart: Chart, at: int, look: Look) -> str:
    """Return the labels of one ring of a round chart: shares of the whole, and beside a pie the names too."""
    if chart.kind == "pie":
        shown = _shown("outEnd", category=bears_names(chart), percent=True)
        return f"<c:dLbls>{_PERCENT}{paint.nothing()}{paint.letters(look)}{shown}</c:dLbls>"
    return f"<c:dLbls>{_ring(chart, at, look)}{_PERCENT}{paint.letters(look)}{_shown(percent=True)}</c:dLbls>"


def breadth(text: str) -> float:
    """Return how broad a text is, in Chinese signs."""
    return sum(1.0 if ord(sign) > _LATIN else _NARROW for sign in text)
