"""This module makes, by hand, workbooks as programs write them that do not run here, each with one peculiarity."""

from __future__ import annotations

import struct
import zipfile
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from tools.bare_package import FIRST, LAST, MAIN, RELATIONS, TEXTS, changed, packed, parts, relation, relations, styles
from tools.program_packages import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable

_STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    RELATIONS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def inline() -> bytes:
    """Return the workbook with every text in its cell, and no shared ones."""
    made = parts()
    for name in [name for name in made if "sheet" in name]:
        for number, text in enumerate(TEXTS):
            old = f' t="s"><v>{number}</v>'
            made[name] = made[name].replace(old, f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is>')
    del made["xl/sharedStrings.xml"]
    return packed({**made})


def without_references() -> bytes:
    """Return the workbook with cells and rows that do not say where they stand."""
    made = parts()
    for name in [name for name in made if "sheet" in name and name.endswith(".xml")]:
        for row in "123":
            made[name] = made[name].replace(f'<row r="{row}">', "<row>")
            for column in "ABCDEFGHI":
                made[name] = made[name].replace(f'<c r="{column}{row}"', "<c")
    return packed({**made})


def prefixed() -> bytes:
    """Return the workbook with a prefix on every element, as some libraries for .NET write it."""
    made = parts()
    for name in [name for name in made if name.startswith("xl/") and name.endswith(".xml")]:
        text = made[name].replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
        made[name] = text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    return packed({**made})


def strict(*, iso_dates: bool = False) -> bytes:
    """Return the workbook as Strict Open XML, where a date may stand as such."""
    made = parts()
    for name, text in made.items():
        for loose, tight in _STRICT.items():
            made[name] = made[name].replace(loose, tight)
        if iso_dates:
            made[name] = made[name].replace(f'G2" s="2"><v>{FIRST}', 'G2" s="2" t="d"><v>2026-11-03')
            made[name] = made[name].replace(f'G3" s="2"><v>{LAST}', 'G3" s="2" t="d"><v>2026-11-30T00:00:00')
        del text
    return packed({**made})


def rich() -> bytes:
    """Return the workbook with texts in runs of different looks, and with a reading aid that is no part of the text."""
    run = "<r><rPr><b/></rPr><t>{}</t></r><r><t>{}</t></r>"
    aid = '<rPh sb="0" eb="2"><t>ディエンナオ</t></rPh><phoneticPr fontId="1"/>'
    return changed(
        ("sharedStrings.xml", "<t>示例中心小学</t>", run.format("示例", "中心小学")),
        ("sharedStrings.xml", "<t>电脑</t>", f"<t>电脑</t>{aid}"),
        ("sharedStrings.xml", "<t>完好率</t>", run.format("完好", "率")),
    )


def streamed() -> bytes:
    """Return the workbook as written into a pipe: the sizes stand behind each part, not before it."""

    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    target = Pipe()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts().items():
            out.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def noisy() -> bytes:
    """Return the workbook with numbers as calculations leave them and some programs write them."""
    return changed(
        ("sheet2.xml", "<v>30</v>", "<v>30.000000000000004</v>"),
        ("sheet2.xml", "<v>12600.5</v>", "<v>1.26005E+4</v>"),
        ("sheet2.xml", "<v>0.965</v>", "<v>0.96499999999999997</v>"),
    )


def with_formulas() -> bytes:
    """Return the workbook with formulas and their results: a number, a text, one that is shared, a true or false."""
    return changed(
        ("sheet2.xml", "<v>12600.5</v>", "<f>12600+0.5</f><v>12600.5</v>"),
        ("sheet2.xml", '<c r="D2" t="s"><v>15</v>', '<c r="D2" t="str"><f>IF(TRUE,"台","")</f><v>台</v>'),
        ("sheet2.xml", "<v>30</v>", '<f t="shared" ref="C2:C3" si="0">30*1</f><v>30</v>'),
        ("sheet2.xml", "<v>1234567</v>", '<f t="shared" si="0"/><v>1234567</v>'),
    )


def linked(kind: str) -> bytes:
    """Return the workbook with a value from another workbook, or from another program by DDE."""
    book = f'<externalBook xmlns:r="{RELATIONS}" r:id="rId1"/>'
    dde = '<ddeLink ddeService="cmd" ddeTopic="/c calc"><ddeItems><ddeItem name="A1"/></ddeItems></ddeLink>'
    inside = dde if kind == "dde" else book
    return changed(
        ("sheet2.xml", "<v>30</v>", "<f>[1]Sheet1!$A$1</f><v>30</v>"),
        **{
            "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}">{inside}</externalLink>',
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                relation(1, "externalLinkPath", "file:///etc/passwd", "External")
            ),
        },
    )


