"""This module makes what stands over all departments of a period, once their reports are written: roll-up, book, PDFs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batchreport.errors import TemplateError
from batchreport.findings import Finding, Place, note
from batchreport.packed import before, periods_before, unpack
from batchreport.shelf import NAMES
from batchreport.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.report.rollup import Rollup
    from batchreport.report.template import Template
    from batchreport.run.past import Past
    from batchreport.run.pipeline import Kit
    from batchreport.schema import Schema
    from batchreport.shelf import Done, Shelf

_PRINTED_FOR_PAGES = 60  # reports: LibreOffice lays a book of so many out in some half a minute


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the reports; `some` says that the run is over some departments only."""

    rollup: bool = True
    some: bool = False
    book: bool = False
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What was written over all departments, and what is to be said about it."""

    paths: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()


class Overall:
    """Makes what is wanted over all departments of a project, for one run.

    Raises `TemplateError` with every mistake in the project's template of the roll-up.
    """

    def __init__(self, project: Project, kit: Kit, schema: Schema, wanted: Wanted) -> None:
        self._project = project
        self._kit = kit
        self._schema = schema
        self._wanted = wanted
        self._names = NAMES[schema.language]
        self._settings = project.settings
        self._findings: list[Finding] = []
        self._template = self._rollup_template() if wanted.rollup else None
        self._roster = tuple((one.code, one.name) for one in project.roster())

    def make(self, done: Sequence[Done], shelf: Shelf, past: Past, tell: Callable[[str], None]) -> Made:
        """Write what is wanted for each period of `done`, and return what was written; `tell` hears what is begun."""
        paths: list[Path] = []
        for period, of_period in _by_period(done).items():
            if self._wanted.rollup:
                tell(self._names["rollup"])
                paths += self._rolled_up(period, of_period, shelf, past)
            if self._wanted.book:
                tell(self._names["book"])
                paths += self._bound(period, of_period, shelf)
        if self._wanted.pdf:
            paths += self._printed([*(one.path for one in done if one.path), *paths], tell)
        return Made(tuple(paths), tuple(self._findings))

    def _rollup_template(self) -> Template | None:
        """Return the template of the roll-up; None, and a finding, where there is none for this schema."""
        from batchreport.report.rollup import rollup_template  # noqa: PLC0415  (a single report needs none)

        source = self._project.rollup()
        if source is None:
            self._findings.append(note("rollup-no-template", Place(file=self._settings.rollup)))
            return None
        try:
            template = rollup_template(source, self._schema, self._settings.rollup)
        except TemplateError:
            if self._project.owns(self._kit):
                raise
            self._findings.append(note("rollup-template-unfit", Place(file=self._settings.rollup)))
            return None
        self._findings += template.warnings
        return template

    def _rolled_up(self, period: Period, done: Sequence[Done], shelf: Shelf, past: Past) -> Iterator[Path]:
        from batchreport.report.rollup import rollup_docx, rollup_xlsx  # noqa: PLC0415

        rollup = self._rollup(period, done, past)
        stem = self._names["some" if self._wanted.some else "rollup"]
        if self._template is not None:
            yield from self._put(shelf, period, f"{stem}.docx", rollup_docx(self._template, rollup))
        yield from self._put(shelf, period, f"{stem}.xlsx", rollup_xlsx(rollup))

    def _rollup(self, period: Period, done: Sequence[Done], past: Past) -> Rollup:
        from batchreport.report.rollup import Rollup  # noqa: PLC0415

        return Rollup.of(
            self._schema,
            [_submission(one) for one in done],
            period,
            roster=self._roster,
            organisation=self._settings.organisation,
            deadline=self._project.deadline(period),
            earlier=_earlier(past, period),
            partial=self._wanted.some,
        )

    def _bound(self, period: Period, done: Sequence[Done], shelf: Shelf) -> Iterator[Path]:
        from batchreport.report.book import Cover, make_book  # noqa: PLC0415
        from batchreport.run.pdf import with_true_pages  # noqa: PLC0415

        reports = self._in_order([one for one in done if one.path])
        settings = self._settings
        language = self._schema.language
        title = self._schema.title_en if language == "en" and self._schema.title_en else self._schema.title
        cover = Cover(title, period.label(language), settings.organisation, period.end)
        there = {text for one in reports for text in (one.outcome.department, one.outcome.name)}
        book = make_book(
            ((one.outcome.name, one.path.read_bytes()) for one in reports if one.path),
            cover,
            language=language,
            numbering=settings.book.numbering,
            headings=settings.book.headings,
            missing=[] if self._wanted.some else [name for code, name in self._roster if not {code, name} & there],
        )
        self._findings += book.findings
        if book.data:
            exact = with_true_pages(book) if self._wanted.pdf or len(reports) <= _PRINTED_FOR_PAGES else None
            if exact is None:
                self._findings.append(note("book-pages-estimated", Place(file=f"{self._names['book']}.docx")))
            data = exact or book.data
            yield from self._put(shelf, period, f"{self._names['book']}.docx", data)

    def _in_order(self, done: Sequence[Done]) -> list[Done]:
        """Return what was done in the roster's order; what stands in none comes last."""
        order = {key: number for number, pair in enumerate(self._roster) for key in reversed(pair)}
        last = len(order)
        return sorted(
            done, key=lambda one: min(order.get(key, last) for key in (one.outcome.department, one.outcome.name))
        )

    def _printed(self, documents: Sequence[Path], tell: Callable[[str], None]) -> Iterator[Path]:
        from batchreport.run.pdf import to_pdf  # noqa: PLC0415

        documents = [path for path in documents if path.suffix == ".docx"]
        printout = to_pdf(documents, tell=lambda one: tell(one.document.stem))
        self._findings += printout.findings
        for one in printout.printed:
            if one.finding:
                self._findings.append(one.finding)
            if one.pdf:
                yield one.pdf

    def _put(self, shelf: Shelf, period: Period, name: str, data: bytes) -> Iterator[Path]:
        path, finding = shelf.deliver(f"{period}/{name}", data)
        if finding:
            self._findings.append(finding)
        if path:
            yield path


def _by_period(done: Sequence[Done]) -> Mapping[Period, list[Done]]:
    """Return what was done for each period that is known, the earliest first."""
    found = defaultdict(list)
    for one in done:
        if one.outcome.period is not None and one.outcome.name:
            found[one.outcome.period].append(one)
    return dict(sorted(found.items()))


def _submission(done: Done) -> Submission:
    """Return the submission of a department; of a faulty one only who it is of, and what is wrong with it."""
    outcome = done.outcome
    if outcome.records is not None:
        return replace(unpack(outcome.records), findings=outcome.findings)
    known = (outcome.department, outcome.name, outcome.period, outcome.revision)
    return Submission(outcome.file, *known, findings=outcome.findings)


def _earlier(past: Past, period: Period) -> dict[Period, list[Submission]]:
    """Return what all departments reported for the twelve periods before one."""
    found: dict[Period, list[Submission]] = defaultdict(list)
    for packed in past.of(periods_before(period)).values():
        for one in before(packed, period):
            found[one.period].append(one.submission)
    return dict(found)
