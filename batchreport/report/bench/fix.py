"""This module mends how the tags of a template were typed, and nothing else in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.bench.comments import uncommented
from batchreport.report.bench.foreign import foreign
from batchreport.report.bench.merge_fields import written
from batchreport.report.bench.sections import mended
from batchreport.report.bench.survey import Survey
from batchreport.report.inference.scope import Many, Thing
from batchreport.report.parts import unpack
from batchreport.report.tags.line import read, spans
from batchreport.report.tags.lint import NARROW, as_meant, is_foreign, together
from batchreport.report.tags.scan import rewrite
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.findings import Place
    from batchreport.report.bench.survey import Sheet
    from batchreport.report.inference.scope import Kind
    from batchreport.report.tags.scan import Line


Edit = tuple[int, int, str]
"""From which character of a line to which, and what is written there."""


@dataclass(frozen=True, slots=True)
class Change:
    """One tag that was typed otherwise: where, as it was, as it is now."""

    place: Place
    before: str
    after: str


def fixed(data: bytes, names: Mapping[str, Kind], file: str = "summary.docx") -> tuple[bytes, tuple[Change, ...]]:
    """Return a template with the signs of its tags put right, and what was changed; `names` are those of the top.

    Full-width, curly and invisible signs, a level without its space, and values, loops and conditions as other programs
    write them where the schema has their names. All parts that hold nothing of this stay byte for byte. Raises `NotDocx`.
    """
    package = unpack(data)
    survey = Survey.of(uncommented(package), file)
    strange: dict[int, list[Edit]] = {}
    for one in foreign(survey, names):
        if one.certain and not isinstance(names.get(one.right[3:-3]), Many | Thing):
            strange.setdefault(id(one.line), []).append((one.start, one.end, one.right))
    parts = dict(survey.package.data)
    changes: list[Change] = []
    for sheet in survey.sheets:
        found = _mend(sheet, survey, names, strange)
        if found:
            changes += found
            parts[sheet.name] = etree.tostring(sheet.root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack([Member.of(name, content) for name, content in parts.items()]), tuple(changes)


def _mend(sheet: Sheet, survey: Survey, names: Mapping[str, Kind], strange: Mapping[int, list[Edit]]) -> list[Change]:
    """Mend one part, and return what was changed."""
    sections = mended(sheet, names)
    changes = []
    for line in sheet.lines:
        known = sections.edits.get(id(line), [])
        others = [one for one in (*_edits(line), *strange.get(id(line), [])) if not _meets(one, known)]
        if changed := sorted([*known, *others]):
            changes += [
                Change(line.place, line.text[start:end], sections.said.get((id(line), start), text))
                for start, end, text in changed
                if not line.copy
            ]
            rewrite(line, changed)
    sections.apply()
    for paragraph, name, tag in written(sheet.root, names):
        changes.append(Change(survey.place_of(sheet, paragraph), f"«{name}»", tag))
    return changes


def _meets(edit: Edit, others: list[Edit]) -> bool:
    return any(edit[0] < end and start < edit[1] for start, end, _ in others)


def _edits(line: Line) -> Iterator[Edit]:
    if line.stream == "deleted":
        return
    for span in line.spans:
        text = line.text[span.start : span.end]
        tag = text.strip().translate(NARROW) if span.kind == "wide" else text
        tag = together(text) if span.kind == "apart" else tag
        right = tidied(tag)
        if right != text and span.kind in ("print", "statement", "wide", "apart"):
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
