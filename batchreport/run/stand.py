"""This module settles where each department of a period stands, from what was sent to it and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Literal, TypeVar

from batchreport.findings import Finding, Place, Severity, error, unread
from batchreport.names import fold
from batchreport.workbook.roster import Department

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from batchreport.period import Period
    from batchreport.run.outcome import Outcome
    from batchreport.run.post import Receipt, Sent

State = Literal["unsent", "awaited", "wrong-period", "doubled", "faulty", "returned", "good"]
"""未发出 · 未交 · 期间不符 · 重复 · 有误 · 已退回 · 已齐"""
STATES: tuple[State, ...] = ("good", "faulty", "returned", "doubled", "wrong-period", "awaited", "unsent")
"""Every state, from the best to the worst."""
T = TypeVar("T")
_GONE = frozenset({"sent", "draft", "going", "unsure"})
"""Letters that have gone out, or may have."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one department stands.

    `file` is the workbook that counts, from the project's folder of workbooks; `report`, `marked` and `draft` are paths
    from the folder for what is made. Each is "" for none. Times are UTC. `listed` tells whether the roster has the department.
    """

    department: Department
    state: State
    sent: datetime | None = None
    reminders: int = 0
    reminded: datetime | None = None
    received: datetime | None = None
    revision: int = 0
    file: str = ""
    errors: int = 0
    warnings: int = 0
    findings: tuple[Finding, ...] = ()
    returned: datetime | None = None
    report: str = ""
    marked: str = ""
    draft: str = ""
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Standings:
    """Where all departments stand: those of the roster in its order, then the others; and what is to be said over all."""

    period: Period
    deadline: date | None
    items: tuple[Standing, ...]
    findings: tuple[Finding, ...] = ()

    def late(self, standing: Standing, today: date) -> int:
        """Return by how many days a department is late: 0 for one that is in order, or before the deadline is over."""
        if standing.state == "good" or self.deadline is None:
            return 0
        return max((today - self.deadline).days, 0)

    def count(self, state: State) -> int:
        """Return how many departments are in a state."""
        return sum(one.state == state for one in self.items)


@dataclass(frozen=True, slots=True)
class Came:
    """A workbook that lies there for a period: what became of it, where it and its report, or the draft of that, are."""

    outcome: Outcome
    file: str
    report: str = ""
    draft: str = ""

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its findings."""
        return frozenset(finding.code for finding in self.outcome.findings)

    def is_for(self, period: Period) -> bool:
        """Tell whether it is the workbook of that period."""
        return self.outcome.period == period and "period-wrong" not in self.codes


@dataclass(frozen=True, slots=True)
class There:
    """What is asked of the disk: the path of a department's marked copy, by its name, and the digest of a workbook's file.

    Each is "" where there is none. `copies` are the names of all marked copies.
    """

    marked: Callable[[str], str] = lambda _: ""
    digest: Callable[[str], str] = lambda _: ""
    copies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mail:
    """What the archive knows: the letters of a period, and all workbooks that came; `used` tells whether mail is used."""

    letters: Sequence[Sent] = ()
    receipts: Sequence[Receipt] = ()
    used: bool = False


def settled(
    period: Period,
    roster: Sequence[Department],
    came: Iterable[Came],
    mail: Mail,
    there: There | None = None,
) -> tuple[Standing, ...]:
    """Return where each department stands, in the roster's order, then those that are not in it.

    With a roster, a workbook that could not be read and has no name of the roster's is nobody's: see `uncounted`.
    """
    desk = _Desk(period, mail, there or There())
    known = {fold(text): one for one in reversed(roster) for text in (one.name, one.code) if text}
    by_receipt = {one.file: fold(one.department) for one in mail.receipts}
    own: dict[str, list[Came]] = {}
    others: dict[str, list[Came]] = {}
    for one in came:
        keys = (one.outcome.key, fold(one.outcome.name), by_receipt.get(one.file, ""))
        department = next((known[key] for key in keys if key in known), None)
        if department:
            own.setdefault(department.code, []).append(one)
        elif one.outcome.name and not (roster and unread(one.outcome.findings)):
            others.setdefault(one.outcome.key, []).append(one)
    listed = [desk.standing(one, own.get(one.code, ())) for one in roster]
    unlisted = (
        desk.standing(Department(its[0].outcome.department, its[0].outcome.name), its, listed=not roster)
        for its in others.values()
    )
    return (*listed, *sorted(unlisted, key=lambda one: (one.department.name, one.department.code)))


def uncounted(came: Iterable[Came], items: Iterable[Standing]) -> tuple[Finding, ...]:
    """Return what is to be said of workbooks that could not be read and count for none of the departments."""
    counting = {one.file for one in items}
    lost = (one.outcome.findings for one in came if one.file not in counting)
    return tuple(finding for findings in lost if unread(findings) for finding in findings)


