"""This module mends the fields of a report that mean something else in a book: counts, contents, names of bookmarks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchreport.report.book.wordml import W, local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_WORD = re.compile(r'"[^"]*"|\S+')
# What a document says of itself: in a book it would become the book's, so it stays as the report said it.
_OF_THE_FILE = frozenset(
    [
        "TITLE",
        "SUBJECT",
        "AUTHOR",
        "KEYWORDS",
        "COMMENTS",
        "DOCPROPERTY",
        "FILENAME",
        "INFO",
        "LASTSAVEDBY",
        "CREATEDATE",
        "SAVEDATE",
        "PRINTDATE",
        "NUMWORDS",
        "NUMCHARS",
        "FILESIZE",
        "REVNUM",
        "TEMPLATE",
        "EDITTIME",
        "DOCVARIABLE",
    ]
)


@dataclass(slots=True)
class _Field:
    """A field made of signs: its first run, the runs up to its result, and its last run."""

    start: _Element
    codes: list[_Element] = field(default_factory=list)
    before: list[_Element] = field(default_factory=list)
    in_result: bool = False


@dataclass(slots=True)
class Fields:
    """What the fields of one report become; `whole` and `end` are bookmarks around it and at its end."""

    whole: str
    end: str
    bookmarks: Mapping[str, str]
    tables_of_contents: int = 0
    _counted: set[str] = field(default_factory=set)

    def mend(self, root: _Element) -> None:
        """Change the fields of a part."""
        for simple in list(root.iter(f"{W}fldSimple")):
            new = self._meant(simple.get(f"{W}instr", ""))
            if new:
                simple.set(f"{W}instr", new)
            else:
                _unwrap(simple)
        for element in list(root.iter(f"{W}hyperlink")):
            old = element.get(f"{W}anchor", "").lower()
            if old in self.bookmarks:
                element.set(f"{W}anchor", self.bookmarks[old])
        self._mend_signs(root)

    def _mend_signs(self, root: _Element) -> None:
        stack: list[_Field] = []
        for element in list(root.iter(f"{W}fldChar", f"{W}instrText")):
            if local(element) == "instrText":
                if stack and not stack[-1].in_result:
                    stack[-1].codes.append(element)
                continue
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                stack.append(_Field(element))
            elif kind == "separate" and stack:
                stack[-1].in_result = True
                stack[-1].before.append(element)
            elif kind == "end" and stack:
                self._mend_one(stack.pop(), element)

    def _mend_one(self, one: _Field, end: _Element) -> None:
        old = "".join(code.text or "" for code in one.codes)
        new = self._meant(old)
        if not new and one.in_result:
            for sign in (one.start, *one.codes, *one.before, end):
                sign.getparent().remove(sign)  # type: ignore[union-attr]
        elif new and new != old:
            for code in one.codes:
                code.text = ""
            one.codes[0].text = new
            one.codes[0].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _meant(self, code: str) -> str:
        """Return what a field's code is to be in the book; "" for one whose result stays as plain text."""
        words = _WORD.findall(code)
        kind = words[0].upper() if words else ""
        if kind in _OF_THE_FILE:
            return ""
        if kind == "NUMPAGES":
            return f" PAGEREF {self.end} {' '.join(words[1:])} "
        if kind == "TOC":
            self.tables_of_contents += 1
            return code if "\\b" in words else f"{code.rstrip()} \\b {self.whole} "
        if kind == "SEQ" and len(words) > 1 and words[1] not in self._counted:
            self._counted.add(words[1])
            return code if {"\\r", "\\c", "\\s"} & set(words) else f"{code.rstrip()} \\r 1 "
        return _WORD.sub(self._renamed, code) if self.bookmarks else code

    def _renamed(self, word: re.Match[str]) -> str:
        bare = word[0].strip('"')
        new = self.bookmarks.get(bare.lower())
        return word[0].replace(bare, new) if new else word[0]


def _unwrap(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        for child in reversed(list(element)):
            if local(child) != "fldData":
                parent.insert(at, child)
        parent.remove(element)