def with_chart_sheet() -> bytes:
    """Return the workbook with a sheet that is a chart."""
    return changed(
        ("workbook.xml", "</sheets>", '<sheet name="图" sheetId="3" r:id="rId9"/></sheets>'),
        (
            "workbook.xml.rels",
            "</Relationships>",
            relation(9, "chartsheet", "chartsheets/sheet1.xml") + "</Relationships>",
        ),
        **{"xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{MAIN}"><sheetViews/></chartsheet>'},
    )


def lying_directory() -> bytes:
    """Return the workbook with a directory that says 1 byte for a part."""
    data = packed({**parts()})
    start = (
        data.rindex(b"xl/worksheets/sheet2.xml") - 46
    )  # the directory's entry (APPNOTE.TXT 4.3.12); its size stands at 24
    return data[: start + 24] + struct.pack("<L", 1) + data[start + 28 :]


def upper() -> bytes:
    """Return the workbook with names of parts in other letters than the relationships say."""
    return packed({name.replace("worksheets/sheet", "Worksheets/Sheet"): part for name, part in parts().items()})


def backslashes() -> bytes:
    """Return the workbook with the separators of Windows in its parts' names."""
    data = packed({**parts()})
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml"):
        data = data.replace(name.encode(), name.replace("/", "\\").encode())
    return data


def with_date_format(number: str) -> bytes:
    """Return the workbook with dates in a format that has a number only."""
    return changed(("styles.xml", 'numFmtId="14"', f'numFmtId="{number}"'))


def longest() -> bytes:
    """Return the workbook with a text of 32,767 characters, which is all that a cell can hold."""
    return changed(("sharedStrings.xml", "A &amp; B &lt;两行&gt;\n第二行", "长" * 32_767))


_SHEET = "sheet2.xml"
_CHINESE = ("27", "31", "57", "58")  # 18.8.30: the dates of Chinese Excel, which have no code in the file
ODD: dict[str, Callable[[], bytes]] = {
    "plain.xlsx": lambda: packed({**parts()}),
    "stored.xlsx": lambda: packed({**parts()}, zipfile.ZIP_STORED),
    "streamed.xlsx": streamed,
    "wps-dimension-a1.xlsx": lambda: changed((_SHEET, "A1:I3", "A1:A1")),
    "without-dimension.xlsx": lambda: changed((_SHEET, '<dimension ref="A1:I3"/>', "")),
    "inline-texts.xlsx": inline,
    "without-references.xlsx": without_references,
    "prefixed.xlsx": prefixed,
    "absolute-targets.xlsx": lambda: changed(("workbook.xml.rels", 'Target="', 'Target="/xl/')),
    "without-styles.xlsx": lambda: changed(
        ("workbook.xml.rels", relation(3, "styles", "styles.xml"), ""),
        (_SHEET, ' s="1"', ""),
        (_SHEET, ' s="2"', ""),
        ("xl/styles.xml", styles(), f'<styleSheet xmlns="{MAIN}"/>'),
    ),
    "rich-texts.xlsx": rich,
    "epoch-1904.xlsx": lambda: changed(
        ("workbook.xml", "<sheets>", '<workbookPr date1904="1"/><sheets>'),
        (_SHEET, f"<v>{FIRST}<", f"<v>{FIRST - 1462}<"),
        (_SHEET, f"<v>{LAST}<", f"<v>{LAST - 1462}<"),
    ),
    **{f"chinese-format-{number}.xlsx": partial(with_date_format, number) for number in _CHINESE},
    "own-formats.xlsx": lambda: packed(
        {
            **parts(),
            "xl/styles.xml": styles(
                "176",
                "177",
                '<numFmt numFmtId="176" formatCode="0.00%;[Red]-0.00%"/>'
                '<numFmt numFmtId="177" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>',
            ),
        }
    ),
    "blank-rows-with-spans.xlsx": lambda: changed(
        (_SHEET, '<row r="3">', '<row r="3" spans="1:9" ht="20" customHeight="1">'),
        (_SHEET, "</sheetData>", "".join(f'<row r="{n}" spans="1:9"/>' for n in range(4, 900)) + "</sheetData>"),
    ),
    "strict.xlsx": strict,
    "strict-iso-dates.xlsx": lambda: strict(iso_dates=True),
    "macros.xlsm": lambda: changed(**{"xl/vbaProject.bin": "Sub Auto_Open()"}),
    "external-link.xlsx": lambda: linked("book"),
    "dde-link.xlsx": lambda: linked("dde"),
    "connections.xlsx": lambda: changed(**{"xl/connections.xml": f'<connections xmlns="{MAIN}"/>'}),
    "embedded-object.xlsx": lambda: changed(**{"xl/embeddings/oleObject1.bin": "MZ"}),
    "formulas-with-results.xlsx": with_formulas,
    "numbers-of-calculations.xlsx": noisy,
    "hidden-sheet.xlsx": lambda: changed(("workbook.xml", 'sheetId="2"', 'sheetId="2" state="veryHidden"')),
    "hidden-rows-and-filter.xlsx": lambda: changed(
        (_SHEET, '<row r="3">', '<row r="3" hidden="1">'),
        (_SHEET, "</sheetData>", '</sheetData><autoFilter ref="A1:I3"/>'),
    ),
    "chart-sheet.xlsx": with_chart_sheet,
    "escaped-signs.xlsx": lambda: changed(("sharedStrings.xml", "\n第二行", "_x000D_\n第二行")),
    "cdata.xlsx": lambda: changed(("sharedStrings.xml", "<t>操场</t>", "<t><![CDATA[操场]]></t>")),
    "byte-order-mark.xlsx": lambda: packed(
        {**parts(), "xl/worksheets/sheet2.xml": "\ufeff" + parts()["xl/worksheets/sheet2.xml"]}
    ),
    "single-quotes.xlsx": lambda: changed((_SHEET, '"', "'")),
    "directory-that-lies.xlsx": lying_directory,
    "names-in-other-letters.xlsx": upper,
    "names-with-backslashes.xlsx": backslashes,
    **SHAPES,
    "longest-text.xlsx": longest,
    "hidden-form.xlsx": lambda: changed(("workbook.xml", 'sheetId="1"', 'sheetId="1" state="hidden"')),
}
