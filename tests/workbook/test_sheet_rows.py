"""Tests of what is read of a sheet's XML: formatted blank rows below the cells cost nothing and hide nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batchreport.workbook.package import Limits
from batchreport.workbook.sheet_rows import sheet_rows
from batchreport.workbook.sheet_scan import SheetScan
from batchreport.workbook.sheet_usual import scan_usual
from batchreport.workbook.sheet_walk import walk

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
ROW = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="2"/></row>'
BLANK = b'<row r="2" ht="19.5"><c r="A2" s="1"/></row><row r="3"/><row r="4" s="1"><c r="A4"/></row>'
REST = b'</sheetData><mergeCells><mergeCell ref="A1:A3"/></mergeCells></worksheet>'
PERCENTS = frozenset({"9"})
CELLS = {
    "an error": b'<c r="A2" t="e"><v>#REF!</v></c>',
    "an error without a text": b'<c r="A2" t="e"/>',
    "a formula without a result": b'<c r="A2"><f>IF(B1&lt;&gt;"",1,&#20013;)</f></c>',
    "a formula with a blank result": b'<c r="A2" t="str"><f>B1</f><v></v></c>',
    "a shared formula": b'<c r="A2" s="9"><f t="shared" si="0"/><v/></c>',
    "a formula with a result": b'<c r="A2" cm="1"><f t="array" ref="A2">B1</f><v>3</v></c>',
    "a percentage": b'<c r="A2" s="9"><v>0.25</v></c>',
    "a percentage of a type": b'<c r="A2" s="9" t="n"><v>0.25</v></c>',
    "a text in a percentage's format": b'<c r="A2" s="9" t="s"><v>0</v></c>',
    "a formula that gives a percentage": b'<c r="A2" s="9"><f>B1</f><v>0.25</v></c>',
}


def sheet(*rows: bytes) -> bytes:
    """Return a sheet's part."""
    return HEAD + b"".join(rows) + REST


def test_blank_rows_below_the_cells_are_left_out() -> None:
    """What follows the rows is kept, the merged cells in it too."""
    rows = sheet_rows(sheet(ROW, BLANK))
    assert rows.filled == HEAD + ROW
    assert rows.rest == REST
    assert rows.cells.replace(b"<mergeCells/>", b"") == HEAD + ROW + b"</sheetData>"


def test_blank_cells_of_a_type_are_left_out_too() -> None:
    """So openpyxl writes them, as numbers."""
    typed = b'<row r="2" ht="20">\n<c r="A2" s="1" t="n"></c><c r="B2" t="n" /></row><row r="3"/>'
    assert sheet_rows(sheet(ROW, typed)).filled == HEAD + ROW


def test_a_sheet_that_ends_twice_is_taken_whole() -> None:
    """What stands behind its first end is not to be passed over in silence."""
    part = sheet(ROW, b"</sheetData>", ROW)
    assert sheet_rows(part) == (part, b"")


def test_of_a_sheet_without_a_value_no_row_is_left() -> None:
    """All its rows are blank."""
    assert sheet_rows(sheet(BLANK)).filled == HEAD


@pytest.mark.parametrize(
    "below",
    [
        b'<row r="2"><c r="A2" t="e"/></row>',
        b'<row r="2"><c\nr="A2" t="e"/></row>',
        b'<row r="2"><c r="A2" t=\'e\'/></row>',
        b'<row r="2"><c r="A2" t="&#101;"/></row>',
        b'<row r="2"><c r="2" t="n"/></row>',
        b'<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>',
        b'<row r="2"><x:c r="A2"/></row>',
    ],
    ids=["an error without a text", "lines", "quotes", "an entity", "half a reference", "a formula", "a prefix"],
)
def test_rows_that_may_hold_something_stay(below: bytes) -> None:
    """Only what is surely blank is left out."""
    assert sheet_rows(sheet(ROW, below)).filled == HEAD + ROW + below


@pytest.mark.parametrize(
    "markup",
    [b"<!-- </sheetData> -->", b"<![CDATA[</v>]]>", b"<?x </sheetData>?>"],
    ids=("a comment", "a text", "an instruction"),
)
def test_with_other_markup_in_it_a_sheet_is_taken_whole(markup: bytes) -> None:
    """What looks like an element in a comment is none."""
    part = sheet(ROW, markup, BLANK)
    assert sheet_rows(part) == (part, b"")


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_the_quick_way_finds_in_odd_cells_what_a_parser_finds(cell: bytes) -> None:
    """Errors, formulas without a result, percentages."""
    part = sheet(ROW, b'<row r="2">' + cell + b"</row>")
    quick = scan_usual(sheet_rows(part), PERCENTS, Limits())
    assert quick
    assert replace(quick, rows=2, columns=1) == replace(walk(part, "", PERCENTS, Limits()), rows=2, columns=1)


def test_how_far_a_plain_sheet_is_filled_is_counted_where_it_matters() -> None:
    """Else it is enough that it ends before Z999."""
    rows = sheet_rows(sheet(ROW, b'<row r="7"><c r="A7"><v>1</v></c></row>'))
    merged = (((0, 0), (2, 0)),)
    assert scan_usual(rows, PERCENTS, Limits()) == SheetScan(merged=merged, rows=999, columns=26)
    assert scan_usual(rows, PERCENTS, Limits(), exact=True) == SheetScan(merged=merged, rows=7, columns=2)
    assert scan_usual(rows, PERCENTS, Limits(cells=100)) == SheetScan(merged=merged, rows=7, columns=2)
