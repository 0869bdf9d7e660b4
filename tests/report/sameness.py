"""This module renders a template by docxtpl and by ours, and gives what both made in one form, part by part."""

from __future__ import annotations

import posixpath
import re
from copy import deepcopy
from hashlib import sha256
from html import unescape
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import jinja2
from docxtpl import DocxTemplate
from lxml import etree

from batchreport.report.grammar import FILTERS
from batchreport.report.mending.grids import layout
from tests.docxfile import RELATION, W

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lxml.etree import _Element

PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml|docProps/core\.xml")
# Those that docxtpl renders, by python-docx's names for them and by their own.
PROPERTIES = {
    "author": "creator", "comments": "description", "identifier": "identifier", "language": "language",
    "subject": "subject", "title": "title",
}  # fmt: skip
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
DRAWN = ("docPr", "cNvPr")


def by_docxtpl(
    data: bytes, make: Callable[[DocxTemplate], Mapping[str, Any]], environment: jinja2.Environment | None = None
) -> bytes:
    """Return docxtpl's own document of a template, of the values that `make` gives for it: escaped, and nothing for None."""
    theirs = DocxTemplate(BytesIO(data))
    plain = jinja2.Environment(autoescape=True, finalize=lambda value: "" if value is None else value)
    plain.filters |= FILTERS
    theirs.render(make(theirs), environment or plain)
    for name in PROPERTIES:  # it escapes them twice
        setattr(theirs.core_properties, name, unescape(getattr(theirs.core_properties, name)))
    saved = BytesIO()
    theirs.save(saved)
    return saved.getvalue()


def same_form(report: bytes, template: bytes) -> dict[str, str]:
    """Return the XML of the parts that are rendered, in one form, and the media of the document.

    Properties are left out where the template has none: docxtpl makes some.
    """
    with ZipFile(BytesIO(report)) as archive, ZipFile(BytesIO(template)) as before:
        there = {name: archive.read(name) for name in archive.namelist()}
        names = [name for name in there if PARTS.fullmatch(name) and name in before.namelist()]
    made = {name: _normal(name, there) for name in names}
    media = sorted(
        sha256(data).hexdigest() for name, data in there.items() if re.match("word/(media|embeddings)/", name)
    )
    return made | {"media": " ".join(media)}


def _normal(name: str, there: Mapping[str, bytes]) -> str:
    """Return XML with every run parted into its pieces, every relationship as what it leads to, in canonical form."""
    root = etree.fromstring(there[name])
    targets = dict(_targets(name, there))
    for element in [*root.iter("{*}proofErr"), *root.iter("{*}lastRenderedPageBreak")]:
        _drop(element)
    for element in root.iter():
        _tidy(element, targets)
    for table in root.iter(f"{W}tbl"):
        _measure(table)
    for run in list(root.iter(f"{W}r")):
        _part(run)
    for paragraph in root.iter(f"{W}p", f"{W}hyperlink"):
        _join(paragraph)
    if name.startswith("docProps"):
        rendered = {f"{{http://purl.org/dc/elements/1.1/}}{one}" for one in PROPERTIES.values()}
        root[:] = sorted((one for one in root if one.tag in rendered and one.text), key=lambda one: str(one.tag))
    return etree.tostring(root, method="c14n", exclusive=True).decode()


def _tidy(element: _Element, targets: Mapping[str, str]) -> None:
    """Take away what says nothing: space between elements, revision marks, the numbers of drawings."""
    element.tail = (element.tail or "").strip()
    if len(element) and not (element.text or "").strip():
        element.text = None
    for key, value in element.items():
        if str(key).startswith(RELATION):
            element.set(key, targets[str(value)])
        elif "rsid" in str(key) or key == SPACE:
            del element.attrib[key]
    if etree.QName(element).localname in DRAWN:
        element.attrib.pop("id", "")
        if re.fullmatch(r"Picture \d+", element.get("name", "")):
            element.set("name", "Picture")


