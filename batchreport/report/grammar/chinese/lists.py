"""This module numbers and joins in Chinese: 一、, 一是…；二是…。, 甲、乙、丙."""

from __future__ import annotations

from batchreport.report.grammar import ordinals
from batchreport.report.grammar.chinese.text import as_text, full_stop
from batchreport.report.grammar.inputs import as_items, as_number
from batchreport.report.grammar.ordinals import ORDER
from batchreport.report.grammar.text import joined, like

_LAST = "最后"


def ordinal(n: object, style: str = "一、") -> str:
    """Return the number of a heading or an item, in the manner of the example `style`: "一、" "（一）" "1." "①" "首先"."""
    return ordinals.ordinal(n, style)


def listing(items: object, last_and: bool = False, at_most: int | None = None, counter: str = "项") -> str:
    """Return items joined by 、: "甲、乙、丙"; with `last_and` "甲、乙和丙"; more than `at_most` are cut: "甲、乙等8项".

    Blank items are left out. A single text is itself.
    """
    texts = [as_text(item) for item in as_items(items)]
    limit = as_number(at_most)
    kept = len(texts) if limit is None else max(int(limit), 1)
    if kept < len(texts):
        return joined("", [joined("、", texts[:kept]), f"等{len(texts)}{counter}"])
    if last_and and len(texts) > 1:
        return joined("和", [joined("、", texts[:-1]), texts[-1]])
    return joined("、", texts)


def enumerated(items: object, style: str = "一是") -> str:
    """Return items as one numbered sentence: "一是…；二是…。"; a single item is not numbered; none give ""."""
    sentences = [full_stop(as_text(item)) for item in as_items(items)]
    texts = [like(text, text.removesuffix("。")) for text in sentences if text]
    if len(texts) > 1:
        texts = [joined("", [_lead(index, len(texts), style), text]) for index, text in enumerate(texts, 1)]
    return full_stop(joined("；", texts))


def _lead(index: int, count: int, style: str) -> str:
    if style != ORDER[0]:
        return ordinal(index, style)
    is_last_of_many = index == count and count >= len(ORDER)
    return (_LAST if is_last_of_many else ordinal(index, style)) + "，"
