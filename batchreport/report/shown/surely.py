"""This module proves which columns a template shows in every report, so that nothing need be watched while it is rendered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jinja2 import nodes

from batchreport.report.shown.asking import consults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.report.shown.layout import Layout, Use

    Uses = frozenset[Use]
    Known = Mapping[str, "_Seen | None"]

_NONE: frozenset[Use] = frozenset()
_SAME = frozenset({"sort", "reverse", "list", "default", "d"})
_COUNTS = frozenset({"length", "count"})
_GROUPS = frozenset({"分组", "grouped_by", "groupby"})
_BATCHES = frozenset({"batch", "slice"})
_FILLED = frozenset({"有值", "having"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row (`depth` 0), rows (1), or rows in batches or groups (2), with the columns by their names.

    Each row in which one of the columns of `covers` is filled is among them.
    """

    columns: Mapping[str, Use]
    covers: frozenset[Use]
    depth: int = 1
    grouped: bool = False


def surely_shown(tree: nodes.Template, layout: Layout) -> frozenset[Use]:
    """Return the columns of which every filled cell is read for what a part prints, whatever the workbook says."""
    return _Proof(tree, layout).shown if layout.columns else _NONE


class _Proof:
    def __init__(self, tree: nodes.Template, layout: Layout) -> None:
        self._layout = layout
        binding = list(tree.find_all((nodes.Name, nodes.For, *_BINDING)))
        bound = {node.name for node in binding if isinstance(node, nodes.Name) and node.ctx != "load"}
        looped = {name.name for node in binding if isinstance(node, nodes.For) for name in _names(node.target)}
        others = {name.name for node in binding if isinstance(node, _BINDING) for name in _names(node)}
        top: dict[str, _Seen | None] = {}
        for depth, sections in ((0, layout.forms), (1, layout.tables)):
            top |= {name: _Seen(own, frozenset(own.values()), depth) for name, own in sections.items()}
        self._never = others | (bound - looped)
        self.shown = self._body(tree.body, top)

    def _body(self, body: Iterable[nodes.Node], known: Known) -> Uses:
        return _NONE.union(*(self._statement(node, known) for node in body))

    def _statement(self, node: nodes.Node, known: Known) -> Uses:
        if isinstance(node, nodes.Output):
            return _NONE.union(*(self._read(child, known) for child in node.nodes))
        if isinstance(node, nodes.If):
            return self._branches(node, known)
        if isinstance(node, nodes.For):
            return self._loop(node, known)
        return self._body(node.body, known) if isinstance(node, nodes.FilterBlock) else _NONE

    def _branches(self, node: nodes.If, known: Known) -> Uses:
        shown = self._body(node.body, known)
        if node.elif_:
            first, *more = node.elif_
            other = self._branches(nodes.If(first.test, first.body, more, node.else_), known)
        else:
            other = self._body(node.else_, known)
        return (shown & other) | (shown & self._implied(node.test, known))

    def _loop(self, node: nodes.For, known: Known) -> Uses:
        rows = self._rows(node.iter, known)
        if rows is None or rows.depth == 0:
            return _NONE
        item = replace(rows, depth=rows.depth - 1, grouped=False)
        inner = {**known, "loop": None, **dict.fromkeys((name.name for name in _names(node.target)), None)}
        last = node.target.items[-1] if isinstance(node.target, nodes.Tuple) else node.target
        if isinstance(last, nodes.Name) and rows.grouped == isinstance(node.target, nodes.Tuple):
            inner[last.name] = item
        covers = rows.covers & self._implied(node.test, inner) if node.test else rows.covers
        return self._body(node.body, inner) & covers

    def _rows(self, node: nodes.Node | None, known: Known) -> _Seen | None:
        """Return what is known of a list of rows that comes to nothing else than a section's."""
        if isinstance(node, nodes.Name):
            return self._named(node.name, known)
        if not isinstance(node, nodes.Filter) or node.node is None:
            return None
        rows = self._rows(node.node, known)
        if rows is None or rows.depth != 1 or node.name in _SAME:
            return rows if node.name in _SAME else None
        if node.name in _GROUPS | _BATCHES:
            return replace(rows, depth=2, grouped=node.name in _GROUPS)
        if node.name in _FILLED and len(node.args) == 1 and not node.kwargs and isinstance(node.args[0], nodes.Const):
            use = rows.columns.get(node.args[0].value)
            return replace(rows, covers=rows.covers & self._layout.given & {use} if use else _NONE)
        return None

    def _named(self, name: str, known: Known) -> _Seen | None:
        return known.get(name) if name not in self._never else None

    def _read(self, node: nodes.Node, known: Known) -> Uses:
        """Return the columns that are read whenever an expression is worked out, and not only asked for."""
        if isinstance(node, nodes.CondExpr):
            first = self._read(node.expr1, known)
            other = self._read(node.expr2, known) if node.expr2 else _NONE
            return (first & other) | (first & self._implied(node.test, known))
        if isinstance(node, nodes.And | nodes.Or):
            return self._read(node.left, known)
        if consults(node):
            return _NONE
        own = self._column(node, known)
        return own or _NONE.union(*(self._read(child, known) for child in node.iter_child_nodes()))

    def _column(self, node: nodes.Node, known: Known) -> Uses:
        """Return the column that a name or an attribute is, if it is one."""
        if isinstance(node, nodes.Name):
            free = node.name not in known and node.name not in self._never and node.name in self._layout.fields
            return frozenset({self._layout.fields[node.name]}) if free else _NONE
        name = _attribute(node)
        if name and isinstance(node, nodes.Getattr | nodes.Getitem) and isinstance(node.node, nodes.Name):
            row = self._named(node.node.name, known)
            if row and row.depth == 0 and name in row.columns:
                return frozenset({row.columns[name]})
        return _NONE

    def _implied(self, test: nodes.Node, known: Known) -> Uses:
        """Return the columns of which one filled cell makes a condition true."""
        if isinstance(test, nodes.Or):
            return self._implied(test.left, known) | self._implied(test.right, known)
        if isinstance(test, nodes.And):
            return self._implied(test.left, known) & self._implied(test.right, known)
        if isinstance(test, nodes.Not):
            blank = isinstance(test.node, nodes.Test) and test.node.name == "none"
            return self._column(test.node.node, known) if blank else _NONE  # type: ignore[attr-defined]
        counted = isinstance(test, nodes.Filter) and test.name in _COUNTS
        rows = self._rows(test.node if counted else test, known)  # type: ignore[attr-defined]
        if rows and rows.depth:
            return rows.covers
        return self._column(test, known) & self._layout.true


_BINDING = (nodes.Assign, nodes.AssignBlock, nodes.With, nodes.Macro, nodes.CallBlock, nodes.Import, nodes.FromImport)


def _names(node: nodes.Node) -> Iterable[nodes.Name]:
    """Return the names that something binds: those of a loop's target, or those that a statement sets."""
    own = [node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name)
    return [name for name in own if name.ctx != "load"]


def _attribute(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return node.attr
    constant = isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const)
    return str(node.arg.value) if constant else ""  # type: ignore[attr-defined]
