"""This module holds what the book's parts share of WordprocessingML: names, the order of properties, parsing and printing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{W_NS}}}"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
R = f"{{{R_NS}}}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
NS = {"w": W_NS, "r": R_NS}

# Children stand in the order of the schema (ECMA-376, part 1: CT_PPr, CT_RPr, CT_SectPr, CT_Settings).
PARAGRAPH = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers",
    "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct",
    "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing",
    "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl",
    "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
)  # fmt: skip
RUN = (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
    "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern",
    "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em",
    "lang", "eastAsianLayout", "specVanish", "oMath",
)  # fmt: skip
SECTION = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc",
    "pgBorders", "lnNumType", "pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection",
    "bidi", "rtlGutter", "docGrid", "printerSettings", "sectPrChange",
)  # fmt: skip
TABLE = ("tblStyle",)
STYLE = (
    "name", "aliases", "basedOn", "next", "link", "autoRedefine", "hidden", "uiPriority", "semiHidden",
    "unhideWhenUsed", "qFormat", "locked", "personal", "personalCompose", "personalReply", "rsid", "pPr", "rPr",
    "tblPr", "trPr", "tcPr", "tblStylePr",
)  # fmt: skip
AFTER_EVEN_AND_ODD = frozenset((
    "bookFoldRevPrinting", "bookFoldPrinting", "bookFoldPrintingSheets", "drawingGridHorizontalSpacing",
    "drawingGridVerticalSpacing", "displayHorizontalDrawingGridEvery", "displayVerticalDrawingGridEvery",
    "doNotUseMarginsForDrawingGridOrigin", "drawingGridHorizontalOrigin", "drawingGridVerticalOrigin",
    "doNotShadeFormData", "noPunctuationKerning", "characterSpacingControl", "printTwoOnOne",
    "strictFirstAndLastChars", "noLineBreaksAfter", "noLineBreaksBefore", "savePreviewPicture",
    "doNotValidateAgainstSchema", "saveInvalidXml", "ignoreMixedContent", "alwaysShowPlaceholderText",
    "doNotDemarcateInvalidXml", "saveXmlDataOnly", "useXSLTWhenSaving", "saveThroughXslt", "showXMLTags",
    "alwaysMergeEmptyNamespace", "updateFields", "hdrShapeDefaults",
))  # fmt: skip
AFTER_NOTES = frozenset((
    "compat", "docVars", "rsids", "mathPr", "attachedSchema", "themeFontLang", "clrSchemeMapping",
    "doNotIncludeSubdocsInStats", "doNotAutoCompressPictures", "forceUpgrade", "captions", "readModeInkLockDown",
    "smartTagType", "schemaLibrary", "shapeDefaults", "doNotEmbedSmartTags", "decimalSymbol", "listSeparator",
    "docId", "conflictMode", "discardImageEditingData", "defaultImageDpi", "chartTrackingRefBased",
))  # fmt: skip


class DamagedError(Exception):
    """A report that cannot be taken into a book; the text says why, in the words of the parser."""


def read(data: bytes) -> _Element:
    """Return the root of a part; raise `DamagedError` where it is no XML."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as problem:
        raise DamagedError(str(problem)) from None


def found(path: etree.XPath, root: _Element) -> list[_Element]:
    """Return the elements that a path leads to from `root`."""
    return cast("list[_Element]", path(root))


def printed(root: _Element) -> bytes:
    """Return a part's bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def canonical(root: _Element) -> bytes:
    """Return bytes that two elements share if they say the same."""
    return etree.tostring(root, method="c14n", exclusive=True)


def local(element: _Element | None) -> str:
    """Return an element's name without namespace; "" for a comment."""
    return "" if element is None or callable(element.tag) else str(element.tag).rpartition("}")[2]


def drop(element: _Element, name: str) -> str:
    """Take an attribute away, and return what it said; "" where there is none."""
    said = element.get(name, "")
    if name in element.attrib:
        del element.attrib[name]
    return said


def make(tag: str, children: tuple[_Element, ...] = (), /, **values: str) -> _Element:
    """Return an element of the main namespace with attributes of it."""
    element = etree.Element(W + tag, {W + name: value for name, value in values.items()}, nsmap={"w": W_NS})
    element.extend(children)
    return element


def put(parent: _Element, child: _Element, order: tuple[str, ...]) -> None:
    """Place `child` among its siblings where the schema wants it, in the stead of one of its kind."""
    for old in parent.findall(child.tag):
        parent.remove(old)
    later = set(order[order.index(local(child)) + 1 :])
    at = next((place for place, other in enumerate(parent) if local(other) in later), len(parent))
    parent.insert(at, child)


def properties(owner: _Element, tag: str) -> _Element:
    """Return the properties that open a paragraph, run or table, made where there are none."""
    own = owner.find(W + tag)
    if own is None:
        own = make(tag)
        owner.insert(0, own)
    return own


@cache
def _steps(path: str) -> str:
    return "/".join(W + step for step in path.split("/"))


def value(parent: _Element | None, path: str, default: str = "") -> str:
    """Return the `w:val` of a descendant, steps parted by /."""
    one = parent.find(_steps(path)) if parent is not None else None
    return default if one is None else one.get(f"{W}val", default)


def number(text: str | None, default: int = 0) -> int:
    """Return a number as files write it, or `default`."""
    try:
        return int(float(text or ""))
    except (ValueError, OverflowError):
        return default


def is_on(parent: _Element | None, tag: str) -> bool:
    """Tell whether a switch stands in `parent` and is on."""
    one = parent.find(W + tag) if parent is not None else None
    return one is not None and one.get(f"{W}val", "1") not in ("0", "false", "off")


def revalue(root: _Element, tags: tuple[str, ...], mapping: Mapping[str, str]) -> None:
    """Replace the `w:val` of elements of these names."""
    if mapping:
        for element in root.iter(*(W + tag for tag in tags)):
            old = element.get(f"{W}val", "")
            if old in mapping:
                element.set(f"{W}val", mapping[old])


def text_area(section: _Element) -> tuple[int, int]:
    """Return width and height of a section's pages without their margins, in twentieths of a point."""
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    width, height = (_side(size, name, default) for name, default in (("w", 11906), ("h", 16838)))
    left, right, top, bottom = (_side(margins, name, 1440) for name in ("left", "right", "top", "bottom"))
    return max(width - left - right, 2000), max(height - abs(top) - abs(bottom), 4000)


def _side(one: _Element | None, name: str, default: int) -> int:
    return number(None if one is None else one.get(W + name), default)
