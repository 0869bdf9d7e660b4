"""This module writes whole files under names that every system allows."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import unicodedata
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from batchreport.errors import OutputError
from batchreport.findings import Place, error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WIDE = str.maketrans(
    {"<": "＜", ">": "＞", ":": "：", '"': "＂", "/": "／", "\\": "＼", "|": "｜", "?": "？", "*": "＊"}
)
# Device names on Windows, with or without an extension (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co")
_LONGEST = 150  # bytes of UTF-8: file systems allow 255, and extension, suffix and temporary name want room
_CODES = {
    errno.ENOSPC: "out-full", errno.EDQUOT: "out-full", errno.EACCES: "out-read-only", errno.EPERM: "out-read-only",
    errno.EROFS: "out-read-only", errno.ENOTDIR: "out-is-a-file", errno.EEXIST: "out-is-a-file",
}  # fmt: skip
UNNAMED = "未命名"


def safe_name(text: str) -> str:
    """Return `text` as a file name without folder that Windows, macOS and Linux all allow, as like it as can be."""
    normal = unicodedata.normalize("NFC", text)
    printable = "".join(
        " " if c.isspace() else c for c in normal if c.isspace() or unicodedata.category(c) not in _UNPRINTABLE
    )
    name = re.sub(r" +", " ", printable.translate(_WIDE)).strip(" .")
    name = name.encode()[:_LONGEST].decode(errors="ignore").strip(" .")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name or UNNAMED


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that at any instant the old file, the new file or none is there, never a part.

    Raises `OSError` where it cannot be written; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


@contextmanager
def said_clearly(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write at `path` into an `OutputError` that says what to do."""
    try:
        yield
    except OSError as problem:
        code = _CODES.get(problem.errno or 0, "out-failed")
        raise OutputError([error(code, Place(file=str(path)), said=problem.strerror or str(problem))]) from None
    except sqlite3.Error as problem:
        code = "out-full" if problem.sqlite_errorcode == sqlite3.SQLITE_FULL else "out-failed"
        raise OutputError([error(code, Place(file=str(path)), said=str(problem))]) from None
