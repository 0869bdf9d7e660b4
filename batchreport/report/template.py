"""This module holds the template: a .docx with tags, checked and compiled once, rendered once per report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from lxml import etree

from batchreport.errors import TemplateError
from batchreport.findings import Finding, Place, Severity, error, warning
from batchreport.report.audit.reports import Audit, Rendered
from batchreport.report.bench.comments import uncommented
from batchreport.report.code import STEADY
from batchreport.report.compile import DECLARATION, Compiled, Workshop, tag_at
from batchreport.report.drawn.album import Album, Shelf, Wall
from batchreport.report.drawn.fit import drop_empty, fit
from batchreport.report.environment import PICTURES, Sandbox
from batchreport.report.failures.spoken import stop_of
from batchreport.report.grammar import filters as filters_in
from batchreport.report.inference.scope import REST
from batchreport.report.inference.scope import names as of_department
from batchreport.report.mending.cellmarks import settle
from batchreport.report.mending.longtables import LongTables
from batchreport.report.mending.mend import mend_cells, mend_grids, misplaced
from batchreport.report.parts import NotDocx, Package, unpack
from batchreport.report.shown.layout import Layout
from batchreport.report.tags.apart import calls
from batchreport.report.tags.entitled import titles
from batchreport.report.tags.headings import heading_styles
from batchreport.report.tags.strangers import strangers
from batchreport.report.template_dialect import Dialect
from batchreport.report.template_objects import BASE, TPL, Elsewhere, based_on, replaced
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType, TracebackType

    from lxml.etree import _Element

    from batchreport.report.inference.scope import Kind
    from batchreport.schema import Schema

PARTS = {
    "wordprocessingml.document.main+xml": "body",
    "wordprocessingml.header+xml": "header",
    "wordprocessingml.footer+xml": "footer",
    "wordprocessingml.footnotes+xml": "footnotes",
    "wordprocessingml.endnotes+xml": "endnotes",
    "wordprocessingml.comments+xml": "comments",
    "drawingml.chart+xml": "chart",
    "drawingml.diagramData+xml": "diagram",
    "drawingml.diagramDrawing+xml": "diagram",
    "vnd.ms-office.drawingml.diagramDrawing+xml": "diagram",
    "core-properties+xml": "properties",
    "custom-properties+xml": "properties",
    "extended-properties+xml": "properties",
}
"""What is filled in, by the end of its content type: the word for it in places."""
_SUPPLEMENT = frozenset({"补充", "supplement"})
_OPENERS = (b"{{", b"{%")
_LEVEL = 3  # of deflating what is rendered: a quarter of the time that 6 takes, for a report larger by a twentieth
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


class Template:
    """A template, checked and compiled: it renders one report for each context it is given.

    `uses` has every column that the template shows, by section key and column key; `consults` those that it only
    compares, sorts or filters by; `supplements` tells whether it asks for all the others, as `补充`, and `shows_rest` whether
    it prints them. `warnings` has what is odd, and no error.
    """

    sandbox: type[Sandbox] = Sandbox
    """The environment in which its tags run."""

    def __init__(self, source: tuple[Any, ...], package: Package, parts: list[Compiled], workshop: Workshop) -> None:
        self._source = source
        self.printing = workshop.environment
        slots = tuple((list(package.data).index(part.name), part) for part in parts)
        # A chart's own text comes first, so that a copy with other figures has it.
        self._parts = tuple(sorted(slots, key=lambda slot: slot[1].place.part != "chart"))
        self._places = {name: slot for slot, name in enumerate(package.data)}
        self._charts = {part.name: part.charts for part in parts if part.charts}
        self._wall = Wall(package.data, package.types, self._charts, source[1].language)
        dynamic = {part.name for part in parts}
        self._members = tuple(
            Member.of(name, b"" if name in dynamic else data, 9) for name, data in package.data.items()
        )
        self._globals = dict(workshop.environment.globals)
        # A roll-up is audited by nothing that would hold all its texts: of thousands of departments they are too large.
        self._audit = (
            Audit(parts, {**package.data, **dict.fromkeys(dynamic, b"")}) if source[4] is of_department else None
        )
        self.file = workshop.file
        self.uses = frozenset(workshop.shown - {REST})
        self.consults = frozenset(workshop.tested - workshop.shown - {REST})
        self.warnings = tuple(workshop.findings)
        self.supplements = bool(_SUPPLEMENT & workshop.named)
        self.shows_rest = REST in workshop.shown

    @classmethod
    def parse(
        cls,
        data: bytes,
        schema: Schema,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        file: str = "summary.docx",
        names: Callable[[Schema], Mapping[str, Kind]] = of_department,
    ) -> Self:
        """Return the template in a .docx file's bytes; `filters` are ours if not given.

        `names` gives what a template for `schema` sees at the top: what a department's report does, or a roll-up.

        Raises `TemplateError` with every mistake: part, place, the tag as typed, what is wrong, what to write instead.
        """
        try:
            package = uncommented(unpack(data))  # a marked copy, once mended, is a template
        except NotDocx as problem:
            raise TemplateError([error(problem.code, Place(file=file), **problem.details)]) from None
        environment = cls.sandbox(filters_in(schema.language) if filters is None else filters, schema.language)
        if names is of_department:
            environment.look_at(Layout.of(schema))
        workshop = Workshop(file, environment, names(schema), Dialect().source, [], set(), set())
        workshop.headings = heading_styles(package.data, package.types)
        workshop.titles = titles(schema)
        parts = _compile(package, workshop)
        errors = [finding for finding in workshop.findings if finding.severity is Severity.ERROR]
        if errors:
            rollup = names is not of_department
            uses = workshop.shown | workshop.tested
            strange = strangers(errors, workshop.named, uses, schema, file, rollup=rollup)
            raise TemplateError([*strange, *workshop.findings])
        if names is of_department:
            environment.watch.see(workshop.doubtful)
        return cls((data, schema, filters, file, names), package, parts, workshop)

    @classmethod
    def of(cls, template: Template) -> Self:
        """Return a template that is checked as one of this class, whose environment may be another."""
        return cls.parse(*template._source)

    def render(self, context: Mapping[str, object], tpl: Any = None) -> bytes:
        """Return the report that the template makes of `context`, the same bytes for the same context.

        Objects of docxtpl's in `context` may need their `tpl`, the `DocxTemplate` of the same file that they were made for:
        it knows the links of a RichText, and what is to be replaced. A `Subdoc` brings its own.
        Raises `TemplateError` with the place of the tag that failed.
        """
        try:
            report = self._report(context if tpl is None else {**context, TPL: tpl})
        except Elsewhere as found:
            tpl = found.tpl
            data, *others = self._source
            based = Template.parse(based_on(tpl, data, self.file), *others)
            report = based._report({**context, TPL: tpl, BASE: tpl})  # noqa: SLF001  (its own class)
        return report if tpl is None else replaced(report, tpl, self.file)

    def _report(self, context: Mapping[str, object]) -> bytes:
        members: list[Member | None] = list(self._members)
        album = Album(self._wall)
        names = {**self._globals, **context}
        rendered = []
        for slot, part in self._parts:
            long = None if self._audit else LongTables()
            one = _rendered(part, names, album, self._wall.look.exact, long)
            members[slot] = Member.of_pieces(part.name, long.with_rows(one.data) if long else (one.data,), _LEVEL)
            album.take(part.name, one.data)
            rendered += [one] if self._audit else []
        drawn = album.parts(self._charts)
        if self._audit and (found := self._audit(rendered, drawn)):
            raise TemplateError(found)
        for name, made in drawn.items():
            member = Member.of(name, made, _LEVEL if made[:1] == b"<" else 1) if made is not None else None
            if name in self._places:
                members[self._places[name]] = member
            else:
                members.append(member)
        return pack([member for member in members if member is not None])

    def __reduce__(self) -> tuple[Callable[..., Template], tuple[Any, ...]]:
        return Template.parse, self._source


def _compile(package: Package, workshop: Workshop) -> list[Compiled]:
    compiled = []
    for name in package.doubled:
        workshop.findings.append(warning("template-doubled-part", Place(file=workshop.file), name=name))
    for name, data in sorted(package.data.items(), key=lambda item: item[0] != package.main):
        kind = package.types.get(name, "")
        part = next((word for ending, word in PARTS.items() if kind.endswith(ending)), "")
        if not part:
            if any(opener in data for opener in _OPENERS) and name.endswith(".xml"):
                workshop.findings.append(warning("template-part-not-rendered", Place(file=workshop.file), name=name))
            continue
        try:
            root = etree.fromstring(data, _PARSER)
        except etree.XMLSyntaxError as problem:
            place = Place(file=workshop.file, part=part)
            workshop.findings.append(error("template-bad-part", place, name=name, said=stop_of(problem.position)))
            continue
        if made := workshop.compile(name, part, root):
            compiled.append(made)
    return compiled


def _rendered(
    part: Compiled, names: Mapping[str, object], album: Album, exact: frozenset[str], long: LongTables | None
) -> Rendered:
    """Return a part rendered; raise `TemplateError` where it cannot be.

    Its pieces are kept, or forgotten at once if `long` takes rows out of it.
    """
    template = part.template
    pieces: list[str] = []
    shelf = album.shelf(part.name)
    every = {**names, **calls(shelf.next_id), "_chart": shelf.relation, PICTURES: shelf}
    try:
        made = template.root_render_func(template.new_context(every, shared=True))
        pieces = list(made) if long is None else pieces
        data = "".join(pieces if long is None else long.without_rows(made)).encode()
    except (MemoryError, Elsewhere):
        raise
    except Exception as problem:
        raise TemplateError([_failure(part, every, problem)]) from problem
    if _is_sound(part, shelf):
        return Rendered(part, every, pieces, DECLARATION + data, proved=True)
    if long and (mended := _mended_apart(part, data, shelf, exact, long)):
        return Rendered(part, every, pieces, DECLARATION + mended)
    if long:
        data = long.whole(data)
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as problem:
        raise TemplateError([error("template-broken-xml", part.place, said=stop_of(problem.position))]) from None
    mended, left_out = _mended(part, root, shelf, exact)
    return Rendered(part, every, pieces, DECLARATION + (mended or data), left_out=left_out)


def _is_sound(part: Compiled, shelf: Shelf) -> bool:
    """Tell whether what was rendered is known to be well-formed, with nothing to mend."""
    mends = part.mends_cells or part.mends_grids or part.charts
    return not (mends or shelf or shelf.marked) and bool(part.template.root_render_func.__globals__[STEADY])


def _mended(part: Compiled, root: _Element, shelf: Shelf, exact: frozenset[str]) -> tuple[bytes, frozenset[str]]:
    """Return the part's XML if it had to be mended, else b"", and the texts of columns left out; raise `TemplateError` if it cannot be."""
    if text := misplaced(root):
        raise TemplateError([error("template-run-in-text", part.place, text=text[:30])])
    changed = part.mends_cells and mend_cells(root)
    changed = (part.mends_grids and mend_grids(root)) or changed
    settled, left_out = settle(root)
    changed = settled or changed
    changed = (bool(part.charts) and drop_empty(root)) or changed
    if shelf:
        for relation, width in fit(root, exact).items():
            shelf.narrow(relation, width)
    return etree.tostring(root, encoding="UTF-8") if changed or shelf else b"", left_out


