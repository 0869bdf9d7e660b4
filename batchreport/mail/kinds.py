"""This module tells what a file is: by its name if it is named as a workbook, else by its first bytes."""

from __future__ import annotations

import re
import zipfile
from enum import Enum, auto
from io import BytesIO


class Kind(Enum):
    """What a file is to one who looks for workbooks."""

    WORKBOOK = auto()
    ZIP = auto()
    MESSAGE = auto()
    MAILBOX = auto()
    OUTLOOK = auto()
    TNEF = auto()
    ARCHIVE = auto()
    LITTER = auto()
    OTHER = auto()


HOLDS_WORKBOOKS = frozenset({Kind.WORKBOOK, Kind.ZIP, Kind.ARCHIVE, Kind.TNEF})
"""What is a workbook, or may well have one in it."""
_WORKBOOK = re.compile(r".\.(xls|xlsx|xlsm|xlsb|xlt|xltx|xltm|et|ett|ods)\Z", re.IGNORECASE | re.DOTALL)
# What systems and Office leave beside files: macOS's second halves, the lock of an open workbook, thumbnails.
_LITTER = re.compile(r"\._.*|~\$.*|\.~.*|\.DS_Store|Thumbs\.db|desktop\.ini", re.IGNORECASE | re.DOTALL)
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_MESSAGE_STREAM = "__properties_version1.0".encode("utf-16-le")  # [MS-OXMSG] 2.4
_BOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le"))
_TNEF = bytes.fromhex("789F3E22")  # [MS-OXTNEF] 2.1.3.1
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"MSCF")
_TAR = slice(257, 262)
_ENTRY = b"PK\x01\x02"  # begins an entry of the directory (APPNOTE.TXT 4.3.12)
_MOST_ENTRIES = 100_000
_HEAD = 8192
_HEADER = re.compile(
    rb"^(received|return-path|from|to|date|subject|message-id|mime-version|content-type|delivered-to|x-[\w-]+|dkim-signature)"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")
_MARKS = b"\xef\xbb\xbf\r\n"


def kind_of(data: bytes, name: str) -> Kind:
    """Return what a file is."""
    if _LITTER.fullmatch(name):
        return Kind.LITTER
    if data.startswith(_TNEF):
        return Kind.TNEF
    if _WORKBOOK.search(name[-7:]):
        return Kind.WORKBOOK
    if data.startswith(_OLE):
        return _ole_kind(data)
    if data.startswith(b"PK"):
        return _zip_kind(data)
    if data.startswith(_ARCHIVES) or data[_TAR] == b"ustar":
        return Kind.ARCHIVE
    return _text_kind(data, name)


def workbook_ending(data: bytes) -> str:
    """Return the ending that the name of a workbook should have by its bytes, or ""."""
    if data.startswith(_OLE):
        return ".xls"
    names = _names(data)
    return ".ods" if "content.xml" in names else ".xlsb" if "xl/workbook.bin" in names else ".xlsx"


def _ole_kind(data: bytes) -> Kind:
    if _MESSAGE_STREAM in data:
        return Kind.OUTLOOK
    return Kind.WORKBOOK if any(stream in data for stream in _BOOK_STREAMS) else Kind.OTHER


def _zip_kind(data: bytes) -> Kind:
    names = _names(data)
    if any(name.startswith("xl/") for name in names):
        return Kind.WORKBOOK
    if "mimetype" in names and "content.xml" in names:
        return Kind.WORKBOOK
    return Kind.OTHER if "[content_types].xml" in names else Kind.ZIP


def _names(data: bytes) -> frozenset[str]:
    """Return the names in a zip file's directory in small letters; none, if it is broken or its directory too long."""
    if data.count(_ENTRY) > _MOST_ENTRIES:
        return frozenset()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return frozenset(name.lower() for name in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return frozenset()


def _text_kind(data: bytes, name: str) -> Kind:
    head = data[:_HEAD].lstrip(_MARKS)
    known = {match[1].lower() for match in _HEADER.finditer(head)}
    if head.startswith(b"From ") and known:
        return Kind.MAILBOX
    if name.lower().endswith(".eml") and known:
        return Kind.MESSAGE
    return Kind.MESSAGE if _HEADER_LINE.match(head) and len(known) > 1 else Kind.OTHER
