"""This module writes the list of those who are due, to be pasted into a chat group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.mail.taken import printable
from batchreport.period import day_label
from batchreport.postroom.parcels import DUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from batchreport.standing import Standing, Standings

_AS_AWAITED = {"unsent": "awaited"}
_WORDS = {
    "zh": {
        "head": "【催报】{period}{form}",
        "deadline": "截止日期：{deadline}",
        "late": "截止日期：{deadline}（已过 {days} 天）",
        "awaited": "还没有交（{count} 个）：{names}",
        "wrong-period": "交的不是{period}的（{count} 个），请填写{period}的工作簿：{names}",
        "doubled": "交了两份、内容不同（{count} 个），请把正确的一份再发一次：{names}",
        "faulty": "有需要改正的地方（{count} 个），请改好后交回：{names}",
        "returned": "已退回修改、还没有交回（{count} 个）：{names}",
        "please": "请以上单位尽快交回，回复通知邮件即可；已经交了的，请看看附件是否带上。",
        "contact": "有困难或疑问，请联系：{contact}。",
        "none": "{period}{form}：各单位都已交齐。",
        "nobody": "{period}{form}：没有这样的单位。",
        "comma": "、",
    },
    "en": {
        "head": "Reminder: {form} for {period}",
        "deadline": "Due by {deadline}",
        "late": "Due by {deadline} ({days} days ago)",
        "awaited": "Not yet received ({count}): {names}",
        "wrong-period": "Not for {period} ({count}), please fill in the workbook for {period}: {names}",
        "doubled": "Two that differ ({count}), please send the right one again: {names}",
        "faulty": "To be corrected ({count}): {names}",
        "returned": "Returned for correction and not yet back ({count}): {names}",
        "please": "Please send them as soon as you can, in reply to our letter; if you have, check that the file was attached.",
        "contact": "Questions: {contact}.",
        "none": "{form} for {period}: all workbooks are in.",
        "nobody": "{form} for {period}: there is no such department.",
        "comma": ", ",
    },
}


def chat_list(
    known: Standings, items: Sequence[Standing], today: date, form: str, *, contact: str, language: str
) -> str:
    """Return who of `items` is due, by state, as a message of a few lines; `form` is the title of the schema.

    Whom no blank workbook was mailed to may have got it otherwise, and is asked for it like the others.
    """
    words = _WORDS[language]
    said = {"period": known.period.label(language), "form": form}
    groups = list(_groups(items, words, said["period"]))
    if not groups:
        return words["none" if all(one.state == "good" for one in known.items) else "nobody"].format(**said)
    lines = [words["head"].format(**said)]
    if known.deadline:
        days = (today - known.deadline).days
        line = words["late" if days > 0 else "deadline"]
        lines.append(line.format(deadline=day_label(known.deadline, language), days=days))
    lines += [*groups, words["please"]]
    if contact:
        lines.append(words["contact"].format(contact=contact))
    return "\n".join(lines)


def _groups(items: Sequence[Standing], words: dict[str, str], period: str) -> Iterator[str]:
    for state in DUE:
        if names := [printable(one.department.name) for one in items if _AS_AWAITED.get(one.state, one.state) == state]:
            yield words[state].format(period=period, count=len(names), names=words["comma"].join(names))
