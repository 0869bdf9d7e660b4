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
    tables = [section for section in schema.sections if section.kind == "table"]
    known = {header for section in tables for header in section.by_header}
    for record in table.records if page.section.kind == "table" else ():
        row, column = position(record.first)
        raws = page.grid[row]
        first = next((raw for raw in raws if not is_blank(raw)), "")
        if isinstance(first, str) and len(first) <= _LONGEST and fold(first) in known:
            other = _header_of(raws, tables)
            if other and not _says_the_same(page, row, table.headers):
                page.say(error, "row-other-table", reference(row, column), title=other.shown)


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
