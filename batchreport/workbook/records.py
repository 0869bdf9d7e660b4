"""This module turns the rows of a sheet into typed records, and says what was understood otherwise or lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from batchreport.findings import error, note, warning
from batchreport.names import fold
from batchreport.submission import Record, RowCells, Table
from batchreport.workbook.cells import (
    BLANK,
    DITTO,
    Parsed,
    excerpt,
    in_doubt,
    is_blank,
    other_reading,
    parse_cell,
    says_nothing,
)
from batchreport.workbook.columns import Page, settle_fields, settle_headers
from batchreport.workbook.conditions import word
from batchreport.workbook.kinds import ErrorValue, Unvalued
from batchreport.workbook.layout import cell, find_form, reference
from batchreport.workbook.measure import Measured, measure, row_unit, scaled_twice, with_unit
from batchreport.workbook.merged import FILLED_DOWN, fill_down, find_merged_table
from batchreport.workbook.plain_cells import ODD, plain_cells
from batchreport.workbook.rows import begins_record, declares_nothing, is_stray, no_record, says_none, total_in_front

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from batchreport.period import Period
    from batchreport.schema import Column
    from batchreport.values import Value
    from batchreport.workbook.layout import Header
    from batchreport.workbook.plain_cells import Odd, PlainCells
    from batchreport.workbook.sheet_scan import Range


class _Spot(NamedTuple):
    """One cell of a record: its column, its place, what stands there, and the unit that its header names."""

    column: Column
    ref: str
    raw: Any
    header_unit: str = ""


def read_table(page: Page, period: Period | None, merged: Collection[Range] = ()) -> Table:
    """Return the records below the header row of a table's sheet; `merged` are the ranges of merged cells."""
    layout = find_merged_table(page, merged)
    if layout.row < 0:
        return _without_header(page)
    headers = settle_headers(page, layout)
    fill_down(page, layout.row, headers.values(), merged)
    rows = _Rows(page, period)
    records = tuple(_records(rows, headers, layout.row + 1))
    if not records and not rows.nothing:
        _unfilled(page, f"{next(iter(headers.values())).letters}{layout.row + 2}")
    cells = {key: f"{header.letters}{layout.row + 1}" for key, header in headers.items()}
    totals = tuple(_totals(rows, period, headers)) if page.section.has_totals else ()
    return Table(page.sheet, records, cells, frozenset(rows.faulty), totals)


def read_form(page: Page, period: Period | None) -> Table:
    """Return the one record of a form's sheet."""
    fields = find_form(page.grid, page.section)
    if not fields:
        return _without_header(page)
    rows = _Rows(page, period)
    spots = [
        _Spot(item.column, reference(item.row, item.value), cell(page.grid, item.row, item.value))
        for item in settle_fields(page, fields)
        if item.column
    ]
    cells = {spot.column.key: spot.ref for spot in spots}
    record = rows.record(cells, dict.fromkeys(cells), [spot for spot in spots if spot.raw != ""])
    return Table(page.sheet, (record,), dict(record.cells), frozenset(rows.faulty))


def _records(rows: _Rows, headers: Mapping[str, Header], start: int) -> Iterator[Record]:
    """Yield the records from a row on; columns are read as a whole, because nearly all of their cells are plain."""
    section, below = rows.page.section, rows.page.grid[start:]
    if not below:
        return
    plain, raws = plain_cells(section), list(zip(*below, strict=True))
    cells = {key: header.letters for key, header in headers.items()}
    columns = [_values(plain[key], raws[header.index], header.unit) for key, header in headers.items()]
    odd = [key for key, values in zip(headers, columns, strict=True) if any(value is ODD for value in values)]
    first = next(iter(headers.values()))
    for number, (row, found) in enumerate(zip(below, zip(*columns, strict=True), strict=True), start + 1):
        plainly = found[0] is not ODD and not rows.remarked and begins_record(row[first.index], first)
        if plainly or rows.counts(row, number, headers.values()):
            values = dict(zip(cells, found, strict=True))
            strange = [(section.by_key[key], headers[key]) for key in odd if values[key] is ODD]
            spots = [_Spot(column, f"{at.letters}{number}", row[at.index], at.unit) for column, at in strange]
            yield rows.record(RowCells(cells, str(number)), values, spots)


