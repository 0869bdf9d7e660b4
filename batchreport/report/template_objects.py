"""This module takes docxtpl's own objects into a report: what a Python program hands over as RichText, InlineImage or Subdoc."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx.image.image import Image
from docx.oxml.shape import CT_Inline
from docxtpl import DocxTemplate, InlineImage
from lxml import etree

from batchreport.errors import TemplateError
from batchreport.findings import Place, error
from batchreport.report.drawn.pieces import Piece
from batchreport.report.parts import unpack
from batchreport.report.tags.scan import A
from batchreport.report.text import NotTextError, Ready
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from batchreport.report.drawn.album import Shelf

TPL = "_tpl"
"""The name under which a context has the `DocxTemplate` that its objects belong to."""

BASE = "_base"
"""The name under which it has the one whose document is being rendered, with all that objects brought into it."""

IMAGE = InlineImage
"""The type of a picture of docxtpl's."""

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINK = re.compile(r'<w:hyperlink r:id="([^"]*)"')
_DRAWING_ID = re.compile(r'(<wp:docPr\b[^>]*?\bid=")\d+(")')
_REPLACEMENTS = ("pics_to_replace", "crc_to_new_media", "crc_to_new_embedded", "zipname_to_replace")


class Elsewhere(Exception):  # noqa: N818  (says where an object's parts are, and is no failure)
    """An object is to be printed whose pictures, styles and numbering are in the document of `tpl`, not in the template."""

    def __init__(self, tpl: DocxTemplate) -> None:
        super().__init__()
        self.tpl = tpl


def image(value: InlineImage, shelf: Shelf) -> str:
    """Return the drawing of an `InlineImage`, which from now on belongs to the part of `shelf`, whatever its own `tpl` is."""
    picture = Image.from_file(value.image_descriptor)
    stem, kind = "word/media/image", picture.content_type
    relation = shelf.relate(Piece(stem, picture.ext, picture.blob, kind, f"{_R}/image", shared=True))
    size = picture.scaled_dimensions(value.width, value.height)
    inline: Any = CT_Inline.new_pic_inline(shelf.next_id(), relation, picture.filename, *size)
    if value.anchor:
        link = shelf.relate(str(value.anchor))
        for element in (inline.docPr, inline.graphic.graphicData.pic.nvPicPr.cNvPr):
            etree.SubElement(element, f"{A}hlinkClick", {f"{{{_R}}}id": link})
    return f"<w:drawing>{etree.tostring(inline, encoding='unicode')}</w:drawing>"


def subdoc(value: Any, base: DocxTemplate | None, shelf: Shelf) -> Ready:
    """Return the markup of a `Subdoc`; raise `Elsewhere` if its document is not the one that is rendered."""
    if value.tpl is not base:
        raise Elsewhere(value.tpl)
    return Ready(_DRAWING_ID.sub(lambda match: f"{match[1]}{shelf.next_id()}{match[2]}", str(value)))


def linked(markup: Ready, tpl: DocxTemplate | None, shelf: Shelf | None) -> Ready:
    """Return markup with the links of a `RichText` as those of the part that it stands in.

    A link is an address, or what `tpl.build_url_id` gave. Raises `NotTextError` for one that nobody knows.
    """
    if shelf is None or "<w:hyperlink r:id=" not in markup:
        return markup

    def link(match: re.Match[str]) -> str:
        return f'<w:hyperlink xmlns:r="{_R}" r:id="{shelf.relate(_address(match[1], tpl))}"'

    return Ready(_LINK.sub(link, markup))


def _address(key: str, tpl: DocxTemplate | None) -> str:
    if ":" in key:
        return key
    known: Any = tpl.docx.part.rels if tpl is not None and tpl.docx is not None else {}
    if key not in known:
        raise NotTextError("template-link-unknown", key)
    return str(known[key].target_ref)


def based_on(tpl: DocxTemplate, data: bytes, file: str) -> bytes:
    """Return the template in `data` with the pictures, styles and numbering that objects brought into the document of `tpl`.

    Raises `TemplateError` if `tpl` is another template, or one that docxtpl has rendered.
    """
    tpl.init_docx(reload=False)
    own = DocxTemplate(BytesIO(data)).get_docx()
    if _texts(tpl.docx) != _texts(own):
        raise TemplateError([error("template-of-another", Place(file=file))])
    saved = BytesIO()
    tpl.docx.save(saved)
    return saved.getvalue()


def _texts(document: Any) -> str:
    return "".join(map(str, document.element.body.itertext()))


def replaced(report: bytes, tpl: DocxTemplate, file: str) -> bytes:
    """Return a report with the pictures, media and embedded files exchanged that `tpl` was told to exchange.

    Raises `TemplateError` where there is no such picture.
    """
    if not any(getattr(tpl, name) for name in _REPLACEMENTS):
        return report
    again = DocxTemplate(BytesIO(report))
    again.render_init()  # without which it cannot save
    for name in (*_REPLACEMENTS, "allow_missing_pics"):
        setattr(again, name, getattr(tpl, name))
    saved = BytesIO()
    try:
        again.save(saved)
    except ValueError as problem:
        raise TemplateError(
            [error("template-failed", Place(file=file), tag="replace_pic", said=str(problem))]
        ) from None
    return pack([Member.of(name, part) for name, part in unpack(saved.getvalue()).data.items()])
