"""This module lays down the starter project."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from batchreport.errors import InputError
from batchreport.files import said_clearly, write_whole
from batchreport.findings import Place, error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path


def init(folder: Path, language: str) -> list[Path]:
    """Lay down the starter project of `language`, or the Chinese one where that has none, in `folder`; return the paths.

    Raises `InputError` where one of its files is there already; nothing is written then.
    """
    starters = files("batchreport").joinpath("starter")
    starter = starters.joinpath(language) if starters.joinpath(language).is_dir() else starters.joinpath("zh")
    laid = {folder / name: data for name, data in _tree(starter)}
    if occupied := [path for path in laid if path.exists()]:
        raise InputError([error("init-occupied", Place(file=str(path))) for path in occupied])
    for path, data in laid.items():
        with said_clearly(path):
            write_whole(path, data)
    with said_clearly(folder):
        (folder / "workbooks").mkdir(exist_ok=True)
    return list(laid)


def _tree(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            yield from _tree(item, f"{prefix}{item.name}/")
        elif not item.name.startswith((".", "__")):
            yield f"{prefix}{item.name}", item.read_bytes()
