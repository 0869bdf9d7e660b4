"""This module looks into an archive; what that remembers stays as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from batchreport.findings import Finding, Place, warning
from batchreport.run.archive import PATIENCE, asking, opened_as, sum_of, undamaged, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.run.archive import History, Made

_HELD: set[Path] = set()
"""Archives that another program held for as long as we wait; nobody waits for these again."""


@contextmanager
def opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Open an archive while it is looked into, in a mode of `opened_as`; raises `sqlite3.Error` where that cannot be."""
    patience = 0 if path in _HELD else PATIENCE
    try:
        with closing(sqlite3.connect(opened_as(path, mode), timeout=patience, uri=True)) as base:
            yield base
    except UnicodeDecodeError as problem:
        raise sqlite3.DatabaseError(str(problem)) from None
    except sqlite3.Error as problem:
        if getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            _HELD.add(path)
        raise
    _HELD.discard(path)


def take_back(path: Path) -> None:
    """Have taken back what a process left half written that was killed: whoever only looks cannot, and would know nothing."""
    with suppress(sqlite3.Error), opened(path, "rw") as base:
        base.execute("SELECT 1 FROM sqlite_master").fetchone()


def look(path: Path, periods: Sequence[Period] | None = None) -> tuple[History, Finding | None]:
    """Return the history in an archive without changing a byte, and what is to be said where it cannot be read."""
    if not path.is_file():
        return {}, None
    unreadable = warning("out-archive-unreadable", Place(file=path.name))
    try:
        rows = _looked_up(path, periods)
    except sqlite3.Error:
        return {}, warning("out-archive-held", Place(file=path.name)) if path in _HELD else unreadable
    past = undamaged(rows)
    return past, None if whole(past, rows) else unreadable


def look_said(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return for which departments and periods each workbook counts in an archive, without changing a byte."""
    try:
        rows = _rows(path, "submissions", "SELECT file, department, period FROM submissions") if path.is_file() else []
    except sqlite3.Error:
        return {}
    said: dict[str, list[tuple[str, str]]] = {}
    for file, department, period in rows:
        said.setdefault(file, []).append((department, period))
    return said


def look_made(path: Path, under: str) -> Made:
    """Return what an archive knows of the things made whose names begin with `under`, and of those with no folder.

    Not a byte is changed; an archive that cannot be read knows nothing, and what has been damaged is not known.
    """
    if not path.is_file():
        return {}
    columns = ", ".join(f"CAST({column} AS BLOB)" for column in ("kind", "what", "digest", "said"))
    query = f"SELECT {columns} FROM made WHERE kind <> 'workbook' OR (what >= ? AND what < ?)"  # noqa: S608  (ours)
    try:
        rows = _rows(path, "made", query, under, f"{under}\U0010ffff")
    except sqlite3.Error:
        return {}
    return dict(_made(*row) for row in rows if None not in row and _is_whole(*row))


def _is_whole(kind: bytes, what: bytes, digest: bytes, said: bytes) -> bool:
    """Tell whether a row of things made is as it was written."""
    check, _, rest = said.partition(b" ")
    return check == sum_of(kind, what, digest, rest).encode()


def _made(kind: bytes, what: bytes, digest: bytes, said: bytes) -> tuple[tuple[str, str], tuple[str, str]]:
    return (kind.decode(), what.decode()), (digest.decode(), said.partition(b" ")[2].decode())


def _looked_up(path: Path, periods: Sequence[Period] | None) -> list[Any]:
    return _rows(path, "submissions", *asking(periods))


def _rows(path: Path, table: str, query: str, *values: str) -> list[Any]:
    with opened(path, "ro") as base:
        if base.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is None:
            return []
        return base.execute(query, values).fetchall()
