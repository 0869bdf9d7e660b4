"""This module makes up the values of a record, column by column, within what the schema allows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.report.bench.sample_picture import picture
from batchreport.report.bench.sample_text import Said, believable, long_text, rates
from batchreport.schema import bound
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from batchreport.period import Period
    from batchreport.schema import Column, Schema, Section
    from batchreport.values import Value

    Values = dict[str, Value]

HOSTILE = "&<b>{{ x }}{% if %}“'\"\\⚠"
"""Signs that mean something to Word, XML or Jinja; in a report they are text."""
_LONGEST = 150  # characters where the schema sets no limit
_SHORT = 40
_LONG_ROWS = 3  # records with the longest texts
_FIGURES = tuple(map(Decimal, ("128", "56", "24", "310", "7", "85")))
_COUNTS = tuple(map(Decimal, (3, 1, 2, 5)))
_PERCENTS = tuple(map(Decimal, ("96.5", "88", "92.3", "100")))
_AMOUNTS = tuple(map(Decimal, ("126000", "8500", "43200.50", "15800")))
_EXTREMES = tuple(map(Decimal, ("-1234567.89", "0", "999999999999", "-0.01")))
_GROWTH = Decimal("0.01")  # from one period to the next
_SWING = (Decimal("0.96"), Decimal("1.05"), Decimal("1.12"), Decimal(1))
_YEAR = 12


class Maker:
    """Makes up the records of one submission; those of an earlier period have smaller figures."""

    def __init__(self, schema: Schema, data: str, period: Period, back: int, department: int) -> None:
        self._schema, self._extreme, self._period = schema, data == "extreme", period
        self._back, self._department = back, department

    def row(self, section: Section, at: int) -> Values:
        """Return the record number `at` of a section; columns that refer to others are still blank."""
        form = section.kind == "form"
        texts = {
            c.key: believable(c, at + (number if form else 0), self._schema.language)
            for number, c in enumerate(section.columns)
            if c.type == "string"
        }
        about = next((said for said in texts.values() if said.unit), Said(""))
        row = {column.key: self._value(section, column, at, texts.get(column.key), about) for column in section.columns}
        if not self._extreme:
            for column in section.columns:
                if column.unit_column and column.unit_column in row and row[column.key] is None:
                    row[column.unit_column] = None
        return row

    def refer(self, rows: Mapping[str, list[Values]]) -> None:
        """Fill the columns that must repeat a text of another column, and those that take theirs from one."""
        for section in self._schema.sections:
            for column in section.columns:
                if not (column.to if column.type == "reference" else column.default_from):
                    continue
                key, _, target = (column.to or column.default_from).partition(".")
                known = [value for row in rows[key] if isinstance(value := row.get(target), str)]
                for at, row in enumerate(rows[section.key]):
                    if known and row[column.key] is None:
                        row[column.key] = known[at % len(known)]

    def _value(self, section: Section, column: Column, at: int, said: Said | None, about: Said) -> Value:
        if column.type == "reference":
            return None
        if self._extreme and at % 3 > 1 and section.kind == "table":  # the third of three says as little as it may
            if column.missing_values:
                return Missing(column.missing_values[0])
            if not (column.required or column.unique):
                return None
        if said is not None:
            return self._text(column, said, at)
        made: Any = getattr(self, f"_{column.type}", self._number)(section, column, at, about)
        return made  # type: ignore[no-any-return]

    def _text(self, column: Column, said: Said, at: int) -> Value:
        if column.separator:
            return tuple(
                f"{believable(column, one, self._schema.language).text}" for one in range(12 if self._extreme else 3)
            )
        text = said.text
        if column.unique and at >= len(_FIGURES):
            text = f"{text}{at}"
        if self._extreme and not column.pattern:
            sentence = f"{text}{HOSTILE}\n" + long_text(self._schema.language)
            longest = column.max_length or _LONGEST
            if column.unique or at >= _LONG_ROWS:
                longest = min(longest, _SHORT)
            text = (f"{at}" if column.unique else "") + sentence * (longest // len(sentence) + 1)
            return text[:longest].strip()
        return text[: column.max_length or len(text)]

    def _choice(self, section: Section, column: Column, at: int, about: Said) -> Value:
        units = {one.unit_column for one in section.columns if one.unit_column}
        approximations = {one.approx_column for one in section.columns if one.approx_column}
        if self._extreme:
            return max(column.enum, key=len) if at % 2 else column.enum[-1]
        if column.key in approximations:
            return column.enum[1] if at == 1 and len(column.enum) > 1 and not about.unit else None
        if column.key in units:
            fits = about.unit in column.enum or column.allow_other
            return about.unit if about.unit and fits else column.enum[min(2, len(column.enum) - 1)]
        ratio = [word for word in column.enum if word in rates(self._schema.language)]
        if ratio and about.unit:
            return ratio[0] if about.unit == "%" else next(word for word in column.enum if word not in ratio)
        return column.enum[at // 2 % len(column.enum)]

    def _boolean(self, _section: Section, _column: Column, at: int, _about: Said) -> Value:
        return at % 3 == 1

    def _image(self, _section: Section, _column: Column, at: int, _about: Said) -> Value:
        return picture(at if self._extreme else 0)

    def _year(self, _section: Section, column: Column, at: int, _about: Said) -> Value:
        low, high = self._limits(column)
        year = self._period.year - at % 3
        return int(min(max(year, low if low is not None else year), high if high is not None else year))

    def _date(self, _section: Section, column: Column, at: int, _about: Said) -> Value:
        low, high = self._limits(column)
        first = low if isinstance(low, date) else self._period.start
        last = high if isinstance(high, date) else max(self._period.end, first + timedelta(days=60 if low else 0))
        return first + timedelta(days=(7 * at + 9) % max((last - first).days, 1)) if last > first else first

    def _number(self, _section: Section, column: Column, at: int, about: Said) -> Value:
        """Return a figure; those of the period and the year before are those of the column that they belong to, smaller."""
        kinds = {"percent": _PERCENTS, "money": _AMOUNTS, "integer": _COUNTS}.get(column.type, _FIGURES)
        source = column.previous or column.year_before
        figure = kinds[(at + self._department) % len(kinds)]
        if column.unit_column and (source or column.roll_up or about.figure is not None):
            figure = Decimal(str(about.figure)) if about.figure is not None else figure
        back = self._back + (1 if column.previous else _YEAR if column.year_before else 0)
        figure = self._within(column, self._grown(figure, back, at, about))
        if self._extreme:
            figure = self._within(column, _EXTREMES[(at + back) % len(_EXTREMES)])
        whole = column.type == "integer" or (about.unit != "%" and figure == int(figure))
        return int(figure) if column.type == "integer" else figure.quantize(Decimal(1)) if whole else figure

    def _grown(self, figure: Decimal, back: int, at: int, about: Said) -> Decimal:
        """Return what a figure was some periods ago, with as many decimals."""
        swing = _SWING[(at + back) % len(_SWING)] if back else Decimal(1)
        if about.unit == "%":
            return figure - back % 5 * Decimal("0.4")
        return (figure * (1 - _GROWTH * min(back, 20)) * swing).quantize(figure)

    def _within(self, column: Column, figure: Decimal) -> Decimal:
        low, high = self._limits(column)
        if isinstance(low, int | float):
            figure = max(figure, Decimal(str(low)))
        return min(figure, Decimal(str(high))) if isinstance(high, int | float) else figure

    def _limits(self, column: Column) -> Sequence[Any]:
        edges = (column.minimum, column.maximum)
        return [None if edge is None else bound(edge, self._period.start, self._period.end) for edge in edges]
