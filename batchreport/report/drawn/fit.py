"""This module lets what is drawn into a report fit its place: as narrow as its cell, on lines that grow with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from batchreport.report.tags.scan import A, W

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.etree import _Element

WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
"""The namespace of drawings in a line of text."""

FIT = "fit"
"""The mark of a drawing of ours: "shape" may get narrower in its own shape, "width" at its height, "no" stays."""

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_EMU_OF_TWIP = 635
_ROOM = 70 * 36_000  # where nothing states a width
_MARGINS = 216  # twips: what Word leaves free at both sides of a cell
# What stands behind w:spacing and w:ind in a paragraph's properties (ECMA-376 Part 1, 17.3.1.26).
_BEHIND = (
    "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment",
    "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
)  # fmt: skip


def fit(root: _Element, exact: Collection[str]) -> dict[str, int]:
    """Make every drawing of ours without a size as narrow as the cell, or the column of text, that it stands in.

    A line of fixed height would cut it off: `exact` has the paragraph styles that have such lines. Returns the width
    in EMU of each chart that got narrower, by the id of its part.
    """
    narrowed: dict[str, int] = {}
    for drawing in root.iter(f"{{{WP}}}inline"):
        way = drawing.attrib.pop(FIT, "")
        room = _room(drawing) if way in ("shape", "width") else 0
        if room and _narrow(drawing, room, keeps_shape=way == "shape"):
            narrowed |= {str(chart.get(_ID)): room for chart in drawing.iter(_CHART)}
        paragraph = next(drawing.iterancestors(f"{W}p"), None) if way else None
        if paragraph is not None:
            _unclip(paragraph, exact)
    return narrowed


def drop_empty(root: _Element) -> bool:
    """Take away every chart that has no part, because there was nothing to draw; tell whether there was one."""
    empty = [chart for chart in root.iter(_CHART) if not chart.get(_ID)]
    for chart in empty:
        drawing = next(chart.iterancestors(f"{W}drawing"), None)
        whole = next(chart.iterancestors(_CHOICE), drawing)
        if whole is not None and (parent := whole.getparent()) is not None:
            parent.remove(whole)
    return bool(empty)


def _unclip(paragraph: _Element, exact: Collection[str]) -> None:
    properties: Any = paragraph.find(f"{W}pPr")
    style = properties.find(f"{W}pStyle") if properties is not None else None
    spacing = properties.find(f"{W}spacing") if properties is not None else None
    named = style.get(f"{W}val", "") if style is not None else ""
    rule = spacing.get(f"{W}lineRule", "auto") if spacing is not None and spacing.get(f"{W}line") else None
    if rule == "exact" or (rule is None and named in exact):
        _set(paragraph, "spacing", line="240", lineRule="auto")
    if _is_alone(paragraph) and (properties is None or properties.find(f"{W}ind") is None):
        _set(paragraph, "ind", firstLineChars="0", firstLine="0")


def _is_alone(paragraph: _Element) -> bool:
    """Tell whether a paragraph has no text: the indent of its first line is none of the drawing's."""
    return not any(text.text for text in paragraph.iter(f"{W}t"))


def _set(paragraph: _Element, name: str, **values: str) -> None:
    properties: Any = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    element = properties.find(f"{W}{name}")
    if element is None:
        element = etree.Element(f"{W}{name}")
        behind = ({"ind"} if name == "spacing" else set()).union(_BEHIND)
        after = next((child for child in properties if str(child.tag).removeprefix(W) in behind), None)
        if after is not None:
            after.addprevious(element)
        else:
            properties.append(element)
    for key, value in values.items():
        element.set(f"{W}{key}", value)


def _narrow(drawing: _Element, room: int, *, keeps_shape: bool) -> bool:
    """Make a drawing no wider than `room`; tell whether it was."""
    narrower = False
    extents: list[Any] = [*drawing.iterchildren(f"{{{WP}}}extent"), *drawing.iter(f"{A}ext")]
    for extent in extents:
        width, height = int(extent.get("cx") or 0), int(extent.get("cy") or 0)
        if width > room:
            narrower = True
            extent.set("cx", str(room))
            if keeps_shape:
                extent.set("cy", str(max(1, height * room // width)))
    return narrower


def _room(drawing: _Element) -> int:
    """Return the width in EMU that a drawing may take: its cell's, or that of the text."""
    cell = next(drawing.iterancestors(f"{W}tc"), None)
    twips = _cell_width(cell) - _MARGINS if cell is not None else _text_width(drawing)
    return twips * _EMU_OF_TWIP if twips > 0 else _ROOM


def _cell_width(cell: _Element) -> int:
    stated = cell.find(f"{W}tcPr/{W}tcW")
    if stated is not None and stated.get(f"{W}type", "dxa") == "dxa" and (width := _whole(stated.get(f"{W}w"))):
        return width
    row = cell.getparent()
    if row is None or row.getparent() is None:
        return 0
    columns = row.getparent().findall(f"{W}tblGrid/{W}gridCol")  # type: ignore[union-attr]  # see above
    at = sum(_span(other) for other in cell.itersiblings(f"{W}tc", preceding=True))
    return sum(_whole(column.get(f"{W}w")) for column in columns[at : at + _span(cell)])


def _span(cell: _Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return _whole(span.get(f"{W}val")) or 1 if span is not None else 1


def _text_width(drawing: _Element) -> int:
    """Return the width of the text in the section that a drawing stands in, in twips; 0 where none is stated."""
    sections: Any = drawing.xpath("following::w:sectPr[1]", namespaces={"w": W[1:-1]})
    page, margins = (sections[0].find(f"{W}{name}") for name in ("pgSz", "pgMar")) if sections else (None, None)
    if page is None or margins is None:
        return 0
    width = _whole(page.get(f"{W}w")) - sum(_whole(margins.get(f"{W}{side}")) for side in ("left", "right", "gutter"))
    columns = sections[0].find(f"{W}cols")
    count = (_whole(columns.get(f"{W}num")) or 1) if columns is not None else 1
    return (width - (count - 1) * _whole(columns.get(f"{W}space", "720"))) // count if count > 1 else width


def _whole(text: str | None) -> int:
    try:
        return int(float(text or 0))
    except ValueError:
        return 0
