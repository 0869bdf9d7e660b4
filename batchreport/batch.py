"""This module has `build` and `check`: one function per command, over all departments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from batchreport.copies import Copies
from batchreport.delivery import Delivery
from batchreport.drafts import Drafts
from batchreport.errors import OutputError, TemplateError
from batchreport.files import aside, clear_leftovers, said_clearly
from batchreport.findings import Finding, Place, Severity, error, note, warning
from batchreport.found import lies_among, start_of
from batchreport.names import fold
from batchreport.outdated import outdated
from batchreport.overall import Overall, Wanted
from batchreport.project import ARCHIVE
from batchreport.remote import shown as address
from batchreport.report.shown.hidden import in_sum
from batchreport.report_names import ReportNames
from batchreport.rounds import Rounds
from batchreport.run.archive import Archive
from batchreport.run.engine import Processes
from batchreport.run.ledger import Ledger, beneath, digest_of_kit
from batchreport.run.look import take_back
from batchreport.run.past import Past
from batchreport.run.worker import pipeline_of
from batchreport.schema import parse_schema
from batchreport.shelf import Done, Shelf, is_edited
from batchreport.traces import Beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from batchreport.found import Found
    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.run.engine import Engine
    from batchreport.run.outcome import Kit, Outcome
    from batchreport.run.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Options:
    """What `build` and `check` can be told.

    `jobs` are the processes to use, unless there is an `engine`; `trace` and `draft` are the kit's; `single` says that one
    workbook was named, and no folder.
    """

    period: Period | None = None
    departments: tuple[str, ...] = ()
    jobs: int | None = None
    out: Path | None = None
    dry_run: bool = False
    force: bool = False
    single: bool = False
    book: bool = False
    pdf: bool = False
    trace: str = ""
    draft: bool = False
    engine: Engine | None = None

    @property
    def at_work(self) -> Engine:
        """What makes workbooks into outcomes."""
        return self.engine or Processes(self.jobs)


@dataclass(frozen=True, slots=True)
class Run:
    """One command over many departments, as it ended."""

    done: tuple[Done, ...]
    findings: tuple[Finding, ...] = ()
    written: bool = True
    overall: tuple[Path, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all well; 1 done, but with errors: of some departments, or in what stands over all of them."""
        good = all(item.outcome.good for item in self.done)
        return 0 if good and all(finding.severity is not Severity.ERROR for finding in self.findings) else 1

    @property
    def reports(self) -> int:
        """How many departments have their report, made now or unchanged."""
        return sum(item.path is not None for item in self.done)

    @property
    def edited(self) -> int:
        """How many of these reports are not as we made them, because somebody edited them."""
        return sum(is_edited(item.outcome) for item in self.done)

    @property
    def unchanged(self) -> int:
        """How many of these reports were not made again, because nothing has changed."""
        return sum(item.unchanged and item.path is not None for item in self.done)


def build(
    project: Project,
    kit: Kit,
    workbooks: Sequence[Found],
    options: Options,
    tell: Callable[[Outcome], None],
    begin: Callable[[str], None] = lambda _: None,
) -> Run:
    """Make the report of every department and write each as soon as it is whole, then what stands over all of them.

    What is as an earlier run left it, made of the same, stays; `Options.force` has all of it made.
    `tell` hears of every outcome, and `begin` of each document that is begun afterwards.

    Raises `SchemaError` or `TemplateError` before the first workbook is read, `OutputError` where `out` cannot be written.
    """
    out = _place(project, workbooks, options, apart=not options.single)
    kit = replace(kit, trace="" if options.dry_run else options.trace, draft=options.draft)
    ledger = _ledger(out / ARCHIVE, kit, workbooks, options)
    pipeline = cache(lambda: _pipeline(kit))
    warnings = _warnings(ledger, pipeline)
    overall = Overall(project, kit, ledger, _over_all(project, options))
    files = {found.file for found in workbooks}
    rounds = partial(Rounds, pipeline=pipeline, workbooks=workbooks, engine=options.at_work)
    if options.dry_run:
        past = Past(out / ARCHIVE, under=ledger.whereabouts(""))
        shelf = _shelf(out, past, None, ledger, kit, files)
        done = _shelved(shelf, rounds(kit, past=past), options, tell)
        return Run(done, (*warnings, *_hidden(done), *past.findings), written=False)
    with _archive(out) as archive, aside(out) as written:
        _open(ledger, archive, kit, warnings)
        past = Past(out / ARCHIVE, archive, ledger.whereabouts(""))
        delivery = Delivery(out, archive, force=options.force, aside=written)

        def once(tell: Callable[[Outcome], None]) -> Run:
            shelf = _shelf(out, past, delivery, ledger, kit, files)
            done = _shelved(shelf, rounds(replace(kit, aside=str(written)), past=past, ledger=ledger), options, tell)
            made = overall.make(done, shelf, past, begin, warnings)
            left = (*_switched(ledger, done, out, workbooks), *_left(ledger, shelf, workbooks, options, made.paths))
            return Run(done, (*warnings, *_hidden(done), *past.findings, *made.findings, *left), overall=made.paths)

        run = once(tell)
        if archive.finding and (run.unchanged or overall.missed()):  # what was taken from it may have been lost
            ledger.distrust()
            run = once(lambda _: None)
        return run


