"""This module makes a template of a text and a look.

A look is a folder of parts in look/: styles, numbering, section, footer, maybe a header; what it has none of is that of the
folder around it. `@title text` in a text is what core.xml, the header or the theme has in the place of @title.
"""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from batchreport.report.bench.drawing import CHINESE, ENGLISH, OFFICE, document
from batchreport.zips import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The theme of each look: one accent colour, the rest its shades and greys.
_COLOURS = {
    "official": {
        "dark": "1F3864", "light": "F2F2F2", "accent1": "2F5D8C", "accent2": "A6A6A6", "accent3": "7F7F7F",
        "accent4": "8EA9C8", "accent5": "595959", "accent6": "BFBFBF",
    },
    "modern": {
        "dark": "14505C", "light": "E8F1F2", "accent1": "1B6B7A", "accent2": "9DB8BD", "accent3": "5F6B6D",
        "accent4": "6FA3AD", "accent5": "3E4A4C", "accent6": "C3CDCF",
    },
}  # fmt: skip
# The theme's faces, which charts take.
_FACES = {
    "official": {"latin": "Times New Roman", "asian": "宋体"},
    "modern": {"latin": "Arial", "asian": "微软雅黑"},
    "en/official": {"latin": "Arial", "asian": "SimSun"},
    "en/modern": {"latin": "Arial", "asian": "Microsoft YaHei"},
}
_DEFAULTS = {"subject": "", "creator": "", "keywords": "", "language": "zh-CN", "header": ""}
_MAIN = "application/vnd.openxmlformats-officedocument"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# The parts beside the document: the name in word/ and the content type of each; its source and its relation bear its key.
_PARTS = {
    "styles": ("styles.xml", "wordprocessingml.styles+xml"),
    "numbering": ("numbering.xml", "wordprocessingml.numbering+xml"),
    "settings": ("settings.xml", "wordprocessingml.settings+xml"),
    "fontTable": ("fontTable.xml", "wordprocessingml.fontTable+xml"),
    "theme": ("theme/theme1.xml", "theme+xml"),
    "header": ("header1.xml", "wordprocessingml.header+xml"),
    "footer": ("footer1.xml", "wordprocessingml.footer+xml"),
}
LOOKS = ("official", "modern")
"""The looks there are, in each language."""


def look_of(look: str, language: str) -> str:
    """Return the folder of a look in a language."""
    return look if language == "zh" else f"{language}/{look}"


def docx(text: str, look: str, *, section: str = "", styles: str = "") -> bytes:
    """Return the .docx that a text (see drawing.py) and the look in a folder make, the same bytes for the same two.

    `section` stands in place of the look's own page, `styles` are added to its styles; both are XML.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts(text, look, section=section, styles=styles).items():
            entry = zipfile.ZipInfo(part, EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            package.writestr(entry, _compact(content))
    return target.getvalue()


def parts(text: str, look: str, *, section: str = "", styles: str = "") -> dict[str, bytes]:
    """Return the parts of a template by their names: see `docx`."""
    said = dict(line[1:].split(maxsplit=1) for line in text.splitlines() if line.startswith("@"))
    name = look.rpartition("/")[2]
    words = {**_DEFAULTS, **_COLOURS[name], **_FACES[look], "look": name, **said}
    own = {key: data for key in _PARTS if (data := _source(f"{key}.xml", look, words))}
    own["styles"] = own["styles"].replace(b"</w:styles>", f"{styles}</w:styles>".encode())
    page = _compact(section.encode() or _source("section.xml", look, words)).decode().partition("?>")[2]
    manner = CHINESE if words["language"] == "zh-CN" else ENGLISH
    relations = "".join(f'<Relationship Id="{key}" Type="{OFFICE}/{key}" Target="{_PARTS[key][0]}"/>' for key in own)
    return {
        "[Content_Types].xml": _types(own),
        "_rels/.rels": _source("rels.xml", look, words),
        "docProps/core.xml": _source("core.xml", look, words),
        "docProps/app.xml": _source("app.xml", look, words),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'.encode(),
        "word/document.xml": document(text, page, manner).encode(),
        **{f"word/{_PARTS[key][0]}": data for key, data in own.items()},
    }


def _types(own: Mapping[str, bytes]) -> bytes:
    """Return [Content_Types].xml."""
    types = {
        **{f"/word/{name}": f"{_MAIN}.{kind}" for name, kind in (_PARTS[key] for key in own)},
        "/word/document.xml": f"{_MAIN}.wordprocessingml.document.main+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{_MAIN}.extended-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def _source(name: str, look: str, words: Mapping[str, str]) -> bytes:
    """Return a part as its look has it, or the folder around it; b"" if none has. `words` stand for their @names."""
    text = next(filter(None, (_read(f"{folder}{name}") for folder in _folders(look))), "")
    return re.sub(r"@(\w+)", lambda found: escape(words[found[1]]), text).encode()


def _folders(look: str) -> Iterator[str]:
    """Yield the folder of a look and those around it, from the inside out."""
    while look:
        yield f"{look}/"
        look = look.rpartition("/")[0]
    yield ""


@cache
def _read(path: str) -> str:
    source = files("batchreport").joinpath(f"report/bench/look/{path}")
    return source.read_text("utf-8") if source.is_file() else ""


def _compact(xml: bytes) -> bytes:
    """Return XML without the comments and the indentation of its source."""
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
