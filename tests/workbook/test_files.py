from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from batchreport.findings import Severity
from batchreport.schema import Schema, parse_schema
from batchreport.workbook.blank import blank_workbook
from batchreport.workbook.package import Limits
from batchreport.workbook.read import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The starter schema."""
    return parse_schema((ROOT / "templates" / "summary.toml").read_bytes())


@pytest.fixture(scope="module")
def good(schema: Schema) -> bytes:
    """A workbook as it should be."""
    return blank_workbook(schema)


def repacked(data: bytes, changes: dict[str, bytes], more: dict[str, bytes] | None = None) -> bytes:
    """Return a package with other bytes for some parts, and with more parts."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, changes.get(name, source.read(name)))
        for name, part in (more or {}).items():
            out.writestr(name, part)
    return target.getvalue()


def encrypted(data: bytes) -> bytes:
    """Return the workbook with a password to open it."""
    target = BytesIO()
    OOXMLFile(BytesIO(data)).encrypt("secret", target)
    return target.getvalue()


def old_format() -> bytes:
    """Return an .xls workbook."""
    book = xlwt.Workbook()
    book.add_sheet("统计数据").write(0, 0, "指标")
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def packed(names: list[str]) -> bytes:
    """Return a zip file with small parts of these names."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name in names:
            out.writestr(name, "<x/>")
    return target.getvalue()


def repeating(what: str, times: int) -> bytes:
    """Return an .ods in which one cell stands for many."""
    names = 'xmlns:{0}="urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"'
    spaces = " ".join(names.format(name) for name in ("office", "table", "text"))
    row = f' table:number-rows-repeated="{times}"' if what == "rows" else ""
    column = f' table:number-columns-repeated="{times}"' if what == "columns" else ""
    cell = f'<table:table-cell{column} office:value-type="string"><text:p>x</text:p></table:table-cell>'
    sheet = f'<table:table table:name="a"><table:table-row{row}>{cell}</table:table-row></table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return target.getvalue()


def with_rows(count: int) -> bytes:
    """Return the XML of a sheet with that many rows, all of them blank."""
    return far_out("A1").replace(b"</sheetData>", b"<row/>" * count + b"</sheetData>")


def with_marks(tag: str) -> bytes:
    """Return the XML of a sheet with many of those things that lie over cells."""
    return far_out("A1").replace(b"</worksheet>", f'<{tag} ref="A1:A2"/>'.encode() * 100_000 + b"</worksheet>")


def with_cells(*cells: str) -> bytes:
    """Return a workbook whose one sheet has these cells only."""
    book = Workbook()
    for cell in cells:
        book.worksheets[0][cell] = 1
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def sheet(data: bytes) -> bytes:
    """Return the XML of one of a workbook's sheets."""
    return zipfile.ZipFile(BytesIO(data)).read(SHEET)


def lying(data: bytes) -> bytes:
    """Return a package whose directory says of a part of 60 MiB that it has 5,000 bytes."""
    large = repacked(data, {SHEET: b" " * (60 << 20)})
    name = SHEET.encode()
    start = large.rindex(name) - 46  # the central directory's entry (APPNOTE.TXT 4.3.12); its size stands at 24
    return large[: start + 24] + struct.pack("<L", 5000) + large[start + 28 :]


