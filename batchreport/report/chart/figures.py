"""This module writes the figures of a chart as a chart part keeps them: where they stand in its workbook, and a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.a1 import column_letters
from batchreport.report.chart.workbook import SHEET, escaped, figure, number_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.report.chart.value import Chart

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
"""The namespace of charts."""


def name(chart: Chart, at: int) -> str:
    """Return the `c:tx` of a series: its name."""
    place = f"{SHEET}!${column_letters(at + 2)}$1"
    return f"<c:tx>{_texts(place, [chart.series[at].name])}</c:tx>"


def categories(chart: Chart) -> str:
    """Return the `c:cat` of every series."""
    return f"<c:cat>{_texts(_column(chart, 0), chart.categories)}</c:cat>"


def values(chart: Chart, at: int) -> str:
    """Return the `c:val` of a series; a gap has no point."""
    figures = chart.series[at].values
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{figure(value)}</c:v></c:pt>'
        for place, value in enumerate(figures)
        if value is not None
    )
    cache = f'<c:formatCode>{escaped(number_format(chart))}</c:formatCode><c:ptCount val="{len(figures)}"/>{points}'
    return f"<c:val><c:numRef><c:f>{_column(chart, at + 1)}</c:f><c:numCache>{cache}</c:numCache></c:numRef></c:val>"


def _column(chart: Chart, at: int) -> str:
    letters = column_letters(at + 1)
    return f"{SHEET}!${letters}$2:${letters}${len(chart.categories) + 1}"


def _texts(place: str, texts: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{escaped(text)}</c:v></c:pt>' for at, text in enumerate(texts))
    return f'<c:strRef><c:f>{place}</c:f><c:strCache><c:ptCount val="{len(texts)}"/>{points}</c:strCache></c:strRef>'
