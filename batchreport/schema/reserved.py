"""This module lists the names that a schema cannot give to its own parts, because something else has them."""

from __future__ import annotations

SHEETS = frozenset({
    *("填写说明", "Instructions", "退回意见", "Findings"),
    *("_字典", "_lists", "_戳", "_stamp", "_标记"),
})  # fmt: skip
"""The sheets that a blank or marked workbook has beside its sections."""

TEMPLATES = frozenset({
    *("本期", "上期", "上年同期", "current_period", "previous_period", "year_before", "补充", "supplement"),
    *("近期", "recent", "上期数据", "previous_data"),
    *("true", "false", "none", "True", "False", "None", "self", "loop", "caller", "varargs", "kwargs"),
    *("range", "dict", "lipsum", "cycler", "joiner", "namespace"),
    *("and", "or", "not", "is", "in", "if", "else", "for"),
})  # fmt: skip
"""Names that a template already has, so that no section or form column may take them."""

SECTIONS = frozenset({
    *("应报", "expected", "已报", "submitted", "各单位", "departments", "未报", "missing", "有误", "faulty"),
    *("迟报", "late", "名单外", "unlisted", "组织名称", "organisation", "截止日期", "deadline", "部分", "partial"),
    *("汇总", "totals", "归并", "alike"),
    *("期间", "period", "单位数"),
    *("单位名称", "name", "单位编码", "code", "报送情况", "state", "已报送", "has_submitted", "纳入", "is_included"),
    *("填报日期", "filled_on", "迟报天数", "days_late", "文件", "file"),
    *("错误数", "errors", "警告数", "warnings", "提示数", "notes"),
})  # fmt: skip
"""Names that stand beside those of the sections: at the top of a roll-up, in its departments and its periods."""

DEPARTMENT = frozenset({"填报单位", "department"})
"""What every row of a roll-up has: the name of its department …"""

CODE = frozenset({"单位编码", "department_code"})
"""… and its code."""

TOTALS = frozenset({
    *("可加", "additive", "共有", "shared", "填报单位数", "reporting", "缺报单位数", "declared_missing"),
    *("可比值", "comparable", "上期单位数", "with_previous", "同比可比值", "comparable_year", "上年单位数", "with_year"),
    *("最低值", "lowest", "中位数", "median", "最高值", "highest", "最低单位", "lowest_at", "最高单位", "highest_at"),
    *("上升单位数", "rose", "持平单位数", "unchanged", "下降单位数", "fell"),
    *("排名", "ranking", "各行", "rows", "名次", "rank"),
})  # fmt: skip
"""What a total has beside the columns of its section."""
