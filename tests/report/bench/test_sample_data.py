"""Made-up data: what the schema allows, the same each time."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from batchreport.report.bench.sample_data import DATA, sample
from batchreport.report.bench.sample_text import matching
from batchreport.report.bench.sample_values import HOSTILE
from batchreport.schema import Column, Schema, parse_schema
from batchreport.values import Missing, Value
from tests.report.bench.schemas import schemas

if TYPE_CHECKING:
    from batchreport.submission import Submission

ROOT = Path(__file__).parents[3]
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes())


def values(submission: Submission, section: str, column: str) -> list[Value]:
    """Return the values of a column."""
    return [record.values[column] for record in submission.tables[section].records]


def allowed(column: Column, value: Value) -> bool:
    """Tell whether a made-up value is one that the schema lets stand in the column."""
    if value is None or isinstance(value, Missing):
        return True
    if column.type == "choice":
        return value in column.enum or column.allow_other
    if isinstance(value, str) and not column.separator:
        fits = not column.pattern or re.fullmatch(column.pattern, value) is not None
        return fits and len(value) <= (column.max_length or len(value))
    if isinstance(value, int | Decimal) and isinstance(column.minimum, int | float):
        return value >= column.minimum
    return True


@settings(max_examples=40)
@given(schemas())
def test_every_value_is_one_that_its_column_allows(schema: Schema) -> None:
    """Choices, lengths, patterns and limits are kept, by all kinds of data."""
    for data in DATA:
        tables = sample(schema, data).submission.tables
        for section in schema.sections:
            for record in tables[section.key].records:
                assert all(allowed(section.by_key[key], value) for key, value in record.values.items())


def test_typical_data_are_believable() -> None:
    """An indicator has the unit and a figure that go with it; earlier figures are near."""
    made = sample(SCHEMA, "typical").submission
    first = made.tables["statistics"].records[0].values

    assert (made.name, first["name"], first["value"], first["unit"], first["measure"]) == (
        "示例中心小学",
        "在校学生",
        Decimal(1250),
        "人",
        "时点",
    )
    assert Decimal(1100) < Decimal(str(first["prev"])) < Decimal(1400)
    assert values(made, "photos", "facility")[0] in values(made, "facilities", "name")


def test_empty_data_have_a_name_and_nothing_else() -> None:
    """No record, no figure, no earlier period."""
    made = sample(SCHEMA, "empty")

    assert made.earlier == ()
    assert {key: len(table.records) for key, table in made.submission.tables.items() if table.records} == {"profile": 1}


def test_extreme_data_ask_all_of_a_template() -> None:
    """Texts as long as they may be, with signs that mean something to Word; negative and missing figures; many rows."""
    made = sample(SCHEMA, "extreme").submission
    points = values(made, "measures", "point")
    figures = values(made, "statistics", "value")

    assert len(points) == 15
    assert max(len(str(point)) for point in points) == 200
    assert HOSTILE in str(points[0])
    assert any(isinstance(figure, Decimal) and figure < 0 for figure in figures)
    assert any(isinstance(figure, Missing) for figure in figures)
    assert None in values(made, "facilities", "place")


def test_data_are_the_same_each_time() -> None:
    """No clock and no chance is in them."""
    for data in DATA:
        assert sample(SCHEMA, data) == sample(SCHEMA, data)


@pytest.mark.parametrize(
    "pattern",
    [r"[A-Z]{2}\d{4}", r"1[3-9]\d{9}", r"\d{4}-\d{2}", "(甲|乙)班", r"[^a]+", r"(\d)\1", "", r"a?b*c+", r"\w+@\w+\.cn", "[0-9a-f]{8}(-[0-9a-f]{4})?"],
)  # fmt: skip
def test_a_text_is_made_that_a_pattern_matches(pattern: str) -> None:
    """So a code in a preview looks like one."""
    assert re.fullmatch(pattern, matching(pattern))


def test_a_pattern_that_is_beyond_us_gives_nothing() -> None:
    """What looks ahead is not worth it: the text is then one without a pattern."""
    assert matching(r"(?=b)a") == ""
