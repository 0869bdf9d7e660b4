"""This module opens a workbook's bytes as a package of parts, and refuses what is none or would cost too much."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
"""A mebibyte."""
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENTRY = b"PK\x01\x02"  # begins an entry of the directory (APPNOTE.TXT 4.3.12)
_KEPT = 8 * MIB  # parts up to this size are inflated once
_PIECE = MIB  # bytes that are inflated at a time to be counted
_LOCAL_HEADER = 30  # bytes before the name (APPNOTE.TXT 4.3.7)
_ENCRYPTED = 1  # bit of the flags (APPNOTE.TXT 4.4.4)
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<?xml", b"<!--", b"mime-version")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may cost; sizes in bytes, `cells` from A1 to the last filled row and column of every sheet.

    `marks` are the merged ranges, links, validations and conditional formats of a sheet, `texts` the shared texts.

    `pixels` are those of one picture as it is opened: a large JPEG is opened at a half, a quarter or an eighth of its size.

    `seconds` and `memory` are what a worker process may spend on it; only Linux keeps to `memory`. Real workbooks of
    this kind stay far below.
    """

    file: int = 20 * MIB
    parts: int = 1_000
    part: int = 50 * MIB
    total: int = 200 * MIB
    rows: int = 100_000
    columns: int = 256
    cells: int = 1_000_000
    marks: int = 20_000
    texts: int = 500_000
    pictures: int = 500
    picture: int = 20 * MIB
    pixels: int = 25_000_000
    all_pixels: int = 1_000_000_000
    seconds: int = 60
    memory: int = 1024 * MIB

    def exceeded(self, rows: int, columns: int) -> bool:
        """Return whether a sheet that is filled so far is too large."""
        return rows > self.rows or columns > self.columns or rows * columns > self.cells


class Refused(Exception):  # noqa: N818  (it is caught in `read` and becomes a finding; nobody else sees it)
    """The bytes cannot be read as a workbook; `code` and `details` make the finding."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class OtherFormat(Refused):
    """The bytes are a workbook of another format (".xls", ".ods", ".xlsb"), of which calamine alone knows the inside."""

    def __init__(self, form: str, package: Package | None = None) -> None:
        super().__init__("file-other-format", form=form)
        self.form = form
        self.package = package


class Package:
    """The parts of a workbook (ECMA-376 part 2), inflated when they are asked for, and no further than the limits."""

    def __init__(self, data: bytes, entries: dict[str, zipfile.ZipInfo], limits: Limits) -> None:
        self._data = data
        self._entries = entries
        self._limits = limits
        self._parts: dict[str, bytes] = {}
        self._weighed: dict[str, bytes] = {}

    def names(self) -> Iterator[str]:
        """Yield the names of all parts, in small letters."""
        yield from self._entries

    def written(self, name: str) -> str:
        """Return a part's name as the package has it, `name` where there is no such part."""
        entry = self._entries.get(name.lower())
        return entry.filename if entry else name

    def weigh(self) -> None:
        """Inflate every part; raises `Refused` where one of them, or all, are larger than allowed.

        Small ones are kept, so that they are inflated once.
        """
        left, room = self._limits.total, _KEPT
        for name, entry in self._entries.items():
            limit = min(left, self._limits.part)
            if entry.file_size <= room:
                part = self._inflate(entry, limit)
                left -= len(part)
                if len(part) <= room:  # the directory can lie
                    self._weighed[name] = part
                    room -= len(part)
            else:
                left -= self._weight(entry, limit)

    def part(self, name: str) -> bytes:
        """Return a part's bytes, b"" where there is none; raises `Refused` where it is damaged or too large."""
        name = name.lower()
        if name not in self._entries:
            return b""
        if name not in self._parts:
            entry = self._entries[name]
            part = self._weighed.pop(name, None) or self._inflate(entry, self._limits.part)
            _check(entry, part)
            if len(part) > _KEPT:
                return part
            self._parts[name] = part
        return self._parts[name]

    def _inflate(self, entry: zipfile.ZipInfo, limit: int) -> bytes:
        """Return an entry's bytes, counted as they inflate, because the directory's sizes can lie."""
        part = self._stored(entry)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            try:
                part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(part, limit + 1)
            except zlib.error:
                raise Refused("file-damaged") from None
        if len(part) > limit:
            raise Refused("file-inflates", limit=_mib(limit))
        return part

    def _weight(self, entry: zipfile.ZipInfo, limit: int) -> int:
        """Return how large an entry is when inflated, in pieces, because it may be very large."""
        rest = self._stored(entry)
        size = len(rest)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            size, inflater = 0, zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                while rest and not inflater.eof and size <= limit:
                    size += len(inflater.decompress(rest, _PIECE))
                    rest = inflater.unconsumed_tail
            except zlib.error:
                raise Refused("file-damaged") from None
        if size > limit:
            raise Refused("file-inflates", limit=_mib(limit))
        return size

    def _stored(self, entry: zipfile.ZipInfo) -> bytes:
        start = entry.header_offset + _LOCAL_HEADER
        lengths = self._data[start - 4 : start]  # of the name and of the extra field, two bytes each
        start += int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        return self._data[start : start + entry.compress_size]


