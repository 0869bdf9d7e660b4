"""What people write beside the cells: nothing of it is used, and that is said."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from PIL import Image as Picture

from batchreport.findings import LANGUAGES
from batchreport.schema import parse_schema
from batchreport.workbook.marking.marked import mark
from batchreport.workbook.read import read_workbook
from tests.markbooks import changed

if TYPE_CHECKING:
    from batchreport.findings import Finding

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())
BOX = (
    '<xdr:sp xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:txBody><a:p><a:r><a:t>以上均为</a:t></a:r>'
    "<a:r><a:t>估计数</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
).encode()
SHAPE = b'<xdr:sp xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'


def book(comments: dict[str, tuple[str, str]]) -> bytes:
    """Return a workbook with a sheet of problems, comments on its cells, and a picture."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "问题"
    for row in (["问题", "整改措施", "整改状态"], ["设备老化", "更换", "快了"]):
        sheet.append(row)
    for cell, (text, author) in comments.items():
        sheet[cell].comment = Comment(text, author)
    picture, target = BytesIO(), BytesIO()
    Picture.new("RGB", (4, 3), "red").save(picture, "PNG")
    sheet.add_image(Image(picture), "E2")
    workbook.save(target)
    return target.getvalue()


def said(data: bytes) -> list[tuple[str, str, Any]]:
    """Return what is said of comments and text boxes: code, cell, and the beginnings of the texts."""
    return [(f.code, f.place.cell, f.details["said"]) for f in _findings(data) if f.code.endswith("-unread")]


def _findings(data: bytes) -> tuple[Finding, ...]:
    return read_workbook(data, SCHEMA, file="一校.xlsx").findings


def test_comments_are_said_once_a_sheet() -> None:
    """The name that Excel puts in front is none of what was written, nor is what precedes a conversation."""
    thread = "[线程批注]\n\n你的 Excel 版本可读取此线程批注。\n\n注释:\n    请再核实"
    data = book({"A2": ("张三:\n已报修", "张三"), "B2": (thread, "tc={1}"), "C2": (" ", "李四")})

    assert said(data) == [("sheet-comments-unread", "A2", ("A2“已报修”", "B2“请再核实”"))]
    more = {f"A{row}": (f"第{row}条", "张三") for row in range(2, 7)}
    assert said(book(more)) == [("sheet-comments-unread", "A2", ("A2“第2条”", "A3“第3条”", "A4“第4条”", "…"))]


def test_the_comments_of_a_marked_copy_are_ours() -> None:
    """Nobody need be told of them, whatever else is there, and whoever a program says has written them."""
    data = book({"A2": ("已报修", "张三")})
    for language in LANGUAGES:
        copy = mark(data, _findings(data), language, 0)
        nobodys = changed(copy.data, "xl/comments/comment1.xml", b"<author>batchreport</author>", b"<author/>")

        assert copy.whole
        assert said(copy.data) == said(nobodys) == [("sheet-comments-unread", "A2", ("A2“已报修”",))]


def test_text_boxes_are_said() -> None:
    """Not so shapes without a text."""
    data = changed(book({}), "xl/drawings/drawing1.xml", b"<pic>", BOX + SHAPE + b"<pic>")

    assert said(data) == [("sheet-textboxes-unread", "E2", ("E2“以上均为估计数”",))]


def test_damaged_comments_keep_no_workbook_from_being_read() -> None:
    """They are none of what is read."""
    data = changed(book({"A2": ("已报修", "张三")}), "xl/comments/comment1.xml", b"</comments>", b"")

    assert said(data) == []
    assert read_workbook(data, SCHEMA).tables["problems"].records
