"""This module walks a template's statements and says which names they use that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from batchreport.names import near
from batchreport.report.inference import never
from batchreport.report.inference.kinds import Expressions, loop
from batchreport.report.inference.scope import REST, Kind, Many, Scalar, Scope, Thing, Unknown
from batchreport.report.shown.asking import hider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Say = Callable[..., None]

_DEPTH = 8  # of macros that call each other
_ROWS = frozenset({"行", "row"})
"""What a row is called where a loop makes it."""


class Walk:
    """One walk over a part: what is said goes to `say(line, code, **details)`, what is printed into `shown`.

    `hiders` has of each column that is printed the lines that most likely keep it out of a report.
    """

    def __init__(self, top: Mapping[str, Kind], known: Mapping[str, Any], say: Say, *, vague: bool) -> None:
        self._say = say
        self.vague = vague
        self.shown: set[tuple[str, str]] = set()
        self.tested: set[tuple[str, str]] = set()
        self.named: set[str] = set()
        self.hiders: dict[tuple[str, str], set[int]] = {}
        self._around: list[nodes.If | nodes.For] = []
        self._bound: frozenset[str] = frozenset()
        self._condition: nodes.Node | None = None
        self.top = Scope(dict(top))
        self.macros: dict[str, nodes.Macro] = {}
        self.called: set[str] = set()
        self.later: set[str] = set()
        self.depth = 0
        self.expressions = Expressions(self, known)

    def say(self, line: int, code: str, **details: Any) -> None:
        """Hand on what is wrong on a line; a comparison with a blank is not, where its condition asks for blanks otherwise too."""
        if code != "template-blank-compared" or not never.is_asked(details["value"], self._condition):
            self._say(line, code, **details)

    def run(self, tree: nodes.Template) -> None:
        """Walk the whole part; macros that nobody calls come last."""
        found = list(
            tree.find_all((nodes.Name, nodes.Macro, nodes.Assign))
        )  # going through a whole part takes its time
        names = [node for node in found if isinstance(node, nodes.Name)]
        self.named = {name.name for name in names if name.ctx == "load"}
        targets = {name.name for name in names if name.ctx != "load"}
        self.later = targets | {node.name for node in found if isinstance(node, nodes.Macro)}
        assigned = (node.target for node in found if isinstance(node, nodes.Assign))
        self._bound = frozenset(target.name for target in assigned if isinstance(target, nodes.Name))
        scope = Scope(outer=self.top)
        self.body(tree.body, scope)
        for name, macro in list(self.macros.items()):
            if name not in self.called:
                self.macro(macro, [], {}, scope)

    def body(self, statements: Iterable[nodes.Node], scope: Scope) -> None:
        """Walk the statements of a block."""
        for statement in statements:
            visit: Callable[[Any, Scope], None] | None = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if visit:
                visit(statement, scope)
            else:
                self.body(statement.iter_child_nodes(only=None), scope)

    def kind(self, node: nodes.Node | None, scope: Scope) -> Kind:
        """Return the kind of an expression, saying what is wrong in it."""
        return self.expressions.kind(node, scope) if node is not None else Unknown()

    def test(self, node: nodes.Node | None, scope: Scope) -> None:
        """Walk a condition: it shows nothing, save that yes or no is all that a boolean can say."""
        outer, self._condition = self._condition, self._condition or node
        if isinstance(node, nodes.And | nodes.Or):
            for part in (node.left, node.right):
                if never.is_told(part):
                    self.say(part.lineno, "template-text-as-condition", found=str(part.value))
                self.test(part, scope)
        else:
            self.weigh(self.kind(node, scope))
        self._condition = outer

    def weigh(self, kind: Kind) -> None:
        """Take note of a value that is consulted and not printed."""
        boolean = isinstance(kind, Scalar) and kind.type is bool and len(kind.uses) == 1
        (self.shown if boolean else self.tested).update(kind.uses)

    def name(self, node: nodes.Name, scope: Scope) -> Kind:
        """Return the kind of a name, or say that it is not there."""
        kind = scope.find(node.name)
        if kind is not None:
            return kind
        if node.name in self.macros or self.vague:
            return Unknown()
        if node.name in self.later:
            self.say(node.lineno, "template-name-out-of-scope", name=node.name)
        elif column := self._column(node.name, scope):
            self.say(node.lineno, "template-name-of-column", name=node.name, owner=column[0], right=column[1])
        elif node.name in _ROWS:
            self.say(node.lineno, "template-row-outside-loop", name=node.name)
        else:
            known = (name for name in scope.names() - DEFAULT_NAMESPACE.keys() if not name.startswith("_"))
            self.say(node.lineno, "template-unknown-name", name=node.name, near=near(node.name, known))
        return Unknown()

    def _column(self, name: str, scope: Scope) -> tuple[str, str] | None:
        """Return the table that has a column `name`, the nearest that is gone through here first, and how it is asked for."""
        rows = ((key, kind) for key in scope.names() if (kind := scope.find(key)) not in self.top.own.values())
        if row := next(
            ((key, kind) for key, kind in rows if isinstance(kind, Thing) and name in kind.attributes), None
        ):
            return row[1].name, f"{row[0]}.{name}"
        every = (kind for kind in self.top.own.values() if isinstance(kind, Many) and isinstance(kind.item, Thing))
        tables = (kind for kind in every if REST not in kind.uses)
        table = next((kind for kind in tables if name in kind.item.attributes), None)  # type: ignore[attr-defined]
        return (table.name, f"{'row' if name.isascii() else '行'}.{name}") if table else None

    def call_macro(self, name: str, arguments: list[Kind], options: dict[str, Kind], scope: Scope) -> None:
        """Walk a macro with what it is called with."""
        self.called.add(name)
        if self.depth < _DEPTH:
            self.macro(self.macros[name], arguments, options, scope)

    def macro(
        self, macro: nodes.Macro | nodes.CallBlock, given: list[Kind], options: dict[str, Kind], scope: Scope
    ) -> None:
        """Walk the body of a macro, its arguments being of the kinds given."""
        self.depth += 1
        inner = Scope({"caller": Unknown(), "varargs": Unknown(), "kwargs": Unknown()}, scope)
        for at, argument in enumerate(macro.args):
            inner.own[argument.name] = given[at] if at < len(given) else options.get(argument.name, Unknown())
        self.body(macro.body, inner)
        self.depth -= 1

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                continue
            if isinstance(child, nodes.Const) and self.top.find(str(child.value)):
                self.say(child.lineno, "template-name-in-quotes", name=str(child.value))
            kind = self.kind(child, scope)
            self.shown |= kind.uses
            line = hider(child, self._around, self._bound)
            for use in kind.uses:
                self.hiders.setdefault(use, set()).add(line)
            if _is_table(kind):
                named = kind.name if isinstance(kind, Many | Thing) else ""
                self.say(child.lineno, "template-table-as-text", name=named)

    def _for(self, node: nodes.For, scope: Scope) -> None:
        many = self.kind(node.iter, scope)
        several = node.iter.items if isinstance(node.iter, nodes.Tuple | nodes.List) else []
        if several and _takes_columns(node) and all(_is_table(self.kind(one, scope)) for one in several):
            self.say(node.iter.lineno, "template-loop-over-several", found=", ".join(map(_named, several)))
        inner = Scope(outer=scope)
        item = self._item(many, node)
        parts = item.parts if isinstance(item, Thing) else ()
        if parts and isinstance(node.target, nodes.Tuple) and len(node.target.items) != len(parts):
            self.say(node.lineno, "template-loop-groups", n=len(node.target.items), right=len(parts))
        _bind(node.target, item, inner)
        if node.test:
            self.test(node.test, inner)
        inner.own["loop"] = loop(item)
        self._inside(node, node.body, inner)
        self._inside(node, node.else_, Scope(outer=scope))

    def _inside(self, node: nodes.For | nodes.If, statements: Iterable[nodes.Node], scope: Scope) -> None:
        self._around.append(node)
        self.body(statements, scope)
        self._around.pop()

    def _item(self, many: Kind, node: nodes.For) -> Kind:
        if isinstance(many, Many):
            return many.item
        scalar = isinstance(many, Scalar) and many.type is not object
        if scalar or (isinstance(many, Thing) and not many.open):
            self.say(node.iter.lineno, "template-not-a-list", name=_named(node.iter))
        return Unknown(many.uses)

    def _if(self, node: nodes.If, scope: Scope) -> None:
        self.test(node.test, scope)
        self._inside(node, node.body, scope)
        for branch in node.elif_:
            self._if(branch, scope)
        self._inside(node, node.else_, scope)

    def _assign(self, node: nodes.Assign, scope: Scope) -> None:
        name = _added_to(node)
        if (
            name
            and name not in scope.own
            and name in self._bound
            and any(isinstance(a, nodes.For) for a in self._around)
        ):
            self.say(node.lineno, "template-set-in-loop", name=name)
        _bind(node.target, self.kind(node.node, scope), scope)

    def _assignblock(self, node: nodes.AssignBlock, scope: Scope) -> None:
        inner = Scope(outer=scope)
        self.body(node.body, inner)
        if node.filter:
            self.kind(node.filter, inner)
        _bind(node.target, Scalar(type=str), scope)

    def _with(self, node: nodes.With, scope: Scope) -> None:
        inner = Scope(outer=scope)
        for target, value in zip(node.targets, node.values, strict=True):
            _bind(target, self.kind(value, scope), inner)
        self.body(node.body, inner)

    def _macro(self, node: nodes.Macro, scope: Scope) -> None:
        self.macros[node.name] = node
        for default in node.defaults:
            self.kind(default, scope)

    def _callblock(self, node: nodes.CallBlock, scope: Scope) -> None:
        self.shown |= self.kind(node.call, scope).uses
        self.macro(node, [], {}, scope)

    def _filterblock(self, node: nodes.FilterBlock, scope: Scope) -> None:
        self.kind(node.filter, scope)
        self.body(node.body, Scope(outer=scope))


def _added_to(node: nodes.Assign) -> str:
    """Return the name that is to stand for more than it did: `{% set n = n + 1 %}`; "" where it is another statement."""
    made = node.node
    parts: list[nodes.Expr] = made.nodes if isinstance(made, nodes.Concat) else []
    if isinstance(made, nodes.Add | nodes.Sub | nodes.Mul):
        parts = [made.left, made.right]
    of_parts = [part if isinstance(part, nodes.Name) else part.find(nodes.Name) for part in parts]
    name = node.target.name if isinstance(node.target, nodes.Name) else ""
    return name if any(one is not None and one.name == name for one in of_parts) else ""


def _bind(target: nodes.Node, kind: Kind, scope: Scope) -> None:
    """Let the names of `target` stand for a value of `kind`, unpacked where there are several."""
    if isinstance(target, nodes.Name):
        scope.own[target.name] = kind
    elif isinstance(target, nodes.Tuple):
        parts = kind.parts if isinstance(kind, Thing) else ()
        for at, item in enumerate(target.items):
            _bind(item, parts[at] if at < len(parts) else Unknown(kind.uses), scope)


def _takes_columns(node: nodes.For) -> bool:
    """Tell whether the body of a loop takes something of what it goes through, as of a row: `行.级别`."""
    takes = (one.node for statement in node.body for one in statement.find_all(nodes.Getattr))
    return any(isinstance(one, nodes.Name) and one.name == getattr(node.target, "name", "") for one in takes)


def _is_table(kind: Kind) -> bool:
    if isinstance(kind, Many):
        return isinstance(kind.item, Many | Thing)
    return isinstance(kind, Thing) and not kind.printable and not kind.open


def _named(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_named(node.node)}.{node.attr}".lstrip(".")
    return ""
