"""This module writes a letter as a message that every mail program reads (RFC 5322 and MIME)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, quote
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote as escape

from batchreport.mail.taken import base_name, printable

if TYPE_CHECKING:
    from datetime import datetime

    from batchreport.mail.address import Address

_POLICY = compat32.clone(linesep="\r\n", max_line_length=None)  # the lines are folded here
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {
    "xlsx": _SPREADSHEET,
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
_ASCII = re.compile(r"[ -~]*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_LONGEST_NAME = 220  # bytes of UTF-8: escaped they still fit a line (RFC 5322 allows 998)
_LONGEST_SUBJECT = 250


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: from whom (None where the program that sends a draft says it), to whom, about what, with which files."""

    sender: Address | None
    to: tuple[Address, ...]
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


def compose(letter: Letter, *, message_id: str, date: datetime, is_draft: bool = False) -> bytes:
    """Return the message's bytes; the same letter, id and date give the same bytes.

    A draft opens in Outlook as a new message that waits to be sent. Whatever stands in subject, names and text, it adds no
    line to the head. `ValueError` is raised where `message_id` is none ("<…@…>") or nobody is written to.
    """
    if not _MESSAGE_ID.fullmatch(message_id) or not letter.to:
        raise ValueError("a message needs an id and a recipient")
    message = MIMEMultipart(boundary=f"=_{sha256(message_id.encode()).hexdigest()[:32]}", policy=_POLICY)
    if letter.sender:
        message["From"] = _mailbox(letter.sender)
    message["To"] = ",\n ".join(map(_mailbox, letter.to))
    message["Subject"] = _subject(printable(letter.subject)[:_LONGEST_SUBJECT])
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    if is_draft:
        message["X-Unsent"] = "1"
    message.attach(_text(letter.text))
    for attachment in letter.attachments:
        message.attach(_file(attachment))
    return message.as_bytes(policy=_POLICY)


def _mailbox(address: Address) -> str:
    """Return an address with its name as encoded words: QQ refuses a name that is not."""
    name = printable(address.name)
    if not name:
        return address.mail
    plain = _ASCII.fullmatch(name) and "=?" not in name
    return (f'"{quote(name)}"' if plain else f"{_words(name)}\n") + f" <{address.mail}>"


def _subject(text: str) -> str:
    """Return the subject with its first words plain as far as they are ASCII, so that a server finds the tag."""
    tag, _, rest = text.partition(" ")
    if _ASCII.fullmatch(text) and "=?" not in text:
        return Header(text, "us-ascii", header_name="Subject").encode(splitchars=" ")
    if not rest or not _ASCII.fullmatch(tag) or "=?" in tag:
        return _words(text)
    return f"{tag}\n {_words(rest)}"


def _words(text: str) -> str:
    """Return `text` as encoded words (RFC 2047), one a line, none broken inside a character."""
    return Header(text, "utf-8", maxlinelen=74).encode()


def _text(text: str) -> MIMEText:
    whole = text.encode("utf-8", "replace").decode()
    part = MIMEText("\r\n".join(whole.splitlines()) + "\r\n", "plain", "utf-8", policy=_POLICY)
    del part["MIME-Version"]
    return part


def _file(attachment: Attachment) -> Message:
    """Return a file as a part whose name stands in both forms: RFC 2231's, and as encoded words for older programs."""
    name = _short(base_name(attachment.name)) or "_"
    kind = _KINDS.get(name.lower().rpartition(".")[2], "application/octet-stream")
    part = Message(policy=_POLICY)
    if _ASCII.fullmatch(name) and "=?" not in name:
        part["Content-Type"] = f'{kind};\n name="{quote(name)}"'
        part["Content-Disposition"] = f'attachment;\n filename="{quote(name)}"'
    else:
        part["Content-Type"] = f'{kind};\n name="{_words(name)}"'
        part["Content-Disposition"] = f"attachment;\n filename*=utf-8''{escape(name, safe='')}"
    part.set_payload(attachment.data)
    encode_base64(part)
    return part


def _short(name: str) -> str:
    """Return a file name that fits a line, cut before its ending."""
    data = name.encode("utf-8", "replace")
    if len(data) <= _LONGEST_NAME:
        return data.decode()
    ending = name[-5:].encode()
    return (data[: _LONGEST_NAME - len(ending)].decode("utf-8", "ignore") + ending.decode()).strip()
