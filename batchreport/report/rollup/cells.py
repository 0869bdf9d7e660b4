"""This module writes the cells of a workbook: what stands in them, and how it looks."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST = 32767  # characters that Excel takes in a cell
_DIGITS = 15  # that Excel keeps of a number
_EPOCH = date(1899, 12, 30)
_FIRST = date(1900, 3, 1)  # before it Excel counts a day that never was
_WIDEST = 60
_KNOWN = 5_000  # texts whose cells are kept, because most come again
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN = re.compile(r"-?(?=.{1,15}$)[0-9]+(?:\.[0-9]+)?")  # of no more digits than Excel keeps
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
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
}
"""The number format of each kind of cell."""
_KINDS = [(kind, bold, quoted) for kind in _FORMATS for bold in (False, True) for quoted in (False, True)]
_STYLES = {key: at for at, key in enumerate(_KINDS, 2)}
_ENDS = {(kind, bold): f'" s="{_STYLES[kind, bold, False]}">' for kind in _FORMATS for bold in (False, True)}
"""What stands between the address of a cell with a number and the number."""
_HEADING = 1


class Formula(NamedTuple):
    """A formula and its result, as a program shows it that does not calculate."""

    text: str
    value: Decimal | None


class Cells(dict[str, bytes]):
    """Writes cells, each from the end of its address on, and gathers the few texts that stand in a part of their own.

    It has the cells of the texts that were written last; a text that is not among them is written when it is asked for.
    """

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[str, int] = {}

    def __missing__(self, text: str) -> bytes:
        if len(self) > _KNOWN:
            self.clear()
        self[text] = said = self.text(text, "text").encode()
        return said

    def row(self, number: bytes, columns: Sequence[tuple[bytes, str]], values: Sequence[Any]) -> Iterator[bytes]:
        """Yield the cells of a row, in pieces: `columns` has what opens a cell, up to the row's number, and its kind."""
        for (opening, kind), value in zip(columns, values, strict=True):
            if type(value) is str:
                if value:
                    yield opening
                    yield number
                    yield self[value]
            elif value is not None:
                yield opening
                yield number
                yield self.cell(value, kind).encode()

    def cell(self, value: Any, kind: str, *, bold: bool = False) -> str:
        """Return a cell with a value that is no blank. A text is a text, whatever it begins with."""
        if type(value) is Decimal and (_is_short(text := str(value)) or _PLAIN.fullmatch(text)):
            return f"{_ENDS[kind, bold]}<v>{text}</v></c>"
        if type(value) is Formula:
            result = f"<v>{value.value:f}</v>" if value.value is not None else ""
            return f"{_ENDS[kind, bold]}<f>{_escaped(value.text)}</f>{result}</c>"
        if isinstance(value, Decimal | int | date) and (number := _number(value)) is not None:
            return f"{_ENDS[kind, bold]}<v>{number}</v></c>"
        return self.text(str(value), kind, bold=bold)

    def blank(self, kind: str) -> str:
        """Return a cell in bold with nothing in it."""
        return f'" s="{_STYLES[kind, True, False]}"/>'

    def text(self, text: str, kind: str, *, bold: bool = False) -> str:
        """Return a cell with a text, or with a heading."""
        text = clean(text)
        style = _HEADING if kind == "head" else _STYLES["text", bold, text.startswith(_STARTS_FORMULA)]
        if "_x" in text and _ESCAPED.search(
            text
        ):  # not every program that reads workbooks knows this escape beside the cell
            index = self._texts.setdefault(text, len(self._texts))
            return f'" s="{style}" t="s"><v>{index}</v></c>'
        return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'

    def strings(self) -> str:
        """Return the part with the texts that do not stand in their cells, where all would have to be held to the end."""
        texts = (_escaped(_ESCAPED.sub("_x005F_", text)) for text in self._texts)
        items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
        return f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'


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
    wrapped = ' wrapText="1"' if kind == "text" else ""
    marks = ' quotePrefix="1"' if quoted else ""
    return (
        f'<xf numFmtId="{0 if kind in ("text", "number") else code}" fontId="{int(bold)}" fillId="0" borderId="0" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyAlignment="1"{marks}><alignment vertical="top"{wrapped}/></xf>'
    )


def _is_short(digits: str) -> bool:
    return len(digits) <= _DIGITS and digits.isdigit()


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
    text = f"{value:.6g}" if kind == "growth" and isinstance(value, Decimal) else str(value)
    line = max(text[: _WIDEST * 2].split("\n"), key=len)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line[:_WIDEST])
