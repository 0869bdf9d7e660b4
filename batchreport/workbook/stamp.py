"""This module writes a stamp as text and reads it back."""

from __future__ import annotations

from zlib import crc32

from batchreport.period import Period
from batchreport.submission import Stamp

SHEET = "_戳"
"""The hidden sheet whose A1 carries the stamp."""


def write(stamp: Stamp) -> str:
    """Return the stamp as text: "v1|summary|1|D007|2026-11|1|5f3a9c01", the last part a check sum of the others."""
    parts = ("v1", stamp.schema, str(stamp.version), stamp.department, stamp.period, str(stamp.revision))
    text = "|".join(part.replace("|", "/") for part in parts)
    return f"{text}|{crc32(text.encode()):08x}"


def read(text: str) -> Stamp | None:
    """Return the stamp that `text` is, or None where it is none or was changed."""
    body, _, check = text.strip().rpartition("|")
    parts = body.split("|")
    if len(parts) != 6 or not (parts[2] + parts[5]).isdigit() or parts[0] != "v1" or check != f"{crc32(body.encode()):08x}":  # noqa: PLR2004  (see `write`)
        return None
    return Stamp(parts[1], int(parts[2]), parts[3], parts[4], int(parts[5]))


def period(stamp: Stamp) -> Period | None:
    """Return the period that the stamp is for; None where it was made for none."""
    return Period.parse(stamp.period)
