"""This module takes outcomes in as they come, writes their reports, and settles which of two counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from batchreport.drafts import Drafts
from batchreport.files import safe_name
from batchreport.findings import Finding, Place, error, note, unread
from batchreport.report_names import ReportNames
from batchreport.run.archive import digest_of
from batchreport.run.ledger import digested
from batchreport.run.outcome import Outcome
from batchreport.traces import Beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from batchreport.delivery import Delivery
    from batchreport.run.entry import Entry
    from batchreport.run.past import Past


_EDITED = ("report-edited", "report-edited-stays", "report-unknown")


@dataclass(frozen=True, slots=True)
class Done:
    """One outcome and the paths of the report and the marked copy that were written, if they were.

    `records` is the digest of what it says, which `past` has, "" for one that does not count: it is faulty, or one of
    two. `unchanged` says that it is that of an earlier run, and so is the report. `entry` is what it was taken from.
    `trace` and `commented` are the paths of what says where the report's figures come from, `draft` that of what stands in
    for the report where there are errors.
    """

    outcome: Outcome
    path: Path | None = None
    marked: Path | None = None
    unchanged: bool = False
    records: str = ""
    entry: Entry | None = field(default=None, repr=False)
    trace: Path | None = None
    commented: Path | None = None
    draft: Path | None = None


class Shelf:
    """Takes outcomes in, writes their reports, and settles which of several for one department and period counts.

    `delivery` lays them into `out`; without it nothing is written. `keep` remembers what was built. `beside` says what is
    to lie beside each report, `drafts` has the drafts lie there, `names` gives the reports theirs.
    """

    def __init__(  # noqa: PLR0913  (all that lies in the folder for what is made, each by its name)
        self,
        out: Path | None,
        past: Past,
        delivery: Delivery | None = None,
        keep: Callable[[Entry], None] = lambda _: None,
        *,
        beside: Beside | None = None,
        drafts: Drafts | None = None,
        names: ReportNames | None = None,
    ) -> None:
        self.out = out
        """The folder for what is made; None where nothing is."""
        self._past = past
        self._delivery = delivery
        self._keep = keep
        self._beside = beside or Beside()
        self._drafts = drafts or Drafts()
        self._names = names or ReportNames()
        self._at: dict[str, int] = {}
        self._expected: dict[tuple[str, str], list[Outcome]] = {}
        self._rivals: dict[tuple[str, str], list[int]] = {}  # those of the latest revision: one counts, of several none
        self._unproved: list[str] = []
        self.done: list[Done] = []
        self.paths: set[str] = set()
        """Where the reports of this run belong, from the folder for what is made."""
        self.vacant: set[str] = set()
        """Where those would belong that could not be made: there may be one of before."""

    @property
    def counting(self) -> list[Outcome]:
        """The outcomes that count, the faulty among them."""
        return [self.done[rivals[0]].outcome for rivals in self._rivals.values() if len(rivals) == 1]

    def expect(self, entries: Iterable[Entry]) -> None:
        """Know which unchanged outcomes will be taken in: a rival that comes before them does not write over their reports."""
        for outcome in (entry.outcome for entry in entries):
            if outcome.period and not outcome.strayed:
                self._expected.setdefault(_of_whom(outcome), []).append(outcome)

    def put(self, entry: Entry) -> None:
        """Take one outcome in."""
        outcome = entry.outcome
        self._at[outcome.file] = len(self.done)
        rivals = self._rivals.setdefault(_of_whom(outcome), []) if outcome.period and outcome.key else []
        if outcome.strayed:  # what was reported for its period stays as it is
            self._remember(entry)
            self.done.append(Done(replace(outcome, records=None), unchanged=entry.unchanged, entry=entry))
        elif rivals:
            self._settle(rivals, entry)
        elif self._has_rival_to_come(entry):
            self._remember(entry)
            rivals.append(len(self.done))
            self.done.append(Done(replace(outcome, report=None, draft=None, written=None, records=None)))
        else:
            rivals.append(len(self.done))
            self.done.append(self._written(entry))

    def again(self, entry: Entry) -> None:
        """Take in, once more, the outcome of a workbook that was taken in."""
        self.done[self._at[entry.outcome.file]] = self._written(entry)

    def unproved(self) -> set[str]:
        """Return the files of unchanged workbooks, taken in since this was last asked, that must be built after all.

        Their report is gone, edited by hand or another's, or the archive does not hold their records.
        """
        asked, self._unproved = self._unproved, []
        taken = [one for file in asked if (one := self.done[self._at[file]]).unchanged]
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
            elif not outcome.good:
                if records:
                    self._past.forget(outcome)
                if self._drafts.wanted:
                    missing.add(outcome.file)
        return missing

    def deliver(self, name: str, data: bytes | Path) -> tuple[Path | None, Finding | None]:
        """Write a document that is for no single department: see `Delivery.put`."""
        return self._delivery.put(name, data) if self._delivery else (None, None)

    def _settle(self, rivals: list[int], entry: Entry) -> None:
        """Let the later revision count; of those that cannot be told apart none does.

        The same workbook once more is none, nor is one of which it is not sure whose it is.
        """
        outcome = entry.outcome
        others = [self.done[at].outcome for at in rivals]
        first = others[0]
        twice = next((one.file for one in others if one.made_from and one.made_from == outcome.made_from), "")
        if twice:
            self._pass_over(entry, (note("workbook-twice", Place(file=outcome.file), other=twice),))
        elif outcome.disputed and not first.disputed:
            self._pass_over(entry, outcome.findings)
        elif first.disputed and not outcome.disputed:
            self._supersede(rivals, entry, [one.findings for one in others])
        elif outcome.revision > first.revision:
            later = outcome.file
            said = [(note("workbook-superseded", Place(file=one.file), other=later),) for one in others]
            self._supersede(rivals, entry, said)
        elif outcome.revision < first.revision:
            said_of = note("workbook-superseded", Place(file=outcome.file), other=first.file)
            self._pass_over(entry, (said_of,))
        else:
            self._void(rivals, entry)

    def _has_rival_to_come(self, entry: Entry) -> bool:
        """Tell whether an unchanged workbook will be taken in that counts before this one, or cannot be told apart from it."""
        mine = entry.outcome
        others = [one for one in self._expected.get(_of_whom(mine), ()) if one.made_from != mine.made_from]
        highest = max(((not one.disputed, one.revision) for one in others), default=(False, -1))
        own = (not mine.disputed, mine.revision)
        return highest > own or (highest == own and not entry.unchanged)

    def _pass_over(self, entry: Entry, said: tuple[Finding, ...]) -> None:
        """Take in a workbook that does not count, with what is said of it."""
        self._remember(entry)
        self.done.append(Done(Outcome(entry.outcome.file, findings=said)))

    def _supersede(self, rivals: list[int], entry: Entry, said: Sequence[tuple[Finding, ...]]) -> None:
        """Let a workbook count instead of others, of each of which something is said."""
        before = [self.done[at] for at in rivals]
        for at, one, findings in zip(rivals, before, said, strict=True):
            self.done[at] = Done(Outcome(one.outcome.file, findings=findings))
        rivals[:] = [len(self.done)]
        self.done.append(self._written(entry))
        for one in before:
            if one.path != self.done[-1].path:
                self._take_back(one)

    def _void(self, rivals: list[int], entry: Entry) -> None:
        """Let none of several workbooks count."""
        outcome, first = entry.outcome, self.done[rivals[0]]
        self._take_back(first)
        self._past.forget(outcome)
        self._remember(entry)
        self.vacant.add(self._known_as(outcome))
        if len(rivals) == 1:
            self.done[rivals[0]] = Done(_doubled(first.outcome, outcome.file))
        rivals.append(len(self.done))
        self.done.append(Done(_doubled(outcome, first.outcome.file)))

    def _written(self, entry: Entry) -> Done:
        """Write what was made of a workbook that counts, and remember what it says; of a faulty one nothing is remembered."""
        outcome = entry.outcome
        path = self._place(outcome) if outcome.report is not None or outcome.written or entry.report else None
        if path is None:
            self.vacant.add(self._known_as(outcome))
        if entry.unchanged:
            self._unproved.append(outcome.file)
            trace, commented = self._beside.places(path)
            records = entry.records if outcome.good else ""
            return Done(outcome, path, None, True, records, entry, trace, commented)  # noqa: FBT003  (it is unchanged)
        if not outcome.good:
            self._past.forget(outcome)
            self._remember(entry)
            outcome, draft = self._drafts.put(replace(outcome, records=None), self._known_as(outcome))
            return Done(outcome, draft=draft)
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
        known = self._known_as(outcome)
        self.paths.add(known)
        return self.out / known

    def _known_as(self, outcome: Outcome) -> str:
        """Return where the report of an outcome belongs, made or not, from the folder for what is made.

        Its name is kept for when it is mended; a file that could not be read takes no name from anybody.
        """
        name = safe_name(outcome.name) if unread(outcome.findings) else self._names.of(outcome)
        return f"{outcome.period}/{name}.docx"

    def _put_down(self, outcome: Outcome, path: Path | None) -> Done:
        report = outcome.written or outcome.report
        outcome = replace(outcome, report=None, written=None, records=None)
        if report is None or path is None:
            return Done(outcome)
        if self._delivery is None or self.out is None:
            return Done(outcome, path)
        written, finding = self._delivery.put(path.relative_to(self.out).as_posix(), report, outcome.file)
        if finding:
            outcome = _saying(outcome, finding)
        if written is None:
            return Done(outcome)
        self._drafts.put(outcome, path.relative_to(self.out).as_posix())
        outcome, trace, commented = self._beside.put(outcome, path, self.deliver)
        return Done(outcome, written, trace=trace, commented=commented)

    def _take_back(self, done: Done) -> None:
        """Take back what this run has written for an outcome that does not count after all."""
        if self._delivery is None or self.out is None:
            return
        if done.path:
            self.paths.discard(done.path.relative_to(self.out).as_posix())
        for path in (done.path, done.trace, done.commented, done.draft):
            if path:
                self._delivery.take_back(path)


def _of_whom(outcome: Outcome) -> tuple[str, str]:
    """Return by what those are known that may be rivals: period and department."""
    return str(outcome.period), outcome.key


def _saying(outcome: Outcome, finding: Finding) -> Outcome:
    return replace(outcome, findings=(*outcome.findings, finding), report=None, draft=None, written=None)


def is_edited(outcome: Outcome) -> bool:
    """Tell whether the report of an outcome stays, because it was edited by hand, or may have been."""
    return any(one.code in _EDITED and one.place.file == outcome.file for one in outcome.findings)


def _doubled(outcome: Outcome, other: str) -> Outcome:
    """Return an outcome that does not count: there is no marked copy of it, and of its report nothing is to be said any more."""
    said = tuple(one for one in outcome.findings if not one.code.startswith("report-"))
    outcome = replace(outcome, findings=said, marked=None)
    return replace(_saying(outcome, error("workbook-doubled", Place(file=outcome.file), other=other)), records=None)
