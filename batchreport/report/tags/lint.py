"""This module says what is wrong with how the tags of a part were typed and where they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from batchreport.findings import Finding, error, warning
from batchreport.names import near
from batchreport.report.tags.blocks import BLOCKS, ENDS, MIDDLES
from batchreport.report.tags.scan import SIGNS, W

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from batchreport.findings import Place
    from batchreport.report.tags.line import Reading
    from batchreport.report.tags.scan import Line, Tag

IN_CELL = ("vm", "hm", "colspan", "cellbg")
STATEMENTS = (*BLOCKS, *MIDDLES, *ENDS, *IN_CELL)
_FOREIGN = ("include", "import", "from", "extends")
_LEVELS = ("p", "tr", "tc", "r")
_LEVEL = re.compile(r"\s*(?:p|tr|tc|r)\s")
_REVISIONS = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo"))
_ELIF = {"elseif": "elif", "elsif": "elif"}  # as other languages write it
_SECTION = re.compile(r"\{#\s*[\w.]+\s*\}(?!\})")  # docxtemplater's
_DRAWN = tuple(f"{W}{name}" for name in ("drawing", "pict", "object"))
_DRAWING = {"zh": "图", "en": "a drawing"}
_LOST = 30  # signs of a text that are said
_MUSTACHE = re.compile(r"[#/^]\s*[^\W\d][\w.]*\s*$")
NARROW = str.maketrans("｛｝％＃", "{}%#")


def check_lines(lines: Iterable[Line]) -> Iterator[Finding]:
    """Give what looks like a tag and is none: open ends, full-width braces, braces apart, tags in deleted text."""
    for line in lines:
        if line.copy:
            continue
        for span in line.spans:
            text = line.text[span.start : span.end].strip()
            if line.stream == "deleted":
                yield error("template-tag-in-revision", line.place, tag=text)
            elif span.kind == "unclosed" and (match := _SECTION.match(text)):
                yield _foreign(line.place, match.group())
            elif span.kind == "unclosed":
                yield error("template-unclosed-tag", line.place, tag=text, end=text[:2].translate({123: 125})[::-1])
            elif span.kind == "wide":
                yield error("template-full-width-braces", line.place, tag=text, right=text.translate(NARROW))
            elif span.kind == "apart":
                yield warning("template-braces-apart", line.place, tag=text, right=together(text))
            elif span.kind == "stray":
                yield warning("template-stray-end", line.place, tag=text)


def together(text: str) -> str:
    """Return a tag whose braces stand apart as it is written: `{ { 单位名称 } }`."""
    body = text[1:-1].strip()
    left, right = ("{{", "}}") if body[0] == "{" else ("{%", "%}")
    blank = "" if left == "{%" and _LEVEL.match(body, 1) else " "
    return f"{left}{blank}{body[1:-1].strip()} {right}"


def check_tag(tag: Tag) -> list[Finding]:
    """Return what is wrong with one tag as it was typed."""
    found = [*_signs(tag), *_form(tag)]
    for element in tag.owners:
        if next(element.iterancestors(*_REVISIONS), None) is not None:
            found.append(error("template-tag-in-revision", tag.place, tag=tag.text))
            break
    if len({next(element.iterancestors(f"{W}hyperlink"), None) for element in tag.owners}) > 1:
        found.append(error("template-tag-across-link", tag.place, tag=tag.text))
    return found


def _signs(tag: Tag) -> Iterator[Finding]:
    reading = tag.reading
    if reading.kind == "comment" or not reading.bad:
        return
    signs = " ".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in reading.bad)
    level = reading.level and f"{reading.level} "
    right = f"{tag.text[:2]}{reading.left}{level or ' '}{reading.body} {reading.right}{tag.text[-2:]}"
    yield warning("template-signs-understood", tag.place, tag=tag.text, signs=signs, right=right)


def _form(tag: Tag) -> Iterator[Finding]:
    reading = tag.reading
    if reading.kind == "comment":
        return
    if not reading.body:
        yield error("template-empty-tag", tag.place, tag=tag.text)
    elif is_foreign(reading):
        yield _foreign(tag.place, tag.text)
    elif reading.kind == "statement":
        yield from _statement(tag)


def is_foreign(reading: Reading) -> bool:
    """Tell whether a tag is one of Mustache's and its kin: `{{#rows}}`, `{{/rows}}`, `{{^rows}}`."""
    return reading.kind == "print" and _MUSTACHE.match(reading.body) is not None


def _foreign(place: Place, tag: str) -> Finding:
    """Return the finding for a tag that begins or ends a section as other template languages write it."""
    name = tag.strip("{}#/^ \u3000")
    return error("template-foreign-section", place, tag=tag, name=name)


