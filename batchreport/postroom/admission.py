"""This module says which workbooks that came by mail can be used: by what is stamped in them, never by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, Severity, error, note, warning
from batchreport.mail.address import read_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.mail.taken import Piece
    from batchreport.period import Period
    from batchreport.run.pipeline import Outcome
    from batchreport.workbook.roster import Department


class Admission:
    """The rules by which a workbook is taken: the departments of the roster, and the one period wanted, if it is one."""

    def __init__(self, roster: Sequence[Department], period: Period | None) -> None:
        self._period = period
        self._owners = _owners(roster)

    @property
    def senders(self) -> tuple[str, ...]:
        """The addresses that workbooks are expected from, in small letters."""
        return tuple(self._owners)

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
        if not piece.origin.sender or not self._owners:
            return
        departments = self._writes_for(piece)
        if departments is None:
            yield warning("collect-sender-not-listed", piece.place, sender=piece.origin.who, name=outcome.name)
        elif outcome.department not in departments:
            yield warning("collect-other-sender", piece.place, sender=piece.origin.who, name=outcome.name)

    def _writes_for(self, piece: Piece) -> list[str] | None:
        """Return the codes of the departments that the sender of a piece writes for; None where nobody knows him."""
        return self._owners.get(piece.origin.sender.casefold())


def _unreadable(outcome: Outcome) -> Finding | None:
    """Return the error that kept a workbook from being read."""
    told = (finding for finding in outcome.findings if finding.code.startswith(("file-", "workbook-")))
    return next((finding for finding in told if finding.severity is Severity.ERROR), None)


def _owners(roster: Sequence[Department]) -> dict[str, list[str]]:
    """Return by each address of the roster the codes of the departments that have it."""
    owners: dict[str, list[str]] = {}
    for department in roster:
        for address in read_addresses(department.mail, department.name, Place())[0]:
            owners.setdefault(address.mail.casefold(), []).append(department.code)
    return owners
