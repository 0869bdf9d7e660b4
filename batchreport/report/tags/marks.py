"""This module puts marks where tags stand while docxtpl works on a part, and the tags' insides where the marks stood."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import escape

from batchreport.report.tags.blocks import ENDS
from batchreport.report.tags.lint import IN_CELL
from batchreport.report.tags.scan import Tag, W

if TYPE_CHECKING:
    from lxml.etree import _Element

# What stands in a cell's properties, in its order (ECMA-376 Part 1, 17.4.69).
_IN_CELL_PROPERTIES = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection",
    "tcFitText", "vAlign", "hideMark",
)  # fmt: skip
_CELL_PROPERTIES = re.compile(r"(<w:tcPr\b(?:[^>]*[^/>])?>)((?:(?!tcPr).)*)(?=</w:tcPr>)", re.DOTALL)
_PROPERTY = re.compile(r"<w:(\w+)\b[^>]*(?:/>|(?<!/)>.*?</w:\1>)", re.DOTALL)
GRID = "batchreport-grid"
MARK = "\uf8ff"  # private use: docxtpl's patterns pass it by, and nobody types it
_MARKED = re.compile(r"\{([{%#])([-+]?)\s*\uf8ff(\d+)\uf8ff\s*([-+]?)[}%#]\}|\uf8ff(\d+)\uf8ff")
_ESCAPES = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
_OF_DOCXTPL = re.compile(r"\{%[^%]*%\}|\{\{[^{}]*\}\}")  # what it makes of vm, hm and colspan
_PAGE_BREAK = re.compile(r"<w:pageBreakBefore\b[^>]*>")
_NAMESPACES = re.compile(r' xmlns:\w+="[^"]*"')


def has_escapes(root: _Element) -> bool:
    """Tell whether a part holds what docxtpl prints as braces: `{_{` and its like."""
    text = "".join(str(text) for text in root.itertext())
    return any(typed in text for typed in _ESCAPES)


def dry_run(patched: str) -> bool:
    """Tell whether a patched part is sound XML without its tags: rendering only makes it worse."""
    bare = _OF_DOCXTPL.sub("", _MARKED.sub("", patched))
    try:
        etree.fromstring(bare, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError:
        return False
    return True


def in_order(patched: str) -> str:
    """Return a patched part with the properties of its cells in their order: docxtpl puts its own first or last."""

    def ordered(match: re.Match[str]) -> str:
        found = [(one[1], one.group()) for one in _PROPERTY.finditer(match[2])]
        known = all(name in _IN_CELL_PROPERTIES for name, _ in found) and "".join(xml for _, xml in found) == match[2]
        if not known:
            return match.group()
        return match[1] + "".join(xml for _, xml in sorted(found, key=lambda one: _IN_CELL_PROPERTIES.index(one[0])))

    return _CELL_PROPERTIES.sub(ordered, patched)


def expand(text: str, tags: list[Tag], properties: dict[int, str]) -> tuple[str, list[tuple[int, int]]]:
    """Return the source with the inside of every tag in its place, and the line on which each stands."""
    for typed, meant in _ESCAPES.items():
        text = text.replace(typed, "{% raw %}" + meant + "{% endraw %}" if meant[0] == "{" else meant)
    pieces: list[str] = []
    at: list[tuple[int, int]] = []
    end, line = 0, 1
    for match in _MARKED.finditer(text):
        number = int(match[3] or match[5])
        before = text[end : match.start()]
        line += before.count("\n") + 1
        inside = _inside(tags[number], match, properties.get(number, ""))
        pieces += (before, inside)
        line += inside.count("\n") - 1
        at.append((line, number))
        end = match.end()
    return "".join([*pieces, text[end:]]), at


def prepare(tags: list[Tag]) -> bool:
    """Give cells the properties that docxtpl writes to, keep section breaks, and mark the tables whose columns a tag can change."""
    grids = False
    for tag in tags:
        if tag.level == "p" and tag.paragraph is not None:
            _keep_section(tag.paragraph, before=tag.reading.kind == "statement" and tag.reading.word not in ENDS)
        word = tag.reading.word if tag.reading.kind == "statement" else ""
        cell = next(tag.owner.iterancestors(f"{W}tc"), None)
        if cell is not None and word in IN_CELL:
            _cell_properties(cell)
        if tag.level == "tc" or word in ("hm", "colspan"):
            for table in tag.owner.iterancestors(f"{W}tbl"):
                table.set(GRID, "1")
                grids = True
                break
    return grids


def _keep_section(paragraph: _Element, *, before: bool) -> None:
    """Give the section that ends with a paragraph of a tag, which goes, another end: outside the tag's block."""
    section = paragraph.find(f"{W}pPr/{W}sectPr")
    if section is not None:
        own = etree.Element(f"{W}p")
        etree.SubElement(own, f"{W}pPr").append(section)
        (paragraph.addprevious if before else paragraph.addnext)(own)


