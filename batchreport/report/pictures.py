"""This module draws pictures into a report: how large, with which text in their place, as Word has them in a line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from batchreport.report.grammar.inputs import FilterError, is_blank
from batchreport.report.scan import A, W
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml.etree import _Element

_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMU_OF_MM = 36_000
_EMU_OF_TWIP = 635
_EMU_OF_PIXEL = 9_525  # at 96 to the inch: a picture is not drawn larger than that unless a template says so
_WIDTH, _HEIGHT = 70 * _EMU_OF_MM, 90 * _EMU_OF_MM
_WIDEST = 1000  # millimetres
_MARGINS = 216  # twips: what Word leaves free at both sides of a cell
_FIT = "fit"
_CHINESE = {"宽": "width", "高": "height", "说明": "alt"}


@dataclass(frozen=True, slots=True)
class Framed:
    """A picture with the box in millimetres that it fills as far as its shape lets it, and the text in its place."""

    picture: Picture
    width: Decimal | None = None
    height: Decimal | None = None
    alt: str = ""


def picture(value: object, *sizes: object, **options: object) -> object:
    """Return a picture as it is to be printed: `{{ 行.图片|图片(宽=70, 高=50, 说明=行.图题) }}`; a blank stays blank.

    `宽`/`width` and `高`/`height` are millimetres; with both, the picture keeps its shape inside them. Raises
    `FilterError` for what is no picture, no size or no option.
    """
    named = {_CHINESE.get(name, name): option for name, option in options.items()}
    named |= dict(zip(("width", "height", "alt"), sizes, strict=False))
    if len(sizes) > len(_CHINESE) or not named.keys() <= set(_CHINESE.values()):
        raise FilterError("图片 只有这些参数：宽、高、说明", "picture has these options: width, height, alt")
    alt = named.get("alt")
    width, height = _size(named.get("width")), _size(named.get("height"))
    if is_blank(value):
        return value
    if not isinstance(value, Picture):
        raise FilterError("图片 要的是图片列", "picture takes a column of pictures")
    return Framed(value, width, height, "" if is_blank(alt) else str(alt))


FILTERS: Mapping[str, Callable[..., object]] = {"图片": picture, "picture": picture}
"""The filter by both names."""


def inline(value: Picture | Framed, relation: str, number: int) -> str:
    """Return the drawing of a picture in a line of text; `number` is its own in the document, `relation` its part's.

    Without a size it is marked, so that `fit` can make it as narrow as its cell.
    """
    framed = value if isinstance(value, Framed) else Framed(value)
    own = framed.picture
    width, height = _extent(framed)
    fit = f' {_FIT}="1"' if framed.width is None and framed.height is None else ""
    alt = escape(" ".join((framed.alt or own.alt).split()))
    extent = f'cx="{width}" cy="{height}"'
    return (
        f'<w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0"{fit}><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="图片 {number}" descr="{alt}"/><wp:cNvGraphicFramePr>'
        f'<a:graphicFrameLocks xmlns:a="{A[1:-1]}" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic xmlns:a="{A[1:-1]}"><a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="图片 {number}" descr="{alt}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip xmlns:r="{_R}" r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def fit(root: _Element) -> None:
    """Make every picture without a size of its own as narrow as the cell, or the column of text, that it stands in."""
    for drawing in root.iter(f"{{{_WP}}}inline"):
        if drawing.attrib.pop(_FIT, ""):
            _narrow(drawing, _room(drawing))


def _narrow(drawing: _Element, room: int) -> None:
    extents: list[Any] = [*drawing.iterchildren(f"{{{_WP}}}extent"), *drawing.iter(f"{A}ext")]
    for extent in extents:
        width, height = int(extent.get("cx")), int(extent.get("cy"))
        if width > room:
            extent.set("cx", str(room))
            extent.set("cy", str(max(1, height * room // width)))


def _room(drawing: _Element) -> int:
    """Return the width in EMU that a picture may take: its cell's, or that of the text."""
    cell = next(drawing.iterancestors(f"{W}tc"), None)
    twips = _cell_width(cell) - _MARGINS if cell is not None else _text_width(drawing)
    return twips * _EMU_OF_TWIP if twips > 0 else _WIDTH


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


def _extent(framed: Framed) -> tuple[int, int]:
    """Return width and height in EMU, as large as the box allows at the picture's own shape."""
    own = framed.picture
    if framed.width is None and framed.height is None:
        box = (min(_WIDTH, own.width * _EMU_OF_PIXEL), _HEIGHT)
    else:
        box = (_emu(framed.width), _emu(framed.height))
    scale = min(box[0] / own.width, box[1] / own.height)
    return max(1, round(own.width * scale)), max(1, round(own.height * scale))


def _emu(millimetres: Decimal | None) -> int:
    return int((_WIDEST if millimetres is None else millimetres) * _EMU_OF_MM)


def _size(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 < value <= _WIDEST:
        raise FilterError("图片 的宽、高要写毫米数，例如 70", "picture takes millimetres, such as 70")
    return Decimal(str(value))
