"""This module turns what stands in a cell into a typed value, and says where it had to be understood."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.names import fold, near
from batchreport.values import Missing, Value
from batchreport.workbook.dates import from_serial, read_date
from batchreport.workbook.numerals import Numeral, from_float, is_chinese_numeral, read_numeral

if TYPE_CHECKING:
    from batchreport.period import Period
    from batchreport.schema import Column

_EMPTY = frozenset(fold(word) for word in ("无", "没有", "无。", "/", "-", "—", "——", "--", "\\", "N/A", "none", "nil"))
_TRUE = frozenset(fold(word) for word in ("是", "有", "√", "✓", "对", "yes", "y", "true", "1"))
_FALSE = frozenset(fold(word) for word in ("否", "不是", "×", "✗", "错", "no", "n", "false", "0"))
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2 (Char)
_YEAR = re.compile(r"(\d{4})\s*年?度?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A cell as understood.

    `problem` is the code of a finding where it could not be; `understood` is what to show where it was understood
    otherwise than it stands there. `declared` tells that the filler wrote a word for "nothing". A unit, a word of
    approximation and a percent sign that stood with a number are handed on.
    """

    value: Value = None
    problem: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    understood: str = ""
    declared: bool = False
    unit: str = ""
    approx: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and whether its number format shows a percentage."""

    raw: Any
    percent: bool = False


def is_blank(raw: Any) -> bool:
    """Return whether nothing stands in a cell; 0 and False are something."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def says_nothing(raw: Any) -> bool:
    """Return whether a cell holds a word or sign for "nothing": 无, /, —."""
    return isinstance(raw, str) and fold(raw) in _EMPTY


def parse_cell(cell: Cell, column: Column, period: Period | None) -> Parsed:
    """Return the value of a cell as its column's type wants it."""
    raw = cell.raw
    if is_blank(raw):
        return Parsed()
    if isinstance(raw, str):
        raw = raw.strip()
        folded = fold(raw)
        if folded in (fold(word) for word in column.missing_values):
            return Parsed(Missing(raw))
        if says_nothing(raw) and folded not in column.choices:
            return Parsed(declared=True)
    return _PARSERS[column.type](Cell(raw, cell.percent), column, period)


def clean(text: str) -> str:
    """Return a text without the characters that XML forbids, and with plain line ends."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def show(raw: Any) -> str:
    """Return what stands in a cell as its filler sees it, near enough to find it again."""
    match raw:
        case bool():
            return "TRUE" if raw else "FALSE"
        case float():
            return _plain(from_float(raw))
        case datetime() if raw.time() == time():
            return raw.date().isoformat()
        case _:
            return str(raw)


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def _text(cell: Cell, column: Column, _: Period | None) -> Parsed:
    raw = cell.raw
    if isinstance(raw, float) and cell.percent:
        text = f"{_plain((from_float(raw) * 100).normalize())}%"
    else:
        text = clean(show(raw))
    if isinstance(raw, str) and _FORBIDDEN.search(raw):
        return Parsed(_split(text, column), understood=text)
    return Parsed(_split(text, column))


def _split(text: str, column: Column) -> Value:
    if not column.separator:
        return text
    parts = re.split(f"[{re.escape(column.separator)},，;；\n]", text)
    return tuple(part.strip() for part in parts if part.strip())


def _numeral(cell: Cell) -> Numeral | None:
    """Return the number in a cell; a cell shown as a percentage holds percent."""
    raw = cell.raw
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        return None
    if isinstance(raw, str):
        return read_numeral(raw)
    number = from_float(float(raw))
    return Numeral(number * 100, "%") if cell.percent else Numeral(number)


def _not_a_number(cell: Cell) -> Parsed:
    chinese = isinstance(cell.raw, str) and is_chinese_numeral(cell.raw)
    return Parsed(problem="cell-chinese-number" if chinese else "cell-not-a-number")


def _number(cell: Cell, column: Column, _: Period | None) -> Parsed:
    numeral = _numeral(cell)
    if numeral is None:
        return _not_a_number(cell)
    unit = column.choices.get(fold(numeral.unit), numeral.unit)
    typed = isinstance(cell.raw, str) and not numeral.plain
    number = tidy(numeral.number)
    said = _said(number, numeral.approx, unit) if typed else ""
    return Parsed(number, understood=said, unit=unit, approx=numeral.approx)


def _said(number: Decimal, approx: str, unit: str) -> str:
    if approx in ("余", "多"):
        return f"{_plain(number)}{approx}{unit}"
    return f"{approx}{_plain(number)}{unit}"


def tidy(number: Decimal) -> Decimal:
    """Return a whole number without decimal places."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() and abs(number) < Decimal("1e15") else number


