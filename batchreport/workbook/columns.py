"""This module settles which column of a sheet is which of the schema's, and says what is unknown, doubled or headless."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from batchreport.findings import Finding, Place, error, note, warning
from batchreport.names import fold, near
from batchreport.workbook.cells import excerpt, is_blank, parse_cell
from batchreport.workbook.layout import cell, reference
from batchreport.workbook.numerals import factor, is_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from batchreport.schema import Column, Section
    from batchreport.workbook.layout import Field, Grid, Header, TableLayout

_REMARKS = frozenset(map(fold, ("必填", "选填", "可选", "可不填", "数字", "单位", "填数字", "required", "optional")))
_NO_UNIT = re.compile(
    r"税|填|保留|精确|[预决概估]算|实际|计划|累计|[含如按不]|[本上][月期年季]"
)  # "含税", "按实际支出"
_BETWEEN = re.compile(r"[,、;\s]+")  # "元,含税"
_FEWEST = 2  # cells of a row that may be a record
_LABELLED = re.compile(r"[:：]")
_LABEL = re.compile(r"\s*(?:(?:填[报表]|报送|上报|制表)(?:单位|部门|日期|时间|人)|(?:单位|部门|学校)名称)\s*")


@dataclass(frozen=True, slots=True)
class Page:
    """One section's sheet while it is read: its cells, and where the findings about it gather."""

    section: Section
    sheet: str
    grid: Grid
    file: str
    found: list[Finding]

    def say(self, make: Callable[..., Finding], code: str, cell: str, **details: Any) -> None:
        """Add a finding about a cell of the sheet."""
        self.found.append(make(code, Place(file=self.file, sheet=self.sheet, cell=cell), **details))


def settle_headers(page: Page, layout: TableLayout) -> dict[str, Header]:
    """Return the header of each column that is there, by the column's key; the rest is said."""
    chosen: dict[str, Header] = {}
    for header in layout.headers:
        if header.column and header.column.key not in chosen:
            chosen[header.column.key] = _with_usable_unit(page, header, header.column, layout.row)
        else:
            _say_spare(page, layout, header, chosen)
    _say_headless(page, layout)
    _say_above(page, layout.row, chosen.values())
    return chosen


