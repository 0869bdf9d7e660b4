"""This module gathers the footnotes and endnotes of reports, numbered through a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.book.parts import Links
from batchreport.report.book.wordml import W, make

if TYPE_CHECKING:
    from lxml.etree import _Element

_SEPARATORS = ("separator", "continuationSeparator")
KINDS = {"footnotes": "footnote", "endnotes": "endnote"}


class Notes:
    """The notes of one kind of a book; `links` are the relationships of their part."""

    def __init__(self, plural: str) -> None:
        self.plural = plural
        self.single = KINDS[plural]
        self.links = Links()
        self.elements: list[_Element] = []
        self._next = 1

    def take(self, root: _Element, references: dict[str, str]) -> None:
        """Take in the notes of a report that its text refers to, under the numbers that `claim` gave them."""
        for note in list(root.iterchildren(W + self.single)):
            new = references.get(note.get(f"{W}id", ""))
            if new:
                note.set(f"{W}id", new)
                self.elements.append(note)

    def claim(self, body: _Element, there: set[str]) -> dict[str, str]:
        """Return the new number of each note that a text refers to, and write it there; a reference to none goes."""
        numbers: dict[str, str] = {}
        for reference in list(body.iter(f"{W}{self.single}Reference")):
            old = reference.get(f"{W}id", "")
            if old not in there:
                reference.getparent().remove(reference)  # type: ignore[union-attr]
                continue
            if old not in numbers:
                numbers[old] = str(self._next)
                self._next += 1
            reference.set(f"{W}id", numbers[old])
        return numbers

    def there(self, root: _Element) -> set[str]:
        """Return the numbers of a report's notes, its separators left out."""
        notes = root.iterchildren(W + self.single)
        return {one.get(f"{W}id", "") for one in notes if one.get(f"{W}type", "normal") == "normal"}

    def separators(self) -> tuple[_Element, ...]:
        """Return the two notes that draw the line above the others."""
        made = []
        for number, kind in enumerate(_SEPARATORS, -1):
            flat = make("pPr", (make("spacing", after="0", line="240", lineRule="auto"), make("ind", firstLine="0")))
            own = make("p", (flat, make("r", (make(kind),))))
            made.append(make(self.single, (own,), type=kind, id=str(number)))
        return tuple(made)

    def settings(self) -> _Element:
        """Return what the settings say of these notes; endnotes stand at the end of each report."""
        position = (make("pos", val="sectEnd"),) if self.single == "endnote" else ()
        return make(f"{self.single}Pr", (*position, make(self.single, id="-1"), make(self.single, id="0")))
