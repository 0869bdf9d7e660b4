"""This module writes workbooks: a sheet for each frame, the same bytes for the same frames.

openpyxl writes no result beside a formula, so that a preview shows nothing there, and it takes several times as long.
Parts and their order are those of ECMA-376, part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from batchreport.report.rollup.cells import Cells, column_letters, width
from batchreport.zips import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    import pandas as pd

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPECIAL = re.compile(r"[\[\]#'@]")
_ESCAPE = r"'\g<0>"  # what these are in the name of a column in a formula
_MEASURED = 300  # rows that a column's width is taken from


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a frame of objects, what kind of cell each column has, and how it is shown.

    A table has a filter, and a last row with the sums of the columns in `totals`; `bold` and `levels` are of the rows of a
    sheet that is none: 1 for a row that belongs to the one above and can be folded away.
    """

    name: str
    frame: pd.DataFrame
    kinds: Sequence[str]
    total_word: str = ""
    totals: Mapping[int, Decimal] = field(default_factory=dict)
    table: bool = True
    bold: Sequence[bool] = ()
    levels: Sequence[int] = ()
    folded: bool = False

    @property
    def headings(self) -> list[str]:
        """The texts of the first row."""
        return [str(heading) for heading in self.frame.columns]

    @property
    def last(self) -> int:
        """The last row of data; a table has at least one, even if nothing stands in it."""
        return max(len(self.frame), 1) + 1

    @property
    def area(self) -> str:
        """The cells from the heading to the last row of data."""
        return f"A1:{column_letters(len(self.headings))}{self.last}"


def workbook(sheets: Sequence[Sheet], font: str) -> bytes:
    """Return the bytes of an .xlsx with these sheets, whose names are unique and fit for Excel."""
    cells = Cells(font)
    tables = [number for number, sheet in enumerate(sheets, 1) if sheet.table]
    parts = {
        f"xl/worksheets/sheet{number}.xml": _worksheet(sheet, number, cells, tables)
        for number, sheet in enumerate(sheets, 1)
    }
    for number in tables:
        parts[f"xl/tables/table{number}.xml"] = _table(sheets[number - 1], number, tables.index(number) + 1)
        parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relations([("table", f"../tables/table{number}.xml")])
    return _zipped(
        {**_frame_of(sheets, tables), **parts, "xl/styles.xml": cells.styles(), "xl/sharedStrings.xml": cells.strings()}
    )


def _worksheet(sheet: Sheet, number: int, cells: Cells, tables: Sequence[int]) -> str:
    rows = "".join(_rows(sheet, number, cells))
    filtered = "" if sheet.table else f'<autoFilter ref="{sheet.area}"/>'
    parts = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if number in tables else ""
    selected = ' tabSelected="1"' if number == 1 else ""
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheetPr><outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><sheetViews><sheetView{selected} workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" '
        'activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"{_outline(sheet)}/>{_widths(sheet)}<sheetData>{rows}</sheetData>{filtered}'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>{parts}</worksheet>'
    )


def _outline(sheet: Sheet) -> str:
    return ' outlineLevelRow="1"' if any(sheet.levels) else ""


def _widths(sheet: Sheet) -> str:
    sample = sheet.frame.head(_MEASURED)
    columns = []
    for at, heading in enumerate(sheet.headings):
        own = max(
            width(heading, sheet.kinds[at]) + 3, *(width(value, sheet.kinds[at]) for value in sample.iloc[:, at]), 6
        )
        columns.append(f'<col min="{at + 1}" max="{at + 1}" width="{min(own + 1, 48)}" customWidth="1"/>')
    return f"<cols>{''.join(columns)}</cols>"


def _rows(sheet: Sheet, at: int, cells: Cells) -> Iterator[str]:
    letters = [column_letters(column) for column in range(1, len(sheet.headings) + 1)]
    head = "".join(cells.cell(f"{letter}1", text, "head") for letter, text in zip(letters, sheet.headings, strict=True))
    yield f'<row r="1" ht="30" customHeight="1">{head}</row>'
    for number, values in enumerate(sheet.frame.itertuples(index=False, name=None), 2):
        bold = bool(sheet.bold) and sheet.bold[number - 2]
        told = [
            cells.cell(f"{letter}{number}", value, kind, bold=bold)
            for letter, value, kind in zip(letters, values, sheet.kinds, strict=True)
        ]
        yield f'<row r="{number}"{_folding(sheet, number - 2)}>{"".join(told)}</row>'
    if sheet.totals:
        yield _total_row(sheet, at, cells, letters)


def _folding(sheet: Sheet, at: int) -> str:
    if not sheet.levels:
        return ""
    if sheet.levels[at]:
        return f' outlineLevel="1"{" hidden=" + quoteattr("1") if sheet.folded else ""}'
    below = at + 1 < len(sheet.levels) and sheet.levels[at + 1]
    return ' collapsed="1"' if sheet.folded and below else ""


def _total_row(sheet: Sheet, number: int, cells: Cells, letters: Sequence[str]) -> str:
    row = sheet.last + 1
    told = [cells.cell(f"A{row}", sheet.total_word, "text", bold=True)]
    for at, value in sheet.totals.items():
        formula = f"SUBTOTAL(109,Table{number}[{_SPECIAL.sub(_ESCAPE, _encoded(sheet.headings[at]))}])"
        told.append(cells.formula(f"{letters[at]}{row}", formula, value, sheet.kinds[at], bold=True))
    return f'<row r="{row}">{"".join(told)}</row>'


def _table(sheet: Sheet, number: int, ident: int) -> str:
    columns = "".join(
        f'<tableColumn id="{at + 1}" name={quoteattr(_encoded(heading))}{_totalled(sheet, at)}/>'
        for at, heading in enumerate(sheet.headings)
    )
    whole = f"{sheet.area.rstrip('0123456789')}{sheet.last + 1}" if sheet.totals else sheet.area
    shown = 'totalsRowCount="1"' if sheet.totals else 'totalsRowShown="0"'
    return (
        f'<table xmlns="{_MAIN}" id="{ident}" name="Table{number}" displayName="Table{number}" ref="{whole}" '
        f'{shown}><autoFilter ref="{sheet.area}"/><tableColumns count="{len(sheet.headings)}">{columns}'
        '</tableColumns><tableStyleInfo name="TableStyleLight9" showFirstColumn="0" showLastColumn="0" '
        'showRowStripes="1" showColumnStripes="0"/></table>'
    )


def _totalled(sheet: Sheet, at: int) -> str:
    if not sheet.totals:
        return ""
    label = f" totalsRowLabel={quoteattr(sheet.total_word)}" if at == 0 else ""
    return ' totalsRowFunction="sum"' if at in sheet.totals else label


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


def _zipped(parts: Mapping[str, str]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            package.writestr(entry, _HEAD + content)
    return target.getvalue()
