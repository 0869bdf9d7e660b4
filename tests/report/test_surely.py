"""What is proved of a template before anything is rendered: no report hides a cell of a column that is surely shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.errors import TemplateError
from batchreport.period import Period
from batchreport.report import compile as module
from batchreport.report.context import Contexts
from batchreport.report.shown.hidden import Hidden
from batchreport.report.shown.surely import surely_shown
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.values import Missing
from tests.report.templates import template
from tests.report.test_hidden import SCHEMA as SMALL
from tests.report.test_template import CASES, read_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.report.shown.layout import Layout, Use
    from batchreport.schema import Column, Schema

ROOT = Path(__file__).parents[2]
STARTERS = [ROOT / "templates", ROOT / "examples/english/templates"]
OF_CASES = parse_schema((ROOT / "tests/cases/template/schema.toml").read_bytes())
ROUNDS = 6
USABLE = [path for path in CASES if read_case(path).text is not None]
MADE: dict[str, Callable[[Random], Any]] = {
    **dict.fromkeys(["integer", "year"], lambda random: random.randint(0, 3)),
    **dict.fromkeys(["number", "percent", "money"], lambda random: Decimal(random.randint(0, 400)) / 4),
    "date": lambda random: date(2026, 11, random.randint(1, 30)),
    "boolean": lambda random: random.random() < 0.5,
    "image": lambda _: None,
}


def value(random: Random, column: Column) -> Any:
    """Return what may stand in a cell of a column: often nothing, sometimes 0, or the word for what is missing."""
    if random.random() < 0.3:
        return None
    if column.missing_values and random.random() < 0.3:
        return Missing(column.missing_values[0])
    if column.enum:
        return random.choice(column.enum)
    made = MADE[column.type](random) if column.type in MADE else random.choice("甲乙丙") * random.randint(1, 9)
    return (made,) if column.separator else made


def submission(random: Random, schema: Schema) -> Submission:
    """Return what some department may have reported: anything."""
    tables = {}
    for section in schema.sections:
        count = 1 if section.kind == "form" else random.choice([0, 1, 2, 5])
        records = tuple(
            Record(
                {column.key: value(random, column) for column in section.columns},
                {column.key: f"{chr(65 + at)}{row}" for at, column in enumerate(section.columns)},
            )
            for row in range(4, 4 + count)
        )
        tables[section.key] = Table(section.title, records)
    return Submission("甲.xlsx", "D1", "甲", Period(2026, 11, "M"), tables=tables)


def assert_shown(data: bytes, schema: Schema, monkeypatch: pytest.MonkeyPatch) -> int:
    """Render some reports while everything is watched: nothing that is proved to be shown is hidden; return how many were made."""
    proved: set[Use] = set()

    def prove_nothing(tree: Any, layout: Layout) -> frozenset[Use]:
        proved.update(surely_shown(tree, layout))
        return frozenset()

    monkeypatch.setattr(module, "surely_shown", prove_nothing)
    made = Template.parse(data, schema)
    watch = made.printing.watch
    contexts, hidden = Contexts(schema, made.uses, watch=watch), Hidden(schema, watch, {})
    rendered = 0
    for seed in range(ROUNDS):
        one = submission(Random(seed), schema)
        context = contexts.of(one)
        try:
            made.render(context)
        except TemplateError:  # not every template can do with anything
            continue
        rendered += 1
        titles = {
            (section.heading(schema.language), column.heading(schema.language))
            for section in schema.sections
            for column in section.columns
            if (section.key, column.key) in proved
        }
        said = {(one.details["section"], title) for one in hidden(one, context) for title in one.details["columns"]}
        assert not titles & said
    return rendered


@pytest.mark.parametrize("path", USABLE, ids=lambda path: path.stem)
def test_what_is_proved_holds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each template of the cases, whatever is filled in."""
    assert_shown(template(read_case(path).template), OF_CASES, monkeypatch)


@pytest.mark.parametrize("name", ["summary.docx", "modern.docx"])
@pytest.mark.parametrize("folder", STARTERS, ids=["zh", "en"])
def test_what_is_proved_of_the_starters_holds(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They ask and pick much, and nearly all of their columns are proved to be shown."""
    schema = parse_schema((folder / "summary.toml").read_bytes())
    assert assert_shown((folder / name).read_bytes(), schema, monkeypatch) == ROUNDS
    monkeypatch.undo()
    assert len(Template.parse((folder / name).read_bytes(), schema).printing.watch.columns) < 12


TESTS = [
    "荣誉",
    "荣誉|length",
    "not 荣誉",
    "计划",
    "荣誉 or 计划",
    "荣誉 and 计划",
    "床位",
    "简介",
    "荣誉|有值('次数')",
    "床位 is not none",
]
OF_ROWS = [
    "行.次数",
    "行.备注",
    "行.类型 == '新获'",
    "行.次数 is not none",
    "loop.first",
    "行.备注 or 行.次数",
    "not 行.备注",
]
ROWS = [
    "荣誉",
    "荣誉[:2]",
    "荣誉|reverse",
    "荣誉|有值('备注')",
    "荣誉|有值('金额')",
    "荣誉 if 行.次数",
    "荣誉|无值('备注')",
]
FIELDS = ["床位", "简介", "单位.床位", "床位 or 简介", "简介 if 床位", "床位 if 床位 else 简介"]
VALUES = [
    "行.荣誉名称",
    "行.次数",
    "行.备注",
    "行.次数 or 行.备注",
    "行.备注 if 行.次数 else 行.备注",
    "行.金额 if 行.金额",
    "行.备注 ~ 行.次数",
]


def any_template(random: Random, depth: int = 3, *, row: bool = False) -> str:
    """Return some template: conditions, loops and values in each other."""
    kind = random.choice(["value", "if", "else", "for", "groups", "both"]) if depth else "value"

    def inside(row: bool = row) -> str:  # noqa: FBT001
        return any_template(random, depth - 1, row=row)

    test = random.choice(TESTS + OF_ROWS * row)
    if kind == "value":
        return "{{ " + random.choice(FIELDS + VALUES * 3 * row) + " }}"
    if kind == "both":
        return inside() + inside()
    if kind == "for":
        return f"{{% for 行 in {random.choice(ROWS)} %}}{inside(row=True)}{{% endfor %}}"
    if kind == "groups":
        by = random.choice(["分组('类型')", "batch(2)"])
        names = "类, 各行" if by.startswith("分组") else "各行"
        over = random.choice(["各行", "各行[:1]", "荣誉"])
        return f"{{% for {names} in 荣誉|{by} %}}{{% for 行 in {over} %}}{inside(row=True)}{{% endfor %}}{{% endfor %}}"
    other = f"{{% else %}}{inside()}" if kind == "else" else ""
    return f"{{% if {test} %}}{inside()}{other}{{% endif %}}"


def test_what_is_proved_of_any_template_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """However conditions, loops and values stand in each other."""
    texts = [any_template(Random(seed)) for seed in range(200)]
    assert all(assert_shown(template(text), SMALL, monkeypatch) for text in texts)
