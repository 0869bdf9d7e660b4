"""This module holds the filters that mark a place in a report, and does there what they ask for once the text is known."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from batchreport.report.grammar.inputs import FilterError, is_blank
from batchreport.report.mending.grids import leave_out, merge
from batchreport.report.tags.scan import SPACE, W
from batchreport.report.text import Ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    from batchreport.report.text import Speaker

# A processing instruction, which Word takes no notice of and no value can write: what it asks for is its text.
_TARGET = "batchreport"
_DOWN, _ACROSS, _OPTIONAL, _SPLIT, _PAGE = "down", "across", "optional", "split", "page"
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_PARTS = (f"{W}r", f"{W}p")


def filters(speaker: Speaker) -> dict[str, Callable[..., Any]]:
    """Return the filters by both names, which say values as `speaker` does."""

    def merged(value: object, *, across: bool = False, 横: bool = False) -> object:  # noqa: N803, PLC2401  (as templates name it)
        """Mark the cell: it becomes one with its neighbours of the same text, below or `across`."""
        if is_blank(value):
            return value
        return Ready(_mark(_ACROSS if across or 横 else _DOWN) + str(speaker.text(value)))

    def optional(value: object) -> object:
        """Mark a heading: its column is left out where nothing stands below it."""
        return value if is_blank(value) else Ready(_mark(_OPTIONAL) + str(speaker.text(value)))

    def paragraphs(value: object) -> object:
        """Give each line of a text a paragraph of its own, in the format of the one it stands in."""
        if is_blank(value):
            return value
        if isinstance(value, list | tuple):
            if not all(isinstance(item, str) or is_blank(item) for item in value):
                raise FilterError("分段 要的是文字", "paragraphs takes text")
            value = "\n".join(str(item) for item in value if not is_blank(item))
        return Ready(str(speaker.text(value)).replace(_BREAK, _mark(_SPLIT)))

    return {
        "合并": merged,
        "merged": merged,
        "可省": optional,
        "optional": optional,
        "分段": paragraphs,
        "paragraphs": paragraphs,
    }


def _mark(word: str) -> str:
    return f"<?{_TARGET} {word}?>"


def settle(root: _Element) -> tuple[bool, frozenset[str]]:
    """Merge cells, leave out columns and part paragraphs as the marks in a part ask for.

    Returns whether there were any, and the texts that went with a column.
    """
    found: dict[str, list[_Element]] = {_DOWN: [], _ACROSS: [], _OPTIONAL: [], _SPLIT: []}
    for mark in list(root.iter(etree.ProcessingInstruction)):
        word = _SPLIT if mark.text == _PAGE else str(mark.text)
        if getattr(mark, "target", "") == _TARGET and word in found:
            found[word].append(mark)
    if not any(found.values()):
        return False, frozenset()
    for mark in reversed(found.pop(_SPLIT)):
        _part(mark)
    cells = {word: {cell: None for mark in marks if (cell := _cell(mark)) is not None} for word, marks in found.items()}
    for mark in [mark for marks in found.values() for mark in marks]:
        _drop(mark)
    merge(cells[_DOWN], across=False)
    merge(cells[_ACROSS], across=True)
    gone = leave_out(cells[_OPTIONAL])
    return True, gone - _texts(root) if gone else gone


def _texts(root: _Element) -> frozenset[str]:
    return frozenset(text.text for text in root.iter(f"{W}t") if text.text)


def _cell(mark: _Element) -> _Element | None:
    return next(mark.iterancestors(f"{W}tc"), None)


def _drop(mark: _Element) -> None:
    """Take a mark away, and leave the text that follows it."""
    parent, before, tail = mark.getparent(), mark.getprevious(), mark.tail or ""
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    mark.tail = None
    parent.remove(mark)


def _part(mark: _Element) -> None:
    """Begin a paragraph of the same format where the mark stands, or a page; inside a link or the like, a line."""
    text = mark.getparent()
    run = text.getparent() if text is not None else None
    paragraph = run.getparent() if run is not None else None
    if text is None or run is None or paragraph is None or (run.tag, paragraph.tag) != _PARTS:
        if text is not None and run is not None:
            _part_line(mark, text, run)
        return
    following = etree.Element(f"{W}t", {SPACE: "preserve"})
    following.text = mark.tail
    mark.tail = None
    new_run = _like(run, "rPr")
    new_run.append(following)
    new_run.extend(list(text.itersiblings()))
    new = _like(paragraph, "pPr")
    new.append(new_run)
    new.extend(list(run.itersiblings()))
    text.remove(mark)
    paragraph.addnext(new)
    if mark.text == _PAGE:
        between = etree.Element(f"{W}p")
        etree.SubElement(etree.SubElement(between, f"{W}r"), f"{W}br", {f"{W}type": "page"})
        paragraph.addnext(between)
    section = paragraph.find(f"{W}pPr/{W}sectPr")
    if section is not None:  # the section ends with the last of them
        cast("_Element", section.getparent()).remove(section)


def _part_line(mark: _Element, text: _Element, run: _Element) -> None:
    following = etree.Element(f"{W}t", {SPACE: "preserve"})
    following.text = mark.tail
    mark.tail = None
    text.remove(mark)
    at = run.index(text)
    run.insert(at + 1, etree.Element(f"{W}br", {f"{W}type": "page"} if mark.text == _PAGE else {}))
    run.insert(at + 2, following)


def _like(element: _Element, properties: str) -> _Element:
    made = etree.Element(element.tag)
    own = element.find(f"{W}{properties}")
    if own is not None:
        made.append(deepcopy(own))
    return made
