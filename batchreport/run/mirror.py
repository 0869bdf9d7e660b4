"""This module keeps a likeness on this machine of a folder at another address, such as s3://bucket/reports."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from batchreport.errors import BatchReportError, InputError, OutputError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.findings import Place, error, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from batchreport.findings import Finding

_AT_ONCE = 8  # files that come or go at a time
_EVERY = 2  # seconds between two looks for files that have been made meanwhile
_WHOLE = frozenset({"abfs", "az", "gcs", "gs", "memory", "oci", "oss", "s3", "s3a"})
"""Protocols whose files are never there in part: what is sent is there once all of it has arrived."""
_TELLING = (
    "ETag",
    "etag",
    "md5Hash",
    "checksum",
    "mtime",
    "last_modified",
    "LastModified",
    "modified",
    "modify",
    "created",
)
"""What protocols call that by which one version of a file is told from the next, the surest first."""


class Mirror:
    """A folder at an address, and `folder`, its likeness here, which stays from one run to the next.

    What is known of each file is a digest of what the two had in common last, and a token: what the listing at the
    address said of it then. While that says the same, the file need not be fetched, and what differs here is newer.
    Only files that are `wanted` come and go, by their paths below the folder; `last` is the SQLite file that is sent when all else has been.
    """

    def __init__(self, address: str, wanted: Callable[[PurePosixPath], bool], last: str = "") -> None:
        self._wanted = wanted
        self._last = last
        self.address = address.rstrip("/")
        name = f"{safe_name(PurePosixPath(self.address).name)}-{sha256(self.address.encode()).hexdigest()[:12]}"
        self.folder = _cache() / name
        self._known_at = _cache() / f"{name}.json"
        self.lock = _cache() / f"{name}.lock"
        """What one run holds while it makes something here."""
        self._fs, self._root = _file_system(self.address)
        self._known: dict[str, list[str]] = {}
        with suppress(OSError, ValueError):
            self._known = json.loads(self._known_at.read_text("utf-8"))
        self._seen: dict[str, tuple[int, int]] = {}

    def fetch(self) -> bool:
        """Make the likeness like the folder; return whether there is any file there.

        What was made here and could not be sent stays. Raises `InputError` where the address cannot be read.
        """
        with self._said():
            self._fs.invalidate_cache()
            listed = self._fs.find(self._root, detail=True)
            there = {name: (source, info) for source, info in listed.items() if (name := self._below(source))}
            changed = [name for name, (_, info) in there.items() if not self._is_here(name, _token(info))]
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                for name, digest in pool.map(lambda name: (name, self._bring(there[name][0], name)), changed):
                    self._known[name] = [_token(there[name][1]), digest]
        for name in self._known.keys() - there.keys():
            del self._known[name]
            with suppress(OSError):
                (self.folder / name).unlink()
        self._note()
        return bool(there)

    def send(self, *, last: bool = True) -> list[Finding]:
        """Send what was made here since the last time, the archive when all is done; return what did not arrive."""
        names = [name for name in self._made() if last or name != self._last]
        reports = [name for name in names if name != self._last]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            findings = [finding for finding in pool.map(self._put, reports) if finding]
        if last:
            findings += [
                finding for name in self._known.keys() - set(self._files()) if (finding := self._take_away(name))
            ]
            findings += [finding for name in names if name == self._last and (finding := self._put(name))]
        self._note()
        return findings

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Send what is made inside as it is made, and the rest at the end; raises `OutputError` with what did not arrive."""
        ended = Event()
        thread = Thread(target=self._keep_sending, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        if findings := self.send():
            raise OutputError(findings)

    def _keep_sending(self, ended: Event) -> None:
        while not ended.wait(_EVERY):
            with suppress(OSError):  # such as a file that was taken back meanwhile; it is looked at again at the end
                self.send(last=False)

    def _made(self) -> list[str]:
        """Return the files that are not as they were when they were last sent or fetched."""
        made = []
        for name in self._files():
            stat = (self.folder / name).stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if self._seen.get(name) != seen and self._known.get(name, ["", ""])[1] != self._digest(name):
                made.append(name)
            else:
                self._seen[name] = seen
        return made

    def _files(self) -> list[str]:
        paths = (path.relative_to(self.folder) for path in sorted(self.folder.rglob("*")) if path.is_file())
        return [path.as_posix() for path in paths if self._wanted(PurePosixPath(path.as_posix()))]

    def _put(self, name: str) -> Finding | None:
        """Send a file, unless the one at the address was changed by somebody else meanwhile; return what went wrong."""
        place = Place(file=f"{self.address}/{name}")
        target = f"{self._root}/{name}"
        try:
            data = (self.folder / name).read_bytes()
            there = self._there(target)
            if there and there != self._known.get(name, [""])[0]:
                return warning("remote-changed", place)
            self._fs.makedirs(target.rpartition("/")[0], exist_ok=True)
            if _is_whole(self._fs):
                self._fs.pipe_file(target, data)
            else:
                half = f"{target.rpartition('/')[0]}/.{PurePosixPath(name).name}.tmp"
                self._fs.pipe_file(half, data)
                self._fs.mv(half, target)
            self._known[name] = [self._there(target), sha256(data).hexdigest()]
        except Exception as problem:  # noqa: BLE001  (every protocol has errors of its own)
            return error("remote-not-sent", place, said=_told(problem))
        return None

    def _take_away(self, name: str) -> Finding | None:
        """Take a file away that is no longer made, unless somebody has changed it; return what went wrong."""
        target = f"{self._root}/{name}"
        try:
            if self._there(target) == self._known[name][0]:
                self._fs.rm_file(target)
            del self._known[name]
        except Exception as problem:  # noqa: BLE001  (likewise)
            return error("remote-not-sent", Place(file=f"{self.address}/{name}"), said=_told(problem))
        return None

    def _there(self, target: str) -> str:
        """Return the token of the file at the address, "" where there is none."""
        self._fs.invalidate_cache(target.rpartition("/")[0])
        try:
            return _token(self._fs.info(target))
        except FileNotFoundError:
            return ""

    def _is_here(self, name: str, token: str) -> bool:
        return bool(token) and self._known.get(name, [""])[0] == token and (self.folder / name).is_file()

    def _bring(self, source: str, name: str) -> str:
        """Fetch a file and return its digest."""
        data: bytes = self._fs.cat_file(source)
        with said_clearly(self.folder):
            if name == self._last:  # what SQLite has kept beside another archive would spoil this one
                (self.folder / f"{self._last}-journal").unlink(missing_ok=True)
            write_whole(self.folder / name, data)
        return sha256(data).hexdigest()

    def _digest(self, name: str) -> str:
        return sha256((self.folder / name).read_bytes()).hexdigest()

    def _below(self, source: str) -> str:
        """Return the name below the folder of what was listed; "" for what is not wanted or would lead elsewhere here."""
        root = self._root.strip("/")
        path = PurePosixPath(source.strip("/").removeprefix(root).strip("/") or PurePosixPath(root).name)
        safe = ".." not in path.parts and not {"\\", ":"} & set(str(path))
        return str(path) if safe and self._wanted(path) else ""

    def _note(self) -> None:
        with said_clearly(self._known_at):
            write_whole(self._known_at, json.dumps(self._known, ensure_ascii=False).encode())

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except BatchReportError:
            raise
        except Exception as problem:  # noqa: BLE001  (every protocol has errors of its own)
            place = Place(file=self.address)
            raise InputError([error("remote-unreadable", place, said=_told(problem))]) from None


def _token(info: dict[str, Any]) -> str:
    """Return what tells one version of a file from the next; "" where the protocol says nothing of the kind."""
    told: Any = next((info[key] for key in _TELLING if info.get(key)), "")
    told = str(told.timestamp() if isinstance(told, datetime) else told).strip('"')
    return told and f"{info.get('size')} {told}"


def _is_whole(file_system: Any) -> bool:
    protocols = file_system.protocol
    return bool(_WHOLE & ({protocols} if isinstance(protocols, str) else set(protocols)))


def _file_system(address: str) -> tuple[Any, str]:
    """Return what speaks an address's protocol, and the path there; raises `InputError` with what to install."""
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415  (an extra)
    except ImportError:
        raise InputError([error("remote-not-installed", Place(file=address))]) from None
    try:
        file_system, root = url_to_fs(address)
    except Exception as problem:  # noqa: BLE001  (every protocol has errors of its own, also where its package is missing)
        raise InputError([error("remote-unknown", Place(file=address), said=_told(problem))]) from None
    return file_system, str(root).rstrip("/")


def _told(problem: Exception) -> str:
    said = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
    return " ".join(str(said).split())


def _cache() -> Path:
    """Return the folder where this system keeps what programs can make anew."""
    home = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    usual = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return (Path(home) if home else usual) / "batchreport"
