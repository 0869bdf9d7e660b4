"""The audit: a report that lost something on its way, or is broken, is never handed out, and one that is sound always is."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from batchreport.errors import TemplateError
from batchreport.found import find_workbooks
from batchreport.report import template as module
from batchreport.report.drawn import album
from batchreport.report.grammar import FILTERS
from batchreport.report.mending import cellmarks
from batchreport.report.shown.unshown import unshown
from batchreport.report.template import Template
from batchreport.rounds import sources
from batchreport.run.pipeline import Kit, Pipeline
from tests.docxfile import W
from tests.report.templates import NAMESPACES, package, template
from tests.report.test_cell_marks import END, LOOP
from tests.report.test_pictures import picture
from tests.report.test_template import SCHEMA, context

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from batchreport.findings import Finding

ROOT = Path(__file__).parents[2]
MARKED = f"开头\n| {{{{ '类'|可省 }}}} | 名称 |\n{LOOP}| {{{{ 行.类别|合并 }}}} | {{{{ 行.名称 }}}} |{END}\n结尾"
ROWS = {"新增设施": [{"名称": f"第{number}项", "类别": "甲"} for number in range(4)], "单位名称": "一"}


def found(
    text: str | bytes, values: dict[str, Any] | None = None, filters: dict[str, Callable[..., Any]] | None = None
) -> list[Finding]:
    """Return what is said of the report that a template makes of values: nothing, if it is made."""
    data = text if isinstance(text, bytes) else template(text)
    made = Template.parse(data, SCHEMA, {**FILTERS, **(filters or {})})
    try:
        made.render(context(values or {}))
    except TemplateError as problem:
        return list(problem.findings)
    return []


def codes(findings: list[Finding]) -> list[str]:
    """Return the codes of findings."""
    return [finding.code for finding in findings]


def body(xml: str) -> bytes:
    """Return a template with this body, as no word processor would write it."""
    return package({"word/document.xml": f"<w:document {NAMESPACES}><w:body>{xml}<w:sectPr/></w:body></w:document>"})


@pytest.mark.parametrize(
    ("made", "word"),
    [(lambda _: f"{float('nan'):.1f}", "nan"), (str, "None"), (lambda _: "NaT", "NaT"), (lambda _: "{{ x }}", "{{")],
    ids=["nan", "None", "NaT", "tag"],
)
def test_a_word_that_a_filter_leaves_behind_is_no_report(made: Callable[[Any], str], word: str) -> None:
    """It is said which tag printed it, and where."""
    [finding] = found("好\n共{{ 单位名称|坏 }}元", {"单位名称": None}, {"坏": made})

    assert (finding.code, finding.details) == ("audit-left-over", {"word": word, "tag": "{{ 单位名称|坏 }}"})
    assert finding.place.text("zh").endswith("正文 › 第2段")


@pytest.mark.parametrize("text", ["nan", "None", "{{ x }}", "{% if %}", "Undefined", "NaT 与 NaN", "a None b"])
def test_what_a_department_writes_is_data(text: str) -> None:
    """The same words are fine where a value says them, whatever a filter makes of it."""
    assert not found("{{ 单位名称 }}、{{ 单位名称|upper }}、{{ 单位名称 ~ 单位名称 }}", {"单位名称": text})


def test_words_of_the_template_are_its_own() -> None:
    """A designer may have a blank printed as None."""
    assert not found("{{ 单位名称|default('None') }}", {"单位名称": None})


@pytest.mark.parametrize(
    "xml",
    ["<w:p><!-- {{ 单位名称 }} --></w:p>", "<w:p><w:r><w:t>甲</w:t></w:r><?x {{ 单位名称 }}?></w:p>"],
    ids=["comment", "instruction"],
)
def test_a_template_that_hides_what_it_prints_is_found_out(xml: str) -> None:
    """What is printed where nobody reads it is lost; the tag is named."""
    findings = found(body(f"<w:p><w:r><w:t>{{{{ 单位名称 }}}}</w:t></w:r></w:p>{xml}"), {"单位名称": "后勤处"})

    assert codes(findings) == ["audit-value-lost"]
    assert findings[0].details == {"text": "后勤处", "tag": "{{ 单位名称 }}"}


def test_a_report_without_its_pictures_part_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the relationship of a drawing is not written, the drawing would be an empty frame."""
    text, values = "{{ 单位名称 }}", {"单位名称": picture()}
    assert not found(text, values)

    monkeypatch.setattr(album, "with_links", lambda xml, *_: xml)

    assert set(codes(found(text, values))) == {"audit-relationship"}


