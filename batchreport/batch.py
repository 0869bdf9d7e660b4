"""This module has one function per command, over all departments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from batchreport.errors import InputError, TemplateError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.findings import Finding, Place, error
from batchreport.names import fold
from batchreport.overall import Overall, Wanted
from batchreport.project import ARCHIVE
from batchreport.rounds import Rounds
from batchreport.run.archive import Archive
from batchreport.run.past import Past
from batchreport.run.pipeline import Outcome, Pipeline
from batchreport.shelf import Done, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.project import Found, Project
    from batchreport.run.pipeline import Kit


@dataclass(frozen=True, slots=True)
class Options:
    """What `build` and `check` can be told; `single` says that one workbook was named, and no folder."""

    period: Period | None = None
    departments: tuple[str, ...] = ()
    jobs: int | None = None
    out: Path | None = None
    dry_run: bool = False
    force: bool = False
    single: bool = False
    book: bool = False
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One command over many departments, as it ended."""

    done: tuple[Done, ...]
    findings: tuple[Finding, ...] = ()
    written: bool = True
    overall: tuple[Path, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all well; 1 done, but some departments have errors."""
        return 0 if all(item.outcome.good for item in self.done) else 1

    @property
    def reports(self) -> int:
        """How many reports were made."""
        return sum(item.path is not None for item in self.done)


def build(
    project: Project,
    kit: Kit,
    workbooks: Sequence[Found],
    options: Options,
    tell: Callable[[Outcome], None],
    begin: Callable[[str], None] = lambda _: None,
) -> Run:
    """Make the report of every department and write each as soon as it is whole, then what stands over all of them.

    `tell` hears of every outcome, and `begin` of each document that is begun afterwards.

    Raises `SchemaError` or `TemplateError` before the first workbook is read, `OutputError` where `out` cannot be
    written.
    """
    pipeline, warnings = _ready(kit)
    wanted = Wanted(
        rollup=bool(project.settings.rollup) and not options.single,
        some=bool(options.departments),
        book=options.book,
        pdf=options.pdf,
    )
    overall = Overall(project, kit, pipeline.schema, wanted)
    out = options.out or project.out
    if options.dry_run:
        past = Past(out / ARCHIVE)
        rounds = Rounds(kit, pipeline, workbooks, past, options.jobs)
        done = _shelved(Shelf(out, past), rounds, options, tell)
        return Run(done, (*warnings, *past.findings), written=False)
    with said_clearly(out):
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):  # SQLite would not say why it cannot write here
            archive = Archive(out / ARCHIVE)
    with archive:
        past = Past(out / ARCHIVE, archive)
        rounds = Rounds(kit, pipeline, workbooks, past, options.jobs)
        shelf = Shelf(out, past, archive, force=options.force)
        done = _shelved(shelf, rounds, options, tell)
        made = overall.make(done, shelf, past, begin)
        return Run(done, (*warnings, *past.findings, *made.findings), overall=made.paths)


def check(
    project: Project, kit: Kit, workbooks: Sequence[Found], options: Options, tell: Callable[[Outcome], None]
) -> Run:
    """Check every workbook, beside what the archive knows; where the kit says `mark`, write the marked copies, else nothing."""
    out = options.out or project.out
    past = Past(project.archive(options.out))
    rounds = Rounds(kit, Pipeline.of(kit), workbooks, past, options.jobs)
    done = _shelved(Shelf(None, past), rounds, options, tell)
    if kit.mark:
        taken: set[str] = set()
        done = tuple(_with_copy(one, out, taken) for one in done)
    return Run(done, past.findings, written=False)


def _with_copy(done: Done, out: Path, taken: set[str]) -> Done:
    """Write the marked copy of one outcome under a name that is not `taken`."""
    outcome = done.outcome
    if outcome.marked is None:
        return done
    folder = out / str(outcome.period or "") / "marked"
    name = safe_name(outcome.name or outcome.file)
    names = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3)))
    path = next(path for each in names if str(path := folder / f"{each}.xlsx").casefold() not in taken)
    taken.add(str(path).casefold())
    with said_clearly(path):
        write_whole(path, outcome.marked)
    return replace(done, outcome=replace(outcome, marked=None), marked=path)


def _shelved(shelf: Shelf, rounds: Rounds, options: Options, tell: Callable[[Outcome], None]) -> tuple[Done, ...]:
    """Put the outcome of every workbook on the shelf, and return what is there in order of the workbooks' paths."""
    for outcome in rounds.first():
        if _wanted(outcome, options):
            shelf.put(outcome)
            tell(outcome)
    for outcome in rounds.second(shelf.counting):
        shelf.again(outcome)
    return rounds.in_order(shelf.done)


def init(folder: Path, language: str) -> list[Path]:
    """Lay down the starter project of `language`, or the Chinese one where that has none, in `folder`; return the paths.

    Raises `InputError` where one of its files is there already; nothing is written then.
    """
    starters = files("batchreport").joinpath("starter")
    starter = starters.joinpath(language) if starters.joinpath(language).is_dir() else starters.joinpath("zh")
    laid = {folder / name: data for name, data in _tree(starter)}
    if occupied := [path for path in laid if path.exists()]:
        raise InputError([error("init-occupied", Place(file=str(path))) for path in occupied])
    for path, data in laid.items():
        with said_clearly(path):
            write_whole(path, data)
    with said_clearly(folder):
        (folder / "workbooks").mkdir(exist_ok=True)
    return list(laid)


def _tree(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            yield from _tree(item, f"{prefix}{item.name}/")
        elif not item.name.startswith((".", "__")):
            yield f"{prefix}{item.name}", item.read_bytes()


def _ready(kit: Kit) -> tuple[Pipeline, tuple[Finding, ...]]:
    """Return the kit's pipeline, and what is to be said about schema and template once per run; raises where they cannot be used."""
    pipeline = Pipeline.of(kit)
    if pipeline.template is None:
        raise TemplateError([error("template-missing", Place(file=kit.template_file), said="")])
    return pipeline, pipeline.template.warnings


def _wanted(outcome: Outcome, options: Options) -> bool:
    if not options.departments:
        return True
    asked = {fold(text) for text in options.departments}
    return bool(asked & {fold(outcome.name), fold(outcome.department)} - {""})
