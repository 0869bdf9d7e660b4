"""This module writes workbooks: a sheet for each frame, the same bytes for the same frames.

openpyxl writes no result beside a formula, so that a preview shows nothing there, and it takes several times as long.
Parts and their order are those of ECMA-376, part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import islice
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from batchreport.a1 import column_letters
from batchreport.report.grammar.inputs import EXACT
from batchreport.report.rollup.cells import Formula, styles, width
from batchreport.report.rollup.deflated import Deflated, write_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import IO

    from batchreport.report.rollup.cells import Cells

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPECIAL = re.compile(r"[\[\]#'@]")
_ESCAPE = r"'\g<0>"  # what these are in the name of a column in a formula
_MEASURED = 300  # rows that a column's width is taken from
_TOGETHER = 8_000  # pieces that are deflated together
_LEVEL = 4  # of zlib: twice as quick as the usual one, for a tenth more bytes


class Level(Enum):
    """What a row of a sheet that is no table stands for: itself, the rows below it, or a part of the one above."""

    SINGLE = 0
    TOTAL = 1
    PART = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its headings, what kind of cell each column has, and how it is shown.

    A table has a filter, and a last row with the sums of the columns in `summed`; a row of a sheet that is none has its
    `Level` behind its values, by which it is bold or can be folded away.
    """

    name: str
    headings: Sequence[str]
    kinds: Sequence[str]
    total_word: str = ""
    summed: Sequence[int] = ()
    table: bool = True
    folded: bool = False


def write_workbook(
    target: IO[bytes], sheets: Sequence[Written], cells: Cells, font: str, room: Callable[[], IO[bytes]]
) -> None:
    """Write an .xlsx with these sheets, whose names are unique and fit for Excel; `room` gives room for what is put aside."""
    tables = [number for number, one in enumerate(sheets, 1) if one.sheet.table]
    frame = {**_frame_of([one.sheet for one in sheets], tables), "xl/styles.xml": styles(font)}
    parts: list[tuple[str, bytes | Deflated]] = [(name, _part(content)) for name, content in frame.items()]
    for number, one in enumerate(sheets, 1):
        parts.append((f"xl/worksheets/sheet{number}.xml", one.closed(number)))
        if one.sheet.table:
            table = _table(one.sheet, number, tables.index(number) + 1, one.area)
            relations = _relations([("table", f"../tables/table{number}.xml")])
            parts.append((f"xl/tables/table{number}.xml", _part(table)))
            parts.append((f"xl/worksheets/_rels/sheet{number}.xml.rels", _part(relations)))
    write_zip(target, [*parts, ("xl/sharedStrings.xml", _part(cells.strings()))], room)


def _part(content: str) -> bytes:
    return (_HEAD + content).encode()