def _totals(rows: _Rows, period: Period | None, headers: Mapping[str, Header]) -> Iterator[Record]:
    """Yield the rows of totals as records, so that their sums can be checked; nothing else is said of their cells."""
    page = rows.page
    quiet = _Rows(replace(page, found=[]), period)
    quiet.faulty = rows.faulty
    cells = {key: header.letters for key, header in headers.items()}
    for number in rows.totals:
        raws = [(page.section.by_key[key], at, page.grid[number - 1][at.index]) for key, at in headers.items()]
        spots = [_Spot(column, f"{at.letters}{number}", raw, at.unit) for column, at, raw in raws if not is_blank(raw)]
        yield quiet.record(RowCells(cells, str(number)), dict.fromkeys(cells), spots)


def _values(plain: PlainCells, raws: Sequence[Any], unit: str) -> list[Value | Odd]:
    """Return the values of a column's cells; under a header with a unit of its own, none is plain."""
    if unit:
        return [None if raw == "" else ODD for raw in raws]
    return plain.values(raws)


def _without_header(page: Page) -> Table:
    """Return an empty table; a sheet that holds more than the word for "nothing" lacks its header."""
    filled = [raw for row in page.grid for raw in row if not is_blank(raw)]
    if filled and not all(says_nothing(raw) or fold(str(raw)) in page.section.headers for raw in filled):
        columns = page.section.columns
        wanted = [column.shown for column in columns if column.required] or [column.shown for column in columns]
        code = "field-none" if page.section.kind == "form" else "header-missing"
        page.say(error, code, "", wanted=tuple(wanted))
    elif not any(map(says_nothing, filled)):
        _unfilled(page, "")
    return Table(page.sheet)


def _unfilled(page: Page, place: str) -> None:
    """Say that a table without a record is required, so that it should say at least that there is nothing."""
    if page.section.required and page.section.kind == "table":
        page.say(warning, "sheet-unfilled", place)


