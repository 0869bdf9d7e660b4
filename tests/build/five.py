"""This module makes a workbook as the client's own: five sheets, a header row, nothing else."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook

SHEETS: dict[str, list[list[object]]] = {
    "统计数据": [["指标", "本期值", "单位", "口径"], ["在校学生", 620, "人", "时点"]],
    "新增设施": [["名称", "类别", "方式", "数量", "单位"], ["电脑", "信息化", "购置", 30, "台"]],
    "荣誉": [["荣誉名称", "级别", "授予单位", "年份"], ["绿色学校", "市级", "市教育局", 2025]],
    "问题": [["问题", "表现"], ["制度落实不到位", "检查仍有遗漏"]],
    "计划": [["事项"], ["节能工作"]],
}


def five_sheets() -> bytes:
    """Return the workbook's bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in SHEETS.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()
