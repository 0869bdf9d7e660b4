"""This module turns the rows of a sheet into typed records, and says what was understood, unknown or lost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.findings import Finding, Place, error, note, warning
from batchreport.names import fold, near
from batchreport.submission import Record, Table
from batchreport.workbook.cells import Cell, Parsed, is_blank, parse_cell, says_nothing, show, tidy
from batchreport.workbook.layout import Field, Header, cell, find_form, find_table, reference
from batchreport.workbook.numerals import factor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.period import Period
    from batchreport.schema import Column, Section
    from batchreport.values import Value
    from batchreport.workbook.layout import Grid
    from batchreport.workbook.scan import SheetScan

_TOTALS = frozenset(fold(word) for word in ("合计", "总计", "小计", "总数", "total", "sum"))
_SHOWN = 40  # characters of a cell that a finding shows


class Reader:
    """Reads the sheets of one workbook; findings gather in the list it is given."""

    def __init__(self, file: str, period: Period | None, found: list[Finding]) -> None:
        self._file = file
        self._period = period
        self._found = found

    def table(self, section: Section, sheet: str, grid: Grid, scanned: SheetScan) -> Table:
        """Return the records below the header row of a table's sheet."""
        layout = find_table(grid, section)
        place = Place(file=self._file, sheet=sheet)
        if layout.row < 0:
            if any(not is_blank(raw) for row in grid for raw in row):
                wanted = "、".join(column.title for column in section.columns if column.required)
                self._found.append(error("header-missing", place, wanted=wanted))
            return Table(sheet)
        headers = self._headers(section, sheet, grid, layout.row, layout.headers)
        work = _Sheet(section, sheet, grid, scanned, self._file, self._period, self._found)
        records = [record for row in range(layout.row + 1, len(grid)) if (record := work.record(row, headers))]
        cells = {header.column.key: reference(layout.row, header.index) for header in headers if header.column}
        return Table(sheet, tuple(records), cells, frozenset(work.faulty))

    def form(self, section: Section, sheet: str, grid: Grid, scanned: SheetScan) -> Table:
        """Return the one record of a form's sheet."""
        fields = find_form(grid, section)
        place = Place(file=self._file, sheet=sheet)
        if not fields:
            if any(not is_blank(raw) for row in grid for raw in row):
                wanted = "、".join(column.title for column in section.columns if column.required)
                self._found.append(error("header-missing", place, wanted=wanted))
            return Table(sheet)
        work = _Sheet(section, sheet, grid, scanned, self._file, self._period, self._found)
        record = work.form(tuple(self._fields(section, sheet, grid, fields)))
        return Table(sheet, (record,), dict(record.cells), frozenset(work.faulty))

    def _fields(self, section: Section, sheet: str, grid: Grid, fields: tuple[Field, ...]) -> Iterator[Field]:
        seen: set[str] = set()
        for item in fields:
            filled = not is_blank(cell(grid, item.row, item.value))
            place = Place(file=self._file, sheet=sheet, cell=reference(item.row, item.label))
            if item.column is None:
                if filled:
                    guess = near(item.text, (column.title for column in section.columns))
                    self._found.append(note("field-unknown", place, title=item.text[:_SHOWN], near=guess))
            elif item.column.key not in seen:
                seen.add(item.column.key)
                yield item
            elif filled:
                self._found.append(error("field-doubled", place, title=item.text))

    def _headers(
        self, section: Section, sheet: str, grid: Grid, row: int, headers: tuple[Header, ...]
    ) -> tuple[Header, ...]:
        """Return one header for each column that is there; the rest is said."""
        chosen: dict[str, Header] = {}
        for header in headers:
            place = Place(file=self._file, sheet=sheet, cell=reference(row, header.index))
            filled = [r for r in range(row + 1, len(grid)) if not is_blank(cell(grid, r, header.index))]
            if header.column is None:
                if filled:
                    guess = near(header.text, (c.title for c in section.columns if c.key not in chosen))
                    self._found.append(note("column-unknown", place, title=header.text[:_SHOWN], count=len(filled), near=guess))
            elif header.column.key not in chosen:
                chosen[header.column.key] = header
            elif any(cell(grid, r, header.index) != cell(grid, r, chosen[header.column.key].index) for r in filled):
                first = reference(row, chosen[header.column.key].index)
                self._found.append(error("column-doubled", place, title=header.text, first=first))
        self._say_headless(sheet, grid, row, headers)
        return tuple(self._usable_units(sheet, row, chosen))

    def _usable_units(self, sheet: str, row: int, chosen: Mapping[str, Header]) -> Iterator[Header]:
        for header in chosen.values():
            column = header.column
            if column and header.unit and column.unit and header.unit != column.unit:
                place = Place(file=self._file, sheet=sheet, cell=reference(row, header.index))
                if factor(header.unit, column.unit) is None:
                    self._found.append(error("column-unit", place, title=header.text, unit=header.unit, wanted=column.unit))
                else:
                    self._found.append(
                        warning("column-unit-converted", place, title=header.text, unit=header.unit, wanted=column.unit)
                    )
            yield header

    def _say_headless(self, sheet: str, grid: Grid, row: int, headers: tuple[Header, ...]) -> None:
        """Say which cells below the header row stand under no header."""
        headed = {header.index for header in headers}
        cells = [
            reference(r, c)
            for r in range(row + 1, len(grid))
            for c, raw in enumerate(grid[r])
            if c not in headed and not is_blank(raw)
        ]
        if cells:
            place = Place(file=self._file, sheet=sheet, cell=cells[0])
            self._found.append(note("cells-without-header", place, count=len(cells)))


