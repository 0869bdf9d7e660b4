"""This module pairs the tags that open a block with those that close it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchreport.findings import Finding, error, warning
from batchreport.report.tags.scan import A, W

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from batchreport.report.tags.scan import Tag

BLOCKS = ("for", "if", "macro", "call", "filter", "set", "with", "block", "autoescape", "raw")
ENDS = tuple(f"end{word}" for word in BLOCKS)
MIDDLES = {"else": ("if", "for"), "elif": ("if",)}
_CONTAINERS = tuple(
    f"{W}{name}" for name in ("tc", "body", "txbxContent", "hdr", "ftr", "footnote", "endnote", "comment", "sdtContent")
)
# What a paragraph may hold beside its text and still be nothing but its tag.
_EMPTY = {
    f"{W}{name}"
    for name in ("p", "pPr", "r", "rPr", "t", "proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak")
}


@dataclass(eq=False, slots=True)
class Block:
    """A block: its opening tag, those in its middle, and its end (None while it is open)."""

    opening: Tag
    middles: list[Tag] = field(default_factory=list)
    end: Tag | None = None

    def ends_with(self, word: str) -> bool:
        """Tell whether `word` ends the block."""
        return word == "end" + self.opening.reading.word

    def takes(self, word: str) -> bool:
        """Tell whether `word` can stand in the block's middle: nothing comes after `else`."""
        last = self.middles[-1].reading.word if self.middles else ""
        return self.opening.reading.word in MIDDLES[word] and last != "else"

    @property
    def tags(self) -> list[Tag]:
        """All tags of the block in their order."""
        return [self.opening, *self.middles, *([self.end] if self.end else [])]


@dataclass(slots=True)
class Pairing:
    """The blocks of a part, what is wrong with their ends, and how to mend that so that the rest can be checked.

    `before` holds the ends that are missing before a tag, `tail` those missing at the end; `dropped` has the
    tags that belong to nothing.
    """

    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    before: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    tail: str = ""
    _open: list[Block] = field(default_factory=list)

    def add(self, tag: Tag, *, inline: bool) -> None:
        """Take the next tag; `inline` says of a `set` that it has no end."""
        word = tag.reading.word
        if word in BLOCKS and not inline:
            self._open.append(Block(tag))
            self.blocks.append(self._open[-1])
        elif word in MIDDLES and self._open and self._open[-1].takes(word):
            self._open[-1].middles.append(tag)
        elif word in ENDS and any(block.ends_with(word) for block in self._open):
            while not self._open[-1].ends_with(word):
                self.before[tag.number] = self.before.get(tag.number, "") + self._leave_open()
            self._open.pop().end = tag
        elif word in MIDDLES or word in ENDS:
            self.findings.append(_unexpected(tag, self._open))
            self.dropped.add(tag.number)

    def finish(self) -> None:
        """Say what is still open."""
        while self._open:
            self.tail += self._leave_open()

    def _leave_open(self) -> str:
        block = self._open.pop()
        self.findings.append(_unclosed(block))
        word = block.opening.reading.word
        return "{% end" + word + " %}" if word != "raw" else ""


def pair(tags: Iterable[Tag], inline: set[int]) -> Pairing:
    """Pair the statements of a part; `inline` holds the number of each `set` that has no end."""
    pairing = Pairing()
    for tag in tags:
        pairing.add(tag, inline=tag.number in inline)
    pairing.finish()
    return pairing


def _unclosed(block: Block) -> Finding:
    opening = block.opening
    end = "{%" + opening.level + f" end{opening.reading.word} %}}"
    return error("template-unclosed-block", opening.place, tag=opening.text, end=end)


def _unexpected(tag: Tag, open_: list[Block]) -> Finding:
    if open_:
        opening = open_[-1].opening
        return error("template-wrong-end", tag.place, tag=tag.text, open=opening.text)
    return error("template-unexpected-end", tag.place, tag=tag.text)


def promote(blocks: Iterable[Block], tags: Iterable[Tag]) -> None:
    """Let each control tag that is alone in its paragraph or row act as `{%p` or `{%tr`, as the others of its block do.

    Notes which of those that print a value are alone in their paragraph: each line of a text gets one like it.
    """
    tags = list(tags)
    busy: dict[_Element | None, int] = {}
    for tag in tags:
        for home in {tag.paragraph, _around(tag, f"{W}tr")}:
            busy[home] = busy.get(home, 0) + 1
    for block in blocks:
        if block.end:
            _promote(block.tags, busy)
    for tag in tags:
        tag.alone = tag.reading.kind == "print" and _bare(tag) and _alone(tag, tag.paragraph, busy)
        if tag.reading.word == "set" and not any(tag in block.tags for block in blocks):
            _promote([tag], busy)


