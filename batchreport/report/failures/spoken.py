"""This module says in a designer's words what a value is, what a piece of a tag does with it, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from batchreport.period import Period
from batchreport.values import Missing, Picture

Words = Mapping[str, str]
"""A text by language."""

_LONGEST = 20  # signs of a value that is quoted
_NAMED = {
    "Chart": ("图表", "a chart"),
    "Framed": ("图片", "a picture"),
    "NoneType": ("没有填的格子", "a blank"),
    "timedelta": ("一段时间", "a span of time"),
    "LoopContext": ("loop", "loop"),
    "Macro": ("宏", "a macro"),
}
_OF_TYPES: tuple[tuple[type | tuple[type, ...], str, str], ...] = (
    (Missing, "没有填的格子", "a blank"),
    (bool, "是或否", "yes or no"),
    ((int, float, Decimal), "数", "a number"),
    (str, "文字", "text"),
    (Picture, "图片", "a picture"),
    ((datetime, date), "日期", "a date"),
    (Period, "期间", "a period"),
    (Mapping, "一组值", "a group of values"),
)
_SAID = (
    (r"special loop variable", "loop 这个名称另有用处，换一个", "loop is a name of its own; take another"),
    (r"argument repeated", "同一个选项写了两次", "an option is given twice"),
    (r"defined twice", "同名的 block 有两个", "there are two blocks of this name"),
    (r"duplicate argument", "macro 里同一个名称写了两次", "the macro has a name twice"),
    (r"nested blocks|indentation", "循环和条件一层套一层，太深了", "too many loops and conditions stand in each other"),
    (r"recursion|parenthes|too complex|s_push", "括号套得太深，或者写得太长", "too many brackets stand in each other"),
    (r"assign to", "等号前面、for 后面要写一个名称", "before the equals sign and behind for stands a name"),
    (r"unexpected char ['\"]+", "引号没有成对", "a quote has no other"),
    (r"function call", "括号里带名称的选项要写在最后", "what has no name in the brackets comes first"),
    (r"expected name or number", "点后面要写列名", "behind a dot stands the name of a column"),
)
_DOING = {
    "+": ("相加", "added"),
    "-": ("相减", "subtracted"),
    "*": ("相乘", "multiplied"),
    "/": ("相除", "divided"),
    "//": ("整除", "divided"),
    "%": ("求余数", "divided"),
    "**": ("乘方", "raised to a power"),
    "neg": ("取负数", "made negative"),
    "pos": ("计算", "reckoned with"),
    "compare": ("比大小", "compared by size"),
    "in": ("在里面查找", "searched"),
    "round": ("取整", "rounded"),
    "abs": ("取绝对值", "made positive"),
    "sum": ("求和", "added up"),
    "sort": ("排序", "sorted"),
    "max": ("取最大值", "compared by size"),
    "min": ("取最小值", "compared by size"),
    "groupby": ("分组", "grouped"),
    "format": ("按格式印出", "formatted"),
}


def doing(what: str) -> Words:
    """Return what an operator or a filter of Jinja's does, as it stands behind “不能” and “cannot be”."""
    zh, en = _DOING.get(what, ("参加计算", "reckoned with"))
    return {"zh": zh, "en": en}


def kind_of(value: Any) -> Words:
    """Return what kind of thing a value is: "数", "日期", "一行"."""
    name = type(value).__name__
    zh, en = _NAMED.get(name) or next(((zh, en) for kind, zh, en in _OF_TYPES if isinstance(value, kind)), ("", ""))
    if not zh:
        zh, en = _of_many(value) if isinstance(value, Iterable) else _other(value)
    return {"zh": zh, "en": en}


def _of_many(value: Any) -> tuple[str, str]:
    if isinstance(value, tuple) and type(value) is not tuple:
        return "一行", "a row"
    if isinstance(value, tuple | list) and value and isinstance(value[0], tuple):
        return "一张表", "a table"
    return "若干项", "several items"


def _other(value: Any) -> tuple[str, str]:
    return ("函数", "a function") if callable(value) else (type(value).__name__, type(value).__name__)


def shown(value: Any) -> Words:
    """Return a value with its kind: "文字“12 人”", "数 3"; of what has no short text the kind alone."""
    kind = kind_of(value)
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | date | Period):
        return kind
    if isinstance(value, str) and not isinstance(value, date):
        return {"zh": f"{kind['zh']}“{short(value)}”", "en": f"{kind['en']} “{short(value)}”"}
    said = {language: value.label(language) if isinstance(value, Period) else str(value) for language in kind}
    return {"zh": f"{kind['zh']} {said['zh']}", "en": f"{kind['en']}, {said['en']}"}


def short(text: str) -> str:
    """Return a text in one line, cut if it is long."""
    line = " ".join(str(text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def stop_of(position: tuple[int, int]) -> Words:
    """Return where a part cannot be read on, by line and column."""
    line, column = position
    return {
        "zh": f"第 {line} 行第 {column} 个字符处读不下去",
        "en": f"it cannot be read on at line {line}, character {column}",
    }


def said_of(words: str) -> Words:
    """Return in each language what Jinja's or Python's words mean; words that nobody knows say no more than that it is wrong."""
    known = ((zh, en) for form, zh, en in _SAID if re.search(form, words))
    zh, en = next(known, ("这样写不对", "it is not written so"))
    return {"zh": zh, "en": en}
