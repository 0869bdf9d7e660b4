"""This module has what stands in a draft for a value that is wrong, and the template that lets it through."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batchreport.report.environment import Sandbox
from batchreport.report.grammar import NAMES
from batchreport.report.grammar.inputs import as_rows, is_blank
from batchreport.report.grammar.rows import having, lacking
from batchreport.report.template import Template
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


_OF_ITEMS = frozenset(name for zh in ("顿号", "列举") for name in (zh, NAMES[zh]))
"""Filters that leave out what is blank among several items."""


@dataclass(frozen=True, slots=True, eq=False)
class Gap(Missing):
    """Something that is there and wrong, printed as its word: so is all that is reckoned with it, and no comparison holds for it."""

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Gap]:
        yield self

    def _stays(self, *_: object) -> Gap:
        return self

    def _never(self, _: object) -> bool:
        return False

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _stays
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _stays
    __neg__ = __pos__ = __abs__ = __round__ = _stays
    __lt__ = __le__ = __gt__ = __ge__ = _never


class GappedSandbox(Sandbox):
    """The environment of a template in which a gap stays one, whatever is asked of it."""

    def __init__(self, filters: Mapping[str, Callable[..., Any]], language: str) -> None:
        super().__init__(filters, language)
        self.filters |= {name: _passing(made) for name, made in self.filters.items() if not name.startswith("_")}
        for name in _OF_ITEMS:
            self.filters[name] = _listing(self.filters[name])
        own = {"有值": _filled, "无值": _unfilled, "分组": _grouping(self.filters["分组"])}
        self.filters |= {name: made for zh, made in own.items() for name in (zh, NAMES[zh])}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute; that of a gap is the gap."""
        return obj if isinstance(obj, Gap) else super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item; that of a gap is the gap."""
        return obj if isinstance(obj, Gap) else super().getitem(obj, argument)

    def cut(self, obj: Any, part: slice) -> Any:
        """Return a part; that of a gap is the gap."""
        return obj if isinstance(obj, Gap) else super().cut(obj, part)


def _passing(made: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that makes a gap of a gap, also of one that it is only told, and of rows that hold no more than gaps."""

    @functools.wraps(made)
    def called(*values: Any, **options: Any) -> Any:
        gap = next((one for one in (*values, *options.values()) if isinstance(one, Gap)), None)
        result = made(*values, **options) if gap is None else gap
        return (_first_gap(*values[:2]) if is_blank(result) and len(values) > 1 else None) or result

    return called


def _listing(made: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter of several items to which a gap among them is a text."""

    @functools.wraps(made)
    def called(items: Any, *values: Any, **options: Any) -> Any:
        if isinstance(items, Iterable) and not isinstance(items, str | Gap):
            items = [one.word if isinstance(one, Gap) else one for one in items]
        return made(items, *values, **options)

    return called


def _first_gap(rows: object, column: object) -> Gap | None:
    """Return the first gap of rows in a column; None where there is none, and for anything but rows."""
    if not isinstance(rows, list | tuple) or not isinstance(column, str):
        return None
    return next((value for row in rows if isinstance(value := getattr(row, column, None), Gap)), None)


def _filled(rows: object, column: str, *values: object) -> list[Any]:
    """Return what `having` does, and the rows with a gap there: it is filled in."""
    return having(rows, column, *values) if values else [row for row in as_rows(rows) if not _is_blank(row, column)]


def _unfilled(rows: object, column: str, *values: object) -> list[Any]:
    return lacking(rows, column, *values) if values else [row for row in as_rows(rows) if _is_blank(row, column)]


def _grouping(made: Callable[..., Any]) -> Callable[..., Any]:
    """Return `grouped_by`, whose group of rows without a value has the first gap among them for one."""

    def called(rows: object, *columns: Any, **options: Any) -> Any:
        groups = made(rows, *columns, **options)
        for group in groups:
            for at, column in enumerate(columns):
                group[at] = _first_gap(group[-1], column) if group[at] is None else group[at]
        return groups

    return called


def _is_blank(row: object, column: str) -> bool:
    return not isinstance(getattr(row, column), Gap) and not having([row], column)


class GappedTemplate(Template):
    """A template whose reports show gaps."""

    sandbox = GappedSandbox
