"""This module writes a chart as a part of a Word document (DrawingML, ECMA-376 Part 1, 21.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.chart import paint
from batchreport.report.chart.axes import axes, axis_ids
from batchreport.report.chart.figures import C, categories, name, values
from batchreport.report.chart.labels import bears_names, beside, of_slices

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.report.chart.value import Chart
    from batchreport.report.drawn.look import Look

BOOK = "rId1"
"""The id by which a chart part knows its workbook."""

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPARSE = 4  # bars so few that they need not be so wide


def chart_xml(chart: Chart, look: Look) -> bytes:
    """Return the chart part; `look` has the fonts, and says whether there are theme colours."""
    draw = _DRAWN[chart.kind]
    heading = paint.title(look, chart) if chart.title else ""
    several = len(chart.drawn) > 1
    legend = _legend(look, "b") if several and chart.kind != "doughnut" else ""
    if chart.kind == "doughnut" or (chart.kind == "pie" and not bears_names(chart)):
        legend = _legend(look, "r")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:date1904 val="0"/>'
        f'<c:lang val="{"zh-CN" if chart.language == "zh" else "en-US"}"/><c:roundedCorners val="0"/>'
        f'<c:chart>{heading}<c:autoTitleDeleted val="{int(not heading)}"/>'
        f"<c:plotArea><c:layout/>{draw(chart, look)}{paint.nothing()}</c:plotArea>{legend}"
        f'<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>{paint.nothing()}{paint.letters(look)}'
        f'<c:externalData r:id="{BOOK}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _bars(chart: Chart, look: Look) -> str:
    stacked = chart.kind == "stacked"
    made = "".join(
        _series(
            chart,
            at,
            paint.bar(look, chart, at) + '<c:invertIfNegative val="0"/>',
            beside(chart, at, "", paint.letters_on(at, look) if stacked else paint.letters(look)),
        )
        for at in chart.drawn
    )
    direction = "bar" if chart.kind == "bar" else "col"
    several = len(chart.drawn) > 1
    grouping, overlap = ("stacked", 100) if stacked else ("clustered", -5 if several else 0)
    gap = 60 if several and not stacked else 80 if len(chart.categories) > _SPARSE else 140
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{made}'
        f'<c:gapWidth val="{gap}"/><c:overlap val="{overlap}"/>{axis_ids()}</c:barChart>{axes(chart, look)}'
    )


def _lines(chart: Chart, look: Look) -> str:
    labels = beside(chart, 0, "t", paint.letters(look)) if len(chart.drawn) == 1 else ""
    made = "".join(_series(chart, at, paint.line(look, at), labels, '<c:smooth val="0"/>') for at in chart.drawn)
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{made}<c:marker val="1"/>{axis_ids()}'
        f"</c:lineChart>{axes(chart, look)}"
    )


def _pie(chart: Chart, look: Look) -> str:
    return f'<c:pieChart><c:varyColors val="1"/>{_slices(chart, 0, look)}<c:firstSliceAng val="0"/></c:pieChart>'


def _doughnut(chart: Chart, look: Look) -> str:
    made = "".join(_slices(chart, at, look) for at in chart.drawn)
    return f'<c:doughnutChart><c:varyColors val="1"/>{made}<c:firstSliceAng val="0"/><c:holeSize val="55"/></c:doughnutChart>'


def _slices(chart: Chart, at: int, look: Look) -> str:
    points = "".join(
        f'<c:dPt><c:idx val="{place}"/><c:bubble3D val="0"/>{paint.slice_of(look, place)}</c:dPt>'
        for place in range(len(chart.categories))
    )
    return _series(chart, at, points, of_slices(chart, at, look))


def _series(chart: Chart, at: int, look: str, labels: str, last: str = "") -> str:
    data = f"{categories(chart)}{values(chart, at)}"
    return f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/>{name(chart, at)}{look}{labels}{data}{last}</c:ser>'


def _legend(look: Look, place: str) -> str:
    return f'<c:legend><c:legendPos val="{place}"/><c:overlay val="0"/>{paint.letters(look)}</c:legend>'


_DRAWN: dict[str, Callable[[Chart, Look], str]] = {
    "column": _bars,
    "bar": _bars,
    "stacked": _bars,
    "line": _lines,
    "pie": _pie,
    "doughnut": _doughnut,
}
