"""This module finds the figures of a traced report: in which part and paragraph each stands, and from which character on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from batchreport.report.parts import unpack
from batchreport.report.tags.scan import W
from batchreport.report.trace.printing import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_SIGNS = {f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
_DRAWING = f"{W}drawing"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


class Spot(NamedTuple):
    """Where a figure stands: the characters of a paragraph, which is counted among all of its part, from 0.

    A drawing takes none.
    """

    part: str
    paragraph: int
    start: int
    end: int


def spots(traced: bytes, report: bytes) -> dict[int, tuple[Spot, str]]:
    """Return where in `report` each numbered figure of the same report `traced` stands, and what is read there.

    Of one in several paragraphs it is the first.

    A figure in a paragraph that does not read the same in both is left out, and so is one that went with a merged cell.
    """
    found: dict[int, Spot] = {}
    read: dict[int, str] = {}
    there = unpack(report).data
    for name, data in unpack(traced).data.items():
        if NUMBER.encode() in data and name.endswith(".xml") and name in there:
            own = [_text(paragraph) for paragraph in _paragraphs(there[name])]
            for at, paragraph in enumerate(_paragraphs(data)):
                if at < len(own) and _text(paragraph) == own[at]:
                    taken = _taken(name, at, paragraph)
                    read |= {
                        number: own[at][spot.start : spot.end] for number, spot in taken.items() if number not in read
                    }
                    found = {**taken, **found}
    return {number: (spot, read[number]) for number, spot in found.items()}


def _paragraphs(data: bytes) -> Iterator[_Element]:
    return etree.fromstring(data, _PARSER).iter(f"{W}p")


def _taken(name: str, at: int, paragraph: _Element) -> dict[int, Spot]:
    """Return where the figures of a paragraph stand."""
    found: dict[int, Spot] = {}
    reached = 0
    for element in _own(paragraph):
        length = len(_sign(element))
        if number := element.get(NUMBER):
            first = found.setdefault(int(number), Spot(name, at, reached, reached))
            found[int(number)] = first._replace(end=reached + length)
        reached += length
    return found


def _text(paragraph: _Element) -> str:
    return "".join(map(_sign, _own(paragraph)))


def _own(paragraph: _Element) -> Iterator[_Element]:
    """Yield the texts, signs and drawings of a paragraph, not those of another in it."""
    for element in paragraph.iter(f"{W}t", _DRAWING, *_SIGNS):
        above = element.getparent()
        if above is not None and above.tag != f"{W}tabs" and next(element.iterancestors(f"{W}p"), None) is paragraph:
            yield element


def _sign(element: _Element) -> str:
    return _SIGNS.get(str(element.tag)) or ("" if element.tag == _DRAWING else element.text or "")
