"""The names of a template: all of them, each with tags that can be pasted as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batchreport.report.bench.cheatsheet import cheat_sheet, markdown
from batchreport.report.bench.fields import Snippet, fields, texts
from batchreport.report.grammar import NAMES
from batchreport.report.inference.scope import names
from batchreport.report.rollup.names import names as of_rollup
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from tests.docxfile import docx_text
from tests.report.templates import template

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
ZH = parse_schema((ROOT / "templates/summary.toml").read_bytes())
EN = parse_schema((ROOT / "examples/english/templates/summary.toml").read_bytes())


def pasted(snippet: Snippet, row: str, rows: str) -> str:
    """Return a template's lines with a snippet where its use says that it belongs."""
    text = snippet.text
    if f"{row}." not in text or f"for {row} in" in text:
        body = text.replace(" … ", "\n…\n") if text.startswith("{%p") else text
        if text.startswith("{%tr"):
            first, last = text.split(" … ")
            return f"| {first} |\n| … |\n| {last} |"
        return body
    return f"{{%p for {row} in {rows} %}}\n{text}\n{{%p endfor %}}"


@pytest.mark.parametrize("schema", [ZH, EN], ids=["zh", "en"])
@pytest.mark.parametrize("rollup", [False, True], ids=["report", "roll-up"])
def test_every_tag_can_be_pasted(schema: object, rollup: bool) -> None:  # noqa: FBT001
    """Put where it belongs, each tag is understood: no unknown name, no filter on the wrong thing."""
    known = ZH if schema is ZH else EN
    row = "行" if known is ZH else "row"
    first = "统计数据" if known is ZH else "statistics"
    groups = fields(known, "zh", rollup=rollup)
    lines = []
    for group in groups:
        owner = group.fields[0].name if group.fields[0].name in names(known) else first
        for field in group.fields:
            tags = [
                snippet for snippet in field.snippets if "'…'" not in snippet.text and f"{row}.…" not in snippet.text
            ]
            lines += [pasted(snippet, row, owner) for snippet in tags if "loop." not in snippet.text]

    made = Template.parse(template("\n".join(lines)), known, names=of_rollup if rollup else names)

    assert made.warnings == ()


def test_all_that_the_schema_and_the_grammar_know_is_listed() -> None:
    """Every section, column, fixed name and filter is there under both its names."""
    listed = [field for group in fields(ZH, "zh") for field in group.fields]
    known = {name.removeprefix("行.") for field in listed for name in (field.name, field.other)}

    assert known >= {name for pair in NAMES.items() for name in pair}
    tables = [section for section in ZH.sections if section.kind == "table"]
    assert known >= {one for section in tables for one in (section.key, section.name)}
    assert known >= {one for section in ZH.sections for c in section.columns for one in (c.key, c.name)}
    assert known >= {
        "本期",
        "上期",
        "上年同期",
        "近期",
        "上期数据",
        "补充",
        "recent",
        "previous_data",
        "supplement",
        "图表",
        "走势",
    }


def test_the_fixed_names_of_a_roll_up_are_those_that_it_has() -> None:
    """What fields.toml lists for roll-ups is known to its template."""
    said = {name for entry in texts()["rollup"] for name in entry["names"]}

    assert said <= set(of_rollup(ZH))


def test_an_example_is_what_the_tag_prints() -> None:
    """It comes from made-up data by the tag itself."""
    shown = {field.name: field.example for group in fields(ZH, "zh") for field in group.fields}

    assert shown["单位名称"] == "示例中心小学"
    assert shown["行.本期值"] == "1250人"
    assert shown["行.金额"] == "126,000.00"
    assert shown["序号"] == "（三）"


def test_a_figure_of_nought_fulfils_its_condition() -> None:
    """`if` alone would take 0 for nothing."""
    (amount,) = [field for group in fields(ZH, "zh") for field in group.fields if field.name == "行.金额"]

    assert [snippet.text for snippet in amount.snippets if snippet.use == "condition"] == [
        "{% if 行.金额 is not none %} … {% endif %}"
    ]


def test_markdown_has_a_row_for_each_name() -> None:
    """A bar inside a tag does not part cells."""
    groups = fields(ZH, "zh")
    page = markdown(groups, "zh")

    assert "| `行.金额` | `行.amount` | 金额(元) | 金额 | 126,000.00 | `{{ 行.金额\\|数值(2, 分节=True) }}`" in page
    assert sum(line.startswith("| `") for line in page.splitlines()) == sum(len(group.fields) for group in groups)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_cheat_sheet_has_every_tag_as_typed(language: str, validate: Callable[[bytes], list[str]]) -> None:
    """Word opens it, and a tag copied from it is the tag: straight quotes, no sign changed."""
    groups = fields(ZH, language)
    sheet = cheat_sheet(groups, "工作总结", language)
    text = docx_text(sheet)["document"]

    assert validate(sheet) == []
    for snippet in (snippet for group in groups for field in group.fields for snippet in field.snippets):
        assert snippet.text in text