def _statement(tag: Tag) -> Iterator[Finding]:
    word, other = tag.reading.word, _other_word(tag.reading)
    if other:
        yield error("template-unknown-statement", tag.place, tag=tag.text, word=other[0], near=other[1])
        return
    if word in STATEMENTS:
        return
    if word in _FOREIGN:
        yield error("template-include", tag.place, tag=tag.text)
    elif word in _LEVELS:
        right = "{%" + tag.text[2:].lstrip(" +-")
        yield error("template-level-apart", tag.place, tag=tag.text, right=right)
    elif glued := _glued(word):
        right = tag.text.replace(word, f"{glued} {word.removeprefix(glued)}", 1)
        yield error("template-missing-space", tag.place, tag=tag.text, right=right)
    else:
        yield error("template-unknown-statement", tag.place, tag=tag.text, word=word, near=near(word, STATEMENTS))


def _other_word(reading: Reading) -> tuple[str, str] | None:
    """Return the words with which other languages begin a statement, and ours: "else if" is elif, "end for" is endfor."""
    word, follows = reading.word, reading.rest.partition(" ")[0]
    if word in _ELIF:
        return word, _ELIF[word]
    if (word, follows) == ("else", "if"):
        return "else if", "elif"
    return (f"end {follows}", f"end{follows}") if word == "end" and follows in BLOCKS else None


def _glued(word: str) -> str:
    """Return the level that was typed without a space before a statement: "tr" of "trfor"."""
    return next((level for level in ("tr", "tc", "p", "r") if word.removeprefix(level) in STATEMENTS), "")


def as_meant(reading: Reading) -> Reading:
    """Return what a statement means whose level was typed without a space behind it, or with one before it, or in other words."""
    if reading.kind == "statement" and (other := _other_word(reading)):
        return replace(reading, body=f"{other[1]} {' '.join(reading.body.split())[len(other[0]) :]}".strip())
    if reading.kind != "statement" or reading.word in STATEMENTS:
        return reading
    level = reading.word if reading.word in _LEVELS else _glued(reading.word)
    return replace(reading, level=level, body=reading.body[len(level) :].strip()) if level else reading


def is_readable(reading: Reading) -> bool:
    """Tell whether the inside of a tag can be given to the parser."""
    return bool(reading.body) and not is_foreign(reading) and (reading.kind == "print" or reading.word in STATEMENTS)


def check_homes(tags: Iterable[Tag]) -> Iterator[Finding]:
    """Give the tags that take away a paragraph, row or cell where there is none, or with something else in it."""
    by_home: dict[_Element, list[Tag]] = {}
    for tag in tags:
        for name in ("p", "tr", "tc"):
            for home in tag.owner.iterancestors(W + name):
                by_home.setdefault(home, []).append(tag)
    for tag in tags:
        word = tag.reading.word if tag.reading.kind == "statement" else ""
        level = "tc" if word in IN_CELL else tag.level
        if not level or tag.reading.kind == "comment":
            continue
        around = next(tag.owner.iterancestors(f"{W}{level}"), None)
        if around is None or tag.stream != "text":
            outside = "template-cell-outside-table" if word in IN_CELL else "template-outside-table"
            in_text = level in ("tr", "tc") and tag.stream == "text"
            yield error(outside if in_text else "template-level-not-here", tag.place, tag=tag.text)
        elif level != "r" and not word.startswith(IN_CELL):
            yield from _company(tag, by_home[around], around)


def _company(tag: Tag, inside: list[Tag], home: _Element) -> Iterator[Finding]:
    """Give what is lost with the paragraph, row or cell that the tag takes away."""
    living = [other for other in inside if other is not tag and other.reading.kind != "comment"]
    others = [other for other in living if not _closes(tag, other) and not _closes(other, tag)]
    if others:
        yield error("template-not-alone", tag.place, tag=tag.text, other=others[0].text)
    elif next(home.iterdescendants(home.tag), None) is not None:
        yield error("template-not-alone", tag.place, tag=tag.text, other="…")
    elif not living and (lost := _beside(inside, home)):
        yield warning("template-text-lost", tag.place, tag=tag.text, lost=lost)


def _beside(tags: list[Tag], home: _Element) -> str | dict[str, str]:
    """Return what can be seen of a paragraph, row or cell beside its tags: text, or the word for a drawing."""
    text = "".join(SIGNS.get(str(element.tag)) or element.text or "" for element in home.iter(*SIGNS))
    for tag in tags:
        text = text.replace(tag.text, "", 1)
    text = " ".join(text.split())
    drawn = next(home.iterdescendants(*_DRAWN), None) is not None
    return text[:_LOST] or (_DRAWING if drawn else "")


def _closes(tag: Tag, other: Tag) -> bool:
    """Tell whether the two are of one block, which is said as such (`template-same-home`)."""
    return tag.level == other.level and other.reading.word in (f"end{tag.reading.word}", *MIDDLES)
