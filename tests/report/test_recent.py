"""What a template sees of the periods before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from batchreport.errors import TemplateError
from batchreport.packed import Earlier, before, pack
from batchreport.period import Period
from batchreport.report.context import Contexts
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.values import Picture
from tests.report.templates import shown, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.values import Value

SCHEMA = parse_schema(
    """
id = "monthly"
title = "月报"
[identity]
name = "profile.unit"
period = "profile.month"
[[sections]]
key = "profile"
title = "基本信息"
kind = "form"
columns = [{ key = "unit", title = "单位名称" }, { key = "month", title = "报告期" }, { key = "intro", title = "单位概况" }]
[[sections]]
key = "statistics"
title = "统计数据"
columns = [{ key = "name", title = "指标" }, { key = "value", title = "本期值", type = "number" }]
[[sections]]
key = "photos"
title = "照片"
columns = [{ key = "image", title = "图片", type = "image" }, { key = "caption", title = "图题" }]
""".encode(),
    "monthly.toml",
)
NOVEMBER = Period(2026, 11, "M")
ROWS = "{%p for 月 in 近期 %}\n{{ 月.期间|期间 }}：{% for 行 in 月.统计数据 %}{{ 行.指标 }}{{ 行.本期值 }} {% endfor %}\n{%p endfor %}"
LAST = "{% if 上期数据 %}{{ 上期数据.期间|期间 }}{{ 上期数据.统计数据[0].本期值 }}{% else %}没有{% endif %}"


def submission(period: Period, value: Value, intro: str = "概况") -> Submission:
    """Return a submission with one indicator."""
    form = Record({"unit": "甲校", "month": str(period), "intro": intro}, {})
    row = Record({"name": "学生", "value": value}, {})
    photo = Record({"image": Picture(b"?", 1, 1, "png"), "caption": "大门"}, {})
    many = {"profile": ("基本信息", form), "statistics": ("统计数据", row), "photos": ("照片", photo)}
    tables = {key: Table(title, (record,)) for key, (title, record) in many.items()}
    return Submission("甲校.xlsx", "D1", "甲校", period, tables=tables)


def months_before(*numbers: int) -> list[Period]:
    """Return the months that lie so many before November 2026."""
    return [Period((2026 * 12 + 10 - number) // 12, (2026 * 12 + 10 - number) % 12 + 1, "M") for number in numbers]


def made(text: str, earlier: Sequence[Earlier] = ()) -> str:
    """Return what a template shows of November's submission after these."""
    ready = Template.parse(template(text), SCHEMA)
    now = submission(NOVEMBER, Decimal(620))
    now = replace(now, tables={key: table for key, table in now.tables.items() if key != "photos"})
    return shown(ready.render(Contexts(SCHEMA, ready.uses).of(now, earlier)))


def kept(*submissions: Submission) -> tuple[Earlier, ...]:
    """Return these as the archive gives them for November."""
    return before(map(pack, submissions), NOVEMBER)


def test_the_last_periods_are_there_oldest_first_the_own_one_last() -> None:
    """Each with its period and its rows; what is not known is not there."""
    october, august = months_before(1, 3)

    assert made(ROWS, kept(submission(october, Decimal(608)), submission(august, Decimal(600)))) == (
        "2026年8月：学生600 \n2026年10月：学生608 \n2026年11月：学生620 "
    )


def test_without_an_archive_there_is_the_period_itself_alone() -> None:
    """And no data of last period."""
    assert made(f"{ROWS}\n{LAST}") == "2026年11月：学生620 \n没有"


def test_last_periods_data_is_that_of_the_period_just_before() -> None:
    """With every section; an older period is not taken for it."""
    october, september = months_before(1, 2)

    assert made(LAST, kept(submission(october, Decimal(608)))) == "2026年10月608"
    assert made(LAST, kept(submission(september, Decimal(608)))) == "没有"


def test_there_are_at_most_twelve_periods() -> None:
    """The same month of last year is the thirteenth."""
    text = "{{ 近期|length }} {{ 近期[0].期间|期间 }}"
    earlier = kept(*(submission(month, Decimal(1)) for month in months_before(*range(1, 20))))

    assert made(text, earlier) == "12 2025年12月"


