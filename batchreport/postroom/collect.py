"""This module collects the workbooks that have come: the stamp says whose each is, and the newest lies in its place."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from batchreport.findings import Finding, Severity, warning
from batchreport.postroom.admission import BY_ROSTER, Admission, remarks_on_filing
from batchreport.postroom.filing import Files, Workbook
from batchreport.postroom.rank import DISPUTED, Ranks
from batchreport.postroom.returned import note_returned
from batchreport.rounds import sources
from batchreport.run.archive import digest_of
from batchreport.run.engine import processes, run_all
from batchreport.run.pipeline import Pipeline, Source
from batchreport.run.post import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from batchreport.found import Found
    from batchreport.mail.taken import Piece
    from batchreport.period import Period
    from batchreport.postroom.arrivals import Arrival
    from batchreport.project import Project
    from batchreport.run.pipeline import Outcome
    from batchreport.run.post import Post

Kept = Literal["taken", "superseded", "refused"]
State = Literal["known"] | Kept
_NO_NAME = " "
"""What the name of a file says: nothing, where the stamp is to decide."""
_MANY = 64  # workbooks that a mailbox may bring, for all that is known before it is read
_OF_COPIES = frozenset({"mail-without-attachment", "mail-not-workbook"})
"""What is no news of a letter of the office's own: reminders bring nothing, and reports are no workbooks."""
_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one workbook, or of something else that came.

    "taken": it is its department's newest and lies at `file`, from the folder of workbooks. "superseded": a newer one
    is there, and it lies beside. "known": it was collected before. "refused": it cannot be used, or was no workbook.
    """

    origin: str
    state: State
    name: str = ""
    period: Period | None = None
    revision: int = 0
    file: str = ""
    sender: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A workbook that is being read, or an arrival without any; `last` says that no other came with it."""

    arrival: Arrival
    piece: Piece | None
    last: bool


