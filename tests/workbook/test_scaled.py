"""Numbers that their cell's format shows otherwise: people see 12.6万元, and the cell holds 12.6."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

from batchreport.schema import parse_schema
from batchreport.workbook.number_formats import look
from batchreport.workbook.read import read_workbook

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())


def said(
    form: str,
    *,
    header: str = "金额(元)",
    unit: str = "台",
    number: float = 12.6,
    code: str = "cell-format-scale",
    of: str = "added",
) -> dict[str, str]:
    """Return a detail of what is said of a sum of money and a quantity of one format, by cell: what the format adds."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "新增设施"
    sheet.append(["名称", "类别", "方式", "数量", "单位", header])
    sheet.append(["电脑", "信息化", "购置", number, unit, number])
    sheet.append(["桌椅", "设备", "购置", 8, "套", 3000])  # without a format of its own
    sheet["D2"].number_format = sheet["F2"].number_format = form
    target = BytesIO()
    workbook.save(target)
    findings = [f for f in read_workbook(target.getvalue(), SCHEMA).findings if f.code == code]
    assert all(f"{number:g}" in finding.line("zh") for finding in findings)
    return {f.place.cell: f"{f.details[of]}{f.severity.name[0]}" for f in findings}


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
    assert said(form) == {"D2": f"{added}E", "F2": f"{added}E"}


def divided(form: str, *, header: str = "金额(元)", unit: str = "台", number: float = 126000) -> dict[str, str]:
    """Return what a sum of money and a quantity are said to look like, with how grave that is, by cell."""
    return said(form, header=header, unit=unit, number=number, code="cell-format-divides", of="shown")


@pytest.mark.parametrize("form", ["0!.0,", "0!.0000", '0!.0,"万元"', '[>=10000]0!.0,"万元";0'])
def test_a_number_divided_under_a_unit_of_its_own_scale_is_an_error(form: str) -> None:
    """People see 12.6 under 万元, and the cell holds 126000, which under 万元 is ten thousand times that."""
    added = "万元" if "万元" in form else ""
    assert divided(form, header="金额(万元)", unit="万元") == {"D2": f"12.6{added}E", "F2": f"12.6{added}E"}


def test_a_number_divided_by_another_scale_than_the_format_adds_is_an_error() -> None:
    """126.00万元 is not 126000."""
    assert divided('0.00,"万元"') == {"D2": "126万元E", "F2": "126万元E"}


def test_a_number_divided_without_a_word_is_said() -> None:
    """People see 126.00; what counts is the number."""
    assert divided("0.00,") == {"D2": "126W", "F2": "126W"}
    assert divided('[>=10000]0!.0,"万";0', number=126) == {}
    assert divided("#,##0.00;-#,##0.00,") == {}


@pytest.mark.parametrize(
    ("form", "word"),
    [('"约"0', "约"), ('0"余"', "余"), ('"节约"0"元"', ""), ('0"元结余"', ""), ('"大约"0"台"', "大约")],
)
def test_a_word_for_roughly_that_the_format_adds_is_said(form: str, word: str) -> None:
    """The number was not filled in as rough."""
    assert said(form, code="cell-format-approximate") == ({"D2": f"{word}W", "F2": f"{word}W"} if word else {})


PLAIN = ['#,##0.00"元"', '0"千克"', "0.00", "0%"]
DIVIDED = ['0!.0,"万"', '0"."0,"万元"', '0.00,,"百万"', '0!.0000"万元"', '0"."0000"万"', "0\\.0000万元"]


@pytest.mark.parametrize("form", PLAIN + DIVIDED)
def test_a_format_that_adds_none_or_divides_by_it_is_none(form: str) -> None:
    """A comma behind the digits, or a point put between them, divides: the number is as large as it looks."""
    assert said(form) == divided(form) == {}


def test_a_unit_that_has_the_scale_already_is_right() -> None:
    """Whether in the header or beside the number."""
    assert said('0.0"万元"', header="金额(万元)", unit="万元") == {}


def test_nothing_is_said_of_zero() -> None:
    """In a column whose format adds 万元, it is as large as it looks."""
    assert said('0.0"万元"', number=0) == {}


@given(st.text('0#?,.;[]<>=-!"\\\\约万元余E+@% 9', max_size=24), st.floats())
@example("[<.]0;0", 1.0)
@example("[>1.2.3]0;0", 1.0)
def test_no_format_is_too_odd(code: str, number: float) -> None:
    """Whatever stands there, as damaged or hostile files have it, a number looks as large as it is or smaller."""
    assert look(code, number).times >= 1
