"""This module takes the workbooks out of anything a clerk drags together: mails, mailboxes, zip files, all in each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import error, note, warning
from batchreport.mail.kinds import Kind, kind_of, workbook_ending
from batchreport.mail.mailbox import split_mailbox
from batchreport.mail.outlook import unpack_outlook
from batchreport.mail.received import unpack_message
from batchreport.mail.taken import MIB, Limits, Origin, Piece, Taken, base_name
from batchreport.mail.unzip import unzip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from batchreport.findings import Finding

LIMITS = Limits()
"""The limits that suit a mailbox of some thousand departments."""
_NOWHERE = Origin()
_OPENERS: Mapping[Kind, Callable[[Piece, Limits], Iterator[Piece | Finding]]] = {
    Kind.ZIP: unzip,
    Kind.MESSAGE: unpack_message,
    Kind.MAILBOX: split_mailbox,
    Kind.OUTLOOK: unpack_outlook,
}


def attachments(data: bytes, name: str, limits: Limits = LIMITS, origin: Origin = _NOWHERE) -> Taken:
    """Return the workbooks in a file, exactly as they came, and a finding for all else that could matter.

    `origin` is where the file itself is from. A workbook is taken as it is; zip files, messages (.eml, .msg) and mailboxes
    (.mbox) are opened, in each other too. Nothing is raised, whatever the bytes are.
    """
    taking = _Taking(limits)
    taking.take(Piece(base_name(name) or "?", data, origin), limits.depth)
    return Taken(tuple(taking.found), tuple(taking.findings))


class _Taking:
    """One file being taken apart: what was found so far, and what may still be spent."""

    def __init__(self, limits: Limits) -> None:
        self.found: list[Piece] = []
        self.findings: list[Finding] = []
        self._limits = limits
        self._pieces = 0
        self._size = 0

    def take(self, piece: Piece, depth: int) -> bool:
        """Take a piece apart; return whether there is still something to spend."""
        if not self._spend(piece):
            return False
        kind = kind_of(piece.data, piece.name)
        if kind is Kind.WORKBOOK:
            self.found.append(_named(piece))
        elif kind in _OPENERS and depth <= 0:
            self.findings.append(error("mail-too-deep", piece.place))
        elif kind in _OPENERS:
            return self._open(piece, kind, depth)
        elif finding := _refusal(piece, kind):
            self.findings.append(finding)
        return True

    def _spend(self, piece: Piece) -> bool:
        self._pieces += 1
        self._size += len(piece.data)
        if self._pieces > self._limits.pieces:
            self.findings.append(error("mail-too-many", piece.place, limit=self._limits.pieces))
        elif self._size > self._limits.total:
            limit = f"{self._limits.total // MIB} MiB"
            self.findings.append(error("mail-too-large", piece.place, limit=limit))
        else:
            return True
        return False

    def _open(self, piece: Piece, kind: Kind, depth: int) -> bool:
        """Take all that lies in a piece; one that holds nothing of interest is reported."""
        before = len(self.found), len(self.findings)
        for inner in _OPENERS[kind](piece, self._limits):
            if not isinstance(inner, Piece):
                self.findings.append(inner)
            elif not self.take(inner, depth - 1):
                return False
        if before == (len(self.found), len(self.findings)):
            self.findings.append(warning("mail-nothing-inside", piece.place))
        return True


def _named(piece: Piece) -> Piece:
    """Return a workbook under a name that says it is one: clients that cannot read a name invent "AT00001.bin"."""
    if kind_of(b"", piece.name) is Kind.WORKBOOK:
        return piece
    return Piece(piece.name + workbook_ending(piece.data), piece.data, piece.origin)


def _refusal(piece: Piece, kind: Kind) -> Finding | None:
    if kind is Kind.TNEF:
        return error("mail-tnef", piece.place, sender=piece.origin.who)
    if kind is Kind.ARCHIVE:
        return error("mail-archive", piece.place)
    return None if kind is Kind.LITTER else note("mail-not-workbook", piece.place)
