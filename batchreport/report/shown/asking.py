"""This module tells what of a template only asks for a value, and what reads it to print it or to work something out of it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from batchreport.report.shown.layout import Layout
    from batchreport.report.shown.watch import Watch

LAZY = ("selectattr", "rejectattr", "unique")
"""Filters of Jinja's that pick rows one after another, as they are asked for."""

_PICKING = frozenset({"selectattr", "rejectattr", "有值", "having", "无值", "lacking"}) | {
    *("变动较大", "most_changed", "最大组", "largest_group"),
}
_ORDERING = frozenset({"sort", "unique", "max", "min"})  # by a column, where one is named
_ONE = frozenset({"first", "last", "random", "max", "min"})


def consults(node: nodes.Node) -> bool:
    """Tell whether an expression only asks for what is in it: a comparison, a test, a filter that picks or orders rows."""
    if isinstance(node, nodes.Filter):
        return node.name in _PICKING or (node.name in _ORDERING and any(o.key == "attribute" for o in node.kwargs))
    return isinstance(node, nodes.Compare | nodes.Test | nodes.Not)


def questions(tree: nodes.Node, layout: Layout) -> Iterator[nodes.Node]:
    """Yield the outermost expressions of a template that only ask for columns: conditions, and what `consults`."""
    for child in tree.iter_child_nodes():
        asked = consults(child) or (isinstance(tree, nodes.If | nodes.For | nodes.CondExpr) and child is tree.test)
        if not asked:
            yield from questions(child, layout)
        elif _reads(child, layout):
            yield child


def _reads(node: nodes.Node, layout: Layout) -> bool:
    """Tell whether an expression may read a column: it has its name, or calls a macro."""
    every = (node, *node.find_all((nodes.Name, nodes.Getattr, nodes.Const, nodes.Call)))
    return any(
        isinstance(one, nodes.Call)
        or (isinstance(one, nodes.Getattr) and one.attr in layout.columns)
        or (isinstance(one, nodes.Const) and isinstance(one.value, str) and one.value in layout.columns)
        or (isinstance(one, nodes.Name) and one.name in layout.fields)
        for one in every
    )


def hider(printed: nodes.Node, around: Sequence[nodes.If | nodes.For], bound: frozenset[str]) -> int:
    """Return the line of what most likely keeps a printed value out of a report: a condition, a filter, a loop over some rows.

    `around` are the blocks it stands in, outermost first; `bound` the names that the template sets.
    """
    if _picks(printed):
        return printed.lineno
    for node in reversed(around):
        if isinstance(node, nodes.If):
            if not _is_there(node.test):
                return node.lineno
        elif node.test or _picks(node.iter) or (isinstance(node.iter, nodes.Name) and node.iter.name in bound):
            return node.lineno
    return around[-1].lineno if around else printed.lineno


def _is_there(test: nodes.Node) -> bool:
    """Tell whether a condition asks for nothing but that something is there."""
    if isinstance(test, nodes.And | nodes.Or):
        return _is_there(test.left) and _is_there(test.right)
    return isinstance(test, nodes.Name)


def _picks(node: nodes.Node) -> bool:
    """Tell whether an expression takes some of what it is given."""
    for one in (node, *node.find_all((nodes.CondExpr, nodes.Filter, nodes.Getitem))):
        if isinstance(one, nodes.CondExpr) or (isinstance(one, nodes.Filter) and one.name in _PICKING | _ONE):
            return True
        if isinstance(one, nodes.Getitem) and not (isinstance(one.arg, nodes.Const) and isinstance(one.arg.value, str)):
            return True
    return False


def picking(made: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    """Return one of the `LAZY` filters such that what it reads to pick the next row is only asked for."""

    @functools.wraps(made)  # keeps Jinja's mark of what is passed first
    def picked(*args: Any, **options: Any) -> Iterator[Any]:
        rows, end = iter(made(*args, **options)), object()
        if made.__name__ == "do_unique" and "attribute" not in options:
            yield from rows
            return
        while True:
            watch.ask()
            row = next(rows, end)
            watch.answer()
            if row is end:
                return
            yield row

    return picked