class _Desk:
    """Says where one department after another stands."""

    def __init__(self, period: Period, mail: Mail, there: There) -> None:
        self._period = period
        self._there = there
        self._sends = mail.used or bool(mail.letters)
        self._letters: dict[str, list[Sent]] = {}
        self._receipts: dict[str, list[Receipt]] = {}
        for letter in mail.letters:
            if letter.state in _GONE:
                self._letters.setdefault(fold(letter.department), []).append(letter)
        for receipt in mail.receipts:
            self._receipts.setdefault(fold(receipt.department), []).append(receipt)

    def standing(self, department: Department, came: Sequence[Came], *, listed: bool = True) -> Standing:
        """Return where a department stands that sent in these workbooks."""
        blanks = self._sent(department, "blank")
        reminders = self._sent(department, "reminder")
        one = self._counting(came)
        refused = None if one else self._of_another(department, blanks[0] if blanks else None)
        findings = one.outcome.findings if one else (self._refused(refused),) if refused else ()
        received = _when(one, self._of(self._receipts, department)) if one else _at(refused)
        returned = self._returned(department, one) if one else None
        return Standing(
            department,
            self._state(one, sent=bool(blanks), refused=bool(refused), returned=bool(returned)),
            sent=blanks[0] if blanks else None,
            reminders=len(reminders),
            reminded=reminders[-1] if reminders else None,
            received=received,
            revision=one.outcome.revision if one else 0,
            file=one.file if one else "",
            errors=_count(findings, Severity.ERROR),
            warnings=_count(findings, Severity.WARNING),
            findings=findings,
            returned=returned,
            report=one.report if one and one.outcome.good else "",
            marked=self._there.marked(one.outcome.name)
            if one and _count(findings, Severity.WARNING, Severity.ERROR)
            else "",
            draft=one.draft if one else "",
            listed=listed,
        )

    def _state(self, one: Came | None, *, sent: bool, refused: bool, returned: bool) -> State:
        if one is None:
            if refused:
                return "wrong-period"
            return "awaited" if sent or not self._sends else "unsent"
        if "workbook-doubled" in one.codes:
            return "doubled"
        if not one.is_for(self._period):
            return "wrong-period"
        if one.outcome.good:
            return "good"
        return "returned" if returned else "faulty"

    def _counting(self, came: Sequence[Came]) -> Came | None:
        """Return the workbook that counts: of the right period before one of another, one that was read, the latest revision."""

        def rank(one: Came) -> tuple[bool, bool, int]:
            return one.is_for(self._period), not unread(one.outcome.findings), one.outcome.revision

        return max(came, key=rank, default=None)

    def _sent(self, department: Department, kind: str) -> list[datetime]:
        """Return when letters of a kind went out to a department."""
        return sorted(_utc(one.at) for one in self._of(self._letters, department) if one.kind == kind)

    def _of_another(self, department: Department, sent: datetime | None) -> Receipt | None:
        """Return the last workbook that was refused because it is for another period, while this one was collected.

        The period before is not refused while it is itself collected; any other must have come after this period's
        blank workbook went out, else after the period was over.
        """
        since = sent or datetime.combine(self._period.end, time.max, UTC)
        before = str(self._period.previous)
        found = [
            one
            for one in self._of(self._receipts, department)
            if one.state == "refused" and one.period not in {"", str(self._period)}
            if one.period == before or (one.at and _utc(one.at) >= since)
        ]
        return max(found, key=lambda one: _at(one) or since, default=None)

    @staticmethod
    def _of(known: dict[str, list[T]], department: Department) -> list[T]:
        return known.get(fold(department.code)) or known.get(fold(department.name)) or []

    def _refused(self, receipt: Receipt) -> Finding:
        place = Place(file=receipt.origin or receipt.file)
        return error("period-wrong", place, found=receipt.period, wanted=str(self._period))

    def _returned(self, department: Department, one: Came) -> datetime | None:
        """Return when the marked copy of the workbook that counts was sent: a letter has the digest of what it is a copy of."""
        letters = [letter for letter in self._of(self._letters, department) if letter.kind == "marked"]
        digest = self._there.digest(one.file) if letters else ""
        return max((_utc(letter.at) for letter in letters if letter.digest == digest), default=None)


def _when(one: Came, receipts: Iterable[Receipt]) -> datetime | None:
    """Return when a workbook came, of several that lay there in turn the last; None of one that was put there by hand."""
    there = [
        (each.revision, at)
        for each in receipts
        if each.file == one.file and each.state == "taken" and (at := _at(each))
    ]
    return max(there)[1] if there else None


def _at(receipt: Receipt | None) -> datetime | None:
    return _utc(receipt.at) if receipt and receipt.at else None


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _count(findings: Iterable[Finding], *severities: Severity) -> int:
    return sum(finding.severity in severities for finding in findings)
