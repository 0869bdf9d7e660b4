"""Numbers whose cell format alone adds ten thousands: people see 12.6万元, and the cell holds 12.6."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from batchreport.schema import parse_schema
from batchreport.workbook.read import read_workbook

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())


def said(form: str, *, header: str = "金额(元)", unit: str = "台", number: float = 12.6) -> dict[str, str]:
    """Return what is said of a sum of money and a quantity of one format: what the format adds, by cell."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "新增设施"
    sheet.append(["名称", "类别", "方式", "数量", "单位", header])
    sheet.append(["电脑", "信息化", "购置", number, unit, number])
    sheet["D2"].number_format = sheet["F2"].number_format = form
    target = BytesIO()
    workbook.save(target)
    findings = read_workbook(target.getvalue(), SCHEMA).findings
    return {f.place.cell: f.details["added"] for f in findings if f.code == "cell-format-scale"}


@pytest.mark.parametrize(
    ("form", "added"),
    [
        ('0.0"万元"', "万元"),
        ("0.0万", "万"),
        ('"约"0"亿元"', "亿元"),
        ('[$-804]#,##0"千元"', "千元"),
        ('0"百万"', "百万"),
    ],
)
def test_a_scale_that_the_format_adds_is_said(form: str, added: str) -> None:
    """No unit of the column or the row has it."""
    assert said(form) == {"D2": added, "F2": added}


PLAIN = ['#,##0.00"元"', '0"千克"', "0.00", "0%"]
DIVIDED = ['0!.0,"万"', '0"."0,"万元"', '0.00,,"百万"', '0!.0000"万元"', '0"."0000"万"', "0\\.0000万元"]


@pytest.mark.parametrize("form", PLAIN + DIVIDED)
def test_a_format_that_adds_none_or_divides_by_it_is_none(form: str) -> None:
    """A comma behind the digits, or a point put between them, divides: the number is as large as it looks."""
    assert said(form) == {}


def test_a_unit_that_has_the_scale_already_is_right() -> None:
    """Whether in the header or beside the number."""
    assert said('0.0"万元"', header="金额(万元)", unit="万元") == {}


def test_nothing_is_said_of_zero() -> None:
    """In a column whose format adds 万元, it is as large as it looks."""
    assert said('0.0"万元"', number=0) == {}