class Written:
    """One sheet while it is written: the row it has come to, and the sums of its columns so far.

    `first` says that it is the one that is seen when the workbook is opened.
    """

    def __init__(self, sheet: Sheet, cells: Cells, room: IO[bytes], *, first: bool = False) -> None:
        self.sheet = sheet
        self._cells = cells
        self._first = first
        self._letters = [column_letters(column) for column in range(1, len(sheet.headings) + 1)]
        self._columns = [
            (f'<c r="{letters}'.encode(), kind) for letters, kind in zip(self._letters, sheet.kinds, strict=True)
        ]
        self._row = 1
        self._sums = dict.fromkeys(sheet.summed, Decimal(0))
        self._sample: list[Sequence[Any]] | None = []
        self._pieces: list[bytes] = []
        self._out = Deflated(room, _LEVEL)

    @property
    def count(self) -> int:
        """How many rows of data there are, save those that wait to be written."""
        return self._row - 1 + len(self._sample or ())

    @property
    def last(self) -> int:
        """The last row of data; a table has at least one, even if nothing stands in it."""
        return max(self._row, 2)

    @property
    def area(self) -> str:
        """The cells from the heading to the last row of data."""
        return f"A1:{self._letters[-1]}{self.last}"

    def extend(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take some more rows; the widths of columns are taken from the first few hundred."""
        rows = iter(rows)
        if self._sample is not None:
            self._sample += islice(rows, _MEASURED - len(self._sample))
            if len(self._sample) < _MEASURED:
                return
            self._open()
        self._write(rows)

    def closed(self, number: int) -> Deflated:
        """Return the sheet's part; it is the workbook's sheet of that number."""
        self._open()
        if self.sheet.summed:
            self._pieces.append(self._total(number).encode())
        self._pieces.append(_closing(self.sheet, self.area).encode())
        self._flush()
        return self._out

    def _open(self) -> None:
        if self._sample is None:
            return
        sheet, sample, self._sample = self.sheet, self._sample, None
        heading = self._line(sheet.headings, ["head"] * len(sheet.headings), ' ht="30" customHeight="1"')
        self._pieces += [_HEAD.encode(), _opening(sheet, sample, first=self._first).encode(), heading.encode()]
        self._write(sample)

    def _write(self, rows: Iterable[Sequence[Any]]) -> None:
        write, pieces = self._plain if self.sheet.table else self._levelled, self._pieces
        for values in rows:
            self._row += 1
            write(b"%d" % self._row, values)
            if len(pieces) >= _TOGETHER:
                self._flush()

    def _flush(self) -> None:
        self._out.add(b"".join(self._pieces))
        self._pieces.clear()

    def _plain(self, row: bytes, values: Sequence[Any], about: bytes = b"") -> None:
        for at in self._sums:
            if isinstance(value := values[at], Decimal):
                self._sums[at] = EXACT.add(self._sums[at], value)
        self._pieces += (b'<row r="', row, b'"', about, b">")
        self._pieces += self._cells.row(row, self._columns, values)
        self._pieces.append(b"</row>")

    def _levelled(self, row: bytes, values: Sequence[Any]) -> None:
        *told, level = values
        folded = self.sheet.folded
        if level is Level.TOTAL:
            self._pieces.append(self._line(told, self.sheet.kinds, ' collapsed="1"' if folded else "").encode())
        elif level is Level.PART:
            self._plain(row, told, b' outlineLevel="1" hidden="1"' if folded else b' outlineLevel="1"')
        else:
            self._plain(row, told)

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
            column = _SPECIAL.sub(_ESCAPE, _encoded(sheet.headings[at]))
            summed = Formula(f"SUBTOTAL(109,Table{number}[{column}])", self._sums[at])
            told.append(f'<c r="{self._letters[at]}{row}{cells.cell(summed, sheet.kinds[at], bold=True)}')
        return f'<row r="{row}">{"".join(told)}</row>'


def _opening(sheet: Sheet, sample: Sequence[Sequence[Any]], *, first: bool) -> str:
    """Return what stands before the rows."""
    selected = ' tabSelected="1"' if first else ""
    outline = "" if sheet.table else ' outlineLevelRow="1"'
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheetPr><outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><sheetViews><sheetView{selected} workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" '
        'activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"{outline}/>{_widths(sheet, sample)}<sheetData>'
    )


def _closing(sheet: Sheet, area: str) -> str:
    """Return what stands behind the rows."""
    filtered = "" if sheet.table else f'<autoFilter ref="{area}"/>'
    parts = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if sheet.table else ""
    return (
        f'</sheetData>{filtered}<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>{parts}</worksheet>'
    )


def _widths(sheet: Sheet, sample: Sequence[Sequence[Any]]) -> str:
    columns = []
    for at, heading in enumerate(sheet.headings):
        kind = sheet.kinds[at]
        own = max(width(heading, kind) + 3, *(width(row[at], kind) for row in sample), 6)
        columns.append(f'<col min="{at + 1}" max="{at + 1}" width="{min(own + 1, 48)}" customWidth="1"/>')
    return f"<cols>{''.join(columns)}</cols>"


def _table(sheet: Sheet, number: int, ident: int, area: str) -> str:
    columns = "".join(
        f'<tableColumn id="{at + 1}" name={quoteattr(_encoded(heading))}{_totalled(sheet, at)}/>'
        for at, heading in enumerate(sheet.headings)
    )
    letters, last = area.rstrip("0123456789"), int(area.rpartition(":")[2].lstrip(ascii_uppercase))
    whole = f"{letters}{last + 1}" if sheet.summed else area
    shown = 'totalsRowCount="1"' if sheet.summed else 'totalsRowShown="0"'
    return (
        f'<table xmlns="{_MAIN}" id="{ident}" name="Table{number}" displayName="Table{number}" ref="{whole}" '
        f'{shown}><autoFilter ref="{area}"/><tableColumns count="{len(sheet.headings)}">{columns}'
        '</tableColumns><tableStyleInfo name="TableStyleLight9" showFirstColumn="0" showLastColumn="0" '
        'showRowStripes="1" showColumnStripes="0"/></table>'
    )


def _totalled(sheet: Sheet, at: int) -> str:
    if not sheet.summed:
        return ""
    label = f" totalsRowLabel={quoteattr(sheet.total_word)}" if at == 0 else ""
    return ' totalsRowFunction="sum"' if at in sheet.summed else label


def _encoded(heading: str) -> str:
    return heading.replace("\n", "_x000a_")


def _frame_of(sheets: Sequence[Sheet], tables: Sequence[int]) -> dict[str, str]:
    """Return the parts that hold the others together."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = [
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/styles.xml", "styles"),
        ("/xl/sharedStrings.xml", "sharedStrings"),
    ]
    overrides += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, len(sheets) + 1)]
    overrides += [(f"/xl/tables/table{number}.xml", "table") for number in tables]
    types = "".join(f'<Override PartName="{name}" ContentType="{kind}.{word}+xml"/>' for name, word in overrides)
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">{escape(_quoted(sheet.name))}!$1:$1</definedName>'
        for at, sheet in enumerate(sheets)
    )
    links = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{types}</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets><definedNames>{titles}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*links, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        ),
    }


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
