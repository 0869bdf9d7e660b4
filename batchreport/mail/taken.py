"""This module holds what comes out of a mail or a folder: files, where each is from, and what could not be used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from batchreport.findings import Place
from batchreport.mail.tag import find_tag

if TYPE_CHECKING:
    from datetime import datetime

    from batchreport.findings import Finding
    from batchreport.mail.tag import Tag

MIB = 1 << 20
"""A mebibyte."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost to take apart; sizes in bytes, all that comes out of it taken together in `total`."""

    depth: int = 8
    pieces: int = 20_000
    piece: int = 200 * MIB
    total: int = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file is from: the names of what it lay in, from the outside in, and the message that brought it."""

    path: tuple[str, ...] = ()
    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    date: datetime | None = None
    subject: str = ""

    @property
    def who(self) -> str:
        """The sender as a finding names him."""
        return self.sender or "?"

    @property
    def tag(self) -> Tag | None:
        """What the subject says the message is about, if it says so."""
        return find_tag(self.subject)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: its name as people see it, its bytes as they came, and where it is from."""

    name: str
    data: bytes = field(repr=False)
    origin: Origin = field(default_factory=Origin)

    @property
    def place(self) -> Place:
        """The piece as the place of a finding: "十一月.zip › 回复.eml › 后勤处.xlsx"."""
        return Place(file=" › ".join((*self.origin.path, self.name)))

    @property
    def inside(self) -> Origin:
        """Where what lies in this piece is from."""
        return replace(self.origin, path=(*self.origin.path, self.name))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file held: the workbooks, as they came, and what is to be said about the rest."""

    found: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = ()


def base_name(text: str) -> str:
    """Return the last part of a file name that may bring folders along, without what cannot be printed, or ""."""
    return printable(text.replace("\\", "/").rstrip("/").rpartition("/")[2])


def printable(text: str) -> str:
    """Return `text` as one line: control signs, marks that turn the direction and halves of signs become spaces."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())
