"""This module has values that know the cells they come from; they are made only where a report is traced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Cell(NamedTuple):
    """A cell of a workbook; `period` is that of the workbook."""

    file: str
    sheet: str
    cell: str
    period: str


Cells = tuple[Cell, ...]


class Text(str):  # noqa: SLOT000  (it has an attribute of its own)
    """A text that knows its cells."""

    cells: Cells = ()


class _Reckoned:
    """A number whose results know the cells that it and the others have."""

    cells: Cells = ()

    def _with(self, other: Any, name: str) -> Any:
        base: Any = type(self).__bases__[1]  # the number without its cells
        made = getattr(base, name)(self, other)
        if type(made) not in {Decimal, int, float}:
            return made
        own = _MADE[type(made)](made)
        own.cells = tuple(dict.fromkeys((*self.cells, *getattr(other, "cells", ()))))
        return own


def _reckoning(name: str) -> Callable[[Any, Any], Any]:
    return lambda self, other: self._with(other, name)


_SIGNS = ("add", "sub", "mul", "truediv", "floordiv", "mod")
_METHODS = {f"__{side}{sign}__": _reckoning(f"__{side}{sign}__") for sign in _SIGNS for side in ("", "r")}


class Number(_Reckoned, Decimal):
    """A number that knows its cells."""

    locals().update(_METHODS)


class Whole(_Reckoned, int):
    """A whole number that knows its cells."""

    locals().update(_METHODS)


class Real(_Reckoned, float):
    """A quotient of whole numbers that knows its cells."""

    locals().update(_METHODS)


class Day(date):
    """A date that knows its cells."""

    cells: Cells = ()


_MADE: dict[type, Callable[[Any], Any]] = {
    str: Text,
    Decimal: Number,
    int: Whole,
    float: Real,
    date: lambda value: Day(value.year, value.month, value.day),
}
_PLAIN: dict[type, Callable[[Any], Any]] = {
    Text: str.__str__,
    Number: Decimal,
    Whole: int,
    Real: float,
    Day: lambda value: date(value.year, value.month, value.day),
}


class Trail:
    """Remembers which cells were looked into, and those of values that cannot know their own."""

    def __init__(self) -> None:
        self._looked: list[dict[Cell, None]] = [{}]
        self._known: dict[int, tuple[Any, Cells]] = {}

    def begin(self) -> None:
        """Forget for now what was looked into: another value is about to be worked out."""
        self._looked.append({})

    def end(self) -> Cells:
        """Return what was looked into since `begin`."""
        return tuple(self._looked.pop())

    def look(self, cells: Iterable[Cell]) -> None:
        """Take note of cells."""
        self._looked[-1].update(dict.fromkeys(cells))

    def carry(self, value: Any, cells: Cells) -> Any:
        """Return a value that knows its cells; of one that cannot, they are remembered, save of yes, no and nothing."""
        if not cells or value is None or isinstance(value, bool):
            return value
        if (make := _MADE.get(type(value))) is not None:
            made = make(value)
            made.cells = cells
            return made
        self._known[id(value)] = (value, cells)
        return value

    def cells(self, value: Any) -> Cells:
        """Return the cells that a value comes from, as far as they are known; of a list those of its members."""
        if type(value) in _PLAIN:
            return value.cells  # type: ignore[no-any-return]
        known = self._known.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        if type(value) in {list, tuple}:
            return tuple(dict.fromkeys(cell for item in value for cell in self.cells(item)))
        return ()


def plain(value: Any) -> Any:
    """Return a value as it is where nothing is traced."""
    make = _PLAIN.get(type(value))
    return make(value) if make else value