def _check(entry: zipfile.ZipInfo, part: bytes) -> None:
    if len(part) != entry.file_size or zlib.crc32(part) != entry.CRC:
        raise Refused("file-damaged")
    if b"!" in part and b"<!DOCTYPE" in part:  # one sign is looked for ten times as fast as nine
        raise Refused("file-doctype", part=entry.filename)


def open_package(data: bytes, limits: Limits) -> Package:
    """Return a workbook's package; raises `Refused` with the code of the finding to make, or `OtherFormat`."""
    _sniff(data, limits)
    if (count := data.count(_ENTRY)) > 2 * limits.parts:  # before the directory is read
        raise Refused("file-too-many-parts", count=count, limit=limits.parts)
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
    form = _form(entries)
    if any(entry.flag_bits & _ENCRYPTED for entry in listed):
        raise Refused("file-encrypted")
    if len(entries) < len(listed):
        raise Refused("file-damaged")
    package = Package(data, entries, limits)
    package.weigh()
    if form != ".xlsx":
        raise OtherFormat(form, package)
    return package


def _sniff(data: bytes, limits: Limits) -> None:
    """Refuse by size and first bytes."""
    if len(data) > limits.file:
        raise Refused("file-too-large", size=_mib(len(data)), limit=_mib(limits.file))
    if not data.strip(b"\0\r\n\t "):
        raise Refused("file-empty")
    if data.startswith(_OLE):
        if code := _ole_code(data):
            raise Refused(code)
        raise OtherFormat(".xls")
    if not data.startswith(b"PK"):
        raise Refused(_text_code(data[:4096]))


def _ole_code(data: bytes) -> str:
    """Return why a file in Microsoft's older container is none to read, by the names of the streams in it ([MS-CFB])."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "file-encrypted"
    if "WordDocument".encode("utf-16-le") in data:
        return "file-is-word"
    books = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
    return "" if any(name in data for name in books) else "file-not-workbook"


def _text_code(head: bytes) -> str:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return "file-html"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # "Unicode text" as Excel saves it
    control = sum(byte < ord(" ") and byte not in b"\t\r\n\f" for byte in head)
    return "file-text" if wide or not control else "file-not-workbook"


def _form(names: dict[str, zipfile.ZipInfo]) -> str:
    """Return which format a package is of, as the ending of its files' names; raises `Refused` for one without sheets."""
    if "xl/workbook.xml" in names:
        return ".xlsx"
    if any(name.startswith("word/") for name in names):
        raise Refused("file-is-word")
    if "xl/workbook.bin" in names:
        return ".xlsb"
    if "mimetype" in names and "content.xml" in names:
        return ".ods"
    raise Refused("file-not-workbook")


def _mib(size: int) -> str:
    return f"{size / MIB:.0f} MiB"