def test_a_relationship_that_leads_nowhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The part that holds a picture is not written, though its relationship is."""
    real = album.Album.parts
    monkeypatch.setattr(
        album.Album,
        "parts",
        lambda self, drawn: {name: data for name, data in real(self, drawn).items() if "media" not in name},
    )

    findings = found("{{ 单位名称 }}", {"单位名称": picture()})

    assert codes(findings) == ["audit-relationship"]
    assert "rIdDrawn1 → word/media/image1.png" in findings[0].line("zh")


def test_a_relationship_that_is_missing_is_found() -> None:
    """A value that brings a drawing without a part for it, as a filter of somebody's might make it."""
    markup = '<w:r><w:drawing><a:blip r:embed="rId77"/></w:drawing></w:r>'
    text = body("<w:p>{{r 单位名称|坏 }}</w:p>".replace("{{r", "<w:r><w:t>{{r").replace("}}", "}}</w:t></w:r>"))

    findings = found(text, {"单位名称": "甲"}, {"坏": lambda _: Markup(markup)})

    assert [(finding.code, finding.details["said"]) for finding in findings] == [("audit-relationship", "rId77")]


def test_a_step_that_loses_a_text_of_the_template_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last paragraph, which stands outside every condition, goes while cells are merged."""
    assert not found(MARKED, ROWS)
    real = cellmarks.settle

    def clumsy(root: etree._Element) -> tuple[bool, frozenset[str]]:
        settled = real(root)
        last = list(root.iter(f"{W}p"))[-1]
        last.getparent().remove(last)  # type: ignore[union-attr]
        return settled

    monkeypatch.setattr(module, "settle", clumsy)
    findings = found(MARKED, ROWS)

    assert [(finding.code, finding.details) for finding in findings] == [("audit-text-lost", {"text": "结尾"})]


def test_a_step_that_loses_a_row_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value that is missing is named, and the tag that printed it."""
    real = cellmarks.settle

    def clumsy(root: etree._Element) -> tuple[bool, frozenset[str]]:
        settled = real(root)
        last = list(root.iter(f"{W}tr"))[-1]
        last.getparent().remove(last)  # type: ignore[union-attr]
        return settled

    monkeypatch.setattr(module, "settle", clumsy)
    findings = found(MARKED, ROWS)

    assert [(finding.code, finding.details) for finding in findings] == [
        ("audit-value-lost", {"text": "第3项", "tag": "{{ 行.名称 }}"})
    ]


def test_broken_xml_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written at last is read by a strict reader once more."""
    monkeypatch.setattr(module, "_mended", lambda *_: (b"<w:document>", frozenset()))

    assert codes(found(MARKED, ROWS)) == ["audit-xml"]


def test_a_heading_that_goes_with_its_empty_column_is_no_loss() -> None:
    """Nor is what stands above it, nor the dashes below it."""
    text = f"| 甲 | {{{{ 单位名称 }}}} |\n| 名称 | 备{{{{ '注'|可省 }}}}栏 |\n{LOOP}| {{{{ 行.名称 }}}} | {{{{ '—' }}}} |{END}"

    assert not found(text, ROWS)


PIECES = [
    "nan",
    "None",
    "{{",
    "}}",
    "{%",
    "<w:t>",
    "&amp;",
    "a&b",
    "\n",
    "\t",
    "\r\n",
    "—",
    " ",
    "甲",
    "0",
    "'",
    '"',
    "]]>",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=4).map("".join)
NUMBERS = st.decimals(allow_nan=False) | st.just(Decimal("NaN"))
VALUES = st.one_of(TEXTS, st.none(), NUMBERS, st.integers(), st.booleans())
ROW = st.fixed_dictionaries({"名称": TEXTS, "类别": TEXTS, "数量": VALUES, "颜色": TEXTS})
EVERYWHERE = (
    "header: {{ 单位名称 }}\ntitle: {{ 单位名称 }}\nfootnote: 注{{ 单位名称 }}\nalt: {{ 单位名称 }}\n{{ 单位名称 }}\n"
    "共{{ 新增设施|length }}项：{{ 新增设施|map(attribute='名称')|list|顿号 }}\n{{r 单位名称 }}甲\n"
    "{% if 单位名称 %}{{ 单位名称|upper }}‹link:{{ 单位名称 }}›{% endif %}\n"
    f"| {{{{ '类'|可省 }}}} | 名称 | 数 | 色 |\n{LOOP}"
    f"| {{{{ 行.类别|合并 }}}} | {{{{ 行.名称|分段 }}}} | {{{{ 行.数量 }}}} | {{{{ 行.颜色|合并(横=True) }}}} |{END}\n结尾"
)
READY = Template.parse(template(EVERYWHERE), SCHEMA)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.lists(ROW, max_size=4))
def test_whatever_workbooks_say_passes_and_is_in_the_document(name: str, rows: list[dict[str, Any]]) -> None:
    """No value makes the audit refuse a report, and python-docx reads every text and number in it."""
    report = READY.render(context({"单位名称": name, "新增设施": rows}))

    document = Document(BytesIO(report))
    read = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert _shown(name) in read
    for row in rows:
        assert all(line.strip() in cells for line in _shown(row["名称"]).split("\n"))
        if isinstance(row["数量"], int) and not isinstance(row["数量"], bool):
            assert str(row["数量"]).replace("-", "−") in cells
        if isinstance(row["数量"], Decimal) and not row["数量"].is_finite():
            typed = "".join(value for one in rows for value in one.values() if isinstance(value, str))
            assert str(row["数量"]) not in cells or str(row["数量"]) in typed


def _shown(text: str) -> str:
    """Return a text as a document has it: without what XML forbids, all line breaks alike."""
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def test_every_department_of_the_sample_project_passes() -> None:
    """Both periods of the repository's workbooks, with both templates: no finding of the audit."""
    schema = (ROOT / "templates/summary.toml").read_bytes()
    books = list(sources(find_workbooks(ROOT / "workbooks", None)))
    for name in ("summary.docx", "modern.docx"):
        pipeline = Pipeline.of(Kit(schema, "summary.toml", (ROOT / "templates" / name).read_bytes(), name))
        outcomes = [pipeline(book.read()) for book in books]

        assert sum(outcome.report is not None for outcome in outcomes) >= 20
        assert not [finding for outcome in outcomes for finding in outcome.findings if finding.code.startswith("audit")]


