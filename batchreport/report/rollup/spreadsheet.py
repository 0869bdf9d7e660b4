"""This module writes workbooks of sheets that were written one by one: the same bytes for the same sheets.

Parts and their order are those of ECMA-376, part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from batchreport.report.rollup.cells import styles
from batchreport.report.rollup.deflated import Parts
from batchreport.report.rollup.sheet import HEAD, LINKS, MAIN, encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import IO

    from batchreport.report.rollup.sheet import Sheet, Written

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class Sheets:
    """Some sheets of a workbook that follow each other, and the parts that they are, which stand in a file."""

    sheets: tuple[Sheet, ...]
    parts: Parts


def write_sheets(target: IO[bytes], number: int, sheets: Iterable[Written]) -> Sheets:
    """Write the parts of sheets into a file, the sheets of a workbook from `number` on."""
    parts, made = Parts(), []
    for at, one in enumerate(sheets, number):
        parts.add(f"xl/worksheets/sheet{at}.xml", one.closed(at), target)
        if one.sheet.table:
            relations = _relations([("table", f"../tables/table{at}.xml")])
            parts.add(f"xl/tables/table{at}.xml", _part(_table(one.sheet, at, one.area)), target)
            parts.add(f"xl/worksheets/_rels/sheet{at}.xml.rels", _part(relations), target)
        made.append(one.sheet)
    return Sheets(tuple(made), parts)


def write_workbook(target: IO[bytes], some: Sequence[tuple[Sheets, IO[bytes]]], strings: str, font: str) -> None:
    """Write an .xlsx of sheets, each part of them with the file in which they stand.

    `strings` is the part with the texts that do not stand in their cells.
    """
    parts = Parts()
    for name, content in _frame_of([each for one, _ in some for each in one.sheets], font).items():
        parts.add(name, _part(content), target)
    for one, source in some:
        parts.take(one.parts, source, target)
    parts.add("xl/sharedStrings.xml", _part(strings), target)
    parts.close(target)


def _part(content: str) -> bytes:
    return (HEAD + content).encode()


def _table(sheet: Sheet, number: int, area: str) -> str:
    columns = "".join(
        f'<tableColumn id="{at + 1}" name={quoteattr(encoded(heading))}{_totalled(sheet, at)}/>'
        for at, heading in enumerate(sheet.headings)
    )
    letters, last = area.rstrip("0123456789"), int(area.rpartition(":")[2].lstrip(ascii_uppercase))
    whole = f"{letters}{last + 1}" if sheet.summed else area
    shown = 'totalsRowCount="1"' if sheet.summed else 'totalsRowShown="0"'
    return (
        f'<table xmlns="{MAIN}" id="{number}" name="Table{number}" displayName="Table{number}" '
        f'ref="{whole}" {shown}><autoFilter ref="{area}"/><tableColumns count="{len(sheet.headings)}">{columns}'
        '</tableColumns><tableStyleInfo name="TableStyleLight9" showFirstColumn="0" showLastColumn="0" '
        'showRowStripes="1" showColumnStripes="0"/></table>'
    )


def _totalled(sheet: Sheet, at: int) -> str:
    if not sheet.summed:
        return ""
    label = f" totalsRowLabel={quoteattr(sheet.total_word)}" if at == 0 else ""
    return ' totalsRowFunction="sum"' if at in sheet.summed else label


def _frame_of(sheets: Sequence[Sheet], font: str) -> dict[str, str]:
    """Return the parts that hold the others together."""
    names = _named(sheet.name for sheet in sheets)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = [
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/styles.xml", "styles"),
        ("/xl/sharedStrings.xml", "sharedStrings"),
    ]
    overrides += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, len(sheets) + 1)]
    overrides += [(f"/xl/tables/table{number}.xml", "table") for number, sheet in enumerate(sheets, 1) if sheet.table]
    types = "".join(f'<Override PartName="{name}" ContentType="{kind}.{word}+xml"/>' for name, word in overrides)
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">{escape(_quoted(name))}!$1:$1</definedName>'
        for at, name in enumerate(names)
    )
    links = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{types}</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets><definedNames>{titles}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*links, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        ),
        "xl/styles.xml": styles(font),
    }


def _named(wanted: Iterable[str]) -> list[str]:
    """Return a name for each sheet that Excel takes and no other sheet has."""
    given: dict[str, str] = {}
    for own in wanted:
        plain = "".join("_" if sign in "[]:*?/\\" else sign for sign in own).strip("'")[:_LONGEST_NAME] or "-"
        name, number = plain, 2
        while name.casefold() in given:
            tail = f" ({number})"
            name, number = plain[: _LONGEST_NAME - len(tail)] + tail, number + 1
        given[name.casefold()] = name
    return list(given.values())


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
