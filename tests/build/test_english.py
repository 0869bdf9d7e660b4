"""A project in English: from the workbook to the report, every word in it is English."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batchreport import Pipeline, Prefill, Source, Template, blank_workbook, parse_schema
from batchreport.errors import TemplateError
from batchreport.period import Period
from tests.docxfile import docx_text
from tests.report.templates import template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from batchreport.values import Value

ROOT = Path(__file__).parents[2]
SCHEMA = parse_schema((ROOT / "batchreport/starter/en/templates/summary.toml").read_bytes())
NOVEMBER = Period(2026, 11, "M")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
TEMPLATE = """\
{{ name }}: work summary for {{ current_period }}
{% filter full_stop %}{% for row in statistics %}{{ row.name }}: {{ row.value|quantity(row.unit, row.approx) }}, \
{{ row.value|change(row.prev, row.measure, row.unit, previous_period|period_label(current_period)) }}; {% endfor %}{% endfilter %}
{{ facilities|total("quantity", by="unit") }} for {{ facilities|total("amount")|money }}.
{{ honours|count_by("level")|full_stop }}
{{ problems|map(attribute="issue")|listing|missing }}
{%p for block in supplement %}
{{ block.title }}: {{ block.headings }}
{%p for line in block.rows %}
{{ line }}
{%p endfor %}
{%p endfor %}
{{ filled_on }}
"""
ROWS: Mapping[str, Sequence[Mapping[str, Value]]] = {
    "profile": [{"kind": "school", "preparer": "J. Smith"}],
    "statistics": [
        {"name": "Students", "value": Decimal(1620), "unit": "person", "measure": "stock", "prev": Decimal(1608)},
        {"name": "Satisfaction", "value": Decimal("96.5"), "unit": "%", "measure": "rate", "prev": Decimal("95.3")},
        {"name": "Repairs", "value": Decimal(12), "unit": "item", "measure": "flow"},
    ],
    "facilities": [
        {"name": "Lamps", "category": "maintenance", "action": "replaced", "quantity": Decimal(30), "unit": "lamp", "amount": Decimal(1200)},
        {"name": "Hall", "category": "construction", "action": "built", "quantity": Decimal(1), "unit": "room", "amount": Decimal(1200000)},
    ],
    "honours": [{"title": "Safe canteen", "recipient": "We", "level": "city", "awarder": "City Council"}],
    "problems": [{"issue": "Boiler too small", "remedy": "a second one", "carried": True}],
}  # fmt: skip


def report(text: str) -> str:
    """Return the text of the report that a template of this text makes of the rows."""
    pipeline = Pipeline(SCHEMA, Template.parse(template(text), SCHEMA))
    data = blank_workbook(SCHEMA, Prefill("D001", "Example Primary School", NOVEMBER, rows=ROWS))
    made = pipeline(Source("Example Primary School.xlsx", data, "Example Primary School", NOVEMBER))
    assert made.report, [finding.line("en") for finding in made.findings]
    return docx_text(made.report)["document"]


def test_a_report_in_english_is_english_throughout() -> None:
    """Figures, changes, lists, sums, dates and the supplement speak the schema's language."""
    text = report(TEMPLATE)

    for line in (
        "Example Primary School: work summary for November 2026",
        "Students: 1,620 people, up 12 people (0.7%) on October; Satisfaction: 96.5%, 1.2 percentage points higher",
        " than in October; Repairs: 12 items.",
        "30 lamps, 1 room for 1.2 million yuan.",
        "city (1).",
        "Boiler too small",
        "Profile: Item, Content",
    ):
        assert line in text, text
    assert "yes" in text
    assert not CHINESE.search(text), text


def test_a_filter_can_be_made_to_speak_chinese() -> None:
    """For a report in two languages, an option has one filter speak the other."""
    text = report("{{ current_period|期间(语言='zh') }} {{ current_period|期间 }}")

    assert "2026年11月 November 2026" in text


def test_a_title_in_english_beside_a_chinese_one_gives_no_name() -> None:
    """A template uses keys; `title_en` is only what the workbook shows."""
    bilingual = parse_schema((ROOT / "templates/summary.toml").read_bytes())

    assert not Template.parse(template("{{ preparer }}{{ 填报人 }}"), bilingual).warnings
    with pytest.raises(TemplateError):
        Template.parse(template("{{ Preparedby }}"), bilingual)


def test_what_a_filter_says_is_in_the_language_of_the_message() -> None:
    """A filter on the wrong thing is said in one language at a time."""
    pipeline = Pipeline(SCHEMA, Template.parse(template("{{ [1, facilities]|listing }}"), SCHEMA))
    data = blank_workbook(SCHEMA, Prefill("D001", "Example Primary School", NOVEMBER, rows=ROWS))
    made = pipeline(Source("Example Primary School.xlsx", data, "Example Primary School", NOVEMBER))
    (finding,) = [finding for finding in made.findings if finding.code == "template-failed"]

    assert "listing takes text" in finding.line("en")
    assert "顿号 要的是文字" in finding.line("zh")
    assert "要的是" not in finding.line("en")
    assert "takes" not in finding.line("zh")
