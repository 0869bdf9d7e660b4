"""This module takes the files out of a message as Outlook saves it (.msg, [MS-OXMSG])."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.parser import HeaderParser
from email.policy import compat32
from email.utils import format_datetime
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

import olefile

from batchreport.findings import error
from batchreport.mail.automatic import brought_all_the_same, came_back, is_automatic, skipped
from batchreport.mail.header import decoded
from batchreport.mail.links import only_links, with_links
from batchreport.mail.received import head_of, origin_of
from batchreport.mail.taken import Piece, base_name, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.findings import Finding
    from batchreport.mail.taken import Limits

# Numbers of properties ([MS-OXPROPS]).
_CLASS, _SUBJECT, _HEADERS, _BODY, _HTML, _MESSAGE_ID = 0x001A, 0x0037, 0x007D, 0x1000, 0x1013, 0x1035
_SENDER_NAME, _SENDER, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_SENT, _DELIVERED = 0x0039, 0x0E06
_DATA, _SHORT_NAME, _LONG_NAME, _TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_TEXT, _ANSI, _BINARY, _STORAGE, _TIME = 0x001F, 0x001E, 0x0102, 0x000D, 0x0040
_TOP_HEADER, _INNER_HEADER, _PROPERTY = 32, 24, 16  # bytes ([MS-OXMSG] 2.4)
_PICTURE = re.compile(r".*\.(png|jpe?g|gif|bmp|emf|wmf|svg)", re.IGNORECASE | re.DOTALL)
_AUTOMATIC = (
    "IPM.SCHEDULE.",
    "IPM.NOTE.RULES.",
    "IPM.OUTLOOK.RECALL",
)  # invitations, absent people, what is called back
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, struct.error)
_LONGEST = 1 << 20  # bytes of a text that are looked at


def unpack_outlook(piece: Piece, limits: Limits) -> Iterator[Piece | Finding]:
    """Yield each file of a message that Outlook saved, and what is to be said about it."""
    try:
        with olefile.OleFileIO(BytesIO(piece.data)) as file:
            yield from _opened(
                _Storage(file, (), frozenset(map(tuple, file.listdir(storages=True)))), piece, limits.depth
            )
    except _BROKEN:
        yield error("mail-damaged", piece.place)


@dataclass(frozen=True, slots=True)
class _Storage:
    """A message or an attachment within the file."""

    file: olefile.OleFileIO[str]
    path: tuple[str, ...]
    names: frozenset[tuple[str, ...]]

    def inner(self, name: str) -> _Storage:
        """Return the storage `name` in this one."""
        return replace(self, path=(*self.path, name))

    def has(self, name: str) -> bool:
        """Return whether there is a stream or a storage `name`."""
        return (*self.path, name) in self.names

    def binary(self, number: int, kind: int = _BINARY) -> bytes | None:
        """Return a property's bytes, or None."""
        return self.stream(_stream(number, kind))

    def stream(self, name: str) -> bytes | None:
        """Return a stream's bytes, or None."""
        if not self.has(name):
            return None
        data: bytes = self.file.openstream([*self.path, name]).read()
        return data

    def text(self, number: int) -> str:
        """Return a property's text, or ""."""
        if wide := self.binary(number, _TEXT):
            return wide[: 2 * _LONGEST].decode("utf-16-le", "replace").rstrip("\0")
        return decoded((self.binary(number, _ANSI) or b"")[:_LONGEST]).rstrip("\0")

    def time(self, *numbers: int) -> str:
        """Return the first of these times that is there, as a message's head writes it, or ""."""
        header = _INNER_HEADER if self.path else _TOP_HEADER
        entries = (self.stream("__properties_version1.0") or b"")[header:]
        times = {}
        for at in range(0, len(entries) - _PROPERTY + 1, _PROPERTY):
            kind, number, _, value = struct.unpack_from("<HHIQ", entries, at)
            if kind == _TIME:
                times[number] = value
        found = [times[number] for number in numbers if number in times]
        return format_datetime(_EPOCH + timedelta(microseconds=found[0] // 10)) if found else ""

    def attachments(self) -> list[_Storage]:
        """Return the attachments in order."""
        depth = len(self.path)
        inner = {path[depth] for path in self.names if path[:depth] == self.path and len(path) == depth + 1}
        return [self.inner(name) for name in sorted(inner) if name.lower().startswith("__attach_version1.0_#")]


def _stream(number: int, kind: int) -> str:
    return f"__substg1.0_{number:04X}{kind:04X}"


def _opened(message: _Storage, piece: Piece, depth: int) -> Iterator[Piece | Finding]:
    """Yield what a message holds."""
    head = _head(message)
    piece = replace(piece, origin=origin_of(head, piece.origin))
    kind = message.text(_CLASS).upper()
    texts = [message.text(_BODY), decoded((message.binary(_HTML) or b"")[:_LONGEST]) or message.text(_HTML)]
    if kind.startswith("REPORT."):
        yield (came_back(piece, texts[0]) if kind.endswith(".NDR") else None) or skipped(piece)
        return
    files = chain.from_iterable(_file(attachment, piece, depth) for attachment in message.attachments())
    if kind.startswith(_AUTOMATIC) or is_automatic(head, piece.origin.subject):
        yield from brought_all_the_same(piece, files)
    elif kind == "IPM.NOTE.SMIME":
        yield error("mail-sealed", piece.place, sender=piece.origin.who)
    else:
        yield from with_links(piece, files, texts)


def _head(message: _Storage) -> dict[str, str]:
    """Return the head that the message came with, its gaps filled from what Outlook keeps of it."""
    own = head_of(HeaderParser(policy=compat32).parsestr(message.text(_HEADERS).lstrip()))
    sender = message.text(_SENDER_SMTP) or message.text(_SENDER)
    kept = {
        "from": f"{message.text(_SENDER_NAME)} <{sender}>",
        "subject": message.text(_SUBJECT),
        "message-id": message.text(_MESSAGE_ID),
        "date": message.time(_SENT, _DELIVERED),
    }
    return kept | own


def _file(attachment: _Storage, piece: Piece, depth: int) -> Iterator[Piece | Finding]:
    """Yield what an attachment is: a file, a message within the message, or a link to a file kept elsewhere."""
    name = base_name(attachment.text(_LONG_NAME) or attachment.text(_SHORT_NAME))
    message = _stream(_DATA, _STORAGE)
    data = attachment.binary(_DATA)
    if data is not None:
        is_picture = attachment.text(_TYPE).lower().startswith("image/") or _PICTURE.fullmatch(name)
        if not (is_picture and attachment.text(_CONTENT_ID)):
            yield Piece(name or "?", data, piece.inside)
    elif not attachment.has(message):
        yield only_links(piece, [name] if name else [])
    elif depth <= 1:
        yield error("mail-too-deep", piece.place)
    else:
        inner = attachment.inner(message)
        subject = printable(inner.text(_SUBJECT)) or name or "?"
        yield from _opened(inner, Piece(f"{subject}.msg", b"", piece.inside), depth - 1)
