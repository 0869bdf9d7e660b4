"""This module holds the words of a blank workbook, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

FIRST_SHEET = {"zh": "填写说明", "en": "Instructions"}
"""The name of the sheet that says what to do."""
_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WORDS = {
    "zh": {
        "table": "带 * 的列必须填写；灰色的格子已经填好，不用改。一行写一项，行数不够可以接着往下写；没有内容就在第一行写“无”。",
        "form": "带 * 的项目必须填写；灰色的格子已经填好，不用改。",
        "nothing": "无",
        "choice": "请从下拉列表中选择：{}",
        "reference": "请从下拉列表中选择，或写“{}”里已有的内容",
        "number": "请只填数字",
        "number-unit-beside": "请只填数字，单位填在单位列",
        "number-unit": "请只填数字，单位是{}",
        "missing": "没有数据就写“{}”",
        "whole": "请填整数",
        "date": "请填日期，写成 {} 的样子",
        "low": "不小于 {}",
        "high": "不大于 {}",
        "early": "不早于 {}",
        "late": "不晚于 {}",
        "length": "请不要超过 {} 字",
        "stop": "。",
        "comma": "，",
        "listing": "、",
        "title": "填写有误",
        "switch": "是,否",
        "head": "{name} {period}{title}",
        "by": "请填写{name}{period}的情况，于{deadline}前填好发回。",
        "soon": "请填写{name}{period}的情况，填好后尽快发回。",
        "cells": "只填白色的格子，灰色的已经填好。带 * 的必须填：还没有填的显示为浅红色；浅黄色的最好也填上。",
        "kinds": "点开有下拉箭头的格子，从列表里选；数字只写数字，单位写在单位列；日期写成 {day} 的样子。",
        "rows": "一行写一项，行数不够就接着往下写；哪张表没有内容，就在它的第一行写“无”。粘贴时请选“粘贴为数值”。",
        "keep": "不要改工作表的名字和表头，不要删列。填好后仍存为 Excel 工作簿（.xlsx）。{ask}",
        "ask": "有疑问请联系：{contact}。",
        "sheets": "需要填写的工作表（点名字就跳到那张表）",
        "sheet": "工作表",
        "what": "填写内容",
        "must": "填报要求",
        "required": "必填",
        "optional": "没有可不填",
        "brought": "已带入{period} {count} 行",
        "more": "等 {count} 项",
        "recalled": "{period}“{title}”里写的，请对照着填报",
    },
    "en": {
        "table": "Columns marked * must be filled in; grey cells are filled already. One item a row, go on below as far as needed; "
        "if there is nothing to say, write “none” in the first row.",
        "form": "What is marked * must be filled in; grey cells are filled already.",
        "nothing": "none",
        "choice": "Please choose from the list: {}",
        "reference": "Please choose from the list, or write what stands in “{}”",
        "number": "Digits only, please",
        "number-unit-beside": "Digits only, please; the unit has its own column",
        "number-unit": "Digits only, please, in {}",
        "missing": "where there are no data, write “{}”",
        "whole": "A whole number, please",
        "date": "A date, please, such as {}",
        "low": "at least {}",
        "high": "at most {}",
        "early": "not before {}",
        "late": "not after {}",
        "length": "At most {} characters, please",
        "stop": ".",
        "comma": "; ",
        "listing": ", ",
        "title": "Please check",
        "switch": "yes,no",
        "head": "{title}: {name}, {period}",
        "by": "Please report on {period} for {name}: fill this in and send it back by {deadline}.",
        "soon": "Please report on {period} for {name}: fill this in and send it back as soon as you can.",
        "cells": "Fill in the white cells; the grey ones are filled already. What is marked * must be filled in: while empty "
        "it is pale red. Pale yellow should be filled in, too.",
        "kinds": "Where a cell has an arrow, choose from its list. Numbers are digits only, the unit has its own column. "
        "Dates look like {day}.",
        "rows": "One item a row; go on below as far as needed. If a sheet has nothing to say, write “none” in its first "
        "row. When pasting, paste values only.",
        "keep": "Leave the names of the sheets and the headers as they are, delete no columns, and keep it an Excel "
        "workbook (.xlsx). {ask}",
        "ask": "Questions: {contact}.",
        "sheets": "Sheets to fill in (click a name to go there)",
        "sheet": "Sheet",
        "what": "What to fill in",
        "must": "Needed",
        "required": "required",
        "optional": "only if there is something",
        "brought": "rows brought from {period}: {count}",
        "more": " and more, {count} in all",
        "recalled": "What “{title}” said for {period}: please report on it",
    },
}  # fmt: skip


def day_text(day: date, language: str) -> str:
    """Return a day as a text names it: "2026年12月5日", "5 December 2026"."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_ENGLISH[day.month - 1]} {day.year}"
