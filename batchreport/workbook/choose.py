"""This module chooses the sheet of each section, and says which sheets are missing or renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, error, warning
from batchreport.names import fold, near
from batchreport.workbook import stamp as stamps
from batchreport.workbook.cells import is_blank
from batchreport.workbook.layout import find_form, find_table, sheet_key

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from batchreport.schema import Schema, Section
    from batchreport.workbook.layout import Grid

HIDDEN = frozenset(
    {stamps.SHEET, "_标记", "_字典", "_lists", "_stamp", "填写说明", "Instructions", "退回意见", "Findings"}
)
"""Sheets that a blank or marked workbook has beside its sections."""
_LEAST = 2  # columns by which a sheet of another name is recognised
_MOSTLY = 0.6  # and the share of its headers that they must be


def choose(schema: Schema, grids: Mapping[str, Grid], file: str, found: list[Finding]) -> dict[str, str]:
    """Return the sheet of each section: by name, then by name without what copying adds, then by its columns."""
    free = [name for name in grids if name not in HIDDEN]
    chosen: dict[str, str] = {}
    for key in (fold, sheet_key):
        for section in schema.sections:
            names = sorted((name for name in free if key(name) in section.headers), key=lambda n: len(n.strip()))
            if names and section.key not in chosen:
                chosen[section.key] = names[0]
                free.remove(names[0])
    for section, name in _by_columns(schema, grids, free, chosen):
        if section.key not in chosen and name in free:
            chosen[section.key] = name
            free.remove(name)
            found.append(warning("sheet-renamed", Place(file=file, sheet=name), title=section.shown))
    found.extend(_missing(schema, chosen, free, file))
    return {section.key: chosen[section.key] for section in schema.sections if section.key in chosen}


def _by_columns(
    schema: Schema, grids: Mapping[str, Grid], free: list[str], chosen: Mapping[str, str]
) -> list[tuple[Section, str]]:
    """Return the sheets that look like a section which has none yet, the likeliest first."""
    pairs = [
        (likeness(section, grids[name]), section, name)
        for section in schema.sections
        if section.key not in chosen
        for name in free
    ]
    return [(section, name) for alike, section, name in sorted(pairs, key=lambda pair: -pair[0]) if alike]


def likeness(section: Section, grid: Grid) -> int:
    """Return by how many columns a sheet is recognised as a section; 0 where they are too few to tell."""
    if section.kind == "form":
        fields = find_form(grid, section)
        known, there = {item.column.key for item in fields if item.column}, len(fields)
    else:
        layout = find_table(grid, section)
        known, there = layout.known, len(layout.headers)
    required = {column.key for column in section.columns if column.required and not column.default_from}
    enough = len(known) >= _LEAST and len(known) >= _MOSTLY * there and 2 * len(known & required) >= len(required)
    return len(known) if enough else 0


def _missing(schema: Schema, chosen: Mapping[str, str], free: list[str], file: str) -> Iterator[Finding]:
    for section in schema.sections:
        if section.key not in chosen and section.required:
            title = section.heading(schema.language)
            yield error("sheet-missing", Place(file=file), title=title, near=near(title, free))


def namesake(schema: Schema, name: str, chosen: Container[str]) -> Section | None:
    """Return the section, of those that have a sheet, whose name a further sheet has."""
    return next((s for s in schema.sections if sheet_key(name) in s.headers and s.key in chosen), None)


def filled(grid: Grid) -> int:
    """Return how many cells of a sheet are filled."""
    return sum(not is_blank(raw) for row in grid for raw in row)
