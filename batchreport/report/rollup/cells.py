"""This module writes the cells of a workbook: what stands in them, and how it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 32767  # characters that Excel takes in a cell
_DIGITS = 15  # that Excel keeps of a number
_EPOCH = date(1899, 12, 30)
_FIRST = date(1900, 3, 1)  # before it Excel counts a day that never was
_WIDEST = 60
_KNOWN = 20_000  # texts whose cells are kept, because most come again
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile("[&<>]")
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
_HEADING = 1


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and its result, as a program shows it that does not calculate."""

    text: str
    value: Decimal | None


class Cells:
    """Writes cells, and gathers the few texts that stand in a part of their own."""

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}
        self._known: dict[object, str] = {}

    def row(self, openings: Sequence[str], values: Sequence[Any], kinds: Sequence[str]) -> str:
        """Return the cells of a row, each behind what opens it; the texts are kept that will come again."""
        known = self._known
        if len(known) > _KNOWN:
            known.clear()
        told = []
        for opening, value, kind in zip(openings, values, kinds, strict=True):
            if type(value) is str:
                said = known.get(value)
                if said is None:
                    said = known[value] = self.cell(value, kind)
            else:
                said = self.cell(value, kind) if value is not None else ""
            if said:
                told.append(opening + said)
        return "".join(told)

    def cell(self, value: object, kind: str, *, bold: bool = False) -> str:
        """Return a cell from its format on; nothing for a blank. A text is a text, whatever it begins with."""
        if value is None or value == "":
            return f' s="{_STYLES[kind, True, False]}"/>' if bold else ""
        if isinstance(value, Formula):
            return formula(value.text, value.value, kind, bold=bold)
        if isinstance(value, Decimal | int | date) and (number := _number(value)) is not None:
            return f' s="{_STYLES[kind, bold, False]}"><v>{number}</v></c>'
        text = clean(str(value))
        style = _HEADING if kind == "head" else _STYLES["text", bold, text.startswith(_STARTS_FORMULA)]
        if _ESCAPED.search(text):  # not every program that reads workbooks knows this escape beside the cell
            index = self._texts.setdefault(text, len(self._texts))
            return f' s="{style}" t="s"><v>{index}</v></c>'
        return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'

    def strings(self) -> str:
        """Return the part with the texts that do not stand in their cells, where all would have to be held to the end."""
        texts = (_escaped(_ESCAPED.sub("_x005F_", text)) for text in self._texts)
        items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
        return f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'


def formula(text: str, value: Decimal | None, kind: str, *, bold: bool = False) -> str:
    """Return a cell with a formula, its result beside it, from its format on."""
    result = f"<v>{value:f}</v>" if value is not None else ""
    return f' s="{_STYLES[kind, bold, False]}"><f>{_escaped(text)}</f>{result}</c>'


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


def _escaped(text: str) -> str:
    return escape(text) if _MARKUP.search(text) else text


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
