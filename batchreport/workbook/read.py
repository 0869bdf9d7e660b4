"""This module reads a workbook's bytes into a submission; whatever is wrong with them becomes a finding."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from batchreport.findings import Finding, Place, error, note, warning
from batchreport.names import near
from batchreport.submission import Submission, Table
from batchreport.workbook import stamp as stamps
from batchreport.workbook.identity import identify
from batchreport.workbook.layout import find_form, find_table, sheet_key
from batchreport.workbook.package import Limits, Refused, open_package
from batchreport.workbook.records import Reader
from batchreport.workbook.scan import Scan, SheetScan, scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.period import Period
    from batchreport.schema import Schema, Section
    from batchreport.submission import Stamp
    from batchreport.workbook.layout import Grid

HIDDEN = frozenset({stamps.SHEET, "_字典", "_lists", "_stamp", "填写说明", "Instructions", "退回意见", "Findings"})
"""Sheets that a blank or marked workbook has beside its sections."""
_RENAMED = 0.6  # a sheet of unknown name is taken for a section where so many of its columns are there


def read_workbook(
    data: bytes,
    schema: Schema,
    *,
    file: str = "workbook.xlsx",
    period: Period | None = None,
    name: str = "",
    roster: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Submission:
    """Return the submission in a workbook's bytes.

    `file` names the workbook in findings. `name` (the stem of its file name) and `period` (of its folder) count where
    neither the stamp nor the form says more; `roster` has the departments' names by code. No input raises: bytes that
    are no workbook give a submission without tables and one finding that says why.
    """
    limits = limits or Limits()
    try:
        scanned = scan(open_package(data, limits), limits)
        sheets = _frames(data)
    except Refused as refused:
        refusal = error(refused.code, Place(file=file), **refused.details)
        return Submission(file=file, name=name, period=period, findings=(refusal,))
    grids = {name: frame.to_numpy().tolist() for name, frame in sheets.items()}
    found: list[Finding] = []
    stamp = _stamp(scanned, grids)
    chosen = _choose(schema, grids, file, found)
    reader = Reader(file, period if stamp is None else stamps.period(stamp) or period, found)
    tables = _tables(schema, chosen, grids, scanned, reader)
    submission = Submission(file=file, stamp=stamp, tables=tables, sheets=sheets, findings=tuple(found))
    return identify(submission, schema, name=name or file.rpartition(".")[0], period=period, roster=roster or {})


def _frames(data: bytes) -> dict[str, pd.DataFrame]:
    """Return every sheet as a DataFrame of objects from A1 on, nothing guessed: `.iat[6, 2]` is C7."""
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        return {name: _frame(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names}
    except (CalamineError, ValueError, OSError):
        raise Refused("file-damaged") from None


def _frame(sheet: CalamineSheet) -> pd.DataFrame:
    rows = sheet.to_python(skip_empty_area=False)
    cells = np.empty((len(rows), len(rows[0]) if rows else 0), dtype=object)
    for number, row in enumerate(rows):
        cells[number] = row
    return pd.DataFrame(cells, dtype=object, copy=False)


def _stamp(scanned: Scan, grids: Mapping[str, Grid]) -> Stamp | None:
    """Return the first readable stamp of the three places."""
    grid = grids.get(stamps.SHEET)
    hidden = str(grid[0][0]) if grid and grid[0] else ""
    return next((stamp for text in (*scanned.stamps, hidden) if (stamp := stamps.read(text))), None)


def _choose(schema: Schema, grids: Mapping[str, Grid], file: str, found: list[Finding]) -> dict[str, str]:
    """Return the sheet of each section: by name, then by name without what copying adds, then by its columns."""
    chosen: dict[str, str] = {}
    free = [name for name in grids if name not in HIDDEN]
    for matches in (_same_name, _same_columns):
        for section in schema.sections:
            names = [name for name in free if section.key not in chosen and matches(section, name, grids[name])]
            if names:
                chosen[section.key] = names[0]
                free.remove(names[0])
                if matches is _same_columns:
                    found.append(_sheet_finding("sheet-renamed", file, names[0], section, warn=True))
    _say_unused(schema, grids, free, chosen, file, found)
    return {section.key: chosen[section.key] for section in schema.sections if section.key in chosen}


def _same_name(section: Section, name: str, _: Grid) -> bool:
    return sheet_key(name) in section.headers


def _same_columns(section: Section, _: str, grid: Grid) -> bool:
    if section.kind == "form":
        known = {field.column.key for field in find_form(grid, section) if field.column}
    else:
        known = {header.column.key for header in find_table(grid, section).headers if header.column}
    return len(known) >= max(2, _RENAMED * len(section.columns))


def _say_unused(
    schema: Schema, grids: Mapping[str, Grid], free: list[str], chosen: dict[str, str], file: str, found: list[Finding]
) -> None:
    language = schema.language
    for section in schema.sections:
        if section.key not in chosen and section.required:
            title = section.heading(language)
            found.append(error("sheet-missing", Place(file=file), title=title, near=near(title, free)))
    for name in free:
        filled = sum(1 for row in grids[name] for raw in row if raw not in ("", None))
        if filled:
            doubled = next((s for s in schema.sections if _same_name(s, name, [])), None)
            code = "sheet-doubled" if doubled else "sheet-unknown"
            found.append(_sheet_finding(code, file, name, doubled, warn=doubled is not None, count=filled))


def _sheet_finding(code: str, file: str, sheet: str, section: Section | None, *, warn: bool, **details: Any) -> Finding:
    make = warning if warn else note
    return make(code, Place(file=file, sheet=sheet), title=section.title if section else "", **details)


def _tables(
    schema: Schema, chosen: Mapping[str, str], grids: Mapping[str, Grid], scanned: Scan, reader: Reader
) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for key, name in chosen.items():
        section = schema.by_key[key]
        details = scanned.sheets.get(name) or SheetScan()
        read = reader.form if section.kind == "form" else reader.table
        tables[key] = read(section, name, grids[name], details)
    return tables
