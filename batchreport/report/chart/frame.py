"""This module draws the frame of a chart into a line of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from batchreport.report.chart.figures import C
from batchreport.report.drawn.fit import FIT, WP
from batchreport.report.tags.scan import A

if TYPE_CHECKING:
    from batchreport.report.chart.value import Chart

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EMU_OF_MM = 36_000
_NAMES = {"zh": "图表", "en": "Chart"}


def frame(chart: Chart, relation: str, number: int) -> str:
    """Return the drawing of a chart in a line of text; `number` is its own in the document, `relation` its part's.

    Where the template gives no width, it is marked, so that `fit` can make it as narrow as its cell.
    """
    width, height = (int(length * EMU_OF_MM) for length in chart.size)
    fit = "width" if chart.width is None else "no"
    alt = escape(" ".join(chart.description.split()))
    return (
        f'<w:drawing><wp:inline xmlns:wp="{WP}" distT="0" distB="0" distL="0" distR="0" {FIT}="{fit}">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="{_NAMES[chart.language]} {number}" descr="{alt}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{A[1:-1]}"><a:graphicData uri="{C}">'
        f'<c:chart xmlns:c="{C}" xmlns:r="{_R}" r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
