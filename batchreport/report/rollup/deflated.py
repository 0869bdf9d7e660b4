"""This module writes the parts of a zip as they come, several at a time, into files that it is given."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchreport.zips import Member, ending

if TYPE_CHECKING:
    from typing import IO

_CHUNK = 1 << 20


class Deflated:
    """A part while it is deflated; what it comes to is put aside in `room`."""

    def __init__(self, room: IO[bytes], level: int) -> None:
        self._room = room
        self._packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        self._check = self._size = self._packed = 0

    def add(self, data: bytes) -> None:
        """Take the next bytes of the part."""
        self._check = zlib.crc32(data, self._check)
        self._size += len(data)
        self._packed += self._room.write(self._packer.compress(data))

    def into(self, name: str, target: IO[bytes]) -> tuple[Member, int]:
        """Write the whole part under its name and let its room go; return what a zip says of it, and its length there."""
        self._packed += self._room.write(self._packer.flush())
        header = Member.header(name, self._check, self._packed, self._size)
        target.write(header.local)
        self._room.seek(0)
        _copy(self._room, target)
        self._room.close()
        return header, len(header.local) + self._packed


@dataclass(slots=True)
class Parts:
    """What has been written into a file: parts of a zip one behind another, each as a zip has it, and where it begins."""

    members: list[Member] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, name: str, part: bytes | Deflated, target: IO[bytes]) -> None:
        """Write a part at the end of the file."""
        if isinstance(part, Deflated):
            member, length = part.into(name, target)
        else:
            member = Member.of(name, part)
            length = target.write(member.local)
        self.members.append(member)
        self.places.append(self.size)
        self.size += length

    def take(self, others: Parts, source: IO[bytes], target: IO[bytes]) -> None:
        """Write what stands in another file, which is read from where it is, at the end of this one."""
        _copy(source, target)
        self.members += others.members
        self.places += [self.size + place for place in others.places]
        self.size += others.size

    def close(self, target: IO[bytes]) -> None:
        """End the zip."""
        target.write(ending(self.members, self.places, self.size))


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while chunk := source.read(_CHUNK):
        target.write(chunk)
