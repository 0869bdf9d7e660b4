"""The round of one workbook: prepared, filled, found faulty, marked, mended in the marked copy, built."""

import datetime as dt
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.build.books import project
from tests.build.command import batchreport
from tests.docxfile import whole_text


def fill(path: Path, cells: dict[str, dict[str, object]]) -> None:
    """Type into a workbook as a filler does: by the header's text in a table, by the label in a form."""
    book = openpyxl.load_workbook(path)
    for title, values in cells.items():
        sheet = book[title]
        assert isinstance(sheet, Worksheet)
        for name, value in values.items():
            sheet[place(sheet, name)].value = value
    book.save(path)


def place(sheet: Worksheet, name: str) -> str:
    """Return the cell under a header, or beside a label."""
    step = (0, 1) if sheet.title == "基本信息" else (1, 0)
    for row in range(3, 20):
        for column in range(1, 20):
            if str(sheet.cell(row, column).value or "").removesuffix(" *") == name:
                return sheet.cell(row + step[0], column + step[1]).coordinate
    raise AssertionError(name)


FILLED: dict[str, dict[str, object]] = {
    "基本信息": {"单位性质": "学校", "填报人": "张三", "填报日期": dt.date(2026, 11, 30)},
    "统计数据": {"指标": "在校学生", "本期值": 620, "单位": "人", "口径": "时点"},
    "新增设施": {
        "名称": "微机室电脑",
        "类别": "信息化",
        "方式": "购置",
        "数量": 30,
        "单位": "台",
        "状态": "已完成",
        "完成日期": dt.date(2026, 11, 12),
    },
    "计划": {"事项": "节能工作", "完成时限": dt.date(2026, 12, 31)},
}


def test_a_broken_cell_comes_back_marked_and_builds_once_mended(tmp_path: Path) -> None:
    """What the filler mends in the marked copy is read as if it had never been marked, as the later revision."""
    folder = project(tmp_path)
    batchreport(folder, "init", "new", "--language", "zh")
    (folder / "new/departments.xlsx").rename(folder / "departments.xlsx")
    batchreport(folder, "prepare", "--period", "2026-11")
    workbook = folder / "workbooks/2026-11/示例小学.xlsx"
    workbook.parent.mkdir(parents=True)
    (folder / "out/2026-11/blank/示例小学.xlsx").rename(workbook)
    fill(workbook, FILLED | {"统计数据": FILLED["统计数据"] | {"本期值": "很多"}})

    refused = batchreport(folder, "build", "workbooks/2026-11")
    assert refused.code == 1
    assert "“很多”不是数字" in refused.err

    marked = batchreport(folder, "check", "workbooks/2026-11", "--mark")
    assert marked.out.split() == ["out/2026-11/marked/示例小学.xlsx"]
    copy = folder / "out/2026-11/marked/示例小学.xlsx"
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames[0] == "退回意见"
    sheet = book["统计数据"]
    assert isinstance(sheet, Worksheet)
    comment = sheet[place(sheet, "本期值")].comment
    assert comment is not None
    assert "不是数字" in comment.text

    fill(copy, {"统计数据": {"本期值": 620}})
    copy.rename(workbook.with_name("示例小学（改）.xlsx"))
    ended = batchreport(folder, "build", "workbooks/2026-11")

    assert ended.code == 0, ended.err
    assert ended.out.split() == ["out/2026-11/示例小学.docx"]
    assert "示例小学.xlsx：同一部门、同一期间有更新的一份" in ended.err
    said = [line for line in ended.err.splitlines() if line.startswith(("警告", "错误"))]
    assert [line for line in said if "一行也没有填" not in line] == []  # two sheets are not filled in
    assert "在校学生620人" in whole_text(folder / "out/2026-11/示例小学.docx")
