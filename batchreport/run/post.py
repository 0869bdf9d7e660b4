"""This module remembers which letters went out and which workbooks came in, in the archive's file."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from batchreport.files import said_clearly
from batchreport.findings import Finding, Place, error
from batchreport.run.look import opened
from batchreport.run.salvage import PROBLEMS, is_damage, salvage, set_aside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from batchreport.period import Period

Kind = Literal["blank", "reminder", "marked", "report"]
"""What a letter brings."""
SentState = Literal["begun", "going", "sent", "refused", "later", "unsure", "draft"]
"""How far a letter has come."""
_PATIENCE = 30  # seconds to wait for another run that writes
_TABLES = {
    "letters": """CREATE TABLE IF NOT EXISTS letters (
        period TEXT, department TEXT, kind TEXT, digest TEXT, message_id TEXT PRIMARY KEY, recipients TEXT, at TEXT,
        state TEXT, said TEXT)""",
    "receipts": """CREATE TABLE IF NOT EXISTS receipts (
        digest TEXT, period TEXT, department TEXT, revision INTEGER, file TEXT, at TEXT, sender TEXT, origin TEXT,
        state TEXT, said TEXT, PRIMARY KEY (digest, period, department))""",
    "sources": "CREATE TABLE IF NOT EXISTS sources (source TEXT PRIMARY KEY)",
}

_COLUMNS = {
    "letters": "period, department, kind, digest, message_id, recipients, at, state, said",
    "receipts": "digest, period, department, revision, file, at, sender, origin, state, said",
    "sources": "source",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter to one department, `digest` of what it brings, `at` when it was begun (UTC).

    "begun": it was not handed over yet. "going": the last bytes were about to go, so it may have been delivered.
    "sent", "refused", "later" and "unsure" are what `mail.outbox.Delivery` says; "draft" was written to disk.
    """

    period: str
    department: str
    kind: Kind
    digest: str
    message_id: str
    to: str
    at: datetime
    state: SentState = "begun"
    said: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A workbook that came: where it lies from the project's folder of workbooks, "" for nowhere.

    `at` is the date of the message that brought it, else of the file, in UTC; `origin` says where it lay, `said` what
    there was to say of it, a line each.
    """

    digest: str
    period: str
    department: str
    revision: int
    file: str
    at: datetime | None
    sender: str
    origin: str
    state: Literal["taken", "superseded", "refused"]
    said: str = ""


class Post:
    """What was sent and received, in the archive's file at `path`; each entry is on the disk before a method returns.

    A file that is damaged, or was set aside as such by another run, is gone through for what can still be read, and
    `finding` says so until `overlook` is called: what is not known as sent might be sent twice. Raises `OutputError`
    where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.finding: Finding | None = None
        with said_clearly(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = self._opened()
            self._look_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def begin(self, sent: Sent) -> None:
        """Remember a letter, in place of what was known under its message id."""
        row = replace(sent, at=cast("Any", _written(sent.at)))
        self._do("INSERT OR REPLACE INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", *astuple(row))

    def mark(self, message_id: str, state: SentState, said: str = "") -> None:
        """Remember how far a letter has come."""
        self._do("UPDATE letters SET state = ?, said = ? WHERE message_id = ?", state, said, message_id)

    def letters(self, period: Period | None = None) -> tuple[Sent, ...]:
        """Return the letters of a period, or all, in the order they were begun."""
        return _letters(self._do(*_asking("letters", period)))

    def seen(self, source: str) -> bool:
        """Tell whether a message or a file was taken apart: "imap:folder:validity:uid", "mid:<…>", "file:sha256"."""
        return bool(self._do("SELECT 1 FROM sources WHERE source = ?", source))

    def saw(self, source: str) -> None:
        """Remember that a message or a file was taken apart."""
        self._do("INSERT OR IGNORE INTO sources VALUES (?)", source)

    def receive(self, receipt: Receipt) -> None:
        """Remember a workbook, in place of what was known of the same bytes, department and period."""
        row = replace(receipt, at=cast("Any", _written(receipt.at)))
        self._do("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *astuple(row))

    def receipts(self, period: Period | None = None) -> tuple[Receipt, ...]:
        """Return the workbooks of a period, or all, in the order they came."""
        return _receipts(self._do(*_asking("receipts", period)))

    def overlook(self) -> None:
        """Take it that all letters are known that were sent, whatever was lost in a damaged file."""
        self._note_damaged()
        self.finding = None

    def _look_back(self) -> None:
        """Take over what can be read in a damaged file, unless that was done and overlooked before."""
        known = self._damaged()
        if known is None or self.seen(f"overlooked:{known}"):
            return
        rows, is_whole = salvage(self._aside, tuple(_TABLES))
        is_whole = self._take_over(rows) and is_whole
        if not is_whole:
            count = len(rows["letters"])
            self.finding = error("post-damaged", Place(file=self._aside.name), count=count)

    def _take_over(self, rows: dict[str, list[tuple[Any, ...]]]) -> bool:
        """Remember what was read in a damaged file and is not known; return whether all of it was understood."""
        understood = True
        self._do("BEGIN IMMEDIATE")
        for table, found in rows.items():
            width = _COLUMNS[table].count(",") + 1
            insert = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608  (our names)
            understood = understood and all(len(row) == width for row in found)
            for row in found:
                if len(row) == width:
                    self._do(insert, *row)
        self._do("COMMIT")
        return understood

    @property
    def _aside(self) -> Path:
        return self._path.with_name(f"{self._path.name}.damaged")

    def _damaged(self) -> str | None:
        """Return by what the file that was set aside is known again, None where there is none."""
        try:
            there = self._aside.stat()
        except OSError:
            return None
        return f"{there.st_size}:{there.st_mtime_ns}"

    def _note_damaged(self) -> None:
        if known := self._damaged():
            self.saw(f"overlooked:{known}")

    def _opened(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            base.execute("PRAGMA journal_mode = PERSIST")
            base.execute("PRAGMA synchronous = FULL")  # what was sent must be known after a power cut as well
            for table in _TABLES.values():
                base.execute(table)
            for table in _TABLES:
                base.execute(f"SELECT {_COLUMNS[table]} FROM {table}").fetchall()  # noqa: S608  (our names)
        except PROBLEMS as problem:
            base.close()
            if not is_damage(problem):
                raise
            set_aside(self._path)
            return self._opened()
        return base

    def _do(self, query: str, *values: Any) -> list[Any]:
        with said_clearly(self._path):
            return self._base.execute(query, values).fetchall()


def look_post(path: Path, period: Period | None = None) -> tuple[tuple[Sent, ...], tuple[Receipt, ...]]:
    """Return the letters and workbooks of a period, or all, without changing a byte; none where they cannot be read."""
    if not path.is_file():
        return (), ()
    try:
        with opened(path, "ro") as base:
            names = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
            rows = {
                table: _asked(base, *_asking(table, period)) if table in names else []
                for table in ("letters", "receipts")
            }
    except sqlite3.Error:
        return (), ()
    return _letters(rows["letters"]), _receipts(rows["receipts"])


def _asked(base: sqlite3.Connection, query: str, *values: str) -> Sequence[Any]:
    return base.execute(query, values).fetchall()


def _asking(table: str, period: Period | None) -> tuple[str, ...]:
    query = f"SELECT * FROM {table}"  # noqa: S608  (our names)
    return (
        (f"{query} ORDER BY at, rowid",)
        if period is None
        else (
            f"{query} WHERE period = ? ORDER BY at, rowid",
            str(period),
        )
    )


def _letters(rows: Iterable[Any]) -> tuple[Sent, ...]:
    return tuple(replace(sent, at=_read(sent.at) or _UNKNOWN) for sent in (Sent(*row) for row in rows))


def _receipts(rows: Iterable[Any]) -> tuple[Receipt, ...]:
    return tuple(replace(receipt, at=_read(receipt.at)) for receipt in (Receipt(*row) for row in rows))


_UNKNOWN = datetime(1980, 1, 1, tzinfo=UTC)


def _written(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _read(at: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return None
