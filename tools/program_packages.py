"""This module makes, by hand, workbooks in the shape that programs give them which do not run here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.bare_package import MAIN, RELATIONS, TEXTS, changed, packed, parts, relation, relations

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_SHEET = "sheet2.xml"


def google() -> bytes:
    """Return the workbook as Google Sheets exports it: numbers with a place, many blank rows, a drawing on every sheet."""
    blank = "".join(f'<row r="{n}" ht="15.75" customHeight="1"/>' for n in range(4, 1001))
    made = parts()
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        text = (
            made[name].replace("<v>30<", "<v>30.0<").replace("<v>1234567<", "<v>1234567.0<").replace("<v>0<", "<v>0.0<")
        )
        text = re.sub(r'<dimension ref="[^"]*"/>', '<sheetPr><outlinePr summaryBelow="0"/></sheetPr>', text)
        made[name] = text.replace("</sheetData>", f'{blank}</sheetData><drawing r:id="rId1"/>').replace(
            "<worksheet ", f'<worksheet xmlns:r="{RELATIONS}" '
        )
        number = name[-5]
        made[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = relations(
            relation(1, "drawing", f"../drawings/drawing{number}.xml")
        )
        made[f"xl/drawings/drawing{number}.xml"] = f'<xdr:wsDr xmlns:xdr="{DRAWING}"/>'
    return packed({**made})


def numbers() -> bytes:
    """Return the workbook as Numbers exports it: a summary first, each table a sheet of another name under its title."""
    made = parts()
    texts = made["xl/sharedStrings.xml"].replace("</sst>", "<si><t>表格 1</t></si></sst>")
    title = f'<row r="1"><c r="A1" t="s"><v>{len(TEXTS)}</v></c><c r="B1"/><c r="C1"/></row>'
    for name, last in (("xl/worksheets/sheet1.xml", "B"), ("xl/worksheets/sheet2.xml", "I")):
        text = re.sub(r'<row r="(\d)">', lambda found: f'<row r="{int(found[1]) + 1}">', made[name])
        text = re.sub(r' r="([A-I])(\d)"', lambda found: f' r="{found[1]}{int(found[2]) + 1}"', text)
        made[name] = text.replace("<sheetData>", f"<sheetData>{title}").replace(
            "</sheetData>", f'</sheetData><mergeCells count="1"><mergeCell ref="A1:{last}1"/></mergeCells>'
        )
    summary = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for n, text in enumerate(("此文稿是从 Numbers 表格导出的。", "Numbers 表格工作表名称", "表头", "设施"), 1)
    )
    made["xl/worksheets/sheet3.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{summary}</sheetData></worksheet>'
    made["xl/sharedStrings.xml"] = texts
    book = made["xl/workbook.xml"].replace('"表头"', '"表头 - 表格 1"').replace('"设施"', '"设施 - 表格 1"')
    made["xl/workbook.xml"] = book.replace("<sheets>", '<sheets><sheet name="导出摘要" sheetId="3" r:id="rId9"/>')
    ends = relation(9, "worksheet", "worksheets/sheet3.xml") + "</Relationships>"
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace("</Relationships>", ends)
    return packed({**made})


def wps() -> bytes:
    """Return the workbook as WPS saves it: dates in a format that has a number only, its own property and extensions."""
    build = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
        '<vt:lpwstr xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">2052-12.1.0.16120'
        "</vt:lpwstr></property></Properties>"
    )
    ext = '<extLst><ext uri="{x}"><etc:cell xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/></ext></extLst>'
    return changed(
        ("styles.xml", 'numFmtId="14"', 'numFmtId="31"'),
        (_SHEET, "<sheetData>", '<sheetFormatPr defaultColWidth="9" defaultRowHeight="13.5"/><sheetData>'),
        (_SHEET, "</worksheet>", f"{ext}</worksheet>"),
        **{"docProps/custom.xml": build},
    )


def excel() -> bytes:
    """Return the workbook as Excel 365 saves it: spans, marks of its own, an order of calculation."""
    marks = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{00000000-0001-0000-0100-000000000000}"'
    )
    return changed(
        (_SHEET, f'<worksheet xmlns="{MAIN}"', f'<worksheet xmlns="{MAIN}" {marks}'),
        (_SHEET, '<row r="2">', '<row r="2" spans="1:9" x14ac:dyDescent="0.2">'),
        (_SHEET, "<v>12600.5</v>", "<f>SUM(12600,0.5)</f><v>12600.5</v>"),
        **{"xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="F2" i="2"/></calcChain>'},
    )


SHAPES: dict[str, Callable[[], bytes]] = {
    "google-sheets.xlsx": google,
    "numbers.xlsx": numbers,
    "wps.xlsx": wps,
    "excel-365.xlsx": excel,
}
