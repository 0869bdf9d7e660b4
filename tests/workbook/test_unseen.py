"""What stands in a cell and is not seen there: white on white, or in a format that shows nothing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Color, Font, PatternFill

from batchreport.schema import parse_schema
from batchreport.workbook.read import read_workbook
from tests.markbooks import prefixed, strict

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())
WHITE, THEME = Font(color="FFFFFFFF"), Font(color=Color(theme=0))


def book(font: Font, fill: str = "", form: str = "General") -> bytes:
    """Return a workbook whose header and second record look like that."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "问题"
    for row in (["问题", "整改措施"], ["漏水", "更换"], ["台账不全", "补记"]):
        sheet.append(row)
    for cell in (*sheet[1], *sheet[3], sheet["A5"]):
        cell.font, cell.number_format = font, form
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def said(data: bytes) -> list[tuple[str, str, Any]]:
    """Return what is said of cells that are not seen: severity, cell, count."""
    findings = read_workbook(data, SCHEMA).findings
    return [(f.severity.name, f.place.cell, f.details["count"]) for f in findings if f.code == "cells-unseen"]


@pytest.mark.parametrize(
    "data",
    [
        book(WHITE),
        book(THEME),
        book(WHITE, "FFFFFFFF"),
        book(Font(), form=";;;"),
        strict(book(WHITE)),
        prefixed(book(THEME)),
    ],
    ids=["white", "theme", "on white", "no format", "strict", "with prefixes"],
)
def test_what_is_not_seen_is_said_once_a_row(data: bytes) -> None:
    """Of records, not of the header; they are used all the same."""
    assert said(data) == [("NOTE", "A3", 2)]
    assert len(read_workbook(data, SCHEMA).tables["problems"].records) == 2


@pytest.mark.parametrize(
    "data",
    [
        book(Font()),
        book(WHITE, "FF1F4E79"),
        book(Font(color="FF808080")),
        book(Font(color=Color(theme=0, tint=-0.5))),
        book(Font(color=Color(theme=1))),
        book(Font(), form="#,##0;-#,##0;;@"),
    ],
)
def test_what_is_seen_is_not_spoken_of(data: bytes) -> None:
    """White on a colour, grey, and a format that shows something."""
    assert said(data) == []
