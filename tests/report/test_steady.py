"""Parts that need not be parsed after rendering: which they are, and that nothing wrong slips through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markupsafe import Markup

from batchreport.errors import TemplateError
from batchreport.report import template as module
from batchreport.report.environment import Sandbox
from batchreport.report.grammar import FILTERS
from batchreport.report.steady import is_steady
from batchreport.report.template import Template
from tests.report.templates import template
from tests.report.test_template import CASES, SCHEMA, context, read_case

if TYPE_CHECKING:
    from pathlib import Path

STEADY = {
    "a value in a text": "<w:p><w:t>{{ a }}</w:t></w:p>",
    "a loop over rows": "<w:tbl>{% for a in b %}<w:tr><w:t>{{ a }}</w:t></w:tr>{% else %}<w:tr/>{% endfor %}</w:tbl>",
    "a branch that ends where it began": "<w:t>{% if a %}</w:t><w:br/><w:t>{% endif %}</w:t>",
    "branches that end at the same place": "<w:t>{% if a %}{{ a }}</w:t>{% elif b %}</w:t>{% else %}…</w:t>{% endif %}",
    "a word in an attribute": '<w:p w:id="{{ a|_plain }}">{% set c = a %}<w:t>{{ c }}</w:t></w:p>',
}
DOUBTFUL = {
    "a branch that opens an element": "<w:p>{% if a %}<w:r>{% endif %}<w:t>{{ a }}</w:t></w:p>",
    "a loop that closes one": "<w:p>{% for a in b %}</w:p>{% endfor %}",
    "a branch with other attributes": '{% if a %}<w:p w:x="1">{% else %}<w:p>{% endif %}</w:p>',
    "lines where no text is": "<w:p>{{ a }}</w:p>",
    "lines in an attribute": '<w:p w:id="{{ a }}"/>',
    "a word as an attribute": "<w:p {{ a|_plain }}/>",
    "a branch inside a tag": '<w:p w:id="{% if a %}1{% endif %}"/>',
    "an element in a text": "<w:t><w:r/></w:t>",
    "captured output": "<w:t>{% filter upper %}{{ a }}{% endfilter %}</w:t>",
    "a block of text": "<w:t>{% set b %}{{ a }}{% endset %}{{ b }}</w:t>",
    "a macro": "<w:t>{% macro b() %}{{ a }}{% endmacro %}{{ b() }}</w:t>",
    "a comment of XML": "<w:p><!-- <w:r> --></w:p>",
    "a tag that is cut": "<w:p",
}


@pytest.mark.parametrize("name", [*STEADY, *DOUBTFUL])
def test_a_part_is_steady_where_every_way_through_it_is_well_formed(name: str) -> None:
    """What cannot be seen to be so is doubtful, and parsed each time."""
    tree = Sandbox(FILTERS, "zh").parse({**STEADY, **DOUBTFUL}[name])

    assert is_steady(tree) == (name in STEADY)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_report_is_the_same_parsed_or_not(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every case of the template area gives the same bytes, or the same findings."""
    case = read_case(path)

    def outcome() -> object:
        try:
            return Template.parse(template(case.template), SCHEMA).render(context(case.context))
        except TemplateError as problem:
            return problem.findings

    quick = outcome()
    monkeypatch.setattr(module, "_is_sound", lambda *_: False)

    assert quick == outcome()


@pytest.mark.parametrize("value", ["<w:r>甲</w:r>", "a & b", "&nothing;", "<", "]]>"])
def test_markup_that_a_value_brings_is_parsed(value: str) -> None:
    """A steady part is parsed after all where a value says that it is markup already."""
    made = Template.parse(template("{{ 单位名称 }}"), SCHEMA)

    with pytest.raises(TemplateError):
        made.render({**context({}), "单位名称": Markup(value)})
    assert made.render(context({"单位名称": value}))
