"""This module brings a number together with the unit and the word of approximation that stood with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.names import fold
from batchreport.workbook.numerals import factor, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Column, Section
    from batchreport.values import Value
    from batchreport.workbook.cells import Parsed

_SCALES = {"万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as its column wants it, and what is handed on to the cells for unit and approximation.

    `problem` is the code of a finding where the unit cannot be used.
    """

    number: Decimal
    unit: str = ""
    approx: str = ""
    problem: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        """What goes into which cell, as a finding shows it: "200、余、处"."""
        return tuple(part for part in (f"{self.number:f}", self.approx, self.unit) if part)


def measure(part: Parsed, column: Column, section: Section, header_unit: str, values: Mapping[str, Value]) -> Measured:
    """Return the number of a parsed cell in the unit its record has; `values` are the record's other cells."""
    number = part.value if isinstance(part.value, Decimal) else Decimal()
    asked = section.by_key[column.approx_column] if column.approx_column and part.approx else None
    free = asked is not None and not values.get(asked.key)
    approx = asked.choices.get(fold(part.approx), part.approx) if asked and free else ""
    bare = Measured(number, approx=approx)
    unit = part.unit or header_unit
    if not unit or column.type == "percent":
        return bare
    if column.base_unit:
        measured = _converted(bare, unit, column.base_unit)
    elif column.unit_column:
        measured = _beside(bare, part.unit, unit, section.by_key[column.unit_column], values)
    elif unit in column.title:  # "2次" under 次数
        measured = bare
    else:
        measured = replace(bare, problem="cell-unit-homeless", details={"unit": unit})
    split = column.type == "integer" and measured.number != measured.number.to_integral_value()
    return replace(bare, problem="cell-not-whole") if split and not measured.problem else measured


def row_unit(part: Parsed, column: Column, header_unit: str, values: Mapping[str, Value]) -> str:
    """Return the unit beside a number that counts for more than the one of its header, of another size; "" where it is none."""
    stated = values.get(column.unit_column) if header_unit and not part.unit else None
    return stated if isinstance(stated, str) and factor(header_unit, stated) not in (None, 1) else ""


def with_unit(number: str, unit: str, gap: str = "") -> str:
    """Return a number with its unit as a finding shows it, apart from one that begins with a figure: 3 × 100元."""
    return f"{number}{' × ' if unit[:1].isdigit() else gap}{unit}"


def scaled_twice(
    raw: Any, part: Parsed, column: Column, header_unit: str, values: Mapping[str, Value]
) -> dict[str, str]:
    """Return the two readings of a number whose unit has its sign of scale already: "32.46万" beside "万元"."""
    if not isinstance(raw, str) or part.unit or not isinstance(part.value, Decimal):
        return {}
    for unit in (header_unit, column.base_unit, values.get(column.unit_column)):
        if isinstance(unit, str) and (times := _SCALES.get(unit[:1])) and unit[0] in raw:
            return {"unit": unit, "first": f"{tidy(part.value / times):f}{unit}", "second": f"{part.value:f}{unit}"}
    return {}


def _beside(bare: Measured, typed: str, unit: str, target: Column, values: Mapping[str, Value]) -> Measured:
    """Return a number whose unit has a cell of its own."""
    stated = values.get(target.key)
    unit = target.choices.get(fold(unit), unit)
    if not stated:
        known = target.type != "choice" or target.allow_other or fold(unit) in target.choices
        return replace(bare, unit=unit) if known else _unfit(bare, unit, target.enum)
    if not typed:  # what stands in the row counts for more than what stands in the header
        return bare
    converted = _converted(bare, unit, str(stated))
    if converted.problem:
        return replace(converted, problem="cell-unit-conflict", details={"unit": unit, "stated": str(stated)})
    return converted


def _converted(bare: Measured, unit: str, wanted: str) -> Measured:
    times = factor(unit, wanted)
    return _unfit(bare, unit, wanted) if times is None else replace(bare, number=tidy(bare.number * times))


def _unfit(bare: Measured, unit: str, wanted: str | tuple[str, ...]) -> Measured:
    return replace(bare, problem="cell-unit", details={"unit": unit, "wanted": wanted})
