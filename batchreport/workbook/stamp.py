"""This module writes a stamp as text and reads it back."""

from __future__ import annotations

import re
from zlib import crc32

from batchreport.submission import Stamp

SHEET = "_戳"
"""The hidden sheet whose A1 carries the stamp."""
SHEETS = {"zh": SHEET, "en": "_stamp"}
"""Its name in a workbook of each language."""
PROPERTY = "batchreport.stamp"
"""The document property that carries it."""
NAME = PROPERTY.replace(".", "_")
"""The defined name that carries it, which cannot hold a dot."""
_FIELDS = re.compile(r"v(?:1|2\|([0-9a-f]*))\|([^|]*)\|(\d{1,9})\|([^|]*)\|([^|]*)\|(\d{1,9})", re.ASCII)


def write(stamp: Stamp) -> str:
    """Return the stamp as text: "v2|1b0c44e7|summary|1|D007|2026-11|1|5f3a9c01", the last part a check sum of the others."""
    parts = ("v2", stamp.form, stamp.schema, str(stamp.version), stamp.department, stamp.period, str(stamp.revision))
    text = "|".join(part.replace("|", "/") for part in parts)
    return f"{text}|{_check_sum(text)}"


def read(text: str) -> Stamp | None:
    """Return the stamp that `text` is, or None where it is none or was changed; "v1" is one without a form."""
    body, _, check = text.strip().rpartition("|")
    match = _FIELDS.fullmatch(body)
    if match is None or check != _check_sum(body):
        return None
    form, schema, version, department, period, revision = match.groups("")
    return Stamp(schema, int(version), department, period, int(revision), form)


def _check_sum(body: str) -> str:
    return f"{crc32(body.encode()):08x}"