def _shelf(out: Path, past: Past, delivery: Delivery | None, ledger: Ledger, kit: Kit, files: set[str]) -> Shelf:
    """Return the shelf of a run; one without `delivery` says where everything would lie."""
    language, names = _language(kit), ReportNames(ledger.reports(files))
    beside, drafts = Beside(kit.trace, language), Drafts(delivery, kit.draft, language, out)
    return Shelf(out, past, delivery, ledger.keep, beside=beside, drafts=drafts, names=names)


def _language(kit: Kit) -> str:
    """Return the schema's language where what lies beside reports has its name in it, else ""."""
    return parse_schema(kit.schema, kit.schema_file).language if kit.trace or kit.draft else ""


def _ledger(archive: Path, kit: Kit, workbooks: Sequence[Found], options: Options) -> Ledger:
    """Return what is known of earlier runs; what one left half written that was killed is taken back, unless nothing is written."""
    if not options.dry_run:
        take_back(archive)
    ledger = Ledger(archive, start_of(workbooks), digest_of_kit(kit), trust=not (options.force or options.dry_run))
    ledger.refuse_other_schema(kit, unless=options.force)
    return ledger


def _open(ledger: Ledger, archive: Archive, kit: Kit, warnings: Sequence[Finding]) -> None:
    """Have the ledger remember from now on; what is said of the template, unless it is known: an hourly run would write for nothing."""
    ledger.archive = archive
    if ledger.recall_findings("template", ledger.kit) is None:
        ledger.note_findings("template", ledger.kit, warnings)
        ledger.note_schema(kit)


def _over_all(project: Project, options: Options) -> Wanted:
    """Return what is wanted over all departments."""
    rollup = bool(project.settings.rollup) and not options.single
    some = bool(options.departments) or options.single
    page, apart = project.settings.page and not some, options.at_work != Processes(1)
    return Wanted(rollup=rollup, some=some, book=options.book, pdf=options.pdf, page=page, apart=apart)


def _place(
    project: Project, workbooks: Sequence[Found], options: Options, *, apart: bool, within: bool = False
) -> Path:
    """Return the folder for what is made, which may have to lie `apart`: the next run would read that as workbooks too."""
    out = options.out or project.out
    if apart and lies_among(out, workbooks, within=within):
        raise OutputError([error("out-among-workbooks", Place(file=str(out)))])
    return out


def _archive(out: Path) -> Archive:
    """Return the archive in the folder for what is made, which is made ready; raises `OutputError` where it cannot be."""
    with said_clearly(out):
        out.mkdir(parents=True, exist_ok=True)
        clear_leftovers(out)
        with TemporaryFile(dir=out):  # SQLite would not say why it cannot write here
            pass
    with said_clearly(out / ARCHIVE):
        return Archive(out / ARCHIVE)


