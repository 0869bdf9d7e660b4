"""This module numbers and joins: 一、, 一是…；二是…。, 甲、乙、丙."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.grammar.inputs import as_items, as_number, refuse
from batchreport.report.grammar.numerals import numeral
from batchreport.report.grammar.text import as_text, full_stop, like

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CIRCLED = (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))
_ORDER = ("首先", "其次", "再次")
_LAST = "最后"


def _circled(n: int) -> str:
    return chr(_CIRCLED[n - 1]) if n <= len(_CIRCLED) else f"（{n}）"


_NUMERALS: dict[str, Callable[[int], str]] = {"一": numeral, "1": str, "①": _circled}


def ordinal(n: object, style: str = "一、") -> str:
    """Return the number of a heading or an item, in the manner of the example `style`.

    The 一, 1 or ① of the example is replaced: "一、" "（一）" "1." "（1）" "①" "一是" "第一，". "首先" counts
    首先, 其次, 再次, 第四. ① ends at 50, then comes （51）. A blank, or what is no whole number from 1 up, gives "".
    """
    value = as_number(n)
    if value is None or value < 1 or value != int(value):
        return ""
    if style == _ORDER[0]:
        return _ORDER[int(value) - 1] if value <= len(_ORDER) else f"第{numeral(int(value))}"
    mark = next((mark for mark in _NUMERALS if mark in str(style)), None)
    if mark is None:
        refuse("“一、”“（一）”“1.”“①”“一是”“首先”这样的样式", 'a style such as "一、", "1." or "①"', style)
    return style.replace(mark, _NUMERALS[mark](int(value)), 1)


def _join(mark: str, texts: Sequence[str]) -> str:
    """Join texts; beside one that is safe markup, the others are escaped as the template would."""
    model = next((text for text in texts if hasattr(text, "__html__")), mark)
    return like(model, mark).join(texts)


def listing(items: object, last_and: bool = False, at_most: int | None = None, counter: str = "项") -> str:
    """Return items joined by 、: "甲、乙、丙"; with `last_and` "甲、乙和丙"; more than `at_most` are cut: "甲、乙等8项".

    Blank items are left out. A single text is itself.
    """
    texts = [as_text(item) for item in as_items(items)]
    limit = as_number(at_most)
    kept = len(texts) if limit is None else max(int(limit), 1)
    if kept < len(texts):
        return _join("", [_join("、", texts[:kept]), f"等{len(texts)}{counter}"])
    if last_and and len(texts) > 1:
        return _join("和", [_join("、", texts[:-1]), texts[-1]])
    return _join("、", texts)


def enumerated(items: object, style: str = "一是") -> str:
    """Return items as one numbered sentence: "一是…；二是…。"; a single item is not numbered; none give ""."""
    sentences = [full_stop(as_text(item)) for item in as_items(items)]
    texts = [like(text, text.removesuffix("。")) for text in sentences if text]
    if len(texts) > 1:
        texts = [_join("", [_lead(index, len(texts), style), text]) for index, text in enumerate(texts, 1)]
    return full_stop(_join("；", texts))


def _lead(index: int, count: int, style: str) -> str:
    if style != _ORDER[0]:
        return ordinal(index, style)
    is_last_of_many = index == count and count >= len(_ORDER)
    return (_LAST if is_last_of_many else ordinal(index, style)) + "，"
