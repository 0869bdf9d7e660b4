"""This module takes outcomes in as they come, writes their reports, and settles which of two counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from batchreport.delivery import Delivery
from batchreport.files import safe_name
from batchreport.findings import Finding, Place, error, note
from batchreport.run.archive import digest_of
from batchreport.run.ledger import digested
from batchreport.run.outcome import Outcome
from batchreport.traces import SOURCES, Beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from batchreport.run.archive import Archive
    from batchreport.run.ledger import Entry
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

    `records` is the digest of what it says, which `past` has, "" for one that does not count: it is faulty, or one of
    two. `unchanged` says that it is that of an earlier run, and so is the report. `entry` is what it was taken from.
    `trace` and `commented` are the paths of what says where the report's figures come from.
    """

    outcome: Outcome
    path: Path | None = None
    marked: Path | None = None
    unchanged: bool = False
    records: str = ""
    entry: Entry | None = field(default=None, repr=False)
    trace: Path | None = None
    commented: Path | None = None


class Shelf:
    """Takes outcomes in, writes their reports, and settles which of two for one department and period counts.

    `keep` remembers what was built. `beside` says what is to lie beside each report.
    """

    def __init__(
        self,
        out: Path | None,
        past: Past,
        archive: Archive | None = None,
        keep: Callable[[Entry], None] = lambda _: None,
        *,
        force: bool = False,
        beside: Beside | None = None,
    ) -> None:
        self.out = out
        """The folder for what is made; None where nothing is."""
        self._past = past
        self._delivery = Delivery(out, archive, force=force) if out and archive else None
        self._keep = keep
        self._beside = beside or Beside()
        self._names: dict[str, tuple[str, str]] = {}
        self._latest: dict[tuple[str, str], int] = {}
        self._void: set[tuple[str, str]] = set()
        self._unproved: list[tuple[str, str]] = []
        self.done: list[Done] = []
        self.paths: set[str] = set()
        """Where the reports of this run belong, from the folder for what is made."""

    @property
    def counting(self) -> list[Outcome]:
        """The outcomes that count, the faulty among them."""
        return [self.done[at].outcome for key, at in self._latest.items() if key not in self._void and all(key)]

    def put(self, entry: Entry) -> None:
        """Take one outcome in."""
        outcome = entry.outcome
        key = (str(outcome.period), outcome.key)
        earlier = self._latest.get(key)
        if outcome.strayed:  # what was reported for its period stays as it is
            self._remember(entry)
            self.done.append(Done(replace(outcome, records=None), unchanged=entry.unchanged, entry=entry))
        elif earlier is None or not outcome.name:
            self._latest[key] = len(self.done)
            self.done.append(self._written(key, entry))
        else:
            self._settle(key, earlier, entry)

    def again(self, entry: Entry) -> None:
        """Take in, once more, the outcome of a workbook that counts."""
        key = (str(entry.outcome.period), entry.outcome.key)
        self.done[self._latest[key]] = self._written(key, entry)

    def unproved(self) -> set[str]:
        """Return the files of unchanged workbooks, taken in since this was last asked, that must be built after all.

        Their report is gone, edited by hand or another's, or the archive does not hold their records.
        """
        asked, self._unproved = self._unproved, []
        taken = [one for key in asked if (one := self.done[self._latest[key]]).unchanged and key not in self._void]
        known = self._past.digests(sorted({one.outcome.period for one in taken if one.outcome.period}))
        there = digested(one.path for one in taken if one.path)
        missing = set()
        for one in taken:
            outcome, entry = one.outcome, one.entry
            records = known.get(outcome.key, {}).get(str(outcome.period), "")
            report = next(there) if one.path else ""
            if (
                entry
                and outcome.good
                and ((report, records) != (entry.report, entry.records) or self._beside.lacks(entry, one.path))
            ):
                missing.add(outcome.file)
            elif records and not outcome.good:
                self._past.forget(outcome)
        return missing

    def deliver(self, name: str, data: bytes | Path) -> tuple[Path | None, Finding | None]:
        """Write a document that is for no single department: see `Delivery.put`."""
        return self._delivery.put(name, data) if self._delivery else (None, None)

    def _settle(self, key: tuple[str, str], earlier: int, entry: Entry) -> None:
        """Let the later revision count; of two that cannot be told apart neither does."""
        outcome = entry.outcome
        first = self.done[earlier]
        older, newer = sorted((first.outcome, outcome), key=lambda one: one.revision)
        if older.revision == newer.revision:
            self._take_back(first)
            self._past.forget(outcome)
            self._remember(entry)
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
            self.done.append(self._written(key, entry))
            if first.path != self.done[-1].path:
                self._take_back(first)
        else:
            self._remember(entry)
            self.done.append(superseded)

    def _written(self, key: tuple[str, str], entry: Entry) -> Done:
        """Write what was made of a workbook that counts, and remember what it says; of a faulty one nothing is remembered."""
        outcome = entry.outcome
        path = self._place(outcome) if outcome.report is not None or outcome.draft or entry.report else None
        if entry.unchanged:
            self._unproved.append(key)
            trace, commented = self._beside.places(path)
            records = entry.records if outcome.good else ""
            return Done(outcome, path, None, True, records, entry, trace, commented)  # noqa: FBT003  (it is unchanged)
        if not outcome.good:
            self._past.forget(outcome)
            self._remember(entry)
            return Done(replace(outcome, records=None))
        done = self._put_down(outcome, path)
        self._past.remember(outcome)
        records = digest_of(outcome.records) if outcome.records is not None else ""
        self._remember(entry, path, records)
        return replace(done, records=records)

    def _remember(self, entry: Entry, path: Path | None = None, records: str = "") -> None:
        """Have it remembered what a workbook came to, where it was not known."""
        if not entry.unchanged:
            known = path.relative_to(self.out).as_posix() if path and self.out else ""
            self._keep(replace(entry, path=known, records=records))

    def _place(self, outcome: Outcome) -> Path | None:
        """Return where the report of an outcome belongs."""
        if self.out is None:
            return None
        known = f"{outcome.period}/{self._name(outcome)}.docx"
        self.paths.add(known)
        return self.out / known

    def _put_down(self, outcome: Outcome, path: Path | None) -> Done:
        report = outcome.draft or outcome.report
        outcome = replace(outcome, report=None, draft=None, records=None)
        if report is None or path is None:
            return Done(outcome)
        if self._delivery is None or self.out is None:
            return Done(outcome, path)
        written, finding = self._delivery.put(path.relative_to(self.out).as_posix(), report, outcome.file)
        if finding:
            outcome = _saying(outcome, finding)
        if written is None:
            return Done(outcome)
        outcome, trace, commented = self._beside.put(outcome, path, self.deliver)
        return Done(outcome, written, trace=trace, commented=commented)

    def _take_back(self, done: Done) -> None:
        """Take a report back that does not count after all."""
        if done.path is not None and self._delivery is not None:
            self._delivery.take_back(done.path)

    def _name(self, outcome: Outcome) -> str:
        """Return a file name that no other department of the period has, on systems that ignore case too."""
        name = safe_name(outcome.name)
        mine = (str(outcome.period), outcome.department or outcome.name)
        numbered = (f"{name} ({number})" for number in range(2, 1000))
        coded = (f"{name} ({safe_name(code)})" for code in (outcome.department,))
        candidates = chain((name,), coded, numbered)
        for candidate in candidates:
            folded = f"{outcome.period}/{candidate.casefold()}"
            free = candidate.casefold() not in _TAKEN and not candidate.endswith(SOURCES)
            if free and self._names.setdefault(folded, mine) == mine:
                return candidate
        return f"{name} ({len(self.done)})"


def _saying(outcome: Outcome, finding: Finding) -> Outcome:
    return replace(outcome, findings=(*outcome.findings, finding), report=None, draft=None)


def _doubled(outcome: Outcome, other: str) -> Outcome:
    return replace(_saying(outcome, error("workbook-doubled", Place(file=outcome.file), other=other)), records=None)
