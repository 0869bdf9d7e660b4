"""What a workbook hides: it is read like the rest, so somebody should know."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from batchreport.schema import parse_schema
from batchreport.workbook.read import read_workbook
from tests.markbooks import prefixed, strict

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())


@pytest.mark.parametrize("form", [bytes, strict, prefixed])
def test_hidden_rows_columns_and_sheets_are_said(form: Any) -> None:
    """Not so where nothing stands in them."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "问题"
    sheet.append(["问题", "表现", "原因", "整改措施", "整改状态"])
    for row in range(2, 6):
        sheet.append([f"问题{row}", "常坏", None, "更换", "整改中"])
    for row in (1, 3, 5, 9):
        sheet.row_dimensions[row].hidden = True
    for letter in "BCG":
        sheet.column_dimensions[letter].hidden = True
    for name, text in (("旧表", "旧的"), ("空表", None)):
        other: Any = workbook.create_sheet(name)
        other.sheet_state = "hidden"
        other["A1"] = text
    target = BytesIO()
    workbook.save(target)

    findings = read_workbook(form(target.getvalue()), SCHEMA).findings
    said = {(f.code, f.place.sheet, f.place.cell, f.details.get("count")) for f in findings if "hidden" in f.code}
    assert said == {
        ("row-hidden", "问题", "A3", 2),
        ("column-hidden", "问题", "B2", 4),
        ("sheet-hidden", "旧表", "", None),
    }
