"""This module writes whole files under names that every system allows."""

from __future__ import annotations

import errno
import os
import platform
import re
import sqlite3
import time
import unicodedata
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING
from zlib import crc32

from batchreport.errors import OutputError, reason
from batchreport.findings import Place, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDE = str.maketrans(
    {"<": "＜", ">": "＞", ":": "：", '"': "＂", "/": "／", "\\": "＼", "|": "｜", "?": "？", "*": "＊"}
)
# Device names on Windows, with or without an extension (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_SAFE = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff0-9A-Za-z]{,49}")  # as most names are
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co")
_LONGEST = 150  # bytes of UTF-8: file systems allow 255, and extension, suffix and temporary name want room
_CODES = {
    errno.ENOSPC: "out-full", errno.EDQUOT: "out-full", errno.EACCES: "out-read-only", errno.EPERM: "out-read-only",
    errno.EROFS: "out-read-only", errno.ENOTDIR: "out-is-a-file", errno.EEXIST: "out-is-a-file",
}  # fmt: skip
_CODES_OF_SQLITE = {sqlite3.SQLITE_FULL: "out-full", sqlite3.SQLITE_BUSY: "out-held"}
_FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
UNNAMED = "未命名"
_TEMPORARY = re.compile(r"\..+\.(?P<host>[0-9a-f]{8})\.(?P<process>\d+)\.tmp", re.DOTALL)
_LONGEST_WRITE = 3600  # seconds that writing one file may take


def safe_name(text: str) -> str:
    """Return `text` as a file name without folder that Windows, macOS and Linux all allow, as like it as can be."""
    if _SAFE.fullmatch(text):
        return text
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

    Killed, it leaves a temporary file beside it, for `clear_leftovers`. Raises `OSError` where it cannot be written; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = unfinished(path)
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


def write_down(path: Path, data: bytes) -> None:
    """Write `data` to a file for `put_written`; raises `OSError` where that cannot be."""
    with path.open("wb") as file:
        file.write(data)


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """Give a folder for what is written down, in the folder for what is made; it is taken away with what was left in it."""
    place = unfinished(folder / "aside")
    place.mkdir(exist_ok=True)
    try:
        yield place
    finally:
        rmtree(place, ignore_errors=True)


def unfinished(path: Path) -> Path:
    """Return the temporary name beside `path` under which a file is written that will be put there."""
    return path.with_name(f".{path.name}.{_host()}.{os.getpid()}.tmp")


def put_whole(path: Path, written: Path) -> None:
    """Give a file that has been written under its temporary name its own; raises `OSError` where that cannot be."""
    with written.open("rb+") as file:
        os.fsync(file.fileno())
    written.replace(path)


def put_written(path: Path, written: Path) -> None:
    """Give what has been written down its name; raises `OSError` where that cannot be."""
    try:
        put_whole(path, written)
    except FileNotFoundError:  # the first report of its period
        path.parent.mkdir(parents=True, exist_ok=True)
        written.replace(path)
    except OSError as problem:
        if problem.errno != errno.EXDEV:  # the folder of a period may lie on another disk
            raise
        write_whole(path, written.read_bytes())


def put_down(path: Path, made: bytes | Path) -> None:
    """Have `path` hold these bytes, or what the file `made` holds: whole, as `write_whole` and `put_whole` do it."""
    if isinstance(made, bytes):
        write_whole(path, made)
    else:
        put_whole(path, made)


def is_locked(problem: OSError, path: Path) -> bool:
    """Tell whether the system refuses this one file, as Windows does while Word has it open, and not its folder."""
    if os.name == "posix" and not os.access(path.parent, os.W_OK):
        return False
    return problem.filename2 is not None or str(problem.filename) == str(path)


def clear_leftovers(folder: Path) -> None:
    """Take away what runs that were killed have left half written in a folder, and in the folders in it.

    What a run may still be writing stays: one of a process that is alive, or of another computer, within the hour.
    """
    within = (entry for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    for inside in (folder, *(Path(entry.path) for entry in within if not entry.name.startswith("."))):
        with os.scandir(inside) as entries:
            left = [
                entry for entry in entries if (found := _TEMPORARY.fullmatch(entry.name)) and _is_left(entry, found)
            ]
        for entry in left:
            if entry.is_dir(follow_symlinks=False):
                rmtree(entry.path, ignore_errors=True)
            with suppress(OSError):
                Path(entry.path).unlink()


def _is_left(entry: os.DirEntry[str], found: re.Match[str]) -> bool:
    try:
        old = time.time() - entry.stat(follow_symlinks=False).st_mtime > _LONGEST_WRITE
    except FileNotFoundError:
        return False
    return old or (found["host"] == _host() and not _alive(int(found["process"])))


def _alive(process: int) -> bool:
    """Tell whether another process has this number; only POSIX can be asked."""
    if process == os.getpid():  # of an earlier run in a box of its own, such as a container
        return False
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@cache
def _host() -> str:
    return f"{crc32(platform.node().encode()):08x}"


@contextmanager
def said_clearly(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write at `path` into an `OutputError` that says what to do."""
    try:
        yield
    except OSError as problem:
        code = _CODES.get(problem.errno or 0, "out-failed")
        raise OutputError([error(code, Place(file=str(path)), said=reason(problem))]) from None
    except sqlite3.Error as problem:
        code = _CODES_OF_SQLITE.get(getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF, "out-failed")
        said = reason(_FULL) if code == "out-full" else str(problem)
        raise OutputError([error(code, Place(file=str(path)), said=said)]) from None
