"""This module lays documents into the folder for what is made, and leaves alone what somebody has edited there."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from hashlib import file_digest
from itertools import count, islice
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

from batchreport.files import is_locked, put_down, put_written, said_clearly
from batchreport.findings import Finding, Place, error, note, warning
from batchreport.run.archive import digest_of
from batchreport.run.ledger import digests
from batchreport.run.outcome import WrittenDown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.run.archive import Archive

Document = bytes | Path | WrittenDown
"""What a document says, or the file in the folder for what is made that says it, which is taken."""
BESIDE = re.compile(r" \(new(?: [0-9]+)?\)$")
"""How the name ends of what lies beside a document that was edited; no report's does."""
_BESIDES = 3  # of what may lie beside a document: more are hardly ever there


class Delivery:
    """Writes documents into `out`, announced in the archive; `force` has those edited by hand written over.

    What was there is kept in the folder `aside` while this run may yet take back what took its place.
    """

    def __init__(self, out: Path, archive: Archive, *, force: bool = False, aside: Path | None = None) -> None:
        self.out = out
        """The folder for what is made."""
        self._archive = archive
        self._force = force
        self._aside = aside
        self._numbers = count()
        self._before: dict[Path, tuple[Path, str] | None] = {}

    def put(self, name: str, document: Document, file: str = "") -> tuple[Path | None, Finding | None]:
        """Write a document, whose path in the folder is `name`; return where it is, and what is to be said of that.

        One that was edited by hand stays, and the new one lies beside it until it is taken away; the finding says so, of
        `file`. There is none where Windows holds the old one open.
        """
        path, place = self.out / name, Place(file=file or name)
        with said_clearly(path):
            try:
                return path, self._put(path, document, place)
            except (PermissionError, IsADirectoryError) as problem:
                if not is_locked(problem, path):
                    raise
                return None, error("report-locked", place, report=path.name)

    def take_back(self, path: Path) -> None:
        """Take back what was written here or beside, unless it was edited by hand meanwhile; what was there before is there again."""
        with said_clearly(path):
            for one in (path, *islice(_beside(path), _BESIDES)):
                if one in self._before and self._is_ours(one, there := _digest_there(one)):
                    self._put_back(one, there)

    def withdraw(self, name: str) -> None:
        """Take away a document of this or an earlier run, unless it was edited by hand; where Windows holds it open, it stays."""
        path = self.out / name
        with suppress(PermissionError):
            if (there := _digest_there(path)) and self._is_ours(path, there):
                path.unlink()
                self._archive.confirm(name, there)

    def _put_back(self, path: Path, there: str) -> None:
        if before := self._before.pop(path):
            aside, digest = before
            if digest:
                self._archive.announce(self._name(path), digest)
            aside.replace(path)
            self._archive.confirm(self._name(path), there)
        else:
            path.unlink(missing_ok=True)

    def _put(self, path: Path, document: Document, place: Place) -> Finding | None:
        there, mine = _digest_there(path), _digest(document)
        if there and there != mine and not self._force and not self._was_made(path, there):
            return self._put_beside(path, document, mine, place)
        self._lay(path, document, mine, there)
        self._take_from_beside(path)
        return None

    def _put_beside(self, path: Path, document: Document, mine: str, place: Place) -> Finding:
        """Lay a document beside one that was edited, but not again where somebody took the same away."""
        for beside in _beside(path):
            there = _digest_there(beside)
            if not there and self._is_ours(beside, mine):
                break
            if there in {"", mine} or self._is_ours(beside, there):
                self._lay(beside, document, mine, there)
                code = "report-edited" if self._archive.knows(self._name(path)) else "report-unknown"
                return warning(code, place, report=path.name, new=beside.name)
        return note("report-edited-stays", place, report=path.name)

    def _take_from_beside(self, path: Path) -> None:
        """Take away what lay beside a document that was edited, and is not any more."""
        for beside in islice(_beside(path), _BESIDES):
            if beside.is_file() and self._is_ours(beside, digest := _digest_there(beside)):
                beside.unlink()
                self._archive.confirm(self._name(beside), digest)

    def _lay(self, path: Path, document: Document, mine: str, there: str) -> None:
        if there == mine:
            self._archive.know(self._name(path), mine)
            return
        if path not in self._before:
            self._before[path] = self._kept(path, there)
        self._archive.announce(self._name(path), mine)
        _put_down(path, document)
        self._archive.confirm(self._name(path), there)

    def _kept(self, path: Path, there: str) -> tuple[Path, str] | None:
        """Return where what stands there is from now on too, and its digest, "" where somebody edited it; None for nothing."""
        if not there or not self._aside:
            return None
        aside = self._aside / f"before-{next(self._numbers)}"
        try:
            os.link(path, aside)
        except OSError:  # a file system without links
            copyfile(path, aside)
        return aside, there if self._is_ours(path, there) else ""

    def _was_made(self, path: Path, digest: str) -> bool:
        """Tell whether we wrote this, here or beside: who has compared the two may give the new one the name of the old."""
        return any(self._is_ours(one, digest) for one in (path, *islice(_beside(path), _BESIDES)))

    def _is_ours(self, path: Path, digest: str) -> bool:
        return self._archive.ours(self._name(path), digest)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.out).as_posix()


def _beside(path: Path) -> Iterator[Path]:
    """Yield where a document may lie beside one that was edited."""
    yield path.with_stem(f"{path.stem} (new)")
    yield from (path.with_stem(f"{path.stem} (new {number})") for number in count(2))


def _put_down(path: Path, document: Document) -> None:
    if isinstance(document, WrittenDown):
        put_written(path, Path(document.path))
    else:
        put_down(path, document)


def _digest(document: Document) -> str:
    if isinstance(document, WrittenDown):
        return document.digest
    return digest_of(document) if isinstance(document, bytes) else digests([document])[0]


def _digest_there(path: Path) -> str:
    """Return the digest of what a file holds, "" where there is none."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
