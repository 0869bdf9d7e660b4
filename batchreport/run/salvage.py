"""This module reads what can still be read in a damaged SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# A file that is damaged, is no database, or has other tables under our names.
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})


PROBLEMS = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What is raised of a file that is damaged, among other problems: what SQLite says of one may be no UTF-8 itself."""


def is_damage(problem: sqlite3.DatabaseError | UnicodeDecodeError) -> bool:
    """Tell whether a problem is that of a damaged file; text that is no UTF-8 has no code of SQLite's."""
    return getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _DAMAGED


def set_aside(path: Path) -> None:
    """Give a damaged file the name that says so; raises `OSError` where that cannot be."""
    path.replace(path.with_name(f"{path.name}.damaged"))
    with suppress(OSError):
        path.with_name(f"{path.name}-journal").unlink()


def salvage(path: Path, tables: Sequence[str]) -> tuple[dict[str, list[tuple[Any, ...]]], bool]:
    """Return the rows of the tables that can be read, and whether these are surely all there were."""
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in tables}
    whole = True
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        try:
            there = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
        except sqlite3.Error:
            return rows, False
        for table in there & rows.keys():
            rows[table], is_whole = _rows(base, table)
            whole = whole and is_whole
    return rows, whole


def _rows(base: sqlite3.Connection, table: str) -> tuple[list[tuple[Any, ...]], bool]:
    """Return a table's rows from its begin to where it is damaged, and from its end to there."""
    found: dict[tuple[Any, ...], None] = {}
    for order in ("ASC", "DESC"):
        try:
            for row in base.execute(f"SELECT * FROM {table} ORDER BY rowid {order}"):  # noqa: S608  (our names)
                found[row] = None
        except sqlite3.Error:
            continue
        return list(found), True
    return list(found), False
