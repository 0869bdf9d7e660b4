"""This module makes up submissions for a schema: a typical one, an empty one, and one that asks all of a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.packed import Earlier, pack
from batchreport.period import Period
from batchreport.report.bench.sample_values import Maker
from batchreport.submission import Record, Submission, Table

if TYPE_CHECKING:
    from batchreport.report.bench.sample_values import Values
    from batchreport.schema import Schema, Section

DATA = ("typical", "empty", "extreme")
"""The kinds of made-up data."""
PERIOD = Period(2026, 11, "M")
"""The period that is reported."""
_ROWS = {"typical": 4, "extreme": 15}
_MARKED = 6  # rows of indicators
_PAST = {"typical": 5, "extreme": 11}  # periods before


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up submission, and what was reported for the periods before, oldest first."""

    submission: Submission
    earlier: tuple[Earlier, ...] = ()


def sample(schema: Schema, data: str, department: int = 0, *, past: bool = True) -> Sample:
    """Return the made-up data of a kind of `DATA` for a schema: the same each time, others for each `department`.

    Without a `past` nothing was reported before.
    """
    own = _submission(schema, data, PERIOD, 0, department)
    periods = [PERIOD]
    for _ in range(_PAST.get(data, 0) if past else 0):
        periods.insert(0, periods[0].previous)
    earlier = (
        Earlier(period, pack(_submission(schema, data, period, back, department)))
        for back, period in zip(range(len(periods) - 1, 0, -1), periods[:-1], strict=True)
    )
    return Sample(own, tuple(earlier))


def _submission(schema: Schema, data: str, period: Period, back: int, department: int) -> Submission:
    """Return what a department reported for a period that lies `back` periods ago."""
    name, code = _identity(schema, data, department)
    maker = Maker(schema, data, period, back, department)
    rows = {section.key: _rows(section, data, maker) for section in schema.sections}
    maker.refer(rows)
    key, _, column = schema.identity.name.partition(".")
    if schema.by_key[key].kind == "form":
        rows[key] = [{**row, column: name} for row in rows[key]] or [{column: name}]
    tables = {key: Table(schema.by_key[key].shown, tuple(_records(made))) for key, made in rows.items()}
    return Submission(f"{name}.xlsx", code, name, period, tables=tables)


def _identity(schema: Schema, data: str, department: int) -> tuple[str, str]:
    """Return a department's name and code; an extreme one has the longest name, with signs that mean something to Word."""
    names = ("示例中心小学", "第二实验学校", "示例市幼儿园", "城东中学")
    if schema.language == "en":
        names = ("Example Primary School", "Second Test School", "Example Nursery", "Eastside School")
    name = names[department % len(names)]
    if data == "extreme":
        name = (
            "名称很长的示例市后勤保障&<服务>中心"
            if schema.language == "zh"
            else "The Longest Name of Any Department & <Sons> {{ Ltd }}"
        )
        path = schema.identity.name.partition(".")
        name = name[: schema.by_key[path[0]].by_key[path[2]].max_length or len(name)]
    return name, f"D{department + 1:03}"


def _rows(section: Section, data: str, maker: Maker) -> list[Values]:
    if data == "empty":
        return []
    count = 1 if section.kind == "form" else _ROWS[data]
    if data == "typical" and section.mark:
        count = _MARKED
    return [maker.row(section, at) for at in range(count)]


def _records(rows: list[Values]) -> list[Record]:
    return [Record(row, {}) for row in rows]
