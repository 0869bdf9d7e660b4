"""This module writes a sheet of a workbook as its rows come: what stands in it is deflated and put aside.

openpyxl writes no result beside a formula, so that a preview shows nothing there, and it takes several times as long.
The parts of a sheet and their order are those of ECMA-376, part 1, 18.3.1.99 (worksheet).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import reduce
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any

from batchreport.a1 import column_letters
from batchreport.report.grammar.inputs import EXACT
from batchreport.report.rollup.cells import ROW, Column, Formula, width
from batchreport.report.rollup.deflated import Deflated

if TYPE_CHECKING:
    from typing import IO

    from batchreport.report.rollup.cells import Cells

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPECIAL = re.compile(r"[\[\]#'@]")
_ESCAPE = r"'\g<0>"  # what these are in the name of a column in a formula
_MEASURED = 300  # rows that a column's width is taken from
_GROWS = 4  # digits by which the sum of many rows may be longer than that of those
_TOGETHER = 1 << 16  # bytes that are deflated together
_ROW = ROW.encode()
_LEVEL = 2  # of zlib: three times as quick as the usual one, for a fifth more bytes
Columns = Sequence[Sequence[Any]]
"""Some rows of a sheet, by their columns."""


class Level(Enum):
    """What a row of a sheet that is no table stands for: itself, the rows below it, or a part of the one above."""

    SINGLE = 0
    TOTAL = 1
    PART = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its headings, what kind of cell each column has, and how it is shown.

    A table has a filter, and a last row with the sums of the columns in `summed`; the rows of a sheet that is none have a
    `Level`, by which they are bold or can be folded away.
    """

    name: str
    headings: Sequence[str]
    kinds: Sequence[str]
    total_word: str = ""
    summed: Sequence[int] = ()
    table: bool = True
    folded: bool = False


