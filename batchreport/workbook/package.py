"""This module opens a workbook's bytes as a package of parts, and refuses what is none or would cost too much."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

_MIB = 1 << 20
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_LOCAL_HEADER = 30  # bytes before the name (APPNOTE.TXT 4.3.7)
_ENCRYPTED = 1  # bit of the flags (APPNOTE.TXT 4.4.4)
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<?xml", b"<!--", b"mime-version")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may cost; sizes in bytes, `cells` from A1 to the last filled row and column of a sheet.

    Real workbooks of this kind stay far below.
    """

    file: int = 20 * _MIB
    parts: int = 1_000
    part: int = 50 * _MIB
    total: int = 200 * _MIB
    rows: int = 100_000
    columns: int = 256
    cells: int = 1_000_000

    def exceeded(self, rows: int, columns: int) -> bool:
        """Return whether a sheet that is filled so far is too large."""
        return rows > self.rows or columns > self.columns or rows * columns > self.cells


class Refused(Exception):  # noqa: N818  (it is caught in `read` and becomes a finding; nobody else sees it)
    """The bytes cannot be read as a workbook; `code` and `details` make the finding."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Package:
    """The parts of a workbook (ECMA-376 part 2), inflated when they are asked for, and no further than the limits."""

    def __init__(self, data: bytes, entries: dict[str, zipfile.ZipInfo], limits: Limits) -> None:
        self._data = data
        self._entries = entries
        self._limits = limits
        self._left = limits.total
        self._parts: dict[str, bytes] = {}

    def part(self, name: str) -> bytes:
        """Return a part's bytes, b"" where there is none; raises `Refused` where it is damaged or too large."""
        name = name.lower()
        if name not in self._entries:
            return b""
        if name not in self._parts:
            self._parts[name] = part = self._inflate(self._entries[name])
            self._left -= len(part)
        return self._parts[name]

    def _inflate(self, entry: zipfile.ZipInfo) -> bytes:
        """Return an entry's bytes, counted as they inflate, because the directory's sizes can lie."""
        limit = min(self._left, self._limits.part)
        start = entry.header_offset + _LOCAL_HEADER
        lengths = self._data[start - 4 : start]  # of the name and of the extra field, two bytes each
        start += int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        part = self._data[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            try:
                part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(part, limit + 1)
            except zlib.error:
                raise Refused("file-damaged") from None
        if len(part) > limit:
            raise Refused("file-inflates", limit=_mib(limit))
        if zlib.crc32(part) != entry.CRC:
            raise Refused("file-damaged")
        if b"<!DOCTYPE" in part:
            raise Refused("file-doctype", part=entry.filename)
        return part


def open_package(data: bytes, limits: Limits) -> Package:
    """Return a workbook's package; raises `Refused` with the code of the finding to make."""
    _sniff(data, limits)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise Refused("file-damaged") from None
    if len(listed) > limits.parts:
        raise Refused("file-too-many-parts", count=len(listed), limit=limits.parts)
    if sum(entry.file_size for entry in listed) > limits.total:
        raise Refused("file-inflates", limit=_mib(limits.total))
    entries = {entry.filename.lower(): entry for entry in listed}  # calamine takes no heed of case
    if "xl/workbook.xml" not in entries:
        raise Refused(_kind_code(entries))
    if any(entry.flag_bits & _ENCRYPTED for entry in listed):
        raise Refused("file-encrypted")
    if len(entries) < len(listed):
        raise Refused("file-damaged")
    return Package(data, entries, limits)


def _sniff(data: bytes, limits: Limits) -> None:
    """Refuse by size and first bytes."""
    if len(data) > limits.file:
        raise Refused("file-too-large", size=_mib(len(data)), limit=_mib(limits.file))
    if not data.strip(b"\0\r\n\t "):
        raise Refused("file-empty")
    if data.startswith(_OLE):
        raise Refused(_ole_code(data))
    if not data.startswith(b"PK"):
        raise Refused(_text_code(data[:4096]))


def _ole_code(data: bytes) -> str:
    """Return the code for a file in Microsoft's older container, by the names of the streams in it ([MS-CFB])."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "file-encrypted"
    return "file-is-word" if "WordDocument".encode("utf-16-le") in data else "file-old-format"


def _text_code(head: bytes) -> str:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return "file-html"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # "Unicode text" as Excel saves it
    control = sum(byte < ord(" ") and byte not in b"\t\r\n\f" for byte in head)
    return "file-text" if wide or not control else "file-not-workbook"


def _kind_code(names: dict[str, zipfile.ZipInfo]) -> str:
    if any(name.startswith("word/") for name in names):
        return "file-is-word"
    return "file-old-format" if "mimetype" in names or "xl/workbook.bin" in names else "file-not-workbook"


def _mib(size: int) -> str:
    return f"{size / _MIB:.0f} MiB"