def _cell_properties(cell: _Element) -> None:
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = etree.Element(f"{W}tcPr")
        cell.insert(0, properties)
    if not len(properties):
        etree.SubElement(properties, f"{W}tcW", {f"{W}w": "0", f"{W}type": "auto"})


def mark_of(tag: Tag) -> str:
    """Return what stands for a tag while docxtpl works on the part: a tag of the same form around a number."""
    reading = tag.reading
    number = f"{MARK}{tag.number}{MARK}"
    if tag.literal:
        return number
    if reading.kind == "comment":
        return "{#" + f"{tag.level} {number} #}}" if tag.level in ("p", "tr", "tc") else ""
    if reading.kind == "print":
        return f"{{{{{tag.level or reading.left} {number} {'' if tag.level else reading.right}}}}}"
    if reading.word in ("raw", "endraw"):
        return ""
    if reading.word in ("vm", "hm"):
        return "{% " + reading.word + " %}"
    if reading.word in ("colspan", "cellbg"):
        return "{% " + f"{reading.word} {number} %}}"
    return "{%" + f"{tag.level or reading.left} {number} {'' if tag.level else reading.right}%}}"


def _inside(tag: Tag, match: re.Match[str], properties: str) -> str:
    """Return the Jinja of a tag; it begins with a line break inside the tag, so that errors tell which it was."""
    reading = tag.reading
    if tag.literal:
        return "{% raw %}" + str(escape(tag.text)) + "{% endraw %}"
    if reading.kind == "comment":
        return ""
    body = reading.body
    for typed, meant in _ESCAPES.items():
        body = body.replace(typed, meant)
    left, right = match[2] or "", match[4] or ""
    if reading.word in ("colspan", "cellbg") and reading.kind == "statement":
        return "{{\n(" + reading.rest + ")|_plain }}"
    if reading.kind == "statement":
        return "{%" + left + "\n" + body + " " + right + "%}"
    return "{{" + left + "\n" + _print(tag, body, properties) + " " + right + "}}"


def _print(tag: Tag, body: str, properties: str) -> str:
    if tag.stream != "text":
        return f"({body})|_drawn({properties})" if properties else f"({body})|_plain"
    if tag.level == "r":
        return f"({body})|_run({properties})"
    if tag.level == "p":
        return f"({body})|_paragraph({properties})"
    if tag.alone:
        return f"({body})|_lines({properties})"
    return f"({body})|_block" if tag.level else body


def properties_of(tag: Tag) -> str:
    """Return the formatting of the tag's paragraph and run as arguments: a plain text in their place keeps it.

    For a tag that is alone: what stands between two lines of a text, so that each gets a paragraph of that formatting.
    """
    run = next(tag.owner.iterancestors(f"{W}r"), None)
    of_run = _xml(run.find(f"{W}rPr") if run is not None else None)
    if tag.level == "r":
        return json.dumps(of_run)
    of_paragraph = _xml(tag.paragraph.find(f"{W}pPr") if tag.paragraph is not None else None)
    if tag.alone:
        begin = f'<w:p>{_PAGE_BREAK.sub("", of_paragraph)}<w:r>{of_run}<w:t xml:space="preserve">'
        return json.dumps(f"</w:t></w:r></w:p>{begin}")
    return f"{json.dumps(of_paragraph)}, {json.dumps(of_run)}" if tag.level == "p" else ""


def _xml(element: _Element | None) -> str:
    return (
        _NAMESPACES.sub("", etree.tostring(element, encoding="unicode", with_tail=False)) if element is not None else ""
    )
