"""汇总.docx: what the director signs, from the project's own template and from a designer's."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest

from batchreport.errors import TemplateError
from batchreport.findings import error
from batchreport.packed import pack, unpack
from batchreport.report.inference.scope import Kind, Many, Scalar, Thing
from batchreport.report.rollup import names as known
from batchreport.report.rollup.documents import context_of, rollup_docx, rollup_template
from batchreport.report.rollup.kept import OF_ROW
from batchreport.report.rollup.rows import OF_TOTAL, RANK
from batchreport.report.rollup.value import Rollup
from batchreport.submission import Submission
from tests.docxfile import cells_without_paragraph, whole_text
from tests.outside import pdf_text
from tests.report.rollups import (
    FAULTY,
    NOVEMBER,
    OCTOBER,
    ROOT,
    SCHEMA,
    SMALL,
    rolled,
    roster,
    samples,
    submission,
    submissions,
)  # fmt: skip
from tests.report.templates import shown, template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from batchreport.report.template import Template
    from batchreport.schema import Schema

NOT_SUBMITTED = "第一幼儿园"


def parsed(schema: Schema = SCHEMA) -> Template:
    """Return the project's own template."""
    return rollup_template((ROOT / "templates/rollup.docx").read_bytes(), schema)


def written(text: str, rollup: Rollup, schema: Schema = SMALL) -> str:
    """Return what a template of a designer's makes of a roll-up."""
    return shown(rollup_docx(rollup_template(template(text), schema), rollup))


@pytest.fixture(scope="module")
def report() -> bytes:
    """The roll-up of the sample project."""
    return rollup_docx(parsed(), samples())


