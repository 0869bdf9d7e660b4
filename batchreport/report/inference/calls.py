"""This module says whether a filter is called in a way that it cannot work, before any workbook is read."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.filters import FILTERS as BUILT_IN

from batchreport.names import near
from batchreport.report.grammar import NAMES, OPTIONS
from batchreport.report.inference.scope import Kind, Many, Scalar, Thing
from batchreport.report.inference.trial import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_TOLD = {"map": 0, "select": 0, "reject": 0, "selectattr": 1, "rejectattr": 1}
"""Which argument names the filter, or the test, that these filters put to each item."""
_OF_NUMBERS = frozenset({"数值", "量", "约数", "百分比", "百分点", "占比", "万元", "万亿", "大写金额", "增减", "变化"})
_WANT_A_NUMBER = _OF_NUMBERS | {NAMES[name] for name in _OF_NUMBERS}


def as_filter(node: nodes.Call, ours: Collection[str]) -> nodes.Filter | None:
    """Return the filter that is meant by a call of its name, as of a function in Excel: `合计(新增设施, "金额")`, `新增设施.合计("金额")`."""
    function, given = node.node, node.args
    if isinstance(function, nodes.Getattr) and function.attr in ours:
        name, given = function.attr, [function.node, *given]
    elif isinstance(function, nodes.Name) and function.name in ours and given:
        name = function.name
    else:
        return None
    rest = (given[1:], node.kwargs, node.dyn_args, node.dyn_kwargs)
    return nodes.Filter(given[0], name, *rest, lineno=node.lineno, environment=node.environment)


def misuse(
    node: nodes.Filter, operand: Kind, call: Callable[..., Any], *, ours: bool
) -> tuple[str, dict[str, Any]] | None:
    """Return the code and the details of what is wrong with how a filter is called, or None.

    `operand` is what stands before the bar. Jinja's own filters are only counted what they are given, `ours` are tried.
    Others, and a call that hands on lists of arguments, are not looked at.
    """
    if node.dyn_args is not None or node.dyn_kwargs is not None or not (ours or node.name in BUILT_IN):
        return None
    try:
        takes = inspect.signature(call)
    except ValueError:  # made in C: nothing is known of it
        return None
    typed = [str(option.key) for option in node.kwargs]
    english = {OPTIONS.get(word, word) if ours else word: word for word in typed}
    if ours and (wrong := _strange(node.name, takes, english)):
        return wrong
    first = [None] * hasattr(inspect.unwrap(call), "jinja_pass_arg")  # as `signature` sees it
    try:
        takes.bind(*first, operand, *node.args, **dict.fromkeys(english))
    except TypeError:
        return "template-filter-arguments", {"filter": node.name}
    if not ours:
        return None
    if node.name in _WANT_A_NUMBER and isinstance(operand, Scalar) and operand.type is str:
        return "template-filter-wants-number", {"filter": node.name}
    refused = refusal(call, node, operand)
    return ("template-failed", {"said": refused.texts}) if refused else None


def unknown_told(
    node: nodes.Filter, operand: Kind, filters: Collection[str], tests: Collection[str]
) -> tuple[str, dict[str, Any]] | None:
    """Return what is said of the filter or test that a filter is told to put to each item, where there is none of its name."""
    at = _TOLD.get(node.name, len(node.args))
    told = node.args[at] if at < len(node.args) else None
    name = getattr(told, "value", None)  # of a constant
    known = filters if node.name == "map" else tests
    if not isinstance(name, str) or name in known:
        return None
    if node.name != "map":
        return "template-unknown-test", {"name": name, "near": near(name, known)}
    columns = operand.item.attributes if isinstance(operand, Many) and isinstance(operand.item, Thing) else ()
    return "template-unknown-filter", {
        "name": name,
        "near": f"attribute='{name}'" if name in columns else near(name, known),
    }


def _strange(name: str, takes: inspect.Signature, english: dict[str, str]) -> tuple[str, dict[str, Any]] | None:
    """Return what is said of the first option that a filter of ours does not have; `english` has those that it is given."""
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.parameters.values()):
        return None
    unknown = next((word for option, word in english.items() if option not in takes.parameters), None)
    if unknown is None:
        return None
    known = {word for both in OPTIONS.items() if both[1] in takes.parameters for word in both}
    return "template-unknown-option", {"filter": name, "name": unknown, "near": near(unknown, known)}
