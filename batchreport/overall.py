"""This module makes what stands over all departments of a period, once their reports are written: roll-up, book, PDFs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from batchreport.errors import TemplateError
from batchreport.findings import Finding, Place, note, warning
from batchreport.packed import periods_before
from batchreport.report_names import NAMES
from batchreport.rolled import Earlier, Stored, documents
from batchreport.run.archive import digest_of
from batchreport.run.ledger import digest_of_outcomes, digests
from batchreport.schema import parse_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from batchreport.frontpage import FrontPage
    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.report.rollup.gather import Gathering
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.template import Template
    from batchreport.run.ledger import Ledger
    from batchreport.run.outcome import Kit
    from batchreport.run.past import Past
    from batchreport.shelf import Done, Shelf


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the reports; `some` says that the run is over some departments only.

    `apart` allows a second process.
    """

    rollup: bool = True
    some: bool = False
    book: bool = False
    pdf: bool = False
    page: bool = False
    apart: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """What was written over all departments, and what is to be said about it."""

    paths: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()


class Overall:
    """Makes what is wanted over all departments of a project, for one run.

    Raises `TemplateError` with every mistake in the project's template of the roll-up.
    """

    def __init__(self, project: Project, kit: Kit, ledger: Ledger, wanted: Wanted) -> None:
        self._project = project
        self._kit = kit
        self._ledger = ledger
        self._schema = parse_schema(kit.schema, kit.schema_file)
        self._wanted = wanted
        self._names = NAMES[self._schema.language]
        self._settings = project.settings
        self._roster = tuple((one.code, one.name) for one in project.roster())
        self._findings: list[Finding] = []
        self._source = project.rollup() if wanted.rollup else None
        self._gathered: tuple[Period, Gathering] | None = None
        self._latest: Period | None = None
        self._rosters: list[Finding] = []  # said of this run, and not on the pages: the next run says it no more
        self._stored: list[Stored] = []
        self._compiled: tuple[Template | None, tuple[Finding, ...]] | None = None
        if wanted.rollup:
            self._template_findings()

    def missed(self) -> bool:
        """Return whether the archive no longer had what was to be rolled up."""
        return any(one.missed for one in self._stored)

    def make(
        self,
        done: Sequence[Done],
        shelf: Shelf,
        past: Past,
        tell: Callable[[str], None],
        said: Sequence[Finding] = (),
    ) -> Made:
        """Write what is wanted for each period of `done`, and return what was written; `tell` hears what is begun.

        `said` is what there is to say of what all reports are made of, for the page.
        """
        paths: list[Path] = []
        self._gathered, self._stored = None, []
        self._findings = list(self._template_findings()) if self._wanted.rollup else []
        front = self._front(shelf.out)
        self._latest, self._rosters = max(_by_period(done), default=None), []
        for period, of_period in _by_period(done).items():
            if self._wanted.rollup:
                digest = self._digest_of_rollup(period, of_period, past)
                paths += self._rollups(period, of_period, digest, shelf, past, tell)
                if front:
                    front.take(period, digest, partial(self._gathering, period, of_period, past))
                self._gathered = None
            if self._wanted.book:
                tell(self._names["book"])
                paths += self._bound(period, of_period, shelf)
        if self._wanted.pdf:
            paths += self._printed([*(one.path for one in done if one.path), *paths], shelf, tell)
        if front:
            paths += self._pages(front, done, shelf, (*said, *self._findings))
        return Made(tuple(paths), (*self._findings, *self._rosters))

    def _template_findings(self) -> tuple[Finding, ...]:
        """Return what is to be said about the template of the roll-up, and that only once it can be used."""
        digest = self._digest_of_template()
        known = self._ledger.recall_findings("roll-up", digest)
        if known is None:
            _, known = self._template()
            self._ledger.note_findings("roll-up", digest, known)
        return known

    def _digest_of_template(self) -> str:
        owned = self._project.owns(self._kit)
        said = (self._ledger.kit, self._settings.rollup, digest_of(self._source or b""), self._source is None, owned)
        return digest_of(repr(said).encode())

    def _template(self) -> tuple[Template | None, tuple[Finding, ...]]:
        if self._compiled is None:
            self._compiled = self._rollup_template()
        return self._compiled

    def _rollup_template(self) -> tuple[Template | None, tuple[Finding, ...]]:
        """Return the template of the roll-up and what is to be said about it; None where there is none for this schema."""
        from batchreport.report.rollup.documents import rollup_template  # noqa: PLC0415  (a single report needs none)

        place = Place(file=self._settings.rollup)
        if self._source is None:
            return None, (note("rollup-no-template", place),)
        try:
            template = rollup_template(self._source, self._schema, self._settings.rollup)
        except TemplateError:
            if self._project.owns(self._kit):
                raise
            return None, (note("rollup-template-unfit", place),)
        return template, tuple(template.warnings)

    def _stem(self) -> str:
        return self._names["some" if self._wanted.some else "rollup"]

    def _digest_of_rollup(self, period: Period, done: Sequence[Done], past: Past) -> str:
        """Return a digest of all that the roll-up of a period is made of."""
        earlier = past.digests(periods_before(period))
        outcomes = ((one.outcome, one.records) for one in done)
        deadline = self._project.deadline(period)
        said = (
            *(self._digest_of_template(), self._roster, self._settings.organisation, deadline, self._wanted.some),
            *(digest_of_outcomes(outcomes), sorted((key, sorted(one.items())) for key, one in earlier.items())),
        )
        return digest_of(repr(said).encode())

    def _rollups(
        self, period: Period, done: Sequence[Done], digest: str, shelf: Shelf, past: Past, tell: Callable[[str], None]
    ) -> list[Path]:
        """Return where the roll-up of a period is; one that an earlier run has written of the same stays."""
        known = self._ledger.recall("roll-up", f"{period}/{self._stem()}", digest)
        paths = [shelf.out / name for name in known or {}]
        if known and digests(paths) == list(known.values()):
            return paths
        from batchreport.report.rollup.documents import gathering_for  # noqa: PLC0415

        tell(self._names["rollup"])
        self._compare_roster(period)
        template, path = self._template()[0], (shelf.out or self._project.out) / f"{period}/{self._stem()}"
        rollup = self._rollup(period, done, past)
        self._gathered = period, gathering_for(rollup, template)
        with documents(rollup, template, self._gathered[1], self._stored[-1], path, apart=self._wanted.apart) as made:
            said = {
                f"{period}/{path.name}{ending}": digest
                for ending, digest in zip(made, digests(made.values()), strict=True)
            }
            sound = self._sound(made, f"{period}/{path.name}", rollup)
            paths = [put for ending, one in sound.items() for put in self._put(shelf, period, path.name + ending, one)]
        if not self.missed() and sound == made:
            self._ledger.note("roll-up", f"{period}/{self._stem()}", digest, said)
        return paths

    def _compare_roster(self, period: Period) -> None:
        """Say of an earlier period's roll-up that it is made again with another roster, and remember with which."""
        if self._wanted.some:
            return
        mine = digest_of(repr(self._roster).encode())
        if period != self._latest and self._ledger.recall("roster", str(period), "roll-up") not in (None, mine):
            self._rosters.append(warning("rollup-other-roster", Place(file=f"{period}/{self._stem()}.docx")))
        self._ledger.note("roster", str(period), "roll-up", mine)

    def _sound(self, made: Mapping[str, Path], stem: str, rollup: Rollup) -> dict[str, Path]:
        """Return the finished documents of a roll-up that may be handed out; what is wrong with the others is said."""
        from batchreport.report.audit.finished import audit_rollup  # noqa: PLC0415  (nothing is looked at that stays)

        sound = {}
        for ending, path in made.items():
            with path.open("rb") as file:
                found = audit_rollup(file, stem + ending, rollup, self._source or b"")
            self._findings += found
            if not found:
                sound[ending] = path
        return sound

    def _rollup(self, period: Period, done: Sequence[Done], past: Past) -> Rollup:
        from batchreport.report.rollup.value import Rollup  # noqa: PLC0415

        self._stored.append(Stored(past, period))
        return Rollup.of(
            self._schema,
            self._stored[-1].submissions(done),
            period,
            roster=self._roster,
            organisation=self._settings.organisation,
            deadline=self._project.deadline(period),
            earlier=Earlier(past, period),
            partial=self._wanted.some,
        )

    def _bound(self, period: Period, done: Sequence[Done], shelf: Shelf) -> Iterator[Path]:
        from batchreport.bound import bound  # noqa: PLC0415  (most runs bind none)

        wanted = self._wanted
        file = f"{self._names['some book' if wanted.some else 'book']}.docx"
        data, findings = bound(
            *(done, period, self._schema, self._settings, self._roster),
            file=file,
            whole=not wanted.some,
            exact=wanted.pdf,
        )
        self._findings += findings
        if data:
            yield from self._put(shelf, period, file, data)

    def _printed(self, documents: Sequence[Path], shelf: Shelf, tell: Callable[[str], None]) -> Iterator[Path]:
        """Yield the PDFs of documents; one that somebody has put there, such as a signed one, stays, and that is said."""
        from batchreport.run.pdf import to_pdf  # noqa: PLC0415

        documents = [path for path in documents if path.suffix == ".docx"]
        printout = to_pdf(
            documents,
            tell=lambda one: tell(one.document.stem),
            put=lambda path, data: shelf.deliver(f"{path.parent.name}/{path.name}", data),
        )
        self._findings += printout.findings
        for one in printout.printed:
            if one.finding:
                self._findings.append(one.finding)
            elif one.pdf:
                yield one.pdf

    def _front(self, out: Path | None) -> FrontPage | None:
        from batchreport.frontpage import FrontPage  # noqa: PLC0415  (a single report needs none)

        return FrontPage(self._project, self._schema, self._ledger, out) if self._wanted.page and out else None

    def _pages(
        self, front: FrontPage, done: Sequence[Done], shelf: Shelf, findings: Sequence[Finding]
    ) -> Iterator[Path]:
        """Write the page of each period, when all that it links to is there."""
        for period in _by_period(done):
            yield from front.made(period, done, findings, partial(self._put, shelf, period))

    def _gathering(self, period: Period, done: Sequence[Done], past: Past) -> Gathering:
        """Return what the roll-up of a period is made of."""
        from batchreport.report.rollup.documents import gather  # noqa: PLC0415

        if self._gathered and self._gathered[0] == period:
            return self._gathered[1]
        return gather(self._rollup(period, done, past), None)

    def _put(self, shelf: Shelf, period: Period, name: str, data: bytes | Path) -> Iterator[Path]:
        path, finding = shelf.deliver(f"{period}/{name}", data)
        if finding:
            self._findings.append(finding)
        if path:
            yield path


def _by_period(done: Sequence[Done]) -> Mapping[Period, list[Done]]:
    """Return what was done for each period that is known, the earliest first."""
    found = defaultdict(list)
    for one in done:
        if one.outcome.period is not None and one.outcome.name and not one.outcome.strayed:
            found[one.outcome.period].append(one)
    return dict(sorted(found.items()))
