"""This module holds what a new template says by itself, in each language of a schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a new template, and the names that its loops and lists have; `styles` are those of drawing.py."""

    colon: str
    comma: str
    semicolon: str
    gap: str
    number: str
    item: str
    content: str
    total: str
    more: str
    change: str
    unsolved: str
    before: str
    compared: str
    followed: str
    others: str
    closing: str
    comparable: str
    leading: str
    group: str
    rows: str
    pair: str
    block: str
    heading: str
    values: str
    value: str
    styles: Mapping[str, str]


_STYLES = ("lead", "caption", "spacer", "picture", "figure", "closing", "signature", "date", "preparer")
_ZH = Words(
    colon="：",
    comma="，",
    semicolon="；",
    gap="　　",
    number="序号",
    item="项目",
    content="内容",
    total="合计",
    more="说明",
    change="增减",
    unsolved="尚未了结",
    before="上期未了结",
    compared="与上期比较",
    followed="近期走势",
    others="其他情况",
    closing="下一步，我们将继续扎实做好各项工作",
    comparable="可比",
    leading="走势项",
    group="组",
    rows="各行",
    pair="各张",
    block="块",
    heading="列名",
    values="各值",
    value="值",
    styles=dict(
        zip(
            _STYLES,
            ("表前: ", "表题: ", "间隔:", "图: ", "图题: ", "结束语: ", "署名: ", "日期: ", "填报信息: "),
            strict=True,
        )
    ),
)
_EN = Words(
    colon=": ",
    comma=", ",
    semicolon="; ",
    gap=" | ",
    number="No.",
    item="Item",
    content="Content",
    total="Total",
    more="Remarks",
    change="Change",
    unsolved="still open",
    before="still open after the last period",
    compared="compared with the last period",
    followed="over the last periods",
    others="Other information",
    closing="We will carry on with this work in the coming period",
    comparable="comparable",
    leading="leading",
    group="group",
    rows="rows",
    pair="pair",
    block="block",
    heading="heading",
    values="values",
    value="value",
    styles=dict(
        zip(
            _STYLES,
            (
                "Table Lead: ",
                "Table Caption: ",
                "Spacer:",
                "Picture: ",
                "Figure Caption: ",
                "Closing: ",
                "Signature: ",
                "Date: ",
                "Preparer: ",
            ),
            strict=True,
        )
    ),
)
WORDS = {"zh": _ZH, "en": _EN}
"""The words of each language."""
