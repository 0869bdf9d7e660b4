from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchreport.period import Period
from batchreport.schema import Column
from batchreport.workbook.cells import parse_cell
from batchreport.workbook.kinds import ErrorValue, Percent
from batchreport.workbook.plain_cells import ODD, PlainCells

NOVEMBER = Period(2026, 11, "M")
COLUMNS = [
    Column.model_validate({"title": told["key"], **told})
    for told in (
        {"key": "text"},
        {"key": "parts", "separator": "、"},
        {"key": "count", "type": "integer"},
        {"key": "value", "type": "number"},
        {"key": "measured", "type": "number", "unit_column": "text"},
        {"key": "share", "type": "percent"},
        {"key": "amount", "type": "money"},
        {"key": "day", "type": "date"},
        {"key": "year", "type": "year"},
        {"key": "done", "type": "boolean"},
        {"key": "kind", "type": "choice", "enum": ["设备", "维修"], "missing_values": ["缺报"]},
    )
]
RAW = st.one_of(
    st.floats(),
    st.integers(-3, 3).map(float),
    st.integers(1980, 2100).map(float),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.text(max_size=40),
    st.sampled_from(
        ("无", "/", "设备", "设施", "缺报", "12", "约3万元", "2026-11-3", "11月3日", "甲、乙 丙", "是", "a\x0bb")
    ),
)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
@given(raw=RAW)
def test_a_plain_value_is_what_the_cell_says_and_nothing_else(column: Column, raw: Any) -> None:
    """A value that is not odd comes out of the longer way too: no problem, no unit, nothing understood otherwise."""
    value = PlainCells(column).value(raw)
    parsed = parse_cell(raw, column, NOVEMBER)
    if raw == "":
        assert value is None
    elif value is not ODD:
        assert (value, "", "", False, "", "") == (
            parsed.value,
            parsed.problem,
            parsed.understood,
            parsed.declared,
            parsed.unit,
            parsed.approx,
        )
        assert value is not None
        assert type(value) is (int if column.type in ("integer", "year") else type(parsed.value))


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("share", 0.965),
        ("share", 1.0),
        ("measured", 0.5),
        ("count", 2.5),
        ("value", Percent(0.965)),
        ("text", ErrorValue("#REF!")),
        ("text", "无"),
        ("day", "11月3日"),
        ("day", datetime(2026, 11, 3, 8)),
        ("parts", "甲、乙 丙"),
        ("kind", "设施"),
        ("value", "12"),
        ("value", float("nan")),
        ("value", 1e20),
    ],
)
def test_what_may_need_a_word_is_odd(key: str, raw: Any) -> None:
    """A cell about which something is to be said, now or once its row is known, is never taken as plain."""
    [column] = [column for column in COLUMNS if column.key == key]
    assert PlainCells(column).value(raw) is ODD


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("text", "食堂", "食堂"),
        ("count", 30.0, 30),
        ("value", 12600.5, Decimal("12600.5")),
        ("share", 96.5, Decimal("96.5")),
        ("measured", 126.0, Decimal(126)),
        ("day", date(2026, 11, 3), date(2026, 11, 3)),
        ("year", 2026.0, 2026),
        ("parts", "甲、乙", ("甲", "乙")),
        ("kind", "维修", "维修"),
    ],
)
def test_what_most_cells_hold_is_plain(key: str, raw: Any, value: Any) -> None:
    """Texts, numbers, dates and choices as they should be are read at once."""
    [column] = [column for column in COLUMNS if column.key == key]
    assert PlainCells(column).value(raw) == value
