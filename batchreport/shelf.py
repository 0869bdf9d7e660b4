"""This module takes outcomes in as they come, writes their reports, and settles which of two counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.findings import Finding, Place, error, note, warning
from batchreport.run.pipeline import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from batchreport.run.archive import Archive
    from batchreport.run.past import Past

NAMES = {
    "zh": {"rollup": "汇总", "some": "汇总（部分单位）", "book": "汇编"},
    "en": {"rollup": "Roll-up", "some": "Roll-up (some departments)", "book": "Book"},
}
"""The names of the documents over all departments, in the language of the schema."""
_TAKEN = frozenset({"index", *(name.casefold() for names in NAMES.values() for name in names.values())})
"""Names in a period's folder that are not for a department."""


@dataclass(frozen=True, slots=True)
class Done:
    """One outcome and the paths of the report and the marked copy that were written, if they were.

    The outcome has `records` only if it counts: it is neither faulty nor one of two.
    """

    outcome: Outcome
    path: Path | None = None
    marked: Path | None = None


class Shelf:
    """Takes outcomes in, writes their reports, and settles which of two for one department and period counts."""

    def __init__(self, out: Path | None, past: Past, archive: Archive | None = None, *, force: bool = False) -> None:
        self._out = out
        self._past = past
        self._archive = archive
        self._force = force
        self._names: dict[str, tuple[str, str]] = {}
        self._latest: dict[tuple[str, str], int] = {}
        self._void: set[tuple[str, str]] = set()
        self.done: list[Done] = []

    @property
    def counting(self) -> list[Outcome]:
        """The outcomes that count, the faulty among them."""
        return [self.done[at].outcome for key, at in self._latest.items() if key not in self._void and all(key)]

    def put(self, outcome: Outcome) -> None:
        """Take one outcome in."""
        key = (str(outcome.period), outcome.key)
        earlier = self._latest.get(key)
        if earlier is None or not outcome.name:
            self._latest[key] = len(self.done)
            self.done.append(self._written(outcome))
        else:
            self._settle(key, earlier, outcome)

    def again(self, outcome: Outcome) -> None:
        """Take in, once more, the outcome of a workbook that counts."""
        self.done[self._latest[str(outcome.period), outcome.key]] = self._written(outcome)

    def deliver(self, name: str, data: bytes) -> tuple[Path | None, Finding | None]:
        """Write a document that is for no single department; return where it is, and what is to be said of that.

        `name` is its path in the folder for what is made. One edited by hand is left alone, like a report.
        """
        if self._out is None or self._archive is None:
            return None, None
        path = self._out / name
        with said_clearly(path):
            try:
                written = self._write(path, data, self._archive)
            except (PermissionError, IsADirectoryError) as problem:
                if not _is_locked(problem, path):
                    raise
                return None, error("report-locked", Place(file=name), report=path.name)
        edited = warning("report-edited", Place(file=name), report=path.name, new=written.name)
        return written, edited if written != path else None

    def _settle(self, key: tuple[str, str], earlier: int, outcome: Outcome) -> None:
        """Let the later revision count; of two that cannot be told apart neither does."""
        first = self.done[earlier]
        older, newer = sorted((first.outcome, outcome), key=lambda one: one.revision)
        if older.revision == newer.revision:
            self._take_back(first)
            self._past.forget(outcome)
            self._void.add(key)
            self.done[earlier] = Done(_doubled(first.outcome, outcome.file))
            self.done.append(Done(_doubled(outcome, first.outcome.file)))
            return
        superseded = Done(
            Outcome(older.file, findings=(note("workbook-superseded", Place(file=older.file), other=newer.file),))
        )
        if newer is outcome:
            self._void.discard(key)
            self.done[earlier] = superseded
            self._latest[key] = len(self.done)
            self.done.append(self._written(outcome))
            if first.path != self.done[-1].path:
                self._take_back(first)
        else:
            self.done.append(superseded)

    def _written(self, outcome: Outcome) -> Done:
        """Write what was made of a workbook that counts, and remember what it says; of a faulty one nothing is remembered."""
        if not outcome.good:
            self._past.forget(outcome)
            return Done(replace(outcome, records=None))
        done = self._put_down(outcome)
        self._past.remember(outcome)
        return done

    def _put_down(self, outcome: Outcome) -> Done:
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

    def _take_back(self, done: Done) -> None:
        """Take a report back that does not count after all; one edited by hand is left alone."""
        if done.path is not None and self._archive is not None and self._out is not None:
            known = done.path.relative_to(self._out).as_posix()
            if self._archive.ours(known, done.path.read_bytes()):
                with said_clearly(done.path):
                    done.path.unlink()

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


def _doubled(outcome: Outcome, other: str) -> Outcome:
    return replace(_saying(outcome, error("workbook-doubled", Place(file=outcome.file), other=other)), records=None)
