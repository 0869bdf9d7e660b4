"""This module lays documents into the folder for what is made, and leaves alone what somebody has edited there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.files import put_down, put_draft, said_clearly
from batchreport.findings import Finding, Place, error, warning
from batchreport.run.archive import digest_of
from batchreport.run.ledger import digests
from batchreport.run.outcome import Draft

if TYPE_CHECKING:
    from batchreport.run.archive import Archive

Document = bytes | Path | Draft
"""What a document says, or the file in the folder for what is made that says it, which is taken."""


class Delivery:
    """Writes documents into `out`, announced in the archive; `force` has those edited by hand written over."""

    def __init__(self, out: Path, archive: Archive, *, force: bool = False) -> None:
        self._out = out
        self._archive = archive
        self._force = force

    def put(self, name: str, document: Document, file: str = "") -> tuple[Path | None, Finding | None]:
        """Write a document, whose path in the folder is `name`; return where it is, and what is to be said of that.

        It lies beside one that was edited by hand, and nowhere where Windows holds that open: the finding says so, of `file`.
        """
        path, place = self._out / name, Place(file=file or name)
        with said_clearly(path):
            try:
                written = self._written(path, name, document)
            except (PermissionError, IsADirectoryError) as problem:
                if not _is_locked(problem, path):
                    raise
                return None, error("report-locked", place, report=path.name)
        edited = warning("report-edited", place, report=path.name, new=written.name)
        return written, edited if written != path else None

    def take_back(self, path: Path) -> None:
        """Take a document back, unless it was edited by hand."""
        with said_clearly(path):
            if self._archive.ours(path.relative_to(self._out).as_posix(), digests([path])[0]):
                path.unlink(missing_ok=True)

    def _written(self, path: Path, name: str, document: Document) -> Path:
        there = digests([path])[0] if isinstance(document, Path) else _digest_there(path)
        mine = _digest(document)
        if there == mine:
            return path
        if there and not self._force and not self._archive.ours(name, there):
            beside = path.with_stem(f"{path.stem} (new)")
            _put_down(beside, document)
            return beside
        self._archive.announce(name, mine)
        _put_down(path, document)
        self._archive.confirm(name, there)
        return path


def _put_down(path: Path, document: Document) -> None:
    if isinstance(document, Draft):
        put_draft(path, Path(document.path))
    else:
        put_down(path, document)


def _digest(document: Document) -> str:
    if isinstance(document, Draft):
        return document.digest
    return digest_of(document) if isinstance(document, bytes) else digests([document])[0]


def _digest_there(path: Path) -> str:
    """Return the digest of what a file holds, "" where there is none."""
    try:
        return digest_of(path.read_bytes())
    except FileNotFoundError:
        return ""


def _is_locked(problem: OSError, path: Path) -> bool:
    """Tell whether the system refuses this one file, as Windows does while Word has it open, and not its folder."""
    return problem.filename2 is not None or str(problem.filename) == str(path)
