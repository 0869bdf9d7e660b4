"""This module reads mail addresses as people write them into a roster."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.findings import error
from batchreport.mail.taken import printable

if TYPE_CHECKING:
    from batchreport.findings import Finding, Place

_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*", re.ASCII)
_LONGEST = 254  # RFC 5321 4.5.3.1
_BETWEEN = re.compile(r"[;,、\n]+|(?<=[A-Za-z])\s*[/|]\s*(?=[^\s@/|<>]+@)")  # a stroke between two: names have them too
_QUOTED = re.compile(r'"[^"\n]*"(?=\s*<)')  # "Li, Si" <lisi@example.com>, as Outlook writes it
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<mail>[^<>]*)>")


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody's mail address, with the name that mail programs show; `ValueError` is raised for what is no address."""

    mail: str
    name: str = ""

    def __post_init__(self) -> None:
        if not is_address(self.mail):
            raise ValueError(f"{self.mail!r} is no mail address")


def is_address(text: str) -> bool:
    """Return whether a letter can be sent to `text`: plain ASCII, with nothing that could end a line."""
    return len(text) <= _LONGEST and bool(_MAIL.fullmatch(text))


def read_addresses(text: str, name: str, place: Place) -> tuple[tuple[Address, ...], tuple[Finding, ...]]:
    """Return the addresses in a cell of the roster, and what is wrong there.

    Several stand apart by commas, semicolons, strokes, spaces or lines, in full width too; `name` is for those without
    their own.
    """
    wanted = _QUOTED.sub(lambda name: _BETWEEN.sub(" ", name[0]), unicodedata.normalize("NFKC", text))
    found: dict[str, Address] = {}
    wrong: list[Finding] = []
    for entry in filter(None, map(str.strip, _BETWEEN.split(wanted))):
        named = _NAMED.fullmatch(entry)
        own = printable(named["name"].strip(' "')) if named else ""
        for mail in named["mail"].split() if named else entry.split():
            if is_address(mail := mail.strip("'\"")):
                found.setdefault(mail.casefold(), Address(mail, own or name))
            else:
                wrong.append(error("mail-address-wrong", place, found=printable(mail)))
    if not found and not wrong:
        wrong.append(error("mail-address-missing", place, name=name))
    return tuple(found.values()), tuple(wrong)
