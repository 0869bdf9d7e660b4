"""This module finds which piece of a tag failed, and the values that it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from jinja2 import TemplateSyntaxError, Undefined, nodes
from jinja2.debug import get_template_locals

from batchreport.report.tags.line import read
from batchreport.report.tags.lint import as_meant
from batchreport.report.tags.syntax import completed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from jinja2 import Environment

_RESULT = "result"
_SIGNS = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "in": "in", "notin": "not in"}


@dataclass(frozen=True, slots=True)
class Bench:
    """A tag on the bench: its pieces can be worked out one by one with the values that it had when it failed."""

    environment: Environment
    tree: nodes.Template
    names: Mapping[str, Any]

    @classmethod
    def of(cls, tag: str, environment: Environment, names: Mapping[str, Any], frame: FrameType | None) -> Bench | None:
        """Return the tag as typed with the names that were known in `frame`; None where it cannot be read by itself."""
        inner = get_template_locals(frame.f_locals) if frame is not None else {}
        try:
            tree = environment.parse(completed(as_meant(read(tag))))
        except (TemplateSyntaxError, KeyError):
            return None
        return cls(environment, tree, {**names, **inner})

    def value(self, node: nodes.Node) -> Any:
        """Return what a piece gives; raises what it raises."""
        body: list[nodes.Node] = [
            nodes.Assign(nodes.Name(_RESULT, "store", lineno=1), cast("nodes.Expr", node), lineno=1)
        ]
        template = self.environment.from_string(nodes.Template(body, lineno=1))
        context = template.new_context(dict(self.names), shared=True)
        for _ in template.root_render_func(context):
            pass
        return context.vars[_RESULT]

    def culprit(self, problem: Exception) -> nodes.Expr | None:
        """Return the innermost piece that raises the same as the tag did."""
        for node in reversed(list(_pieces(self.tree))):
            try:
                value = self.value(node)
                if isinstance(value, Undefined):
                    str(value)  # which raises, and says what is not there
            except Exception as raised:  # noqa: BLE001  (any is told apart by its text)
                if type(raised) is type(problem) and str(raised) == str(problem):
                    return node
        return None


def _pieces(tree: nodes.Template) -> Iterator[nodes.Expr]:
    """Give the expressions of a tag, outer before inner."""
    for node in tree.find_all(nodes.Expr):
        if (
            not isinstance(node, nodes.Slice | nodes.TemplateData | nodes.NSRef)
            and getattr(node, "ctx", "load") == "load"
        ):
            yield node


def typed(node: nodes.Node | None) -> str:
    """Return a piece much as it was typed: `行.数量`, `荣誉|length`, `甲 + 乙`."""
    write = _WRITERS.get(type(node).__name__)
    return write(node) if write else "…"


def _arguments(node: Any) -> str:
    options = [f"{option.key}={typed(option.value)}" for option in node.kwargs]
    return ", ".join([*map(typed, node.args), *options])


def _filter(node: nodes.Filter) -> str:
    inside = f"({_arguments(node)})" if node.args or node.kwargs else ""
    return typed(node.node) if node.name.startswith("_") else f"{typed(node.node)}|{node.name}{inside}"


def _compare(node: nodes.Compare) -> str:
    return typed(node.expr) + "".join(f" {_SIGNS[one.op]} {typed(one.expr)}" for one in node.ops)


def _getitem(node: nodes.Getitem) -> str:
    return f"{typed(node.node)}[{typed(node.arg)}]"


_WRITERS: Mapping[str, Any] = {
    "Name": lambda node: node.name,
    "NSRef": lambda node: f"{node.name}.{node.attr}",
    "Const": lambda node: repr(node.value),
    "Getattr": lambda node: f"{typed(node.node)}.{node.attr}",
    "Getitem": _getitem,
    "Call": lambda node: f"{typed(node.node)}({_arguments(node)})",
    "Filter": _filter,
    "Compare": _compare,
    "And": lambda node: f"({typed(node.left)} and {typed(node.right)})",
    "Or": lambda node: f"({typed(node.left)} or {typed(node.right)})",
    "Not": lambda node: f"not {typed(node.node)}",
    "Concat": lambda node: f"({' ~ '.join(map(typed, node.nodes))})",
    "List": lambda node: f"[{', '.join(map(typed, node.items))}]",
    "CondExpr": lambda node: f"({typed(node.expr1)} if {typed(node.test)} else {typed(node.expr2)})",
    "Neg": lambda node: f"-{typed(node.node)}",
    "Pos": lambda node: f"+{typed(node.node)}",
    **dict.fromkeys(
        ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow"),
        lambda node: f"({typed(node.left)} {node.operator} {typed(node.right)})",
    ),
}
