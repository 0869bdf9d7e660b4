"""This module puts the marks of comments into a part's text: where each begins and ends, and its number."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.tags.scan import SIGNS, SPACE, W

if TYPE_CHECKING:
    from lxml.etree import _Element

_BOX = f"{W}txbxContent"
_MARKS = tuple(f"{W}comment{word}" for word in ("RangeStart", "RangeEnd", "Reference"))
_NOTES = ("footnote", "endnote")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said in the margin, and of what.

    `paragraph` is its number among all of the part, from 0; `start` and `end` count the characters of its text over
    all runs (a tab or break is one), both 0 for the whole paragraph. A line break in `text` begins a new paragraph.
    """

    text: str
    part: str = "word/document.xml"
    paragraph: int = 0
    start: int = 0
    end: int = 0


def attach(paragraph: _Element, start: int, end: int, number: int) -> None:
    """Put the marks of comment `number` around the characters from `start` to `end` of a paragraph, or around it all."""
    begin, finish = _mark("commentRangeStart", number), _mark("commentRangeEnd", number)
    runs = _runs(paragraph, start, end) if end > start else []
    if runs:
        runs[0].addprevious(begin)
        runs[-1].addnext(finish)
    else:
        paragraph.insert(int(paragraph.find(f"{W}pPr") is not None), begin)
        paragraph.append(finish)
    outermost = next(one for one in (finish, *finish.iterancestors()) if one.getparent() is paragraph)
    reference = etree.Element(f"{W}r")
    reference.append(_mark("commentReference", number))
    outermost.addnext(reference)


def detach(root: _Element, numbers: set[str]) -> None:
    """Take the marks of comments away from a part."""
    for mark in list(root.iter(*_MARKS)):
        home = mark.getparent()
        if mark.get(f"{W}id") not in numbers or home is None:
            continue
        home.remove(mark)
        around = home.getparent()
        if home.tag == f"{W}r" and around is not None and all(child.tag == f"{W}rPr" for child in home):
            around.remove(home)


def home_of(remark: Remark, part: str, paragraphs: list[_Element], body: _Element) -> tuple[_Element, bool] | None:
    """Return the paragraph of the body that may have a comment on what `remark` is about, and whether it is that itself.

    Word takes comments in the body alone, outside text boxes: a note's is put where the note is called, a text box's on
    the paragraph that holds it, a header's on the first paragraph. `paragraphs` are those of the remark's part.
    """
    own = paragraphs[remark.paragraph] if 0 <= remark.paragraph < len(paragraphs) else None
    if remark.part == part and own is not None:
        boxes = list(own.iterancestors(_BOX))
        return (next(boxes[-1].iterancestors(f"{W}p")), False) if boxes else (own, True)
    called = _called(own, body) if own is not None else None
    found = called if called is not None else next(body.iter(f"{W}p"), None)
    return (found, False) if found is not None else None


def _called(paragraph: _Element, body: _Element) -> _Element | None:
    note = next(paragraph.iterancestors(*(W + word for word in _NOTES)), None)
    if note is None:
        return None
    calls = (one for one in body.iter(f"{note.tag}Reference") if one.get(f"{W}id") == note.get(f"{W}id"))
    return next((paragraph for one in calls for paragraph in one.iterancestors(f"{W}p")), None)


def _mark(word: str, number: int) -> _Element:
    return etree.Element(W + word, {f"{W}id": str(number)})


def _pieces(paragraph: _Element) -> list[_Element]:
    """Return what makes the text of a paragraph, each in a run: texts, tabs and breaks, not those of a text box in it."""
    found = (one for one in paragraph.iter(*SIGNS) if next(one.iterancestors(f"{W}p"), None) is paragraph)
    return [one for one in found if one.getparent() is not None and one.getparent().tag == f"{W}r" and _length(one)]  # type: ignore[union-attr]


def _length(piece: _Element) -> int:
    return len(SIGNS[str(piece.tag)] or piece.text or "")


def _runs(paragraph: _Element, start: int, end: int) -> list[_Element]:
    """Return the runs of the characters from `start` to `end`, and nothing else in them."""
    for at in (end, start):
        _cut(paragraph, at)
    pieces = _pieces(paragraph)
    ends = list(accumulate(_length(piece) for piece in pieces))
    inside = (piece for piece, last in zip(pieces, ends, strict=True) if start < last <= end)
    return [run for piece in inside if (run := piece.getparent()) is not None]


def _cut(paragraph: _Element, at: int) -> None:
    """Let a run begin at a character of a paragraph."""
    reached = 0
    for piece in _pieces(paragraph):
        length = _length(piece)
        if reached < at < reached + length:
            text = str(piece.text)
            rest = deepcopy(piece)
            piece.text, rest.text = text[: at - reached], text[at - reached :]
            piece.set(SPACE, "preserve")
            rest.set(SPACE, "preserve")
            piece.addnext(rest)
            _split(rest)
            return
        if reached == at:
            _split(piece)
            return
        reached += length


def _split(piece: _Element) -> None:
    """Let a run begin with a piece of it."""
    run = piece.getparent()
    if run is None:
        return
    before = [one for one in piece.itersiblings(preceding=True) if one.tag != f"{W}rPr"]
    if not before:
        return
    properties = run.find(f"{W}rPr")
    first = etree.Element(run.tag, {str(name): str(value) for name, value in run.attrib.items()})
    first.extend([*([deepcopy(properties)] if properties is not None else []), *reversed(before)])
    run.addprevious(first)
