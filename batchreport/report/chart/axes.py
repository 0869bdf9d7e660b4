"""This module writes the axes of a chart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batchreport.report.chart import paint
from batchreport.report.chart.labels import breadth
from batchreport.report.chart.workbook import axis_format, escaped

if TYPE_CHECKING:
    from batchreport.report.chart.value import Chart
    from batchreport.report.drawn.look import Look

_CATEGORIES, _VALUES = 111111111, 222222222  # the axes' own numbers, which only have to differ
_HALF, _WHOLE = 50, 100  # percent
_PLOT = 0.88  # of the chart's width that the names have
_SIGN = 3.3  # millimetres of a Chinese sign
_MOST_LINES = 4  # of a category's name
# What no program breaks: Chinese is broken anywhere. A text, because compiling it takes long and few reports have charts.
_WORD = r"[^\s\u2e80-\uffff]+"


def axis_ids() -> str:
    """Return how a plot names its axes."""
    return f'<c:axId val="{_CATEGORIES}"/><c:axId val="{_VALUES}"/>'


def axes(chart: Chart, look: Look) -> str:
    """Return the axes of a chart: names below, or beside flat bars, and figures over thin lines."""
    # The first category of a bar chart stands on top, as it does in the table.
    orientation, at, side = ("maxMin", "l", "b") if chart.kind == "bar" else ("minMax", "b", "l")
    names = paint.letters(look, turned="" if chart.kind == "bar" else _turned(chart))
    return (
        f'<c:catAx><c:axId val="{_CATEGORIES}"/><c:scaling><c:orientation val="{orientation}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{at}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{paint.hair(look, 50)}'
        f'{names}<c:crossAx val="{_VALUES}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{_VALUES}"/><c:scaling><c:orientation val="minMax"/>{_limits(chart)}</c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{side}"/><c:majorGridlines>{paint.hair(look, 15)}</c:majorGridlines>'
        f'<c:numFmt formatCode="{escaped(axis_format(chart))}" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{paint.letters(look)}<c:crossAx val="{_CATEGORIES}"/>'
        f'<c:crosses val="{"max" if chart.kind == "bar" else "autoZero"}"/><c:crossBetween val="between"/></c:valAx>'
    )


def _limits(chart: Chart) -> str:
    """Return where the axis of figures ends: bars begin at 0, and 100% is enough for rates."""
    if chart.kind == "line":
        return ""
    figures = chart.figures()
    full = chart.unit == "%" and chart.kind != "stacked" and _HALF < max(figures) <= _WHOLE
    if min(figures) >= 0:
        return (f'<c:max val="{_WHOLE}"/>' if full else "") + '<c:min val="0"/>'
    return '<c:max val="0"/>' if max(figures) <= 0 else ""


def _turned(chart: Chart) -> str:
    """Return how the names below an axis stand: level in up to four lines, or else as the program finds fit."""
    slot = float(chart.size[0]) * _PLOT / len(chart.categories) / _SIGN
    lines = max(breadth(text) for text in chart.categories) / slot
    unbroken = max((breadth(word) for text in chart.categories for word in re.findall(_WORD, text)), default=0)
    return ' rot="0"' if lines <= _MOST_LINES and unbroken <= slot else ""
