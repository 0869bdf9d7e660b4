"""This module keeps the numbered lists of a book: one definition for all reports, and each counts from its own start."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from batchreport.report.book.wordml import (
    PARAGRAPH,
    W,
    canonical,
    drop,
    local,
    make,
    number,
    properties,
    put,
    revalue,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from batchreport.report.book.styles import Sheet

_LEVELS = 9
_UNCOUNTED = ("bullet", "none")


class Lists:
    """The list definitions and lists of a book."""

    def __init__(self) -> None:
        self._abstracts: list[_Element] = []
        self._nums: list[_Element] = []
        self._by_form: dict[bytes, str] = {}
        self._plain: dict[tuple[str, bytes], str] = {}
        self._nsids: set[str] = set()

    def define(self, abstract: _Element, renamed: Mapping[str, str], added: set[str]) -> tuple[str, bool]:
        """Return the number of a definition in the book, and whether it is new there."""
        form = _form(abstract)
        if form in self._by_form:
            return self._by_form[form], False
        copy = deepcopy(abstract)
        fresh = str(len(self._abstracts))
        copy.set(f"{W}abstractNumId", fresh)
        self._own_nsid(copy)
        revalue(copy, ("pStyle", "numStyleLink", "styleLink"), renamed)
        for one in [*copy.iter(f"{W}lvlPicBulletId"), *copy.iter(f"{W}pStyle")]:
            if local(one) != "pStyle" or one.get(f"{W}val") not in added:
                one.getparent().remove(one)  # type: ignore[union-attr]
        self._abstracts.append(copy)
        self._by_form[form] = fresh
        return fresh, True

    def begin(self, abstract: str, overrides: list[_Element], *, share: bool) -> str:
        """Return the number of a new list of a definition; one that does not count may be shared."""
        key = (abstract, b"".join(map(canonical, overrides)))
        if share and key in self._plain:
            return self._plain[key]
        fresh = str(len(self._nums) + 1)
        self._nums.append(make("num", (make("abstractNumId", val=abstract), *overrides), numId=fresh))
        return self._plain.setdefault(key, fresh) if share else fresh

    def root(self) -> _Element | None:
        """Return the book's numbering, None where it has no list."""
        return make("numbering", (*self._abstracts, *self._nums)) if self._nums else None

    def _own_nsid(self, abstract: _Element) -> None:
        """Give a definition a mark of its own: Word takes two with the same one for one list."""
        nsid = abstract.find(f"{W}nsid")
        if nsid is not None and nsid.get(f"{W}val") in self._nsids:
            free = (f"{0x10000000 + at:08X}" for at in range(len(self._nsids) + 1))
            nsid.set(f"{W}val", next(mark for mark in free if mark not in self._nsids))
        if nsid is not None:
            self._nsids.add(nsid.get(f"{W}val", ""))


