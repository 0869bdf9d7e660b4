"""This module turns what stands in a cell into a typed value, and says where it had to be understood."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from batchreport.names import LONGEST_CHOICE, fold, near, truth
from batchreport.values import Missing, Picture
from batchreport.workbook.dates import LAST_YEAR, from_serial, read_date
from batchreport.workbook.kinds import Padded, Percent
from batchreport.workbook.numerals import MOST_KEPT, Numeral, from_float, is_chinese_numeral, read_numeral, tidy
from batchreport.workbook.pictures import FaultyPicture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from batchreport.period import Period
    from batchreport.schema import Column
    from batchreport.values import Value

_NOTHING = ("无", "没有", "无。", "暂无", "暂时没有", "本期无", "本月无", "none", "nil")
_EMPTY = frozenset(map(fold, (*_NOTHING, "/", "-", "—", "——", "--", "\\", "N/A")))
_DITTO = frozenset(map(fold, ("同上", "同前", "同上行", "同上一行", "〃", "″", "〞", "ditto", "same as above")))
DITTO = "cell-ditto"
"""The problem of a cell that only says that it is as the one above."""
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no Char of XML 1.0 (production 2)
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")  # zero width, directions
_YEAR = re.compile(r"(\d{4})年?度?")
_FIRST_YEAR, _LAST_YEAR = 1000, 9999
_OFTEN = 30  # signs up to which a text probably stands in other cells too
_WORD = 20  # signs of the longest word for "nothing", spaces and all
_MOST_PERCENT = 200  # more is rare, and asked about where only the cell's format says percent
_NOT_IN_BRACKETS = r"(?![^(（]*[)）])"
_PERHAPS_SEVERAL = re.compile(r"[/／|｜\\]|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SHOWN = 40  # signs of a cell that a finding shows


class Parsed(NamedTuple):
    """A cell as understood.

    `problem` is the code of a finding where it could not be; `understood` is what to show where it was understood
    otherwise than it stands there. `declared` tells that the filler wrote a word for "nothing". The unit and the word
    of approximation that stood with a number are handed on.
    """

    value: Value = None
    problem: str = ""
    details: Mapping[str, Any] = MappingProxyType({})
    understood: str = ""
    declared: bool = False
    unit: str = ""
    approx: str = ""


BLANK = Parsed()
_DECLARED = Parsed(declared=True)
_SAME = Parsed(problem=DITTO)


def is_blank(raw: Any) -> bool:
    """Return whether nothing is seen in a cell; 0 and False are something."""
    if not isinstance(raw, str):
        return raw is None
    return not raw[:1].isalnum() and not seen(raw)  # nearly all texts begin with a letter or a digit


def seen(text: str) -> str:
    """Return what is seen of a text: without the signs of no width that copying brings along, and blanks around it."""
    return (text if text.isprintable() else _UNSEEN.sub("", text)).strip()


def says_nothing(raw: Any) -> bool:
    """Return whether a cell holds a word or sign for "nothing": 无, /, —."""
    return isinstance(raw, str) and len(raw) <= _WORD and fold(raw) in _EMPTY


def parse_cell(raw: Any, column: Column, period: Period | None) -> Parsed:
    """Return the value of a cell as its column's type wants it."""
    if isinstance(raw, str):
        return _known_text(str(raw), column, period) if len(raw) <= _OFTEN else parse_text(raw, column, period)
    return BLANK if raw is None else _PARSERS[column.type](raw, column, period)


def parse_text(raw: str, column: Column, period: Period | None) -> Parsed:
    """Return the value of a text as its column's type wants it."""
    raw = seen(raw)
    if not raw:
        return BLANK
    if column.missing and len(raw) <= LONGEST_CHOICE and fold(raw) in column.missing:
        return Parsed(Missing(raw))
    if len(raw) <= _WORD:
        folded = fold(raw)
        if folded in _EMPTY and folded not in column.choices:
            return _DECLARED
        if folded in _DITTO and folded not in column.choices:
            return _SAME
    return _PARSERS[column.type](raw, column, period)


_known_text = lru_cache(maxsize=8192)(parse_text)  # units, choices and names come again in every department


def other_reading(raw: Any, parsed: Parsed, number: Decimal) -> Decimal | None:
    """Return what else a percentage may mean, None where there is no doubt.

    0.965 may be 96.5 %, and 1 the whole, in a cell without the format; 9650 % is what 96.5 becomes when it is pasted into
    a cell with it.
    """
    if not parsed.unit and 0 < abs(number) <= 1:
        return tidy(number * 100)
    return tidy(number / 100) if isinstance(raw, Percent) and abs(number) > _MOST_PERCENT else None


def in_doubt(parts: tuple[str, ...]) -> str:
    """Return the first of some listed texts that may be several, "" where there is none."""
    return next((part for part in parts if _PERHAPS_SEVERAL.search(part)), "")


def clean(text: str) -> str:
    """Return a text without the characters that XML forbids, and with plain line ends."""
    if text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", text)


def show(raw: Any) -> str:
    """Return what stands in a cell as its filler sees it, near enough to find it again."""
    match raw:
        case bool():
            return "TRUE" if raw else "FALSE"
        case Percent() if math.isfinite(raw):
            return f"{tidy(from_float(raw) * 100):f}%"
        case Padded():
            return f"{int(raw):0{raw.digits}d}"
        case float() if math.isfinite(raw):
            return f"{from_float(raw):f}"
        case datetime() if raw.time() == time():
            return raw.date().isoformat()
        case datetime():
            return raw.isoformat(" ", "seconds")
        case Picture() | FaultyPicture():
            return ""
        case _:
            return str(raw)


