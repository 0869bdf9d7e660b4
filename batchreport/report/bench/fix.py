"""This module mends how the tags of a template were typed, and nothing else in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.bench.comments import uncommented
from batchreport.report.bench.foreign import foreign
from batchreport.report.bench.survey import Survey
from batchreport.report.lint import NARROW, as_meant, is_foreign
from batchreport.report.parts import Member, pack, unpack
from batchreport.report.scan import rewrite
from batchreport.report.scope import Many, Thing
from batchreport.report.tags import read, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.findings import Place
    from batchreport.report.scan import Line
    from batchreport.report.scope import Kind


@dataclass(frozen=True, slots=True)
class Change:
    """One tag that was typed otherwise: where, as it was, as it is now."""

    place: Place
    before: str
    after: str


def fixed(data: bytes, names: Mapping[str, Kind], file: str = "summary.docx") -> tuple[bytes, tuple[Change, ...]]:
    """Return a template with the signs of its tags put right, and what was changed; `names` are those of the top.

    Full-width, curly and invisible signs, a level without its space, and values as other programs write them where the
    schema has their name. All parts that hold nothing of this stay byte for byte. Raises `NotDocx`.
    """
    package = unpack(data)
    survey = Survey.of(uncommented(package), file)
    strange: dict[int, list[tuple[int, int, str]]] = {}
    for one in foreign(survey, names):
        if one.certain and not isinstance(names.get(one.right[3:-3]), Many | Thing):
            strange.setdefault(id(one.line), []).append((one.start, one.end, one.right))
    parts, changes = dict(survey.package.data), []
    for sheet in survey.sheets:
        edits = [(line, sorted([*_edits(line), *strange.get(id(line), [])])) for line in sheet.lines]
        edits = [(line, changed) for line, changed in edits if changed]
        for line, changed in edits:
            changes += [Change(line.place, line.text[start:end], text) for start, end, text in changed if not line.copy]
            rewrite(line, changed)
        if edits:
            parts[sheet.name] = etree.tostring(sheet.root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack([Member.of(name, content) for name, content in parts.items()]), tuple(changes)


def _edits(line: Line) -> Iterator[tuple[int, int, str]]:
    if line.stream == "deleted":
        return
    for span in line.spans:
        text = line.text[span.start : span.end]
        tag = text.strip().translate(NARROW) if span.kind == "wide" else text
        right = tidied(tag)
        if right != text and span.kind in ("print", "statement", "wide"):
            yield span.start, span.end, right


def tidied(tag: str) -> str:
    """Return a tag as it is to be typed: what stands for other signs is put right, all else stays as it is."""
    found = list(spans(tag))
    if len(found) != 1 or found[0].kind not in ("print", "statement") or found[0].end - found[0].start != len(tag):
        return tag
    reading = read(tag)
    meant = as_meant(reading)
    if is_foreign(reading) or (not reading.bad and meant == reading):
        return tag
    level = f"{meant.level} " if meant.level else " "
    return f"{tag[:2]}{meant.left}{level}{meant.body} {meant.right}{tag[-2:]}"
