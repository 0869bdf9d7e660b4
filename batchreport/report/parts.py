"""This module takes a .docx apart."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from batchreport.zips import BROKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHERS = (
    ("spreadsheetml", {"zh": "这是 Excel 工作簿", "en": "this is an Excel workbook"}),
    ("presentationml", {"zh": "这是演示文稿", "en": "this is a presentation"}),
    ("macroEnabled", {"zh": "这是带宏的文档（.docm、.dotm）", "en": "this is a document with macros (.docm, .dotm)"}),
    ("template", {"zh": "这是 Word 模板文件（.dotx）", "en": "this is a Word template file (.dotx)"}),
    ("", {"zh": "文件里没有 Word 正文", "en": "there is no Word text in the file"}),
)
"""What a package is whose main part is no document's, by what its content type has in it."""
_STRICT = b"//purl.oclc.org/ooxml/wordprocessingml/main"
_TYPES = "[Content_Types].xml"
_LIMIT = 200 * 2**20  # of all parts together, counted while they are inflated: a zip's own figures can lie
_CHUNK = 2**20


class NotDocx(Exception):  # noqa: N818  (says what the bytes are, and is turned into a finding)
    """The bytes are no Word document: `code` names the finding that says why."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a .docx in their order, and the content type of each."""

    data: Mapping[str, bytes]
    types: Mapping[str, str]
    doubled: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """The name of the part that holds the body."""
        return next(name for name, kind in self.types.items() if kind == MAIN)


def unpack(data: bytes) -> Package:
    """Return the parts of a .docx; raise `NotDocx` when it is none, or has no body."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise NotDocx("template-old-or-locked")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            left = _LIMIT
            parts: dict[str, bytes] = {}
            for name in dict.fromkeys(names):
                parts[name] = _inflate(archive, name, left)
                left -= len(parts[name])
    except BROKEN as problem:
        raise NotDocx("template-not-zip", said=str(problem)) from None
    if any(_STRICT in data[:4000] for name, data in parts.items() if name.startswith("word/")):
        raise NotDocx("template-strict")
    types = _types(parts)
    if MAIN not in types.values():
        found = next((kind for kind in types.values() if "main+xml" in kind), "")
        raise NotDocx("template-no-body", said=next(said for sign, said in _OTHERS if sign in found))
    doubled = tuple(name for name in parts if names.count(name) > 1)
    return Package(parts, types, doubled)


def _inflate(archive: zipfile.ZipFile, name: str, left: int) -> bytes:
    chunks = []
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise NotDocx("template-too-large")
            chunks.append(chunk)
    return b"".join(chunks)


def _types(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the content type of each part that is there."""
    if _TYPES not in parts:
        return {}
    try:
        root = etree.fromstring(parts[_TYPES], etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return {}
    by_ending: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for entry, kind in _entries(root):
        (by_name if entry.startswith("/") else by_ending)[entry.lstrip("/").lower()] = kind
    found = {name: by_name.get(name.lower()) or by_ending.get(name.rpartition(".")[2].lower(), "") for name in parts}
    return {name: kind for name, kind in found.items() if kind}


def _entries(root: etree._Element) -> Iterator[tuple[str, str]]:
    for entry in root:
        name = entry.get("PartName") or entry.get("Extension")
        if name:
            yield name, entry.get("ContentType", "")