def _promote(tags: list[Tag], busy: dict[_Element | None, int]) -> None:
    levels = {tag.level for tag in tags if tag.level}
    if levels in ({"p"}, {"tr"}):
        level = levels.pop()
        bare = [tag for tag in tags if not tag.level]
        homes = {tag: tag.paragraph if level == "p" else _around(tag, f"{W}tr") for tag in bare}
        if all(_bare(tag) and _alone(tag, homes[tag], busy) for tag in bare):
            for tag in bare:
                tag.level = level
        return
    if not all(_bare(tag) and _alone(tag, tag.paragraph, busy) for tag in tags):
        return
    paragraphs = {tag.paragraph for tag in tags}
    rows = {_around(tag, f"{W}tr") for tag in tags}
    if len({_parent(tag.paragraph) for tag in tags}) == 1 and len(paragraphs) == len(tags):
        level = "p"
    elif (
        len(rows) == len(tags)
        and len({_parent(row) for row in rows}) == 1
        and all(_alone(tag, _around(tag, f"{W}tr"), busy) for tag in tags)
    ):
        level = "tr"
    else:
        return
    for tag in tags:
        tag.level = level


def _bare(tag: Tag) -> bool:
    """Tell whether a tag stands in text and says nothing of what goes with it: no p, tr, tc, r, no minus."""
    return not tag.level and tag.stream == "text" and "-" not in (tag.reading.left, tag.reading.right)


def _alone(tag: Tag, home: _Element | None, busy: dict[_Element | None, int]) -> bool:
    """Tell whether `home`, a paragraph or row, holds the tag and nothing that anyone would see."""
    if home is None or busy[home] > 1 or str(home.tag).startswith(A):
        return False
    text = "".join(element.text or "" for element in home.iter(f"{W}t"))
    if "".join(text.split()) != "".join(tag.text.split()):
        return False
    if home.tag == f"{W}p":
        inside = (element for child in home if child.tag != f"{W}pPr" for element in child.iter())
        section = home.find(f"{W}pPr/{W}sectPr") is not None
        return not section and all(element.tag in _EMPTY or _in_properties(element) for element in inside)
    return next(home.iterdescendants(f"{W}drawing", f"{W}pict", f"{W}object", f"{W}tbl"), None) is None


def _in_properties(element: _Element) -> bool:
    return next(element.iterancestors(f"{W}rPr"), None) is not None


def _around(tag: Tag, name: str) -> _Element | None:
    return next(tag.owner.iterancestors(name), None)


def _parent(element: _Element | None) -> _Element | None:
    return element.getparent() if element is not None else None


def crossings(blocks: Iterable[Block]) -> list[Finding]:
    """Return what is wrong with where the tags of each block stand: repeating or dropping it would break the page."""
    found = []
    for block in blocks:
        opening = block.opening
        for tag in block.tags[1:]:
            if opening.reading.word == "raw" or (opening.level in ("tr", "tc") and _home(opening) is None):
                break  # nothing is repeated, or there is no table, which is said already
            if opening.level in ("p", "tr", "tc") and tag.level == opening.level and _home(tag) is _home(opening):
                found.append(error("template-same-home", tag.place, tag=opening.text, other=tag.text))
                break
            if _where(tag) != _where(opening):
                found.append(error("template-block-crosses", opening.place, tag=opening.text, other=tag.text))
                break
    return found


def merges(blocks: Iterable[Block], tags: list[Tag]) -> list[Finding]:
    """Return the `{% vm %}` and `{% hm %}` that are in no loop over rows or cells, which they merge, and those that leave values out.

    Of all the rows of a loop only the first one's value is shown; within a loop over groups it is that of the others too.
    """
    loops = [block for block in blocks if block.opening.reading.word == "for" and block.end]
    found = []
    for tag in tags:
        if tag.reading.kind == "statement" and tag.reading.word in ("vm", "hm"):
            around = [block for block in loops if block.opening.number < tag.number < block.tags[-1].number]
            if not around or not around[-1].opening.level:
                found.append(error("template-merge-outside-loop", tag.place, tag=tag.text))
            elif len(around) == 1 and (other := _of_row(around[0], tag, tags)):
                found.append(warning("template-merge-hides", tag.place, tag=tag.text, other=other.text))
    return found


def _of_row(loop: Block, merge: Tag, tags: Iterable[Tag]) -> Tag | None:
    """Return the first tag beside a merging one, in its cell, that prints something of the loop's own row."""
    row = re.compile(rf"\b{re.escape(loop.opening.reading.rest.partition(' ')[0])}\.")
    cell = _around(merge, f"{W}tc")
    beside = (tag for tag in tags if tag.reading.kind == "print" and _around(tag, f"{W}tc") is cell)
    return next((tag for tag in beside if cell is not None and row.search(tag.reading.body)), None)


def _home(tag: Tag) -> _Element | None:
    """Return the paragraph, row or cell that the tag takes away with itself."""
    return tag.paragraph if tag.level == "p" else _around(tag, W + tag.level)


def _where(tag: Tag) -> tuple[object, ...]:
    """Return where a tag's effect begins: two tags of a block must agree in this."""
    if tag.stream in {"attribute", "other"}:
        return (tag.stream, tag.owner)
    if tag.level in ("p", "tr", "tc"):
        return (tag.level, _parent(_home(tag)))
    chain: list[str] = []
    for element in tag.owner.iterancestors():
        if element.tag in _CONTAINERS:
            return (tag.level, element, *chain)
        chain.append(str(element.tag))
    return (tag.level, None, *chain)
