"""This module says what Excel checks and shows while people type into a blank workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl.worksheet.datavalidation import DataValidation

from batchreport.schema import bound
from batchreport.workbook.wording import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from batchreport.period import Period
    from batchreport.schema import Bound, Column, Section

_EARLIEST, _LATEST = date(1990, 1, 1), date(2199, 12, 31)
_HUGE = 10**15
_LONGEST = 255  # signs of a message, a prompt or a text in a formula, by Excel's limits
_LONGEST_TITLE = 32


@dataclass(frozen=True, slots=True)
class Setting:
    """What all sheets of a blank workbook share: its language, whose it is, and the names that it defines.

    `lists` has the name of each list of choices, `columns` that of each column ("section.column") which others refer
    to, `titles` the sheet of such a column.
    """

    language: str
    name: str = ""
    period: Period | None = None
    lists: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Mapping[str, str]:
        """The words in the workbook's language."""
        return WORDS[self.language]


def validate(sheet: Worksheet, section: Section, column: Column, cells: str, setting: Setting) -> None:
    """Let Excel check what is typed into `cells`, and show the column's hint beside them."""
    hint = column.advice(setting.language)
    rule = _validation(section, column, cells.partition(":")[0], setting)
    if rule is None and not hint:
        return
    rule = rule or DataValidation()
    rule.errorTitle = setting.words["title"]
    rule.error = rule.error and rule.error[:_LONGEST]
    rule.showErrorMessage = rule.type is not None
    rule.allow_blank = True
    if hint:
        rule.promptTitle = column.heading(setting.language)[:_LONGEST_TITLE]
        rule.prompt = hint[:_LONGEST]
        rule.showInputMessage = True
    sheet.add_data_validation(rule)
    rule.add(cells)


def _validation(section: Section, column: Column, first: str, setting: Setting) -> DataValidation | None:
    words = setting.words
    if column.type == "choice":
        said = words["choice"].format(words["listing"].join(column.enum))
        style: Any = "warning" if column.allow_other else "stop"
        return DataValidation("list", setting.lists[column.enum], error=said, errorStyle=style)
    if column.type == "reference" and column.to in setting.columns:
        said = words["reference"].format(setting.titles[column.to])
        return DataValidation("list", setting.columns[column.to], error=said, errorStyle="warning")
    if column.type == "boolean":
        said = words["choice"].format(words["switch"].replace(",", words["listing"]))
        return DataValidation("list", f'"{words["switch"]}"', error=said)
    if column.type == "date":
        return _date(section, column, first, setting)
    if column.numeric:
        return _number(section, column, first, setting)
    if column.max_length:
        said = words["length"].format(column.max_length) + words["stop"]
        return DataValidation("textLength", str(column.max_length), error=said, operator="lessThanOrEqual")
    return None


def _date(section: Section, column: Column, cell: str, setting: Setting) -> DataValidation | None:
    limits = _limits(section, column, setting.period)
    low, high = (edge if isinstance(edge, date) else None for edge in (limits.low, limits.high))
    words = setting.words
    example = words["date"].format(setting.period.end if setting.period else "2026-11-30")
    edges = [words["early"].format(low) if low else "", words["late"].format(high) if high else ""]
    first, last = (f"DATE({day.year},{day.month},{day.day})" for day in (low or _EARLIEST, high or _LATEST))
    if column.missing_values:
        said = _sentence(words, example, *edges, words["undated"].format(column.missing_values[0]))
        return _or_word(column, cell, [f"{cell}>={first}", f"{cell}<={last}"], said, limits.style)
    said = _sentence(words, example, *edges)
    return DataValidation("date", first, last, error=said, operator="between", errorStyle=limits.style)


def _number(section: Section, column: Column, first: str, setting: Setting) -> DataValidation | None:
    limits = _limits(section, column, setting.period)
    low, high = (edge if isinstance(edge, (int, float)) else None for edge in (limits.low, limits.high))
    words, whole = setting.words, column.type in ("integer", "year")
    edges = [
        words["low"].format(low) if low is not None else "",
        words["high"].format(high) if high is not None else "",
    ]
    if column.missing_values:
        said = _sentence(words, _asked(column, words), *edges, words["missing"].format(column.missing_values[0]))
        tests = [f"{first}>={low}"] if low is not None else []
        tests += [f"{first}<={high}"] if high is not None else []
        return _or_word(column, first, tests, said, "warning")
    return DataValidation(
        "whole" if whole else "decimal",
        str(-_HUGE if low is None else low),
        str(_HUGE if high is None else high),
        error=_sentence(words, _asked(column, words), *edges),
        operator="between",
        errorStyle=limits.style,
    )


def _or_word(column: Column, cell: str, tests: Iterable[str], said: str, style: Any) -> DataValidation | None:
    """Return what lets a number that passes all tests, or a word for none, be typed; None where Excel takes no formula so long."""
    numbers = [f"ISNUMBER({cell})", *tests]
    number = f"AND({','.join(numbers)})" if len(numbers) > 1 else numbers[0]
    words = (f'{cell}="{word.replace(chr(34), chr(34) * 2)}"' for word in column.missing_values)
    formula = f"OR({number},{','.join(words)})"
    return DataValidation("custom", formula, error=said, errorStyle=style) if len(formula) <= _LONGEST else None


def _asked(column: Column, words: Mapping[str, str]) -> str:
    """Return what is to be typed into a column of numbers."""
    if column.type in ("integer", "year"):
        return words["whole"]
    if column.unit_column:
        return words["number-unit-beside"]
    return words["number-unit"].format(column.base_unit) if column.base_unit else words["number"]


def _sentence(words: Mapping[str, str], *parts: str) -> str:
    return words["comma"].join(part for part in parts if part) + words["stop"]


@dataclass(frozen=True, slots=True)
class _Limits:
    """The lowest and highest value that may be typed, and how Excel takes it where something else is."""

    low: int | float | date | None
    high: int | float | date | None
    style: Any


def _limits(section: Section, column: Column, period: Period | None) -> _Limits:
    """Return the column's limits, or those of the first rule that holds for it always."""
    sources: Iterator[Any] = iter(
        (column, *(rule for rule in section.rules if rule.column == column.key and rule.when is None))
    )
    source = next((one for one in sources if one.minimum is not None or one.maximum is not None), column)
    style = "warning" if getattr(source, "severity", "") == "warning" else "stop"
    return _Limits(_edge(source.minimum, period), _edge(source.maximum, period), style)


def _edge(value: Bound | None, period: Period | None) -> int | float | date | None:
    if value is None or (period is None and isinstance(value, str) and value.startswith("period")):
        return None
    return bound(value, period.start, period.end) if period else bound(value, date.min, date.max)
