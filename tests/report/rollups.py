"""This module makes roll-ups for the tests: of the sample workbooks, and of records typed in a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from batchreport.period import Period
from batchreport.report.rollup.value import Rollup
from batchreport.run.pipeline import Pipeline, Source
from batchreport.schema import Schema, parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.workbook.roster import read_roster

ROOT = Path(__file__).parents[2]
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes(), "summary.toml")
NOVEMBER, OCTOBER = Period(2026, 11, "M"), Period(2026, 10, "M")
FAULTY = "第三幼儿园"

_ROLL_UP = (
    'roll_up = { unless = { column = "measure", is = ["比率"] }, weighted_by = "weight", '
    'high_is_good = { column = "good", is = ["高"] }, low_is_good = { column = "good", is = ["低"] } }'
)
SMALL = parse_schema(
    """
id = "survey"
title = "调查"

[identity]
name = "head.name"
code = "head.code"
period = "head.period"
filled_on = "head.filled"

[[sections]]
key = "head"
title = "表头"
kind = "form"
columns = [
  { key = "name", title = "单位名称" },
  { key = "code", title = "编码" },
  { key = "period", title = "报告期" },
  { key = "filled", title = "填报日期", type = "date" },
]

[[sections]]
key = "figures"
title = "统计"
columns = [
  { key = "name", title = "指标", unique = true },
  { key = "value", title = "本期值", type = "number", unit_column = "unit", approx_column = "approx", @roll_up },
  { key = "unit", title = "单位" },
  { key = "approx", title = "约数" },
  { key = "measure", title = "口径" },
  { key = "weight", title = "人数", type = "number" },
  { key = "prev", title = "上期值", type = "number", previous = "value", unit_column = "unit" },
  { key = "year", title = "上年同期值", type = "number", year_before = "value", unit_column = "unit" },
  { key = "good", title = "方向" },
]
carry = { columns = ["name"] }

[[sections]]
key = "troubles"
title = "问题"
columns = [
  { key = "issue", title = "问题", required = true },
  { key = "cost", title = "金额[元]", type = "money" },
  { key = "share", title = "占比", type = "percent" },
  { key = "done", title = "完成", type = "boolean" },
  { key = "due", title = "期限", type = "date" },
  { key = "people", title = "人员", separator = "、" },
]
""".replace("@roll_up", _ROLL_UP).encode(),
    "survey.toml",
)
"""A schema in which everything that a roll-up can do with a figure is said."""


def submission(code: str, /, filled: date | None = None, **sections: list[dict[str, Any]]) -> Submission:
    """Return a good submission of the small schema; numbers in its records are written as in Python."""
    rows = {"head": [{"name": f"单位{code}", "filled": filled}], **sections}
    tables = {
        key: Table(SMALL.by_key[key].title, tuple(_record(record, row) for row, record in enumerate(records, 4)))
        for key, records in rows.items()
    }
    return Submission(f"{code}.xlsx", code, f"单位{code}", NOVEMBER, tables=tables)


def _record(values: dict[str, Any], row: int) -> Record:
    numbers = {key: Decimal(str(value)) if isinstance(value, float) else value for key, value in values.items()}
    decimals = {
        key: Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in numbers.items()
    }
    return Record(decimals, {key: f"{chr(65 + at)}{row}" for at, key in enumerate(values)})


def rolled(*submissions: Submission, **more: Any) -> Rollup:
    """Return the roll-up of submissions of the small schema."""
    return Rollup.of(SMALL, submissions, NOVEMBER, **more)


@cache
def submissions(period: Period) -> tuple[Submission, ...]:
    """Return the sample submissions of a period, good ones and the faulty one."""
    pipeline = Pipeline(SCHEMA, roster=dict(roster()))
    found = []
    for path in sorted((ROOT / f"workbooks/{period}").glob("*.xlsx")):
        read = pipeline.read(Source(f"{period}/{path.name}", path.read_bytes(), path.stem, period))
        found.append(replace(read, sheets={}))
    return tuple(found)


@cache
def roster() -> tuple[tuple[str, str], ...]:
    """Return the codes and names of the sample roster."""
    return tuple((one.code, one.name) for one in read_roster((ROOT / "departments.xlsx").read_bytes()))


def samples(schema: Schema = SCHEMA, **more: Any) -> Rollup:
    """Return the roll-up of the sample project in November."""
    said = {"organisation": "示例区教育后勤管理中心", "roster": roster(), "deadline": date(2026, 12, 1), **more}
    return Rollup.of(schema, submissions(NOVEMBER), NOVEMBER, **said)
