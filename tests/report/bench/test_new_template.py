"""A template made of a schema: it can be used, shows all, and is the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from batchreport.errors import SchemaError
from batchreport.report.bench.looks import LOOKS
from batchreport.report.bench.new_template import new_template
from batchreport.report.bench.preview import preview
from batchreport.report.bench.sample_data import DATA
from batchreport.report.template import Template
from batchreport.schema import Schema, parse_schema
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


def shows_all(schema: Schema, look: str) -> None:
    """Assert that a new template has no mistake and shows every column."""
    template = Template.parse(new_template(schema, look), schema)

    assert template.warnings == ()
    assert template.uses >= {(section.key, column.key) for section in schema.sections for column in section.columns}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_new_template_shows_every_column_without_a_finding(name: str, look: str) -> None:
    """Nothing is said of it, and no column of the schema is left out."""
    shows_all(SCHEMAS[name], look)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(schemas())
def test_any_schema_gives_a_template_that_can_be_used(schema: Schema) -> None:
    """Whatever sections, types, titles and units: it is sound, and renders all kinds of made-up data."""
    shows_all(schema, "official")
    template = Template.parse(new_template(schema), schema)
    for data in DATA:
        assert preview(template, schema, data)


def test_the_same_schema_gives_the_same_bytes() -> None:
    """There is no clock in it."""
    schema = SCHEMAS["templates/summary.toml"]

    assert new_template(schema) == new_template(schema)


@pytest.mark.parametrize("name", ["templates/summary.toml", "examples/english/templates/summary.toml"])
@pytest.mark.parametrize("look", LOOKS)
def test_word_opens_a_new_template_and_what_it_makes(
    name: str, look: str, validate: Callable[[bytes], list[str]]
) -> None:
    """The Open XML SDK finds nothing in either."""
    schema = SCHEMAS[name]
    made = new_template(schema, look)

    assert validate(made) == []
    assert validate(preview(Template.parse(made, schema), schema, "extreme")) == []
