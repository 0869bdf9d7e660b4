"""This module finds, makes and removes the cells of a sheet, and changes their formats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import column_letters, position
from batchreport.workbook.marking.elements import child, children, drop, namespace, unescaped, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from batchreport.workbook.marking.elements import Element
    from batchreport.workbook.scan import Position

_TRUE = frozenset({"1", "true", "on"})
_RANGE = re.compile(r"([A-Z]{1,3}[1-9][0-9]{0,6}):([A-Z]{1,3}[1-9][0-9]{0,6})")
_WIDTH, _HEIGHT = 8.43, 15.0  # Excel's own, in characters and points


@dataclass(frozen=True, slots=True)
class Made:
    """What was there before a cell was found or made.

    `bare` is a cell without a format of its own, `cell` and `row` what had to be made, `spans` the row's before.
    """

    bare: bool = False
    cell: bool = False
    row: bool = False
    spans: str = ""

    def text(self) -> str:
        """Return it as text for `read`."""
        words = [word for word in ("bare", "cell", "row") if getattr(self, word)]
        return " ".join([*words, self.spans]).strip()

    @classmethod
    def read(cls, text: str) -> Made:
        """Return what `text` wrote."""
        words = text.split()
        spans = next((word for word in words if ":" in word), "")
        return cls("bare" in words, "cell" in words, "row" in words, spans)


class Sheet:
    """The cells of a worksheet's XML, by row and column counted from 0."""

    def __init__(self, root: Element) -> None:
        self.root = root
        data = child(root, "sheetData")
        self._data = data
        self._rows: dict[int, Element] = dict(_rows(data)) if data is not None else {}
        self._cells: dict[int, dict[int, Element]] = {}
        self._merged = [_corners(m.get("ref", "")) for m in root.iterfind("{*}mergeCells/{*}mergeCell")]
        self._columns = [
            (whole_number(c.get("min")) - 1, whole_number(c.get("max")) - 1, c) for c in root.iterfind("{*}cols/{*}col")
        ]

    @property
    def is_table(self) -> bool:
        """Whether it has cells at all: a sheet may be a chart."""
        return self._data is not None

    def home(self, at: Position) -> Position:
        """Return the cell that shows what stands at a position: the first of those that are merged."""
        for corners in self._merged:
            if corners and all(low <= value <= high for low, value, high in zip(*_spread(corners, at), strict=True)):
                return corners[0]
        return at

    def find(self, at: Position) -> Element | None:
        """Return a cell, None where there is none."""
        row = self._rows.get(at[0])
        if row is None:
            return None
        if at[0] not in self._cells:
            self._cells[at[0]] = dict(_cells(row))
        return self._cells[at[0]].get(at[1])

    def make(self, at: Position) -> tuple[Element, int, Made]:
        """Return a cell, made where there is none, with its format and what was there before."""
        cell = self.find(at)
        if cell is not None:
            return cell, whole_number(cell.get("s")), Made(bare=cell.get("s") is None)
        new_row = at[0] not in self._rows
        row = self._row(at[0])
        style = self._style(row, at[1])
        spans = _widened(row, at[1])
        cell = etree.Element(f"{{{namespace(self.root)}}}c", r=f"{column_letters(at[1] + 1)}{at[0] + 1}")
        _insert(row, cell, at[1], _cells)
        self._cells.pop(at[0], None)
        return cell, style, Made(cell=True, row=new_row, spans=spans)

    def unmake(self, at: Position, made: Made) -> None:
        """Remove what `make` made, where nothing was put into it."""
        cell = self.find(at)
        row = self._rows.get(at[0])
        if cell is None or row is None or len(cell) or not made.cell:
            return
        drop(cell)
        del self._cells[at[0]][at[1]]
        if made.spans:
            row.set("spans", made.spans)
        if made.row and not len(row) and set(row.attrib) <= {"r", "spans"}:
            drop(row)
            del self._rows[at[0]]

    def restyle(self, styles: Callable[[int], int]) -> int:
        """Give each cell the format that `styles` says for the one it has, and return the highest that is used."""
        highest = 0
        for row in self._rows.values():
            for cell in row:
                if old := cell.get("s"):
                    new = styles(whole_number(old))
                    highest = max(highest, new)
                    if new != whole_number(old):
                        cell.set("s", str(new))
        return highest

    def column_width(self, column: int) -> float:
        """Return a column's width in pixels (ECMA-376 part 1, 18.3.1.13, for digits of seven pixels)."""
        found = next((c for low, high, c in self._columns if low <= column <= high), None)
        if found is not None and found.get("hidden") in _TRUE:
            return 0
        return _decimal(found.get("width") if found is not None else None, _WIDTH) * 7 + 5

    def row_height(self, row: int) -> float:
        """Return a row's height in pixels."""
        found = self._rows.get(row)
        form = child(self.root, "sheetFormatPr")
        default = _decimal(form.get("defaultRowHeight") if form is not None else None, _HEIGHT)
        if found is not None and found.get("hidden") in _TRUE:
            return 0
        return _decimal(found.get("ht") if found is not None else None, default) * 4 / 3

    def _row(self, number: int) -> Element:
        if number not in self._rows:
            row = etree.Element(f"{{{namespace(self.root)}}}row", r=str(number + 1))
            assert self._data is not None  # noqa: S101  (asked of `is_table` before)
            _insert(self._data, row, number, _rows)
            self._rows[number] = row
        return self._rows[number]

    def _style(self, row: Element, column: int) -> int:
        """Return the format of a cell that is not there: its row's, else its column's."""
        if row.get("customFormat") in _TRUE:
            return whole_number(row.get("s"))
        return next((whole_number(c.get("style")) for low, high, c in self._columns if low <= column <= high), 0)