@pytest.fixture(scope="module")
def text(report: bytes, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its text, a paragraph or a table's row a line."""
    path = tmp_path_factory.mktemp("rollup") / "汇总.docx"
    path.write_bytes(report)
    return whole_text(path)


def test_it_says_what_it_covers(text: str) -> None:
    """How many were expected, have submitted and are in it; who is not, and why; who was late."""
    good = [one.name for one in submissions(NOVEMBER) if one.good]
    listed = [name for _, name in roster()]
    expected = (
        f"应报送总结的单位{len(listed)}个，已报送{len([n for n in good if n in listed]) + 1}个，纳入本汇总{len(good)}个"
    )

    assert expected in text
    assert f"未报送：{NOT_SUBMITTED}。填报有误、未纳入：{FAULTY}。逾期报送：职业技术学校后勤处" in text
    assert all(name in text for name in good)


def test_every_shared_amount_is_in_the_table_with_its_sum(text: str) -> None:
    """The sum of the departments' own cells, by indicator and unit, stands in the table of indicators."""
    stated: dict[tuple[str, str], list[float]] = {}
    for path in (ROOT / f"workbooks/{NOVEMBER}").glob("*.xlsx"):
        if path.stem != FAULTY:
            for name, unit, value in _cells(path):
                stated.setdefault((name, unit), []).append(value)
    shared = {key: values for key, values in stated.items() if len(values) > 1 and key[1] not in ("%", "元", "万元")}
    lines = [re.split(r" \| ", line) for line in text.splitlines()]

    assert len(shared) >= 10
    for (name, unit), values in shared.items():
        [row] = [line for line in lines if line[:2] == [name, unit]]
        assert row[2] == str(len(values))
        assert float(row[3].strip("约余多近")) == pytest.approx(sum(values)), name


def _cells(path: Path) -> list[tuple[str, str, float]]:
    lines = list(openpyxl.load_workbook(path, data_only=True)["统计数据"].iter_rows(values_only=True))
    head = next(at for at, line in enumerate(lines) if any(str(text).startswith("指标") for text in line))
    at = {str(text).strip("* "): column for column, text in enumerate(lines[head])}
    told = [(line[at["指标"]], line[at["单位"]], line[at["本期值"]]) for line in lines[head + 1 :]]
    return [(str(name), str(unit), value) for name, unit, value in told if isinstance(value, int | float)]


def test_rates_are_ranked_and_not_added(text: str) -> None:
    """The canteens' satisfaction has a lowest, a median and a highest; their sum is nowhere."""
    told = [line.split(" | ") for line in text.splitlines() if line.startswith("食堂满意率 | ")]
    values = sorted(
        float(value)
        for path in (ROOT / f"workbooks/{NOVEMBER}").glob("*.xlsx")
        if path.stem != FAULTY
        for name, _, value in _cells(path)
        if name == "食堂满意率"
    )

    [row] = told
    assert [float(cell) for cell in (row[3], row[5])] == [values[0], values[-1]]
    assert "食堂满意率依次为" in text
    assert f"{sum(values):g}" not in row


def test_the_departments_have_a_line_each(text: str) -> None:
    """Its figures, and how many records it has of each kind."""
    [row] = [line for line in text.splitlines() if line.startswith("城南幼儿园 | 在园幼儿")]

    assert row.startswith("城南幼儿园 | 在园幼儿90人 | ")


def test_it_prints_nothing_of_ours(text: str) -> None:
    """No tag, no None, no doubled mark is left."""
    for trace in ("{{", "{%", "}}", "None", "nan", "Decimal", "。。", "；。", "，。", "、。", "，，", "（）", "“”"):
        assert trace not in text, trace


def test_word_would_open_it(report: bytes, validate: Callable[[bytes], list[str]], tmp_path: Path) -> None:
    """The Open XML SDK finds nothing; every table cell ends in a paragraph."""
    path = tmp_path / "汇总.docx"
    path.write_bytes(report)

    assert validate(report) == []
    assert cells_without_paragraph(path) == []


def test_libreoffice_shows_its_headings_numbered(report: bytes, render: Callable[[bytes], Path]) -> None:
    """Seven sections, from 一 to 七, and the signature at the end."""
    shown_text = "".join(pdf_text(render(report)).split())

    for heading in (
        "一、主要指标",
        "二、新增设施",
        "三、荣誉表彰",
        "四、存在的问题",
        "五、下一步计划",
        "六、各单位情况",
        "七、报送情况",
    ):
        assert heading in shown_text
    assert "示例区教育后勤管理中心2026年11月工作总结汇总" in shown_text
    assert re.search(r"示例区教育后勤管理中心2026年12月\d+日", shown_text[-80:])


def test_what_has_no_content_vanishes(render: Callable[[bytes], Path]) -> None:
    """A single department with one indicator and one plan: two headings and its line, numbered 一 to 三."""
    [shortest] = [one for one in submissions(NOVEMBER) if one.name == "城南幼儿园"]
    made = "".join(pdf_text(render(rollup_docx(parsed(), Rollup.of(SCHEMA, [shortest], NOVEMBER)))).split())

    for heading in ("一、主要指标", "二、下一步计划", "三、各单位情况"):
        assert heading in made
    for absent in ("四、", "荣誉", "问题清单", "未报送", "逾期"):
        assert absent not in made


def test_nobody_has_submitted() -> None:
    """The roll-up says so, and lists who is missing."""
    made = shown(rollup_docx(parsed(), Rollup.of(SCHEMA, [], NOVEMBER, roster=roster())))

    assert f"应报送总结的单位{len(roster())}个，已报送0个，纳入本汇总0个" in made
    assert NOT_SUBMITTED in made


def test_one_for_some_departments_only_says_so() -> None:
    """With a choice of departments the roll-up covers them alone, says it, and calls nobody missing."""
    some = [one for one in submissions(NOVEMBER) if one.name in ("实验小学", "第二中学")]
    made = shown(rollup_docx(parsed(), Rollup.of(SCHEMA, some, NOVEMBER, roster=roster(), partial=True)))

    assert "应报送总结的单位2个，已报送2个，纳入本汇总2个。本汇总只包括指定的单位。" in made
    assert NOT_SUBMITTED not in made


def test_a_line_over_time_is_drawn_where_there_are_three_periods() -> None:
    """Two earlier periods and this one make a second chart."""
    september = OCTOBER.previous
    earlier = {OCTOBER: submissions(OCTOBER), september: submissions(OCTOBER)}
    made = rollup_docx(parsed(), samples(earlier=earlier))

    assert "3期合计走势" in shown(made)
    assert "合计走势" not in shown(rollup_docx(parsed(), samples(earlier={OCTOBER: submissions(OCTOBER)})))


def test_the_same_roll_up_gives_the_same_bytes(report: bytes) -> None:
    """No clock, no order."""
    assert report == rollup_docx(parsed(), samples())


def test_a_designer_writes_a_template_of_their_own() -> None:
    """The same filters, the names of docs/rollup.md, in either language."""
    given = [
        submission(
            "D1", figures=[{"name": "学生", "value": 620, "unit": "人"}], troubles=[{"issue": "漏水", "cost": 100}]
        ),
        submission(
            "D2", figures=[{"name": "学生", "value": 380, "unit": "人"}], troubles=[{"issue": "漏水", "cost": 250}]
        ),
    ]
    words = """
{% for 行 in 汇总.统计 %}{{ 行.指标 }}{{ 行.本期值|量(行.单位) }}{% endfor %}
{% for row in troubles %}{{ row.department }}: {{ row.issue }}; {% endfor %}
{{ 问题|合计('金额') }}
{% for 组 in 归并.问题 %}{{ 组.文字 }}{{ 组.单位数 }}{% endfor %}
{% for one in departments %}{{ one.code }} {{ one.state }} {{ one.figures|length }} {% endfor %}
{{ 组织名称 }}{{ 本期 }}
"""

    assert written(words.strip(), rolled(*given)).splitlines() == [
        "学生1000人",
        "单位D1: 漏水; 单位D2: 漏水; ",
        "350",
        "漏水2",
        "D1 已纳入 1 D2 已纳入 1 ",
        "2026年11月",
    ]


def test_names_that_are_not_there_are_said_before_a_run() -> None:
    """A misspelt name of a roll-up is found when the template is checked, with what was meant, and how to do without it."""
    with pytest.raises(TemplateError) as problem:
        rollup_template(template("{{ 单位名 }}{% for 行 in 汇总.统计 %}{{ 行.填报单位术 }}{% endfor %}"), SMALL)

    said = "\n".join(finding.line("zh") for finding in problem.value.findings)
    assert [finding.code for finding in problem.value.findings] == [
        "template-unknown-name",
        "template-unknown-column",
        "rollup-template-aside",
    ]
    assert "填报单位数" in said
    assert 'rollup = ""' in said


def test_a_roll_up_has_no_pictures() -> None:
    """Of those of the departments it knows no more than that there are some: a tag for one prints nothing, and is told."""
    text = "{% for 行 in 照片 %}甲{{ 行.图片 }}{{ 行.图片|图片(宽=70) }}{{ 行.图题 }}{% endfor %}"
    made = rollup_template(template(text), SCHEMA)
    kept = [replace(unpack(pack(one)), findings=one.findings) for one in submissions(NOVEMBER)]
    report = rollup_docx(made, Rollup.of(SCHEMA, kept, NOVEMBER))

    assert [finding.code for finding in made.warnings] == ["rollup-without-pictures"] * 2
    assert "甲四年级教室换上可升降课桌椅甲" in shown(report)
    assert not [name for name in ZipFile(BytesIO(report)).namelist() if "media" in name]


def test_a_state_that_no_department_has_is_said() -> None:
    """A department's state is compared with those that there are."""
    text = '{% for 单位 in 应报 if 单位.报送情况 == "没报" or 单位.报送情况 == "未报" %}{{ 单位.单位名称 }}{% endfor %}'
    said = [finding.line("zh") for finding in rollup_template(template(text), SMALL).warnings]

    assert len(said) == 1
    assert "单位.报送情况 里不会有“没报”，没有这个选项" in said[0]
    assert "已纳入、有误，未纳入、未报、已纳入（名单外）" in said[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% for 行 in 问题|reverse %}{{ 行.问题 }} {% endfor %}", "乙1 乙0 甲1 甲0"),
        ("{% for 行 in 问题[1:] + 统计 %}{{ 行.问题 }} {% endfor %}", "甲1 乙0 乙1"),
        ("{{ (问题 * 2)|length }}、{{ ([1] + 问题)|length }}", "8、5"),
        ("{{ 问题 == 问题 }}{{ 问题 == 统计 }}{{ 问题 == [] }}{{ 统计 == [] }}{{ 问题 == 4 }}", "是否否是否"),
        ("{{ 问题 in [统计, 问题] }}{{ 问题 in [统计] }}", "是否"),
    ],
)
def test_the_records_of_all_departments_are_a_list_like_others(text: str, expected: str) -> None:
    """Turned round, joined, repeated and compared, in the order of the departments."""
    made = rolled(*(submission(code, troubles=[{"issue": f"{code}{n}"} for n in range(2)]) for code in "甲乙"))

    assert written(text, made).strip() == expected