def _mended_apart(part: Compiled, data: bytes, shelf: Shelf, exact: frozenset[str], long: LongTables) -> bytes | None:
    """Return the part's XML without the rows that were taken out; None where they need what the rest does."""
    if part.mends_cells or part.mends_grids or part.charts:
        return None
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError:
        return None
    before = long.grids(root)
    mended, _ = _mended(part, root, shelf, exact)
    if long.grids(root) != before or not long.settle(data, anew=bool(mended)):
        return None
    return mended or data


def _failure(part: Compiled, names: Mapping[str, object], problem: Exception) -> Finding:
    """Return the finding for an error that a tag raised while it was rendered."""
    line, frame = _line(part, problem.__traceback__)
    from batchreport.report.failures.failure import Failure  # noqa: PLC0415  (few templates fail)

    place, tag = tag_at(part.at, line) or (part.place, "")
    return Failure(place, tag, part.template.environment, names, frame).finding(problem)


def _line(part: Compiled, trace: TracebackType | None) -> tuple[int, FrameType | None]:
    """Return the line of the part's source on which an error was raised, and its frame: the innermost of ours."""
    line, frame = 0, None
    while trace is not None:
        if (
            trace.tb_frame.f_globals.get("__jinja_template__") is not None
            or trace.tb_frame.f_code.co_filename == "<template>"
        ):
            line, frame = part.template.get_corresponding_lineno(trace.tb_lineno), trace.tb_frame
        trace = trace.tb_next
    return line, frame
