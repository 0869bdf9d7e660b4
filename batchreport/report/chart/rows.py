"""This module looks into the rows that a chart is made of: those of a section, of 走势, or plain lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from batchreport.report.grammar.inputs import FilterError, is_blank

UNITS = ("单位", "unit")
"""What the column of units is called."""


def field(row: Any, name: object) -> object:
    """Return what stands in the column `name` of a row, or at that place of a list; `FilterError` if there is none."""
    try:
        if isinstance(row, Mapping) or isinstance(name, int):
            return row[name]
        return getattr(row, "" if str(name).startswith("_") else str(name))  # the sandbox forbids such names too
    except (AttributeError, LookupError, TypeError):
        raise FilterError(f"没有“{name}”这一列", f"there is no column “{name}”") from None


def has(row: object, name: str) -> bool:
    """Tell whether a row has a column."""
    return name in row if isinstance(row, Mapping) else hasattr(row, name)


def flat(values: Iterable[object]) -> list[object]:
    """Return `values` with the lists among them taken apart."""
    made: list[object] = []
    for value in values:
        if isinstance(value, Iterable) and not isinstance(value, str):
            made += value
        elif value is not None:
            made.append(value)
    return made


def unit_of(row: object) -> str:
    """Return the unit that a row names, or ""."""
    unit = next((field(row, name) for name in UNITS if has(row, name)), "")
    return str(unit) if not is_blank(unit) else ""
