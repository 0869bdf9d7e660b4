"""This module lays the figures out for a spreadsheet: each indicator's total, and under it the departments'."""

from __future__ import annotations

from decimal import ROUND_05UP, Context, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from batchreport.report.grammar.comparison import without_growth
from batchreport.report.grammar.inputs import EXACT, rounded
from batchreport.report.rollup.cells import ROW, Formula, Formulas
from batchreport.report.rollup.names import gathered
from batchreport.report.rollup.parts import BEFORE, NOW, YEAR_BEFORE
from batchreport.report.rollup.sheet import Level, Sheet
from batchreport.report.rollup.totals import Method, median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from batchreport.report.rollup.gather import Gathering
    from batchreport.report.rollup.kept import Kept
    from batchreport.report.rollup.parts import Figure, Part
    from batchreport.report.rollup.sheet import Columns
    from batchreport.report.rollup.totals import Total
    from batchreport.report.rollup.words import Words

_THEN = ("number", "number", "change", "growth")
_KINDS = ("text",) * 5 + ("number", *_THEN, *_THEN, "text")
_THIS = "F"
_PLACES = 3  # of a growth, which is shown in tenths of a percent: what rounds to nothing has no sign
_NEAR, _FEW = Context(prec=40, rounding=ROUND_05UP), 20  # cut so that rounding once more gives what rounding once does
_FOLDED_ABOVE = 20  # departments, above which one sees the totals first


class _Then(NamedTuple):
    """An earlier period: the columns of its figure and of the change against it, and what a part says of it.

    In front of them stands this period's figure of the same departments.
    """

    figure: str
    change: str
    of: Callable[[Part], Any]


_LAST, _YEAR = _Then("H", "I", BEFORE), _Then("L", "M", YEAR_BEFORE)


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

    def rows(self) -> Iterator[tuple[Columns, Level]]:
        """Yield the rows, by their columns: each total, then what it is made of."""
        schema = self._gathering.rollup.schema
        for section in gathered(schema):
            found = self._gathering.totals(section)
            for figure, totals in found.totals:
                title = figure.column.heading(schema.language) if len(found.totals) > 1 else ""
                for total in sorted(totals, key=lambda one: len(one.bundle.rows) == 1):
                    yield from self._of(found.kept, figure, total, title)

    def _headings(self) -> list[str]:
        words = self._words
        return [
            *(words.indicator, words.department, words.unit, words.method, words.approx),
            words.this,
            *(words.comparable, words.last, words.change, words.growth),
            *(words.comparable_year, words.year, words.year_change, words.year_growth),
            words.source,
        ]

    def _of(self, kept: Kept, figure: Figure, total: Total, title: str) -> Iterator[tuple[Columns, Level]]:
        name = f"{total.bundle.name} · {title}" if title else total.bundle.name
        count = len(total.bundle.rows)
        if count > 1:
            self._row += 1
            several = self._words.several.format(total.count)
            yield [[value] for value in (name, several, *self._summed(total, count))], Level.TOTAL
        yield [[name] * count, *self._own(kept, figure, total)], Level.PART if count > 1 else Level.SINGLE
        self._row += count

    def _summed(self, total: Total, count: int) -> list[Any]:
        first, last = self._row + 1, self._row + count
        rates = total.method is not Method.SUM
        function = "MEDIAN" if rates else "SUM"
        this = total.median if rates else total.value
        value: Any = Formula(f"{function}({_THIS}{first}:{_THIS}{last})", this) if this is not None else None
        if total.method is Method.MEAN:
            value = total.value
        shown = [total.bundle.unit, self._words.methods[total.method.value], total.approximation(self._words.about)]
        before = self._compared(_LAST, total, total.bundle.parts.with_previous, first, last)
        year = self._compared(_YEAR, total, total.bundle.parts.with_year, first, last)
        return [*shown, value, *before, *year, ""]

    def _compared(self, then: _Then, total: Total, parts: Sequence[Part], first: int, last: int) -> list[Any]:
        """Return this period's figure, that of an earlier period and the change, over the departments that have both.

        A weighted mean is not compared: nothing says what an earlier figure weighs.
        """
        if not parts or total.method is Method.MEAN:
            return [None] * len(_THEN)
        now, given = list(map(NOW, parts)), list(map(then.of, parts))
        this, area, differences = (f"{column}{first}:{column}{last}" for column in (_THIS, then.figure, then.change))
        all_now = len(parts) == total.count
        all_then = len(parts) == sum(value is not None for value in map(then.of, total.bundle.parts.every))
        if total.method is Method.MEDIAN:
            return [_middle(this, now, whole=all_now), _middle(area, given, whole=all_then), None, None]
        base, current = sum(given, Decimal(0)), sum(now, Decimal(0))
        difference = EXACT.subtract(current, base)
        compared = f"ISNUMBER({differences})*1"
        return [
            Formula(f"SUM({this})" if all_now else f"SUMPRODUCT({compared},{this})", current),
            Formula(f"SUM({area})" if all_then else f"SUMPRODUCT({compared},{area})", base),
            Formula(f"SUM({differences})", difference),
            None if without_growth(current, base) else Formula(_growth(then, self._row), _ratio(difference, base)),
        ]

    def _own(self, kept: Kept, figure: Figure, total: Total) -> Columns:
        """Return what each department says, by columns."""
        parts = total.bundle.parts.every
        count = len(parts)
        key = figure.column.key
        said = kept.column(key)
        word = self._words.methods[total.method.value] if count > 1 else ""
        return [
            [kept.owner(part.at).name for part in parts],
            *([total.bundle.unit] * count, [word] * count, [part.approx for part in parts]),
            [said[part.at] if part.value is None else part.value for part in parts],
            *_differences(_LAST, total),
            *_differences(_YEAR, total),
            [kept.place(part.at, key) for part in parts],
        ]


def _differences(then: _Then, total: Total) -> Columns:
    """Return what each department said in an earlier period, the change against it, and the growth of what is summed."""
    parts = total.bundle.parts.every
    values, bases = list(map(NOW, parts)), list(map(then.of, parts))
    changes = [
        None if base is None or value is None else EXACT.subtract(value, base)
        for value, base in zip(values, bases, strict=True)
    ]
    growths: list[Decimal | None] = [None] * len(bases)
    if total.method is Method.SUM:
        growths = [
            None if change is None or without_growth(value, base) else _ratio(change, base)
            for value, change, base in zip(values, changes, bases, strict=True)
        ]
    change, growth = f"{_THIS}{ROW}-{then.figure}{ROW}", _growth(then, ROW)
    return [[None] * len(bases), bases, Formulas(change, changes), Formulas(growth, growths)]


def _middle(area: str, values: Sequence[Decimal], *, whole: bool) -> Formula | Decimal | None:
    """Return the median, as a formula where the whole of the area is meant."""
    middle = median(sorted(values))
    return Formula(f"MEDIAN({area})", middle) if whole else middle


def _growth(then: _Then, row: int | str) -> str:
    return f"ROUND({then.change}{row}/{then.figure}{row},{_PLACES})"


def _ratio(difference: Decimal, base: Decimal) -> Decimal:
    near = _NEAR.divide(difference, base)
    return rounded(near if near.adjusted() < _FEW else EXACT.divide(difference, base), _PLACES)
