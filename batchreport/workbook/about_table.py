"""This module knows the texts among a table's rows that are about the table: remarks, signatures, seals, titles and dates.

Each function takes a text as `flat` gives it, without spaces.
"""

from __future__ import annotations

import re

from batchreport.workbook.cells import seen

_LONGEST_ALONE = 60  # signs of a title, a seal or a date
_REMARK = re.compile(
    r"[*＊※【\[(（]*(?:备注|附注|注释?|说明|填[报表写](?:说明|须知|要求)|(?i:notes?|remarks?))\d*(?:[】\])）]?[:：]|[】\])）]|$)"
    r"|[-—–－_=~*(（]*(?:此行|本行|本表|本页)?以下(?:均)?(?:为)?(?:空白|空行|无正文|无内容)[-—–－_=~*)）。.]*$"
)
_REMARK_BESIDE = re.compile(r"[【\[(（]?(?:备注|附注|注释?|说明|(?i:notes?|remarks?))\d*[】\])）]?[:：]?")
_SEAL = r"[(（]?(?:签字|签名|签章|盖章|公章)[)）]?"
_ROLE = (
    r"(?:单位|部门|学校|科室|项目|财务|总务|后勤|办公室)?(?:(?:填[报表写]|制表|编制|统计|审[核批定]|复核|批准|经办|负责|联系|报[送告]|上报)人员?"
    r"|(?:主管|分管|主要)?领导|副?(?:主任|校长|园长|院长|处长|科长|局长|经理|书记)|会计|出纳)"
)
_SIGNED = re.compile(
    r"(?:(?:填[报表]|制表|审[核批]|经办|负责|联系)人|填[报表](?:日期|时间|单位)|单位(?=[(（]))" + rf"(?:{_SEAL})?[:：]"
    rf"|(?:{_ROLE}|(?:填[报表写]|制表|统计|报送|上报)(?:日期|时间|单位|部门)|填表|制表|审核|复核|签发|签[字名]|日期|联系电话)"
    rf"(?:{_SEAL})?[:：][^，。；,;！？]{{0,40}}$"
    rf"|{_ROLE}{_SEAL}$"
    r"|(?i:prepared|compiled|completed|filledin|reviewed|checked|approved|signed|submitted)by[:：]"
    r"|(?i:signature|signed|date|telephone|headof\w+|principal|preparer|reviewer)[:：][^;!?]{0,40}$"
)
_ENDS = ")）表"  # of the next two
_SEALED = re.compile(r".{0,30}[(（](?:签字|签名|签章|盖章|公章|续表?|(?i:continued))[)）]|续表")
_DIGITS = "〇零○一二三四五六七八九十"
_TITLE = re.compile(r".{2,30}(?:统计|汇总|明细|登记|情况|一览|报)表(?:[(（].{0,10}[)）])?")
_GROUP = re.compile(  # "一、信息化"
    rf"(?:[{_DIGITS}]+、|[(（][{_DIGITS}]+[)）]|第[{_DIGITS}]+(?:部分|类)).{{1,30}}"
)
_DATED = re.compile(
    rf"(?:\d{{2,4}}|[{_DIGITS}]{{4}})?年(?:\d{{1,2}}|[{_DIGITS}]{{1,3}})?月(?:\d{{1,2}}|[{_DIGITS}]{{1,3}})?日"
    r"|\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[A-Za-z]{3,9}\d{4}|[A-Za-z]{3,9}\d{1,2},\d{4}"
)


def flat(text: str) -> str:
    """Return what is seen of a text, without spaces."""
    return "".join(seen(text).split())


def is_signed(text: str) -> bool:
    """Return whether a text is a line of signatures: "填报人：张三"."""
    return bool(_SIGNED.match(text))


def is_remark(text: str) -> bool:
    """Return whether a text begins as a remark does: "备注：…", "以下空白"."""
    return bool(_REMARK.match(text))


def labels_remark(text: str) -> bool:
    """Return whether a text is the label of a remark that stands beside it: "备注："."""
    return bool(_REMARK_BESIDE.fullmatch(text))


def is_date(text: str) -> bool:
    """Return whether a text is a date and nothing else."""
    return bool(_DATED.fullmatch(text))


def is_sealed(text: str) -> bool:
    """Return whether a text ends in the place for a seal or a signature, or says that the table goes on: "（盖章）", "续表"."""
    return bool(_SEALED.fullmatch(text))


def about_table(text: str) -> bool:
    """Return whether a text may be about the table, and no beginning of a record."""
    return is_signed(text) or is_remark(text) or about_alone(text)


def about_alone(text: str) -> bool:
    """Return whether a text may be a date, a seal or a title, if nothing else stands in its row."""
    if not text or len(text) > _LONGEST_ALONE:
        return False
    if text[-1] in _ENDS and (_SEALED.fullmatch(text) or _TITLE.fullmatch(text)):
        return True
    return bool(_DATED.fullmatch(text) or _GROUP.fullmatch(text))
