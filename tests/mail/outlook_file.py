"""This module writes .msg files for the tests: a compound file ([MS-CFB]) with the streams of [MS-OXMSG]."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

SECTOR = 512
FREE, END, TABLE, NOTHING = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
HEAD = bytes.fromhex("D0CF11E0A1B11AE1")
PER_SECTOR = SECTOR // 4
SHORT, CUTOFF = 64, 4096


def text(number: int, value: str) -> dict[str, Any]:
    """Return a property that is a text."""
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


def ansi(number: int, value: bytes) -> dict[str, Any]:
    """Return a property that is a text in some country's code page."""
    return {f"__substg1.0_{number:04X}001E": value}


def sent(date: datetime, header: int) -> dict[str, Any]:
    """Return the stream of properties with the time of sending; its header differs within other messages."""
    value = int(date.timestamp() * 10**7) + 116_444_736 * 10**9  # since 1601, in 100 ns
    return {"__properties_version1.0": b"\0" * header + struct.pack("<HHIQ", 0x0040, 0x0039, 6, value)}


def attachment(number: int, data: bytes | dict[str, Any] | None, **names: str) -> dict[str, Any]:
    """Return an attachment: a file, a message, or nothing but its name."""
    inner: dict[str, Any] = {"__properties_version1.0": b"\0" * 8}
    if isinstance(data, bytes):
        inner |= {"__substg1.0_37010102": data}
    elif data is not None:
        inner |= {"__substg1.0_3701000D": data}
    inner |= text(0x3707, names["name"]) if "name" in names else {}
    inner |= text(0x3712, names["content_id"]) if "content_id" in names else {}
    return {f"__attach_version1.0_#{number:08X}": inner}


def compound(tree: dict[str, Any]) -> bytes:
    """Return a compound file with these streams (bytes) and storages (dictionaries)."""
    entries: list[list[Any]] = [["Root Entry", ROOT, NOTHING, NOTHING, b""]]
    _add(entries, 0, tree)
    small = b""
    small_table: list[int] = []
    small_starts: dict[Any, int] = {}
    for number, entry in enumerate(entries):
        if 0 < len(entry[4]) < CUTOFF:
            small_starts[number] = len(small_table)
            small_table += _chain(len(small_table), -(-len(entry[4]) // SHORT))
            small += _padded(entry[4], SHORT)
    entries[0][4] = small
    short_fat = _padded(struct.pack(f"<{len(small_table)}I", *small_table), SECTOR, b"\xff")
    bodies = {number: entry[4] for number, entry in enumerate(entries) if entry[4] and number not in small_starts}
    whole: dict[Any, bytes] = {"directory": b"\0" * 128 * len(entries), "short": short_fat, **bodies}
    counts = {key: -(-len(data) // SECTOR) for key, data in whole.items()}
    tables = -(-(sum(counts.values()) + 2) // (PER_SECTOR - 1))
    fat = [TABLE] * tables
    starts: dict[Any, int] = {}
    for key, count in counts.items():
        starts[key] = len(fat) if count else END
        fat += _chain(len(fat), count)
    fat += [FREE] * (tables * PER_SECTOR - len(fat))
    starts |= small_starts
    rows = b"".join(_row(entry, starts.get(number, END)) for number, entry in enumerate(entries))
    head = HEAD + b"\0" * 16 + struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables)
    head += struct.pack("<IIIIIII", starts["directory"], 0, CUTOFF, starts["short"], counts["short"], END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    body = b"".join(_padded(data) for data in (rows, short_fat, *bodies.values()))
    return head + struct.pack(f"<{len(fat)}I", *fat) + body


def _add(entries: list[list[Any]], parent: int, tree: dict[str, Any]) -> None:
    """Add a storage's children: a tree that is a list, each to the right of the one before."""
    last = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        number = len(entries)
        value = tree[name]
        is_stream = isinstance(value, bytes)
        entries.append([name, STREAM if is_stream else STORAGE, NOTHING, NOTHING, value if is_stream else b""])
        if last is None:
            entries[parent][3] = number
        else:
            entries[last][2] = number
        last = number
        if not is_stream:
            _add(entries, number, value)


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), END] if count else []


def _row(entry: list[Any], start: int) -> bytes:
    name, kind, right, child, data = entry
    wide: bytes = name.encode("utf-16-le")
    row = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide) + 2, kind, 1, NOTHING, right, child)
    return row + b"\0" * 36 + struct.pack("<IQ", start if kind != STORAGE else 0, len(data))


def _padded(data: bytes, size: int = SECTOR, sign: bytes = b"\0") -> bytes:
    return data + sign * (-len(data) % size)
