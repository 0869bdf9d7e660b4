"""This module writes zip packages whose bytes depend on their parts alone (APPNOTE.TXT 4.3)."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

BROKEN = (zipfile.BadZipFile, RuntimeError, OSError, ValueError, EOFError, zlib.error, struct.error)
"""What Python's zipfile raises for a package that is damaged, encrypted or packed in another way."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip entry can carry, given to all of them."""
_DATE = (0, (1 << 5) | 1)  # the same, as an entry says it
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5HL")  # without the offset, which follows
_END = struct.Struct("<4s4H2LH")
_UTF8 = 0x800  # bit of the flags (APPNOTE.TXT 4.4.4)


@dataclass(frozen=True, slots=True)
class Member:
    """One part as it stands in a zip: its header with the packed data, and its line in the directory."""

    name: bytes
    local: bytes
    central: bytes

    @classmethod
    def of(cls, name: str, data: bytes, level: int = 6) -> Member:
        """Return `data` deflated under `name`."""
        return cls.of_pieces(name, (data,), level)

    @classmethod
    def of_pieces(cls, name: str, pieces: Iterable[bytes], level: int = 6) -> Member:
        """Return what `pieces` make together deflated under `name`; each is forgotten before the next is made."""
        packer, check, size, deflated = zlib.compressobj(level, zlib.DEFLATED, -15), 0, 0, []
        for piece in pieces:
            check, size = zlib.crc32(piece, check), size + len(piece)
            deflated.append(packer.compress(piece))
        return cls.packed(name, b"".join([*deflated, packer.flush()]), check, size)

    @classmethod
    def stored(cls, name: str, data: bytes) -> Member:
        """Return `data` as it is under `name`."""
        return cls.packed(name, data, zlib.crc32(data), len(data), zipfile.ZIP_STORED)

    @classmethod
    def packed(cls, name: str, data: bytes, check: int, size: int, method: int = zipfile.ZIP_DEFLATED) -> Member:
        """Return `data` that has been packed from `size` bytes with that check sum."""
        member = cls.header(name, check, len(data), size, method)
        return cls(member.name, member.local + data, member.central)

    @classmethod
    def header(cls, name: str, check: int, packed: int, size: int, method: int = zipfile.ZIP_DEFLATED) -> Member:
        """Return what stands before and about `packed` bytes packed from `size`, without them."""
        raw = name.encode()
        flags = 0 if name.isascii() else _UTF8
        about = (flags, method, *_DATE, check, packed, size, len(raw), 0)
        return cls(raw, _LOCAL.pack(b"PK\3\4", 20, *about) + raw, _CENTRAL.pack(b"PK\1\2", 20, 20, *about, 0, 0, 0, 0))


def pack(members: Sequence[Member]) -> bytes:
    """Return the zip of `members`, in their order."""
    places, at = [], 0
    for member in members:
        places.append(at)
        at += len(member.local)
    return b"".join([*(member.local for member in members), ending(members, places, at)])


def ending(members: Sequence[Member], places: Sequence[int], at: int) -> bytes:
    """Return the directory that ends a zip: `places` has where each member begins, `at` is where the last ends."""
    directory = b"".join(
        member.central + place.to_bytes(4, "little") + member.name
        for member, place in zip(members, places, strict=True)
    )
    return directory + _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(directory), at, 0)


def restamp(data: bytes, change: Callable[[bytes], bytes] = bytes) -> bytes:
    """Return a zip package with the same parts in the same order, each as `change` gives it, and no clock in its entries."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.create_system = 3  # Unix everywhere: Python writes the running system's number otherwise
            fixed.external_attr = 0o600 << 16
            out.writestr(fixed, change(source.read(entry)))
    return target.getvalue()
