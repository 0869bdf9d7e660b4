"""This module works out what kind of thing an expression of a template gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import nodes

from batchreport.names import near
from batchreport.report.chart import check as charts
from batchreport.report.failures.culprit import typed
from batchreport.report.inference import never
from batchreport.report.inference.calls import as_filter, misuse, unknown_told
from batchreport.report.inference.filters import (
    COUNTS,
    GROUPS,
    ONE,
    SAME,
    TOTALS,
    TRANSPARENT,
    WHOLE,
    named_columns,
    unquoted,
)
from batchreport.report.inference.scope import Elsewhere, Kind, Many, Scalar, Thing, Unknown
from batchreport.report.inference.trial import unfit
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from batchreport.report.inference.scope import Scope

_PARTS = (nodes.Expr, nodes.Pair)


def loop(item: Kind) -> Thing:
    """Return what `loop` is inside a loop over things of the kind `item`."""
    numbers = ("index", "index0", "revindex", "revindex0", "length", "depth", "depth0")
    known: dict[str, Kind] = dict.fromkeys(numbers, Scalar(type=int, texts=()))
    known |= dict.fromkeys(("first", "last"), Scalar(type=bool))
    known |= {"previtem": item, "nextitem": item, "cycle": Unknown(), "changed": Unknown()}
    return Thing(name="loop", attributes=known)


class Walker(Protocol):
    """What goes through the statements, and knows the names."""

    tested: set[tuple[str, str]]
    macros: dict[str, nodes.Macro]

    def say(self, line: int, code: str, **details: Any) -> None:
        """Take what is wrong on a line."""

    def test(self, node: nodes.Node | None, scope: Scope) -> None:
        """Walk a condition."""

    def weigh(self, kind: Kind) -> None:
        """Take note of a value that is consulted and not printed."""

    def name(self, node: nodes.Name, scope: Scope) -> Kind:
        """Return the kind of a name."""

    def call_macro(self, name: str, arguments: list[Kind], options: dict[str, Kind], scope: Scope) -> None:
        """Walk a macro with what it is called with."""


class Expressions:
    """The kinds of expressions, each node by the method of its name; `known` has the filters and tests there are, and which filters are `ours`."""

    def __init__(self, walk: Walker, known: Mapping[str, Any]) -> None:
        self.walk = walk
        self.filters: Mapping[str, Callable[..., Any]] = known["filters"]
        self.ours = frozenset(known["ours"])
        self.tests = frozenset(known["tests"])

    def kind(self, node: nodes.Node, scope: Scope) -> Kind:
        """Return the kind of `node`; what is unknown of its make-up still counts as used."""
        visit = getattr(self, f"_{type(node).__name__.lower()}", None)
        if visit is not None:
            made: Kind = visit(node, scope)
            return made
        return Unknown(_uses(self.kind(child, scope) for child in node.iter_child_nodes() if isinstance(child, _PARTS)))

    def _name(self, node: nodes.Name, scope: Scope) -> Kind:
        return self.walk.name(node, scope)

    def _binexpr(self, node: nodes.BinExpr, scope: Scope) -> Kind:
        left, right = self.kind(node.left, scope), self.kind(node.right, scope)
        if wrong := unfit(node, left, right):
            self.walk.say(node.lineno, wrong[0], **wrong[1])
        return Unknown(_uses([left, right]))

    _add = _sub = _mul = _div = _floordiv = _mod = _pow = _binexpr

    def say(self, line: int, code: str, **details: Any) -> None:
        """Hand on what is wrong on a line."""
        self.walk.say(line, code, **details)

    def _const(self, node: nodes.Const, _: Scope) -> Kind:
        return Scalar(type=type(node.value) if node.value is not None else object)

    def _condexpr(self, node: nodes.CondExpr, scope: Scope) -> Kind:
        self.walk.test(node.test, scope)
        branches = [self.kind(node.expr1, scope)]
        if node.expr2 is not None:
            branches.append(self.kind(node.expr2, scope))
        same = len(branches) == 1 or branches[0] == branches[1]
        return branches[0] if same else Unknown(_uses(branches))

    def _compare(self, node: nodes.Compare, scope: Scope) -> Kind:
        kinds = [self.kind(node.expr, scope), *(self.kind(operand.expr, scope) for operand in node.ops)]
        self.walk.tested.update(_uses(kinds))
        for wrong in never.in_comparison(node, kinds):
            self.walk.say(node.lineno, wrong[0], **wrong[1])
        return Scalar(type=bool)

    def _and(self, node: nodes.And | nodes.Or, scope: Scope) -> Kind:
        kinds = [self.kind(node.left, scope), self.kind(node.right, scope)]
        self.walk.weigh(kinds[0])
        return kinds[1] if kinds[1] == kinds[0] else Unknown(_uses(kinds))

    _or = _and

    def _not(self, node: nodes.Not, scope: Scope) -> Kind:
        self.walk.weigh(self.kind(node.node, scope))
        return Scalar(type=bool)

    def _test(self, node: nodes.Test, scope: Scope) -> Kind:
        if node.name not in self.tests:
            self.walk.say(node.lineno, "template-unknown-test", name=node.name, near=near(node.name, self.tests))
        asked = node.name in ("defined", "undefined")
        if not (asked and isinstance(node.node, nodes.Name)):
            self.walk.tested.update(self.kind(node.node, scope).uses)
        for argument in node.args:
            self.kind(argument, scope)
        return Scalar(type=bool)

    def _getattr(self, node: nodes.Getattr, scope: Scope) -> Kind:
        return self.attribute(self.kind(node.node, scope), node.attr, node.lineno)

    def _getitem(self, node: nodes.Getitem, scope: Scope) -> Kind:
        owner = self.kind(node.node, scope)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self.attribute(owner, node.arg.value, node.lineno)
        self.kind(node.arg, scope)
        if isinstance(owner, Many):
            return owner if isinstance(node.arg, nodes.Slice) else owner.item
        return Unknown(owner.uses)

    def _slice(self, node: nodes.Slice, scope: Scope) -> Kind:
        for part in (node.start, node.stop, node.step):
            if part is not None:
                self.kind(part, scope)
        return Unknown()

    def _call(self, node: nodes.Call, scope: Scope) -> Kind:
        given = [self.kind(argument, scope) for argument in node.args]
        options = {option.key: self.kind(option.value, scope) for option in node.kwargs}
        if isinstance(node.node, nodes.Name) and node.node.name in self.walk.macros and not scope.find(node.node.name):
            self.walk.call_macro(node.node.name, given, options, scope)
            return Scalar(_uses([*given, *options.values()]) if _plain(given) else frozenset(), str)
        if (meant := as_filter(node, self.ours)) and not self._is_there(node.node, scope):
            self.walk.say(node.lineno, "template-filter-as-function", name=meant.name, right=typed(meant))
            return self.kind(meant, scope)
        function = self.kind(node.node, scope)
        name = node.node.name if isinstance(node.node, nodes.Name) and type(function) is Unknown else ""
        if name in charts.NAMES and given:
            return charts.kind_of(self, node, name, given[0], node.args[1:])
        return Unknown(_uses([function, *given, *options.values()]))

    def _is_there(self, function: nodes.Expr, scope: Scope) -> bool:
        if isinstance(function, nodes.Getattr):
            return not isinstance(self.kind(function.node, scope), Many)
        return isinstance(function, nodes.Name) and scope.find(function.name) is not None

    def _filter(self, node: nodes.Filter, scope: Scope) -> Kind:
        if node.name not in self.filters:
            self.walk.say(node.lineno, "template-unknown-filter", name=node.name, near=near(node.name, self.filters))
        operand = self.kind(node.node, scope) if node.node is not None else Unknown()
        call = self.filters.get(node.name)
        if call and (wrong := misuse(node, operand, call, ours=node.name in self.ours)):
            self.walk.say(node.lineno, wrong[0], **wrong[1])
        bare = unquoted(node, operand, scope)
        for name in bare:
            self.walk.say(node.lineno, "template-column-without-quotes", name=name.name)
        given = [self.kind(argument, scope) for argument in node.args if argument not in bare]
        options = {option.key: self.kind(option.value, scope) for option in node.kwargs}
        others = _uses([*given, *options.values()])
        if wrong := unknown_told(node, operand, self.filters, self.tests):
            self.walk.say(node.lineno, wrong[0], **wrong[1])
        if node.name in charts.NAMES:
            return charts.kind_of(self, node, node.name, operand, node.args)
        if isinstance(operand, Many):
            return self._of_many(node, operand, others)
        return Unknown(operand.uses | others)

    def _of_many(self, node: nodes.Filter, many: Many, others: Any) -> Kind:
        """Return what a filter makes of a list."""
        columns = self._columns(node, many)
        for wrong in never.in_filter(node, columns):
            self.walk.say(node.lineno, wrong[0], **wrong[1])
        if node.name in SAME | ONE:
            self.walk.tested.update(_uses(columns))
            return many if node.name in SAME else many.item
        if node.name in COUNTS | TRANSPARENT:
            return Scalar(type=int, texts=()) if node.name in COUNTS else many
        if node.name in ("batch", "slice"):
            return Many(item=many, name=many.name)
        if node.name in GROUPS | {"groupby"}:
            return Many(item=_group(columns, many), name=many.name)
        if node.name in WHOLE and not columns and _is_row(many.item) and len(node.args) < WHOLE[node.name]:
            code = "template-total-of-text" if node.name == "sum" else "template-table-as-text"
            self.walk.say(node.lineno, code, filter=node.name, column=many.name, name=many.name)
        if node.name == "map":
            return Many(item=columns[0] if columns else Unknown(many.item.uses | others))
        return Unknown(many.uses | many.item.uses | others | _uses(columns))

    def _columns(self, node: nodes.Filter, many: Many) -> list[Kind]:
        """Return the columns that a filter's constant arguments name, saying which of them are not there."""
        known = many.item.attributes if isinstance(many.item, Thing) else {}
        if not known:
            return []
        must, may = named_columns(node)
        found = [self._path(many.item, path, node.lineno) for path in must]
        if found and node.name in TOTALS | {"sum"} and _is_no_number(found[0]):
            self.walk.say(node.lineno, "template-total-of-text", filter=node.name, column=must[0])
        return found + [known[path] for path in may if path in known and node.name not in SAME | {"map", "join"}]

    def _path(self, kind: Kind, path: str, line: int) -> Kind:
        for step in path.split("."):
            kind = self.attribute(kind, step, line) if not step.isdigit() else Unknown(kind.uses)
        return kind

    def attribute(self, owner: Kind, name: str, line: int) -> Kind:
        """Return the kind of an attribute, or say that `owner` has none of that name."""
        if name.startswith("_"):
            self.walk.say(line, "template-forbidden", name=name)
        elif isinstance(owner, Thing) and not owner.open:
            if name in owner.attributes:
                if isinstance(owner.attributes[name], Elsewhere):
                    self.walk.say(line, "rollup-without-pictures", name=name)
                return owner.attributes[name]
            code = "template-not-of-period" if owner.printable else "template-unknown-column"
            self.walk.say(line, code, name=name, owner=owner.name, near=near(name, owner.attributes))
        elif isinstance(owner, Many):
            known = owner.item.attributes if isinstance(owner.item, Thing) else {}
            if name in known or not (_has(tuple, name) or _has(list, name)):
                code = "template-needs-loop" if name in known or not known else "template-row-by-name"
                code = "template-counted-otherwise" if name in {"length", "size"} - known.keys() else code
                self.walk.say(line, code, name=name, owner=owner.name, near="" if name in known else near(name, known))
        elif isinstance(owner, Scalar) and owner.type is not object and not _has(owner.type, name):
            self.walk.say(line, "template-no-attribute", name=name)
        elif isinstance(owner, Scalar) and issubclass(owner.type, date | datetime):
            return Unknown(owner.uses)
        return Unknown(owner.uses)


def _group(columns: list[Kind], many: Many) -> Thing:
    """Return what a group of rows is: the values that its rows share, and the rows."""
    first = columns[0] if columns else Unknown()
    return Thing(name=many.name, attributes={"grouper": first, "list": many}, parts=(*(columns or [first]), many))


def _is_row(kind: Kind) -> bool:
    return isinstance(kind, Thing) and not kind.printable and not kind.open


def _is_no_number(kind: Kind) -> bool:
    return isinstance(kind, Scalar) and kind.type in (str, date, Picture)


def _has(type_: type, name: str) -> bool:
    return hasattr(type_, name)


def _plain(kinds: Iterable[Kind]) -> bool:
    return all(not isinstance(kind, Thing | Many) for kind in kinds)


def _uses(kinds: Iterable[Kind]) -> frozenset[tuple[str, str]]:
    return frozenset().union(*(kind.uses for kind in kinds))
