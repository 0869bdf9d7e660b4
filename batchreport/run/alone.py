"""This module keeps two runs from doing the same thing at the same time."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from batchreport.errors import OutputError
from batchreport.files import said_clearly
from batchreport.findings import Place, error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(path: Path, named: str = "") -> Iterator[None]:
    """Hold the file `path` for one process; raises `OutputError` at once where another holds it, of what is `named`.

    SQLite's lock is used because it is the same on every system, and ends with its process however that ends.
    """
    with said_clearly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(path, timeout=0, isolation_level=None)
    with closing(base):
        try:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                with said_clearly(path):
                    raise
            raise OutputError([error("out-busy", Place(file=named or path.name))]) from None
        yield
