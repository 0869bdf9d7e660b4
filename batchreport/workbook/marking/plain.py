"""This module makes the workbook that lists the findings where the filler's own cannot be marked."""

from __future__ import annotations

import zipfile
from io import BytesIO

from batchreport.findings import error
from batchreport.workbook.marking.elements import Unmarkable
from batchreport.workbook.marking.package import Book
from batchreport.workbook.marking.styles import bare_styles
from batchreport.workbook.package import Refused
from batchreport.zips import EPOCH

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = f"{_PACKAGE}/relationships"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}"><bookViews><workbookView/></bookViews><sheets/></workbook>',
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": bare_styles(_MAIN).decode(),
}
_WHY = {
    "signed": ("带有数字签名，一改就失效", "it carries a digital signature, which any change would break"),
    "shared": ("是共享工作簿，带有修订记录", "it is a shared workbook with a history of changes"),
    "no-styles": ("缺少单元格格式部分", "it has no cell formats"),
    "part-missing": ("缺少部件 {found}", "its part {found} is missing"),
}


def plain_book() -> Book:
    """Return a workbook without sheets."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), part)
    return Book(target.getvalue())


def reason(problem: Exception, language: str) -> str:
    """Return why a workbook cannot be marked."""
    if isinstance(problem, Unmarkable):
        return _WHY[problem.code][language == "en"].format(found=problem.found)
    refused = problem if isinstance(problem, Refused) else Refused("file-damaged")
    return error(refused.code, **refused.details).what(language)
