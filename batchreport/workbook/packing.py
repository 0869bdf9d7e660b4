"""This module writes a zip package from parts that are packed already, none of them with a time."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZIP_STORED
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable

_DATE = (0, (1 << 5) | 1)  # 1980-01-01 00:00, the first that a zip can say
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8 = 0x800  # bit of the flags (APPNOTE.TXT 4.4.4)


class Packed(NamedTuple):
    """Method, check sum, size when unpacked, and the packed bytes of a part."""

    method: int
    check: int
    size: int
    data: bytes


def stored(part: bytes) -> Packed:
    """Return a part as it lies in a package that packs nothing."""
    return Packed(ZIP_STORED, crc32(part), len(part), part)


def package(parts: Iterable[tuple[str, Packed]]) -> bytes:
    """Return the bytes of a package with these parts, each under its name (APPNOTE.TXT 4.3)."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for name, (method, check, size, data) in parts:
        raw = name.encode()
        flags = 0 if name.isascii() else _UTF8
        about = (flags, method, *_DATE, check, len(data), size, len(raw), 0)
        pieces += (_LOCAL.pack(b"PK\3\4", 20, *about), raw, data)
        directory += (_CENTRAL.pack(b"PK\1\2", 20, 20, *about, 0, 0, 0, 0, place), raw)
        place += _LOCAL.size + len(raw) + len(data)
    listed, count = b"".join(directory), len(directory) // 2
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), place, 0)
    return b"".join((*pieces, listed, end))
