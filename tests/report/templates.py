"""This module writes the .docx of a template case from text, and says what a report shows in the same form.

A line is a paragraph; `| a | b |` lines are a table's rows; `header:`, `footer:`, `footnote:`, `endnote:`, `comment:`,
`title:` and `alt:` (of a drawing) begin a line that stands there. `¦` parts runs. `‹link:…›`, `‹ins:…›`, `‹del:…›` and
`‹box:…›` are a hyperlink, tracked changes, a text box, `‹field:code=text›` a field; `# ` begins a heading; `‹cell:…›` makes
a cell of several paragraphs, parted by `¶`.
"""

from __future__ import annotations

import re
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from tests.docxfile import docx_text

if TYPE_CHECKING:
    from collections.abc import Iterable

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{MAIN}" xmlns:r="{OFFICE}"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
ELSEWHERE = ("header", "footer", "footnote", "endnote", "comment", "title", "alt")
KINDS = {"header": "hdr", "footer": "ftr", "footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments"}
CORE = "application/vnd.openxmlformats-package.core-properties+xml"
INLINE = re.compile(r"‹(link|ins|del|box|field):([^‹›]*)›|([^‹›]+)")
LINE = re.compile(rf"({'|'.join(ELSEWHERE)}):\s?(.*)")


def template(text: str) -> bytes:
    """Return the .docx that `text` describes."""
    body: list[str] = []
    others: dict[str, list[str]] = {name: [] for name in ELSEWHERE}
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        (others[match[1]] if match else body).append(match[2] if match else line)
    parts = {"word/document.xml": _document(body, others)}
    for word, root in (("header", "hdr"), ("footer", "ftr")):
        if others[word]:
            parts[f"word/{word}1.xml"] = f"<w:{root} {NAMESPACES}>{_blocks(others[word])}</w:{root}>"
    for word in ("footnote", "endnote", "comment"):
        if others[word]:
            notes = "".join(
                f'<w:{word} w:id="{at}">{_blocks([line])}</w:{word}>' for at, line in enumerate(others[word], 2)
            )
            parts[f"word/{word}s.xml"] = f"<w:{word}s {NAMESPACES}>{notes}</w:{word}s>"
    if others["title"]:
        core = 'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        names = f'{core} xmlns:dc="http://purl.org/dc/elements/1.1/"'
        parts["docProps/core.xml"] = (
            f"<cp:coreProperties {names}><dc:title>{escape(others['title'][0])}</dc:title></cp:coreProperties>"
        )
    return package(parts)


def package(parts: dict[str, str]) -> bytes:
    """Return the .docx of these parts, with the lists that Word wants."""
    stem = re.compile(r"word/(\D+?)\d*\.xml")
    kinds = {
        name: f"application/vnd.openxmlformats-officedocument.wordprocessingml.{match[1]}+xml"
        for name in parts
        if (match := stem.fullmatch(name))
    }
    kinds["word/document.xml"] = kinds["word/document.xml"].replace("document+xml", "document.main+xml")
    kinds |= {"docProps/core.xml": CORE} if "docProps/core.xml" in parts else {}
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    words = [name for name in parts if stem.fullmatch(name) and name != "word/document.xml"]
    inner = [(f"rId{at}", f"{OFFICE}/{stem.fullmatch(name)[1]}", name[5:]) for at, name in enumerate(words, 1)]  # type: ignore[index]
    outer = [("rId1", f"{OFFICE}/officeDocument", "word/document.xml")]
    if "docProps/core.xml" in parts:
        outer.append(
            ("rId2", f"{OFFICE.replace('officeDocument', 'package')}/metadata/core-properties", "docProps/core.xml")
        )
    all_parts = {"[Content_Types].xml": types, "_rels/.rels": _relations(outer), **parts}
    all_parts["word/_rels/document.xml.rels"] = _relations(inner)
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        for name, xml in all_parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}')
    return data.getvalue()


def _relations(relations: Iterable[tuple[str, str, str]]) -> str:
    lines = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in relations)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
    )