def settle_fields(page: Page, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return one field of a form for each column that is there; the rest is said."""
    chosen: dict[str, Field] = {}
    for item in fields:
        filled = not is_blank(cell(page.grid, item.row, item.value))
        at = reference(item.row, item.label)
        if item.column is None:
            titles = {name: column.shown for column in page.section.columns for name in (column.shown, *column.aliases)}
            guess = titles.get(near(item.text, titles), "")
            page.say(note, "field-unknown", at, title=excerpt(item.text), near=guess)
        elif item.column.key not in chosen:
            chosen[item.column.key] = item
        elif filled:
            page.say(error, "field-doubled", at, title=excerpt(item.text))
    _say_beside(page, fields)
    return tuple(chosen.values())


def _say_spare(page: Page, layout: TableLayout, header: Header, chosen: dict[str, Header]) -> None:
    """Say that a header is unknown, or there a second time with other cells below it or another unit."""
    row = layout.row
    filled = [r for r in range(row + 1, len(page.grid)) if not is_blank(page.grid[r][header.index])]
    at = reference(row, header.index)
    if filled and header.column is None:
        columns = [column for column in page.section.columns if column.key not in chosen]
        titles = {name: column.shown for column in columns for name in (column.shown, *column.aliases)}
        guess = titles.get(near(header.text, titles), "")
        page.say(note, "column-unknown", at, title=excerpt(header.text), count=len(filled), near=guess)
    elif header.column:
        first = next(one for one in layout.headers if one.index == chosen[header.column.key].index)
        other = any(page.grid[r][header.index] != page.grid[r][first.index] for r in filled)
        if filled and other and _is_extra(header, first):
            page.say(note, "column-unknown", at, title=excerpt(header.text), count=len(filled), near="")
        elif filled and (other or first.unit != header.unit):
            page.say(error, "column-doubled", at, title=excerpt(header.text), first=reference(row, first.index))


def _is_extra(header: Header, first: Header) -> bool:
    """Return whether a header is people's own beside the first: 备注 beside 说明, which is there under its own title."""
    column = first.column
    own = column is not None and fold(first.text) == fold(column.shown) != fold(header.text)
    return own and column is not None and column.type == "string" and not column.required


def _say_headless(page: Page, layout: TableLayout) -> None:
    """Say which cells below the header row stand under no header."""
    headed = {header.index for header in layout.headers}
    headless = [column for column in range(len(page.grid[layout.row])) if column not in headed]
    if not headless:
        return
    cells = [
        reference(r, c)
        for r, row in enumerate(page.grid[layout.row + 1 :], layout.row + 1)
        for c in headless
        if not is_blank(row[c])
    ]
    if cells:
        page.say(note, "cells-without-header", cells[0], count=len(cells))


def _say_above(page: Page, header_row: int, headers: Collection[Header]) -> None:
    """Say which rows above the header row look like records: sorting may have taken the header among them."""
    above = [row for row in range(header_row) if _like_record(page, row, headers)]
    if above:
        first = next(index for index, raw in enumerate(page.grid[above[0]]) if not is_blank(raw))
        page.say(warning, "row-above-header", reference(above[0], first), count=len(above))


def _like_record(page: Page, row: int, headers: Collection[Header]) -> bool:
    """Return whether a row fills half of the columns or all required ones, and at least half of them as their type wants.

    So a title, a line of labels ("单位：一校") and a group of headers ("数量情况") are none.
    """
    cells, names = page.grid[row], page.section.by_header
    if len(cells) - cells.count("") < _FEWEST:
        return False
    raws = [(header.column, cell(page.grid, row, header.index)) for header in headers if header.column]
    filled = [(column, raw) for column, raw in raws if not is_blank(raw) and fold(str(raw)) not in names]
    required = {column.key for column, _ in raws if column.required}
    whole = bool(required) and required <= {column.key for column, _ in filled}
    if len(filled) < _FEWEST or not (whole or 2 * len(filled) >= len(raws)):
        return False
    if any(isinstance(raw, str) and _LABEL.fullmatch(raw) for raw in cells):
        return False
    typed = [(column, raw) for column, raw in filled if column.type not in ("string", "reference", "image")]
    faulty = [bool(parse_cell(raw, column, None).problem) for column, raw in typed if not column.allow_other]
    if not typed:
        return not any(isinstance(raw, str) and _LABELLED.search(raw) for _, raw in filled)
    return bool(faulty) and 2 * sum(faulty) <= len(faulty)


def _say_beside(page: Page, fields: tuple[Field, ...]) -> None:
    """Say which cells of a form are neither label nor value nor the blank workbook's hint.

    Above the first field stand titles; what is no title there stands where values do.
    """
    used = {position for item in fields for position in ((item.row, item.label), (item.row, item.value))}
    hints = {text for column in page.section.columns for text in (column.hint, column.hint_en)}
    first, values = fields[0].row, {item.value for item in fields}
    cells = [
        reference(r, c)
        for r, row in enumerate(page.grid)
        for c, raw in enumerate(row)
        if not is_blank(raw) and (r >= first or c in values) and (r, c) not in used and raw not in hints
    ]
    if cells:
        page.say(note, "cells-beside-form", cells[0], count=len(cells))


def _with_usable_unit(page: Page, header: Header, column: Column, row: int) -> Header:
    """Return the header with the unit in its brackets only where that is one that counts for the column."""
    if not header.unit:
        return header
    if not column.numeric:
        return replace(header, unit="")
    if column.unit_column:
        units = page.section.by_key[column.unit_column].choices
        known = fold(header.unit) in units or is_unit(header.unit)
        return header if known else replace(header, unit="")
    unit = _said_unit(header.unit, column.base_unit)
    times = factor(unit, column.base_unit) if unit else 1
    if times != 1:
        make, code = (error, "column-unit") if times is None else (warning, "column-unit-converted")
        at = reference(row, header.index)
        page.say(make, code, at, title=excerpt(header.text), unit=unit, wanted=column.base_unit)
    return replace(header, unit=unit)


def _said_unit(inside: str, wanted: str) -> str:
    """Return the unit that the brackets of a header name, "" where they hold other remarks only; one that does not fit, too."""
    parts = [part.removeprefix("人民币") or part for part in _BETWEEN.split(inside) if part] if wanted else []
    units = [part for part in parts if fold(part) not in _REMARKS and not _NO_UNIT.search(part)]
    return next((unit for unit in units if factor(unit, wanted)), units[0] if units else "")
