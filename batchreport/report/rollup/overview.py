"""This module lays the figures out for a spreadsheet: each indicator's total, and under it the departments'."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.report.grammar.inputs import EXACT
from batchreport.report.rollup.cells import Formula
from batchreport.report.rollup.kept import department_of
from batchreport.report.rollup.names import gathered
from batchreport.report.rollup.spreadsheet import Level, Sheet
from batchreport.report.rollup.totals import Method, median

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.report.rollup.gather import Gathering
    from batchreport.report.rollup.kept import Kept
    from batchreport.report.rollup.parts import Figure, Part
    from batchreport.report.rollup.totals import Total
    from batchreport.report.rollup.words import Words

_KINDS = ("text",) * 5 + ("number", "number", "change", "growth", "number", "change", "growth", "text")
_THIS, _LAST, _CHANGE, _YEAR, _YEAR_CHANGE = "F", "G", "H", "J", "K"
_FOLDED_ABOVE = 20  # departments, above which one sees the totals first


class Overview:
    """Makes the rows of the sheet, knowing where each stands: first what several departments say, then the rest."""

    def __init__(self, gathering: Gathering, words: Words) -> None:
        self._gathering = gathering
        self._words = words
        self._row = 1

    def sheet(self, name: str) -> Sheet:
        """Return the sheet, without its rows."""
        folded = len(self._gathering.rollup.included) > _FOLDED_ABOVE
        return Sheet(name, self._headings(), _KINDS, table=False, folded=folded)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows."""
        schema = self._gathering.rollup.schema
        for section in gathered(schema):
            found = self._gathering.totals(section)
            for figure, totals in found.totals:
                title = figure.column.heading(schema.language) if len(found.totals) > 1 else ""
                for total in sorted(totals, key=lambda one: len(one.bundle.parts) == 1):
                    yield from self._of(found.kept, figure, total, title)

    def _headings(self) -> list[str]:
        words = self._words
        return [
            *(words.indicator, words.department, words.unit, words.method, words.approx),
            *(words.this, words.last, words.change, words.growth, words.year, words.year_change, words.year_growth),
            words.source,
        ]

    def _of(self, kept: Kept, figure: Figure, total: Total, title: str) -> Iterator[list[Any]]:
        name = f"{total.bundle.name} · {title}" if title else total.bundle.name
        parts = total.bundle.parts
        own = Level.SINGLE
        if len(parts) > 1:
            own = Level.PART
            self._row += 1
            several = self._words.several.format(len(total.told))
            yield [name, several, *self._summed(total, len(parts)), Level.TOTAL]
        for part in parts:
            self._row += 1
            yield [name, department_of(part.row).name, *self._own(kept, figure, total, part), own]

    def _summed(self, total: Total, count: int) -> list[Any]:
        first, last = self._row + 1, self._row + count
        rates = total.method is not Method.SUM
        function = "MEDIAN" if rates else "SUM"
        this = total.median if rates else total.value
        value: Any = Formula(f"{function}({_THIS}{first}:{_THIS}{last})", this) if this is not None else None
        if total.method is Method.MEAN:
            value = total.value
        shown = [total.bundle.unit, self._words.methods[total.method.value], total.approximation(self._words.about)]
        then = self._compared(_LAST, _CHANGE, total, total.with_previous, first, last)
        year = self._compared(_YEAR, _YEAR_CHANGE, total, total.with_year, first, last)
        return [*shown, value, *then, *year, ""]

    def _compared(
        self, column: str, change: str, total: Total, parts: Sequence[Part], first: int, last: int
    ) -> list[Any]:
        """Return the figure of an earlier period and the change against it, over the departments that have both."""
        given = [_then(part, column) for part in parts]
        if not given:
            return [None, None, None]
        area = f"{column}{first}:{column}{last}"
        if total.method is not Method.SUM:
            same = len(parts) == sum(_then(part, column) is not None for part in total.bundle.parts)
            middle = median(sorted(value for value in given if value is not None))
            return [Formula(f"MEDIAN({area})", middle) if same else middle, None, None]
        differences = f"{change}{first}:{change}{last}"
        base = sum((value for value in given if value is not None), Decimal(0))
        difference = sum((EXACT.subtract(_this(part), _then(part, column) or Decimal(0)) for part in parts), Decimal(0))
        compared = Formula(f"SUM({differences})", difference)
        summed = Formula(f"SUMPRODUCT(ISNUMBER({differences})*1,{area})", base)
        if len(parts) == sum(_then(part, column) is not None for part in total.bundle.parts):
            summed = Formula(f"SUM({area})", base)
        return [summed, compared, self._growth(column, change, base, difference)]

    def _growth(self, column: str, change: str, base: Decimal, difference: Decimal) -> Any:
        if not base:
            return None
        return Formula(f"{change}{self._row}/ABS({column}{self._row})", _ratio(difference, base))

    def _own(self, kept: Kept, figure: Figure, total: Total, part: Part) -> list[Any]:
        value: Any = part.value
        if value is None:
            value = getattr(part.row, figure.column.key)
        word = self._words.methods[total.method.value] if len(total.bundle.parts) > 1 else ""
        shown = [total.bundle.unit, word, part.approx, value]
        then = self._difference(_LAST, _CHANGE, total, part)
        year = self._difference(_YEAR, _YEAR_CHANGE, total, part)
        return [*shown, *then, *year, kept.place(part.at, figure.column.key)]

    def _difference(self, column: str, change: str, total: Total, part: Part) -> list[Any]:
        then = _then(part, column)
        if then is None or part.value is None:
            return [then, None, None]
        difference = EXACT.subtract(part.value, then)
        told = Formula(f"{_THIS}{self._row}-{column}{self._row}", difference)
        growth = self._growth(column, change, then, difference) if total.method is Method.SUM else None
        return [then, told, growth]


def _this(part: Part) -> Decimal:
    return part.value if part.value is not None else Decimal(0)


def _then(part: Part, column: str) -> Decimal | None:
    return part.previous if column == _LAST else part.year_before


def _ratio(difference: Decimal, base: Decimal) -> Decimal:
    return EXACT.divide(difference, abs(base)).quantize(Decimal("1e-12"))
