"""This module finds the charts that a template draws itself and whose alternative text is a tag, which may fill them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from batchreport.report.drawn.fit import WP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lxml.etree import _Element

    from batchreport.report.tags.scan import Tag

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PROPERTIES = f"{{{WP}}}docPr"
_MARK = "batchreport-chart:"
_MARKED = re.compile(rf'"{_MARK}([^"]*)"')


def charts_of(tags: Iterable[Tag]) -> dict[int, str]:
    """Return the relationship of the chart whose alternative text each tag is, by the tag's number."""
    found = {}
    for tag in tags:
        if tag.stream == "attribute" and tag.owner.tag == _PROPERTIES and tag.reading.kind == "print":
            frame = tag.owner.getparent()
            chart = next(frame.iter(_CHART), None) if frame is not None else None
            if chart is not None and (key := chart.get(_ID)) and not tag.literal:
                found[tag.number] = str(key)
    return found


def arguments(charts: dict[int, str]) -> dict[int, str]:
    """Return what the filter of each tag is given, as Jinja writes it."""
    return {number: json.dumps(key) for number, key in charts.items()}


def mark_charts(root: _Element, keys: Collection[str]) -> None:
    """Mark every place where one of these charts is shown."""
    for chart in root.iter(_CHART):
        if chart.get(_ID) in keys:
            chart.set(_ID, f"{_MARK}{chart.get(_ID)}")


def expand_charts(text: str) -> str:
    """Return a part's source with the chart of each marked place asked for."""
    return _MARKED.sub(lambda match: f'"{{{{ _chart({json.dumps(match[1])}) }}}}"', text)
