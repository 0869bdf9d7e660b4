"""This module finds the tags of a part, each with its place, and puts marks where they stood."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from batchreport.findings import Place
from batchreport.report.tags.line import Reading, Span, read, spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WORDS = {
    f"{W}p": "paragraph",
    f"{W}tbl": "table",
    f"{W}tr": "row",
    f"{W}tc": "cell",
    f"{W}txbxContent": "textbox",
}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SIGNS = {f"{W}t": "", f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
_PARAGRAPHS = (f"{W}p", f"{A}p")
_SHOWN = 24  # signs of a heading
_BODY_TEXT = 9  # the outline level of what is no heading (ECMA-376 Part 1, 17.3.1.20)
_JOINED = {f"{W}instrText": "code", f"{W}delText": "deleted", f"{A}t": "drawing"}
Spot = tuple[tuple[str, int], ...]


@dataclass(eq=False, slots=True)
class Tag:
    """A tag of a template: as typed, as read, where it stands, and the elements that hold it.

    `alone` says of one that prints a value that its paragraph holds nothing else.
    """

    number: int
    text: str
    reading: Reading
    place: Place
    stream: str
    owners: tuple[_Element, ...]
    paragraph: _Element | None
    copy: bool
    level: str = ""
    literal: bool = False
    alone: bool = False

    @property
    def owner(self) -> _Element:
        """The element in which the tag begins."""
        return self.owners[0]


@dataclass(eq=False, slots=True)
class Line:
    """Text that reads as one: that of a paragraph over all its runs, of one attribute, or of one element."""

    stream: str
    text: str
    owners: list[_Element]
    place: Place
    paragraph: _Element | None = None
    attribute: str = ""
    copy: bool = False
    spans: list[Span] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


def lines(root: _Element, file: str, part: str, headings: Collection[str] = ()) -> list[Line]:
    """Return every line of a part in which something stands that a template writes, in the order of the document.

    `headings` has the styles of headings: each place is told by the one it stands under.
    """
    found = []
    for line in all_lines(root, Place(file=file, part=part), headings):
        line.spans = list(spans(line.text))
        if line.spans:
            found.append(line)
    order = {element: number for number, element in enumerate(root.iter())}
    found.sort(key=lambda line: (order[line.owners[line.spans[0].start]], not line.attribute))
    return found


def tag_lines(found: list[Line]) -> list[Tag]:
    """Give every line its tags, numbered through the part, and return them all; inside `raw` they are only text."""
    tags: list[Tag] = []
    raw = False
    for line in found:
        for span in line.spans:
            if span.kind not in {"print", "statement", "comment"} or line.stream == "deleted":
                continue
            tag = _tag(line, span, len(tags))
            raw = raw and tag.reading.word != "endraw"
            tag.literal = raw
            raw = raw or (tag.reading.kind == "statement" and tag.reading.word == "raw")
            line.tags.append(tag)
            tags.append(tag)
    return tags


def _tag(line: Line, span: Span, number: int) -> Tag:
    text = line.text[span.start : span.end]
    reading = read(text)
    owners = tuple(dict.fromkeys(line.owners[span.start : span.end]))
    return Tag(number, text, reading, line.place, line.stream, owners, line.paragraph, line.copy, reading.level)


def mark(line: Line, marks: dict[int, str]) -> None:
    """Write the mark of each tag of `line` in the tag's place; what stands beside it keeps its run."""
    known = (span for span in line.spans if span.kind in {"print", "statement", "comment"})
    rewrite(line, [(span.start, span.end, marks[tag.number]) for tag, span in zip(line.tags, known, strict=True)])


def rewrite(line: Line, edits: Iterable[tuple[int, int, str]]) -> None:
    """Write another text for the characters from one to another, each where they began; the rest keeps its run."""
    pieces: dict[_Element, list[str]] = {owner: [] for owner in line.owners}
    at = 0
    for start, end, text in edits:
        _keep(line, pieces, at, start)
        pieces[line.owners[start]].append(text)
        at = end
    _keep(line, pieces, at, len(line.text))
    for owner, texts in pieces.items():
        _write(owner, line.attribute, "".join(texts))


def _keep(line: Line, pieces: dict[_Element, list[str]], start: int, end: int) -> None:
    for at in range(start, end):
        pieces[line.owners[at]].append(line.text[at])


