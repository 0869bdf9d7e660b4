"""This module looks through a folder and all below it, wherever links lead and whatever may not be looked into."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PASSED_OVER = frozenset({"thumbs.db", "desktop.ini"})


def spoken(name: str) -> str:
    """Return a file name as a text that can be shown: numbers stand for control characters, and for bytes that are no UTF-8."""
    told = name if name.isprintable() else _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", name)
    return told.encode("utf-8", "backslashreplace").decode("utf-8")


class Tree:
    """The folder `start` without what is `besides`.

    A link is followed, but not to a folder that it lies in. `closed` has the folders that could not be looked into, and why.
    """

    def __init__(self, start: str, besides: Iterable[Path]) -> None:
        self._start = start
        self._besides = {os.path.realpath(path) for path in besides}
        self._names = {os.path.basename(path).lower() for path in self._besides}  # noqa: PTH119  (a path takes ten times as long)
        self.closed: dict[str, OSError] = {}

    def files(self, wanted: Callable[[str], bool]) -> Iterator[str]:
        """Yield the names of files, told from `start`; raises `OSError` where that itself may not be looked into."""
        yield from self._within(_entries(self._start), "", (os.path.realpath(self._start),), wanted)

    def _within(
        self, entries: list[os.DirEntry[str]], under: str, way: tuple[str, ...], wanted: Callable[[str], bool]
    ) -> Iterator[str]:
        """Yield the files among the entries of a folder and below them; `way` are the real folders that lead there."""
        for entry in entries:
            name = entry.name.lower()
            if name.startswith((".", "~$")) or name in _PASSED_OVER:
                continue
            linked = entry.is_symlink()
            real = os.path.realpath(entry.path) if linked or name in self._names else f"{way[-1]}{os.sep}{entry.name}"
            if real in self._besides or (linked and real in way):
                continue
            if not _is_folder(entry):
                if wanted(name):
                    yield under + entry.name
            elif inside := self._opened(entry, under + entry.name):
                yield from self._within(inside, f"{under}{entry.name}/", (*way, real), wanted)

    def _opened(self, folder: os.DirEntry[str], name: str) -> list[os.DirEntry[str]]:
        try:
            return _entries(folder.path)
        except OSError as problem:
            self.closed[name] = problem
            return []


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
