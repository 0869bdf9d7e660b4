"""This module is the Jinja environment in which templates run: strict, escaping, and unable to reach outside."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, UndefinedError, nodes, pass_context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from batchreport.report.chart import Chart
from batchreport.report.chart.filters import filters as chart_filters
from batchreport.report.code import Code
from batchreport.report.drawn.pictures import FILTERS as OF_PICTURES
from batchreport.report.drawn.pictures import Framed
from batchreport.report.jinja_filters import filters as of_text
from batchreport.report.jinja_filters import printed, said
from batchreport.report.mending.cellmarks import filters as cell_filters
from batchreport.report.shown.asking import LAZY, picking
from batchreport.report.shown.watch import Watch
from batchreport.report.template_objects import BASE, IMAGE, TPL, image, linked, subdoc
from batchreport.report.text import NotTextError, Ready, Speaker
from batchreport.values import Missing, Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.runtime import Context

    from batchreport.report.drawn.album import Shelf
    from batchreport.report.shown.layout import Layout

PICTURES = "_pictures"
"""The name under which what is drawn in a part is gathered while it is rendered."""

_FIGURES = frozenset({Decimal, int, date})
_SHOWN = frozenset({Picture, Framed, Chart, IMAGE})
_PLAIN = frozenset({str, Decimal, int, float, bool, date, tuple, list, type(None), Missing, Markup})
_MARKUP = ("urlize", "xmlattr")  # they make HTML, which no Word document understands; `safe` trusts no data


class NameMissingError(UndefinedError):
    """A template asked for what is not there: a name, at the top (`at_top`) or in something, or what no name says (`is_named`).

    The first of no rows is of the latter kind, and so is the third of two.
    """

    def __init__(self, name: object, owner: object, message: str | None = None) -> None:
        super().__init__(message)
        self.name = str(name)
        self.at_top = owner is missing
        self.is_named = isinstance(name, str)


class Strict(StrictUndefined):
    """What is not there: every use of it fails, save `is defined` and `default`, and `if` where no name says what it is."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> None:
        makes: Any = exc or functools.partial(NameMissingError, name, obj)
        super().__init__(hint, obj, name, makes)

    def __bool__(self) -> bool:  # type: ignore[override]  # which always raises
        """Return False for the first of no rows and its like; a name that is not there is a mistake in a condition too."""
        if isinstance(self._undefined_name, str):
            self._fail_with_undefined_error()
        return False


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one template: its filters, and the language in which values are said."""

    code_generator_class = Code
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, filters: Mapping[str, Callable[..., Any]], language: str) -> None:
        self.speaker = Speaker(language)
        self.watch = Watch()
        super().__init__(
            autoescape=True,
            undefined=Strict,
            finalize=_finalizer(self.speaker),
            keep_trailing_newline=True,
            optimized=False,  # templates have no constants to be worked out beforehand, and looking for them takes long
        )
        for name in _MARKUP:
            del self.filters[name]
        speaker = self.speaker
        self.filters |= {**of_text(speaker), "safe": said(speaker)}
        self.globals |= chart_filters(speaker)
        self.filters |= {**chart_filters(speaker), **OF_PICTURES, **cell_filters(speaker)}
        self.filters |= filters
        self.filters |= {
            "_said": said(speaker, speaker.shown),
            "_plain": speaker.plain,
            "_run": _of_run(speaker),
            "_paragraph": _of_paragraph(speaker),
            "_block": speaker.block,
            "_lines": speaker.lines,
            "_drawn": _fill,
        }

    def look_at(self, layout: Layout) -> None:
        """Have what templates read of the columns of a layout seen."""
        self.watch = Watch(layout)
        self.filters |= {name: picking(self.filters[name], self.watch) for name in LAZY}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute as the sandbox allows it; a blank's attributes are blank."""
        if attribute[0] != "_" and type(obj) is not Missing:
            value = getattr(obj, attribute, obj)
            if type(value) in _PLAIN and value is not obj:  # plain data is safe whatever it hangs on
                return value
        if obj is None or type(obj) is Missing:
            return obj
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item as the sandbox allows it; a blank's items are blank."""
        if isinstance(obj, tuple) and isinstance(argument, str):  # a row, in which no item has a name
            return self.getattr(obj, argument)
        if obj is None or type(obj) is Missing:
            return obj
        return super().getitem(obj, argument)

    def cut(self, obj: Any, part: slice) -> Any:
        """Return a part of a text or of several items: `单位概况[:20]`; a part of a blank is blank."""
        if obj is None or type(obj) is Missing:
            return obj
        return (list(obj) if isinstance(obj, Iterator) else obj)[part]

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may have an attribute: of docxtpl's objects none, for they can write files."""
        return type(obj).__module__.partition(".")[0] not in {"docx", "docxtpl"} and super().is_safe_attribute(
            obj, attr, value
        )

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values; beside a number of a workbook, a template's 0.85 is exactly that."""
        if isinstance(left, Decimal) and isinstance(right, float):
            right = self.exact(right)
        elif isinstance(left, float) and isinstance(right, Decimal):
            left = self.exact(left)
        if operator == "%" and isinstance(left, str):
            right = tuple(map(printed, right)) if isinstance(right, tuple) else printed(right)
        return super().call_binop(context, operator, left, right)

    def exact(self, number: float) -> Decimal:
        """Return a float with the 15 digits that Excel keeps of it."""
        return Decimal(format(number, ".15g"))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return _Concatenation().visit(tree) if "~" in source else tree