def _write(owner: _Element, attribute: str, text: str) -> None:
    if attribute:
        owner.set(attribute, text)
    elif not text and owner.tag == f"{W}t":
        _drop_text(owner)
    elif not SIGNS.get(str(owner.tag)):
        owner.text = text
        if owner.tag == f"{W}t" and text != text.strip():
            owner.set(SPACE, "preserve")
    elif not text and (parent := owner.getparent()) is not None:  # a break or tab inside a tag
        parent.remove(owner)
    elif "{" in text:  # a tag cannot begin in a break, save by a mark put there
        raise AssertionError(text)


def _drop_text(text: _Element) -> None:
    """Take away a text that a tag has eaten, and its run if nothing else is in it: `-%}` looks for the next text."""
    run = text.getparent()
    if run is None:
        return
    run.remove(text)
    around = run.getparent()
    if around is not None and run.tag == f"{W}r" and all(child.tag == f"{W}rPr" for child in run):
        around.remove(run)


def all_lines(root: _Element, part: Place, headings: Collection[str]) -> Iterator[Line]:
    """Give every line of a part, text by paragraphs, with its place; `part` is that of the part itself."""
    spots = dict(_spots(root, (), {}))
    heading = last = ""
    place = part
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if tag == f"{W}p":
            heading, last = last, _heading(element, headings) or last
        attributes = [one for one in element.items() if "{" in one[1] or "｛" in one[1]]
        if tag not in _PARAGRAPHS and not attributes and (not element.text or tag in SIGNS):
            continue
        home = element if tag in _PARAGRAPHS else next(element.iterancestors(*_PARAGRAPHS), None)
        if home is None or place.spot != spots.get(home, ()) or place.heading != heading:
            place = replace(part, spot=spots.get(home, ()) if home is not None else (), heading=heading)
        copy = next(element.iterancestors(_FALLBACK), None) is not None
        for name, value in attributes:
            yield Line("attribute", str(value), [element] * len(value), place, home, str(name), copy)
        if tag in _PARAGRAPHS:
            yield from _paragraph_lines(element, place, copy=copy)
        elif element.text and tag not in SIGNS and (home is None or tag not in _JOINED):
            yield Line("other", element.text, [element] * len(element.text), place, home, copy=copy)


def _heading(paragraph: _Element, styles: Collection[str]) -> str:
    """Return the text of a paragraph that is a heading, cut if it is long, or ""."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    if is_outlined(paragraph) or (style is not None and style.get(f"{W}val") in styles):
        text = "".join(element.text or "" for element in paragraph.iter(f"{W}t"))
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return ""


def is_outlined(element: _Element) -> bool:
    """Tell whether a style or paragraph states the outline level of a heading."""
    level = element.find(f"{W}pPr/{W}outlineLvl")
    return level is not None and int(level.get(f"{W}val") or _BODY_TEXT) < _BODY_TEXT


def _paragraph_lines(paragraph: _Element, place: Place, *, copy: bool) -> Iterator[Line]:
    joined: dict[str, tuple[list[str], list[_Element]]] = {}
    for element in paragraph.iter(*SIGNS, *_JOINED):
        text = SIGNS.get(str(element.tag)) or element.text or ""
        in_run = element.getparent() is not None and not str(element.getparent().tag).endswith("tabs")  # type: ignore[union-attr]
        if text and in_run and next(element.iterancestors(*_PARAGRAPHS), None) is paragraph:
            texts, owners = joined.setdefault(_JOINED.get(str(element.tag), "text"), ([], []))
            texts.append(text)
            owners.extend([element] * len(text))
    for stream, (texts, owners) in joined.items():
        yield Line(stream, "".join(texts), owners, place, paragraph, copy=copy)


def _spots(element: _Element, spot: Spot, counts: dict[str, int]) -> Iterator[tuple[_Element, Spot]]:
    """Give the spot of every paragraph: what people count, from the outside in."""
    for child in element:
        word = _WORDS.get(str(child.tag), "")
        if not word:
            yield from _spots(child, spot, counts)
            continue
        counts[word] = counts.get(word, 0) + 1
        here = (*spot, (word, counts[word]))
        if word == "paragraph":
            alone = element.tag == f"{W}tc" and sum(1 for _ in element.iterchildren(f"{W}p")) == 1
            yield child, spot if alone else here
            yield from _spots(child, spot, counts)
        else:
            yield from _spots(child, here, {})
