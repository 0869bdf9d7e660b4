"""This module looks at every report before it is handed out: all that was printed is in it, and nothing is broken or left over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import chain, filterfalse
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError, ParserCreate

from batchreport.findings import Finding, Place, error
from batchreport.report.audit.fixed import ALWAYS
from batchreport.report.audit.hanging import faults
from batchreport.report.audit.leftover import leftover, suspects
from batchreport.report.compile import tag_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from batchreport.report.compile import Compiled

_MARKUP = re.compile(r"<[^<>]*>")
_NODE = re.compile(rb">([^<]+)")
_MARK = "<?batchreport "
_MAY_GO = f"{_MARK}optional?>"
_DASHES = frozenset("—-－–")  # what a column that is left out as empty may show
_UNKNOWN = object()
_SHORT = 40

Statics = dict[int, bool | None]
"""The pieces of a part's XML by their identity: whether a tag is left open behind one, None where it has no sign of one."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One part of a report: the pieces that its template gave one after another, and the XML that was made of them.

    `names` is what its tags saw. `proved` says that the XML is the pieces, put together, and well-formed whatever they are.
    `left_out` has the texts that went with a column of a table that is empty.
    """

    part: Compiled
    names: Mapping[str, Any] = field(repr=False)
    pieces: list[str] = field(repr=False)
    data: bytes = field(repr=False)
    proved: bool = False
    left_out: frozenset[str] = frozenset()


class Audit:
    """Knows of a template's parts what is the same in all its reports, so that only what values change is looked at."""

    def __init__(self, parts: Iterable[Compiled], there: Mapping[str, bytes]) -> None:
        self._texts = {part.name: frozenset(_texts(part)) for part in parts}
        self._statics: dict[str, Statics] = {part.name: dict(_statics(part)) for part in parts}
        self._there = there
        self._faults: frozenset[tuple[str, str]] | None = None

    def __call__(self, rendered: Iterable[Rendered], made: Mapping[str, bytes | None]) -> list[Finding]:
        """Return what is wrong with a report, as errors: none, if all is well.

        `made` has the parts that are not in the template, or not so, and None for each that goes.
        """
        rendered = list(rendered)
        found = [finding for one in rendered for finding in self._of_part(one)]
        file = Place(file=rendered[0].part.place.file if rendered else "")
        broken = ((name, data) for name, data in made.items() if data is not None and _said(name, data))
        found += [error("audit-xml", file, name=name, said=_said(name, data)) for name, data in broken]
        if not found:
            astray = self._astray({one.part.name: one.data for one in rendered if not one.proved}, made)
            found = [error("audit-relationship", file, name=name, said=said) for name, said in astray]
        return found

    def _of_part(self, one: Rendered) -> Iterator[Finding]:
        place = one.part.place
        statics = self._statics[one.part.name]
        if not one.proved:  # else nothing can be lost: the XML is the pieces, all of which stand where they are read
            if said := _said(one.part.name, one.data):
                yield error("audit-xml", place, name=one.part.name, said=said)
                return
            text = _plain(b"\n".join(_NODE.findall(one.data)).decode())
            if lost := _lost(one, _printed(one, statics), text):
                yield _about(one, lost[0], "audit-value-lost", text=lost[1][:_SHORT])
            if gone := _gone(one, text):
                yield error("audit-text-lost", place, text=gone[:_SHORT])
        words = "\n".join(filterfalse(self._texts[one.part.name].__contains__, one.pieces))
        if suspects(words) and (left := _left_over(one, _printed(one, statics))):
            yield _about(one, left[0], "audit-left-over", word=left[1])

    def _astray(self, changed: Mapping[str, bytes], made: Mapping[str, bytes | None]) -> Iterator[tuple[str, str]]:
        """Yield what leads nowhere in a report, and did not so in the template."""
        there = {name: data for name, data in {**self._there, **changed, **made}.items() if data is not None}
        touched = [name for name in {**changed, **made} if name in there]
        found = faults(touched, there) if touched else []
        if found and self._faults is None:
            self._faults = frozenset(faults(self._there, self._there))
        return (fault for fault in found if fault not in (self._faults or ()))


def _texts(part: Compiled) -> Iterator[str]:
    functions: list[Any] = [part.template.root_render_func, *part.template.blocks.values()]
    return (constant for one in functions for constant in one.__code__.co_consts if type(constant) is str)


