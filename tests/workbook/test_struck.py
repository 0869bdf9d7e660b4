"""What is struck out in a cell: most people mean it to be gone, and a program reads it all the same."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from batchreport.schema import parse_schema
from batchreport.workbook.read import read_workbook
from tests.markbooks import TRANSITIONAL, packed, prefixed, strict

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())
LINE, PLAIN = InlineFont(strike=True), InlineFont(b=True)
SHARED = {"A2": b'<c r="A2" s="1" t="s"><v>0</v></c>', "C2": b'<c r="C2" t="s"><v>1</v></c>'}
FORMS: dict[str, Callable[[bytes], bytes]] = {"openpyxl": bytes, "strict": strict, "with prefixes": prefixed}


def book(*rows: list[Any], lines: tuple[str, ...] = (), bold: tuple[str, ...] = ()) -> bytes:
    """Return a workbook with a sheet of honours, a line through some of its cells, and others in bold."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "荣誉"
    for row in (["荣誉名称", "级别", "授予单位", "次数"], *rows):
        sheet.append(row)
    for cell in lines:
        sheet[cell].font = Font(strike=True)
    for cell in bold:
        sheet[cell].font = Font(bold=True)
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def said(data: bytes) -> list[tuple[str, str, str, Any]]:
    """Return what is said of struck cells: code, severity, cell, and the text that is struck out."""
    findings = read_workbook(data, SCHEMA, file="一校.xlsx").findings
    return [(f.code, f.severity.name, f.place.cell, f.details["found"]) for f in findings if f.code.endswith("-struck")]


@pytest.mark.parametrize("form", FORMS)
def test_struck_cells_are_said_once_a_row(form: str) -> None:
    """They are used all the same; what is no record, such as a header, is not spoken of."""
    rows: list[list[Any]] = [["文明校园", "市级", "教育局", 1], ["先进", "市级", "教育局", 2], [None, None, None, None]]
    data = FORMS[form](book(*rows, lines=("A1", "A3", "C3", "D3", "B4"), bold=("A2", "B3")))

    assert said(data) == [("cells-struck", "WARNING", "A3", "先进")]
    assert len(read_workbook(data, SCHEMA).tables["honours"].records) == 2


def test_a_struck_piece_of_a_cell_is_an_error() -> None:
    """Nobody meant 608620, though a program reads it."""
    rich = CellRichText(TextBlock(LINE, "608"), TextBlock(PLAIN, "620"))
    both = CellRichText(TextBlock(LINE, "教育"), TextBlock(LINE, "局"))
    plain = CellRichText(TextBlock(PLAIN, "文明"), "校园")

    found = said(book([plain, "市级", both, rich]))

    assert sorted(found) == [("cell-partly-struck", "ERROR", "D2", "608"), ("cells-struck", "WARNING", "C2", "教育局")]


WHOLE, PIECE = [("cells-struck", "WARNING", "A2", "先进")], [("cell-partly-struck", "ERROR", "A2", "先")]


@pytest.mark.parametrize(
    ("second", "found"),
    [("<b/>", PIECE), ("<strike/>", WHOLE), ('<strike val="0"/>', PIECE), ('<strike val="false"/>', PIECE)],
)
def test_a_piece_without_a_look_of_its_own_looks_as_its_cell(second: str, found: list[tuple[str, ...]]) -> None:
    """The first piece takes the line from the cell's own format."""
    rich = f"<r><t>先</t></r><r><rPr>{second}</rPr><t>进</t></r>"

    assert said(with_shared(book(["先进", "市级", "教育局", 2], lines=("A2",)), rich)) == found


@pytest.mark.parametrize(("second", "found"), [("<b/>", PIECE), ("<strike/>", WHOLE)])
def test_a_piece_is_struck_where_no_cell_is(second: str, found: list[tuple[str, ...]]) -> None:
    """No format of the workbook has a line, so nothing but the text itself tells."""
    rich = f"<r><rPr><strike/></rPr><t>先</t></r><r><rPr>{second}</rPr><t>进</t></r>"

    assert said(with_shared(book(["先进", "市级", "教育局", 2], bold=("A2",)), rich)) == found


def with_shared(data: bytes, rich: str) -> bytes:
    """Return the workbook with a text of several pieces in A2, and a plain one in C2, as Excel and WPS write them: shared."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    for cell, shared in SHARED.items():
        old = rf'<c r="{cell}"(?: s="1")? t="[a-zA-Z]+">.*?</c>'.encode()
        content[sheet], count = re.subn(old, shared, content[sheet])
        assert count == 1
    texts = f"<si>{rich}</si><si><t>教育局</t></si>"
    content["xl/sharedStrings.xml"] = f'<sst xmlns="{TRANSITIONAL.decode()}">{texts}</sst>'.encode()
    return packed(content)
