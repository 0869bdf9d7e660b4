"""This module reads a template's parts as lines, each with its place, tags or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.findings import Place
from batchreport.report.bench.remarks import Remark
from batchreport.report.tags.headings import heading_styles
from batchreport.report.tags.line import spans
from batchreport.report.tags.scan import W, all_lines
from batchreport.report.template import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from batchreport.findings import Finding
    from batchreport.report.parts import Package
    from batchreport.report.tags.scan import Line

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part of a template that is filled in: its name, the word for it, its XML and its lines."""

    name: str
    word: str
    root: _Element
    lines: tuple[Line, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Survey:
    """The parts of a template that are filled in, in the order in which they are told of: the body first."""

    file: str
    package: Package
    sheets: tuple[Sheet, ...]

    @classmethod
    def of(cls, package: Package, file: str) -> Survey:
        """Return the survey of a template; parts that are no XML are left out, which is said elsewhere."""
        headings = heading_styles(package.data, package.types)
        sheets = []
        for name, data in sorted(package.data.items(), key=lambda item: item[0] != package.main):
            kind = package.types.get(name, "")
            word = next((word for ending, word in PARTS.items() if kind.endswith(ending)), "")
            root = _root(data) if word else None
            if root is not None:
                lines = tuple(all_lines(root, Place(file=file, part=word), headings))
                sheets.append(Sheet(name, word, root, lines))
        for line in (line for sheet in sheets for line in sheet.lines):
            line.spans = list(spans(line.text))
        return cls(file, package, tuple(sheets))

    def order(self) -> dict[Place, int]:
        """Return the rank of every place in the order of the document."""
        places = dict.fromkeys(line.place for sheet in self.sheets for line in sheet.lines)
        return {place: at for at, place in enumerate(places)}

    def place_of(self, sheet: Sheet, element: _Element) -> Place:
        """Return the place of the first text in an element, or of the part."""
        inside = set(element.iter(f"{W}p")) | set(element.iterancestors(f"{W}p"))
        place = next((line.place for line in sheet.lines if line.paragraph in inside), None)
        return place or Place(file=self.file, part=sheet.word)

    def remarks(self, findings: list[Finding], language: str) -> Iterator[Remark]:
        """Give a remark for each finding, on the tag it is about or else on its paragraph."""
        numbers = {
            paragraph: (sheet.name, at)
            for sheet in self.sheets
            for at, paragraph in enumerate(sheet.root.iter(f"{W}p"))
        }
        for finding in findings:
            tag = str(finding.details.get("tag", ""))
            name, at, start, end = next(iter(self._stands(finding.place, tag, numbers)), ("", 0, 0, 0))
            yield Remark(_told(finding, language, in_body=name == self.package.main), name, at, start, end)

    def _stands(
        self, place: Place, tag: str, numbers: dict[_Element, tuple[str, int]]
    ) -> list[tuple[str, int, int, int]]:
        """Return where a tag stands, the likeliest first: a line that has it in its text, one of its place, one inside it."""
        found = []
        for line in (line for sheet in self.sheets for line in sheet.lines):
            if line.paragraph not in numbers or line.copy or not _is_in(line.place, place):
                continue
            at = line.text.find(tag) if tag and line.stream == "text" and line.place == place else -1
            start, end = (at, at + len(tag)) if at >= 0 else (0, 0)
            found.append((at < 0, line.place != place, (*numbers[line.paragraph], start, end)))
        return [where for *_, where in sorted(found, key=lambda one: one[:2])]


def _is_in(inner: Place, outer: Place) -> bool:
    return bool(outer.part) and inner.part == outer.part and inner.spot[: len(outer.spot)] == outer.spot


def _told(finding: Finding, language: str, *, in_body: bool) -> str:
    place = "" if in_body else f"{finding.place.text(language)}\n"
    return f"{place}{finding.what(language)}\n→ {finding.remedy(language)}"


def _root(data: bytes) -> _Element | None:
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError:
        return None
