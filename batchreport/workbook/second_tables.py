"""This module finds a second table below the first of a sheet, whose columns are others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import error
from batchreport.names import fold
from batchreport.workbook.cells import is_blank
from batchreport.workbook.layout import cell, reference
from batchreport.workbook.scan import position

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from batchreport.schema import Schema, Section
    from batchreport.submission import Table
    from batchreport.workbook.columns import Page

_LEAST = 3  # headers by which a row is known
_MOSTLY = 0.75  # and the share of its cells that they must be
_LONGEST = 60  # signs of a header


def say_second_tables(schema: Schema, page: Page, table: Table) -> None:
    """Say which records of a table are the header of another one, by whose columns the rows below were not read."""
    if page.section.kind != "table" or not table.records:
        return
    tables = [section for section in schema.sections if section.kind == "table"]
    begin = 1 + max(position(at)[0] for at in table.headers.values())
    headers = frozenset[str]().union(*(section.by_header for section in tables))
    doubtful = {row for row, raws in enumerate(page.grid[begin:], begin) if _is_header(_first(raws), headers)}
    for record in table.records if doubtful else ():
        row, column = position(record.first)
        other = _header_of(page.grid[row], tables) if row in doubtful else None
        if other and not _says_the_same(page, row, table.headers):
            page.say(error, "row-other-table", reference(row, column), title=other.shown)


def _is_header(text: str, headers: Collection[str]) -> bool:
    """Return whether a text may be one of the tables' headers."""
    return 0 < len(text) <= _LONGEST and fold(text) in headers


def _first(raws: Sequence[object]) -> str:
    """Return the first thing that is seen in a row, if it is a text."""
    first = raws[0] if raws else ""
    if not isinstance(first, str) or not first[:1].isalnum():  # nearly all rows begin with a text in their first cell
        first = next((raw for raw in raws if not is_blank(raw)), "")
    return first if isinstance(first, str) else ""


def _header_of(raws: Sequence[object], tables: Collection[Section]) -> Section | None:
    """Return the section whose header a row is."""
    texts = {fold(raw) if isinstance(raw, str) and len(raw) <= _LONGEST else "" for raw in raws if not is_blank(raw)}
    best = max(tables, key=lambda section: len(texts & section.by_header.keys()))
    count = len(texts & best.by_header.keys())
    return best if count >= _LEAST and count >= _MOSTLY * len(texts) else None


def _says_the_same(page: Page, row: int, headers: Mapping[str, str]) -> bool:
    """Return whether a row only says its own columns' headers again."""
    return all(
        fold(str(cell(page.grid, row, position(at)[1]))) in page.section.by_key[key].headers
        for key, at in headers.items()
    )
