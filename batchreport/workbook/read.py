"""This module reads a workbook's bytes into a submission; whatever is wrong with them becomes a finding."""

from __future__ import annotations

from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from batchreport.a1 import column_letters
from batchreport.findings import Finding, Place, error, note, warning
from batchreport.period import Period
from batchreport.submission import Submission
from batchreport.workbook import stamp as stamps
from batchreport.workbook.asides import asides
from batchreport.workbook.choose import choose
from batchreport.workbook.columns import Page
from batchreport.workbook.frames import Frames
from batchreport.workbook.further import further_sheets
from batchreport.workbook.hidden import find_hidden, hidden_sheets, say_hidden
from batchreport.workbook.identity import form_period, identify, named, period_in_name
from batchreport.workbook.kinds import ErrorValue, Percent, Unvalued
from batchreport.workbook.layout import cell
from batchreport.workbook.other_formats import look_through
from batchreport.workbook.package import Limits, OtherFormat, Refused, open_package
from batchreport.workbook.padded import find_padded, pad
from batchreport.workbook.picture_cells import settle_pictures
from batchreport.workbook.pictures import find_pictures
from batchreport.workbook.records import read_form, read_table
from batchreport.workbook.scaled import find_scaled, say_scaled
from batchreport.workbook.scan import Scan, SheetScan, scan
from batchreport.workbook.second_tables import say_second_tables
from batchreport.workbook.slim import slim
from batchreport.workbook.struck import find_struck, say_struck
from batchreport.workbook.unseen import find_unseen, say_unseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Schema
    from batchreport.submission import Stamp, Table
    from batchreport.workbook.layout import Grid
    from batchreport.workbook.pictures import LoosePicture
    from batchreport.workbook.scan import Position
    from batchreport.workbook.struck import Struck

_NOTHING = SheetScan()
_LEFT_ALONE = {
    "xl/vbaproject.bin": "file-macros",
    "xl/externallinks/": "file-links",
    "xl/connections.xml": "file-links",
    "xl/embeddings/": "file-embedded",
}
"""What a workbook may hold beside its cells that is never run, opened or followed, by the beginning of its parts' names."""


def read_workbook(  # noqa: PLR0913  (what is known of a workbook beside its bytes, each by its name)
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
    name = name or file.rpartition(".")[0] or file
    limits = limits or Limits()
    found: list[Finding] = []
    try:
        looked = _looked_through(data, limits, file, found)
        scanned = looked.scanned
        grids = _grids(looked, limits)
    except Refused as refused:
        refusal = error(refused.code, Place(file=file), **refused.details)
        meant = named(name, roster or {})
        name = meant if roster and meant in roster.values() else name
        return Submission(file=file, name=name, period=period, findings=(refusal,))
    sheets = Frames(grids)
    stamp = _stamp(scanned, grids, file, found)
    chosen = choose(schema, grids, file, found)
    likely = Period.parse(stamp.period) if stamp else None
    likely = likely or form_period(schema, chosen, grids) or period or period_in_name(name)
    pages = {key: Page(schema.by_key[key], sheet, grids[sheet], file, found) for key, sheet in chosen.items()}
    settle_pictures(looked.pictures, pages.values(), file, found, limits)
    tables = {key: _table(page, likely, scanned.sheets.get(page.sheet, _NOTHING)) for key, page in pages.items()}
    found += further_sheets(schema, grids, pages, tables, scanned, file)
    found += hidden_sheets(grids, scanned, file)
    _say_looks(looked, pages, tables)
    for key, page in pages.items():
        say_second_tables(schema, page, tables[key])
    submission = Submission(file=file, stamp=stamp, tables=tables, sheets=sheets, findings=tuple(found))
    return identify(submission, schema, name=name, period=period, roster=roster or {})


class _Looked(NamedTuple):
    """What was seen of a workbook before calamine reads it: what it hides, and what looks otherwise than it is.

    `cells` is what calamine is to read.
    """

    cells: bytes
    scanned: Scan
    pictures: tuple[LoosePicture, ...] = ()
    struck: Mapping[str, Mapping[Position, Struck]] = MappingProxyType({})
    scaled: Mapping[str, Mapping[Position, str]] = MappingProxyType({})
    padded: Mapping[str, Mapping[Position, int]] = MappingProxyType({})
    unseen: Mapping[str, Mapping[Position, bool]] = MappingProxyType({})


def _looked_through(data: bytes, limits: Limits, file: str, found: list[Finding]) -> _Looked:
    """Return what is seen of a workbook; what can be read, but not wholly, is said."""
    try:
        package = open_package(data, limits)
    except OtherFormat as other:
        look_through(other, data, limits)
        found.append(warning("file-other-format", Place(file=file), form=other.form))
        return _Looked(data, Scan({}))
    codes = {code for name in package.names() for start, code in _LEFT_ALONE.items() if name.startswith(start)}
    found.extend(note(code, Place(file=file)) for code in sorted(codes))
    scanned = scan(package, limits)
    pictures = find_pictures(package, scanned, limits)
    found += asides(package, scanned, file)
    struck, scaled = find_struck(package, scanned), find_scaled(package, scanned)
    padded, unseen = find_padded(package, scanned), find_unseen(package, scanned)
    return _Looked(slim(package, scanned), scanned, pictures, struck, scaled, padded, unseen)


def _table(page: Page, period: Period | None, scanned: SheetScan) -> Table:
    if page.section.kind == "form":
        return read_form(page, period)
    return read_table(page, period, scanned.merged)


def _say_looks(looked: _Looked, pages: Mapping[str, Page], tables: Mapping[str, Table]) -> None:
    hidden = find_hidden(looked.scanned)
    for key, page in pages.items():
        say_struck(looked.struck.get(page.sheet, {}), page, tables[key])
        say_scaled(looked.scaled.get(page.sheet, {}), page, tables[key])
        say_unseen(looked.unseen.get(page.sheet, ()), page, tables[key])
        say_hidden(hidden.get(page.sheet), page, tables[key])


def _grids(looked: _Looked, limits: Limits) -> dict[str, Grid]:
    """Return the cells of every sheet from A1 on, with errors, formulas without a result, and percentages marked."""
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(looked.cells))
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        grids = {name: _grid(workbook.get_sheet_by_name(name), limits) for name in names}
    except PasswordError:
        raise Refused("file-encrypted") from None
    except (CalamineError, ValueError, OSError):
        raise Refused("file-damaged") from None
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":  # what pyo3 raises where Rust panics; it cannot be imported
            raise
        raise Refused("file-damaged") from None
    for name, grid in grids.items():
        _mark(grid, looked.scanned.sheets.get(name, _NOTHING))
        pad(grid, looked.padded.get(name, {}))
    return grids


