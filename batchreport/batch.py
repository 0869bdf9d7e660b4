"""This module has one function per command, over all departments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from batchreport.errors import InputError, TemplateError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.findings import Finding, Place, error, note, warning
from batchreport.names import fold
from batchreport.run.archive import Archive
from batchreport.run.engine import processes, run_all
from batchreport.run.pipeline import Outcome, Pipeline, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.project import Found, Project
    from batchreport.run.pipeline import Kit

ARCHIVE = ".archive.sqlite"
"""The archive's name in the folder for what is made."""
_TAKEN = ("汇总", "index")
"""Names in a period's folder that are not for a department."""


@dataclass(frozen=True, slots=True)
class Options:
    """What `build` and `check` can be told."""

    period: Period | None = None
    departments: tuple[str, ...] = ()
    jobs: int | None = None
    out: Path | None = None
    dry_run: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """One outcome and the paths of the report and the marked copy that were written, if they were."""

    outcome: Outcome
    path: Path | None = None
    marked: Path | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One command over many departments, as it ended."""

    done: tuple[Done, ...]
    findings: tuple[Finding, ...] = ()
    written: bool = True

    @property
    def exit_code(self) -> int:
        """0 all well; 1 done, but some departments have errors."""
        return 0 if all(item.outcome.good for item in self.done) else 1

    @property
    def reports(self) -> int:
        """How many reports were made."""
        return sum(item.path is not None for item in self.done)


def build(
    project: Project, kit: Kit, workbooks: Sequence[Found], options: Options, tell: Callable[[Outcome], None]
) -> Run:
    """Make the report of every department and write each as soon as it is whole; `tell` hears of every outcome.

    Raises `SchemaError` or `TemplateError` before the first workbook is read, `OutputError` where `out` cannot be
    written.
    """
    pipeline, warnings = _ready(kit)
    out = options.out or project.out
    if options.dry_run:
        return Run(_shelved(Shelf(out), kit, workbooks, options, tell, pipeline), warnings, written=False)
    with said_clearly(out):
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):  # SQLite would not say why it cannot write here
            archive = Archive(out / ARCHIVE)
    with archive:
        shelf = Shelf(out, archive, force=options.force)
        return Run(_shelved(shelf, kit, workbooks, options, tell, pipeline), warnings)


def check(kit: Kit, workbooks: Sequence[Found], options: Options, tell: Callable[[Outcome], None]) -> Run:
    """Check every workbook; where the kit says `mark`, write the marked copies into `options.out`, else nothing."""
    done = _shelved(Shelf(None), kit, workbooks, options, tell)
    if options.out is not None:
        taken: set[str] = set()
        done = tuple(_with_copy(one, options.out, taken) for one in done)
    return Run(done, written=False)


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


def _shelved(
    shelf: Shelf,
    kit: Kit,
    workbooks: Sequence[Found],
    options: Options,
    tell: Callable[[Outcome], None],
    pipeline: Pipeline | None = None,
) -> tuple[Done, ...]:
    for outcome in run_all(kit, _sources(workbooks), processes(options.jobs, len(workbooks)), pipeline):
        if _wanted(outcome, options):
            shelf.put(outcome)
            tell(outcome)
    return tuple(shelf.done)


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


def _sources(workbooks: Sequence[Found]) -> Iterator[Source]:
    for found in workbooks:
        try:
            data = found.path.read_bytes()
        except OSError as problem:
            yield Source(found.file, b"", found.path.stem, found.period, unreadable=problem.strerror or str(problem))
        else:
            yield Source(found.file, data, found.path.stem, found.period)


class Shelf:
    """Takes outcomes in, writes their reports, and settles which of two for one department and period counts."""

    def __init__(self, out: Path | None, archive: Archive | None = None, *, force: bool = False) -> None:
        self._out = out
        self._archive = archive
        self._force = force
        self._names: dict[str, tuple[str, str]] = {}
        self._latest: dict[tuple[str, str], int] = {}
        self.done: list[Done] = []

    def put(self, outcome: Outcome) -> None:
        """Take one outcome in."""
        key = (str(outcome.period), fold(outcome.department or outcome.name))
        earlier = self._latest.get(key)
        if earlier is None or not outcome.name:
            self._latest[key] = len(self.done)
            self.done.append(self._written(outcome))
        else:
            self._settle(key, earlier, outcome)

    def _settle(self, key: tuple[str, str], earlier: int, outcome: Outcome) -> None:
        """Let the later revision count; of two that cannot be told apart neither does."""
        first = self.done[earlier]
        older, newer = sorted((first.outcome, outcome), key=lambda one: one.revision)
        if older.revision == newer.revision:
            both = (first.outcome.file, outcome.file)
            self.done[earlier] = self._withdrawn(first, error("workbook-doubled", Place(file=both[0]), other=both[1]))
            self.done.append(Done(_saying(outcome, error("workbook-doubled", Place(file=both[1]), other=both[0]))))
            return
        superseded = note("workbook-superseded", Place(file=older.file), other=newer.file)
        if newer is outcome:
            self.done[earlier] = Done(Outcome(older.file, findings=(superseded,)))
            self._latest[key] = len(self.done)
            self.done.append(self._written(outcome))
        else:
            self.done.append(Done(Outcome(older.file, findings=(superseded,))))

    def _written(self, outcome: Outcome) -> Done:
        if outcome.report is None or self._out is None:
            return Done(replace(outcome, report=None))
        path = self._out / str(outcome.period) / f"{self._name(outcome)}.docx"
        if self._archive is None:
            return Done(replace(outcome, report=None), path)
        with said_clearly(path):
            try:
                written = self._write(path, outcome.report, self._archive)
            except (PermissionError, IsADirectoryError) as problem:
                if not _is_locked(problem, path):
                    raise
                return Done(_saying(outcome, error("report-locked", Place(file=outcome.file), report=path.name)))
        if written != path:
            edited = warning("report-edited", Place(file=outcome.file), report=path.name, new=written.name)
            outcome = replace(outcome, findings=(*outcome.findings, edited))
        return Done(replace(outcome, report=None), written)

    def _write(self, path: Path, report: bytes, archive: Archive) -> Path:
        """Write a report and return where: beside a report that somebody has edited by hand."""
        there = path.read_bytes() if path.exists() else None
        if there == report:
            return path
        known = path.relative_to(self._out or path).as_posix()
        if there is not None and not self._force and not archive.ours(known, there):
            beside = path.with_stem(f"{path.stem} (new)")
            write_whole(beside, report)
            return beside
        archive.announce(known, report)
        write_whole(path, report)
        archive.confirm(known, report)
        return path

    def _withdrawn(self, done: Done, finding: Finding) -> Done:
        """Take a report back that turned out to be one of two; one edited by hand is left alone."""
        if done.path is not None and self._archive is not None and self._out is not None:
            known = done.path.relative_to(self._out).as_posix()
            if self._archive.ours(known, done.path.read_bytes()):
                with said_clearly(done.path):
                    done.path.unlink()
        return Done(_saying(done.outcome, finding))

    def _name(self, outcome: Outcome) -> str:
        """Return a file name that no other department of the period has, on systems that ignore case too."""
        name = safe_name(outcome.name)
        mine = (str(outcome.period), outcome.department or outcome.name)
        candidates = (name, f"{name} ({safe_name(outcome.department)})", *(f"{name} ({n})" for n in range(2, 1000)))
        for candidate in candidates:
            folded = f"{outcome.period}/{candidate.casefold()}"
            if candidate.casefold() not in _TAKEN and self._names.setdefault(folded, mine) == mine:
                return candidate
        return f"{name} ({len(self.done)})"


def _is_locked(problem: OSError, path: Path) -> bool:
    """Tell whether the system refuses this one file, as Windows does while Word has it open, and not its folder."""
    return problem.filename2 is not None or str(problem.filename) == str(path)


def _saying(outcome: Outcome, finding: Finding) -> Outcome:
    return replace(outcome, findings=(*outcome.findings, finding), report=None)