class Collector:
    """Takes the workbooks out of what came and files them; what it did is remembered in `post`.

    Workbooks of other periods than `period` are refused; without one, each goes to its own. What is remembered is said
    in `language`. `out` is the folder for what is made.
    """

    def __init__(self, project: Project, post: Post, period: Period | None, language: str, out: Path) -> None:
        self._post = post
        self._period = period
        self._language = language
        self._kit = project.kit(render=False)
        self._pipeline = Pipeline.of(self._kit)
        mail = project.settings.mail
        self._admission = Admission(project.roster(), period, mail.from_ or mail.user)
        self._known = {one.digest: one for one in post.receipts() if one.state != "refused"}
        self._ranks = Ranks(out, post)
        self._files = Files(project, self._known, self._outcomes, self._ranks)
        self._awaited: deque[_Awaited] = deque()
        self._of_use: set[str] = set()
        self._with_refused: set[str] = set()
        self._kept_out: set[str] = set()
        self._roster = self._admission.mark

    @property
    def senders(self) -> tuple[str, ...]:
        """The addresses that workbooks are expected from."""
        return self._admission.senders

    def seen(self, source: str) -> bool:
        """Return whether what came was looked at before, for this period, and this roster if that kept it out."""
        return self._post.seen(self._source(source)) or self._post.seen(self._source(f"{source} {self._roster}"))

    def is_settled(self, source: str) -> bool:
        """Return whether a message, of now or of an earlier run, brought workbooks, all of use, and nothing that could not be opened."""
        return self._post.seen(self._source(f"settled {source}"))

    def collect(self, arrivals: Iterable[Arrival]) -> Iterator[Collected]:
        """Yield what becomes of everything that came, in order; what was collected before changes nothing.

        Raises `OutputError` where a workbook cannot be filed.
        """
        came: list[tuple[Piece, Outcome]] = []
        for outcome in run_all(self._kit, self._sources(arrivals), processes(None, _MANY), self._pipeline):
            while (awaited := self._awaited.popleft()).piece is None:
                yield from self._ended(awaited.arrival)
            came.append((awaited.piece, outcome))
            if awaited.last:
                yield from self._all_filed(awaited.arrival, came)
                yield from self._ended(awaited.arrival)
                came.clear()
        while self._awaited:
            yield from self._ended(self._awaited.popleft().arrival)

    def _sources(self, arrivals: Iterable[Arrival]) -> Iterator[Source]:
        """Yield the workbooks to be read; neither the name of a file nor its folder says anything."""
        for arrival in arrivals:
            pieces = arrival.taken.found
            for number, piece in enumerate(pieces, 1):
                self._awaited.append(_Awaited(arrival, piece, number == len(pieces)))
                yield Source(piece.place.file, piece.data, _NO_NAME)
            if not pieces:
                self._awaited.append(_Awaited(arrival, None, last=True))

    def _all_filed(self, arrival: Arrival, came: Iterable[tuple[Piece, Outcome]]) -> Iterator[Collected]:
        """File what an arrival brought, message after message as they came: a mailbox holds many."""

        def message(one: tuple[Piece, Outcome]) -> tuple[datetime, str]:
            return _moment(one[0], arrival.seconds), one[0].origin.message_id

        for _, together in groupby(sorted(came, key=message), message):
            yield from self._together(arrival, list(together))

    def _together(self, arrival: Arrival, came: Sequence[tuple[Piece, Outcome]]) -> Iterator[Collected]:
        """File what one message brought; a workbook that came before is no news beside its department's new one: it was only sent along."""
        digests = [digest_of(piece.data) for piece, _ in came]
        moments = [_moment(piece, arrival.seconds) for piece, _ in came]
        known = [self._known.get(digest) for digest in digests]
        old = [one is not None and one.at is not None and one.at < at for one, at in zip(known, moments, strict=True)]
        new = {
            (outcome.period, outcome.key)
            for (_, outcome), digest, is_old in zip(came, digests, old, strict=True)
            if not is_old and self._ranks.of(outcome, digest) > DISPUTED
        }
        for (piece, outcome), one, is_old in zip(came, known, old, strict=True):
            if one is not None and is_old and (outcome.period, outcome.key) in new:
                self._of_use.add(arrival.source)
                yield _collected(outcome, piece, "known", one.file)
            else:
                yield self._filed(arrival, piece, outcome)

    def _filed(self, arrival: Arrival, piece: Piece, outcome: Outcome) -> Collected:
        """File a workbook and remember it, or say why it cannot be used."""
        digest = digest_of(piece.data)
        at = _moment(piece, arrival.seconds)
        if (known := self._known.get(digest)) and not self._is_news(known, arrival, piece, outcome):
            later = known.at is not None and at > known.at and self._period and outcome.period != self._period
            said = (warning("collect-known-of-other", piece.place, found=known.period, wanted=str(self._period)),)
            self._of_use.add(arrival.source)
            return _collected(outcome, piece, "known", known.file, said if later else ())
        if self._admission.is_ours(piece.origin) and self._ranks.is_untouched(outcome.period, digest):
            return _collected(outcome, piece, "refused")
        refusal = self._admission.refusal(outcome, piece)
        if refusal or outcome.period is None:
            return self._refused(arrival, piece, outcome, refusal)
        name = self._kit.roster.get(outcome.department) or outcome.name  # so its file has the same name every month
        rank = self._ranks.of(outcome, digest)
        about = (outcome.key, name, outcome.department, outcome.period, rank)
        filed = self._files.file(Workbook(*about, at, piece.data, PurePath(piece.name).suffix.lower()))
        findings = (*self._admission.remarks(outcome, piece), *remarks_on_filing(outcome, piece, filed, rank))
        state: Kept = "taken" if filed.newest else "superseded"
        receipt = _receipt(outcome, piece, at, state, filed.file, self._said(findings))
        self._remember(replace(receipt, revision=rank))
        self._of_use.add(arrival.source)
        return _collected(outcome, piece, state, filed.file, findings)

    def _is_news(self, known: Receipt, arrival: Arrival, piece: Piece, outcome: Outcome) -> bool:
        """Tell whether a workbook that was collected before is to be looked at again.

        It is gone; or it was sent anew, to say which of several counts, or by mistake instead of this period's.
        """
        if not self._files.has(known):
            return True
        at = _moment(piece, arrival.seconds)
        if known.at is None or at <= known.at:
            return False
        if self._period and outcome.period != self._period:
            return not any(self._post.seen(f"{period or ''} {arrival.source}") for period in (outcome.period, None))
        is_doubled = self._files.is_doubled(outcome.period, outcome.key)
        return is_doubled or (known.state == "superseded" and piece.origin.date is not None)

    def _refused(self, arrival: Arrival, piece: Piece, outcome: Outcome, refusal: Finding | None) -> Collected:
        """Remember a workbook that cannot be used, and say why; nothing of a stranger's that has no stamp."""
        self._with_refused.add(arrival.source)
        if refusal and refusal.code in BY_ROSTER:
            self._kept_out.add(arrival.source)
        told = (refusal,) if refusal and (arrival.expected or outcome.stamped) else ()
        if told:
            receipt = _receipt(outcome, piece, _moment(piece, arrival.seconds), "refused", said=self._said(told))
            receipt = replace(receipt, period=receipt.period or str(self._period or ""))
            if receipt.digest in self._known:  # taken for its own period, and that stays: nobody need look at it
                receipt = replace(receipt, digest=digest_of(f"{arrival.source} {receipt.digest}".encode()), sender="")
            self._remember(receipt)
        return _collected(outcome, piece, "refused", findings=told)

    def _ended(self, arrival: Arrival) -> Iterator[Collected]:
        """Say what else is to be said of what came; then it need not be looked at again."""
        is_copy = arrival.envelope is not None and self._admission.is_ours(arrival.envelope.origin)
        for finding in arrival.taken.findings if arrival.expected else ():
            if is_copy and finding.code in _OF_COPIES:
                continue
            if _has_error([finding]):  # remembered, so that it is not forgotten once it has been said
                self._remember(_trouble(arrival, finding, self._period, self._said((finding,))))
            yield Collected(finding.place.file, "refused", findings=(finding,))
        if not arrival.had:
            return
        note_returned(self._post, arrival)
        keeps_out = not arrival.expected or arrival.source in self._kept_out
        self._post.saw(self._source(f"{arrival.source} {self._roster}" if keeps_out else arrival.source))
        is_useful = arrival.source in self._of_use and arrival.source not in self._with_refused
        if arrival.envelope and is_useful and not _has_error(arrival.taken.findings):
            self._post.saw(self._source(f"settled {arrival.source}"))

    def _source(self, source: str) -> str:
        """Return by what something that came is known: what is of no use for one period may be of use for another."""
        return f"{self._period or ''} {source}"

    def _said(self, findings: Iterable[Finding]) -> str:
        return "\n".join(finding.line(self._language) for finding in findings)

    def _remember(self, receipt: Receipt) -> None:
        self._post.receive(receipt)
        if receipt.state != "refused":
            self._known[receipt.digest] = receipt

    def _outcomes(self, found: Sequence[Found]) -> Iterator[Outcome]:
        return run_all(self._kit, sources(found), processes(None, len(found)), self._pipeline)


