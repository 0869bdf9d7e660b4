"""This module says in words where a figure comes from."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.report.trace.trail import Cell

_MOST = 6  # places that one line names
_WORDS = {"zh": ("、", "…共{n}格", " · "), "en": (", ", ", … {n} cells in all", " · ")}
_CELL = re.compile(r"([A-Z]+)(\d+)")


def origin(cells: Iterable[Cell], period: str, language: str) -> str:
    """Return cells as people write them: "后勤处.xlsx › 统计数据!C7、C9:C12"; of another period than the report's with that."""
    cells = list(cells)
    comma, more, of = _WORDS[language]
    said = []
    for (file, sheet, then), group in groupby(cells, lambda cell: (cell.file, cell.sheet, cell.period)):
        before = f"{then}{of}" if then and then != period else f"{file} › "
        said += [f"{before}{sheet}!{first}" if not at else first for at, first in enumerate(_ranges(group))]
    short = comma.join(said[:_MOST])
    return short + more.format(n=len(cells)) if len(said) > _MOST else short


def _ranges(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield cells, those of one column that follow each other as a range."""
    run: list[tuple[str, int]] = []
    for cell in cells:
        match = _CELL.fullmatch(cell.cell)
        here = (match[1], int(match[2])) if match else (cell.cell, 0)
        if run and here != (run[-1][0], run[-1][1] + 1):
            yield _range(run)
            run = []
        run.append(here)
    if run:
        yield _range(run)


def _range(run: list[tuple[str, int]]) -> str:
    first, last = (f"{column}{row or ''}" for column, row in (run[0], run[-1]))
    return first if len(run) == 1 else f"{first}:{last}"
