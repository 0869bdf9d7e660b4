"""This module tells which rows below a header are no records: totals, remarks, headers, and the word for "nothing"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batchreport.names import fold
from batchreport.workbook.cells import is_blank, says_nothing, seen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from batchreport.workbook.layout import Header

_TOTALS = frozenset(map(fold, ("合计", "总计", "小计", "总数", "total", "sum")))
_LONGEST_TOTAL = 12
_OFTEN = 30  # signs up to which a text probably stands in other rows too
_REMARK = re.compile(
    r"(?:备注|附注|注释?|说明|填[报表写](?:说明|须知|要求)|notes?|remarks?)\s*\d*\s*(?:[:：]|$)"
    r"|[(（]?(?:此行|本行|本表)?以下(?:均)?(?:为)?(?:空白|空行|无正文|无内容)[)）]?[。.]?$",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:(?:填[报表]|制表|审[核批]|经办|负责|联系)人|填[报表](?:日期|时间|单位)|单位(?=[(（]))"
    r"(?:\s*[(（]?(?:签字|签名|签章|盖章|公章)[)）]?)?\s*[:：]"
)
_NONE = re.compile(  # folded: "本月无荣誉", "没有新增设施。", "no honours this month"
    r"(?:[本当这](?:个?月|季度?|半年|年度?|学期|期)(?:份|内)?)?(?:目前|暂时?|尚|均)?(?:无|没有|未发现|不存在)"
    r"(?:新增|新的|相关|其他)?(?P<what>.*?)(?:的?(?:内容|情况|事项|记录|信息))?[。.]?"
    r"|no(?:new)?(?P<thing>.+?)(?:this(?:month|quarter|half|year|period))?\.?"
)
_ANYTHING = ("", "此项", "该项", "此类")
_LONGEST_NONE = 30
_DATED = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")


def begins_record(raw: Any, header: Header) -> bool:
    """Return whether a row whose first filled cell this is can only be a record, whatever follows; with a blank it does not."""
    column = header.column
    if column is None or (column.prefilled and not column.required):
        return False
    if not isinstance(raw, str):
        return raw is not None
    return _often_begins(raw, header.text) if len(raw) <= _OFTEN else _begins(raw, header.text)


def _begins(raw: str, header: str) -> bool:
    text = seen(raw)
    if not text or says_nothing(raw) or _SIGNED.match(text) or _REMARK.match(text) or _DATED.fullmatch(text):
        return False
    return fold(raw) != fold(header) and not _says_total(raw) and not _may_say_none(raw)


_often_begins = lru_cache(maxsize=8192)(_begins)  # categories and names come again, in other rows and departments


def total_in_front(row: list[Any], first: Header) -> str:
    """Return the word for "total" where it stands in front of a row's first column, as below the numbers of the rows."""
    return next((raw for raw in row[: first.index] if isinstance(raw, str) and _says_total(raw)), "")


def no_record(row: list[Any], filled: list[Header], headers: Iterable[Header]) -> str:
    """Return the code of what is said of a row that is no record: a total, a remark, the header again; "" of a record."""
    if _is_total(row, filled):
        return "row-total"
    if _is_remark(row, filled, headers):
        return "row-remark"
    return "row-header" if _repeats_header(row, filled) else ""


def _is_total(row: list[Any], filled: list[Header]) -> bool:
    """Return whether a row begins with a word for "total" and goes on with numbers, or not at all."""
    first = row[filled[0].index]
    if not isinstance(first, str) or not _says_total(first):
        return False
    return len(filled) == 1 or any(header.column and header.column.numeric for header in filled[1:])


def _says_total(text: str) -> bool:
    return len(text) <= _LONGEST_TOTAL and fold(text) in _TOTALS


def _is_remark(row: list[Any], filled: list[Header], headers: Iterable[Header]) -> bool:
    """Return whether a row is a text about the table, such as "备注：…", or a line of signatures or their date.

    A remark with more than one cell filled is a record after all where nothing required lacks.
    """
    first = row[filled[0].index]
    if not isinstance(first, str):
        return False
    if _SIGNED.match(first.strip()) or (len(filled) == 1 and _DATED.fullmatch(first.strip())):
        return True
    if not _REMARK.match(first.strip()):
        return False
    lacking = (header for header in headers if header.column and header.column.required and is_blank(row[header.index]))
    return len(filled) == 1 or next(lacking, None) is not None


def _repeats_header(row: list[Any], filled: list[Header]) -> bool:
    """Return whether a row has nothing but the header's texts, as where two printed tables became one."""
    return len(filled) > 1 and all(
        isinstance(raw := row[header.index], str) and fold(raw) == fold(header.text) for header in filled
    )


def says_none(row: list[Any], filled: list[Header], names: Collection[str]) -> bool:
    """Return whether a row only says that there is none of what the sheet is for, which has these folded names.

    What was prefilled and need not be there does not count.
    """
    raws = [row[h.index] for h in filled if h.column and (h.column.required or not h.column.prefilled)]
    match = _may_say_none(raws[0]) if len(raws) == 1 and isinstance(raws[0], str) else None
    return match is not None and (match["what"] or match["thing"] or "") in (*_ANYTHING, *names)


def _may_say_none(raw: str) -> re.Match[str] | None:
    return _NONE.fullmatch(fold(raw)) if len(raw) <= _LONGEST_NONE else None


def declares_nothing(row: list[Any], filled: list[Header]) -> bool:
    """Return whether a row only says that there is nothing; what was prefilled and need not be there does not count."""
    said = False
    for header in filled:
        if header.column and (header.column.required or not header.column.prefilled):
            said = says_nothing(row[header.index])
            if not said:
                break
    return said
