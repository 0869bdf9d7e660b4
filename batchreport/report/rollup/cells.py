"""This module writes the cells of a workbook: what stands in them, and how it looks."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_LONGEST = 32767  # characters that Excel takes in a cell
_DIGITS = 15  # that Excel keeps of a number
_EPOCH = date(1899, 12, 30)
_FIRST = date(1900, 3, 1)  # before it Excel counts a day that never was
_WIDEST = 60
_MOST_KNOWN = 600  # cells of a column that are kept, because most come again
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN = re.compile(r"-?(?=.{1,15}$)[0-9]+(?:\.[0-9]+)?")  # of no more digits than Excel keeps
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
ROW = "\x01"
"""What stands for the number of a row; no text of a cell can have it."""
_NUMBERS = frozenset({Decimal, type(None)})
_TELLS = frozenset({str, date, type(None)})  # of equal numbers each is written as it is
_ODD = re.compile(r"[&<>]|_x|^[=+\-@ ]| $")  # what makes a text more than its signs in a plain cell
_PRESERVED = ' xml:space="preserve"'
_STARTS_FORMULA = ("=", "+", "-", "@")
_FORMATS = {
    "text": "General",
    "number": "General",
    "integer": "0",
    "money": "#,##0.00",
    "percent": 'General"%"',
    "date": "yyyy-mm-dd",
    "change": "+General;-General;0",
    "growth": "+0.0%;-0.0%;0.0%",
    "digits": "@",  # a number of more digits than Excel keeps: a text, and stays one when it is edited
}
"""The number format of each kind of cell."""
_OF_NUMBERS = frozenset(_FORMATS) - {"text", "date", "digits"}
_KINDS = [(kind, bold, quoted) for kind in _FORMATS for bold in (False, True) for quoted in (False, True)]
_STYLES = {key: at for at, key in enumerate(_KINDS, 2)}
_ENDS = {(kind, bold): f'" s="{_STYLES[kind, bold, False]}">' for kind in _FORMATS for bold in (False, True)}
"""What stands between the address of a cell with a number and the number."""
_HEADING = 1


class Formula(NamedTuple):
    """A formula and its result, as a program shows it that does not calculate."""

    text: str
    value: Decimal | None


class Formulas(list[Decimal | None]):
    """The results of one formula in some rows, which calls its own row `ROW`; None where it does not stand."""

    def __init__(self, text: str, results: Iterable[Decimal | None]) -> None:
        super().__init__(results)
        self.text = text


class _Known(dict[Any, str]):
    """What was written last, by what it says; what is not among them is written when it is asked for."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: Any) -> str:
        written = self._write(value)
        if type(value) in _TELLS:
            if len(self) > _MOST_KNOWN:
                self.clear()
            self[value] = written
        return written