def _integer(cell: Cell, column: Column, period: Period | None) -> Parsed:
    parsed = _number(cell, column, period)
    if isinstance(parsed.value, Decimal):
        if parsed.value != parsed.value.to_integral_value():
            return Parsed(problem="cell-not-whole")
        return Parsed(int(parsed.value), understood=parsed.understood)
    return parsed


def _percent(cell: Cell, column: Column, period: Period | None) -> Parsed:
    parsed = _number(cell, column, period)
    number = parsed.value
    if not isinstance(number, Decimal) or parsed.unit not in ("", "%"):
        return parsed if parsed.problem else Parsed(problem="cell-not-a-number")
    if isinstance(cell.raw, str) and parsed.unit == "%":
        return Parsed(number)
    if not parsed.unit and 0 < abs(number) < 1:
        return Parsed(number, understood=f"{_plain(number)}%")
    return Parsed(number, understood=parsed.understood)


def _date(cell: Cell, _: Column, period: Period | None) -> Parsed:
    raw = cell.raw
    if isinstance(raw, datetime):
        return Parsed(raw.date())
    if isinstance(raw, date):
        return Parsed(raw)
    if isinstance(raw, (bool, time, timedelta)):
        return Parsed(problem="cell-not-a-date")
    if isinstance(raw, str):
        day = read_date(raw, period)
        said = day.day.isoformat() if day.day and not day.plain else ""
        return Parsed(day.day, problem=day.problem, understood=said)
    serial = read_date(f"{raw:.0f}", period).day or from_serial(float(raw))
    return Parsed(serial, understood=serial.isoformat()) if serial else Parsed(problem="cell-not-a-date")


def _year(cell: Cell, column: Column, period: Period | None) -> Parsed:
    raw = cell.raw
    if isinstance(raw, (date, datetime)):
        return Parsed(raw.year, understood=str(raw.year))
    if isinstance(raw, str):
        normal = show(raw).strip()
        match = _YEAR.fullmatch("".join(fold(normal)))
        if match is None:
            return Parsed(problem="cell-not-a-year")
        return Parsed(int(match[1]), understood="" if normal == match[1] else match[1])
    parsed = _integer(cell, column, period)
    return Parsed(problem="cell-not-a-year") if parsed.problem else parsed


def _boolean(cell: Cell, _: Column, __: Period | None) -> Parsed:
    if isinstance(cell.raw, bool):
        return Parsed(cell.raw)
    word = fold(show(cell.raw))
    if word in _TRUE | _FALSE:
        return Parsed(word in _TRUE)
    return Parsed(problem="cell-not-yes-or-no")


def _choice(cell: Cell, column: Column, period: Period | None) -> Parsed:
    text = str(_text(cell, column, period).value)
    chosen = column.choices.get(fold(text))
    if chosen is not None:
        return Parsed(chosen, understood=chosen if fold(chosen) != fold(text) else "")
    if column.allow_other:
        return Parsed(text)
    allowed = "、".join(column.enum)
    return Parsed(problem="cell-not-a-choice", details={"allowed": allowed, "near": near(text, column.enum)})


_PARSERS: dict[str, Callable[[Cell, Column, Period | None], Parsed]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "percent": _percent,
    "money": _number,
    "date": _date,
    "year": _year,
    "boolean": _boolean,
    "choice": _choice,
    "reference": _text,
    "image": _text,
}