def _collected(
    outcome: Outcome, piece: Piece, state: State, file: str = "", findings: tuple[Finding, ...] = ()
) -> Collected:
    sender, origin = piece.origin.sender, piece.place.file
    return Collected(origin, state, outcome.name.strip(), outcome.period, outcome.revision, file, sender, findings)


def _receipt(
    outcome: Outcome,
    piece: Piece,
    at: datetime,
    state: Kept,
    file: str = "",
    said: str = "",
) -> Receipt:
    origin = piece.origin
    return Receipt(
        digest=digest_of(piece.data),
        period=str(outcome.period or ""),
        department=outcome.key,
        revision=outcome.revision,
        file=file,
        at=at,
        sender=origin.sender,
        origin=piece.place.file,
        state=state,
        said=said,
    )


def _trouble(arrival: Arrival, finding: Finding, period: Period | None, said: str) -> Receipt:
    """Return what is remembered of something that came and brought no workbook."""
    origin = finding.place.file
    digest = digest_of(f"{arrival.source} {finding.code} {origin}".encode())
    at, sender = (arrival.envelope.origin.date, arrival.envelope.origin.sender) if arrival.envelope else (None, "")
    is_over = not arrival.had or finding.code == "mail-came-back"  # said again, or of the letter that came back
    return Receipt(digest, str(period or ""), "", 0, "", at, "" if is_over else sender, origin, "refused", said)


def _moment(piece: Piece, seconds: float | None) -> datetime:
    """Return when a workbook came: as its message says, else as its file does."""
    if piece.origin.date is not None:
        return piece.origin.date.astimezone(UTC)
    return _LONG_AGO if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