def excerpt(raw: Any) -> str:
    """Return the beginning of what stands in a cell on one line; a character that XML forbids shows as "�"."""
    text = " ".join(_FORBIDDEN.sub("�", show(raw)).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _text(raw: Any, column: Column, _: Period | None) -> Parsed:
    if isinstance(raw, (int, float)) and abs(raw) >= MOST_KEPT:
        return Parsed(problem="cell-digits-lost")
    shown = raw if isinstance(raw, str) else show(raw)
    text = clean(shown)
    said = ""
    if len(text) != len(shown):
        text = text.strip()
        said = text if _FORBIDDEN.search(shown) else ""
    return Parsed(_split(text, column.separator) if column.separator else text or None, understood=said)


def _split(text: str, separator: str) -> Value:
    parts = re.split(f"[{re.escape(separator)}、,，;；\n]{_NOT_IN_BRACKETS}", text)
    return tuple(part.strip() for part in parts if part.strip()) or None


def _number(raw: Any, _: Column, __: Period | None) -> Parsed:
    numeral = _numeral(raw)
    if numeral is None:
        chinese = isinstance(raw, str) and is_chinese_numeral(raw)
        return Parsed(problem="cell-chinese-number" if chinese else "cell-not-a-number")
    said = "" if numeral.plain else f"{numeral.number:f}"
    return Parsed(numeral.number, understood=said, unit=numeral.unit, approx=numeral.approx)


def _numeral(raw: Any) -> Numeral | None:
    """Return the number in a cell; a cell shown as a percentage holds percent."""
    if isinstance(raw, str):
        return read_numeral(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw):
        return None
    number = from_float(raw)
    return Numeral(tidy(number * 100), "%") if isinstance(raw, Percent) else Numeral(number)


def _integer(raw: Any, column: Column, period: Period | None) -> Parsed:
    parsed = _number(raw, column, period)
    if isinstance(parsed.value, Decimal) and parsed.value != parsed.value.to_integral_value():
        return Parsed(problem="cell-not-whole")
    return parsed


def _percent(raw: Any, column: Column, period: Period | None) -> Parsed:
    parsed = _number(raw, column, period)
    number = parsed.value
    if not isinstance(number, Decimal):
        return parsed
    if parsed.unit not in ("", "%"):
        return Parsed(problem="cell-not-a-number")
    loose = parsed.approx or (parsed.understood and not parsed.unit)
    return Parsed(number, understood=f"{number:f}%" if loose else "", unit=parsed.unit, approx=parsed.approx)


def _date(raw: Any, _: Column, period: Period | None) -> Parsed:
    if isinstance(raw, date) and raw.year > LAST_YEAR:
        return Parsed(problem="cell-not-a-date")
    if isinstance(raw, datetime):
        return Parsed(raw.date(), understood="" if raw.time() == time() else raw.date().isoformat())
    if isinstance(raw, date):
        return Parsed(raw)
    if isinstance(raw, str):
        day = read_date(raw, period)
        said = day.day.isoformat() if day.day and not day.plain else ""
        return Parsed(day.day, problem=day.problem, understood=said)
    if isinstance(raw, (bool, time, timedelta)):
        return Parsed(problem="cell-not-a-date")
    serial = read_date(f"{raw:.0f}", None).day or from_serial(float(raw))
    return Parsed(serial, understood=serial.isoformat()) if serial else Parsed(problem="cell-not-a-date")


def _year(raw: Any, column: Column, period: Period | None) -> Parsed:
    if isinstance(raw, date):
        return Parsed(Decimal(raw.year), understood=str(raw.year))
    if isinstance(raw, str):
        match = _YEAR.fullmatch(fold(raw)) if len(raw) <= _WORD else None
        year = match[1] if match else ""
        plain = raw in (year, f"{year}年")
        return Parsed(Decimal(year), understood="" if plain else year) if year else Parsed(problem="cell-not-a-year")
    number = _integer(raw, column, period).value
    if isinstance(number, Decimal) and _FIRST_YEAR <= number <= _LAST_YEAR:
        return Parsed(number)
    return Parsed(problem="cell-not-a-year")


def _boolean(raw: Any, _: Column, __: Period | None) -> Parsed:
    if isinstance(raw, bool):
        return Parsed(raw)
    said = truth(show(raw))
    return Parsed(problem="cell-not-yes-or-no") if said is None else Parsed(said)


def _choice(raw: Any, column: Column, period: Period | None) -> Parsed:
    text = raw if isinstance(raw, str) else show(raw)
    chosen = column.choices.get(fold(text)) if len(text) <= LONGEST_CHOICE else None
    if chosen is not None:
        return Parsed(chosen, understood=chosen if fold(chosen) != fold(text) else "")
    if column.allow_other:
        return _text(raw, column, period)
    return Parsed(problem="cell-not-a-choice", details={"allowed": column.enum, "near": near(text, column.enum)})


def _image(raw: Any, _: Column, __: Period | None) -> Parsed:
    if isinstance(raw, Picture):
        return Parsed(raw)
    if isinstance(raw, FaultyPicture):
        return Parsed(problem=raw.code, details=raw.details)
    return Parsed(problem="cell-not-a-picture")


_PARSERS: dict[str, Callable[[Any, Column, Period | None], Parsed]] = {
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
    "image": _image,
}
