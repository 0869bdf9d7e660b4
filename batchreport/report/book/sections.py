"""This module gives every report of a book its own sections: headers, footers and page numbers that no other one has."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchreport.report.book.wordml import PARAGRAPH, SECTION, R, W, drop, is_on, local, make, properties, put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.etree import _Element

_KINDS = ("header", "footer")
_MEANINGLESS = frozenset({"bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd"})


@dataclass(frozen=True, slots=True)
class Making:
    """How the sections of a report get their headers and footers.

    `carried` takes a part of the report over and gives its relationship; `made` does so for a header or footer made
    here, `blank` for an empty one. `notes` has the kinds of notes of the report, each with how its settings number them.
    """

    carried: Callable[[str], str]
    made: Callable[[str], str]
    blank: Callable[[str], str]
    even_in_report: bool
    even_in_book: bool
    notes: Mapping[str, Sequence[_Element]] = field(default_factory=dict)


def own_last_section(body: _Element) -> _Element:
    """Take the last section's properties from the end of a body, made where there are none."""
    sections = body.findall(f"{W}sectPr")
    for one in sections:
        body.remove(one)
    return sections[-1] if sections else make("sectPr", (make("pgSz", w="11906", h="16838"),))


def end_with(body: _Element, section: _Element) -> None:
    """End a body's last section in its last paragraph; one that must be added for it takes no room."""
    last = next((one for one in reversed(body) if local(one) not in _MEANINGLESS), None)
    if last is None or local(last) != "p" or last.find(f"{W}pPr/{W}sectPr") is not None or _breaks(last):
        last = thin_paragraph()
        body.append(last)
    put(properties(last, "pPr"), section, PARAGRAPH)


def thin_paragraph() -> _Element:
    """Return a paragraph that takes next to no room."""
    size = (make("sz", val="2"), make("szCs", val="2"))
    spacing = make("spacing", before="0", after="0", line="20", lineRule="exact")
    indents = make("ind", left="0", right="0", firstLine="0", firstLineChars="0")
    return make("p", (make("pPr", (make("snapToGrid", val="0"), spacing, indents, make("rPr", size))),))


def sections_of(body: _Element, last: _Element) -> list[_Element]:
    """Return the properties of all sections in order."""
    inner = (one for one in body.iter(f"{W}sectPr") if one is not last)
    return [*(one for one in inner if local(one.getparent()) == "pPr"), last]


def settle(sections: list[_Element], making: Making, *, start: int | None, running: bool) -> None:
    """Give the sections of a report all their headers and footers, and its first page the number `start`.

    Where page numbers are `running`, no other number a section starts with is kept.
    """
    for at, section in enumerate(sections):
        _references(section, making, first=at == 0)
        if at == 0:
            _open(section)
        for plural, form in making.notes.items():
            tag = plural.removesuffix("s") + "Pr"
            if form and section.find(W + tag) is None:
                put(section, make(tag, tuple(map(deepcopy, form))), SECTION)
        if at < len(sections) - 1 and "endnotes" in making.notes:
            put(section, make("noEndnote"), SECTION)
        numbers = section.find(f"{W}pgNumType")
        numbers = make("pgNumType") if numbers is None else numbers
        if at == 0 and start is not None:
            numbers.set(f"{W}start", str(start))
        elif running:
            drop(numbers, f"{W}start")
        if len(numbers.attrib):
            put(section, numbers, SECTION)
        elif numbers.getparent() is not None:
            section.remove(numbers)


def _open(section: _Element) -> None:
    """Let a report's first section begin on a new page."""
    kind = section.find(f"{W}type")
    if kind is not None and kind.get(f"{W}val") not in ("oddPage", "evenPage"):
        section.remove(kind)


def _references(section: _Element, making: Making, *, first: bool) -> None:
    """Say of every kind of header and footer what it is: one that is not said would be the report's before."""
    for kind in _KINDS:
        own = {one.get(f"{W}type", "default"): one for one in section.findall(f"{W}{kind}Reference")}
        for one in own.values():
            one.set(f"{R}id", making.carried(one.get(f"{R}id", "")))
        if not first and not own:
            continue
        if first and "default" not in own:
            _refer(section, kind, "default", making.blank(kind) if own else making.made(kind))
        if first and "first" not in own and is_on(section, "titlePg"):
            _refer(section, kind, "first", making.blank(kind))
        if making.even_in_book and ("even" not in own if first else "default" in own and "even" not in own):
            default = section.find(f"{W}{kind}Reference[@{W}type='default']")
            same = default is not None and not making.even_in_report
            number = default.get(f"{R}id", "") if same and default is not None else making.blank(kind)
            _refer(section, kind, "even", number)


def _refer(section: _Element, kind: str, page: str, number: str) -> None:
    reference = make(f"{kind}Reference", type=page)
    reference.set(f"{R}id", number)
    section.insert(0, reference)


def _breaks(paragraph: _Element) -> bool:
    """Tell whether a paragraph stands in a frame, which no section can end in."""
    return paragraph.find(f"{W}pPr/{W}framePr") is not None