class _Concatenation(NodeTransformer):
    """Makes `a ~ b` join what would be printed, so that a blank is nothing and not "None"."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Concat:  # noqa: N802  (the name that Jinja calls)
        self.generic_visit(node)
        node.nodes = [
            part if isinstance(part, nodes.Const) and isinstance(part.value, str) else _filtered(part)
            for part in node.nodes
        ]
        return node


def _filtered(node: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, "_said", [], [], None, None, lineno=node.lineno, environment=node.environment)


def _finalizer(speaker: Speaker) -> Callable[..., str]:
    text = speaker.text

    @pass_context  # so that Jinja leaves constants to it too, instead of escaping them first
    def finalize(context: Context, value: Any) -> str:
        """Return a value as it stands in a part: every value that a template prints comes through here, and no other way."""
        kind = type(value)
        if kind is str:
            return value if value.isalnum() else text(value)
        if value is None:
            return ""
        if kind in _FIGURES:
            return text(value)
        if kind in _SHOWN:
            return Ready(f'</w:t>{_drawing(context, value)}<w:t xml:space="preserve">')
        if hasattr(value, "__html__") and _is_markup(value) and PICTURES in context:
            context[PICTURES].marked = True
        return text(value)

    return finalize


def _is_markup(value: Any) -> bool:
    return not isinstance(value, str) or any(sign in value for sign in "<>&\"'")


def _of_run(speaker: Speaker) -> Callable[..., Ready]:
    @pass_context
    def run(context: Context, value: Any, properties: str = "") -> Ready:
        if type(value) in _SHOWN:
            return Ready(f"<w:r>{properties}{drawn}</w:r>" if (drawn := _drawing(context, value)) else "")
        return _links(context, speaker.run(value, properties))

    return run


def _of_paragraph(speaker: Speaker) -> Callable[..., Ready]:
    @pass_context
    def paragraph(context: Context, value: Any, properties: str = "", of_run: str = "") -> Ready:
        if type(value) in _SHOWN:
            drawn = _drawing(context, value)
            return Ready(f"<w:p>{properties}<w:r>{of_run}{drawn}</w:r></w:p>" if drawn else "")
        if type(value).__module__ == "docxtpl.subdoc" and (shelf := context.get(PICTURES)) is not None:
            return subdoc(value, context.get(BASE), shelf)
        return _links(context, speaker.paragraph(value, properties, of_run))

    return paragraph


def _drawing(context: Context, value: Any) -> str:
    if (isinstance(value, Chart) and not value) or _is_kept_elsewhere(value):
        return ""
    shelf: Shelf | None = context.get(PICTURES)
    if shelf is None:
        raise NotTextError("template-chart-as-text" if isinstance(value, Chart) else "template-picture-as-text", value)
    return image(value, shelf) if type(value) is IMAGE else shelf.draw(value)


def _is_kept_elsewhere(value: Any) -> bool:
    """Tell whether of a picture no more is known here than that there is one: a roll-up is made without their bytes."""
    picture = value.picture if isinstance(value, Framed) else value
    return isinstance(picture, Picture) and not picture.data


def _links(context: Context, markup: Ready) -> Ready:
    return linked(markup, context.get(TPL), context.get(PICTURES))


@pass_context
def _fill(context: Context, value: Any, relation: str) -> Ready:
    """Return the alternative text of a chart of the template's own, which takes the figures of `value`."""
    speaker: Speaker = context.environment.speaker  # type: ignore[attr-defined]  # it is the Sandbox
    if isinstance(value, Chart):
        return speaker.plain(context[PICTURES].fill(relation, value))
    return speaker.plain(value)