def _document(body: list[str], others: dict[str, list[str]]) -> str:
    header = '<w:headerReference w:type="default" r:id="rId1"/>' if others["header"] else ""
    footer = f'<w:footerReference w:type="default" r:id="rId{1 + bool(others["header"])}"/>' if others["footer"] else ""
    drawings = "".join(
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="{at}" name="p" descr={quoteattr(text)}/>'
        "</wp:inline></w:drawing></w:r></w:p>"
        for at, text in enumerate(others["alt"], 1)
    )
    return f"<w:document {NAMESPACES}><w:body>{_blocks(body)}{drawings}<w:sectPr>{header}{footer}</w:sectPr></w:body></w:document>"


def _blocks(lines: list[str]) -> str:
    made = []
    for is_row, run in groupby(lines, lambda line: line.startswith("|")):
        block = list(run)
        made.append(_table(block) if is_row else "".join(map(_paragraph, block)))
    return "".join(made)


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    grid = '<w:gridCol w:w="2000"/>' * max(len(row) for row in rows)
    made = "".join(f"<w:tr>{''.join(_cell(text) for text in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>"


def _cell(text: str) -> str:
    paragraphs = "".join(_paragraph(line) for line in text.split("¶"))
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{paragraphs}</w:tc>'


def _paragraph(line: str) -> str:
    look = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>' if line.startswith("# ") else ""
    line = line.removeprefix("# ")
    return f"<w:p>{look}{''.join(_piece(kind, inside or plain) for kind, inside, plain in INLINE.findall(line))}</w:p>"


def _piece(kind: str, text: str) -> str:
    if kind == "link":
        return f'<w:hyperlink w:anchor="a">{_runs(text)}</w:hyperlink>'
    if kind == "ins":
        return f'<w:ins w:id="1" w:author="a">{_runs(text)}</w:ins>'
    if kind == "del":
        return f'<w:del w:id="1" w:author="a">{_runs(text).replace("w:t", "w:delText")}</w:del>'
    if kind == "field":
        code, _, shown = text.partition("=")
        return f"<w:fldSimple w:instr={quoteattr(code)}>{_runs(shown)}</w:fldSimple>"
    if kind == "box":
        box = f"<w:txbxContent>{''.join(_paragraph(part) for part in text.split('¶'))}</w:txbxContent>"
        return (
            f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing>'
            f"</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    return _runs(text)


def _runs(text: str) -> str:
    pieces = text.split("¦")
    bold = ("", "<w:rPr><w:b/></w:rPr>")
    return "".join(
        f'<w:r>{bold[at % 2]}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
        for at, piece in enumerate(pieces)
        if piece
    )


def shown(docx: bytes) -> str:
    """Return what a report shows, in the form of a case: line breaks in a paragraph are ⏎, tabs ⇥."""
    texts = {name: text.replace("\t", "⇥") for name, text in _texts(docx).items()}
    made = [texts.pop("document")]
    for name, text in texts.items():
        word = name.rstrip("1s") if name != "footnotes" else "footnote"
        made += [f"{word}: {line}" for line in text.split("\n")]
    with ZipFile(BytesIO(docx)) as archive:
        roots = {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}
    if "docProps/core.xml" in roots:
        made.append("title: " + "".join(map(str, roots["docProps/core.xml"].itertext())))
    drawings = roots["word/document.xml"].iter("{*}docPr")
    made += [f"alt: {drawing.get('descr')}" for drawing in drawings if drawing.get("descr") is not None]
    return "\n".join(made)


def _texts(docx: bytes) -> dict[str, str]:
    """Return the text of each part; a break inside a paragraph is marked, so that it is not taken for a paragraph's end."""
    data = BytesIO()
    breaks = re.compile(rb"<w:br/>")
    with ZipFile(BytesIO(docx)) as archive, ZipFile(data, "w") as marked:
        for name in archive.namelist():
            content = archive.read(name)
            if name.startswith("word/"):
                content = breaks.sub("<w:t>⏎</w:t>".encode(), content)
            marked.writestr(
                name.replace("comments", "header9"), content
            ) if name == "word/comments.xml" else marked.writestr(name, content)
    texts = docx_text(data.getvalue())
    if "header9" in texts:
        texts["comments"] = texts.pop("header9")
    return texts