def test_markup_in_values_is_text() -> None:
    """What a department types is never a tag, a field or markup, and neither is a department's name."""
    texts = ["=cmd|'/c'!A0", "A&B <b>", "{{ 本期 }}", "{% for %}", "]]>", "长" * 3000]
    given = submission("D1", troubles=[{"issue": text} for text in texts])
    made = written("{% for 行 in 问题 %}{{ 行.问题 }}↔{% endfor %}", rolled(given, organisation="甲&乙<丙>"))

    assert made.split("↔") == [*texts, ""]


def test_every_name_of_the_check_stands_for_a_value() -> None:
    """What the static check knows and what a template is given are the same, all the way down."""
    filled = submission(
        "D1",
        figures=[{"name": "率", "value": 90, "unit": "%", "good": "高"}],
        troubles=[{"issue": "漏水", "people": ("甲",)}],
    )
    other = submission("D2", figures=[{"name": "率", "value": 80, "unit": "%", "good": "高"}])
    broken = Submission("坏.xlsx", "D3", "坏", NOVEMBER, findings=(error("file-unreadable", said="x"),))
    made = context_of(rolled(filled, other, broken, roster=[("D1", "a"), ("D3", "b"), ("D4", "c")]))
    kinds = known.names(SMALL)

    assert set(kinds) == set(made)
    for name, kind in kinds.items():
        _compare(name, kind, made[name])


def _compare(path: str, kind: Kind, value: Any) -> None:
    """Go down a kind and the value that it describes."""
    if isinstance(kind, Many):
        for item in value or ():
            _compare(f"{path}[]", kind.item, item)
    elif isinstance(kind, Thing) and value is not None:
        for name, inner in kind.attributes.items():
            if not callable(getattr(value, name)):
                _compare(f"{path}.{name}", inner, getattr(value, name))
    elif isinstance(kind, Scalar) and value is not None and kind.type is not object:
        assert isinstance(value, kind.type), path
        assert not kind.closed or value in (kind.texts or ()), path


def test_every_name_is_in_the_documentation() -> None:
    """docs/rollup.md tells a designer of each, in both languages."""
    page = (ROOT / "docs/rollup.md").read_text("utf-8")
    ours = [*OF_ROW, *OF_TOTAL, RANK, *known.GROUPS, *known.OF_DEPARTMENT, *known.OF_RECENT, *known.OF_GROUP]
    ours += [known.ORGANISATION, known.DEADLINE, known.PARTIAL, known.TOTALS, known.ALIKE, known.RECENT]

    assert [name for both in ours for name in both if f"`{name}`" not in page] == []
