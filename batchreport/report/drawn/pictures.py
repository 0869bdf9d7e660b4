"""This module draws pictures into a report: how large, with which text in their place, as Word has them in a line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import escape

from batchreport.report.drawn.fit import FIT, WP
from batchreport.report.grammar.inputs import FilterError, is_blank
from batchreport.report.tags.scan import A
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMU_OF_MM = 36_000
_EMU_OF_PIXEL = 9_525  # at 96 to the inch: a picture is not drawn larger than that unless a template says so
_WIDTH, _HEIGHT = 70 * _EMU_OF_MM, 90 * _EMU_OF_MM
_WIDEST = 1000  # millimetres
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


_NAMES = {"zh": "图片", "en": "Picture"}
FILTERS: Mapping[str, Callable[..., object]] = {"图片": picture, "picture": picture}
"""The filter by both names."""


def inline(value: Picture | Framed, relation: str, number: int, language: str = "zh") -> str:
    """Return the drawing of a picture in a line of text; `number` is its own in the document, `relation` its part's.

    Without a size it is marked, so that `fit` can make it as narrow as its cell.
    """
    framed = value if isinstance(value, Framed) else Framed(value)
    own = framed.picture
    width, height = _extent(framed)
    name = f"{_NAMES[language]} {number}"
    fit = "shape" if framed.width is None and framed.height is None else "no"
    alt = escape(" ".join((framed.alt or own.alt).split()))
    extent = f'cx="{width}" cy="{height}"'
    return (
        f'<w:drawing><wp:inline xmlns:wp="{WP}" distT="0" distB="0" distL="0" distR="0" {FIT}="{fit}"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="{name}" descr="{alt}"/><wp:cNvGraphicFramePr>'
        f'<a:graphicFrameLocks xmlns:a="{A[1:-1]}" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic xmlns:a="{A[1:-1]}"><a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{name}" descr="{alt}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip xmlns:r="{_R}" r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


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
