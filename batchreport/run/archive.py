"""This module is the archive, the SQLite file that remembers what was written, so that handwork is never overwritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = "CREATE TABLE IF NOT EXISTS written (path TEXT, digest TEXT, PRIMARY KEY (path, digest)) WITHOUT ROWID"
_PATIENCE = 30  # seconds to wait for another run that writes


class Archive:
    """Remembers the digest of every report under its path relative to the folder for what is made.

    A report is announced before it is written and confirmed after: killed between the two, either version of the file
    is known as ours. Without `path` nothing is remembered.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(path or ":memory:", timeout=_PATIENCE, isolation_level=None)
        # A killed process loses nothing this way, and no report waits twice for the disk; WAL is not for network shares.
        self._base.execute("PRAGMA journal_mode = PERSIST")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._base.close()

    def ours(self, path: str, data: bytes) -> bool:
        """Return whether a file is as we wrote it."""
        query = "SELECT 1 FROM written WHERE path = ? AND digest = ?"
        with closing(self._base.execute(query, (path, _digest(data)))) as rows:
            return rows.fetchone() is not None

    def announce(self, path: str, data: bytes) -> None:
        """Remember what is about to be written."""
        self._base.execute("INSERT OR IGNORE INTO written VALUES (?, ?)", (path, _digest(data)))

    def confirm(self, path: str, data: bytes) -> None:
        """Forget what stood there before."""
        self._base.execute("DELETE FROM written WHERE path = ? AND digest <> ?", (path, _digest(data)))


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
