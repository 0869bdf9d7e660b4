"""Merged cells with something below: the format painter merges cells and keeps what stands in all of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from batchreport.schema import parse_schema
from batchreport.workbook.read import read_workbook

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())


def test_what_lies_below_merged_cells_is_said() -> None:
    """Nobody sees it, so it is not used either."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "工作措施"
    sheet.append(["一级标题", "要点", "数值", "单位"])
    for row in (["食堂", "采购", 5, "次"], ["宿舍", "查寝", 7, "次"], ["食堂", "留样", 5, "次"]):
        sheet.append(row)
    for cells in ("A2:A4", "C2:C4"):
        sheet.merged_cells.add(cells)
    target = BytesIO()
    workbook.save(target)

    submission = read_workbook(target.getvalue(), SCHEMA)

    said = {(f.place.cell, f.details["found"]) for f in submission.findings if f.code == "cells-merged-over"}
    assert said == {("A3", "宿舍"), ("C3", "7")}
    records = submission.tables["measures"].records
    assert [(r.values["heading"], r.values["value"]) for r in records] == [("食堂", 5), ("食堂", None), ("食堂", None)]
