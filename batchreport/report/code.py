"""This module writes the Python of a part's tags: what prints a value, and what only asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator

from batchreport.report.audit.fixed import ALWAYS, always
from batchreport.report.shown.asking import questions
from batchreport.report.steady import is_steady

if TYPE_CHECKING:
    from jinja2.compiler import Frame

STEADY = "steady"
"""The name by which a compiled template says whether it `is_steady`."""


class Code(CodeGenerator):
    """Writes what prints a value: by `finalize` alone, which escapes it, and not through Jinja's own escaping as well.

    What only asks for columns tells the environment's `watch` so.
    """

    environment: Any
    _asked: frozenset[int] = frozenset()

    def visit(self, node: nodes.Node, *args: Any, **options: Any) -> Any:
        """Write a node; a question between two calls that say so."""
        if id(node) not in self._asked:
            return super().visit(node, *args, **options)
        self.write("(environment.watch.ask(), ")
        super().visit(node, *args, **options)
        self.write(", environment.watch.answer())[1]")
        return None

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:  # noqa: N802
        """Write a name; that of a column tells that it is read."""
        told = node.ctx == "load" and node.name in self.environment.watch.doubtful.fields
        self.write(f"environment.watch.told({node.name!r}, " if told else "")
        super().visit_Name(node, frame)
        self.write(")" if told else "")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Write the taking of an item; that of several goes through the environment too, which knows what a blank is."""
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("environment.cut(")
        self.visit(node.node, frame)
        self.write(", slice(")
        for part in (node.arg.start, node.arg.stop, node.arg.step):
            self.visit(part, frame) if part is not None else self.write("None")
            self.write(", ")
        self.write("))")

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  (the name that Jinja calls)
        """Write a whole part, and beside it what is known of it before it is rendered."""
        doubtful = self.environment.watch.doubtful
        self._asked = frozenset(map(id, questions(node, doubtful) if doubtful.columns else ()))
        super().visit_Template(node, frame)
        self.writeline(f"{STEADY} = {is_steady(node)}")
        self.writeline(f"{ALWAYS} = {always(node)!r}")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(finalize.src)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")")
