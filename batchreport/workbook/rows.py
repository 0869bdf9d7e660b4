"""This module tells which rows below a header are no records: totals, remarks, headers, and the word for "nothing"."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batchreport.names import bare, fold
from batchreport.workbook.about_table import (
    about_alone,
    about_table,
    flat,
    is_date,
    is_remark,
    is_sealed,
    is_signed,
    labels_remark,
)
from batchreport.workbook.cells import is_blank, parse_cell, says_nothing, seen, show
from batchreport.workbook.kinds import Spanning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from batchreport.schema import Column
    from batchreport.workbook.layout import Header

_TOTALS = frozenset(
    map(fold, ("合计", "总计", "小计", "总数", "total", "totals", "subtotal", "sub-total", "grand total", "sum"))
)
_LONGEST_TOTAL = 12
_LABEL_AND_TEXT = 2
_TOTAL = re.compile(
    r"(?:本[月季年期]|全[校年县区市])?(?:合计|总计|小计|总数|总额|共计|累计)(?:数|数量|金额|费用|人数)?"
)
_OFTEN = 30  # signs up to which a text probably stands in other rows too
_HINT = re.compile(r"\s*[(（].*[)）]\s*", re.DOTALL)
_FURTHER = re.compile(r"[(（]?(?:[2-9]|1\d|[二三四五六七八九十])[)）.．、]|[②-⑳*＊※]")
_NONE = re.compile(  # folded: "本月无荣誉", "没有新增设施。", "no honours this month"
    r"(?:[本当这](?:个?月|季度?|半年|年度?|学期|期)(?:份|内)?)?(?:目前|暂时?|尚|均)?"
    r"(?:(?:未|没有)(?:新增|获得|取得|发生|发现|出现|添置|购置)|无|没有|不存在)"
    r"(?:新增|新的|相关|其他)?(?P<what>.*?)(?:的?(?:内容|情况|事项|记录|信息))?[。.]?"
    r"|nothing(?:toreport|todeclare)?(?:this(?:month|quarter|half|year|period))?\.?"
    r"|no(?:new)?(?P<thing>.+?)(?:this(?:month|quarter|half|year|period))?\.?"
)
_ANYTHING = ("", "此项", "该项", "此类")
_LONGEST_NONE = 30
_ZEROS = (0, "0")
_SERIES = ("甲乙丙丁戊己庚辛壬癸", "abcdefghijklmnopqrstuvwxyz", ("栏次",), ("序号",))
_FEWEST_NUMBERED = 4  # columns by which their numbers are known
_NUMBERED = re.compile(r"\s*[(（]?(?:甲|[AaＡ1１]|栏次|序号)[)）]?\s*")
_FREE = ("string", "reference", "image")


def begins_record(raw: Any, header: Header) -> bool:
    """Return whether a row whose first filled cell this is can only be a record, whatever follows; with a blank it does not."""
    column = header.column
    if column is None or (column.prefilled and not column.required):
        return False
    if not isinstance(raw, str):
        return raw is not None and raw != 1  # which may number the columns
    return _often_begins(raw, header.text) if len(raw) <= _OFTEN else _begins(raw, header.text)


def _begins(raw: str, header: str) -> bool:
    text = seen(raw)
    plain = flat(text)
    if not text or says_nothing(raw) or _NUMBERED.fullmatch(text) or _HINT.fullmatch(text) or about_table(plain):
        return False
    return fold(raw) != fold(header) and not _perhaps_total(raw) and not _may_say_none(raw)


_often_begins = lru_cache(maxsize=8192)(_begins)  # categories and names come again, in other rows and departments


def total_in_front(row: list[Any], first: Header) -> str:
    """Return the word for "total" where it stands in front of a row's first column, as below the numbers of the rows."""
    return next((raw for raw in row[: first.index] if isinstance(raw, str) and says_total(raw)), "")


def no_record(row: list[Any], filled: list[Header], headers: Collection[Header]) -> str:
    """Return the code of what is said of a row that is no record: a total, a remark, the header again; "" of a record."""
    if _is_total(row, filled, headers):
        return "row-total"
    if _is_remark(row, filled, headers):
        return "row-remark"
    return "row-header" if _repeats_header(row, filled) or _numbers_columns(row, filled) else ""


