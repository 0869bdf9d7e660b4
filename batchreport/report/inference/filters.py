"""This module knows which filters give rows, and which of what they are told names a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from batchreport.report.inference.scope import Many, Thing

if TYPE_CHECKING:
    from batchreport.report.inference.scope import Kind, Scope

PICKED = frozenset({"变动较大", "most_changed", "最大组", "largest_group"})  # every text argument is a column
SAME = PICKED | frozenset(
    {"sort", "reverse", "list", "unique", "selectattr", "rejectattr", "select", "reject"}
    | {"有值", "having", "无值", "lacking"}
)
ONE = frozenset({"first", "last", "random", "max", "min"})
COUNTS = frozenset({"length", "count"})
GROUPS = frozenset({"分组", "grouped_by"})  # likewise
# The first argument is a column.
FIRST = frozenset({"selectattr", "rejectattr", "groupby", "有值", "having", "无值", "lacking"})
SUMS = frozenset({"合计", "total", "计数", "count_by"})  # likewise, and its values are shown
TOTALS = frozenset({"合计", "total"})  # the columns of units and of approximations may follow
COLUMNS = frozenset({"列", "column", "attribute"})  # the options that name a column
BESIDE = frozenset({"按", "by", "约数", "approx"})  # and those of a total beside it
OPTION = frozenset({"sort", "unique", "max", "min", "sum", "join", "map"})  # `attribute=` is a column
WHOLE = {"join": 2, "sum": 1}  # filters of values, and which argument names the column that they take of rows
TRANSPARENT = frozenset({"default", "d"})


def named_columns(node: nodes.Filter) -> tuple[list[str], list[str]]:
    """Return the texts among a filter's arguments: those that must be columns, and those that may be."""
    must: list[str] = []
    may: list[str] = []
    for at, argument in enumerate(node.args):
        if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
            is_column = node.name in GROUPS | TOTALS | PICKED or (at == 0 and node.name in FIRST | SUMS)
            (must if is_column else may).append(argument.value)
    for option in sorted(node.kwargs, key=lambda option: option.key not in COLUMNS):
        if isinstance(option.value, nodes.Const) and isinstance(option.value.value, str):
            is_column = option.key in COLUMNS and node.name in OPTION | SUMS | FIRST
            is_column = is_column or (option.key in BESIDE and node.name in TOTALS)
            (must if is_column else may).append(option.value.value)
    return must, may


def unquoted(node: nodes.Filter, operand: Kind, scope: Scope) -> list[nodes.Name]:
    """Return the columns that a filter is told without quotes, as names that stand for nothing: `新增设施|合计(金额)`."""
    if node.name not in GROUPS | TOTALS | PICKED | FIRST | SUMS | {"图表", "chart"} or not isinstance(operand, Many):
        return []
    columns = operand.item.attributes if isinstance(operand.item, Thing) else {}
    bare = (one for one in node.args if isinstance(one, nodes.Name))
    return [one for one in bare if one.name in columns and scope.find(one.name) is None]
