"""This module keeps what must be unlike in one document unlike: bookmarks, drawings, tracked changes, notes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.book.wordml import NS, WP, W, drop, found, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_MARKED = etree.XPath("//*[@w:id]", namespaces=NS)
_NOT_MARKS = frozenset({"footnoteReference", "endnoteReference", "footnote", "endnote", "control", "subDoc"})
_COMMENTS = ("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef")
_BOUND = ("dataBinding", "attachedTemplate", "printerSettings", "sectPrChange")
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_IDENTIFIED = etree.XPath("//w:p[@w14:paraId] | //w:tr[@w14:paraId]", namespaces=NS | {"w14": _W14[1:-1]})
_LONGEST = 40  # characters of a bookmark's name (Word's limit)


class Marks:
    """The ids and names that a book has given away."""

    def __init__(self) -> None:
        self.next_mark = itertools.count(1).__next__
        self.next_drawing = itertools.count(1).__next__
        self._names: set[str] = set()

    def claim(self, name: str) -> str:
        """Return a bookmark's name that no other has, however its letters are written."""
        numbers = itertools.count(2)
        candidates = itertools.chain([name], (f"{name[: _LONGEST - 6]}_{n}" for n in numbers))
        free = next(one for one in candidates if one.lower() not in self._names)
        self._names.add(free.lower())
        return free

    def rename(self, root: _Element) -> dict[str, str]:
        """Give the bookmarks of a part names of their own, and return what those became that changed."""
        renamed: dict[str, str] = {}
        for start in root.iter(f"{W}bookmarkStart", f"{W}moveFromRangeStart", f"{W}moveToRangeStart"):
            old = start.get(f"{W}name", "")
            if local(start) == "bookmarkStart":
                new = self.claim(old)
                start.set(f"{W}name", new)
                if new != old:
                    renamed.setdefault(old.lower(), new)
        return renamed

    def number(self, root: _Element) -> None:
        """Give what has an id in a part one of its own; a start and its end keep theirs in common."""
        pairs: dict[tuple[str, str], str] = {}
        for element in found(_MARKED, root):
            name = local(element)
            if name in _NOT_MARKS:
                continue
            family = name.removesuffix("Start").removesuffix("End")
            fresh = str(self.next_mark())
            key = (family, element.get(f"{W}id", "")) if family != name else (fresh, "")
            element.set(f"{W}id", pairs.setdefault(key, fresh))
        for drawing in root.iter(f"{WP}docPr"):
            drawing.set("id", str(self.next_drawing()))


def clean(root: _Element) -> int:
    """Take away what leads out of a report, and return how many comments that were."""
    comments = sum(1 for _ in root.iter(f"{W}commentReference"))
    for element in list(root.iter(*(W + name for name in (*_COMMENTS, *_BOUND)))):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for control in root.iter(f"{W}sdtPr"):
        for number in control.findall(f"{W}id"):
            control.remove(number)
    for element in found(_IDENTIFIED, root):
        for name in ("paraId", "textId"):
            drop(element, _W14 + name)
    return comments
