"""This module checks the charts of a template before any workbook is read: their columns, kinds and options."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import nodes

from batchreport.names import near
from batchreport.report.chart.filters import CHARTS, OPTIONS, TRENDS
from batchreport.report.chart.value import KINDS
from batchreport.report.inference.scope import Kind, Many, Scalar, Thing, Unknown
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = frozenset({*CHARTS, *TRENDS})
"""The filters that this module knows."""

_NO_NUMBERS = (str, bool, date, Picture)
_PERIODS = ("期间", "period")
_SECTION, _VALUE, _NAMES = range(3)
_FEWEST = 2  # arguments: the names and a column of figures; the section and its column


class Sayer(Protocol):
    """What knows the columns of a row, and takes what is wrong."""

    def say(self, line: int, code: str, **details: str) -> None:
        """Take what is wrong on a line."""

    def attribute(self, owner: Kind, name: str, line: int) -> Kind:
        """Return the kind of a column, or say that it is not there."""


def kind_of(sayer: Sayer, node: nodes.Filter | nodes.Call, name: str, rows: Kind, args: list[nodes.Expr]) -> Kind:
    """Return the kind of what 图表 or 走势 makes of `rows`, saying what is wrong with its other arguments."""
    line = node.lineno
    if len(args) < _FEWEST and node.dyn_args is None and node.dyn_kwargs is None:
        sayer.say(line, "template-filter-arguments", filter=name)
    if name in TRENDS:
        return _trend(sayer, rows, args, line)
    _check_options(sayer, name, node.kwargs, line)
    item = rows.item if isinstance(rows, Many) else Unknown()
    columns = [column for argument in args for column in _texts(argument)]
    if not isinstance(item, Thing) or item.open:
        return Unknown(rows.uses | item.uses)
    kinds = [sayer.attribute(item, column, line) for column in columns]
    for column, kind in zip(columns[1:], kinds[1:], strict=True):
        if isinstance(kind, Many) or (isinstance(kind, Scalar) and issubclass(kind.type, _NO_NUMBERS)):
            sayer.say(line, "template-chart-wants-numbers", name=column)
    return Unknown(rows.uses.union(*(kind.uses for kind in kinds)))


def _trend(sayer: Sayer, periods: Kind, args: list[nodes.Expr], line: int) -> Kind:
    """Return the rows that 走势 makes: the period, and the figure of each name."""
    moment = periods.item if isinstance(periods, Many) else Unknown(periods.uses)
    said = [_texts(argument) for argument in args]
    section = _column(sayer, moment, said, _SECTION, line)
    row = section.item if isinstance(section, Many) else Unknown(section.uses)
    figure = _column(sayer, row, said, _VALUE, line)
    named = said[_NAMES] if len(said) > _NAMES else []
    known: dict[str, Kind] = dict.fromkeys(named, Scalar(figure.uses, Decimal))
    known |= {word: _period(sayer, moment, word, line) for word in _PERIODS}
    return Many(item=Thing(figure.uses, TRENDS[0], known, open=not named), name=TRENDS[0])


def _column(sayer: Sayer, owner: Kind, said: list[list[str]], at: int, line: int) -> Kind:
    name = said[at][0] if at < len(said) and len(said[at]) == 1 else ""
    return sayer.attribute(owner, name, line) if name and isinstance(owner, Thing) else Unknown(owner.uses)


def _period(sayer: Sayer, moment: Kind, word: str, line: int) -> Kind:
    known = isinstance(moment, Thing) and word in moment.attributes
    return sayer.attribute(moment, word, line) if known else Unknown()


def _texts(argument: nodes.Expr) -> list[str]:
    """Return the texts that an argument is made of, as far as they are written there."""
    items: Iterable[nodes.Expr] = argument.items if isinstance(argument, nodes.List | nodes.Tuple) else [argument]
    return [item.value for item in items if isinstance(item, nodes.Const) and isinstance(item.value, str)]


def _check_options(sayer: Sayer, name: str, options: Iterable[Any], line: int) -> None:
    for option in options:
        if OPTIONS.get(option.key, option.key) not in OPTIONS.values():
            meant = near(option.key, [*OPTIONS, *OPTIONS.values()])
            sayer.say(line, "template-unknown-option", filter=name, name=option.key, near=meant)
        elif OPTIONS.get(option.key, option.key) == "kind":
            for kind in _texts(option.value):
                if kind not in {*KINDS, *KINDS.values()}:
                    meant = near(kind, [*KINDS, *KINDS.values()])
                    sayer.say(line, "template-unknown-chart", name=kind, near=meant)