class Written:
    """One sheet while it is written: the row it has come to, and the sums of its columns so far.

    `first` says that it is the one that is seen when the workbook is opened.
    """

    def __init__(self, sheet: Sheet, cells: Cells, room: IO[bytes], *, first: bool = False) -> None:
        self.sheet = sheet
        self._cells = cells
        self._first = first
        self._letters = [column_letters(column) for column in range(1, len(sheet.headings) + 1)]
        self._columns = [Column(letters, kind, cells) for letters, kind in zip(self._letters, sheet.kinds, strict=True)]
        self._row = 1
        self._sums = dict.fromkeys(sheet.summed, Decimal(0))
        self._waiting: list[tuple[Columns, Level]] | None = []
        self.count = 0
        """How many rows of data there are, those that wait to be written among them."""
        self._pieces: list[bytes] = []
        self._out = Deflated(room, _LEVEL)

    @property
    def last(self) -> int:
        """The last row of data; a table has at least one, even if nothing stands in it."""
        return max(self._row, 2)

    @property
    def area(self) -> str:
        """The cells from the heading to the last row of data."""
        return f"A1:{self._letters[-1]}{self.last}"

    def add(self, columns: Columns, level: Level = Level.SINGLE) -> None:
        """Take some more rows, by their columns; the widths of columns are taken from the first few hundred."""
        self.count += len(columns[0])
        if self._waiting is None:
            self._write(columns, level)
            return
        self._waiting.append((columns, level))
        if self.count >= _MEASURED:
            self._open()

    def closed(self, number: int) -> Deflated:
        """Return the sheet's part; it is the workbook's sheet of that number."""
        self._open()
        if self.sheet.summed:
            self._pieces.append(self._total(number).encode())
        self._pieces.append(_closing(self.sheet, self.area).encode())
        self._flush()
        return self._out

    def _open(self) -> None:
        if self._waiting is None:
            return
        sheet, waiting, self._waiting = self.sheet, self._waiting, None
        heading = self._line(sheet.headings, ["head"] * len(sheet.headings), ' ht="30" customHeight="1"')
        opening = _opening(sheet, self._widths(waiting), first=self._first)
        self._pieces.append(f"{HEAD}{opening}{heading}".encode())
        for columns, level in waiting:
            self._write(columns, level)

    def _write(self, columns: Columns, level: Level) -> None:
        if level is Level.TOTAL:
            for values in zip(*columns, strict=True):
                self._row += 1
                about = ' collapsed="1"' if self.sheet.folded else ""
                self._pieces.append(self._line(values, self.sheet.kinds, about).encode())
        else:
            self._pieces.append(self._rows(columns, level))
        if sum(map(len, self._pieces)) >= _TOGETHER:
            self._flush()

    def _rows(self, columns: Columns, level: Level) -> bytes:
        for at in self._sums:
            for value in columns[at]:
                if isinstance(value, Decimal):
                    self._sums[at] = EXACT.add(self._sums[at], value)
        count, about = len(columns[0]), ""
        if level is Level.PART:
            about = ' outlineLevel="1" hidden="1"' if self.sheet.folded else ' outlineLevel="1"'
        numbers = [b"%d" % number for number in range(self._row + 1, self._row + 1 + count)]
        self._row += count
        opening = f'<row r="{ROW}"{about}>'
        written = (column.cells(values) for column, values in zip(self._columns, columns, strict=True))
        rows = map("".join, zip(repeat(opening, count), *written, repeat("</row>", count), strict=True))
        # put in as bytes, because most texts are of wide characters, in which a sign is looked for half as fast
        return b"".join([row.encode().replace(_ROW, number) for row, number in zip(rows, numbers, strict=True)])

    def _widths(self, waiting: Sequence[tuple[Columns, Level]]) -> str:
        made = []
        for at, (heading, kind) in enumerate(zip(self.sheet.headings, self.sheet.kinds, strict=True)):
            values = islice(chain.from_iterable(columns[at] for columns, _ in waiting), _MEASURED)
            summed = self._sum_width(at, waiting) if at in self._sums else 0
            own = max(width(heading, kind) + 3, *(width(self._cells.shown(value), kind) for value in values), summed, 6)
            made.append(f'<col min="{at + 1}" max="{at + 1}" width="{min(own + 1, 48)}" customWidth="1"/>')
        return f"<cols>{''.join(made)}</cols>"

    def _sum_width(self, at: int, waiting: Sequence[tuple[Columns, Level]]) -> int:
        """Return how wide the sum of a column may get, in bold."""
        values = (value for columns, _ in waiting for value in columns[at] if isinstance(value, Decimal))
        to_come = _GROWS if self.count >= _MEASURED else 0
        return width(reduce(EXACT.add, values, Decimal(0)), self.sheet.kinds[at]) + 1 + to_come

    def _flush(self) -> None:
        self._out.add(b"".join(self._pieces))
        self._pieces.clear()

    def _line(self, values: Sequence[Any], kinds: Sequence[str], about: str = "") -> str:
        """Return a row in bold."""
        cells, row = self._cells, self._row
        told = (
            cells.blank(kind) if value is None or value == "" else cells.cell(value, kind, bold=True)
            for value, kind in zip(values, kinds, strict=True)
        )
        line = "".join(f'<c r="{letters}{row}{said}' for letters, said in zip(self._letters, told, strict=True))
        return f'<row r="{row}"{about}>{line}</row>'

    def _total(self, number: int) -> str:
        sheet, cells, row = self.sheet, self._cells, self.last + 1
        told = [f'<c r="A{row}{cells.cell(sheet.total_word, "text", bold=True)}']
        for at in sheet.summed:
            column = _SPECIAL.sub(_ESCAPE, encoded(sheet.headings[at]))
            summed = Formula(f"SUBTOTAL(109,Table{number}[{column}])", self._sums[at])
            told.append(f'<c r="{self._letters[at]}{row}{cells.cell(summed, sheet.kinds[at], bold=True)}')
        return f'<row r="{row}">{"".join(told)}</row>'


def encoded(heading: str) -> str:
    """Return a heading as it stands in the name of a table's column."""
    return heading.replace("\n", "_x000a_")


def _opening(sheet: Sheet, widths: str, *, first: bool) -> str:
    """Return what stands before the rows."""
    selected = ' tabSelected="1"' if first else ""
    outline = "" if sheet.table else ' outlineLevelRow="1"'
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}"><sheetPr><outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><sheetViews><sheetView{selected} workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" '
        'activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"{outline}/>{widths}<sheetData>'
    )


def _closing(sheet: Sheet, area: str) -> str:
    """Return what stands behind the rows."""
    filtered = "" if sheet.table else f'<autoFilter ref="{area}"/>'
    parts = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if sheet.table else ""
    return (
        f'</sheetData>{filtered}<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>{parts}</worksheet>'
    )
