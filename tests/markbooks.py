"""This module makes the workbooks that the tests of marking start from, and compares packages."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting import rule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

from batchreport.findings import Finding, Place, error, note, warning

TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
_X14 = (
    b'<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    b'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1" '
    b'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" allowBlank="1">'
    b"<x14:formula1><xm:f>Other!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>E2:E9</xm:sqref></x14:dataValidation>"
    b"</x14:dataValidations></ext></extLst></worksheet>"
)


def rich_workbook() -> bytes:
    """Return a workbook with most of what a filler may have put into one."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "数据"
    sheet.append(["名称", "数量", "单位", "合计"])
    for row in range(2, 8):
        sheet.append([f"第{row}项", row, "台", f"=B{row}*2"])
    sheet["A2"].font = Font(bold=True)
    sheet["A2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["B3"].comment = Comment("请核实", "科长")
    sheet["B4"].number_format = "0.0%"
    sheet.merge_cells("F2:G4")
    rules: Any = rule  # its functions are not typed
    sheet.conditional_formatting.add(
        "B2:B7", rules.CellIsRule("lessThan", ["3"], fill=PatternFill("solid", bgColor="FFC7CE"))
    )
    sheet.conditional_formatting.add("B2:B7", rules.DataBarRule("num", 0, "num", 9, "638EC6"))
    choice = DataValidation("list", '"台,件"')
    sheet.add_data_validation(choice)
    choice.add("C2:C9")
    picture = BytesIO()
    Picture.new("RGB", (40, 30), "red").save(picture, "PNG")
    sheet.add_image(Image(BytesIO(picture.getvalue())), "I2")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=7), titles_from_data=True)
    sheet.add_chart(chart, "I10")
    sheet.add_table(Table(displayName="T1", ref="A1:D7"))
    sheet.protection.sheet = True
    sheet.freeze_panes = "A2"
    other = book.create_sheet("Other")
    other.append(["a"])
    other.print_title_rows = "1:1"
    other.print_area = "A1:B2"
    book.create_sheet("Bill's")
    book.defined_names["所有"] = DefinedName("所有", attr_text="'数据'!$A$1:$D$7")
    book.active = 1
    sheet.sheet_view.tabSelected, other.sheet_view.tabSelected = False, True
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def findings() -> list[Finding]:
    """Return findings on the workbook: cells that are there, that are not, that are merged, sheets, and the file."""
    return [
        error("period-unknown", Place(file="x.xlsx")),
        error("cell-required", at("A2"), title="名称", hint=""),
        warning("cell-understood", at("A2"), found="a", understood="b"),
        error("cell-not-a-number", at("B3"), found="很多", title="数量"),
        warning("cell-understood", at("B4"), found="1", understood="2"),
        error("cell-required", at("E4"), title="备注", hint=""),
        error("cell-required", at("C20"), title="单位", hint=""),
        error("cell-required", at("B20"), title="数量", hint=""),
        error("cell-required", at("G3"), title="说明", hint=""),
        note("cell-understood", at("D2"), found="a", understood="b"),
        error("cell-required", at("B2", "Bill's"), title="x\x0b_x0041_", hint=""),
        error("sheet-doubled", Place(file="x.xlsx", sheet="Other"), title="数据", count=3),
    ]


def at(cell: str, sheet: str = "数据") -> Place:
    """Return the place of a cell."""
    return Place(file="x.xlsx", sheet=sheet, cell=cell)


def parts(data: bytes) -> dict[str, bytes]:
    """Return a package's parts in their order, the XML in a form in which only what it says counts."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: canonical(archive.read(name)) for name in archive.namelist()}


def canonical(part: bytes) -> bytes:
    """Return the XML of a part in its canonical form; any other bytes as they are."""
    try:
        return etree.tostring(etree.fromstring(part), method="c14n")
    except etree.XMLSyntaxError:
        return part


def differing(one: bytes, other: bytes) -> list[str]:
    """Return the names of the parts in which two packages differ."""
    first, second = parts(one), parts(other)
    return [name for name in {**first, **second} if first.get(name) != second.get(name)]


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return the package with other bytes in a part, which must be there."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        content = {entry: archive.read(entry) for entry in archive.namelist()}
    assert old in content[name]
    return packed(content | {name: content[name].replace(old, new)})


def packed(content: dict[str, bytes]) -> bytes:
    """Return the package with those parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return target.getvalue()


def with_x14(data: bytes) -> bytes:
    """Return the workbook with a drop-down that openpyxl would lose."""
    return changed(data, "xl/worksheets/sheet1.xml", b"</worksheet>", _X14)


def strict(data: bytes) -> bytes:
    """Return the workbook in the Strict form of the format."""
    return _replaced(data, (TRANSITIONAL, STRICT), (_OFFICE, _STRICT_OFFICE))


def transitional(data: bytes) -> bytes:
    """Return a Strict workbook in the form that openpyxl reads; any other as it is."""
    if STRICT not in zipfile.ZipFile(BytesIO(data)).read("xl/workbook.xml"):
        return data
    return _replaced(data, (STRICT, TRANSITIONAL), (_STRICT_OFFICE, _OFFICE))


def _replaced(data: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for old, new in pairs:
        content = {name: part.replace(old, new) for name, part in content.items()}
    return packed(content)


def prefixed(data: bytes) -> bytes:
    """Return the workbook with a prefix before every name of a sheet, as some programs write them."""
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        content = {entry: archive.read(entry) for entry in archive.namelist()}
    root = etree.fromstring(content[name])
    space = TRANSITIONAL.decode()
    for element in root.iter(f"{{{space}}}*"):
        element.tag = f"{{urn:other}}{etree.QName(element).localname}"
    text = etree.tostring(root).replace(b'xmlns="' + TRANSITIONAL + b'"', b'xmlns:x="' + TRANSITIONAL + b'"')
    text = re.sub(rb"<(/?)ns\d+:", rb"<\1x:", re.sub(rb' xmlns:ns\d+="urn:other"', b"", text))
    return packed(content | {name: text})
