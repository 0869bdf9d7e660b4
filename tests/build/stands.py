"""This module makes up where departments stand, for the tests of the page and of `status`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, error, warning
from batchreport.period import Period
from batchreport.run.page import Page, page
from batchreport.run.page.indicator import Figures, Indicator
from batchreport.run.stand import STATES, Standing, Standings
from batchreport.workbook.roster import Department

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOVEMBER = Period(2026, 11, "M")
GROUPS = {"zh": ("学校", "幼儿园", "机关"), "en": ("Schools", "Kindergartens", "Offices")}
MUCH = Indicator(
    "用电量", "度", "sum", "12,345.6", 3, "1", "9,000", "10,000", "12,000", 2, "+2,000", "+20.0%", ("100", "83.33")
)
RATE = Indicator("满意率", "%", "mean", "96.5", 3, "91", "98")


def wrong(sheet: str = "统计数据", cell: str = "C7") -> Finding:
    """Return an error about a cell."""
    return error("cell-required", Place(file="a.xlsx", sheet=sheet, cell=cell), title="本期值", hint="请填数字")


def standing(number: int, name: str = "", *, language: str = "zh", findings: Sequence[Finding] = ()) -> Standing:
    """Return where one of many departments stands: the states go round."""
    state = STATES[number % len(STATES)]
    name = name or (f"第{number}小学" if language == "zh" else f"School No. {number}")
    is_in = state not in {"awaited", "unsent"}
    found = tuple(findings) or (
        (wrong(), warning("cell-expected", Place(sheet="计划", cell="B4"), title="措施", hint=""))
        if is_in and state != "good"
        else ()
    )
    return Standing(
        Department(f"D{number:04}", name, group=GROUPS[language][number % 3]),
        state,
        sent=None if state == "unsent" else datetime(2026, 11, 25, 1, tzinfo=UTC),
        reminders=number % 3 if state == "awaited" else 0,
        received=datetime(2026, 12, 1, 23, 30, tzinfo=UTC) if is_in else None,
        revision=1 if is_in else 0,
        file=f"2026-11/{name}.xlsx" if is_in else "",
        errors=sum(one.severity.name == "ERROR" for one in found),
        warnings=sum(one.severity.name == "WARNING" for one in found),
        findings=found,
        report=f"2026-11/{name}.docx" if state == "good" else "",
        marked=f"2026-11/marked/{name}.xlsx" if found else "",
    )


def page_of(
    items: Sequence[Standing],
    *,
    language: str = "zh",
    deadline: date | None = date(2026, 12, 7),
    figures: tuple[Indicator, ...] = (MUCH, RATE),
    more: int = 0,
) -> bytes:
    """Return the page of November with these departments; `more` figures are not shown."""
    title = {"zh": "工作总结", "en": "Work summary"}[language]
    organisation = {"zh": "示例市后勤保障中心", "en": "Example District Office"}[language]
    shown = Page(
        language,
        title,
        organisation,
        Standings(NOVEMBER, deadline, tuple(items)),
        "../../workbooks",
        sum(bool(one.file) for one in items),
        documents=("汇总.docx", "汇总.xlsx"),
        figures=Figures(figures, more),
        findings=(
            warning("report-edited", Place(file="2026-11/汇总.docx"), report="汇总.docx", new="汇总 (new).docx"),
        ),
    )
    return page(shown)


def written(folder: Path, data: bytes) -> Path:
    """Write a page into a folder, and return its path."""
    path = folder / "out/2026-11/index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