class ReportLists:
    """The lists of one report, taken into the book as its text comes to them."""

    def __init__(self, lists: Lists, root: _Element | None, sheet: Sheet) -> None:
        children = () if root is None else tuple(root)
        self._lists = lists
        self._sheet = sheet
        self._abstracts = {one.get(f"{W}abstractNumId", ""): one for one in children if local(one) == "abstractNum"}
        self._nums = {one.get(f"{W}numId", ""): one for one in children if local(one) == "num"}
        self._taken: dict[str, str] = {}
        self._begun: set[str] = set()
        self._of_style: dict[str, tuple[str, str, _Element | None] | None] = {}
        self._fresh: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._nums)

    def number(self, old: str) -> str:
        """Return the number in the book of the report's list; "0" is none."""
        if old not in self._nums:
            return "0"
        if old not in self._taken:
            self._taken[old] = self._take(self._nums[old])
        return self._taken[old]

    def apply(self, root: _Element) -> None:
        """Let the paragraphs of a part count in lists of this report's own, those numbered by their style too."""
        for paragraph in root.iter(f"{W}p"):
            own = paragraph.find(f"{W}pPr")
            style, direct = value(own, "pStyle"), value(own, "numPr/numId")
            if direct:
                own.find(f"{W}numPr/{W}numId").set(f"{W}val", self.number(direct))  # type: ignore[union-attr]
                continue
            found = None if self._sheet.first else self.of_style(style)
            if found:
                self._say(paragraph, found)

    def of_style(self, style: str) -> tuple[str, str, _Element | None] | None:
        """Return the list and level that a paragraph style puts its paragraphs in, and the indents it adds; or None."""
        if style not in self._of_style:
            self._of_style[style] = self._looked_up(style)
        return self._of_style[style]

    def level(self, old: str, level: str) -> _Element | None:
        """Return the definition of a level of the report's list."""
        abstract = self._abstracts.get(value(self._nums.get(old), "abstractNumId"))
        levels = () if abstract is None else abstract.iterchildren(f"{W}lvl")
        return next((one for one in levels if one.get(f"{W}ilvl") == level), None)

    def _say(self, paragraph: _Element, found: tuple[str, str, _Element | None]) -> None:
        old, level, indents = found
        own = properties(paragraph, "pPr")
        level = value(own, "numPr/ilvl") or level
        put(own, make("numPr", (make("ilvl", val=level), make("numId", val=self.number(old)))), PARAGRAPH)
        if indents is not None:
            merged, direct = deepcopy(indents), own.find(f"{W}ind")
            for name, said in () if direct is None else direct.attrib.items():
                merged.set(name, said)
            put(own, merged, PARAGRAPH)

    def _looked_up(self, style: str) -> tuple[str, str, _Element | None] | None:
        level, indents = "", make("ind")
        for one in self._sheet.chain(style):
            for name, said in getattr(one.find(f"{W}pPr/{W}ind"), "attrib", {}).items():
                if name not in indents.attrib:
                    indents.set(name, said)
            level = level or value(one, "pPr/numPr/ilvl")
            old = value(one, "pPr/numPr/numId")
            if old:
                if old == "0" or old not in self._nums:
                    return None
                named = next(iter(self._sheet.chain(style))).get(f"{W}styleId", "")
                return old, self._level_of(old, named) or level or "0", indents if len(indents.attrib) else None
        return None

    def _level_of(self, old: str, style: str) -> str:
        abstract = self._abstracts.get(value(self._nums[old], "abstractNumId"))
        levels = () if abstract is None else abstract.iterchildren(f"{W}lvl")
        return next((one.get(f"{W}ilvl", "") for one in levels if value(one, "pStyle") == style), "")

    def _take(self, num: _Element) -> str:
        old = value(num, "abstractNumId")
        abstract = self._abstracts.get(old)
        if abstract is None:
            return "0"
        overrides = [deepcopy(one) for one in num.iterchildren(f"{W}lvlOverride")]
        for one in overrides:
            revalue(one, ("pStyle",), self._sheet.renamed)
        new, fresh = self._lists.define(abstract, self._sheet.renamed, set(self._sheet.added))
        if fresh:
            self._fresh.add(new)
        if _is_uncounted(abstract):
            return self._lists.begin(new, overrides, share=True)
        if new not in self._begun and new not in self._fresh:
            overrides = list(_restarted(abstract, overrides))
        self._begun.add(new)
        return self._lists.begin(new, overrides, share=False)


def _restarted(abstract: _Element, overrides: list[_Element]) -> Iterator[_Element]:
    """Give the overrides that let every level begin anew, as Word's "Restart at 1" does."""
    said = {one.get(f"{W}ilvl", ""): one for one in overrides}
    starts = {one.get(f"{W}ilvl", ""): value(one, "start", "1") for one in abstract.iterchildren(f"{W}lvl")}
    for level in sorted({*starts, *said}, key=number):
        one = said.get(level)
        if one is None:
            one = make("lvlOverride", ilvl=level)
        if one.find(f"{W}startOverride") is None:
            own = value(one.find(f"{W}lvl"), "start")
            one.insert(0, make("startOverride", val=own or starts.get(level, "1")))
        yield one


def _is_uncounted(abstract: _Element) -> bool:
    formats = [value(level, "numFmt", "decimal") for level in abstract.iterchildren(f"{W}lvl")]
    return bool(formats) and all(form in _UNCOUNTED for form in formats)


def _form(abstract: _Element) -> bytes:
    copy = deepcopy(abstract)
    drop(copy, f"{W}abstractNumId")
    for name in ("nsid", "tmpl"):
        for one in copy.findall(W + name):
            copy.remove(one)
    return canonical(copy)
