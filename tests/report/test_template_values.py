"""Any value comes out of a template whole."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from batchreport.errors import TemplateError
from batchreport.report.template import Template
from tests.docxfile import cells_without_paragraph
from tests.report.templates import shown, template
from tests.report.test_template import SCHEMA, context

if TYPE_CHECKING:
    from batchreport.findings import Finding

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PLACES = "\n".join(
    line.format("{{ 单位名称 }}|")
    for line in ("{}", "| {} | x |", "header: {}", "footer: {}", "footnote: {}", "title: {}")
)
SIGNS = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{_{",
        "<w:p>",
        "</w:t>",
        "&amp;",
        "&",
        "<",
        ">",
        '"',
        "'",
        "\n",
        "\t",
        "\r",
        "]]>",
        "x",
        "甲",
    ]
)


@cache
def ready() -> Template:
    """Return a template that shows one value in every place."""
    return Template.parse(template(PLACES), SCHEMA)


@given(st.one_of(st.text(), st.lists(SIGNS).map("".join)))
def test_any_text_comes_out_whole_everywhere(text: str) -> None:
    """In body, cell, header, footer, footnote and title; only what XML forbids is gone, and a title has one line."""
    expected = FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    line = expected.replace("\n", "⏎").replace("\t", "⇥")
    plain = re.sub("[\n\t]", " ", expected)
    report = shown(ready().render(context({"单位名称": text})))

    assert (
        report
        == f"{line}|\n{line}| | x\n\nfooter: {line}|\nfootnote: {line}|\nheader: {line}|\ntitle: {plain}|".replace(
            "\n\n", "\n"
        )
    )


@given(st.text(alphabet="{}%# |.()'\"甲a=,，（\n｛for in if end", max_size=40))
def test_any_template_text_is_a_template_or_a_finding(text: str) -> None:
    """Whatever is typed into a paragraph, nothing but a `TemplateError` is raised, and its findings can be said."""
    findings: tuple[Finding, ...] = ()
    try:
        Template.parse(template("x" + text.replace("\n", " ")), SCHEMA).render(context({}))
    except TemplateError as problem:
        findings = problem.findings

    assert all(finding.line("zh") and finding.line("en") for finding in findings)


PAIRS = [
    ("{% if 荣誉 %}", "{% endif %}"),
    ("{% for 行 in 新增设施 %}", "{% endfor %}"),
    ("{%p if 单位名称 %}", "{%p endif %}"),
    ("{%tr for 行 in 新增设施 %}", "{%tr endfor %}"),
    ("{%tc for 行 in 新增设施 %}", "{%tc endfor %}"),
    ("{%r if 单位名称 %}", "{%r endif %}"),
    ("{%- if 单位名称 -%}", "{%- endif -%}"),
    ("{{r 单位名称 }}", "{% hm %}"),
    ("甲", "{{p 单位名称 }}"),
]
GLUE = ["", "", "乙", "¦", "\n", "\n", " | ", " | ", "¶"]


@given(st.lists(st.tuples(st.sampled_from(PAIRS), *[st.sampled_from(GLUE)] * 3), min_size=1, max_size=3), st.booleans())
def test_what_is_accepted_renders(pieces: list[tuple[tuple[str, str], str, str, str]], in_table: bool) -> None:  # noqa: FBT001  (a drawn value)
    """Tags strewn over paragraphs, cells and runs are refused when they are checked, or render whichever way they go."""
    text = "".join(f"{opening}{first}{second}{end}{third}" for (opening, end), first, second, third in pieces)
    lines = [f"| {line} |" if in_table else line.replace("|", "") for line in text.split("\n")]
    try:
        accepted = Template.parse(template("\n".join(lines)), SCHEMA)
    except TemplateError:
        return
    rows = [{"名称": "a&b"}, {"名称": "c"}]

    for values in ({}, {"单位名称": "x<y", "荣誉": [{"级别": "甲"}], "新增设施": rows}):
        assert not cells_without_paragraph(accepted.render(context(values)))
