"""This module says whether a filter of ours is called in a way that it cannot work, before any workbook is read."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from batchreport.names import near
from batchreport.report.grammar import FILTERS, NAMES, OPTIONS
from batchreport.report.inference.scope import Kind, Scalar

if TYPE_CHECKING:
    from jinja2 import nodes

_OF_NUMBERS = frozenset({"数值", "量", "约数", "百分比", "百分点", "占比", "万元", "万亿", "大写金额", "增减", "变化"})
_WANT_A_NUMBER = _OF_NUMBERS | {NAMES[name] for name in _OF_NUMBERS}


def misuse(node: nodes.Filter, operand: Kind) -> tuple[str, dict[str, str]] | None:
    """Return the code and the details of what is wrong with a call of one of our filters, or None.

    `operand` is what stands before the bar. A call that hands on lists of arguments is not looked at.
    """
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return None
    takes = inspect.signature(FILTERS[node.name])
    typed = [str(option.key) for option in node.kwargs]
    english = {OPTIONS.get(word, word): word for word in typed}
    if unknown := next((word for name, word in english.items() if name not in takes.parameters), None):
        known = {word for both in OPTIONS.items() if both[1] in takes.parameters for word in both}
        return "template-unknown-option", {"filter": node.name, "name": unknown, "near": near(unknown, known)}
    try:
        takes.bind(operand, *node.args, **dict.fromkeys(english))
    except TypeError:
        return "template-filter-arguments", {"filter": node.name}
    if node.name in _WANT_A_NUMBER and isinstance(operand, Scalar) and operand.type is str:
        return "template-filter-wants-number", {"filter": node.name}
    return None