def is_stray(
    row: list[Any], filled: list[Header], headers: Collection[Header], *, further: bool, below: list[Any]
) -> bool:
    """Return whether all of a row is one text or date of which no record can begin, as the name of who sealed the table.

    It is none that its column wants, or spans most columns, or is a title or the name over the date in the row `below`;
    and what a record must have lacks. `further` tells that a remark stands above, of which this may be the next line.
    """
    if len(filled) != 1:
        return False
    column, raw = filled[0].column, row[filled[0].index]
    if isinstance(raw, date):
        return _lacks(row, headers)
    if isinstance(raw, Spanning) and _lacks(row, headers):
        return True
    if type(raw) not in (str, Spanning):  # an error, a formula without its result, a number
        return False
    if further and _FURTHER.match(raw.strip()):
        return True
    return (
        column is not None
        and _lacks(row, headers)
        and (_misfits(raw, column) or about_alone(flat(raw)) or _is_date_line(below))
    )


def _misfits(raw: Any, column: Column) -> bool:
    free = column.type in _FREE or column.allow_other
    return not free and bool(parse_cell(raw, column, None).problem)


def _is_date_line(row: list[Any]) -> bool:
    """Return whether a row holds a date and nothing else."""
    raws = [raw for raw in row if not is_blank(raw)]
    if len(raws) != 1:
        return False
    return isinstance(raws[0], date) or (type(raws[0]) is str and is_date(flat(raws[0])))


def _is_total(row: list[Any], filled: list[Header], headers: Collection[Header]) -> bool:
    """Return whether a row begins with a word for "total" and goes on with numbers, or not at all.

    Words that may be the name of a record are none where names stand, and only where something required lacks.
    """
    first, column = row[filled[0].index], filled[0].column
    if not isinstance(first, str):
        return False
    named = column is not None and column.unique
    if not says_total(first) and (named or not _perhaps_total(first) or not _lacks(row, headers)):
        return False
    return len(filled) == 1 or any(header.column and header.column.numeric for header in filled[1:])


def says_total(text: str) -> bool:
    """Return whether a text is a word for "total"."""
    return len(text) <= _LONGEST_TOTAL and fold(text) in _TOTALS


def _perhaps_total(text: str) -> bool:
    """Return whether a text is a word for "total", or one with something more: "本月合计（元）"."""
    return len(text) <= _LONGEST_TOTAL and (fold(text) in _TOTALS or bool(_TOTAL.fullmatch(fold(bare(text)))))


def _is_remark(row: list[Any], filled: list[Header], headers: Collection[Header]) -> bool:
    """Return whether a row is a text about the table, such as "备注：…", or a line of signatures or their date.

    A remark with more than one cell filled is a record after all where nothing required lacks, save a label and its text.
    """
    first = row[filled[0].index]
    if not isinstance(first, str):
        return False
    text, alone = flat(first), len(filled) == 1
    if is_signed(text) or (alone and (is_date(text) or is_sealed(text))):
        return True
    beside = len(filled) == _LABEL_AND_TEXT and labels_remark(text)
    return is_remark(text) and (alone or beside or _lacks(row, headers))


def _lacks(row: list[Any], headers: Iterable[Header]) -> bool:
    return any(header.column and header.column.required and is_blank(row[header.index]) for header in headers)


def _repeats_header(row: list[Any], filled: list[Header]) -> bool:
    """Return whether a row has nothing but the header's texts, as where two printed tables became one, and hints in brackets."""
    return len(filled) > 1 and all(
        isinstance(raw := row[header.index], str) and (_HINT.fullmatch(raw) or fold(raw) == fold(header.text))
        for header in filled
    )


def _numbers_columns(row: list[Any], filled: list[Header]) -> bool:
    """Return whether a row only numbers the columns, as statistical tables do: 甲 乙 1 2 3; numbers may be a record."""
    first = row[filled[0].index]
    if len(filled) < _FEWEST_NUMBERED or not (first == 1 or (isinstance(first, str) and _NUMBERED.fullmatch(first))):
        return False
    texts = [fold(show(row[header.index])).strip("()") for header in filled]
    letters = next((n for n, text in enumerate(texts) if text.isdecimal()), len(texts))
    numbers = list(map(str, range(1, len(texts) - letters + 1)))
    if texts[letters:] != numbers:
        return False
    named = any(texts[:letters] == list(series[:letters]) for series in _SERIES)
    return named and any(header.column and _misfits(row[header.index], header.column) for header in filled)


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
    """Return whether a row only says that there is nothing; what was prefilled and need not be there does not count.

    Behind a word for it, a zero says so too.
    """
    said = False
    for header in filled:
        if header.column and (header.column.required or not header.column.prefilled):
            raw = row[header.index]
            nothing = says_nothing(raw) or (said and header.column.numeric and raw in _ZEROS)
            if not nothing:
                return False
            said = True
    return said
