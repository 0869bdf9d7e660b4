"""What a template hides: cells that are filled in, belong to columns it shows, and are not in this report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.findings import Severity
from batchreport.period import Period
from batchreport.report.context import Contexts
from batchreport.report.shown.hidden import Hidden, blocks, in_sum
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.values import Missing
from tests.report.templates import template

if TYPE_CHECKING:
    from batchreport.findings import Finding

SCHEMA = parse_schema(
    """
id = "t"
title = "t"
[identity]
name = "form.name"
period = "form.period"
[lists.kinds]
values = ["新获", "复查"]
[[sections]]
key = "form"
title = "单位"
kind = "form"
columns = [
  { key = "name", title = "名称" }, { key = "period", title = "报告期" },
  { key = "beds", title = "床位", type = "integer" }, { key = "about", title = "简介" },
]
[[sections]]
key = "honours"
title = "荣誉"
columns = [
  { key = "title", title = "荣誉名称", required = true }, { key = "kind", title = "类型", type = "choice", enum = "kinds" },
  { key = "times", title = "次数", type = "integer" }, { key = "note", title = "备注" },
  { key = "done", title = "已办", type = "boolean" },
  { key = "cost", title = "金额", type = "number", missing_values = ["缺报"] },
]
[[sections]]
key = "plans"
title = "计划"
columns = [{ key = "item", title = "事项" }]
""".encode()
)
TITLES = ("title", "kind", "times", "note", "done", "cost")
ROWS: list[tuple[Any, ...]] = [
    ("文明单位", "新获", 3, "全市", True, Decimal("1.5")),
    ("卫生先进", "复查", 0, None, False, Missing("缺报")),
    ("平安校园", "新获", None, "集团", None, None),
]


def submission(rows: list[tuple[Any, ...]] = ROWS, beds: int | None = 0, file: str = "后勤处.xlsx") -> Submission:
    """Return what a department reported: its form in column B, its honours from row 4 on, and no plans."""
    form = Record(
        {"name": "后勤处", "period": "2026-11", "beds": beds, "about": "很好"},
        {"name": "B1", "period": "B2", "beds": "B3", "about": "B4"},
    )
    honours = tuple(
        Record(
            dict(zip(TITLES, values, strict=True)),
            {key: f"{letter}{row}" for key, letter in zip(TITLES, "ABCDEF", strict=True)},
        )
        for row, values in enumerate(rows, 4)
    )
    tables = {"form": Table("单位", (form,)), "honours": Table("荣誉表彰", honours), "plans": Table("计划", ())}
    return Submission(file, "D1", "后勤处", Period(2026, 11, "M"), tables=tables)


def hidden(text: str, one: Submission | None = None) -> list[Finding]:
    """Return what is said of the cells that a template does not show."""
    made, one = Template.parse(template(text), SCHEMA), one or submission()
    watch = made.printing.watch
    contexts = Contexts(SCHEMA, made.uses, supplements=made.supplements, watch=watch)
    context = contexts.of(one)
    made.render(context)
    return list(Hidden(SCHEMA, watch, contexts.beside)(one, context))


def cells(text: str, one: Submission | None = None) -> str:
    """Return the cells that a template does not show, as they are said."""
    return " ".join(",".join(finding.details["cells"]) for finding in hidden(text, one))


def loop(inside: str, over: str = "荣誉") -> str:
    """Return a template of a loop, in one paragraph."""
    return f"{{% for 行 in {over} %}}{inside}{{% endfor %}}"


NAME = "{{ 行.荣誉名称 }}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Conditions.
        (loop(f"{{% if 行.类型 == '新获' %}}{NAME}{{% endif %}}"), "A5"),
        (loop(f"{{% if 行.类型 == '新获' %}}{{% else %}}{NAME}{{% endif %}}"), "A4,A6"),
        (loop(f"{{% if 行.类型 == '新获' %}}一{{% elif 行.次数 == 0 %}}{NAME}{{% endif %}}"), "A4,A6"),
        (loop(f"{{% if loop.first %}}{NAME}{{% endif %}}"), "A5:A6"),
        (loop("{{ 行.荣誉名称 if 行.次数 }}"), "A5:A6"),
        (loop("{{ 行.荣誉名称 if 行.荣誉名称|length > 9 }}"), "A4:A6"),
        (loop("{{ loop.last and 行.荣誉名称 }}"), "A4:A5"),
        (f"{{%p if 本期.number == 12 %}}\n{loop(NAME)}\n{{%p endif %}}", "A4:A6"),
        (f"{{%p if 计划 %}}\n{loop(NAME)}\n{{%p endif %}}", "A4:A6"),
        (
            "| 名称 |\n| {%tr for 行 in 荣誉 %} |\n| {%tr if 行.备注 %} |\n| "
            + NAME
            + " |\n| {%tr endif %} |\n| {%tr endfor %} |",
            "A5",
        ),
        # Rows that are picked.
        (loop(NAME, "荣誉 if 行.类型 == '新获'"), "A5"),
        (loop(NAME, "荣誉[:2]"), "A6"),
        (loop(NAME, "荣誉|有值('备注')"), "A5"),
        (loop(NAME, "荣誉|selectattr('类型', 'equalto', '复查')"), "A4 A6"),
        ("{% set 前 = 荣誉[:1] %}" + loop(NAME, "前"), "A5:A6"),
        ("{{ (荣誉|first).荣誉名称 }}", "A5:A6"),
        ("{{ 荣誉[1].荣誉名称 }}", "A4 A6"),
        ("{{ 荣誉|有值('类型', '新获')|map(attribute='荣誉名称')|join('、') }}", "A5"),
        ("{{ (荣誉|sort(attribute='荣誉名称')|first).荣誉名称 }}", "A4 A6"),
        ("{{ (荣誉|max(attribute='荣誉名称')).次数 }}", "C5"),
        # 0 is filled in; a blank is not.
        (loop("{% if 行.次数 %}{{ 行.次数 }}{% endif %}"), "C5"),
        (loop("{% if 行.次数 is not none %}{{ 行.次数 }}{% endif %}"), ""),
        (loop("{% if 行.备注 %}{{ 行.备注 }}{% endif %}"), ""),
        (loop("{% if 行.金额 %}{{ 行.金额 }}{% endif %}"), "F5"),
        ("{% if 床位 %}{{ 床位 }}{% endif %}", "B3"),
        ("{{ 单位.床位 if 单位.床位 else '—' }}", "B3"),
        ("{% if 简介 %}{{ 简介 }}{% endif %}", ""),
        ("{{ 简介 if 床位 }}", "B4"),
        ("{{ 床位 or '—' }}", ""),
        # What shows all there is.
        (loop(NAME), ""),
        (f"{{%p if 荣誉 %}}\n{loop(NAME)}\n{{%p endif %}}", ""),
        (f"{{%p if 荣誉 or 计划 %}}\n{loop(NAME)}\n{{%p endif %}}", ""),
        (f"{{% if 荣誉|length > 2 %}}{loop(NAME)}{{% else %}}{loop(NAME, '荣誉|reverse')}{{% endif %}}", ""),
        ("{% for 类, 各行 in 荣誉|分组('类型') %}{{ 类 }}{% for 行 in 各行 %}" + NAME + "{% endfor %}{% endfor %}", ""),
        ("{% for 两 in 荣誉|batch(2) %}{% for 行 in 两 %}" + NAME + "{% endfor %}{% endfor %}", ""),
        ("{% for 两 in 荣誉|batch(2) %}{{ 两[0].荣誉名称 }}{% endfor %}", "A5"),
        (loop("{{ 行.荣誉名称|truncate(3) }}"), ""),
        (loop("{{ 行.荣誉名称 if 行.次数 else 行.荣誉名称 }}"), ""),
        ("{% macro 印(行) %}" + NAME + "{% endmacro %}" + loop("{{ 印(行) }}"), ""),
        ("{% macro 印(行) %}" + NAME + "{% endmacro %}" + loop("{{ 印(行) if 行.次数 }}"), "A5:A6"),
        ("{{ 荣誉|map(attribute='荣誉名称')|unique|sort|join('、') }}", ""),
        (f"{loop(NAME, '荣誉[:1]')}{loop(NAME, '荣誉[1:]')}", ""),
        # What is added up, counted or asked for is used; a column that is only asked for shows nothing to hide.
        ("{{ 荣誉|合计('次数') }}" + loop("{{ 行.次数 if loop.first }}"), ""),
        ("{% set 和 = 荣誉|合计('次数') %}{% if 和 %}{{ (荣誉|first).次数 }}{% endif %}", ""),
        (loop("{% if 行.类型 == '新获' %}{{ 行.类型 }}{% endif %}"), ""),
        (loop("{% if 行.备注 %}有{% endif %}"), ""),
        (loop("{{ '完' if 行.已办 else '未' }}"), ""),
        # What 补充 shows beside others is shown.
        (
            loop(NAME, "荣誉[:1]")
            + "{% for 块 in 补充 %}{% for 各值 in 块.行 %}{{ 各值|join }}{% endfor %}{% endfor %}",
            "",
        ),
    ],
)
def test_a_filled_cell_is_shown_or_said_to_be_hidden(text: str, expected: str) -> None:
    """Whatever keeps it out: a condition, a filter, a slice; and none is said to be hidden that is shown."""
    assert cells(text).replace(" ", ",") == expected.replace(" ", ",")


def test_what_hides_is_named_with_its_place() -> None:
    """It is the nearest tag around that asks or picks, with what it hides in one note."""
    inside = f"{{%p if 行.类型 == '新获' %}}\n{NAME}：{{{{ 行.备注 }}}}{{{{ 行.次数 }}}}\n{{%p endif %}}"
    text = f"# 荣誉\n{{%p for 行 in 荣誉 %}}\n{inside}\n{{%p endfor %}}"
    [finding] = hidden(text)

    assert (finding.code, finding.severity) == ("template-hides-cells", Severity.NOTE)
    assert finding.place.spot == (("paragraph", 3),)
    assert finding.details["tags"] == ("{%p if 行.类型 == '新获' %}",)
    assert finding.details["columns"] == ("荣誉名称", "次数")
    assert finding.details["cells"] == ("A5", "C5")
    assert "“荣誉”里填了内容的 2 格没有显示在报告里（荣誉名称、次数：A5、C5）" in finding.what("zh")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (f"{{% if 荣誉 %}}{loop(NAME, '荣誉[:2]')}{{% endif %}}", "{% for 行 in 荣誉[:2] %}"),
        ("{% set 前 = 荣誉[:1] %}" + loop(NAME, "前"), "{% for 行 in 前 %}"),
        (f"{{% if 本期.number == 12 %}}{loop(NAME)}{{% endif %}}", "{% if 本期.number == 12 %}"),
        (loop("{{ 行.荣誉名称 if loop.first }}"), "{{ 行.荣誉名称 if loop.first }}"),
        ("{{ (荣誉|first).荣誉名称 }}", "{{ (荣誉|first).荣誉名称 }}"),
    ],
)
def test_the_tag_that_hides_is_the_one_to_change(text: str, tag: str) -> None:
    """A loop over all rows and a question whether there are any hide nothing."""
    [finding] = hidden(text)
    assert finding.details["tags"] == (tag,)


def test_another_report_is_looked_at_afresh() -> None:
    """What one department's report showed says nothing of another's."""
    made = Template.parse(template(loop(NAME, "荣誉[:1]")), SCHEMA)
    watch = made.printing.watch
    contexts = Contexts(SCHEMA, made.uses, watch=watch)
    for rows, expected in ((ROWS, [("A5:A6",)]), (ROWS[:1], []), (ROWS, [("A5:A6",)])):
        one = submission(rows)
        context = contexts.of(one)
        made.render(context)
        assert [f.details["cells"] for f in Hidden(SCHEMA, watch, {})(one, context)] == expected


def test_a_column_that_is_always_shown_is_not_watched() -> None:
    """So a plain template costs nothing."""
    made = Template.parse(template(loop("{{ 行.荣誉名称 }}{{ 行.次数 }}{{ 行.备注 if 行.次数 }}")), SCHEMA)
    assert set(made.printing.watch.columns) == {("honours", "note")}


def test_departments_are_said_together() -> None:
    """Once for each tag that hides: how many, and the first of them by their cells."""
    text = loop(f"{{% if 行.类型 == '新获' %}}{NAME}{{% endif %}}")
    every = [finding for number in range(7) for finding in hidden(text, submission(file=f"{number}.xlsx"))]
    [finding] = in_sum(every)

    assert (finding.code, finding.details["departments"], finding.details["cells"]) == ("template-hides-cells-of", 7, 7)
    assert finding.details["where"] == tuple(f"{number}.xlsx › 荣誉表彰!A5" for number in range(5))
    assert "有 7 个单位共 7 格" in finding.what("zh")
    assert finding.what("zh").endswith("4.xlsx › 荣誉表彰!A5……等")
    assert in_sum([]) == ()


def test_cells_are_told_as_blocks() -> None:
    """Rows of the same columns are one block."""
    assert blocks(["B5", "C5", "B6", "C6", "E6", "B8", "AA8"]) == ["B5:C6", "E6", "B8", "AA8"]