def _statics(part: Compiled) -> Iterator[tuple[int, bool | None]]:
    for text in _texts(part):
        opened, closed = text.rfind("<"), text.rfind(">")
        hidden = text[opened + 1 : opened + 2] in {"!", "?"}  # what stands in a comment is not in a tag, and lost
        yield id(text), None if opened == closed else opened > closed and not hidden


def _said(name: str, data: bytes) -> str:
    """Return what a strict reader says of a part that is no XML; "" for one that is, and for a picture."""
    if not name.endswith((".xml", ".rels")):
        return ""
    try:
        ParserCreate().Parse(data, True)  # noqa: FBT003  (it takes no name)
    except ExpatError as problem:
        return str(problem)
    return ""


def _plain(text: str) -> str:
    """Return a text of XML as it reads."""
    return unescape(text) if "&" in text else text


def _printed(one: Rendered, statics: Statics) -> list[tuple[int, str]]:
    """Return the pieces that tags printed, each with its number, save those in attributes."""
    found, in_tag = [], False
    for number, piece in enumerate(one.pieces):
        state = statics.get(id(piece), _UNKNOWN)
        if state is not _UNKNOWN:
            in_tag = in_tag if state is None else bool(state)
        elif not in_tag:
            found.append((number, piece))
    return found


def _lost(one: Rendered, printed: list[tuple[int, str]], text: str) -> tuple[int, str] | None:
    """Return the first printed piece that is not in a part's text behind those before it, and what of it is missing.

    Of cells that became one the first is left.
    """
    at = 0
    marks = frozenset(number for number, piece in printed if "<" in piece and _MARK in piece)
    nodes = set(text.split("\n")) if marks else set()
    last = max((number for number in marks if _MAY_GO in one.pieces[number]), default=-1)
    for number, piece in printed:
        for word in (piece,) if piece.isalnum() else _words(piece):
            if number in marks and word in nodes:  # perhaps in the first of several cells that became one
                continue
            if (found := text.find(word, at)) >= 0:
                at = found + len(word)
            elif not _may_lack(one, word, text, merged=bool(marks), above=number <= last):
                return number, word
    return None


def _may_lack(one: Rendered, word: str, text: str, *, merged: bool, above: bool) -> bool:
    """Tell whether a text need not be where it was printed, because cells were merged or a column below it left out."""
    return not word or (merged and (word in text or word in _DASHES)) or (above and _went(one, word))


def _words(piece: str) -> list[str]:
    if "<" not in piece:
        return [_plain(piece)] if piece and not piece.isspace() else []
    return [_plain(word) for word in _MARKUP.split(piece) if word and not word.isspace()]


def _gone(one: Rendered, text: str) -> str:
    """Return the first text outside every condition and loop that is not in a part behind those before it, or ""."""
    at = 0
    for fixed in one.part.template.root_render_func.__globals__[ALWAYS]:
        word = _plain(fixed)
        found = text.find(word, at)
        if found >= 0:
            at = found + len(word)
        elif not _went(one, word):
            return word
    return ""


def _went(one: Rendered, word: str) -> bool:
    """Tell whether a text went with a column that is left out, as its heading or above it."""
    return any(word in text for text in one.left_out)


def _left_over(one: Rendered, printed: list[tuple[int, str]]) -> tuple[int, str] | None:
    """Return the first word printed that nobody wrote, and the number of the piece that has it."""
    tags = (text[2:-2] for _, _, text in one.part.at)
    word = leftover("\n".join([piece for _, piece in printed]), chain(_texts(one.part), tags), one.names)
    return (next(number for number, piece in printed if word in piece), word) if word else None


def _about(one: Rendered, number: int, code: str, **details: str) -> Finding:
    """Return a finding about one of a part's pieces, with the tag that printed it: for that it is rendered once more."""
    template = one.part.template
    again: Any = template.root_render_func(template.new_context(dict(one.names), shared=True))
    for at, _ in enumerate(again):
        if at == number:
            line = template.get_corresponding_lineno(again.gi_frame.f_lineno)
            place, tag = tag_at(one.part.at, line) or (one.part.place, "")
            return error(code, place, tag=tag, **details)
    return error(code, one.part.place, tag="", **details)
