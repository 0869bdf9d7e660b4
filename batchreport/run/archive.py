"""This module is the archive, the SQLite file that remembers what departments reported, and what was written of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

from batchreport.findings import Finding, Place, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.run.pipeline import Outcome

_TABLES = (
    "CREATE TABLE IF NOT EXISTS written (path TEXT, digest TEXT, PRIMARY KEY (path, digest)) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS submissions (
        department TEXT, period TEXT, name TEXT, file TEXT, revision INTEGER, digest TEXT, packed BLOB,
        PRIMARY KEY (department, period))""",
)
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
"""SQLite's codes for a file that is damaged, is no database, or has other tables under our names."""
History = dict[str, dict[str, bytes]]
"""Packed submissions by department, as `Outcome.key` knows it, and period."""
_PATIENCE = 30  # seconds to wait for another run that writes


class Archive:
    """Remembers the last submission of every department and period, and the digest of every report.

    A report is known by its path relative to the folder for what is made. It is announced before it is written and
    confirmed after: killed between the two, either version of the file is known as ours. Without `path` nothing is
    remembered. A damaged file is set aside and begun anew, and `finding` says so.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.finding: Finding | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._base = self._opened()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._base.close()

    def ours(self, path: str, data: bytes) -> bool:
        """Return whether a file is as we wrote it."""
        return bool(self._do("SELECT 1 FROM written WHERE path = ? AND digest = ?", path, _digest(data)))

    def announce(self, path: str, data: bytes) -> None:
        """Remember what is about to be written."""
        self._do("INSERT OR IGNORE INTO written VALUES (?, ?)", path, _digest(data))

    def confirm(self, path: str, data: bytes) -> None:
        """Forget what stood there before."""
        self._do("DELETE FROM written WHERE path = ? AND digest <> ?", path, _digest(data))

    def remember(self, outcome: Outcome) -> None:
        """Remember an outcome's submission, in place of what the department reported for that period before."""
        packed = outcome.records
        if packed is not None:
            row = (outcome.key, str(outcome.period), outcome.name, outcome.file, outcome.revision)
            self._do("INSERT OR REPLACE INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?)", *row, _digest(packed), packed)

    def forget(self, outcome: Outcome) -> None:
        """Forget what the department of an outcome reported for its period."""
        self._do("DELETE FROM submissions WHERE department = ? AND period = ?", outcome.key, str(outcome.period))

    def history(self, periods: Sequence[Period] | None = None) -> History:
        """Return the packed submissions of these periods, or of all, by department and period.

        What has been damaged on the disk is left out.
        """
        rows = self._do(*_asking(periods))
        past = _undamaged(rows)
        if self._path and not _whole(past, rows):
            self.finding = self.finding or warning("out-archive-unreadable", Place(file=self._path.name))
        return past

    def _opened(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._path or ":memory:", timeout=_PATIENCE, isolation_level=None)
        try:
            # A killed process loses nothing this way, and no report waits twice for the disk; WAL is not for network shares.
            base.execute("PRAGMA journal_mode = PERSIST")
            base.execute("PRAGMA synchronous = OFF")
            for table in _TABLES:
                base.execute(table)
        except sqlite3.DatabaseError as problem:
            base.close()
            self._set_aside(problem)
            return self._opened()
        return base

    def _do(self, query: str, *values: Any) -> list[Any]:
        """Return the rows that a query gives; of a damaged file, those of a new one."""
        try:
            return self._base.execute(query, values).fetchall()
        except sqlite3.DatabaseError as problem:
            self._base.close()
            self._set_aside(problem)
            self._base = self._opened()
            return self._base.execute(query, values).fetchall()

    def _set_aside(self, problem: sqlite3.DatabaseError) -> None:
        """Give a damaged file another name; where that cannot be, do without. Raises a problem that is no damage."""
        path = self._path
        if path is None or problem.sqlite_errorcode & 0xFF not in _DAMAGED:
            raise problem
        kept = path.with_name(f"{path.name}.damaged")
        self.finding = warning("out-archive-damaged", Place(file=path.name), kept=kept.name)
        try:
            path.replace(kept)
        except OSError:
            self._path = None
        with suppress(OSError):
            path.with_name(f"{path.name}-journal").unlink()


def look(path: Path, periods: Sequence[Period] | None = None) -> tuple[History, Finding | None]:
    """Return the history in an archive without changing a byte, and what is to be said where it cannot be read."""
    if not path.is_file():
        return {}, None
    unreadable = warning("out-archive-unreadable", Place(file=path.name))
    try:
        rows = _looked_up(path, periods)
    except sqlite3.Error:
        return {}, unreadable
    past = _undamaged(rows)
    return past, None if _whole(past, rows) else unreadable


def _looked_up(path: Path, periods: Sequence[Period] | None) -> list[Any]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", timeout=_PATIENCE, uri=True)) as base:
        if base.execute("SELECT 1 FROM sqlite_master WHERE name = 'submissions'").fetchone() is None:
            return []
        query, *values = _asking(periods)
        return base.execute(query, values).fetchall()


def _asking(periods: Sequence[Period] | None) -> tuple[str, ...]:
    """Return the query for the submissions of these periods, or of all, and its values."""
    query = "SELECT department, period, digest, packed FROM submissions"
    if periods is not None:
        query += f" WHERE period IN ({', '.join('?' * len(periods))})"
    return query, *map(str, periods or ())


def _undamaged(rows: Iterable[Any]) -> History:
    past: History = {}
    for department, period, digest, packed in rows:
        if isinstance(packed, bytes) and digest == _digest(packed):
            past.setdefault(department, {})[period] = packed
    return past


def _whole(past: History, rows: list[Any]) -> bool:
    return len(rows) == sum(map(len, past.values()))


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
