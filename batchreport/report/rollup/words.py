"""This module holds the words that a roll-up says by itself, in each language of a schema."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in sheet names, headings and states."""

    overview: str
    findings: str
    submissions: str
    department: str
    code: str
    file: str
    cell: str
    sheet: str
    severity: str
    what: str
    remedy: str
    severities: tuple[str, str, str]
    state: str
    filled_on: str
    days_late: str
    counts: tuple[str, str, str]
    included: str
    faulty: str
    missing: str
    unlisted: str
    indicator: str
    unit: str
    method: str
    approx: str
    this: str
    comparable: str
    last: str
    year: str
    change: str
    growth: str
    comparable_year: str
    year_change: str
    year_growth: str
    source: str
    methods: tuple[str, str, str]
    several: str
    total: str
    picture: str
    yes: str
    no: str
    about: str
    join: str
    font: str

    @property
    def states(self) -> tuple[str, ...]:
        """All that can have become of a department's workbook."""
        return self.included, self.faulty, self.missing, self.unlisted


_ZH = Words(
    overview="总览",
    findings="检查发现",
    submissions="报送情况",
    department="填报单位",
    code="单位编码",
    file="源文件",
    cell="源单元格",
    sheet="工作表",
    severity="级别",
    what="说明",
    remedy="处理办法",
    severities=("提示", "警告", "错误"),
    state="报送情况",
    filled_on="填报日期",
    days_late="迟报天数",
    counts=("错误数", "警告数", "提示数"),
    included="已纳入",
    faulty="有误，未纳入",
    missing="未报",
    unlisted="已纳入（名单外）",
    indicator="指标",
    unit="计量单位",
    method="汇总方式",
    approx="约数",
    this="本期",
    comparable="可比本期",
    last="上期",
    year="上年同期",
    change="比上期增减",
    growth="比上期增减%",
    comparable_year="同比可比本期",
    year_change="同比增减",
    year_growth="同比增减%",
    source="来源",
    methods=("合计", "加权平均", "中位数"),
    several="{}个单位",
    total="合计",
    picture="（图片）",
    yes="是",
    no="否",
    about="约",
    join="、",
    font="等线",
)
_EN = Words(
    overview="Overview",
    findings="Findings",
    submissions="Submissions",
    department="Department",
    code="Department code",
    file="Source file",
    cell="Source cell",
    sheet="Sheet",
    severity="Severity",
    what="What",
    remedy="Remedy",
    severities=("Note", "Warning", "Error"),
    state="State",
    filled_on="Filled on",
    days_late="Days late",
    counts=("Errors", "Warnings", "Notes"),
    included="included",
    faulty="faulty, not included",
    missing="not submitted",
    unlisted="included (not in the roster)",
    indicator="Indicator",
    unit="Unit",
    method="Method",
    approx="Approximation",
    this="This period",
    comparable="Comparable",
    last="Last period",
    year="Last year",
    change="Change",
    growth="Change %",
    comparable_year="Comparable on year",
    year_change="Change on year",
    year_growth="Change on year %",
    source="Source",
    methods=("sum", "weighted mean", "median"),
    several="{} departments",
    total="Total",
    picture="(picture)",
    yes="yes",
    no="no",
    about="about",
    join=", ",
    font="Calibri",
)
WORDS = {"zh": _ZH, "en": _EN}
"""The words of each language."""