def _grid(sheet: CalamineSheet, limits: Limits) -> Grid:
    if limits.exceeded(sheet.total_height, sheet.total_width):
        last = f"{column_letters(limits.columns)}{limits.rows}"
        cell = f"{column_letters(sheet.total_width)}{sheet.total_height}"
        raise Refused("sheet-too-large", sheet=sheet.name, cell=cell, last=last)
    return sheet.to_python(skip_empty_area=False)


def _mark(grid: Grid, scanned: SheetScan) -> None:
    """Put into the cells what calamine leaves out; they may lie outside what it took for the used range."""
    marks: dict[Position, str] = {at: ErrorValue(text) for at, text in scanned.errors.items()}
    marks |= {at: Unvalued(text) for at, text in scanned.unvalued.items()}
    if marks:
        height = max(row for row, _ in marks) + 1
        width = max(max(column for _, column in marks) + 1, len(grid[0]) if grid else 0)
        grid.extend([] for _ in range(height - len(grid)))
        for cells in grid:
            cells.extend([""] * (width - len(cells)))
    for (row, column), mark in marks.items():
        grid[row][column] = mark
    for row, column in scanned.percents:
        raw = cell(grid, row, column)
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            grid[row][column] = Percent(raw)


def _stamp(scanned: Scan, grids: Mapping[str, Grid], file: str, found: list[Finding]) -> Stamp | None:
    """Return the first readable stamp of the three places; that one was altered, or says something else, is said."""
    grid = next((grids[name] for name in stamps.SHEETS.values() if name in grids), None)
    hidden = str(grid[0][0]) if grid and grid[0] else ""
    texts = [text for text in (*scanned.stamps, hidden) if text.strip()]
    readable = [stamp for text in texts if (stamp := stamps.read(text))]
    if len(readable) < len(texts):
        found.append(warning("workbook-stamp-altered", Place(file=file)))
    if len(named := dict.fromkeys(f"{stamp.department} {stamp.period}" for stamp in readable)) > 1:
        first, other, *_ = named
        found.append(warning("workbook-stamps-differ", Place(file=file), found=first, other=other))
    return readable[0] if readable else None
