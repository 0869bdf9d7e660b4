"""This module gives a chart that was drawn in Word new figures, and leaves it its looks."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from batchreport.report.chart.figures import C, categories, name, values
from batchreport.report.grammar.inputs import FilterError

if TYPE_CHECKING:
    from batchreport.report.chart.value import Chart

_C = f"{{{C}}}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EXTERNAL = f"{_C}externalData"
_BEHIND = tuple(f"{_C}{tag}" for tag in ("printSettings", "userShapes", "extLst"))  # of externalData
_BEHIND_FIGURES = tuple(f"{_C}{tag}" for tag in ("smooth", "shape", "bubbleSize", "extLst"))
_DATE_ONLY = ("baseTimeUnit", "majorUnit", "majorTimeUnit", "minorUnit", "minorTimeUnit")
_UNCHANGED = {"{C3380CC4-5D6E-409C-BE32-E72D297353CC}", "{6F2FDCE9-48DA-4B69-8628-5D25D57E5C99}"}  # c16 id, c14 invert
_ACCENT = re.compile(r"accent([1-6])")


def workbook_of(xml: bytes) -> str:
    """Return the id by which a chart part knows its workbook, "" where it has none."""
    found = _root(xml).find(_EXTERNAL)
    return str(found.get(_ID, "")) if found is not None else ""


def refilled(xml: bytes, chart: Chart, workbook: str) -> bytes:
    """Return a chart part with other figures, and `workbook` as the id of its workbook.

    A series that is added looks like the last, in the theme's next colour; one too many goes, and so does one without a
    figure, while the others keep their looks. Raises `FilterError`
    for a kind of chart that has no categories.
    """
    root = _root(xml)
    if next(root.iter(f"{_C}xVal", f"{_C}bubbleSize"), None) is not None:
        raise FilterError("换不了散点图和气泡图的数据", "cannot exchange the figures of a scatter or bubble chart")
    plots = root.find(f"{_C}chart/{_C}plotArea")
    present = _in_order(plots) if plots is not None else []
    if not present:
        raise FilterError("模板里的这个图没有系列，看不出样子", "finds no series in the template's chart")
    for at in range(len(present), len(chart.series)):
        present.append(_added(present, at))
    drawn = frozenset(chart.drawn)
    for at, series in enumerate(present):
        if at in drawn:
            _fill(series, chart, at)
        else:
            series.getparent().remove(series)
    _plain_axes(root)
    _tie(root, workbook)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _in_order(plots: Any) -> list[Any]:
    def order(series: Any) -> int:
        stated = series.find(f"{_C}order")
        return int(stated.get("val", 0)) if stated is not None else 0

    return sorted(plots.iter(f"{_C}ser"), key=order)


def _added(present: list[Any], at: int) -> Any:
    """Return a series like the last, behind it, with numbers and a colour of its own: the theme's next, or a lighter one."""
    last = present[-1]
    made = copy.deepcopy(last)
    last.addnext(made)
    for tag in ("idx", "order"):
        taken = {int(one.find(f"{_C}{tag}").get("val", 0)) for one in present}
        made.find(f"{_C}{tag}").set("val", str(max(*taken, at - 1) + 1))
    for own in made.findall(f"{_C}extLst") + made.findall(f"{_C}dPt"):
        made.remove(own)
    for place in (f"{_C}spPr", f"{_C}marker"):
        for colour in made.iterfind(f"{place}//{_A}schemeClr"):
            if match := _ACCENT.fullmatch(colour.get("val", "")):
                colour.set("val", f"accent{int(match[1]) % 6 + 1}")
        for colour in made.iterfind(f"{place}//{_A}srgbClr"):
            etree.SubElement(colour, f"{_A}lumMod", {"val": "60000"})
            etree.SubElement(colour, f"{_A}lumOff", {"val": "40000"})
    return made


def _fill(series: Any, chart: Chart, at: int) -> None:
    """Give a series its name, categories and figures."""
    known = series.find(f"{_C}val/{_C}numRef/{_C}numCache/{_C}formatCode")
    shown = known.text if known is not None and known.text not in (None, "General") else ""
    for tag in ("tx", "cat", "val"):
        for old in series.findall(f"{_C}{tag}"):
            series.remove(old)
    series.find(f"{_C}order").addnext(_element(name(chart, at)))
    new = [_element(categories(chart)), _element(values(chart, at))]
    if shown:
        new[1].find(f".//{_C}formatCode").text = shown
    behind = next((child for child in series if child.tag in _BEHIND_FIGURES), None)
    for element in new:
        if behind is not None:
            behind.addprevious(element)
        else:
            series.append(element)
    _forget(series, len(chart.categories))


def _forget(series: Any, count: int) -> None:
    """Take away what hangs on the old figures: looks of points that are gone, labels that were read from cells."""
    for point in [*series.iterfind(f"{_C}dPt"), *series.iterfind(f"{_C}dLbls/{_C}dLbl")]:
        number = point.find(f"{_C}idx")
        if number is not None and int(number.get("val", 0)) >= count:
            point.getparent().remove(point)
    for labels in series.findall(f"{_C}dLbls"):  # LibreOffice writes them in an order that Word refuses
        for label in reversed(labels.findall(f"{_C}dLbl")):
            labels.insert(0, label)
    for extension in series.findall(f"{_C}extLst/{_C}ext"):
        if extension.get("uri") not in _UNCHANGED:
            extension.getparent().remove(extension)
    for empty in [each for each in series.findall(f"{_C}extLst") if not len(each)]:
        series.remove(empty)


def _plain_axes(root: Any) -> None:
    """Make axes of dates plain ones: their places are named by text now."""
    for axis in root.iter(f"{_C}dateAx"):
        axis.tag = f"{_C}catAx"
        for tag in _DATE_ONLY:
            for own in axis.findall(f"{_C}{tag}"):
                axis.remove(own)


def _tie(root: Any, workbook: str) -> None:
    """Name the chart's workbook."""
    tie = root.find(_EXTERNAL)
    if tie is None:
        tie = etree.Element(_EXTERNAL)
        etree.SubElement(tie, f"{_C}autoUpdate", {"val": "0"})
        behind = next((child for child in root if child.tag in _BEHIND), None)
        if behind is not None:
            behind.addprevious(tie)
        else:
            root.append(tie)
    tie.set(_ID, workbook)


def _element(xml: str) -> Any:
    opened = xml.replace(">", f' xmlns:c="{C}">', 1)
    return etree.fromstring(opened)


def _root(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
