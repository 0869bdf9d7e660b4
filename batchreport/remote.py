"""This module has workbooks and reports at other addresses, such as s3://bucket/reports, at hand in folders here."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from batchreport.errors import BatchReportError, InputError
from batchreport.findings import Place, error
from batchreport.found import WORKBOOKS
from batchreport.project import ARCHIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.run.mirror import Mirror

_MIRRORS: dict[Path, str] = {}
"""The addresses of which folders here are the likeness."""


def is_address(text: str) -> bool:
    """Tell whether this is an address and no path of this machine."""
    return "://" in text


@contextmanager
def at_hand(workbooks: Path | str, out: Path | str | None, *, write: bool) -> Iterator[tuple[Path, Path | None]]:
    """Give folders of this machine for places that may be addresses; what is made in them is sent if they are to `write`.

    Raises `InputError` where workbooks cannot be fetched, `OutputError` with every file that did not arrive, or where
    another run makes something in the same likeness. What a `BatchReportError` says of the likeness it says of the address.
    """
    from batchreport.run.alone import alone  # noqa: PLC0415  (most places are no addresses)
    from batchreport.run.mirror import Mirror  # noqa: PLC0415  (most places are no addresses)

    source = Mirror(workbooks, _is_workbook) if isinstance(workbooks, str) else None
    target = Mirror(out, _is_made, ARCHIVE) if isinstance(out, str) else None
    mirrors = [mirror for mirror in (source, target) if mirror]
    _MIRRORS.update({mirror.folder: mirror.address for mirror in mirrors})
    try:
        if source and not source.fetch():
            raise InputError([error("input-no-workbooks", Place(file=source.address), period="")])
        with alone(target.lock, target.address) if target and write else nullcontext():
            if target:
                target.fetch()
                target.folder.mkdir(parents=True, exist_ok=True)
            with target.sending() if target and write else nullcontext():
                yield _place(source, workbooks), target.folder if target else _path(out)
    except BatchReportError as problem:
        raise type(problem)(replace(one, place=_renamed(one.place)) for one in problem.findings) from None


def shown(path: Path) -> str:
    """Return the address of which a path is the likeness; "" for a path that is none."""
    for folder, address in _MIRRORS.items():
        if path.is_relative_to(folder):
            return f"{address}/{path.relative_to(folder).as_posix()}".removesuffix("/.")
    return ""


def _renamed(place: Place) -> Place:
    address = shown(Path(place.file)) if place.file else ""
    return replace(place, file=address) if address else place


def _place(source: Mirror | None, workbooks: Path | str) -> Path:
    """Return the folder of the workbooks here, or the one workbook that the address is of."""
    if source is None:
        return Path(workbooks)
    alone = source.folder / PurePosixPath(source.address).name
    return alone if alone.is_file() else source.folder


def _path(out: Path | str | None) -> Path | None:
    return None if out is None else Path(out)


def _is_workbook(path: PurePosixPath) -> bool:
    return path.suffix.lower() in WORKBOOKS and not path.name.startswith((".", "~$"))


def _is_made(path: PurePosixPath) -> bool:
    """Tell whether a file in the folder for what is made is to be here and there: none that is being written."""
    return path.name == ARCHIVE or not path.name.startswith(".")
