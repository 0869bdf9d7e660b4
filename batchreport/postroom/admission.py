"""This module says which workbooks that came by mail can be used: by what is stamped in them, never by their names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, Severity, error, note, unread, warning
from batchreport.mail.address import read_addresses
from batchreport.postroom.rank import DISPUTED, UNTOUCHED
from batchreport.run.archive import digest_of
from batchreport.run.outcome import DISPUTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.mail.taken import Origin, Piece
    from batchreport.period import Period
    from batchreport.postroom.filing import Filed
    from batchreport.run.pipeline import Outcome
    from batchreport.workbook.roster import Department


BY_ROSTER = frozenset({"collect-stranger", "collect-unknown-sender"})
"""The codes of refusals that end once the roster has the department, or the sender's address."""


class Admission:
    """The rules by which a workbook is taken: the departments of the roster, and the one period wanted, if it is one.

    `office` is the address that letters are sent from, "" where none is set.
    """

    def __init__(self, roster: Sequence[Department], period: Period | None, office: str = "") -> None:
        self._period = period
        self._office = {address.mail.casefold() for address in read_addresses(office, "", Place())[0]}
        self._owners = _owners(roster)
        self._names = {one.code: one.name for one in roster if one.code}

    @property
    def mark(self) -> str:
        """By what it is known whether the roster would now let in what it did not: departments and addresses, as a digest."""
        return digest_of(repr((self._owners, self._names)).encode())[:16]

    @property
    def senders(self) -> tuple[str, ...]:
        """The addresses that workbooks are expected from, in small letters."""
        return tuple(self._owners)

    def is_ours(self, origin: Origin) -> bool:
        """Tell whether what came is from a letter of the office's own, of which it got a copy."""
        return origin.sender.casefold() in self._office

    def refusal(self, outcome: Outcome, piece: Piece) -> Finding | None:
        """Return why a workbook cannot be used, or None where it can."""
        place = piece.place
        codes = {finding.code for finding in outcome.findings}
        if not outcome.name.strip() and not outcome.department:
            return _unreadable(outcome) or error("collect-nobodys", place)
        if codes & {"workbook-other-schema", "department-unknown", "department-code-unknown"}:
            return error("collect-stranger", place, found=outcome.name or outcome.department)
        if outcome.period is None:
            return error("period-unknown", place)
        if self._period and outcome.period != self._period:
            return error("collect-other-period", place, found=str(outcome.period), wanted=str(self._period))
        if not outcome.stamped and piece.origin.sender and self._writes_for(piece) is None:
            return error("collect-unknown-sender", place, sender=piece.origin.who)
        return None

    def remarks(self, outcome: Outcome, piece: Piece) -> Iterator[Finding]:
        """Yield what is to be said of a workbook that is taken."""
        if not outcome.stamped:
            yield note("collect-without-stamp", piece.place, name=outcome.name)
        name = self._names.get(outcome.department) or outcome.name  # the form may name another
        if not piece.origin.sender or not self._owners:
            return
        departments = self._writes_for(piece)
        if departments is None:
            yield warning("collect-sender-not-listed", piece.place, sender=piece.origin.who, name=name)
        elif outcome.department not in departments:
            yield warning("collect-other-sender", piece.place, sender=piece.origin.who, name=name)

    def _writes_for(self, piece: Piece) -> list[str] | None:
        """Return the codes of the departments that the sender of a piece writes for; None where nobody knows him."""
        return self._owners.get(piece.origin.sender.casefold())


def remarks_on_filing(outcome: Outcome, piece: Piece, filed: Filed, rank: int) -> Iterator[Finding]:
    """Yield what is to be said of where a workbook was put."""
    place = piece.place
    if rank == UNTOUCHED:
        yield note("collect-untouched", place, name=outcome.name)
    elif rank == DISPUTED:
        yield from (replace(one, severity=Severity.WARNING) for one in outcome.findings if one.code in DISPUTES)
    elif filed.earlier:
        yield warning("collect-earlier-revision", place, name=outcome.name, file=filed.file)
    if filed.rival:
        yield warning("collect-doubled", place, name=outcome.name, other=filed.rival, file=filed.file)


def _unreadable(outcome: Outcome) -> Finding | None:
    """Return the error that kept a workbook from being read."""
    faults = (finding for finding in outcome.findings if finding.severity is Severity.ERROR)
    return next((finding for finding in faults if unread([finding]) or finding.code.startswith("workbook-")), None)


def _owners(roster: Sequence[Department]) -> dict[str, list[str]]:
    """Return by each address of the roster the codes of the departments that have it."""
    owners: dict[str, list[str]] = {}
    for department in roster:
        for address in read_addresses(department.mail, department.name, Place())[0]:
            owners.setdefault(address.mail.casefold(), []).append(department.code)
    return owners
