"""This module gives a template what the department reported for the periods before: `近期` and `上期数据`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from batchreport.packed import periods_before
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from batchreport.packed import Earlier
    from batchreport.period import Period
    from batchreport.schema import Column, Schema, Section
    from batchreport.submission import Submission, Table
    from batchreport.values import Value

_MOST = 12  # periods in `近期`, the report's own among them
_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("integer", "year", "number", "percent", "money"), (int, Decimal)),
    "date": (date,),
    "boolean": (bool,),
    "image": (),  # its bytes are not kept
}


class PeriodData:
    """What a department reported for one period: every section by its key and by the name that templates use.

    They are made when the first of them is asked for; few templates ask.
    """

    def __init__(self, period: Period, sections: Callable[[], Mapping[str, Any]]) -> None:
        self._own = {"期间": period, "period": period}
        self._sections = sections
        self.__dict__ |= self._own

    def __getattr__(self, name: str) -> Any:
        """Return a section.

        Raises `AttributeError`.
        """
        if not name.startswith("_") and "_made" not in self.__dict__:
            self.__dict__ |= {**self._sections(), **self._own, "_made": True}
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None


def recent(
    own: PeriodData, earlier: Sequence[Earlier], sections: Callable[[Earlier], Mapping[str, Any]]
) -> dict[str, Any]:
    """Return `近期`, the data of the last twelve periods of which `own` is the last, and `上期数据`, under both their names.

    `sections` makes of an earlier submission what a template sees of it. A period of which nothing is known is not there.
    """
    window = periods_before(own.period)[: _MOST - 1]
    data = [PeriodData(one.period, partial(sections, one)) for one in earlier if one.period in window]
    last = data[-1] if data and data[-1].period == window[0] else None
    every = (*data, own)
    return {"近期": every, "recent": every, "上期数据": last, "previous_data": last}


def fitting(schema: Schema, submission: Submission) -> Submission:
    """Return a submission that was read by an older schema with only those values that the schema's columns can hold now."""
    tables = {
        section.key: _fitting(section, submission.tables[section.key])
        for section in schema.sections
        if section.key in submission.tables
    }
    return replace(submission, tables=tables)


def _fitting(section: Section, table: Table) -> Table:
    records = (
        replace(record, values={c.key: _value(c, record.values.get(c.key)) for c in section.columns})
        for record in table.records
    )
    return replace(table, records=tuple(records))


def _value(column: Column, value: Value) -> Value:
    kinds = (tuple,) if column.separator else _TYPES.get(column.type, (str,))
    fits = isinstance(value, (Missing, *kinds)) and (not isinstance(value, bool) or bool in kinds)
    return value if fits else None
