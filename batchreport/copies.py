"""This module writes the marked copies of workbooks, each as soon as its workbook has been checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from batchreport.files import is_locked, safe_name, said_clearly, write_whole
from batchreport.findings import Place, error

if TYPE_CHECKING:
    from pathlib import Path

    from batchreport.run.outcome import Outcome
    from batchreport.shelf import Done


class Copies:
    """The marked copies of what is in `done`, written into the folder `out`; no two have the same name."""

    def __init__(self, out: Path, done: list[Done]) -> None:
        self._out = out
        self._done = done
        self._places: dict[str, tuple[Path, int]] = {}
        self._written: set[Path] = set()

    def write(self, at: int) -> None:
        """Write the copy of what is in that place, if there is one; of one that cannot be replaced that is said.

        Raises `OutputError` where nothing can be written.
        """
        one = self._done[at]
        if one.outcome.marked is None:
            return
        path = self._place(one.outcome, at)
        outcome = replace(one.outcome, marked=None)
        with said_clearly(path):
            try:
                write_whole(path, one.outcome.marked)
            except (PermissionError, IsADirectoryError) as problem:
                if not is_locked(problem, path):
                    raise
                locked = error("copy-locked", Place(file=outcome.file), copy=path.name)
                self._done[at] = replace(one, outcome=replace(outcome, findings=(*outcome.findings, locked)))
            else:
                self._written.add(path)
                self._done[at] = replace(one, outcome=outcome, marked=path)

    def finish(self) -> None:
        """Write what is left to be written, and take away the copies of workbooks that do not count after all."""
        for at in range(len(self._done)):
            self.write(at)
        for path in self._written - {one.marked for one in self._done}:
            with said_clearly(path):
                path.unlink(missing_ok=True)

    def _place(self, outcome: Outcome, at: int) -> Path:
        folder = self._out / str(outcome.period or "") / "marked"
        name = safe_name(outcome.name or outcome.file)
        names = (name, *(f"{name} ({number})" for number in range(2, len(self._places) + 3)))
        path = next(path for each in names if self._is_free(path := folder / f"{each}.xlsx", at))
        self._places[str(path).casefold()] = path, at
        return path

    def _is_free(self, path: Path, at: int) -> bool:
        there, by = self._places.get(str(path).casefold(), (path, at))
        return by == at or not self._stands(there, by)

    def _stands(self, path: Path, at: int) -> bool:
        return self._done[at].marked == path
