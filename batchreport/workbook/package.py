"""This module opens a workbook's bytes as a package of parts, and refuses what is none or would cost too much."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_CHUNK = 1 << 20
_WORD = "word/"
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may cost; sizes in bytes. Real workbooks of this kind stay far below."""

    file: int = 20 * _MIB
    parts: int = 1_000
    part: int = 50 * _MIB
    total: int = 200 * _MIB
    rows: int = 100_000
    columns: int = 256


class Refused(Exception):  # noqa: N818  (it is caught in `read` and becomes a finding; nobody else sees it)
    """The bytes cannot be read as a workbook; `code` and `details` make the finding."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of a workbook by name, and the names of all parts."""

    parts: dict[str, bytes]
    names: tuple[str, ...]


def open_package(data: bytes, limits: Limits) -> Package:
    """Return the parts of a workbook (ECMA-376 part 2); raises `Refused` with the code of the finding to make."""
    _sniff(data, limits)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _unpack(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise Refused("file-damaged") from None


def _sniff(data: bytes, limits: Limits) -> None:
    """Refuse by size and first bytes."""
    if not data.strip(b"\0\r\n\t "):
        raise Refused("file-empty")
    if len(data) > limits.file:
        raise Refused("file-too-large", size=_mib(len(data)), limit=_mib(limits.file))
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Refused("file-encrypted" if encrypted else "file-old-format")
    if not data.startswith(b"PK"):
        raise Refused(_text_code(data[:4096]))


def _text_code(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<?xml", b"mime-version")):
        return "file-html"
    return "file-text" if b"\0" not in head else "file-not-workbook"


def _unpack(archive: zipfile.ZipFile, limits: Limits) -> Package:
    entries = archive.infolist()
    names = tuple(entry.filename for entry in entries)
    if len(entries) > limits.parts:
        raise Refused("file-too-many-parts", count=len(entries), limit=limits.parts)
    if sum(entry.file_size for entry in entries) > limits.total:
        raise Refused("file-inflates", limit=_mib(limits.total))
    if "xl/workbook.xml" not in names:
        raise Refused(_kind_code(names))
    parts: dict[str, bytes] = {}
    left = limits.total
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            parts[entry.filename] = part = _inflate(archive, entry, min(left, limits.part))
            left -= len(part)
    return Package(parts, names)


def _kind_code(names: tuple[str, ...]) -> str:
    if any(name.startswith(_WORD) for name in names):
        return "file-is-word"
    if "EncryptedPackage" in names:
        return "file-encrypted"
    other = "mimetype" in names or "xl/workbook.bin" in names
    return "file-old-format" if other else "file-not-workbook"


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Return a part's bytes, counted as they inflate, because the directory's sizes can lie."""
    chunks: list[bytes] = []
    size = 0
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise Refused("file-inflates", limit=_mib(limit))
            chunks.append(chunk)
    part = b"".join(chunks)
    if b"<!DOCTYPE" in part[:4096]:
        raise Refused("file-doctype", part=entry.filename)
    return part


def _mib(size: int) -> str:
    return f"{size / _MIB:.0f} MiB"