BAD: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "empty": ("file-empty", lambda _: b""),
    "nothing but zeros": ("file-empty", lambda _: b"\0" * 5000),
    "truncated zip": ("file-damaged", lambda good: good[: len(good) // 2]),
    "zip without its end": ("file-damaged", lambda good: good[:-30]),
    "a web page": ("file-html", lambda _: b"<!DOCTYPE html>\n<html><body><table><tr><td>1</td></tr></table>"),
    "a table as HTML": ("file-html", lambda _: b"\xef\xbb\xbf <TABLE border=1><tr><td>1</td></tr></TABLE>"),
    "CSV in UTF-8": ("file-text", lambda _: "指标,本期值\n在校学生,620\n".encode()),
    "CSV in GBK": ("file-text", lambda _: "指标,本期值\n在校学生,620\n".encode("gbk")),
    "Unicode text": ("file-text", lambda _: "指标\t本期值\n".encode("utf-16")),
    "protected by a password": ("file-encrypted", encrypted),
    "an .ods that is a text": ("file-not-workbook", lambda _: packed(["mimetype", "content.xml"])),
    "an .xlsb without a workbook": ("file-damaged", lambda _: packed(["[Content_Types].xml", "xl/workbook.bin"])),
    "an .ods with a line of a million cells": ("sheet-too-large", lambda _: repeating("columns", 10**6)),
    "an .ods with a million lines": ("sheet-too-large", lambda _: repeating("rows", 10**6)),
    "a million rows": ("sheet-too-large", lambda good: repacked(good, {SHEET: with_rows(1 << 20)})),
    "too many merged cells": ("sheet-too-many-marks", lambda good: repacked(good, {SHEET: with_marks("mergeCell")})),
    "too many links": ("sheet-too-many-marks", lambda good: repacked(good, {SHEET: with_marks("x:hyperlink")})),
    "more shared texts than there are": (
        "file-too-many-texts",
        lambda good: repacked(
            good, {}, {"xl/sharedStrings.xml": b'<x:sst x:a="b"\n uniqueCount = "999999999"></x:sst>'}
        ),
    ),
    "too many shared texts": (
        "file-too-many-texts",
        lambda good: repacked(good, {}, {"xl/sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * 500_001}),
    ),
    "docx": ("file-is-word", lambda _: packed(["[Content_Types].xml", "word/document.xml"])),
    "another zip": ("file-not-workbook", lambda _: packed(["a.txt"])),
    "garbage": ("file-not-workbook", lambda _: bytes(range(256)) * 40),
    "a picture": ("file-not-workbook", lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    "larger than allowed": ("file-too-large", lambda _: b"PK" + b"x" * (20 << 20)),
    "too many parts": ("file-too-many-parts", lambda good: repacked(good, {}, {f"x/{n}": b"" for n in range(1000)})),
    "a bomb": ("file-inflates", lambda good: repacked(good, {SHEET: b" " * (60 << 20)})),
    "a bomb that lies about its size": ("file-inflates", lying),
    "a bomb of shared texts": (
        "file-inflates",
        lambda good: repacked(good, {}, {"XL/SharedStrings.xml": b" " * (60 << 20)}),
    ),
    "DOCTYPE": ("file-doctype", lambda good: repacked(good, {SHEET: b"<!DOCTYPE x>" + sheet(good)})),
    "an entity": (
        "file-doctype",
        lambda good: repacked(
            good, {SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet(good).replace(b"</f", b"&a;</f")}
        ),
    ),
    "a cell far out": ("sheet-too-large", lambda _: with_cells("A1", "XFD1048576")),
    "a cell far down": ("sheet-too-large", lambda _: with_cells("A1", "B100001")),
    "a cell far to the right": ("sheet-too-large", lambda _: with_cells("A1", "IX2")),
    "a large empty field": ("sheet-too-large", lambda _: with_cells("A1", "IV100000")),
    "a sheet that is no XML": ("file-damaged", lambda good: repacked(good, {SHEET: b"<worksheet"})),
    "a workbook that is no XML": ("file-damaged", lambda good: repacked(good, {"xl/workbook.xml": b""})),
    "two parts of one name": ("file-damaged", lambda good: repacked(good, {}, {SHEET.upper(): b"<x/>"})),
    "a cell with a false reference": ("file-damaged", lambda good: repacked(good, {SHEET: far_out("A0")})),
}


def far_out(cell: str, form: str = '<c r="{}"><v>1</v></c>') -> bytes:
    """Return the XML of a sheet with one cell, written in some way."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}" xmlns:q="{main}"><sheetData><row>{form.format(cell)}</row></sheetData></worksheet>'.encode()


@pytest.mark.parametrize("case", BAD)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_no_workbook_gives_one_clear_finding(case: str, schema: Schema, good: bytes) -> None:
    """Whatever the bytes are, reading ends in one error that says what they are; nothing is raised, nothing aborts."""
    code, make = BAD[case]
    submission = read_workbook(make(good), schema, file="示例.xlsx")

    assert [finding.code for finding in submission.findings] == [code]
    finding = submission.findings[0]
    assert finding.severity is Severity.ERROR
    assert finding.line("zh").startswith("示例.xlsx")
    assert finding.remedy("zh")
    assert finding.remedy("en")


@pytest.mark.parametrize(
    "form",
    [
        "<c r='{}'><v>1</v></c>",
        '<c\n r = "{}"><v>1</v></c>',
        '<q:c r="{}"><q:v>1</q:v></q:c>',
        '<c s="1" r="{}"><v>1</v></c>',
        '<c r="{}" t="inlineStr"><is><t>1</t></is></c>',
        '<c r="&#88;FD1048576"><v>{}</v></c>',
    ],
)
def test_a_far_cell_is_refused_however_it_is_written(form: str, schema: Schema, good: bytes) -> None:
    """The reader underneath would take room for 17 billion cells, and end the process."""
    submission = read_workbook(repacked(good, {SHEET: far_out("XFD1048576", form)}), schema)

    assert [finding.code for finding in submission.findings] == ["sheet-too-large"]


def test_a_styled_but_empty_far_cell_does_no_harm(schema: Schema, good: bytes) -> None:
    """Excel keeps formats far out; only what is filled counts."""
    far = sheet(good).replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    codes = [finding.code for finding in read_workbook(repacked(good, {SHEET: far}), schema).findings]

    assert "sheet-too-large" not in codes


def test_the_limits_can_be_set(schema: Schema, good: bytes) -> None:
    """A clerk with larger workbooks raises them."""
    limits = Limits(file=len(good) - 1)

    assert [f.code for f in read_workbook(good, schema, limits=limits).findings] == ["file-too-large"]
    assert "sheet-too-large" not in [
        f.code for f in read_workbook(with_cells("B100001"), schema, limits=Limits(rows=200_000)).findings
    ]
