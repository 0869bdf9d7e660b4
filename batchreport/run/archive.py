"""This module is the archive, the SQLite file that remembers what departments reported, and what was made of it."""

from __future__ import annotations

import sqlite3
from contextlib import nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar
from zlib import crc32

from batchreport.errors import OutputError
from batchreport.files import said_clearly
from batchreport.findings import Finding, Place, warning
from batchreport.packed import is_known
from batchreport.run.salvage import PROBLEMS, is_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from batchreport.period import Period
    from batchreport.run.outcome import Outcome

_TABLES = (
    "CREATE TABLE IF NOT EXISTS written (path TEXT, digest TEXT, PRIMARY KEY (path, digest)) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS submissions (
        department TEXT, period TEXT, name TEXT, file TEXT, revision INTEGER, digest TEXT, packed BLOB,
        PRIMARY KEY (department, period))""",
    "CREATE INDEX IF NOT EXISTS reported ON submissions (period, department, digest)",
    "CREATE INDEX IF NOT EXISTS said_by ON submissions (file)",
    """CREATE TABLE IF NOT EXISTS made (
        kind TEXT, what TEXT, digest TEXT, said TEXT, PRIMARY KEY (kind, what)) WITHOUT ROWID""",
)
History = dict[str, dict[str, bytes]]
"""Packed submissions by department, as `Outcome.key` knows it, and period."""
Digests = dict[str, dict[str, str]]
"""Digests of packed submissions, likewise."""
Made = dict[tuple[str, str], tuple[str, str]]
"""What was made, by kind and name: the digest of all it was made of, and what is to be known of it."""
_KNOWN = "INSERT OR IGNORE INTO written VALUES (?, ?)"
PATIENCE = 30
"""Seconds to wait for another run that writes."""
_MANY = 256  # things to be remembered that are written at once at the latest
T = TypeVar("T")


class Archive:
    """Remembers the last submission of every department and period, the digest of every report, and what was made of what.

    A report is known by its path relative to the folder for what is made. It is announced before it is written and
    confirmed after: killed between the two, either version of the file is known as ours. Without `path` nothing is
    remembered. A damaged file is set aside and begun anew, and `finding` says so.

    What is to be remembered is collected and written at once: with the next announcement, before anything is asked, and
    at the end. Whatever a killed run had not written yet, is made again. Raises `OutputError` where it cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.finding: Finding | None = None
        self._collected: list[tuple[str, tuple[Any, ...]]] = []
        self._since: dict[str, str] = {}  # what has been written by this run, which a new file is to know too
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._base = self._opened()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        try:
            with suppress(OutputError) if kind else nullcontext():
                self.write()
        finally:
            self._base.close()

    def ours(self, path: str, digest: str) -> bool:
        """Return whether a file is as we wrote it, by the digest of what it holds."""
        return bool(self._do("SELECT 1 FROM written WHERE path = ? AND digest = ?", path, digest))

    def knows(self, path: str) -> bool:
        """Return whether we ever wrote a file; of one that an archive before knew, that was lost, this one knows nothing."""
        return bool(self._do("SELECT 1 FROM written WHERE path = ?", path))

    def announce(self, path: str, digest: str) -> None:
        """Remember the digest of what is about to be written, at once."""
        self.know(path, digest)
        self.write()

    def know(self, path: str, digest: str) -> None:
        """Remember the digest of what has been written."""
        self._since[path] = digest
        self._collect(_KNOWN, path, digest)

    def confirm(self, path: str, before: str) -> None:
        """Forget what stood there before something was written; what another run has announced meanwhile stays."""
        if before:
            self._collect("DELETE FROM written WHERE path = ? AND digest = ?", path, before)

    def remember(self, outcome: Outcome, file: str) -> None:
        """Remember an outcome's submission, in place of what the department reported for that period before.

        `file` is where the workbook lies, told from the folder that the archive lies in.
        """
        packed = outcome.records
        if packed is not None:
            row = (outcome.key, str(outcome.period), outcome.name, file, outcome.revision)
            into = "INSERT OR REPLACE INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?)"
            self._collect(into, *row, digest_of(packed), packed)

    def forget(self, outcome: Outcome) -> None:
        """Forget what the department of an outcome reported for its period."""
        self._collect("DELETE FROM submissions WHERE department = ? AND period = ?", outcome.key, str(outcome.period))

    def outdate(self, outcome: Outcome, file: str) -> None:
        """Forget what a workbook said when it was of another department or period than now."""
        other = "DELETE FROM submissions WHERE file = ? AND (department, period) <> (?, ?)"
        self._collect(other, file, *speaks_for(outcome))

    def history(self, periods: Sequence[Period] | None = None) -> History:
        """Return the packed submissions of these periods, or of all, by department and period.

        What has been damaged on the disk, or was packed by another version, is left out, and forgotten, so that its workbook
        is read again.
        """
        rows = self._do(*asking(periods))
        past = undamaged(rows)
        if self._path and not whole(past, rows):
            self.finding = self.finding or warning("out-archive-unreadable", Place(file=self._path.name))
            for department, period, *_ in rows:
                if period not in past.get(department, {}):
                    self._collect("DELETE FROM submissions WHERE department IS ? AND period IS ?", department, period)
        return past

    def packed(self, department: str, period: str) -> bytes:
        """Return the packed submission of a department and period; none where it is not known, or has been damaged."""
        query = "SELECT digest, packed FROM submissions WHERE department = ? AND period = ?"
        for digest, packed in self._do(query, department, period):
            if isinstance(packed, bytes) and digest == digest_of(packed):
                return packed
            if self._path:
                self.finding = self.finding or warning("out-archive-unreadable", Place(file=self._path.name))
        return b""

    def look_on(self) -> None:
        """Go on in a copy of the process that opened the file, which is only looked at there."""
        if self._path:
            self._collected = []  # the other process writes it
            self._unused = self._base  # SQLite forbids to use or close a connection in both
            self._base = sqlite3.connect(opened_as(self._path, "ro"), timeout=PATIENCE, uri=True)

    def digests(self, periods: Sequence[Period] | None = None) -> Digests:
        """Return the digests of the packed submissions of these periods, or of all, by department and period."""
        known: Digests = {}
        for department, period, digest in self._do(*asking(periods, "department, period, digest")):
            known.setdefault(department, {})[period] = digest
        return known

    def keep(self, kind: str, what: str, digest: str, said: str) -> None:
        """Remember of what something was made, and what is to be known of it."""
        check = sum_of(*(text.encode() for text in (kind, what, digest, said)))
        self._collect("INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?)", kind, what, digest, f"{check} {said}")

    def drop(self, kind: str, what: str) -> None:
        """Forget what was made."""
        self._collect("DELETE FROM made WHERE kind = ? AND what = ?", kind, what)

    def write(self) -> None:
        """Write what has been collected, all of it or nothing."""
        if self._collected:
            with said_clearly(self._path or Path()):
                self._tried(self._written)
                self._collected = []

    def _collect(self, query: str, *values: Any) -> None:
        self._collected.append((query, values))
        if len(self._collected) >= _MANY:
            self.write()

    def _written(self, base: sqlite3.Connection) -> None:
        base.execute("BEGIN IMMEDIATE")
        try:
            for query, values in self._collected:
                base.execute(query, values)
            base.execute("COMMIT")
        except BaseException:
            if base.in_transaction:
                base.execute("ROLLBACK")
            raise

    def _opened(self) -> sqlite3.Connection:
        # PDFs are remembered by the threads that make them, one at a time.
        base = sqlite3.connect(self._path or ":memory:", PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            # A killed process loses nothing this way, and no report waits twice for the disk; WAL is not for network shares.
            base.execute("PRAGMA journal_mode = PERSIST")
            base.execute("PRAGMA synchronous = OFF")
            for table in _TABLES:
                base.execute(table)
        except PROBLEMS as problem:
            base.close()
            self._set_aside(problem)
            return self._opened()
        return base

    def _do(self, query: str, *values: Any) -> list[Any]:
        """Return the rows that a query gives; of a damaged file, those of a new one."""
        self.write()
        return self._tried(lambda base: base.execute(query, values).fetchall())

    def _tried(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the file, and where that turns out to be damaged, with a new one."""
        try:
            return work(self._base)
        except PROBLEMS as problem:
            if not self._is_damage(problem):
                raise
            self._base.close()
            self._set_aside(problem)
            self._base = self._opened()
            self._base.executemany(_KNOWN, self._since.items())
            return work(self._base)

    def _is_damage(self, problem: sqlite3.DatabaseError | UnicodeDecodeError) -> bool:
        return self._path is not None and is_damage(problem)

    def _set_aside(self, problem: sqlite3.DatabaseError | UnicodeDecodeError) -> None:
        """Give a damaged file another name; where that cannot be, do without. Raises a problem that is no damage."""
        path = self._path
        if path is None or not self._is_damage(problem):
            raise problem
        kept = path.with_name(f"{path.name}.damaged")
        self.finding = warning("out-archive-damaged", Place(file=path.name), kept=kept.name)
        try:
            path.replace(kept)
        except OSError:
            self.finding = warning("out-archive-stuck", Place(file=path.name), kept=kept.name)
            self._path = None
        with suppress(OSError):
            path.with_name(f"{path.name}-journal").unlink()


def opened_as(path: Path, mode: str) -> str:
    """Return by what SQLite opens a file only to read it, "ro", or to write it, "rw", if it is there."""
    return f"{path.resolve().as_uri()}?mode={mode}"


def asking(periods: Sequence[Period] | None, columns: str = "department, period, digest, packed") -> tuple[str, ...]:
    """Return the query for the submissions of these periods, or of all, and its values."""
    query = f"SELECT {columns} FROM submissions"  # noqa: S608  (the columns are ours)
    if periods is not None:
        query += f" WHERE period IN ({', '.join('?' * len(periods))})"
    return query, *map(str, periods or ())


def undamaged(rows: Iterable[Any]) -> History:
    """Return the history in the rows that `asking` gives, without what has been damaged or is of another version."""
    past: History = {}
    for department, period, digest, packed in rows:
        if isinstance(packed, bytes) and digest == digest_of(packed) and is_known(packed):
            past.setdefault(department, {})[period] = packed
    return past


def whole(past: History, rows: list[Any]) -> bool:
    """Tell whether a history has what all these rows say."""
    return len(rows) == sum(map(len, past.values()))


def speaks_for(outcome: Outcome) -> tuple[str, str]:
    """Return for which department and period a workbook speaks: a strayed one for none."""
    return ("", "") if outcome.strayed else (outcome.key, str(outcome.period))


def sum_of(*said: bytes) -> str:
    """Return a sum by which it is found that something in a row of things made has been damaged."""
    return f"{crc32(b' '.join(said)):08x}"


def digest_of(data: bytes) -> str:
    """Return the digest by which bytes are known again."""
    return sha256(data).hexdigest()
