"""A template made of a schema: it can be used, shows all, and is the same each time."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from batchreport.errors import SchemaError
from batchreport.report.bench.looks import LOOKS
from batchreport.report.bench.new_rollup import new_rollup
from batchreport.report.bench.new_template import new_template, template_text
from batchreport.report.bench.preview import preview, preview_rollup
from batchreport.report.bench.sample_data import DATA, PERIOD
from batchreport.report.context import Contexts
from batchreport.report.rollup.documents import rollup_template
from batchreport.report.template import Template
from batchreport.schema import Schema, parse_schema
from batchreport.submission import Record, Submission, Table
from tests.docxfile import whole_text
from tests.report.bench.schemas import schemas

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]


def _sound() -> dict[str, Schema]:
    """Return every schema of the cases, the starters and the samples that can be used."""
    found = {}
    for path in sorted([*ROOT.glob("tests/cases/*/**/schema.toml"), *ROOT.glob("**/templates/summary.toml")]):
        if ".venv" in path.parts or "out" in path.parts:
            continue
        try:
            found[path.relative_to(ROOT).as_posix()] = parse_schema(path.read_bytes())
        except SchemaError:
            continue
    return found


SCHEMAS = _sound()


def shows_all(schema: Schema, look: str) -> Template:
    """Return a new template, which has no mistake and shows every column."""
    template = Template.parse(new_template(schema, look), schema)

    assert template.warnings == ()
    assert template.uses >= {(section.key, column.key) for section in schema.sections for column in section.columns}
    return template


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_new_template_shows_every_column_without_a_finding(name: str, look: str) -> None:
    """Nothing is said of it, and no column of the schema is left out."""
    shows_all(SCHEMAS[name], look)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(schemas())
def test_any_schema_gives_a_template_that_can_be_used(schema: Schema) -> None:
    """Whatever sections, types, titles and units: it is sound, and renders all kinds of made-up data."""
    template = shows_all(schema, "official")
    for data in DATA:
        assert preview(template, schema, data)


ASKS = """
id = "asks"
title = "{title}"
language = "{language}"
[identity]
name = "head.name"
period = "head.period"
[[sections]]
key = "head"
title = "表头"
kind = "form"
columns = [
  {{ key = "name", title = "单位" }},
  {{ key = "period", title = "期间" }},
  {{ key = "central", title = "集中采购", type = "boolean" }},
  {{ key = "safe", title = "安全吗？", type = "boolean" }},
]
[[sections]]
key = "troubles"
title = "问题"
columns = [
  {{ key = "what", title = "问题", required = true }},
  {{ key = "why", title = "原因" }},
  {{ key = "how", title = "措施" }},
  {{ key = "cost", title = "费用", type = "money" }},
  {{ key = "solved", title = "已解决", type = "boolean" }},
]
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("集中采购：否　　安全吗？是", "集中采购：是", "已解决：否", "已解决：是", "费用合计30元")),
        ("en", ("集中采购: no | 安全吗？ yes", "集中采购: yes", "已解决: no", "已解决: yes", "Total 费用: 30 元")),
    ],
)
def test_yes_and_no_are_both_said(language: str, said: tuple[str, ...]) -> None:
    """Outside a table a column of yes or no stands behind its title, like any other: a no is not left out."""
    schema = parse_schema(ASKS.format(title="月报", language=language).encode())
    template = Template.parse(new_template(schema), schema)
    records = [
        Record({"what": f"问题{at}", "cost": Decimal(15), "solved": solved}, {})
        for at, solved in enumerate((True, False))
    ]
    text = ""
    for central in (True, False):
        tables = {
            "head": Table("表头", (Record({"central": central, "safe": True}, {}),)),
            "troubles": Table("问题", tuple(records)),
        }
        submission = Submission("甲.xlsx", "D1", "甲", PERIOD, tables=tables)
        text += whole_text(template.render(Contexts(schema, template.uses).of(submission)))

    assert [one for one in said if one not in text] == []


def test_a_percent_sign_in_brackets_stays_as_it_is() -> None:
    """A title is printed as the schema has it."""
    text = template_text(parse_schema(ASKS.format(title="进度(%)", language="zh").encode()))

    assert "进度(%)" in text
    assert "% )" not in text


KINDS: dict[str, tuple[Callable[..., bytes], Callable[..., Template], Callable[..., bytes]]] = {
    "report": (new_template, Template.parse, preview),
    "roll-up": (new_rollup, rollup_template, preview_rollup),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_schema_gives_the_same_bytes(kind: str) -> None:
    """There is no clock in it."""
    schema, make = SCHEMAS["templates/summary.toml"], KINDS[kind][0]

    assert make(schema) == make(schema)


@pytest.mark.parametrize("name", ["templates/summary.toml", "examples/english/templates/summary.toml"])
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", KINDS)
def test_word_opens_a_new_template_and_what_it_makes(
    kind: str, name: str, look: str, validate: Callable[[bytes], list[str]]
) -> None:
    """The Open XML SDK finds nothing in either."""
    schema, (make, parse, render) = SCHEMAS[name], KINDS[kind]
    made = make(schema, look)

    assert validate(made) == []
    assert validate(render(parse(made, schema), schema, "extreme")) == []