class _Sheet:
    """One sheet while its records are read."""

    def __init__(  # noqa: PLR0913, PLR0917  (one sheet's whole surroundings, set once)
        self, section: Section, sheet: str, grid: Grid, scanned: SheetScan, file: str, period: Period | None, found: list[Finding]
    ) -> None:
        self._section = section
        self._sheet = sheet
        self._grid = grid
        self._scanned = scanned
        self._file = file
        self._period = period
        self._found = found
        self.faulty: set[str] = set()

    def record(self, row: int, headers: tuple[Header, ...]) -> Record | None:
        """Return the record of a row, or None for a blank row, a row of totals, and the word for "nothing"."""
        raws = [cell(self._grid, row, header.index) for header in headers]
        marked = [self._fault_at(reference(row, header.index)) for header in headers]
        if all(is_blank(raw) for raw in raws) and not any(marked):
            return None
        if not any(marked) and _declared_empty(headers, raws):
            return None
        first = next((fold(str(raw)) for raw in raws if not is_blank(raw)), "")
        if first in _TOTALS:
            self._say(note, "row-total", reference(row, headers[0].index), found=first)
            return None
        values: dict[str, Value] = {}
        cells: dict[str, str] = {}
        parsed: dict[str, Parsed] = {}
        for header, raw in zip(headers, raws, strict=True):
            if header.column:
                key = header.column.key
                cells[key] = reference(row, header.index)
                parsed[key] = self._parse(raw, header.column, cells[key], header.unit)
                values[key] = parsed[key].value
        return self._finish(values, cells, parsed)

    def form(self, fields: tuple[Field, ...]) -> Record:
        """Return the record of a form."""
        values: dict[str, Value] = {}
        cells: dict[str, str] = {}
        parsed: dict[str, Parsed] = {}
        for item in fields:
            if item.column:
                key = item.column.key
                cells[key] = reference(item.row, item.value)
                raw = cell(self._grid, item.row, item.value)
                parsed[key] = self._parse(raw, item.column, cells[key], "")
                values[key] = parsed[key].value
        return self._finish(values, cells, parsed)

    def _fault_at(self, ref: str) -> bool:
        return ref in self._scanned.errors or ref in self._scanned.unvalued

    def _parse(self, raw: Any, column: Column, ref: str, header_unit: str) -> Parsed:
        """Return a cell as understood; what stands there otherwise, or cannot be understood, is said."""
        if ref in self._scanned.errors:
            self._fault("cell-error", ref, found=self._scanned.errors[ref], title=column.title)
            return Parsed()
        if ref in self._scanned.unvalued:
            self._fault("cell-formula", ref, title=column.title)
            return Parsed()
        parsed = parse_cell(Cell(raw, ref in self._scanned.percents), column, self._period)
        if parsed.problem:
            self._fault(parsed.problem, ref, found=show(raw)[:_SHOWN], title=column.title, **parsed.details)
        elif parsed.declared and column.required:
            self._fault("cell-declared-empty", ref, found=show(raw), title=column.title)
        elif isinstance(parsed.value, Decimal):
            return self._in_unit(parsed, column, ref, raw, header_unit)
        elif parsed.understood:
            self._say(warning, "cell-understood", ref, found=show(raw)[:_SHOWN], understood=parsed.understood[:_SHOWN])
        return parsed

    def _in_unit(self, parsed: Parsed, column: Column, ref: str, raw: Any, header_unit: str) -> Parsed:
        """Return a number in the column's own unit, where the schema fixes one."""
        unit = parsed.unit or header_unit
        times = factor(unit, column.unit) if unit and column.unit else Decimal(1)
        homeless = unit and not column.unit and not column.unit_column and column.type != "percent"
        if times is None or homeless:
            self._fault("cell-unit", ref, found=show(raw)[:_SHOWN], unit=unit, wanted=column.unit, title=column.title)
            return Parsed()
        number = parsed.value
        if times != 1 and isinstance(number, Decimal):
            number = tidy(number * times)
        said = parsed.understood
        if parsed.unit and times != 1:
            said = f"{number:f}{column.unit}"
        if said:
            self._say(warning, "cell-understood", ref, found=show(raw)[:_SHOWN], understood=said)
        return Parsed(number, unit=parsed.unit if column.unit_column else "", approx=parsed.approx)

    def _finish(self, values: dict[str, Value], cells: dict[str, str], parsed: Mapping[str, Parsed]) -> Record:
        """Hand units and words of approximation that stood with a number on to the cells where they belong."""
        for column in self._section.columns:
            part = parsed.get(column.key)
            if part is None or not isinstance(part.value, Decimal):
                continue
            if part.unit:
                self._hand_unit(column, part.unit, values, cells)
            if part.approx and column.approx_column and not values.get(column.approx_column):
                values[column.approx_column] = part.approx
                cells[column.approx_column] = cells[column.key]
        return Record(values, cells)

    def _hand_unit(self, column: Column, unit: str, values: dict[str, Value], cells: dict[str, str]) -> None:
        target = column.unit_column
        stated = values.get(target)
        aliases = self._section.by_key[target].choices
        unit = aliases.get(fold(unit), unit)
        if not stated:
            values[target] = unit
            cells[target] = cells[column.key]
            return
        times = factor(unit, str(stated))
        number = values[column.key]
        if times is None or not isinstance(number, Decimal):
            self._fault("cell-unit-conflict", cells[column.key], unit=unit, stated=str(stated), other=cells[target])
            values[column.key] = None
        else:
            values[column.key] = tidy(number * times)

    def _fault(self, code: str, ref: str, **details: Any) -> None:
        self.faulty.add(ref)
        self._say(error, code, ref, **details)

    def _say(self, make: Any, code: str, ref: str, **details: Any) -> None:
        self._found.append(make(code, Place(file=self._file, sheet=self._sheet, cell=ref), **details))


def _declared_empty(headers: tuple[Header, ...], raws: list[Any]) -> bool:
    """Return whether a row only says that there is nothing: every filled cell is prefilled or a word for "nothing"."""
    own = [
        raw for header, raw in zip(headers, raws, strict=True)
        if not is_blank(raw) and not (header.column and header.column.prefilled)
    ]  # fmt: skip
    return bool(own) and all(says_nothing(raw) for raw in own)
