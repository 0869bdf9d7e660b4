"""This module reads a finished .docx as a person would: its text, part by part."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING
from zipfile import ZipFile

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def docx_text(docx: bytes | Path) -> dict[str, str]:
    """Return the text of each part that people read, by the part's name: "document", "header1", "footnotes".

    A paragraph is a line, a table's row is a line of cells parted by " | ".
    """
    return {PARTS.sub(r"\1", name): "\n".join(lines(root)) for name, root in parts(docx).items()}


def whole_text(docx: bytes | Path) -> str:
    """Return the text of all parts, the body first."""
    texts = docx_text(docx)
    return "\n".join([texts.pop("document"), *texts.values()])


def cells_without_paragraph(docx: bytes | Path) -> list[str]:
    """Return the text of each table cell that does not end in a paragraph: Word refuses such a file."""
    cells = (cell for root in parts(docx).values() for cell in root.iter(f"{W}tc"))
    return [" ".join(lines(cell)) for cell in cells if not len(cell) or cell[-1].tag != f"{W}p"]


def loose_ends(docx: bytes | Path) -> list[str]:
    """Return what is dangling in a .docx: relationships to no part, ids of no relationship, drawings of one number."""
    with ZipFile(docx if isinstance(docx, Path) else BytesIO(docx)) as package:
        found = [name for name, count in Counter(package.namelist()).items() if count > 1]
        there = set(package.namelist())
        for name in sorted(there):
            folder, _, file = name.rpartition("/")
            owner = f"{folder.removesuffix('_rels')}{file.removesuffix('.rels')}" if file.endswith(".rels") else name
            if owner == name and name.endswith(".xml") and f"{folder}/_rels/{file}.rels" not in there:
                found += [f"{name}: {one}" for one in _ids(etree.fromstring(package.read(name)))]
            elif owner != name:
                links = etree.fromstring(package.read(name))
                inner = [one for one in links if one.get("TargetMode") != "External"]
                targets = [normpath(f"{owner.rpartition('/')[0]}/{one.get('Target')}").lstrip("/") for one in inner]
                found += [f"{name}: {target}" for target in targets if target not in there]
                used = _ids(etree.fromstring(package.read(owner))) if owner in there else set()
                found += [f"{owner}: {one}" for one in used - {str(one.get("Id")) for one in links}]
    drawings = Counter(one.get("id") for root in parts(docx).values() for one in root.iter(f"{DRAWING}docPr"))
    return found + [f"drawing {number}" for number, count in drawings.items() if count > 1]


def _ids(root: etree._Element) -> set[str]:
    """Return the relationships that a part names."""
    return {str(value) for one in root.iter() for name, value in one.items() if str(name).startswith(RELATION)}


def parts(docx: bytes | Path) -> dict[str, etree._Element]:
    """Return the root of each part that people read, sorted by name."""
    with ZipFile(docx if isinstance(docx, Path) else BytesIO(docx)) as package:
        names = sorted(name for name in package.namelist() if PARTS.fullmatch(name))
        return {name: etree.fromstring(package.read(name)) for name in names}


def lines(block: etree._Element) -> Iterator[str]:
    """Give the lines of a body, header, note or cell."""
    for element in block:
        if element.tag == f"{W}p":
            yield paragraph_text(element)
            yield from (line for box in element.iter(f"{W}txbxContent") if is_shown(box) for line in lines(box))
        elif element.tag == f"{W}tr":
            yield " | ".join(" ".join(lines(cell)) for cell in element.iterchildren(f"{W}tc"))
        else:
            yield from lines(element)


def paragraph_text(paragraph: etree._Element) -> str:
    """Return a paragraph's own text, without that of a text box that hangs on it."""
    own = (element for element in paragraph.iter() if next(element.iterancestors(f"{W}p"), None) is paragraph)
    return "".join(SIGNS.get(str(element.tag), element.text or "" if element.tag == f"{W}t" else "") for element in own)


def is_shown(box: etree._Element) -> bool:
    """Tell whether a text box is the one shown, not its copy for old programs."""
    return next(box.iterancestors(FALLBACK), None) is None
