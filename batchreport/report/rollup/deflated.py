"""This module writes a zip of parts that are deflated as they come, several at a time, into files that it is given."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from batchreport.report.parts import Member, ending

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import IO

_CHUNK = 1 << 20


class Deflated:
    """A part while it is deflated; what it comes to is put aside in `room`."""

    def __init__(self, room: IO[bytes], level: int) -> None:
        self._room = room
        self._packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        self._check = self._size = self._packed = 0

    @classmethod
    def of(cls, data: bytes, room: IO[bytes]) -> Deflated:
        """Return a part that is whole."""
        made = cls(room, 6)
        made.add(data)
        return made

    def add(self, data: bytes) -> None:
        """Take the next bytes of the part."""
        self._check = zlib.crc32(data, self._check)
        self._size += len(data)
        self._put(self._packer.compress(data))

    def _put(self, packed: bytes) -> None:
        self._packed += self._room.write(packed)
        self._room.flush()  # a copy of this process must have nothing left that it could write once more

    def into(self, name: str, target: IO[bytes]) -> Member:
        """Write the whole part under its name, let its room go, and return what the zip's directory says of it."""
        self._put(self._packer.flush())
        header = Member.header(name, self._check, self._packed, self._size)
        target.write(header.local)
        self._room.seek(0)
        while chunk := self._room.read(_CHUNK):
            target.write(chunk)
        self._room.close()
        return header


def write_zip(target: IO[bytes], parts: Sequence[tuple[str, bytes | Deflated]], room: Callable[[], IO[bytes]]) -> None:
    """Write a zip of parts, in their order, each with its name and its bytes."""
    members, places, start = [], [], target.tell()
    for name, part in parts:
        places.append(target.tell() - start)
        deflated = part if isinstance(part, Deflated) else Deflated.of(part, room())
        members.append(deflated.into(name, target))
    target.write(ending(members, places, target.tell() - start))
