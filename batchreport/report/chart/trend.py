"""This module makes the rows of a chart over several periods: the filter 走势."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from batchreport.period import Period
from batchreport.report.chart.rows import UNITS, field, flat, has, unit_of
from batchreport.report.grammar.inputs import FilterError, as_rows

_PERIODS = ("期间", "period")
_MOST_MISSING = 60


def trend(recent: object, section: str, value: str, names: object, by: str | None = None, **named: str) -> list[Any]:
    """Return a row for each of several periods: `期间`, and the value of each name (None where there is none).

    `recent` has the periods, oldest first, each with its sections; `section` names the section, `value` its column of
    figures, `names` the rows: a row is the first that holds the name, in the column `by` (`按`) where one is given. A
    period that is missing between two others has its row too. Raises `FilterError` for a section or column that is
    not there.
    """
    by = named.pop("按", by)
    if named:
        raise FilterError("走势 只有这个参数：按", "trend has this option: by")
    wanted = flat([names])
    rows = [_moment(item, str(section), str(value), wanted, by) for item in as_rows(recent)]
    return [each for last, row in zip([None, *rows], rows, strict=False) for each in (*_between(last, row), row)]


def _moment(item: object, section: str, value: str, names: list[object], by: str | None) -> dict[str, object]:
    rows = as_rows(field(item, section))
    period = field(item, _PERIODS[0] if has(item, _PERIODS[0]) else _PERIODS[1])
    found: dict[str, object] = dict.fromkeys(_PERIODS, period)
    units = set()
    for name in names:
        row = next((row for row in rows if _is_of(row, name, by)), None)
        found[str(name)] = field(row, value) if row is not None else None
        units |= {unit_of(row)} if row is not None else set()
    unit = units.pop() if len(units) == 1 else ""
    return {**dict.fromkeys(UNITS, unit), **found}


def _is_of(row: Any, name: object, by: str | None) -> bool:
    return bool(field(row, by) == name if by else name in (row.values() if isinstance(row, Mapping) else row))


def _between(last: dict[str, object] | None, row: dict[str, object]) -> list[dict[str, object]]:
    """Return a row without figures for each period that is missing before `row`: a line shows a gap there."""
    start, end = (last or {}).get(_PERIODS[0]), row[_PERIODS[0]]
    missing: list[Period] = []
    if isinstance(start, Period) and isinstance(end, Period) and start.kind == end.kind:
        period = end.previous
        while period > start and len(missing) < _MOST_MISSING:
            missing.append(period)
            period = period.previous
    return [
        {**dict.fromkeys(row), **dict.fromkeys(UNITS, row[UNITS[0]]), **dict.fromkeys(_PERIODS, p)}
        for p in reversed(missing)
    ]
