"""`template check --fix`: what was typed wrong is put right, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from batchreport.report.bench.advice import advise
from batchreport.report.bench.fix import fixed, tidied
from batchreport.report.inference.scope import names
from batchreport.report.parts import unpack
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.zips import Member, pack
from tests.report.sameness import as_word_saves
from tests.report.templates import shown, template
from tests.report.test_template import context

ROOT = Path(__file__).parents[3]
SCHEMA = parse_schema((ROOT / "tests/cases/template/schema.toml").read_bytes())
NAMES = names(SCHEMA)
STARTER = (ROOT / "templates/summary.docx").read_bytes()


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("｛｛ 单位名称 ｝｝", "{{ 单位名称 }}"),
        ("｛｛单位名称｜upper｝｝", "{{ 单位名称|upper }}"),
        ("｛%p if 荣誉 %｝", "{%p if 荣誉 %}"),
        ("{{ 荣誉|map（attribute＝‘级别’）|join（“、”） }}", "{{ 荣誉|map(attribute='级别')|join(\"、\") }}"),
        ("{{ 单位\u200b名称 }}", "{{ 单位名称 }}"),
        ("{%pif 荣誉 %}", "{%p if 荣誉 %}"),
        ("{% p endif %}", "{%p endif %}"),
        ("{%trfor 行 in 荣誉 %}", "{%tr for 行 in 荣誉 %}"),
        ("${单位名称}", "{{ 单位名称 }}"),
        ("{d.单位名称}", "{{ 单位名称 }}"),
        ("<%= 单位名称 %>", "{{ 单位名称 }}"),
        ("«单位名称»", "{{ 单位名称 }}"),
        ("[[单位名称]]", "{{ 单位名称 }}"),
        ("前{{ 单位名称|default（“，”） }}，后", '前{{ 单位名称|default("，") }}，后'),
    ],
)
def test_signs_are_put_right(typed: str, mended: str) -> None:
    """In one run, and in runs as Word splits them."""
    for data in (template(typed), as_word_saves(template(typed))):
        made, changes = fixed(data, NAMES)

        assert shown(made) == mended
        assert len(changes) == 1


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        (
            "{{#荣誉}}\n{{级别}}：{{ 荣誉名称|upper }}，{{单位名称}}\n{{/荣誉}}",
            "{%p for 行 in 荣誉 %}\n{{ 行.级别 }}：{{ 行.荣誉名称|upper }}，{{单位名称}}\n{%p endfor %}",
        ),
        ("{{#honours}}{{level}}{{/honours}}", "{% for row in honours %}{{ row.level }}{% endfor %}"),
        ("{#荣誉}{级别}、{/荣誉}", "{% for 行 in 荣誉 %}{{ 行.级别 }}、{% endfor %}"),
        (
            "{{#荣誉}}有{{/荣誉}}{{^荣誉}}无{{/荣誉}}",
            "{% for 行 in 荣誉 %}有{% endfor %}{% if not 荣誉 %}无{% endif %}",
        ),
        ("{{#是否公开}}\n公开\n{{/是否公开}}", "{%p if 是否公开 %}\n公开\n{%p endif %}"),
        ("«TableStart:荣誉»«级别»«TableEnd:荣誉»", "{% for 行 in 荣誉 %}{{ 行.级别 }}{% endfor %}"),
        (
            "| 级别 | 名称 |\n| {#荣誉}{级别} | {荣誉名称}{/荣誉} |",
            "级别 | 名称\n{%tr for 行 in 荣誉 %} | \n{{ 行.级别 }} | {{ 行.荣誉名称 }}\n{%tr endfor %} | ",
        ),
        (
            "| {{#荣誉}} | |\n| {{级别}} | {{荣誉名称}} |\n| {{/荣誉}} | |",
            "{%tr for 行 in 荣誉 %} | \n{{ 行.级别 }} | {{ 行.荣誉名称 }}\n{%tr endfor %} | ",
        ),
        (
            "| 级别 | 名称 |\n| {d.荣誉[i].级别} | {d.荣誉[i].荣誉名称} |\n| {d.荣誉[i+1].级别} | |\n| 合计 | |",
            "级别 | 名称\n{%tr for 行 in 荣誉 %} | \n{{ 行.级别 }} | {{ 行.荣誉名称 }}\n{%tr endfor %} | \n合计 | ",
        ),
        ("{d.荣誉[i].级别}\n{d.荣誉[i+1].级别}\n完", "{%p for 行 in 荣誉 %}\n{{ 行.级别 }}\n{%p endfor %}\n完"),
        ("甲‹field:MERGEFIELD 单位名称 \\* MERGEFORMAT=«单位名称»›乙", "甲{{ 单位名称 }}乙"),
    ],
)
def test_loops_and_conditions_of_other_languages_become_ours(typed: str, mended: str) -> None:
    """In one run, and in runs as Word splits them; what was mended is a template that renders."""
    for data in (template(typed), as_word_saves(template(typed))):
        made, changes = fixed(data, NAMES)

        assert shown(made) == mended
        assert changes
        assert all(change.after for change in changes)
        Template.parse(made, SCHEMA)
        assert not fixed(made, NAMES)[1]


def test_a_mended_loop_repeats_its_row() -> None:
    """The rows that were put in are gone from the report."""
    made, _ = fixed(template("| 级别 | 名称 |\n| {#荣誉}{级别} | {荣誉名称}{/荣誉} |"), NAMES)

    report = Template.parse(made, SCHEMA).render(
        context({"荣誉": [{"级别": "市级", "荣誉名称": "食堂"}, {"级别": "省级"}]})
    )

    assert shown(report) == "级别 | 名称\n市级 | 食堂\n省级 | "


@pytest.mark.parametrize(
    "text",
    [
        "{{#荣誉}}{{#新增设施}}{{名称}}{{/新增设施}}{{/荣誉}}",
        "{{#不知道}}甲{{/不知道}}",
        "甲{{#荣誉}}\n乙{{级别}}\n{{/荣誉}}",
        "| 甲{{#荣誉}} |\n| {{级别}}{{/荣誉}} |",
        "{{#荣誉}}甲{{/新增设施}}",
        "{d.荣誉[i].没有}",
        "{d.荣誉[i].级别}{d.新增设施[i].名称}",
        "‹field:MERGEFIELD 不知道=«不知道»›",
    ],
)
def test_a_loop_that_is_not_certain_is_left(text: str) -> None:
    """Within another, of a name nobody knows, half in a paragraph or row, or not ended: it is said, and stays."""
    data = template(text)

    made, changes = fixed(data, NAMES)

    assert not changes
    assert unpack(made).data == unpack(data).data
    assert advise(made, SCHEMA).findings


@pytest.mark.parametrize(
    "text",
    [
        "{{ 单位名称 }}，{{荣誉|length}}（全角括号）",
        "{# 注释：“甲” #}",
        "[[见附件]]、{备用}、${不知道}",
        "{{ 荣誉 }}和${荣誉}",
        "{{#荣誉}}",
        "{{ '（全角，在引号里）' }}",
        "‹del:｛｛ 单位名称 ｝｝›",
    ],
)
def test_what_is_right_or_not_certain_is_left(text: str) -> None:
    """Text, comments, quotes, names nobody knows and whole tables are not touched."""
    data = template(text)

    made, changes = fixed(data, NAMES)

    assert not changes
    assert unpack(made).data == unpack(data).data


def test_only_the_parts_with_changes_differ() -> None:
    """A starter with one wrong tag: its footer, styles and all else are byte for byte as they were."""
    right = unpack(STARTER).data["word/document.xml"]
    wrong = starter_with(right.replace("{{ 报告期 }}".encode(), "｛｛ 报告期 ｝｝".encode()))

    made, changes = fixed(wrong, names(parse_schema((ROOT / "templates/summary.toml").read_bytes())))

    assert [(change.before, change.after) for change in changes] == [("｛｛ 报告期 ｝｝", "{{ 报告期 }}")]
    before, after = unpack(wrong).data, unpack(made).data
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml"}
    assert shown(made) == shown(STARTER)


def starter_with(body: bytes) -> bytes:
    """Return the starter with another body."""
    parts = unpack(STARTER).data
    return pack([Member.of(name, body if name == "word/document.xml" else data) for name, data in parts.items()])


def test_a_mended_template_can_be_used() -> None:
    """What is mended needs no second look."""
    made, _ = fixed(template("｛｛ 单位名称 ｝｝{{ 单位名称|default（“无”） }}"), NAMES)

    assert not Template.parse(made, SCHEMA).warnings
    assert fixed(made, NAMES)[1] == ()


def test_a_tag_that_is_right_is_not_reshaped() -> None:
    """Spaces that somebody likes stay."""
    assert tidied("{{单位名称}}") == "{{单位名称}}"
    assert tidied("{%-  if a  -%}") == "{%-  if a  -%}"
