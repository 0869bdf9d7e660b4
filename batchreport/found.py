"""This module finds the workbooks to work on: a file, a folder or a tree of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.errors import InputError, reason
from batchreport.findings import Finding, Place, error, note
from batchreport.period import Period
from batchreport.settings import SETTINGS
from batchreport.tree import Tree, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".csv"})
"""The endings of what is taken for a workbook."""
_NAMED = 5
_MORE = {"zh": "……", "en": " …"}


@dataclass(frozen=True, slots=True)
class Found:
    """A workbook on disk: its path, the name that findings give it, and the period that its folder says.

    With `closed` it is a folder that could not be looked into, and that says why.
    """

    path: Path
    file: str
    period: Period | None
    closed: Finding | None = None


def find_workbooks(start: Path, period: Period | None = None, *, besides: Iterable[Path] = ()) -> list[Found]:
    """Return the workbooks at `start` (a file, a folder or a tree), in order of their paths.

    With `period`, folders that are named by another one are left out; so are the files and folders in `besides`.
    A folder that may not be looked into is one of them. Raises `InputError` where there is none, which says what else is there.
    """
    place = Place(file=spoken(str(start)))
    try:
        if not start.exists():
            raise InputError([error("input-missing", place)])
        if not start.is_file() and not start.is_dir():
            raise InputError([error("input-not-a-file", place)])
        alone = [Found(start, spoken(start.name), _folder_period(start.parent))]
        found = [*_of_period(alone if start.is_file() else _found(start, besides, is_workbook), period)]
    except OSError as problem:
        raise InputError([error("folder-unreadable", place, said=reason(problem))]) from None
    if not found:
        code = "input-no-workbooks-for" if period else "input-no-workbooks"
        wrong = error(code, place, period=str(period or ""))
        raise InputError([wrong, *passed_over(start, period, besides=besides)])
    return found


def passed_over(start: Path, period: Period | None = None, *, besides: Iterable[Path] = ()) -> tuple[Finding, ...]:
    """Return a note on the files in a folder that are no workbooks, if there are any; see `find_workbooks`.

    A folder with settings is a whole project, which holds much that is none.
    """
    if not start.is_dir() or (start / SETTINGS).exists():
        return ()
    others = _of_period(_found(start, besides, lambda name: not is_workbook(name)), period)
    files = [one.file for one in others if not one.closed]
    if not files:
        return ()
    more = _MORE if len(files) > _NAMED else dict.fromkeys(_MORE, "")
    place = Place(file=spoken(str(start)))
    return (note("input-passed-over", place, count=len(files), found=tuple(files[:_NAMED]), more=more),)


def start_of(workbooks: Sequence[Found]) -> Path:
    """Return the folder that the workbooks' names are told from."""
    return next(iter(found.path.parents[found.file.count("/")] for found in workbooks), Path())


def lies_among(out: Path, workbooks: Sequence[Found], *, within: bool = False) -> bool:
    """Tell whether the folders of periods in `out` lie among the workbooks, or, `within` folders in them, hold them."""
    start, made = start_of(workbooks).resolve(), out.resolve()
    if not start.is_relative_to(made):
        return False
    way = start.relative_to(made).parts
    return not way or (Period.parse(way[0]) is not None and (within or len(way) == 1))


def is_workbook(name: str) -> bool:
    """Tell whether a file is taken for a workbook, by its name."""
    return name.lower().endswith(tuple(WORKBOOKS))


def _of_period(found: Iterable[Found], period: Period | None) -> Iterator[Found]:
    """Yield what does not lie in a folder of another period."""
    return (one for one in found if period is None or one.period in (None, period))


def _found(start: Path, besides: Iterable[Path], wanted: Callable[[str], bool]) -> Iterator[Found]:
    """Yield the files of a tree in order of their paths, which stay texts till then: there may be very many."""
    tree = Tree(str(start), besides)
    files = sorted([*tree.files(wanted), *tree.closed], key=_parts)
    folders = {file: file if file in tree.closed else file.rpartition("/")[0] for file in files}
    periods = {folder: _folder_period(start / folder) for folder in {*folders.values()}}
    for file, folder in folders.items():
        name = spoken(file)
        why = tree.closed.get(file)
        closed = error("folder-unreadable", Place(file=name), said=reason(why)) if why else None
        yield Found(start / file, name, periods[folder], closed)


def _parts(file: str) -> list[str]:
    return os.path.normcase(file).split(os.sep)  # noqa: PTH206  (a path takes ten times as long)


def _folder_period(folder: Path) -> Period | None:
    """Return the period that the nearest folder named by one says, from `folder` upwards."""
    folder = folder.resolve()
    return next((period for one in (folder, *folder.parents) if (period := Period.parse(one.name))), None)