class _Rows:
    """Reads the records of one sheet, the `page`.

    `faulty` gathers the cells that could not be understood, `totals` the numbers of the rows that are no records but
    totals; `nothing` tells whether a row says that there is nothing, `remarked` whether the last one was a remark.
    """

    def __init__(self, page: Page, period: Period | None) -> None:
        self.page = page
        self._period = period
        self._above: Mapping[str, Value] = {}  # the record before
        self.faulty: set[str] = set()
        self.totals: list[int] = []
        self.nothing = False
        self.remarked = False

    def counts(self, row: list[Any], number: int, headers: Collection[Header]) -> bool:
        """Return whether a row is a record: not blank, no total, no remark, and more than the word for "nothing"."""
        for first in headers:
            if not is_blank(row[first.index]):
                break
        else:
            return False
        further, self.remarked = self.remarked, False
        filled = [header for header in headers if not is_blank(row[header.index])]
        word = total_in_front(row, first) if first.column and first.column.numeric else ""
        below = self.page.grid[number] if number < len(self.page.grid) else []
        stray = is_stray(row, filled, headers, further=further, below=below)
        if begins_record(row[first.index], first) and not word and not stray:
            return True
        if declares_nothing(row, filled):
            self.nothing = True
            return False
        none = says_none(row, filled, self.page.section.headers)
        code = "row-total" if word else "row-none" if none else no_record(row, filled, headers)
        code = code or ("row-remark" if stray else "")
        if code:
            self.nothing |= none
            self.remarked = code == "row-remark"
            if code == "row-total":
                self.totals.append(number)
            self.page.say(note, code, reference(number - 1, first.index), found=excerpt(word or row[first.index]))
        return not code

    def record(self, cells: Mapping[str, str], values: dict[str, Value], spots: list[_Spot]) -> Record:
        """Return the record that stands in `cells`; `spots` are those whose values are not known yet, and not blank."""
        if not spots:
            self._above = values
            return Record(values, cells)
        numbers: list[tuple[_Spot, Parsed]] = []
        for spot in spots:
            parsed = self._parse(spot)
            values[spot.column.key] = parsed.value
            if isinstance(parsed.value, Decimal) and spot.column.numeric:
                numbers.append((spot, parsed))
        moved: dict[str, str] = {}
        for spot, parsed in numbers:
            self._measure(spot, parsed, values, cells, moved)
        self._above = values
        return Record(values, {**cells, **moved} if moved else cells)

    def _parse(self, spot: _Spot) -> Parsed:
        """Return a cell as understood; what stands there otherwise, or cannot be understood, is said."""
        if isinstance(spot.raw, (ErrorValue, Unvalued)):
            code = "cell-error" if isinstance(spot.raw, ErrorValue) else "cell-formula"
            return self._fault(code, spot, found=str(spot.raw), title=spot.column.shown)
        parsed = parse_cell(spot.raw, spot.column, self._period)
        if parsed.problem == DITTO and (above := self._above.get(spot.column.key)) and spot.column.type in FILLED_DOWN:
            self._understood(spot, word(above))
            return Parsed(above)
        if parsed.problem:
            found = excerpt(spot.raw)
            return self._fault(parsed.problem, spot, found=found, title=spot.column.shown, **parsed.details)
        if parsed.declared:
            return self._declared(spot, parsed)
        if isinstance(parsed.value, tuple) and (doubtful := in_doubt(parsed.value)):
            self.page.say(warning, "cell-one-or-several", spot.ref, found=excerpt(doubtful), count=len(parsed.value))
        lost = parsed.value is None and not is_blank(spot.raw)
        if lost or (parsed.understood and not isinstance(parsed.value, Decimal)):
            self._understood(spot, parsed.understood)
        return parsed

    def _declared(self, spot: _Spot, parsed: Parsed) -> Parsed:
        """Take the word for "nothing"; where something must stand, it is an error, and where it should, it will do."""
        column = spot.column
        if column.required and not column.default_from:
            return self._fault("cell-declared-empty", spot, found=excerpt(spot.raw), title=column.shown)
        if column.expected:
            self.faulty.add(spot.ref)
        return parsed

    def _measure(
        self, spot: _Spot, parsed: Parsed, values: dict[str, Value], cells: Mapping[str, str], moved: dict[str, str]
    ) -> None:
        """Put a number into the record, its unit and word of approximation where they belong; `moved` notes their cell."""
        column = spot.column
        if scaled := scaled_twice(spot.raw, parsed, column, spot.header_unit, values):
            self._fault("cell-scale-twice", spot, found=excerpt(spot.raw), title=column.shown, **scaled)
            values[column.key] = None
            return
        got = measure(parsed, column, self.page.section, spot.header_unit, values)
        other = moved.get(column.unit_column) or cells.get(column.unit_column, "")
        if got.problem:
            self._fault(got.problem, spot, found=excerpt(spot.raw), title=column.shown, other=other, **got.details)
            values[column.key] = None
            return
        if stated := row_unit(parsed, column, spot.header_unit, values):
            details = {"found": excerpt(spot.raw), "unit": spot.header_unit, "stated": stated}
            self.page.say(warning, "cell-unit-of-row", spot.ref, other=other, **details)
        values[column.key] = int(got.number) if column.type in ("integer", "year") else got.number
        for key, text in ((column.unit_column, got.unit), (column.approx_column, got.approx)):
            if text:
                values[key] = text
                moved[key] = spot.ref
        if (second := self._other_reading(spot, parsed, got, values)) is not None:
            readings = {"first": f"{got.number:f}%", "second": f"{second:f}%"}
            self.page.say(warning, "cell-percent-in-doubt", spot.ref, found=excerpt(spot.raw), **readings)
            return
        split = bool(got.approx or (got.unit and parsed.unit))
        if split or parsed.understood:
            self._say_number(spot, parsed, got.parts, split=split)

    @staticmethod
    def _other_reading(spot: _Spot, parsed: Parsed, got: Measured, values: dict[str, Value]) -> Decimal | None:
        """Return what else a number may mean, where it is a percentage."""
        column = spot.column
        unit = got.unit or values.get(column.unit_column) or column.base_unit or spot.header_unit
        percent = column.type == "percent" or (isinstance(unit, str) and fold(unit) == "%")
        return other_reading(spot.raw, parsed, got.number) if percent else None

    def _say_number(self, spot: _Spot, parsed: Parsed, parts: tuple[str, ...], *, split: bool) -> None:
        if split:
            self.page.say(warning, "cell-split", spot.ref, found=excerpt(spot.raw), parts=parts)
        else:
            unit = spot.column.base_unit
            gap = " " if unit.isascii() and unit.isalpha() else ""
            number = " ".join((*parts[:-1], with_unit(parts[-1], unit, gap)))
            self._understood(spot, parsed.understood if spot.column.type == "percent" else number)

    def _understood(self, spot: _Spot, understood: str) -> None:
        self.page.say(warning, "cell-understood", spot.ref, found=excerpt(spot.raw), understood=excerpt(understood))

    def _fault(self, code: str, spot: _Spot, **details: Any) -> Parsed:
        self.faulty.add(spot.ref)
        self.page.say(error, code, spot.ref, **details)
        return BLANK
