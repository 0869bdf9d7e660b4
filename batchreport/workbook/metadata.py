"""This module takes out of a JPEG or PNG what says where, when and by whom it was made; the picture itself stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PNG_SIGNATURE = 8
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"})
_MARKER = 0xFF
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a segment (ITU-T T.81, table B.1)


def bare(data: bytes, extension: str) -> bytes:
    """Return a whole JPEG or PNG without its metadata, and without what follows its end.

    Of a JPEG's application segments, those stay that tell how its colours are meant: JFIF, ICC and Adobe.
    """
    return b"".join(_png(data) if extension == "png" else _jpeg(data))


def _png(data: bytes) -> Iterator[bytes]:
    """Yield the signature and the chunks that are kept (ISO/IEC 15948, 5.3)."""
    yield data[:_PNG_SIGNATURE]
    at = _PNG_SIGNATURE
    while at + 8 <= len(data):
        kind, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if kind in _PNG_KEPT:
            yield data[at:end]
        if kind == b"IEND":
            return
        at = end


def _jpeg(data: bytes) -> Iterator[bytes]:
    """Yield the start and the segments that are kept (ITU-T T.81, annex B)."""
    yield data[:2]
    at = 2
    while at + 2 <= len(data):
        marker = data[at + 1]
        if data[at] != _MARKER or marker == _MARKER:  # filling
            at += 1
            continue
        if marker == _END:
            yield data[at : at + 2]
            return
        end = at + 2 if marker in _ALONE else at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            end = _scan_end(data, end)
        if marker != _COMMENT and (marker not in _APPLICATION or _tells_colours(data[at + 4 : at + 16])):
            yield data[at:end]
        at = end


def _scan_end(data: bytes, at: int) -> int:
    """Return where the next marker stands that ends the coded data; FF 00 is data, and restarts belong to it."""
    while 0 <= (at := data.find(b"\xff", at)) < len(data) - 1:
        if data[at + 1] and data[at + 1] not in _ALONE and data[at + 1] != _MARKER:
            return at
        at += 1 if data[at + 1] == _MARKER else 2
    return len(data)


def _tells_colours(head: bytes) -> bool:
    return head.startswith((b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"))
