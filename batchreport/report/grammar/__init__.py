"""This module gathers the filters that a template may use, each under its Chinese and its English name."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any

from batchreport.report.grammar.change import change, change_cell
from batchreport.report.grammar.dates import chinese_date, date_text, period_label
from batchreport.report.grammar.inputs import FilterError
from batchreport.report.grammar.lists import enumerated, listing, ordinal
from batchreport.report.grammar.numbers import (
    approximate,
    compact,
    number,
    percent,
    points,
    quantity,
    share,
    ten_thousands,
)
from batchreport.report.grammar.numerals import capital_amount
from batchreport.report.grammar.rows import grouped_by, having, lacking
from batchreport.report.grammar.sums import count_by, total
from batchreport.report.grammar.text import clause, full_stop, fullwidth, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FILTERS", "NAMES", "OPTIONS", "FilterError"]

NAMES: Mapping[str, str] = {
    "序号": "ordinal",
    "顿号": "listing",
    "列举": "enumerated",
    "数值": "number",
    "量": "quantity",
    "约数": "approximate",
    "百分比": "percent",
    "百分点": "points",
    "增减": "change",
    "变化": "change_cell",
    "日期": "date",
    "汉字日期": "chinese_date",
    "期间": "period_label",
    "大写金额": "capital_amount",
    "万元": "ten_thousands",
    "万亿": "compact",
    "合计": "total",
    "占比": "share",
    "计数": "count_by",
    "分组": "grouped_by",
    "有值": "having",
    "无值": "lacking",
    "句号": "full_stop",
    "分句": "clause",
    "缺": "missing",
    "全角": "fullwidth",
}
"""The English name of every filter."""

OPTIONS: Mapping[str, str] = {
    "样式": "style",
    "末项和": "last_and",
    "最多": "at_most",
    "量词": "counter",
    "位数": "places",
    "分节": "grouped",
    "单位": "unit",
    "约数": "approx",
    "词": "word",
    "口径": "measure",
    "对比": "against",
    "方向": "good_when",
    "本期": "current",
    "整": "closing",
    "列": "column",
    "按": "by",
    "顺序": "order",
}
"""The English name of every option; a template writes either."""


def _named(zh: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter as templates use it: options in either language, and errors that name it."""
    en = NAMES[zh]

    @wraps(made)
    def called(*values: Any, **options: Any) -> Any:
        english = {OPTIONS.get(option, option): value for option, value in options.items()}
        try:
            return made(*values, **english)
        except FilterError as error:
            raise FilterError(f"{zh} {error.zh}", f"{en} {error.en}") from None
        except TypeError as error:
            if _fits(made, values, english):
                raise
            raise FilterError(f"{zh} 的参数不对：{error}", f"{en}: {error}") from None

    return called


def _fits(made: Callable[..., Any], values: tuple[Any, ...], options: dict[str, Any]) -> bool:
    try:
        inspect.signature(made).bind(*values, **options)
    except TypeError:
        return False
    return True


_CHINESE: Mapping[str, Callable[..., Any]] = {
    "序号": ordinal,
    "顿号": listing,
    "列举": enumerated,
    "数值": number,
    "量": quantity,
    "约数": approximate,
    "百分比": percent,
    "百分点": points,
    "增减": change,
    "变化": change_cell,
    "日期": date_text,
    "汉字日期": chinese_date,
    "期间": period_label,
    "大写金额": capital_amount,
    "万元": ten_thousands,
    "万亿": compact,
    "合计": total,
    "占比": share,
    "计数": count_by,
    "分组": grouped_by,
    "有值": having,
    "无值": lacking,
    "句号": full_stop,
    "分句": clause,
    "缺": missing,
    "全角": fullwidth,
}

FILTERS: dict[str, Callable[..., Any]] = {
    name: _named(zh, made) for zh, made in _CHINESE.items() for name in (zh, NAMES[zh])
}
"""Every filter by both names, ready for `jinja2.Environment.filters`."""