def check(
    project: Project, kit: Kit, workbooks: Sequence[Found], options: Options, tell: Callable[[Outcome], None]
) -> Run:
    """Check every workbook, beside what the archive knows; where the kit says `mark`, write the marked copies, else nothing."""
    out = _place(project, workbooks, options, apart=bool(kit.mark), within=True)
    archive = project.archive(options.out)
    past = Past(archive, under=beneath(archive.parent, start_of(workbooks)))
    pipeline = pipeline_of(kit)
    rounds = Rounds(kit, lambda: pipeline, workbooks, past, engine=options.at_work)
    shelf = Shelf(None, past)
    copies = Copies(out, shelf.done)

    def told(outcome: Outcome) -> None:
        copies.write(len(shelf.done) - 1)
        tell(outcome)

    _shelved(shelf, rounds, options, told)
    copies.finish()
    return Run(rounds.in_order(shelf.done), past.findings, written=False)


def _shelved(shelf: Shelf, rounds: Rounds, options: Options, tell: Callable[[Outcome], None]) -> tuple[Done, ...]:
    """Put the outcome of every workbook on the shelf, and return what is there in order of the workbooks' paths."""
    if len(rounds.groups) > 1:  # one that lies in no period's folder may count before one that does
        undated = [found for period, workbooks in rounds.groups if not period for found in workbooks]
        shelf.expect(entry for entry in rounds.unchanged(None, undated).values() if _wanted(entry.outcome, options))
    for period, workbooks in rounds.groups:
        unchanged = rounds.unchanged(period, workbooks)
        shelf.expect(entry for entry in unchanged.values() if _wanted(entry.outcome, options))
        for entry in rounds.first(period, workbooks, unchanged):
            if _wanted(entry.outcome, options):
                shelf.put(entry)
                tell(entry.outcome)
        for entry in rounds.anew(period, workbooks, shelf.unproved()):
            shelf.again(entry)
    for entry in rounds.second(shelf.counting):
        shelf.again(entry)
    return rounds.in_order(shelf.done)


def _switched(ledger: Ledger, done: Iterable[Done], out: Path, workbooks: Iterable[Found]) -> Iterator[Finding]:
    """Say which reports were made of another workbook before, that is still there and not one of this run's."""
    files = {found.file for found in workbooks}
    for one in done:
        if one.path and not one.unchanged and not is_edited(one.outcome):
            other = ledger.made_of_another(one.path.relative_to(out).as_posix(), one.outcome, files)
            if other:
                yield warning("report-of-another", Place(file=one.outcome.file), report=one.path.name, other=other)


def _left(
    ledger: Ledger, shelf: Shelf, workbooks: Sequence[Found], options: Options, made: Iterable[Path]
) -> Iterator[Finding]:
    """Say what of earlier runs is still there: reports whose workbook is gone or gives another, or none; what is older than its report."""
    if not options.departments and not options.single:
        gone, others = ledger.left((found.file for found in workbooks), shelf.paths, shelf.vacant, options.period)
        yield from (note("report-without-workbook", Place(file=path)) for path in gone)
        yield from (note("report-of-before", Place(file=path)) for path in others)
    if shelf.out and not address(shelf.out):
        beside = (path for one in shelf.done for path in (one.trace, one.commented) if path)
        yield from outdated(shelf.out, shelf.paths, {*made, *beside})


def _pipeline(kit: Kit) -> Pipeline:
    """Return the kit's pipeline; raises where schema or template cannot be used."""
    pipeline = pipeline_of(kit)
    if pipeline.template is None:
        raise TemplateError([error("template-missing", Place(file=kit.template_file), said="")])
    return pipeline


def _warnings(ledger: Ledger, pipeline: Callable[[], Pipeline]) -> tuple[Finding, ...]:
    """Return what is to be said about schema and template once per run; raises where they cannot be used."""
    known = ledger.recall_findings("template", ledger.kit)
    if known is None:
        from batchreport.report.shown.unshown import unshown  # noqa: PLC0415  (only a template that is new is looked at)

        template = pipeline().template
        known = (*template.warnings, *unshown(template, pipeline().schema)) if template else ()
        ledger.note_findings("template", ledger.kit, known)
    return known


def _hidden(done: Iterable[Done]) -> tuple[Finding, ...]:
    """Return what is to be said, once, of what departments filled in and the template did not show."""
    return in_sum(finding for one in done for finding in one.outcome.hidden)


def _wanted(outcome: Outcome, options: Options) -> bool:
    asked = {fold(text) for text in options.departments}
    return not asked or bool(asked & {fold(outcome.name), fold(outcome.department)} - {""})
