"""This module says which conditions of a template can only turn out one way: a column compared with what it never is, a text by itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeGuard

from jinja2 import nodes

from batchreport.names import near
from batchreport.report.inference.scope import Many, Scalar, Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.report.inference.scope import Kind

    Said = tuple[str, dict[str, Any]]

_EQUAL = frozenset({"eq", "ne"})
_WITHIN = frozenset({"in", "notin"})
_TESTS = frozenset({"==", "eq", "equalto", "!=", "ne", "in"})
_OF_ATTRIBUTE = frozenset({"selectattr", "rejectattr"})
_OTHERS = {bool: "template-switch-as-text", date: "template-date-as-text"}
_OF_COLUMN = frozenset({"有值", "having", "无值", "lacking"})


def in_comparison(node: nodes.Compare, kinds: list[Kind]) -> Iterator[Said]:
    """Give what is wrong with `行.级别 == "…"` or `行.级别 in ["…"]`; `kinds` are those of its operands."""
    if len(node.ops) != 1:
        return
    operator, other = node.ops[0].op, node.ops[0].expr
    if operator in _EQUAL:
        yield from _of_table(node.expr, kinds[0], other)
        yield from _of_table(other, kinds[1], node.expr)
        yield from _never(node.expr, kinds[0], [other])
        yield from _never(other, kinds[1], [node.expr])
    elif operator in _WITHIN and isinstance(other, nodes.List | nodes.Tuple):
        yield from _never(node.expr, kinds[0], other.items)


def in_filter(node: nodes.Filter, columns: list[Kind]) -> Iterator[Said]:
    """Give what is wrong with the values that `有值('级别', '…')` or `selectattr('级别', '==', '…')` looks for."""
    if node.name in _OF_COLUMN and columns:
        yield from _never(node.args[0], columns[0], node.args[1:])
    elif node.name in _OF_ATTRIBUTE and columns and len(node.args) > 2:  # noqa: PLR2004  (column, test, value)
        test, value = node.args[1], node.args[2]
        if isinstance(test, nodes.Const) and test.value in _TESTS:
            yield from _never(
                node.args[0], columns[0], value.items if isinstance(value, nodes.List | nodes.Tuple) else [value]
            )


def _of_table(node: nodes.Expr, kind: Kind, other: nodes.Expr) -> Iterator[Said]:
    """Give what is wrong with `荣誉 == ""` and `荣誉 == none`, which a table never is, with rows or without."""
    if (
        isinstance(other, nodes.Const)
        and isinstance(node, nodes.Name)
        and isinstance(kind, Many)
        and isinstance(kind.item, Thing)
    ):
        yield "template-table-compared", {"value": node.name}


def is_told(node: nodes.Node) -> TypeGuard[nodes.Const]:
    """Tell whether an operand of `and` or `or` is a text or a number by itself, as in `行.级别 == "国家级" or "省级"`."""
    return isinstance(node, nodes.Const) and not isinstance(node.value, bool) and bool(node.value)


def is_asked(value: str, condition: nodes.Node | None) -> bool:
    """Tell whether a condition asks by other means too whether `value` is blank: `填报人 is not none and 填报人 != ""`."""
    if condition is None:
        return False
    asked: list[nodes.Node] = [test.node for test in condition.find_all(nodes.Test)]
    for both in (condition, *condition.find_all((nodes.And, nodes.Or))):
        asked += [both.left, both.right] if isinstance(both, nodes.And | nodes.Or) else []
    asked += [one.node for one in asked if isinstance(one, nodes.Not)]
    for compare in condition.find_all(nodes.Compare):
        asked += [compare.expr] if compare.ops[0].expr == nodes.Const(None) else []
    return any(_typed(one) == value for one in asked if isinstance(one, nodes.Name | nodes.Getattr))


def _never(node: nodes.Expr, kind: Kind, others: Iterable[nodes.Expr]) -> Iterator[Said]:
    """Give what is said of each text among `others` that a column of `kind`, asked for by `node`, never is."""
    is_period = isinstance(kind, Thing) and kind.printable
    for other in others:
        wanted = other.value if isinstance(other, nodes.Const) else None
        if isinstance(wanted, str) and is_period:
            yield "template-period-as-text", {"value": _typed(node), "found": wanted}
        if not isinstance(wanted, str) or not isinstance(kind, Scalar) or kind.texts is None or wanted in kind.texts:
            continue
        if kind.type is str and not kind.closed and wanted:
            continue
        value = _typed(node)
        if not wanted:
            yield "template-blank-compared", {"value": value}
        elif kind.closed:
            yield (
                "template-no-such-choice",
                {"value": value, "found": wanted, "known": kind.texts, "near": near(wanted, kind.texts)},
            )
        else:
            yield _OTHERS.get(kind.type, "template-number-as-text"), {"value": value, "found": wanted}


def _typed(node: nodes.Expr) -> str:
    from batchreport.report.failures.culprit import typed  # noqa: PLC0415  (few templates have one)

    return str(node.value) if isinstance(node, nodes.Const) else typed(node)
