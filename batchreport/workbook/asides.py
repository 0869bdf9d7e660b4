"""This module finds what people wrote beside the cells, in comments and text boxes, of which nothing is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from batchreport.findings import LANGUAGES, Finding, Place, note
from batchreport.workbook.anchors import Lines
from batchreport.workbook.cells import excerpt
from batchreport.workbook.choose import HIDDEN
from batchreport.workbook.layout import reference
from batchreport.workbook.marking.comments import AUTHOR, THREAD
from batchreport.workbook.marking.listing import words
from batchreport.workbook.package import Refused
from batchreport.workbook.parse import parse_xml
from batchreport.workbook.relations import relations
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.workbook.package import Package
    from batchreport.workbook.scan import Scan

_SHOWN = 3  # of which a finding shows the beginning
_ANCHORS = ("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor")
_OURS = re.compile(  # LibreOffice forgets who wrote a comment
    rf"\s*\d+\. .*?({'|'.join(re.escape(words(language)['mend'].strip()) for language in LANGUAGES)})", re.DOTALL
)
_KINDS = {"comments": "sheet-comments-unread", "drawing": "sheet-textboxes-unread"}


class _Aside(NamedTuple):
    """A text and the cell that it stands at."""

    cell: str
    text: str


def asides(package: Package, scanned: Scan, file: str) -> Iterator[Finding]:
    """Yield what stands beside the cells of each sheet, save the comments of a marked copy.

    A part that is damaged says nothing: it is none that is read.
    """
    if not any(name.startswith(("xl/comments", "xl/drawings/")) for name in package.names()):
        return
    for sheet, part in scanned.parts:
        for relation in relations(package, part).values() if sheet not in HIDDEN else ():
            code = _KINDS.get(relation.kind.rpartition("/")[2])
            if code and not relation.outside:
                found = _found(package, part, relation.target, code)
                said = tuple(f"{aside.cell}“{excerpt(aside.text)}”" for aside in found[:_SHOWN])
                if found:
                    place = Place(file=file, sheet=sheet, cell=found[0].cell)
                    yield note(code, place, count=len(found), said=said if len(said) == len(found) else (*said, "…"))


def _found(package: Package, sheet: str, part: str, code: str) -> list[_Aside]:
    try:
        root = parse_xml(package.part(part))
        texts = _comments(root) if code == _KINDS["comments"] else _boxes(root, Lines(package.part(sheet)))
        return [aside for aside in texts if aside.text.strip()]
    except (Refused, ValueError, etree.XMLSyntaxError):
        return []


def _comments(root: etree._Element) -> Iterator[_Aside]:
    """Yield the comments; of a conversation, what it says behind the line that programs put in front."""
    authors = [author.text or "" for author in root.iterfind("{*}authors/{*}author")]
    for comment in root.iterfind("{*}commentList/{*}comment"):
        number = comment.get("authorId") or ""
        author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        text = "".join(line.text or "" for line in comment.iter("{*}t"))
        text = text.strip().rpartition("\n")[2] if author.startswith(THREAD) else text.removeprefix(f"{author}:")
        if author != AUTHOR and not _OURS.match(text):
            yield _Aside(reference(*position(comment.get("ref") or "")), text)


def _boxes(root: etree._Element, lines: Lines) -> Iterator[_Aside]:
    for anchor in root.iter(*_ANCHORS):
        for shape in anchor.iter("{*}sp"):
            if next(shape.iterancestors("{*}Fallback"), None) is None:
                paragraphs = shape.iterfind("{*}txBody/{*}p")
                text = " ".join("".join(map(str, line.itertext())) for line in paragraphs)
                yield _Aside(reference(*lines.cell(anchor)), text)