def test_english_names_and_forms_work_too() -> None:
    """`recent`, `previous_data`, `period`; a form is one row."""
    text = "{{ previous_data.profile.intro }} {{ 上期数据.基本信息.单位概况 }} {{ recent|length }} {{ recent[0].period.number }}"
    [october] = months_before(1)

    assert made(text, kept(submission(october, Decimal(1), intro="十月"))) == "十月 十月 2 10"


def test_pictures_of_earlier_periods_are_blank() -> None:
    """The archive does not keep their bytes; their captions it does."""
    text = "{% for 行 in 上期数据.照片 %}{{ 行.图片 }}{{ 行.图题 }}{% endfor %}"
    [october] = months_before(1)

    assert made(text, kept(submission(october, Decimal(1)))) == "大门"


@pytest.mark.parametrize("value", ["六百", True, ("六", "百")], ids=repr)
def test_what_an_older_schema_read_otherwise_is_blank(value: Value) -> None:
    """A text in a column that holds numbers now would make a filter fail."""
    [october] = months_before(1)

    assert made("{{ 上期数据.统计数据[0].本期值 }}|", kept(submission(october, value))) == "|"


def test_to_show_earlier_figures_is_not_to_show_the_own_ones() -> None:
    """What the template shows of the report's own period alone keeps a column out of what is shown besides."""
    text = f"{ROWS}\n{LAST}\n{{%p for 块 in 补充 %}}\n{{{{ 块.标题 }}}}\n{{%p endfor %}}"
    [october] = months_before(1)

    assert "统计数据" in made(text, kept(submission(october, Decimal(608)))).splitlines()
    assert not Template.parse(template(text), SCHEMA).uses


@pytest.mark.parametrize(("name", "expected"), [("学生", ("指标", "本期值")), (None, ("本期值",))])
def test_the_supplement_has_no_column_without_a_value(name: str | None, expected: tuple[str, ...]) -> None:
    """What tells the records apart stands beside what is left, where it says anything."""
    record = Record({"name": name, "value": Decimal(3)}, {})
    one = Submission("甲校.xlsx", "D1", "甲校", NOVEMBER, tables={"statistics": Table("统计数据", (record,))})
    [block] = Contexts(SCHEMA, {("statistics", "name")}).of(one)["补充"]

    assert block.headings == expected
    assert [len(row) for row in block.rows] == [len(expected)]


@pytest.mark.parametrize(
    ("text", "code", "near"),
    [
        ("{{ 近期[0].统计 }}", "template-unknown-column", "统计数据"),
        ("{{ 上期数椐.统计数据 }}", "template-unknown-name", "上期数据"),
        ("{% for 行 in 上期数据.统计数据 %}{{ 行.本期直 }}{% endfor %}", "template-unknown-column", "本期值"),
        ("{{ 近期.统计数据 }}", "template-needs-loop", ""),
        ("{{ 上期数据.统计数据 }}", "template-table-as-text", ""),
        ("{{ 上期数据 }}", "template-table-as-text", ""),
        ("{{ 近期 }}", "template-table-as-text", ""),
    ],
)
def test_what_is_not_there_is_said_before_any_workbook_is_read(text: str, code: str, near: str) -> None:
    """As for the report's own names, with the near miss."""
    with pytest.raises(TemplateError) as raised:
        Template.parse(template(text), SCHEMA)
    [finding] = raised.value.findings

    assert finding.code == code
    assert finding.details.get("near", "") == near


def test_nothing_is_unpacked_that_no_template_asks_for() -> None:
    """The periods alone are known without."""

    class Untouched(Earlier):
        @property
        def submission(self) -> Submission:
            raise AssertionError

    [october] = months_before(1)

    assert made("{{ 上期数据.期间|期间 }}{{ 近期|length }}", [Untouched(october, b"")]) == "2026年10月2"


def test_what_is_not_there_is_said_in_the_schemas_language() -> None:
    """The owner of a name that it has not is called as the template's designer calls it."""
    owners = {}
    for language in ("zh", "en"):
        schema = SCHEMA.model_copy(update={"language": language})
        with pytest.raises(TemplateError) as problem:
            Template.parse(template("{{ previous_data.nothing }}"), schema)
        owners[language] = problem.value.findings[0].details["owner"]

    assert owners == {"zh": "上期数据", "en": "previous_data"}
