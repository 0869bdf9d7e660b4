"""This module makes the settings and the table of fonts of a book out of those of its reports."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from batchreport.report.book.parts import Carrier, Links
from batchreport.report.book.wordml import AFTER_EVEN_AND_ODD, AFTER_NOTES, W, is_on, local, make

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

# What belongs to one file alone, asks its reader something, or leads out of it.
_NOT_A_BOOKS = frozenset(
    [
        "attachedTemplate",
        "mailMerge",
        "documentProtection",
        "writeProtection",
        "trackRevisions",
        "updateFields",
        "rsids",
        "docVars",
        "docId",
        "footnotePr",
        "endnotePr",
        "evenAndOddHeaders",
        "linkStyles",
        "attachedSchema",
        "saveThroughXslt",
        "captions",
        "revisionView",
    ]
)


def settings(root: _Element | None, notes: Sequence[_Element], *, even_and_odd: bool) -> _Element:
    """Return the settings of a book, from those of its first report."""
    book = make("settings") if root is None else root
    for child in [child for child in book if local(child) in _NOT_A_BOOKS or not isinstance(child.tag, str)]:
        book.remove(child)
    if even_and_odd:
        _before(book, AFTER_EVEN_AND_ODD | AFTER_NOTES, make("evenAndOddHeaders"))
    for one in notes:
        _before(book, AFTER_NOTES, one)
    return book


def has_even_pages(root: _Element | None) -> bool:
    """Tell whether a report's even pages have headers of their own."""
    return is_on(root, "evenAndOddHeaders")


class Fonts:
    """The fonts that reports name, each once, with what they embed of it."""

    def __init__(self) -> None:
        self.links = Links()
        self.root = make("fonts")
        self._known: set[str] = set()

    def take(self, root: _Element | None, part: str, carrier: Carrier) -> None:
        """Take in the fonts of a report's table."""
        for font in () if root is None else root.iterchildren(f"{W}font"):
            name = font.get(f"{W}name", "")
            if name not in self._known:
                self._known.add(name)
                copy = make("font", tuple(map(deepcopy, font)), name=name)
                carrier.relink(copy, part, self.links)
                self.root.append(copy)


def _before(root: _Element, later: frozenset[str], child: _Element) -> None:
    at = next((place for place, one in enumerate(root) if local(one) in later), len(root))
    root.insert(at, child)
