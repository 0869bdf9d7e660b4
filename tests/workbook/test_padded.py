"""Codes that are numbers with zeros in front: people see 005, and the cell holds 5."""

from __future__ import annotations

import pickle
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from batchreport.schema import parse_schema
from batchreport.workbook.cells import show
from batchreport.workbook.kinds import Padded
from batchreport.workbook.read import read_workbook
from tests.markbooks import prefixed, strict

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())


@pytest.mark.parametrize("code", ["000", "000;-000;000;@"])
@pytest.mark.parametrize("form", [bytes, strict, prefixed])
def test_a_text_has_the_zeros_that_are_seen(form: Any, code: str) -> None:
    """A number is what it was, so is a text in such a cell, and nothing is said of either."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "新增设施"
    sheet.append(["名称", "类别", "方式", "数量", "单位", "规格/容量", "地点", "状态"])
    sheet.append([7, "设备", "购置", 5, "台", 12345, 0.5, "实施中"])
    sheet.append([0, "设备", "购置", 0, "台", "K-5", -5, "实施中"])
    for cell in ("A2", "D2", "F2", "G2", "A3", "D3", "F3", "G3"):
        sheet[cell].number_format = code
    target = BytesIO()
    workbook.save(target)

    submission = read_workbook(form(target.getvalue()), SCHEMA)

    first, second = submission.tables["facilities"].records
    assert [first.values[key] for key in ("name", "quantity", "spec", "place")] == ["007", 5, "12345", "0.5"]
    assert [second.values[key] for key in ("name", "quantity", "spec", "place")] == ["000", 0, "K-5", "-5"]
    assert [f.place.cell for f in submission.findings if f.place.sheet == "新增设施"] == []


def test_a_padded_number_goes_to_another_process() -> None:
    """It keeps its digits."""
    assert show(pickle.loads(pickle.dumps(Padded(5, 3)))) == "005"
