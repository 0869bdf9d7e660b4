"""This module takes files out of a zip file, counted as they inflate, under the names that their makers saw."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from batchreport.findings import error
from batchreport.mail.header import decoded
from batchreport.mail.taken import MIB, Piece, base_name, printable
from batchreport.zips import BROKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.findings import Finding
    from batchreport.mail.taken import Limits

_ENTRY = b"PK\x01\x02"  # begins an entry of the directory (APPNOTE.TXT 4.3.12)
_ENCRYPTED = 1  # bits of the flags (4.4.4)
_UTF8 = 1 << 11
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNICODE_PATH = 0x7075  # extra field with the name in UTF-8 (4.6.9)
_PATH_AT = 5  # version and check sum before it
_PIECE = 256 * 1024


def unzip(piece: Piece, limits: Limits) -> Iterator[Piece | Finding]:
    """Yield each file of a zip file, or why it cannot be had; an encrypted one is refused as a whole."""
    if piece.data.count(_ENTRY) > limits.pieces:
        yield error("mail-too-many", piece.place, limit=limits.pieces)
        return
    try:
        with zipfile.ZipFile(BytesIO(piece.data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if any(entry.flag_bits & _ENCRYPTED for entry in entries):
                yield error("mail-zip-encrypted", piece.place)
                return
            for entry in entries:
                yield _file(piece, archive, entry, limits)
    except BROKEN:
        yield error("mail-zip-damaged", piece.place)


def _file(piece: Piece, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Piece | Finding:
    """Return one file, or the finding that says why it cannot be had."""
    *folders, name = _name(entry).replace("\\", "/").rstrip("/").split("/")
    origin = replace(piece.inside, path=(*piece.inside.path, *filter(None, map(printable, folders))))
    empty = Piece(base_name(name) or "?", b"", origin)
    if entry.compress_type not in _METHODS:
        return error("mail-zip-method", empty.place)
    try:
        data = _inflated(archive, entry, limits.piece)
    except BROKEN:
        return error("mail-zip-damaged", empty.place)
    if len(data) > limits.piece:
        return error("mail-too-large", empty.place, limit=f"{limits.piece // MIB} MiB")
    return replace(empty, data=data)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Return an entry's bytes, no more than one piece beyond `limit`: what its directory says may be a lie."""
    taken, size = [], 0
    with archive.open(entry) as file:
        while size <= limit and (data := file.read(_PIECE)):
            taken.append(data)
            size += len(data)
    return b"".join(taken)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name: Windows writes it in the code page of its language and does not say so."""
    extra = entry.extra
    while len(extra) >= 4:  # noqa: PLR2004  (kind and length, two bytes each)
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and size > _PATH_AT:
            return decoded(extra[4 + _PATH_AT : 4 + size])
        extra = extra[4 + size :]
    if entry.flag_bits & _UTF8:
        return entry.orig_filename
    return decoded(entry.orig_filename.encode("cp437", "replace"))
