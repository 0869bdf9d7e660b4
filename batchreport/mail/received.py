"""This module takes the files out of a message that came by mail (RFC 5322 and MIME)."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import TYPE_CHECKING

from batchreport.findings import error
from batchreport.mail.automatic import (
    brought_all_the_same,
    came_back,
    is_automatic,
    is_robot,
    skipped,
)
from batchreport.mail.header import decoded, header_text, parameter, read_words, unescaped
from batchreport.mail.links import with_links
from batchreport.mail.taken import Piece, base_name, printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import Message

    from batchreport.findings import Finding
    from batchreport.mail.taken import Limits, Origin

_PARSER = BytesParser(policy=compat32)
# What Python's parser raises over heads that no program should write; more than a thousand levels are one of them.
BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What can be raised while a broken message is read."""
_TEXTS = ("", "text/plain", "text/html")
_SKIPPED = re.compile(
    r"text/(?:calendar|x-?vcard|vcard|directory|x-amp-html|rfc822-headers)|application/(?:ics|(?:x-)?pkcs7-signature|pgp-\w+)"
    r"|message/(?:delivery-status|disposition-notification|feedback-report)"
)
_SEALED = re.compile(r"application/(?:x-)?pkcs7-mime|multipart/encrypted")
_ADDRESS = re.compile(r"[^\s<>\"(),;:]+@[^\s<>\"(),;:]+")
_MARKS = b"\xef\xbb\xbf\r\n"
_YEARS = range(1970, 3000)  # at the ends of the calendar nothing can be reckoned
_TEXT = 1 << 20  # bytes of a text that are looked at


def unpack_message(piece: Piece, limits: Limits) -> Iterator[Piece | Finding]:
    """Yield each file of a message, and what is to be said about it; automatic messages give a finding only."""
    try:
        message = _PARSER.parsebytes(piece.data.lstrip(_MARKS))
        yield from _opened(message, piece, limits.depth)
    except BROKEN:
        yield error("mail-damaged", piece.place)


def origin_of(head: dict[str, str], inside: Origin) -> Origin:
    """Return where the files of a message are from; `head` is its raw head by names in small letters."""
    sender = unescaped(head.get("from", "") or head.get("sender", ""))
    name, _, rest = sender.rpartition("<")
    address = _ADDRESS.search(rest) or _ADDRESS.search(sender)
    return replace(
        inside,
        message_id=printable(unescaped(head.get("message-id", ""))),
        sender=printable(address[0]) if address else "",
        sender_name=printable(read_words(name.strip().strip('"'))),
        date=_arrived(head) or _date(unescaped(head.get("date", ""))),
        subject=printable(header_text(head.get("subject", ""))),
    )


def head_of(message: Message) -> dict[str, str]:
    """Return the raw head of a message by names in small letters, the first of each."""
    head: dict[str, str] = {}
    for name, value in message.raw_items():
        head.setdefault(name.lower(), str(value))
    return head


def _arrived(head: dict[str, str]) -> datetime | None:
    """Return when the last server on the way took the message: the clock of whoever sent it may be years off."""
    return _date(unescaped(head.get("received", "")).rpartition(";")[2])


def _date(text: str) -> datetime | None:
    with suppress(*BROKEN):
        date = parsedate_to_datetime(text)
        if date.year in _YEARS:
            return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None


def _opened(message: Message, piece: Piece, depth: int) -> Iterator[Piece | Finding]:
    """Yield what a parsed message holds; `piece` names it."""
    head = head_of(message)
    piece = replace(piece, origin=origin_of(head, piece.origin))
    kind = _type(head)
    parts = list(_leaves(message))
    if is_robot(piece.origin.sender) or kind == "multipart/report":
        failed = unescaped(head.get("x-failed-recipients", "")).partition(",")[0].strip()
        is_receipt = "disposition-notification" in head.get("content-type", "").lower()
        yield (None if is_receipt else came_back(piece, _notice(parts), failed)) or skipped(piece)
        return
    files = chain.from_iterable(_file(part, piece, depth) for part in parts if not _is_text(part))
    if is_automatic(head, piece.origin.subject):
        yield from brought_all_the_same(piece, files)
        return
    yield from with_links(piece, files, map(_text, filter(_is_text, parts)))


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts of a message that hold no others, and messages within it, in order."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if (
            isinstance(inner, list)
            and (part is message or not _is_message(part))
            and not _SEALED.match(_type(head_of(part)))
        ):
            waiting += [one for one in reversed(inner) if not isinstance(one, str)]
        else:
            yield part


def _is_message(part: Message) -> bool:
    return _type(head_of(part)).startswith("message/")


def _type(head: dict[str, str]) -> str:
    return unescaped(head.get("content-type", "")).partition(";")[0].strip().lower()


def _is_text(part: Message) -> bool:
    head = head_of(part)
    return _type(head) in _TEXTS and not _name(head)


def _name(head: dict[str, str]) -> str:
    """Return the name of an attached file: Content-Disposition's, or Content-Type's where that cannot be read."""
    names = [
        base_name(parameter(head.get("content-disposition", ""), "filename")),
        base_name(parameter(head.get("content-type", ""), "name")),
    ]
    return next((name for name in names if name and "\ufffd" not in name), names[0] or names[1])


def _text(part: Message) -> str:
    return decoded(_bytes(part)[:_TEXT], parameter(head_of(part).get("content-type", ""), "charset"))


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _file(part: Message, piece: Piece, depth: int) -> Iterator[Piece | Finding]:
    """Yield the file that a part is; nothing for signatures, invitations and pictures that belong to the text."""
    head = head_of(part)
    kind, name = _type(head), _name(head)
    if _SEALED.match(kind):
        yield error("mail-sealed", piece.place, sender=piece.origin.who)
    elif kind in ("message/rfc822", "message/global"):
        yield from _within(part, Piece(name or "", b"", piece.inside), depth - 1)
    elif not (_SKIPPED.match(kind) or name.lower().endswith(".ics") or _is_ornament(head, kind)):
        yield Piece(name or kind.replace("/", "."), _bytes(part), piece.inside)


def _is_ornament(head: dict[str, str], kind: str) -> bool:
    """Return whether a part is a picture of the text or of the signature."""
    inline = unescaped(head.get("content-disposition", "")).strip().lower().startswith("inline")
    return kind.startswith("image/") and (inline or "content-id" in head)


def _within(part: Message, piece: Piece, depth: int) -> Iterator[Piece | Finding]:
    """Yield what a message within a message holds."""
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else None
    if message is None or isinstance(message, str) or depth <= 0:
        yield error("mail-too-deep" if depth <= 0 else "mail-damaged", replace(piece, name=piece.name or "?").place)
        return
    subject = printable(header_text(head_of(message).get("subject", "")))
    piece = replace(piece, name=piece.name or f"{subject or '?'}.eml")
    if head_of(part).get("content-transfer-encoding", "").strip().lower() == "base64" and not message.keys():
        message.add_header("Content-Transfer-Encoding", "base64")  # RFC 2046 forbids it, and programs do it
        yield replace(piece, data=_bytes(message))
    else:
        yield from _opened(message, piece, depth)


def _notice(parts: list[Message]) -> str:
    """Return what a postmaster's message says: its texts, the report for programs, the head of the letter."""
    said = []
    for part in parts:
        inner = part.get_payload()
        blocks = inner if isinstance(inner, list) else []
        said += [
            f"{name}: {header_text(str(value))}"
            for b in blocks
            if not isinstance(b, str)
            for name, value in b.raw_items()
        ]
        said.append("" if blocks else _text(part))
    return "\n".join(said)
