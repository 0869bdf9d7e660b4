"""Merged cells with something below: the format painter merges cells and keeps what stands in all of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from batchreport.schema import parse_schema
from batchreport.workbook.read import read_workbook

if TYPE_CHECKING:
    from batchreport.submission import Submission

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates" / "summary.toml").read_bytes())


def read(title: str, rows: list[list[Any]], merged: tuple[str, ...]) -> Submission:
    """Return a workbook with one sheet as it is read; what lies below its merged cells stays there."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merged_cells.add(cells)
    target = BytesIO()
    workbook.save(target)
    return read_workbook(target.getvalue(), SCHEMA)


def test_what_lies_below_merged_cells_is_said() -> None:
    """Nobody sees it, so it is not used either."""
    rows: list[list[Any]] = [
        ["一级标题", "要点", "数值", "单位"],
        ["食堂", "采购", 5, "次"],
        ["宿舍", "查寝", 7, "次"],
        ["食堂", "留样", 5, "次"],
    ]

    submission = read("工作措施", rows, ("A2:A4", "C2:C4"))

    said = {(f.place.cell, f.details["found"]) for f in submission.findings if f.code == "cells-merged-over"}
    assert said == {("A3", "宿舍"), ("C3", "7")}
    records = submission.tables["measures"].records
    assert [(r.values["heading"], r.values["value"]) for r in records] == [("食堂", 5), ("食堂", None), ("食堂", None)]


def test_what_lies_below_cells_merged_across_is_said_too() -> None:
    """Beside the cell that shows, in its own row and in those below."""
    rows: list[list[Any]] = [
        ["一级标题", "要点", "成效"],
        ["食堂", "每日留样", "旧的"],
        ["宿舍", "查寝", "好"],
        ["", "巡楼", "较好"],
    ]

    submission = read("工作措施", rows, ("B2:C2", "A3:A4", "B3:C4"))

    said = {(f.place.cell, f.details["found"]) for f in submission.findings if f.code == "cells-merged-over"}
    assert said == {("C2", "旧的"), ("C3", "好"), ("B4", "巡楼"), ("C4", "较好")}
    values = [(r.values["point"], r.values["effect"]) for r in submission.tables["measures"].records]
    assert values == [("每日留样", None), ("查寝", None), ("查寝", None)]


def test_a_header_of_two_rows_is_one() -> None:
    """Offices group columns below a common title, and merge those without one downwards."""
    rows: list[list[Any]] = [
        ["2026年11月新增设施"],
        ["名称", "类别", "方式", "数量情况", "", "资金情况", ""],
        ["", "", "", "数量", "单位", "金额(元)", "资金来源"],
        ["电脑", "信息化", "购置", 30, "台", 126000, "财政"],
    ]

    submission = read("新增设施", rows, ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"))

    (record,) = submission.tables["facilities"].records
    assert [record.values[key] for key in ("name", "quantity", "amount", "source")] == ["电脑", 30, 126000, "财政"]
    assert not [f.code for f in submission.findings if f.place.sheet == "新增设施"]


def test_a_header_merged_downwards_in_every_column_is_one() -> None:
    """It is as high as two rows, and nothing stands between it and the records."""
    rows: list[list[Any]] = [["一级标题", "要点"], [], ["食堂", "每日留样"]]

    submission = read("工作措施", rows, ("A1:A2", "B1:B2"))

    assert [record.values["point"] for record in submission.tables["measures"].records] == ["每日留样"]
    assert not [f.code for f in submission.findings if f.place.sheet == "工作措施"]


def test_cells_merged_to_the_end_of_the_sheet_cost_nothing() -> None:
    """Only as many as are filled are looked at."""
    rows: list[list[Any]] = [["一级标题", "要点"], ["食堂", "每日留样"]]

    submission = read("工作措施", rows, ("A2:XFD1048576",))

    assert [f.place.cell for f in submission.findings if f.code == "cells-merged-over"] == ["B2"]
