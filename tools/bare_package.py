"""This module makes a small workbook part by part, so that each can be written otherwise."""

from __future__ import annotations

import zipfile
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TEXTS = (
    *(
        "单位",
        "示例中心小学",
        "期间",
        "2026-11",
        "名称",
        "编号",
        "数量",
        "计量单位",
        "完好率",
        "金额",
        "日期",
        "状态",
        "备注",
    ),
    *("电脑", "007", "台", "已完成", "A &amp; B &lt;两行&gt;\n第二行", "操场", "A1", "平方米", "实施中"),
)
_FORM = (("单位", "示例中心小学"), ("期间", "2026-11"))
_HEADERS = TEXTS[4:13]
_PERCENT, _DATE = 1, 2  # cell formats, counted from 0
FIRST, LAST = 46329, 46356  # 2026-11-03 and 2026-11-30
_ROWS = (
    ("电脑", "007", 30, "台", (0.965, _PERCENT), 12600.5, (FIRST, _DATE), "已完成", TEXTS[17]),
    ("操场", "A1", 1234567, "平方米", (1, _PERCENT), 0, (LAST, _DATE), "实施中", None),
)
Cell = str | float | tuple[float, int] | None


def _cell(value: Cell, reference: str) -> str:
    match value:
        case None:
            return ""
        case str():
            return f'<c r="{reference}" t="s"><v>{TEXTS.index(value)}</v></c>'
        case (number, look):
            return f'<c r="{reference}" s="{look}"><v>{number}</v></c>'
        case _:
            return f'<c r="{reference}"><v>{value}</v></c>'


def _sheet(rows: tuple[tuple[Cell, ...], ...], *, more: str = "") -> str:
    written = "".join(
        f'<row r="{number}">{"".join(_cell(value, f"{chr(65 + at)}{number}") for at, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><dimension ref="A1:I3"/><sheetData>{written}</sheetData>{more}</worksheet>'


def styles(percent: str = "9", day: str = "14", codes: str = "") -> str:
    """Return the part with three cell formats: none, a percentage, a date."""
    fonts = '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    looks = "".join(f'<xf numFmtId="{number}" xfId="0" applyNumberFormat="1"/>' for number in ("0", percent, day))
    numbers = f"<numFmts>{codes}</numFmts>" if codes else ""
    return (
        f'<styleSheet xmlns="{MAIN}">{numbers}{fonts}<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="3">{looks}</cellXfs></styleSheet>'
    )


def relation(number: int, kind: str, target: str, mode: str = "") -> str:
    """Return one relationship."""
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"{outside}/>'


def relations(*relations: str) -> str:
    """Return the part that holds relationships."""
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>'


def parts() -> dict[str, str]:
    """Return the parts of the workbook as it should be."""
    types = f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    sheets = '<sheet name="表头" sheetId="1" r:id="rId1"/><sheet name="设施" sheetId="2" r:id="rId2"/>'
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            relation(1, "worksheet", "worksheets/sheet1.xml"),
            relation(2, "worksheet", "worksheets/sheet2.xml"),
            relation(3, "styles", "styles.xml"),
            relation(4, "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": _sheet(_FORM),
        "xl/worksheets/sheet2.xml": _sheet((_HEADERS, *_ROWS)),
        "xl/styles.xml": styles(),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in TEXTS)}</sst>',
    }


def packed(made: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a package of these parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as out:
        for name, part in made.items():
            out.writestr(zipfile.ZipInfo(name), part, method)
    return target.getvalue()


def changed(*changes: tuple[str, str, str], **more: str) -> bytes:
    """Return the workbook with replacements, each (part, what, with what), and with more parts."""
    made: dict[str, str | bytes] = {**parts()}
    for name, old, new in changes:
        names = [part for part in made if part.endswith(name)]
        for part in names:
            made[part] = str(made[part]).replace(old, new)
    return packed({**made, **more})
