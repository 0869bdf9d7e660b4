"""A template of the roll-up made of a schema: it can be used, says who and how much, and is the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from batchreport.report.bench.looks import LOOKS
from batchreport.report.bench.new_rollup import new_rollup
from batchreport.report.bench.preview import preview_rollup
from batchreport.report.bench.sample_data import DATA
from batchreport.report.rollup.documents import rollup_template
from tests.docxfile import whole_text
from tests.report.bench.schemas import schemas
from tests.report.bench.test_new_template import SCHEMAS

if TYPE_CHECKING:
    from batchreport.schema import Schema


def can_be_used(schema: Schema, look: str) -> None:
    """Assert that a new template has no mistake, and makes a document of all kinds of made-up data that names who is missing."""
    template = rollup_template(new_rollup(schema, look), schema)

    assert template.warnings == ()
    late = "示例未报单位" if schema.language == "zh" else "Late Department"
    for data in DATA:
        assert late in whole_text(preview_rollup(template, schema, data))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_new_roll_up_can_be_used_without_a_finding(name: str, look: str) -> None:
    """Nothing is said of it, whatever the schema."""
    can_be_used(SCHEMAS[name], look)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(schemas())
def test_any_schema_gives_a_roll_up_that_can_be_used(schema: Schema) -> None:
    """Whatever sections, types, titles and units."""
    can_be_used(schema, "official")
