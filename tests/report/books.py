"""This module makes reports that a designer or a hand has filled with everything that clashes in one document."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from PIL import Image

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
SIGNS = ("begin", "code", "separate", "text", "end")


def saved(document: Document) -> bytes:
    """Return a document's bytes."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def plain(text: str, size: int = 11, pages: int = 1) -> bytes:
    """Return a report of so many pages, without header or footer, whose plain text is of that size."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(size)
    for page in range(pages):
        document.add_paragraph(text, style="List Number" if page == 0 else None)
        if page < pages - 1:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    return saved(document)


def crowded(name: str, *, even: bool = False) -> bytes:
    """Return a report with headers, fields, lists, a bookmark, pictures, a footnote, a comment, a link, a wide page."""
    document = docx.Document()
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = even
    section.header.paragraphs[0].text = f"{name}页眉"
    if even:
        section.even_page_header.paragraphs[0].text = f"{name}偶页"
    footer = section.footer.paragraphs[0]
    field(footer, "PAGE", "1")
    footer.add_run("／")
    field(footer, "NUMPAGES", "9")
    field(document.add_paragraph(), 'TOC \\o "1-2"', "旧目录")
    heading = document.add_heading("第一章", 1)
    heading._p.insert(1, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="0" w:name="_Toc1"/>'))
    heading._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="0"/>'))
    field(document.add_paragraph("见第"), "PAGEREF _Toc1 \\h", "1")
    field(document.add_paragraph("题名："), "TITLE", f"{name}的题名")
    for item in ("甲", "乙"):
        document.add_paragraph(f"{name}{item}", style="List Number")
    field(document.add_paragraph("图"), "SEQ 图 \\* ARABIC", "1")
    picture(section.header.paragraphs[0], 8)
    picture(document.add_paragraph(), 30)
    footnote(document, f"{name}的脚注")
    document.add_comment(document.add_paragraph("有批注").runs, "请核对", "甲", "J")
    link = document.part.relate_to(f"https://example.com/{name}", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.add_paragraph()._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{link}"><w:r><w:t>链接</w:t></w:r></w:hyperlink>')
    )
    wide = document.add_section(WD_SECTION.NEW_PAGE)
    wide.orientation, wide.page_width, wide.page_height = WD_ORIENT.LANDSCAPE, wide.page_height, wide.page_width
    document.add_table(2, 2, style="Table Grid").cell(0, 0).text = "横页"
    return saved(document)


def field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a field as Word writes it: five runs."""
    inner = {"code": f'<w:instrText xml:space="preserve"> {code} </w:instrText>', "text": f"<w:t>{shown}</w:t>"}
    for sign in SIGNS:
        content = inner.get(sign, f'<w:fldChar w:fldCharType="{sign}"/>')
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{content}</w:r>"))


def picture(paragraph: Paragraph, width: int) -> None:
    """Add the one picture of all these reports."""
    file = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(file, "PNG")
    file.seek(0)
    paragraph.add_run().add_picture(file, width=Mm(width))


def footnote(document: Document, text: str) -> None:
    """Add a footnote, numbered 1 as in every report."""
    paragraph = document.add_paragraph("有脚注")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="1"/></w:r>'))
    notes = (
        f"<w:footnotes {nsdecls('w')}>"
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