def test_columns_that_a_template_never_uses_are_told_once() -> None:
    """One that it only compares is used; a template that prints the rows of 补充 shows all."""
    some = Template.parse(template("{{ 单位名称 }}{% if 新增设施|selectattr('名称')|list %}有{% endif %}"), SCHEMA)
    every = Template.parse(
        template("{% for 块 in 补充 %}{% for 各值 in 块.行 %}{{ 各值|join }}{% endfor %}{% endfor %}"), SCHEMA
    )

    [finding] = unshown(some, SCHEMA)

    assert not any(column.endswith((".名称", ".单位名称")) for column in finding.details["columns"])
    assert any(column.endswith(".类别") for column in finding.details["columns"])
    assert not unshown(every, SCHEMA)


def test_columns_of_picked_rows_are_used() -> None:
    """Those of the rows that changed most, or of the largest group, are shown like those of all."""
    made = Template.parse(
        template(
            "{% for 行 in 计划|变动较大('件数', '件数') %}{{ 行.事项 }}{% endfor %}{{ (荣誉|最大组('级别')|first).荣誉名称 }}"
        ),
        SCHEMA,
    )

    assert made.uses == {("plans", "task"), ("honours", "title")}


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("{% for 块 in 补充 %}{{ 块.标题 }}{{ 块.列|join }}{% endfor %}", False),
        ("{% if 补充 %}有{% endif %}{{ 补充|length }}", False),
        ("{{ 补充|map(attribute='标题')|join }}", False),
        ("{% for 块 in 补充 if 块.行 %}{{ 块.行|length }}{% endfor %}", False),
        (
            "{% for 块 in 补充 %}{% for 各值 in 块.行 %}{% for 值 in 各值 %}{{ 值 }}{% endfor %}{% endfor %}{% endfor %}",
            True,
        ),
        ("{% for block in supplement %}{{ block.rows[0][1] }}{% endfor %}", True),
        ("{% macro 印(块) %}{% for 各值 in 块.行 %}{{ 各值|join }}{% endfor %}{% endmacro %}{{ 印(补充[0]) }}", True),
        ("{% set 余 = {'块': 补充} %}{% for 块 in 余.块 %}{{ 块.行[0]|join }}{% endfor %}", True),
    ],
)
def test_only_who_prints_the_rows_of_the_supplement_shows_what_is_left(text: str, shows: bool) -> None:  # noqa: FBT001
    """Its titles, how many there are, and whether there is any, are not what was filled in."""
    made = Template.parse(template(text), SCHEMA)

    assert made.supplements
    assert made.shows_rest == shows
    assert bool(unshown(made, SCHEMA)) != shows


@pytest.mark.parametrize(
    "text",
    [
        "{% set 全部 = {'余': 补充} %}{{ 全部.余|length }}",
        "{{ '%s'|format(*补充) }}",
        "{% if supplement is defined %}有{% endif %}",
    ],
    ids=["in a mapping", "spread", "asked for"],
)
def test_whoever_names_the_supplement_anywhere_is_given_it(text: str) -> None:
    """What the template shows nowhere is only gathered for one that asks, wherever in a tag it does."""
    assert Template.parse(template(text), SCHEMA).supplements
    assert not Template.parse(template("{{ 单位名称 }}补充"), SCHEMA).supplements
