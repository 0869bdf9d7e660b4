"""This module finds the workbooks to work on: a file, a folder or a tree of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.errors import InputError
from batchreport.findings import Place, error
from batchreport.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".csv"})
"""The endings of what is taken for a workbook."""
_PASSED_OVER = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Found:
    """A workbook on disk: its path, the name that findings give it, and the period that its folder says."""

    path: Path
    file: str
    period: Period | None


def find_workbooks(start: Path, period: Period | None = None, *, besides: Iterable[Path] = ()) -> list[Found]:
    """Return the workbooks at `start` (a file, a folder or a tree), in order of their paths.

    With `period`, folders that are named by another one are left out; so are the files and folders in `besides`.
    Raises `InputError` where there is none.
    """
    if not start.exists():
        raise InputError([error("input-missing", Place(file=str(start)))])
    if not start.is_file() and not start.is_dir():
        raise InputError([error("input-not-a-file", Place(file=str(start)))])
    found = [Found(start, start.name, _folder_period(start.parent))] if start.is_file() else [*_found(start, besides)]
    if period is not None:
        found = [item for item in found if item.period in (None, period)]
    if not found:
        code = "input-no-workbooks-for" if period else "input-no-workbooks"
        raise InputError([error(code, Place(file=str(start)), period=str(period or ""))])
    return found


def _found(start: Path, besides: Iterable[Path]) -> Iterator[Found]:
    """Yield the workbooks of a tree in order of their paths, which stay texts till then: there may be very many."""
    files = sorted(_walk(str(start), {path.resolve() for path in besides}), key=_parts)
    periods = {folder: _folder_period(start / folder) for folder in {file.rpartition("/")[0] for file in files}}
    for file in files:
        yield Found(start / file, file, periods[file.rpartition("/")[0]])


def _parts(file: str) -> list[str]:
    return os.path.normcase(file).split(os.sep)  # noqa: PTH206  (a path takes ten times as long)


def _walk(folder: str, besides: set[Path], under: str = "") -> Iterator[str]:
    names = {path.name.lower() for path in besides}
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name.lower()
            if name.startswith((".", "~$")) or name in _PASSED_OVER:
                continue
            if (name in names or entry.is_symlink()) and Path(entry.path).resolve() in besides:
                continue
            if entry.is_dir():
                yield from _walk(entry.path, besides, f"{under}{entry.name}/")
            elif name.endswith(tuple(WORKBOOKS)):
                yield under + entry.name


def _folder_period(folder: Path) -> Period | None:
    """Return the period that the nearest folder named by one says, from `folder` upwards."""
    folder = folder.resolve()
    return next((period for one in (folder, *folder.parents) if (period := Period.parse(one.name))), None)
