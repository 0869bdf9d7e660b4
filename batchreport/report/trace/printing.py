"""This module is the environment of a traced template: it knows of each text that is printed which cells it hangs on."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import pass_context

from batchreport.report.code import Code
from batchreport.report.environment import Sandbox
from batchreport.report.template import Template
from batchreport.report.text import Ready
from batchreport.report.trace.trail import Cells, Trail, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import nodes
    from jinja2.compiler import Frame
    from jinja2.runtime import Context

NUMBER = "batchreport"
"""The attribute by which a text or drawing of a traced report says which figure it is."""

_TEXT = '<w:t xml:space="preserve">'
_RUN = re.compile(r"<w:t(?= |>)")


class _Line(Ready):
    """What stands in an attribute, a property or a field code."""

    __slots__ = ()


class _TracedCode(Code):
    """Has it known where the working out of each printed value begins."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        super()._output_child_pre(node, frame, finalize)
        if not frame.eval_ctx.volatile:
            self.write("(environment.trail.begin(), ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not frame.eval_ctx.volatile:
            self.write(")[1]")
        super()._output_child_post(node, frame, finalize)


@dataclass(slots=True)
class Figure:
    """What was printed, and the cells it hangs on; `aside` says that it stands in no text, but in a property or the like."""

    text: str
    cells: Cells
    aside: bool = False


class TracedSandbox(Sandbox):
    """The environment of a traced template."""

    code_generator_class = _TracedCode

    def __init__(self, filters: Mapping[str, Callable[..., Any]], language: str) -> None:
        super().__init__(filters, language)
        self.trail = Trail()
        self.figures: list[Figure] = []
        told = {name: self._told(made) for name, made in self.filters.items()}
        self.filters |= told
        self.filters["_plain"] = self._told(lambda value: _Line(self.speaker.plain(value)))
        self.globals |= {
            name: self._told(made) for name, made in self.globals.items() if name in told and callable(made)
        }
        self.finalize = self._finalizer(self.finalize)  # type: ignore[arg-type]

    def restart(self) -> None:
        """Begin another report."""
        self.trail.__init__()  # type: ignore[misc]
        self.figures.clear()

    def exact(self, number: float) -> Any:
        """Return a float as an exact number that knows its cells."""
        return self.trail.carry(super().exact(number), self.trail.cells(number))

    def _told(self, made: Callable[..., Any]) -> Callable[..., Any]:
        """Return a filter whose result knows the cells of what it was given and of what it looked into."""
        trail = self.trail

        @functools.wraps(made)
        def called(*values: Any, **options: Any) -> Any:
            trail.begin()
            try:
                result = made(*map(plain, values), **{name: plain(value) for name, value in options.items()})
            finally:
                looked = trail.end()
            given = (cell for value in (*values, *options.values()) for cell in trail.cells(value))
            cells = tuple(dict.fromkeys((*given, *looked)))
            trail.look(cells)
            return trail.carry(result, cells)

        return called

    def _finalizer(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        trail, figures = self.trail, self.figures

        @pass_context
        def finalize(context: Context, value: Any) -> Any:
            cells = tuple(dict.fromkeys((*trail.end(), *trail.cells(value))))
            text = inner(context, plain(value))
            trail.look(cells)  # of a macro that prints, too
            if not cells or not text or NUMBER in text:
                return text
            figures.append(Figure(_said(text, value), cells, aside=isinstance(value, _Line)))
            return text if isinstance(value, _Line) else Ready(_numbered(str(text), len(figures) - 1))

        return finalize


def _numbered(text: str, number: int) -> str:
    """Return what is printed with the number of its figure in each of its texts and drawings."""
    mark = f' {NUMBER}="{number}"'
    marked = _RUN.sub(f"<w:t{mark}", text).replace("<w:drawing>", f"<w:drawing{mark}>")
    if text.startswith(("<w:", "</w:t><w:drawing")):
        return marked
    return f"</w:t><w:t{mark}{_TEXT[4:]}{marked}</w:t>{_TEXT}"


def _said(text: str, value: Any) -> str:
    description = getattr(value, "description", "") or getattr(value, "alt", "")
    return str(description) or " ".join(Ready(re.sub("<[^<>]*>", " ", text)).unescape().split())


class TracedTemplate(Template):
    """A template whose reports say in their texts which figure each is."""

    sandbox = TracedSandbox
    printing: TracedSandbox