def cell_position(reference: str) -> Position | None:
    """Return row and column, counted from 0, of "C7"; None where it is no reference."""
    try:
        return position(reference)
    except ValueError:
        return None


def set_style(cell: Element, style: int, *, bare: bool = False) -> None:
    """Give a cell a format; `bare` is none of its own."""
    if bare:
        cell.attrib.pop("s", "")
    elif cell.get("s") is not None:
        cell.set("s", str(style))
    else:
        others = [(name, value) for name, value in cell.attrib.items() if name != "r"]
        for name, _ in others:
            del cell.attrib[name]
        for name, value in (("s", str(style)), *others):  # in the order that every program writes
            cell.set(name, value)


def cell_text(cell: Element | None, strings: Sequence[str]) -> str:
    """Return what a cell holds as text; a number as it is stored."""
    if cell is None:
        return ""
    kind, value = cell.get("t"), cell.findtext("{*}v") or ""
    if kind == "s":
        return strings[whole_number(value)] if whole_number(value, -1) in range(len(strings)) else ""
    inside = cell.find("{*}is")
    return plain(inside) if kind == "inlineStr" and inside is not None else unescaped(value)


def plain(text: Element) -> str:
    """Return a text of runs without what tells its pronunciation (ECMA-376 part 1, 18.4.8)."""
    runs = [run for run in text.iter("{*}t") if run.getparent() is text or _is_run(run.getparent())]
    return unescaped("".join(run.text or "" for run in runs))


def _is_run(parent: Element | None) -> bool:
    return parent is not None and etree.QName(parent).localname == "r"


def _rows(data: Element) -> Iterator[tuple[int, Element]]:
    """Yield the rows with their numbers; one without takes the next (18.3.1.73)."""
    number = -1
    for row in children(data, "row"):
        number = whole_number(row.get("r"), number + 2) - 1
        yield number, row


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    """Yield a row's cells with their columns; one without takes the next."""
    column = -1
    for cell in children(row, "c"):
        try:
            column = position(cell.get("r", ""))[1]
        except ValueError:
            column += 1
        yield column, cell


def _insert(
    parent: Element, new: Element, number: int, numbered: Callable[[Element], Iterator[tuple[int, Element]]]
) -> None:
    """Insert a row or a cell in its order."""
    later = next((other for place, other in numbered(parent) if place > number), None)
    if later is None:
        parent.append(new)
    else:
        parent.insert(parent.index(later), new)


def _widened(row: Element, column: int) -> str:
    """Let the columns that a row says it spans reach a column; return what it said where that had to change."""
    spans = row.get("spans", "")
    ends = spans.split(":")
    if len(ends) != 2 or not all(end.isdigit() for end in ends):  # noqa: PLR2004  (two ends)
        return ""
    first, last = min(int(ends[0]), column + 1), max(int(ends[1]), column + 1)
    row.set("spans", f"{first}:{last}")
    return spans if row.get("spans") != spans else ""


def _corners(reference: str) -> tuple[Position, Position] | None:
    match = _RANGE.fullmatch(reference)
    return (position(match[1]), position(match[2])) if match else None


def _spread(corners: tuple[Position, Position], at: Position) -> tuple[Position, Position, Position]:
    return corners[0], at, corners[1]


def _decimal(text: str | None, default: float) -> float:
    try:
        return float(text) if text else default
    except ValueError:
        return default


def texts(strings: Element) -> list[str]:
    """Return the shared strings."""
    return [plain(item) for item in children(strings, "si")]


def restyler(known: Mapping[int, int], otherwise: Callable[[int], int]) -> Callable[[int], int]:
    """Return what turns formats into others: those known, and the rest by a function."""
    return lambda style: known[style] if style in known else otherwise(style)
