"""This module compiles one part of a template: from its XML to a Jinja template that knows the place of every line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jinja2 import Template, TemplateSyntaxError
from lxml import etree

from batchreport.findings import Finding, Place, Severity, error, warning
from batchreport.report.chart.drawn import arguments, charts_of, expand_charts, mark_charts
from batchreport.report.drawn.pictures import FILTERS as OF_PICTURES
from batchreport.report.failures.refused import refused
from batchreport.report.grammar import filters as filters_in
from batchreport.report.inference.scope import REST, Kind, Unknown
from batchreport.report.inference.statements import Walk
from batchreport.report.shown.surely import surely_shown
from batchreport.report.tags import contents
from batchreport.report.tags.apart import apart
from batchreport.report.tags.blocks import crossings, merges, promote
from batchreport.report.tags.entitled import entitled
from batchreport.report.tags.lint import as_meant, check_homes, check_lines, check_tag, is_readable
from batchreport.report.tags.marks import (
    MARK,
    dry_run,
    expand,
    has_escapes,
    in_order,
    mark_of,
    prepare,
    properties_of,
)
from batchreport.report.tags.scan import Line, Tag, W, lines, mark, tag_lines
from batchreport.report.tags.syntax import UNKNOWN, Script, check, source, syntax_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from lxml.etree import _Element

    from batchreport.report.environment import Sandbox
    from batchreport.report.shown.layout import Use

DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NEEDS_PARAGRAPH = frozenset(
    f"{W}{word}" for word in ("tc", "txbxContent", "sdtContent", "hdr", "ftr", "footnote", "endnote", "comment")
)
_NOTES = frozenset({"footnotes", "endnotes", "comments"})  # their text stands apart from what they belong to
_TABLE = {"zh": "旁边是表格", "en": "there is a table beside it"}
_NO_TEXT = {"zh": "旁边没有可以连的文字", "en": "there is no text beside it to join"}
_DOUBTS = frozenset(
    (
        "template-set-in-loop", "template-no-such-choice", "template-blank-compared", "template-text-as-condition",
        "template-name-in-quotes", "template-table-compared", "template-period-as-text", "template-switch-as-text",
        "template-date-as-text", "template-number-as-text",
        "rollup-without-pictures",
    )
)  # fmt: skip
"""What is odd in the use of names, and no error."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """One part, ready to be rendered: `at` has the line of each tag in the source, with its place and text.

    `charts` has the relationships of the charts that its tags may fill.
    """

    name: str
    place: Place
    template: Template
    at: tuple[tuple[int, Place, str], ...]
    mends_cells: bool
    mends_grids: bool
    charts: tuple[str, ...] = ()


def tag_at(places: tuple[tuple[int, Place, str], ...], line: int) -> tuple[Place, str] | None:
    """Return the place and text of the tag that stands on `line` of a source or last before it."""
    before = [(place, text) for at, place, text in places if at <= line]
    return before[-1] if before else None


def _is_held(tag: Tag) -> bool:
    """Return whether a tag stands in something that must end with a paragraph, which the body need not."""
    return any(element.tag in _NEEDS_PARAGRAPH for element in tag.owner.iterancestors())


def _may_empty(tags: list[Tag]) -> bool:
    """Tell whether tags may take away all paragraphs, cells or rows of something that must have one."""
    rows = {next(tag.owner.iterancestors(f"{W}tr")) for tag in tags if tag.level == "tr"}
    # Blocks end where they began, so that a first or last row without such a tag stays whatever becomes of the others.
    for table in {row.getparent() for row in rows}:
        every = list(table.iterchildren(f"{W}tr")) if table is not None else []
        if every and every[0] in rows and every[-1] in rows:
            return True
    return any(tag.level == "tc" or (tag.level == "p" and _is_held(tag)) for tag in tags)


def _breaks(tags: list[Tag], part: Place) -> Finding:
    """Return the finding for a part that its tags with a minus break; the tag beside a table is the likeliest."""
    merging = [tag for tag in tags if "-" in (tag.reading.left, tag.reading.right)]
    beside = next(filter(_is_beside_a_table, merging), None)
    tag = beside or next(iter(merging), None)
    said = _TABLE if beside else _NO_TEXT
    return error("template-merge-breaks", tag.place if tag else part, tag=tag.text if tag else "{%- … -%}", said=said)


def _is_beside_a_table(tag: Tag) -> bool:
    if tag.paragraph is None:
        return False
    before, after = tag.paragraph.getprevious(), tag.paragraph.getnext()
    sides = ((tag.reading.left, before), (tag.reading.right, after))
    return any(sign == "-" and home is not None and home.tag == f"{W}tbl" for sign, home in sides)


@dataclass(slots=True)
class Workshop:
    """What all parts of a template are compiled with, and what was found in them.

    `headings` has the styles of headings, `titles` the names in templates of what is called otherwise in workbooks.
    Of the columns that are `shown`, `sure` has those that are so in every report, and
    `hiders` the tags that may hide the others.
    """

    file: str
    environment: Sandbox
    top: Mapping[str, Kind]
    patch: Callable[[str], str]
    findings: list[Finding]
    shown: set[tuple[str, str]]
    tested: set[tuple[str, str]]
    headings: Collection[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    sure: set[Use] = field(default_factory=set)
    hiders: dict[Use, list[tuple[Place, str]]] = field(default_factory=dict)

    def compile(self, name: str, part: str, root: _Element) -> Compiled | None:
        """Return the compiled part; None if it holds no tag, or one that is wrong."""
        before = len(self.findings)
        found = self._lines(part, root)
        if not found and not has_escapes(root):
            return None
        tags = tag_lines(found)
        self._check(found, tags)
        self._tidy(found, before)
        if any(finding.severity is Severity.ERROR for finding in self.findings[before:]):
            return None
        return self._compiled(name, part, root, found, tags)

    def _lines(self, part: str, root: _Element) -> list[Line]:
        """Return the lines of a part with tags; a table of contents is left without the headings of loops, which it cannot have."""
        found = lines(root, self.file, part, self.headings)
        made = contents.entries(root) if found else set()
        looped = contents.of_loops(found, made, {*self.top, *self.environment.globals}, self.environment)
        for line in looped:
            tag = line.text[line.spans[0].start : line.spans[-1].end]
            self.findings.append(warning("template-contents-of-loop", line.place, tag=tag))
            contents.take_out(line)
        return lines(root, self.file, part, self.headings) if looped else found

    def _check(self, found: list[Line], tags: list[Tag]) -> None:
        """Look for what is wrong."""
        self.findings += check_lines(found)
        for tag in tags:
            if not tag.literal:
                self.findings += check_tag(tag)
                tag.reading = as_meant(tag.reading)
                tag.level = tag.reading.level
        unfit = {tag.number for tag in tags if not is_readable(tag.reading)}
        script = check(tags, unfit, self.environment)
        self.findings += script.findings + script.pairing.findings
        live = [tag for tag in tags if not tag.literal]
        promote(script.pairing.blocks, live)
        self.findings += check_homes(live)
        self.findings += crossings(script.pairing.blocks) + merges(script.pairing.blocks, live)
        self._check_names(tags, script)

    def _check_names(self, tags: list[Tag], script: Script) -> None:
        def say(line: int, code: str, **details: Any) -> None:
            tag = tags[min(line, len(tags)) - 1]
            if code == "template-row-outside-loop" and tag.place.part in _NOTES:
                code = "template-row-in-note"
            finding = (warning if code in _DOUBTS else error)(code, tag.place, tag=tag.text, **details)
            if finding not in self.findings:
                self.findings.append(finding)

        if not tags:
            return
        try:
            tree = script.tree or self.environment.parse(source(tags, script))
        except TemplateSyntaxError as problem:
            tag = tags[min(problem.lineno, len(tags)) - 1]
            self.findings.append(syntax_finding(tag, problem.message or ""))
            return
        filters = {
            name: call for name, call in self.environment.filters.items() if name == "_said" or not name.startswith("_")
        }
        globals_ = dict.fromkeys(self.environment.globals, Unknown())
        top = {**globals_, **self.top, UNKNOWN: Unknown()}
        own = {**filters_in(self.environment.speaker.language), **OF_PICTURES}
        ours = [name for name, call in filters.items() if own.get(name) is call]
        known = {"filters": filters, "ours": ours, "tests": self.environment.tests}
        walk = Walk(top, known, say, vague=script.vague)
        walk.run(tree)
        self.shown |= walk.shown
        self.tested |= walk.tested
        self.named |= walk.named
        watch = self.environment.watch
        self.sure |= surely_shown(tree, watch.layout) | watch.layout.identity
        watch.doubtful = watch.layout.without(self.sure)
        for use, at in walk.hiders.items():
            hiding = [tags[min(line, len(tags)) - 1] for line in sorted(at)]
            self.hiders.setdefault(use, []).extend((tag.place, tag.text) for tag in hiding)

    @property
    def doubtful(self) -> dict[Use, list[tuple[Place, str]]]:
        """The columns that a report may not show, each with the tags that may hide it."""
        return {use: tags for use, tags in self.hiders.items() if use in self.shown - self.sure - {REST}}

    def _tidy(self, found: list[Line], before: int) -> None:
        """Put the findings of the part in the order of the document, and say once what stands twice.

        A text box has a copy for old programs.
        """
        copies = {line.place for line in found if line.copy} - {line.place for line in found if not line.copy}
        order = {line.place: (at, line.text) for at, line in reversed(list(enumerate(found)))}

        def stands(finding: Finding) -> tuple[int, int]:
            at, text = order.get(finding.place, (0, ""))
            return at, text.find(finding.details.get("tag", ""))

        own: list[Finding] = []
        for finding in (entitled(one, self.titles) for one in self.findings[before:] if one.place not in copies):
            own += [finding] if finding not in own else []
        self.findings[before:] = sorted(own, key=stands)

    def _compiled(self, name: str, part: str, root: _Element, found: list[Line], tags: list[Tag]) -> Compiled | None:
        """Return the compiled part; None where its tags break it."""
        cells = _may_empty(tags)
        grids = prepare(tags)
        marks = {tag.number: mark_of(tag) for tag in tags}
        properties = {
            tag.number: properties_of(tag) for tag in tags if tag.reading.kind == "print" and (tag.level or tag.alone)
        }
        charts = charts_of(tags)
        properties |= arguments(charts)
        mark_charts(root, set(charts.values()))
        for line in found:
            if line.tags:
                mark(line, marks)
        xml = etree.tostring(root, encoding="unicode")
        patched = in_order(self.patch(xml)) if root.tag.startswith(W) else xml
        text, at = expand(patched, tags, properties)
        seen = [number for _, number in at]
        lost = [tag for tag in tags if MARK in marks[tag.number] and seen.count(tag.number) != 1]
        if lost or "{% vm %}" in text or "{% hm %}" in text:
            lost = lost or [tag for tag in tags if tag.reading.word in ("vm", "hm")]
            self.findings += [error("template-tag-swallowed", tag.place, tag=tag.text) for tag in lost]
            return None
        if not dry_run(patched):
            self.findings.append(_breaks(tags, Place(file=self.file, part=part)))
            return None
        repeats = any(tag.reading.word in ("for", "macro") for tag in tags)
        text = expand_charts(apart(text) if repeats else text)
        places = tuple((line, tags[number].place, tags[number].text) for line, number in at)
        template = self._template(text, tags, places, part)
        if template is None:
            return None
        keys = tuple(dict.fromkeys(charts.values()))
        return Compiled(name, Place(file=self.file, part=part), template, places, cells, grids, keys)

    def _template(
        self, text: str, tags: list[Tag], places: tuple[tuple[int, Place, str], ...], part: str
    ) -> Template | None:
        """Return a source compiled; None where Jinja refuses it, or Python what Jinja wrote of it."""
        try:
            return self.environment.from_string(text)
        except (SyntaxError, RecursionError, TemplateSyntaxError) as problem:
            stood = tag_at(places, problem.lineno) if isinstance(problem, TemplateSyntaxError) else None
            there = [tag for tag in tags if stood in (None, (tag.place, tag.text))]
            self.findings.append(refused(there, problem, self.environment, Place(file=self.file, part=part)))
            return None
