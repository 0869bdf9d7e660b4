"""This module writes workbooks: a sheet for each frame, the same bytes for the same frames.

openpyxl writes no result beside a formula, so that a preview shows nothing there, and it takes several times as long.
Parts and their order are those of ECMA-376, part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from batchreport.a1 import column_letters
from batchreport.report.grammar.inputs import EXACT
from batchreport.report.parts import Member, pack
from batchreport.report.rollup.cells import Cells, formula, styles, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPECIAL = re.compile(r"[\[\]#'@]")
_ESCAPE = r"'\g<0>"  # what these are in the name of a column in a formula
_MEASURED = 300  # rows that a column's width is taken from
_TOGETHER = 200  # rows that are deflated together
_LEVEL = 4  # of zlib: twice as quick as the usual one, for a tenth more bytes


class Level(Enum):
    """What a row of a sheet that is no table stands for: itself, the rows below it, or a part of the one above."""

    SINGLE = 0
    TOTAL = 1
    PART = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its headings, its rows, what kind of cell each column has, and how it is shown.

    The rows are gone through once. A table has a filter, and a last row with the sums of the columns in `summed`; a row
    of a sheet that is none has its `Level` behind its values, by which it is bold or can be folded away.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    kinds: Sequence[str]
    total_word: str = ""
    summed: Sequence[int] = ()
    table: bool = True
    folded: bool = False


def workbook(sheets: Sequence[Sheet], font: str) -> bytes:
    """Return the bytes of an .xlsx with these sheets, whose names are unique and fit for Excel."""
    tables = [number for number, sheet in enumerate(sheets, 1) if sheet.table]
    frame = {**_frame_of(sheets, tables), "xl/styles.xml": styles(font)}
    cells = Cells()
    members = [_member(name, content) for name, content in frame.items()]
    for number, sheet in enumerate(sheets, 1):
        written = _Written(sheet, number, cells)
        pieces = (piece.encode() for piece in chain([_HEAD], written.pieces()))
        members.append(Member.of_pieces(f"xl/worksheets/sheet{number}.xml", pieces, _LEVEL))
        if sheet.table:
            table = _table(sheet, number, tables.index(number) + 1, written.area)
            relations = _relations([("table", f"../tables/table{number}.xml")])
            members.append(_member(f"xl/tables/table{number}.xml", table))
            members.append(_member(f"xl/worksheets/_rels/sheet{number}.xml.rels", relations))
    return pack([*members, _member("xl/sharedStrings.xml", cells.strings())])


def _member(name: str, content: str) -> Member:
    return Member.of(name, (_HEAD + content).encode())


class _Written:
    """One sheet while it is written: the row it has come to, and the sums of its columns so far."""

    def __init__(self, sheet: Sheet, number: int, cells: Cells) -> None:
        self._sheet = sheet
        self._cells = cells
        self._number = number
        self._letters = [column_letters(column) for column in range(1, len(sheet.headings) + 1)]
        self._row = 1
        self._sums = dict.fromkeys(sheet.summed, Decimal(0))

    @property
    def last(self) -> int:
        """The last row of data; a table has at least one, even if nothing stands in it."""
        return max(self._row, 2)

    @property
    def area(self) -> str:
        """The cells from the heading to the last row of data."""
        return f"A1:{self._letters[-1]}{self.last}"

    def pieces(self) -> Iterator[str]:
        """Yield the sheet's XML, some rows at a time."""
        sheet, rows = self._sheet, iter(self._sheet.rows)
        sample = list(islice(rows, _MEASURED))
        yield _opening(sheet, self._number, sample)
        yield self._line(sheet.headings, ["head"] * len(sheet.headings), ' ht="30" customHeight="1"')
        written = self._plain if sheet.table else self._levelled
        lines = map(written, chain(sample, rows))
        while piece := "".join(islice(lines, _TOGETHER)):
            yield piece
        if sheet.summed:
            yield self._total()
        yield _closing(sheet, self.area)

    def _plain(self, values: Sequence[Any]) -> str:
        for at in self._sums:
            if isinstance(value := values[at], Decimal):
                self._sums[at] = EXACT.add(self._sums[at], value)
        self._row += 1
        return f'<row r="{self._row}">{self._cells.row(self._openings(), values, self._sheet.kinds)}</row>'

    def _levelled(self, values: Sequence[Any]) -> str:
        *told, level = values
        folded = self._sheet.folded
        self._row += 1
        if level is Level.TOTAL:
            return self._line(told, self._sheet.kinds, ' collapsed="1"' if folded else "")
        about = f' outlineLevel="1"{" hidden=" + quoteattr("1") if folded else ""}' if level is Level.PART else ""
        return f'<row r="{self._row}"{about}>{self._cells.row(self._openings(), told, self._sheet.kinds)}</row>'

    def _line(self, values: Sequence[Any], kinds: Sequence[str], about: str = "") -> str:
        """Return a row in bold."""
        told = (self._cells.cell(value, kind, bold=True) for value, kind in zip(values, kinds, strict=True))
        cells = "".join(opening + said for opening, said in zip(self._openings(), told, strict=True))
        return f'<row r="{self._row}"{about}>{cells}</row>'

    def _openings(self) -> list[str]:
        return [f'<c r="{letters}{self._row}"' for letters in self._letters]

    def _total(self) -> str:
        sheet, row = self._sheet, self.last + 1
        told = [f'<c r="A{row}"{self._cells.cell(sheet.total_word, "text", bold=True)}']
        for at, value in self._sums.items():
            column = _SPECIAL.sub(_ESCAPE, _encoded(sheet.headings[at]))
            summed = formula(f"SUBTOTAL(109,Table{self._number}[{column}])", value, sheet.kinds[at], bold=True)
            told.append(f'<c r="{self._letters[at]}{row}"{summed}')
        return f'<row r="{row}">{"".join(told)}</row>'


def _opening(sheet: Sheet, number: int, sample: Sequence[Sequence[Any]]) -> str:
    """Return what stands before the rows."""
    selected = ' tabSelected="1"' if number == 1 else ""
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