class Cells:
    """Writes cells, each from the end of its address on, and gathers the few texts that stand in a part of their own.

    `shown` gives what a cell can hold of a value that it cannot; `texts` are those gathered before.
    """

    def __init__(self, shown: Callable[[Any], Any], texts: Iterable[str] = ()) -> None:
        self.shown = shown
        self._texts = {text: at for at, text in enumerate(texts)}

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that do not stand in their cells, by their numbers."""
        return tuple(self._texts)

    def cell(self, value: Any, kind: str, *, bold: bool = False) -> str:
        """Return a cell with a value that is no blank. A text is a text, whatever it begins with."""
        if type(value) is Formula:
            result = f"<v>{_digits(value.value)}</v>" if value.value is not None else ""
            return f"{_ENDS[kind, bold]}<f>{_escaped(value.text)}</f>{result}</c>"
        value = self.shown(value)
        if isinstance(value, Decimal | int | date) and (number := _number(value)) is not None:
            return f"{_ENDS[kind, bold]}<v>{number}</v></c>"
        return self.text(str(value), "digits" if isinstance(value, Decimal | int) else kind, bold=bold)

    def blank(self, kind: str) -> str:
        """Return a cell in bold with nothing in it."""
        return f'" s="{_STYLES[kind, True, False]}"/>'

    def text(self, text: str, kind: str, *, bold: bool = False) -> str:
        """Return a cell with a text, or with a heading."""
        text = clean(text)
        look = "digits" if kind == "digits" else "text"
        style = _HEADING if kind == "head" else _STYLES[look, bold, text.startswith(_STARTS_FORMULA)]
        if "_x" in text and _ESCAPED.search(text):  # an escape that not every reader knows beside the cell
            index = self._texts.setdefault(text, len(self._texts))
            return f'" s="{style}" t="s"><v>{index}</v></c>'
        kept = "" if text.isprintable() and text == text.strip() else _PRESERVED
        return f'" s="{style}" t="inlineStr"><is><t{kept}>{_escaped(text)}</t></is></c>'

    def strings(self) -> str:
        """Return the part with the texts that do not stand in their cells, where all would have to be held to the end."""
        texts = (_escaped(_ESCAPED.sub("_x005F_", text)) for text in self._texts)
        items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
        return f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'


class Column:
    """Writes the cells of one column; in each stands `ROW` for the number of its row."""

    def __init__(self, letters: str, kind: str, cells: Cells) -> None:
        self._opening = f'<c r="{letters}{ROW}'
        self._kind = kind
        self._cells = cells
        self._end = self._opening + _ENDS[kind, False]
        self._plain_end = f'{self._opening}" s="{_STYLES["text", False, False]}" t="inlineStr"><is><t>'
        self._of_value = _Known(self._value)
        self._of_digits = _Known(self._number)

    def cells(self, values: Sequence[Any]) -> Iterable[str]:
        """Return the cells of some rows, "" for a blank."""
        if isinstance(values, Formulas):
            opening = f"{self._end}<f>{_escaped(values.text)}</f><v>"
            return [f"{opening}{_digits(value)}</v></c>" if value is not None else "" for value in values]
        if self._kind in _OF_NUMBERS and _NUMBERS.issuperset(map(type, values)):
            return map(self._of_digits.__getitem__, map(str, values))
        return map(self._of_value.__getitem__, values)

    def _value(self, value: Any) -> str:
        if type(value) is str and value.isprintable() and len(value) < _LONGEST and not _ODD.search(value):
            return f"{self._plain_end}{value}</t></is></c>" if value else ""  # as nearly all are
        if value is None:
            return ""
        return self._opening + self._cells.cell(value, self._kind)

    def _number(self, digits: str) -> str:
        if _PLAIN.fullmatch(digits):
            return f"{self._end}<v>{digits}</v></c>"
        return self._value(Decimal(digits)) if digits != "None" else ""


def styles(font: str) -> str:
    """Return the part with all formats."""
    codes = {kind: 164 + at for at, kind in enumerate(_FORMATS)}
    formats = "".join(
        f'<numFmt numFmtId="{codes[kind]}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for kind, code in _FORMATS.items()
    )
    font = f'<sz val="11"/><name val="{font}"/>'
    borders = "<left/><right/><top/>", '<bottom style="thin"><color rgb="FF7F7F7F"/></bottom>', "<diagonal/>"
    own = "".join(_style(codes[kind], kind, bold=bold, quoted=quoted) for kind, bold, quoted in _KINDS)
    return (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<numFmts count="{len(codes)}">{formats}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFDCE6F1"/><bgColor indexed="64"/></patternFill></fill>'
        f'</fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{''.join(borders)}</border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_KINDS) + 2}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" '
        'applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
        f'{own}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _style(code: int, kind: str, *, bold: bool, quoted: bool) -> str:
    placed = {"text": ' wrapText="1"', "digits": ' horizontal="right"'}.get(kind, "")
    marks = ' quotePrefix="1"' if quoted else ""
    return (
        f'<xf numFmtId="{0 if kind in ("text", "number") else code}" fontId="{int(bold)}" fillId="0" borderId="0" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyAlignment="1"{marks}><alignment vertical="top"{placed}/></xf>'
    )


def _digits(value: Decimal) -> str:
    """Return a number without an exponent; asking for that costs thrice as much as looking whether there is one."""
    return f"{value:f}" if "E" in (text := str(value)) else text


def _escaped(text: str) -> str:
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def clean(text: str) -> str:
    """Return a text as a cell can hold it: no control characters, not too long."""
    if not text.isprintable():
        text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _number(value: Decimal | int | date) -> str | None:
    """Return the number that Excel has for a value; None where it has none that is exact."""
    if isinstance(value, date):
        return str((value - _EPOCH).days) if value >= _FIRST else None
    if isinstance(value, bool):
        return None
    if _PLAIN.fullmatch(text := str(value)):
        return text
    exact = Decimal(value).normalize()
    if not exact.is_finite() or len(exact.as_tuple().digits) > _DIGITS or abs(exact.adjusted()) > 300:  # noqa: PLR2004  (Excel's range)
        return None
    return f"{Decimal(value):f}"


def width(value: object, kind: str) -> int:
    """Return how many digits wide a cell is; Chinese characters are two."""
    if isinstance(value, Formula):
        value = value.value
    if value is None:
        return 0
    if isinstance(value, date):
        return 10
    if kind == "money" and isinstance(value, Decimal):
        return len(f"{value:,.2f}")
    text = f"{value:+.1%}" if kind == "growth" and isinstance(value, Decimal) else str(value)
    return _text_width(text[: _WIDEST * 2])


@lru_cache(maxsize=1024)
def _text_width(text: str) -> int:
    line = max(text.split("\n"), key=len)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line[:_WIDEST])