def _targets(name: str, there: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    folder, file = posixpath.split(name)
    for link in etree.fromstring(there.get(f"{folder}/_rels/{file}.rels", b"<none/>")):
        target = str(link.get("Target"))
        inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        is_media = link.get("TargetMode") != "External" and "/media/" in inside
        yield str(link.get("Id")), sha256(there[inside]).hexdigest() if is_media else target


def _measure(table: _Element) -> None:
    """Give every cell the width of its columns, which docxtpl leaves where columns come or go, and its properties an order."""
    for properties in table.iter(f"{W}tcPr"):
        properties[:] = sorted(properties, key=lambda one: str(one.tag))
    columns = [int(str(column.get(f"{W}w"))) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    for cells in layout(table).values():
        for at, span, cell in cells:
            width = cell.find(f"{W}tcPr/{W}tcW")
            if width is not None and width.get(f"{W}type") == "dxa":
                width.set(f"{W}w", str(sum(columns[at : at + span])))


def _part(run: _Element) -> None:
    """Give every piece of a run a run of its own; a run of nothing goes."""
    properties = run.find(f"{W}rPr")
    pieces = [piece for piece in run if piece is not properties and (piece.tag != f"{W}t" or piece.text)]
    for piece in pieces:
        own = etree.Element(f"{W}r", {str(key): str(value) for key, value in run.items()})
        if properties is not None and len(properties) and piece.tag != f"{W}drawing":
            own.append(deepcopy(properties))
        run.addprevious(own)
        own.append(piece)
    _drop(run)


def _join(paragraph: _Element) -> None:
    """Make one run of neighbours that have text in one format."""
    texts = [child if child.tag == f"{W}r" and child.find(f"{W}t") is not None else None for child in paragraph]
    forms = [etree.tostring(run.find(f"{W}rPr")) if _has_form(run) else b"" for run in texts]  # type: ignore[union-attr, arg-type]
    for (_, is_text), both in groupby(zip(texts, forms, strict=True), lambda one: (one[1], one[0] is not None)):
        runs = [run for run, _ in both if run is not None]
        if is_text and len(runs) > 1:
            runs[0].find(f"{W}t").text = "".join(run.find(f"{W}t").text or "" for run in runs)  # type: ignore[union-attr]
            for run in runs[1:]:
                _drop(run)


def _has_form(run: _Element | None) -> bool:
    return run is not None and run.find(f"{W}rPr") is not None


def _drop(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def quotes_spelt_out(data: bytes) -> bytes:
    """Return a template whose quoted curly quotes are escapes: docxtpl takes every curly quote in a tag for a plain one."""

    def spelt(match: re.Match[str]) -> str:
        return f"'\\u{ord(match[1]):04x}'"

    return _each_part(data, lambda content: re.sub("'([“”‘’])'", spelt, content.decode()).encode())


def as_word_saves(data: bytes) -> bytes:
    """Return a template whose texts are split as Word splits them: by revision marks, with spelling marks in between.

    A bookmark inside a tag is not among them: docxtpl drops its beginning and keeps its end.
    """
    return _each_part(data, _split)


def _each_part(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(data)) as archive, ZipFile(made, "w", ZIP_DEFLATED) as changed:
        for name in archive.namelist():
            content = archive.read(name)
            changed.writestr(name, change(content) if re.match(r"word/(document|header|footer)", name) else content)
    return made.getvalue()


def _split(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for number, run in enumerate(list(root.iter(f"{W}r"))):
        text = run.find(f"{W}t")
        words = re.findall(r"[{}%]|[^{}%]{1,4}", text.text or "") if text is not None and len(run) < 3 else []
        for at, word in enumerate(words):
            piece = deepcopy(run)
            piece.set(f"{W}rsidR", f"00{number:06X}")
            own = piece.find(f"{W}t")
            assert own is not None
            own.text = word
            own.set(SPACE, "preserve")
            run.addprevious(piece)
            if at % 3 == 1:
                kind = "spellStart" if at % 2 else "gramEnd"
                run.addprevious(etree.Element(f"{W}proofErr", {f"{W}type": kind}))
        if words:
            _drop(run)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
