"""This module takes the messages out of an mbox file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batchreport.findings import error
from batchreport.mail.taken import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.findings import Finding
    from batchreport.mail.taken import Limits

_START = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|\n\r?\n)From [^\n]*\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def split_mailbox(piece: Piece, limits: Limits) -> Iterator[Piece | Finding]:
    """Yield each message of an mbox file (RFC 4155), named by its number: "#1"."""
    starts = 0
    begin = None
    for match in _START.finditer(piece.data):
        if begin is not None:
            yield _message(piece, starts, begin, match.start() + 1)
        starts, begin = starts + 1, match.end()
        if starts > limits.pieces:
            yield error("mail-too-many", piece.place, limit=limits.pieces)
            return
    if begin is not None:
        yield _message(piece, starts, begin, len(piece.data))


def _message(piece: Piece, number: int, begin: int, end: int) -> Piece:
    return Piece(f"#{number}", _QUOTED.sub(rb"\1", piece.data[begin:end]), piece.inside)
