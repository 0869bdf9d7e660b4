"""This module gathers the filters that a template may use, each under its Chinese and its English name."""

from __future__ import annotations

import inspect
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from batchreport.report.grammar.chinese.filters import CHINESE
from batchreport.report.grammar.inputs import FilterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FILTERS", "NAMES", "OPTIONS", "FilterError", "filters"]

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
    "金额": "money",
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
    "前加": "led_by",
    "附注": "noted",
    "接数": "with_figure",
    "升降": "change_mark",
    "好坏": "verdict",
    "最大组": "largest_group",
    "变动较大": "most_changed",
    "字宽": "width",
    "项数": "counted",
    "单位词": "unit_word",
    "首字大写": "capitalised",
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
    "币种": "currency",
    "量级": "scale",
    "语言": "language",
}
"""The English name of every option; a template writes either."""


_TOO_MANY = (
    "后面括号里的内容少了、多了，或者选项的名称不对，写法见 docs/filters.md",
    "has too little, too much or an unknown option in its brackets, see docs/filters.md",
)
_LANGUAGES = frozenset({"zh", "en"})


def _usual(language: str) -> Mapping[str, Callable[..., Any]]:
    """Return the filters as they speak a language, by their English names."""
    if language == "zh":
        return CHINESE
    from batchreport.report.grammar.english.filters import ENGLISH  # noqa: PLC0415  (most templates speak Chinese)

    return ENGLISH


def _named(zh: str, language: str) -> Callable[..., Any]:
    """Return the filter as templates use it: options in either language, and errors that name it."""
    en = NAMES[zh]
    usual = _usual(language)[en]
    signature = inspect.signature(usual)
    wanted = inspect.Parameter("language", inspect.Parameter.KEYWORD_ONLY, default=language)

    @wraps(usual)
    def called(*values: Any, **options: Any) -> Any:
        english, made = options, usual
        try:
            if options:
                english = {OPTIONS.get(option, option): value for option, value in options.items()}
                made = _spoken(en, english.pop("language", language))
            return made(*values, **english)
        except FilterError as error:
            raise FilterError(f"{zh} {error.zh}", f"{en} {error.en}") from None
        except TypeError:
            if _fits(made, values, english):
                raise
            raise FilterError(f"{zh} {_TOO_MANY[0]}", f"{en} {_TOO_MANY[1]}") from None

    called.__signature__ = signature.replace(parameters=[*signature.parameters.values(), wanted])  # type: ignore[attr-defined]
    return called


def _fits(made: Callable[..., Any], values: tuple[Any, ...], options: dict[str, Any]) -> bool:
    try:
        inspect.signature(made).bind(*values, **options)
    except TypeError:
        return False
    return True


def _spoken(en: str, language: object) -> Callable[..., Any]:
    if language not in _LANGUAGES:
        raise FilterError('的语言要写成 "zh" 或 "en"', 'takes the language "zh" or "en"')
    return _usual(str(language))[en]


@cache
def filters(language: str) -> dict[str, Callable[..., Any]]:
    """Return every filter by both names as it speaks `language`, "zh" or "en"; the option 语言 has one speak the other."""
    made = {zh: _named(zh, language) for zh in NAMES}
    return {name: made[zh] for zh in NAMES for name in (zh, NAMES[zh])}


FILTERS = filters("zh")
"""Every filter by both names as it speaks Chinese, ready for `jinja2.Environment.filters`."""
