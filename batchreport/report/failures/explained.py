"""This module explains why a piece of a tag failed by the values that it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from inspect import signature, unwrap
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined, UndefinedError, nodes
from jinja2.sandbox import MAX_RANGE

from batchreport.report.failures.culprit import typed
from batchreport.report.failures.spoken import doing, kind_of, shown
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from batchreport.report.failures.culprit import Bench

    Said = tuple[str, dict[str, Any]] | None
    Operand = tuple[nodes.Node, Any]

_OF_NUMBERS = frozenset({"round", "abs"})
_OF_LISTS = frozenset({"sum", "sort", "max", "min", "groupby", "unique", "dictsort"})
_PICKING = frozenset({"selectattr", "rejectattr"})
_NUMERAL = re.compile(r"\s*-?\d+(?:\.\d+)?\s*")


def explained(bench: Bench, culprit: nodes.Expr | None, problem: Exception) -> Said:
    """Return the code and the details of what is wrong with the piece that failed, or None where nothing is known.

    May raise what a piece raises that was not worked out when the tag failed.
    """
    if culprit is None:
        return _loop(bench, problem)
    if isinstance(culprit, nodes.BinExpr):
        return _arithmetic(bench, culprit, problem)
    if isinstance(culprit, nodes.UnaryExpr):
        return _number(doing(type(culprit).__name__.lower()), [(culprit.node, bench.value(culprit.node))])
    explain = _BY_NODE.get(type(culprit))
    return explain(bench, culprit, problem) if explain else None


def _arithmetic(bench: Bench, node: nodes.BinExpr, problem: Exception) -> Said:
    left, right = bench.value(node.left), bench.value(node.right)
    if isinstance(problem, ArithmeticError):
        nothing = node.operator in ("/", "//", "%") and right == 0
        return (
            ("template-division-by-zero", {"value": typed(node.right)})
            if nothing
            else ("template-result-too-large", {})
        )
    return misfit(node, left, right)


def _joined(node: nodes.BinExpr) -> str:
    return f"{typed(node.left)} ~ {typed(node.right)}"


def _is_text(operand: Operand) -> bool:
    return isinstance(operand[1], str) and not _NUMERAL.fullmatch(operand[1])


def misfit(node: nodes.BinExpr, left: Any, right: Any, said: Callable[[Any], Any] = shown) -> Said:
    """Return what is said of an operator that cannot work on two values; `said` says what they are."""
    operands = [(node.left, left), (node.right, right)]
    if node.operator == "+" and (text := next(filter(_is_text, operands), None)):
        return "template-text-added", {"value": typed(text[0]), "said": said(text[1]), "right": _joined(node)}
    if node.operator == "%" and isinstance(left, str):  # "%.1f" % 行.数量; of several values nobody knows which it was
        return None if isinstance(node.right, nodes.Tuple) else _number(doing("format"), operands[1:], said)
    return _number(doing(node.operator), operands, said)


def _number(what: Any, operands: Iterable[Operand], said: Callable[[Any], Any] = shown) -> Said:
    """Return what is said of the first value that is no number, a blank before all."""
    wrong = [(node, value) for node, value in operands if not isinstance(value, int | float | Decimal)]
    if found := _blank(wrong):
        return "template-no-number", {"value": typed(found[0]), "said": _emptiness(found[1]), "doing": what}
    for node, value in wrong:
        details = {"value": typed(node), "said": said(value), "doing": what}
        if isinstance(value, str) and isinstance(node, nodes.Const) and _NUMERAL.fullmatch(value):
            return "template-quoted-number", {**details, "right": value.strip()}
        return "template-text-as-number" if isinstance(value, str) else "template-not-a-number", details
    return None


def _blank(operands: Iterable[Operand]) -> Operand | None:
    return next(((node, value) for node, value in operands if value is None or isinstance(value, Missing)), None)


def _emptiness(value: Any) -> dict[str, str]:
    if isinstance(value, Missing):
        return {"zh": f"填的是“{value.word}”", "en": f"says “{value.word}”"}
    return {"zh": "没有填", "en": "is blank"}


def _comparison(bench: Bench, node: nodes.Compare, _: Exception) -> Said:
    operands = [(one, bench.value(one)) for one in (node.expr, *(other.expr for other in node.ops))]
    if node.ops[0].op in ("in", "notin"):
        return _search(*operands[:2])
    given = [value for _, value in operands if value is not None and not isinstance(value, Missing)]
    if any(isinstance(value, int | float | Decimal) for value in given):
        return _number(doing("compare"), operands)
    if blank := _blank(operands):
        return "template-blank-used", {
            "value": typed(blank[0]),
            "said": _emptiness(blank[1]),
            "doing": doing("compare"),
        }
    return "template-unlike", _both(*operands[:2])


def _search(sought: Operand, within: Operand) -> Said:
    if blank := _blank([within]):
        return "template-blank-used", {"value": typed(blank[0]), "said": _emptiness(blank[1]), "doing": doing("in")}
    return "template-not-searched", _both(sought, within)


def _both(left: Operand, right: Operand) -> dict[str, Any]:
    (one, first), (two, second) = left, right
    return {"value": typed(one), "said": kind_of(first), "other": typed(two), "kind": kind_of(second)}


def _filter(bench: Bench, node: nodes.Filter, problem: Exception) -> Said:
    if node.node is None:
        return None
    value = bench.value(node.node)
    before = typed(node.node)
    details: dict[str, Any] = {"filter": node.name, "value": before, "doing": doing(node.name)}
    if isinstance(problem, UndefinedError):
        return ("template-nothing-first", {**details, "value": _listed(before, value)}) if _has_none(value) else None
    if isinstance(problem, TypeError) and not _fits(bench, node):
        return "template-filter-arguments", details
    if _is_own(bench.environment.filters[node.name]):
        return "template-failed", {"said": str(problem) or type(problem).__name__}
    if unfit := _of_numbers(bench, node, (node.node, value)):
        return unfit
    if value is None or isinstance(value, Missing):
        return "template-blank-used", {**details, "said": _emptiness(value)}
    if node.name in _OF_LISTS and hasattr(value, "__iter__") and not isinstance(value, str):
        return "template-blanks-among", {**details, **_among(node)}
    picked = _picked(node.node) if isinstance(value, Iterator) else None
    return picked or ("template-filter-not-for", {**details, "said": shown(value)})


def _of_numbers(bench: Bench, node: nodes.Filter, before: Operand) -> Said:
    """Return what is said of the value that is no number and that a filter takes for one: with `format`, what stands for %d."""
    if node.name in _OF_NUMBERS:
        return _number(doing(node.name), [before])
    given = [(one, bench.value(one)) for one in node.args] if node.name == "format" else []
    blank = _blank(given)
    return _number(doing(node.name), [blank] if blank else given if len(given) == 1 else [])


def _listed(before: str, value: Any) -> str:
    """Return what is asked whether it has items: what makes them one by one has to be a list first."""
    return before if isinstance(value, list | tuple) else f"{before}|list"


def _has_none(value: Any) -> bool:
    try:
        return not list(value)
    except TypeError:
        return False


def _is_own(made: Any) -> bool:
    """Tell whether a filter is one of whoever called us from Python, who knows what its own errors say."""
    return getattr(made, "__module__", "").partition(".")[0] not in ("jinja2", "batchreport", "builtins")


def _fits(bench: Bench, node: nodes.Filter) -> bool:
    """Tell whether what stands in brackets behind a filter is of a number and of names that it takes."""
    made = bench.environment.filters[node.name]
    before = [None] * (1 + hasattr(unwrap(made), "jinja_pass_arg"))
    more = bench.value(node.dyn_args) if node.dyn_args is not None else ()
    options = {str(option.key): None for option in node.kwargs}
    try:
        signature(made).bind(*before, *node.args, *more, **options)
    except TypeError:
        return False
    except ValueError:  # made in C: nothing is known of it
        return True
    return True


def _among(node: nodes.Filter) -> dict[str, str]:
    """Return the column that a filter goes by, and the filter before which its blanks can be left out."""
    if not (column := _column(node)) and isinstance(node.node, nodes.Filter) and node.node.name == "map":
        return {"column": _column(node.node) or "…", "before": "map"}
    return {"column": column or "…", "before": node.name}


def _column(node: nodes.Filter) -> str:
    named = [*node.args, *(option.value for option in node.kwargs if option.key == "attribute")]
    return next((one.value for one in named if isinstance(one, nodes.Const) and isinstance(one.value, str)), "")


def _call(bench: Bench, node: nodes.Call, problem: Exception) -> Said:
    function = bench.value(node.node)
    named = node.node
    if function is None and isinstance(named, nodes.Getattr) and bench.value(named.node) is None:
        used = {"zh": f"用 .{named.attr}()", "en": f"used with .{named.attr}()"}
        return "template-blank-used", {"value": typed(named.node), "said": _emptiness(None), "doing": used}
    if not callable(function):
        return "template-not-called", {"value": typed(node.node), "said": kind_of(function)}
    if isinstance(problem, OverflowError) and typed(node.node) == "range":
        return "template-loop-too-long", {"most": f"{MAX_RANGE:,}"}
    return ("template-call-wrong", {"value": typed(node.node)}) if isinstance(problem, TypeError | ValueError) else None


def _item(bench: Bench, node: nodes.Getitem, _: Exception) -> Said:
    owner = bench.value(node.node)
    if isinstance(node.arg, nodes.Slice):
        cut = not isinstance(owner, Undefined | str | list | tuple)
        return ("template-not-cut", {"value": typed(node.node), "said": shown(owner)}) if cut else None
    if isinstance(owner, Undefined) or not isinstance(owner, list | tuple):
        return None
    at = bench.value(node.arg)
    if not isinstance(at, int):
        return None
    return "template-no-such-row", {
        "value": typed(node.node),
        "n": len(owner),
        "which": _ordinal(at),
        "at": at if at >= 0 else -at - 1,
    }


def _ordinal(at: int) -> dict[str, str]:
    """Return which item an index means, in each language: 2 → the third, -3 → the third from the end."""
    if at >= 0:
        return {"zh": f"第 {at + 1} 项", "en": f"number {at + 1}"}
    return {"zh": f"倒数第 {-at} 项", "en": f"number {-at} from the end"}


def _loop(bench: Bench, problem: Exception) -> Said:
    """Return what is wrong with what a `for` goes through: no list, or rows that are taken apart into too few names."""
    loop = next(iter(bench.tree.find_all(nodes.For)), None)
    if loop is None or not isinstance(problem, TypeError | ValueError):
        return None
    value = bench.value(loop.iter)
    if isinstance(problem, ValueError) and isinstance(loop.target, nodes.Tuple):
        first = loop.target.items[0]
        return "template-loop-names", {
            "n": len(loop.target.items),
            "first": getattr(first, "name", "…"),
            "value": typed(loop.iter),
        }
    if value is None or isinstance(value, Missing):
        details = {
            "value": typed(loop.iter),
            "said": _emptiness(value),
            "doing": {"zh": "逐项取出", "en": "gone through"},
        }
        return "template-blank-used", details
    return _picked(loop.iter) if hasattr(value, "__iter__") else ("template-not-a-list", {"name": typed(loop.iter)})


def _picked(node: nodes.Node) -> Said:
    """Return what is said of rows that are picked by a comparison which blanks do not bear, wherever they are gone through."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        if node.name in _PICKING and len(node.args) > 2:  # noqa: PLR2004  (column, test, value)
            details = {"filter": node.name, "value": typed(node.node), "doing": doing("compare"), **_among(node)}
            return "template-blanks-among", details
        node = node.node
    return None


_BY_NODE: dict[type[nodes.Node], Any] = {
    nodes.Compare: _comparison,
    nodes.Filter: _filter,
    nodes.Call: _call,
    nodes.Getitem: _item,
}
