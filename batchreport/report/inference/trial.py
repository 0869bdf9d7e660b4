"""This module tries a filter or an operator on values of the kinds that it will be given, before any workbook is read."""

from __future__ import annotations

import operator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from batchreport.period import Period
from batchreport.report.failures.spoken import kind_of
from batchreport.report.grammar import FilterError
from batchreport.report.inference.scope import Kind, Many, Scalar, Thing, Unknown
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What a column of texts may hold: some filters take only some words.
_TEXTS = ("…", "1", "2026-11", "时点", "stock", "越高越好", "higher is better", "台", "room", "①")
_OF_TYPES: dict[type, tuple[Any, ...]] = {
    Decimal: (Decimal(1),),
    str: _TEXTS,
    int: (1,),
    date: (date(2026, 1, 31),),
    bool: (True,),
    Picture: (Picture(b"", 1, 1, "png"),),
}
_PERIOD = Period(2026, 11, "M")
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "**": operator.pow,
    "/": operator.truediv, "//": operator.floordiv, "%": operator.mod,
}  # fmt: skip


def refusal(call: Callable[..., Any], node: nodes.Filter, operand: Kind) -> FilterError | None:
    """Return what a filter of ours says of its options, or of what stands before the bar, whatever that is; None where it may work.

    Only what is written down in the template is tried; of a value, every sort that its column may have.
    """
    try:
        given = [one.as_const() for one in node.args]
        options: dict[str, Any] = {str(one.key): one.value.as_const() for one in node.kwargs}
    except nodes.Impossible:
        return None
    refused = None
    for value in _values(node.node, operand):
        try:
            call(value, *given, **options)
        except FilterError as problem:
            refused = refused or problem
        except Exception:  # noqa: BLE001  (a stand-in is no proof)
            return None
        else:
            return None
    return refused


def unfit(node: nodes.BinExpr, left: Kind, right: Kind) -> tuple[str, dict[str, Any]] | None:
    """Return the code and the details of what an operator cannot work on, whatever the workbook says; None where it may."""
    known = isinstance(left, Scalar) and isinstance(right, Scalar) and node.operator in _OPERATORS
    one, other = next(_values(node.left, left), None), next(_values(node.right, right), None)
    if not known or one is None or other is None:
        return None
    try:
        _OPERATORS[node.operator](one, other)
    except TypeError:
        from batchreport.report.failures.explained import misfit  # noqa: PLC0415  (few templates have one)

        return misfit(node, one, other, said=kind_of)
    except Exception:  # noqa: BLE001  (a stand-in is no proof)
        return None
    return None


def _values(node: nodes.Expr | None, kind: Kind) -> Iterator[Any]:
    """Give what an expression of a kind may come to; itself where the template writes it down."""
    try:
        written = node.as_const() if node is not None else None
    except nodes.Impossible:
        yield from _stand_ins(kind)
    else:
        yield from () if written is None else (written,)


def _stand_ins(kind: Kind) -> Iterator[Any]:
    if isinstance(kind, Many):
        yield from ((value,) for value in _stand_ins(kind.item))
    elif isinstance(kind, Thing):
        yield from (_PERIOD,) if kind.printable else (() if kind.open else _rows(kind))
    elif isinstance(kind, Scalar) and kind.type is not object:
        yield from _OF_TYPES.get(kind.type, ())
    elif isinstance(kind, Unknown | Scalar):
        every = [value for values in _OF_TYPES.values() for value in values]
        yield from (*every, _PERIOD, (), *((value,) for value in every))


def _rows(kind: Thing) -> Iterator[Any]:
    """Give rows with each of the texts in their columns, and one of blanks."""
    for at in range(-1, len(_TEXTS)):
        fields: dict[str, Any] = {name: _column(column, at) for name, column in kind.attributes.items()}
        yield type("row", (tuple,), {"__slots__": (), **fields})(fields.values())


def _column(kind: Kind, at: int) -> Any:
    values = _OF_TYPES.get(kind.type, ()) if isinstance(kind, Scalar) and at >= 0 else ()
    return values[at % len(values)] if values else None
