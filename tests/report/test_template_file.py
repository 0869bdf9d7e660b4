"""The file around a template: what is no template, what a report keeps of it, and that it is the same each time."""

from __future__ import annotations

import pickle
import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

import docx
import pytest
from docxtpl import Listing, RichText
from lxml import etree

from batchreport.errors import TemplateError
from batchreport.report.template import Template
from tests.docxfile import cells_without_paragraph
from tests.report.templates import NAMESPACES, package, shown, template
from tests.report.test_template import SCHEMA, context

if TYPE_CHECKING:
    from collections.abc import Callable

STRICT = f'<w:document xmlns:w="{"http:"}//purl.oclc.org/ooxml/wordprocessingml/main"><w:body/></w:document>'
ROWS = [{"名称": "甲", "类别": "设备"}, {"名称": "乙", "类别": "设备"}]


def made(text: str, **values: Any) -> bytes:
    """Return the report that a template makes of a form's values and sections' rows."""
    return Template.parse(template(text), SCHEMA).render(context(values))


def codes(data: bytes) -> list[str]:
    """Return the codes of what is wrong with a template."""
    with pytest.raises(TemplateError) as problem:
        Template.parse(data, SCHEMA)
    assert all(finding.line("zh") and finding.line("en") for finding in problem.value.findings)
    return [finding.code for finding in problem.value.findings]


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip of these parts."""
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip."""
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "template-not-zip"),
        (b"<html></html>", "template-not-zip"),
        (template("x")[:-30], "template-not-zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "template-old-or-locked"),
        (zipped({"a.txt": b"x"}), "template-no-body"),
        (zipped({"[Content_Types].xml": b"<broken"}), "template-no-body"),
        (package({"word/document.xml": "<w:document><w:body/>"}), "template-bad-part"),
        (package({"word/document.xml": STRICT}), "template-strict"),
    ],
    ids=["empty", "html", "truncated", "ole", "zip", "types", "xml", "strict"],
)
def test_what_is_no_template_is_said_in_one_line(data: bytes, code: str) -> None:
    """A file that is no .docx, or a broken one, gives one finding."""
    assert codes(data) == [code]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("spreadsheetml.sheet.main+xml", "这是 Excel 工作簿，模板要是普通的 Word 文档（.docx）"),
        ("wordprocessingml.template.main+xml", "这是 Word 模板文件（.dotx）"),
        ("ms-word.document.macroEnabled.main+xml", "这是带宏的文档（.docm、.dotm）"),
    ],
)
def test_another_office_file_is_called_what_it_is(kind: str, said: str) -> None:
    """A workbook, a .dotx and a .docm each have a remedy."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/a/main.xml" ContentType="application/vnd.openxmlformats-officedocument.{kind}"/></Types>'
    )
    with pytest.raises(TemplateError) as caught:
        Template.parse(zipped({"[Content_Types].xml": types.encode(), "a/main.xml": b"<x/>"}), SCHEMA, file="t.docx")

    assert [finding.code for finding in caught.value.findings] == ["template-no-body"]
    assert said in caught.value.findings[0].line("zh")


def test_a_swollen_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts what comes out of the zip."""
    monkeypatch.setattr("batchreport.report.parts._LIMIT", 1000)

    assert codes(zipped({"a": b"x" * 2000})) == ["template-too-large"]


def test_the_same_context_gives_the_same_bytes() -> None:
    """No clock, no order: twice the same, and the same after a pickle; every date in the zip is 1980-01-01."""
    first = Template.parse(template("{{ 单位名称 }}\nheader: {{ 单位名称 }}"), SCHEMA)
    second = pickle.loads(pickle.dumps(first))
    values = context({"单位名称": "甲"})

    assert first.render(values) == first.render(values) == second.render(values)
    with ZipFile(BytesIO(first.render(values))) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_parts_keep_their_order_and_those_without_tags_their_content() -> None:
    """A picture, styles and what else there is come through untouched."""
    parts = unzipped(template("{{ 单位名称 }}")) | {"word/media/图.png": b"\x89PNG" + bytes(range(256)) * 9}
    report = unzipped(Template.parse(zipped(parts), SCHEMA).render(context({})))

    assert list(report) == list(parts)
    assert {name for name in parts if parts[name] != report[name]} == {"word/document.xml"}


def test_a_stored_template_is_deflated() -> None:
    """A template zipped without compression makes small reports all the same."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_STORED) as archive:
        for name, content in unzipped(template("x" * 5000)).items():
            archive.writestr(name, content)

    assert len(Template.parse(data.getvalue(), SCHEMA).render({})) < len(zlib.compress(b"")) + 3000


def test_a_part_that_stands_twice_is_a_warning() -> None:
    """LibreOffice once wrote core.xml twice: one is kept, and it is said."""
    data = BytesIO(template("甲\ntitle: x"))
    with ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("docProps/core.xml", unzipped(data.getvalue())["docProps/core.xml"])
    ready = Template.parse(data.getvalue(), SCHEMA)

    assert [finding.code for finding in ready.warnings] == ["template-doubled-part"]
    assert len(unzipped(ready.render({}))) == 5


def test_tags_in_a_part_that_is_never_rendered_are_a_warning() -> None:
    """Styles, settings and the like hold no tags that anybody would fill in."""
    parts = unzipped(template("甲")) | {"word/glossary.xml": b"<x>{{ y }}</x>"}

    assert [finding.code for finding in Template.parse(zipped(parts), SCHEMA).warnings] == [
        "template-part-not-rendered"
    ]


def test_a_chart_title_is_rendered() -> None:
    """The text of a chart, which docxtpl leaves alone, is a template too."""
    text = "<a:p><a:r><a:t>{{ 单位</a:t></a:r><a:r><a:t>名称 }}年</a:t></a:r></a:p>"
    spaces = f'{NAMESPACES} xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    chart = f"<c:chartSpace {spaces}>{text}</c:chartSpace>"
    parts = unzipped(template("甲")) | {"word/charts/chart1.xml": chart.encode()}
    kind = b'<Override PartName="/word/charts/chart1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", kind)
    report = unzipped(Template.parse(zipped(parts), SCHEMA).render(context({"单位名称": "甲&乙"})))

    assert "".join(map(str, etree.fromstring(report["word/charts/chart1.xml"]).itertext())) == "甲&乙年"


def test_footnotes_are_rendered_once_with_several_sections() -> None:
    """Rendered once per section, as docxtpl does it, data would run as a template."""
    parts = unzipped(template("甲\n乙\nfootnote: {{ 单位名称 }}"))
    section = b"<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:body>", b"<w:body>" + section)

    assert "footnote: {{ 7*7 }}" in shown(
        Template.parse(zipped(parts), SCHEMA).render(context({"单位名称": "{{ 7*7 }}"}))
    )


def test_drawings_in_a_loop_have_ids_of_their_own() -> None:
    """Word calls a file damaged in which two drawings have one id."""
    text = "{%p for 行 in 新增设施 %}\n甲\n{%p endfor %}\nalt: x"
    parts = unzipped(template(text))
    body = parts["word/document.xml"]
    drawing = re.search(rb"<w:p><w:r><w:drawing>.*?</w:p>", body)
    assert drawing
    parts["word/document.xml"] = body.replace(drawing.group(), b"").replace(
        '<w:t xml:space="preserve">甲</w:t></w:r></w:p>'.encode(), b"</w:r></w:p>".join([b"", drawing.group()]), 1
    )
    report = unzipped(Template.parse(zipped(parts), SCHEMA).render(context({"新增设施": ROWS})))
    ids = re.findall(rb'<wp:docPr id="(\d+)"', report["word/document.xml"])

    assert len(ids) == len(set(ids)) == 2


def test_formatted_text_prints_with_r_and_is_refused_without() -> None:
    """RichText in `{{ }}` would lose the text and the rest of the paragraph, silently; in `{{r }}` it prints."""
    values = context({}) | {"单位名称": RichText("粗", bold=True)}
    report = Template.parse(template("甲{{r 单位名称 }}乙"), SCHEMA).render(values)

    assert shown(report) == "甲粗乙"
    assert b"<w:rPr><w:b/></w:rPr>" in unzipped(report)["word/document.xml"]
    for text, code in (
        ("{{ 单位名称 }}", "rich-text-without-r"),
        ("{{ 单位名称 ~ 1 }}", "fragment-as-text"),
        ("{{r 单位名称|upper }}", "fragment-as-text"),
    ):
        with pytest.raises(TemplateError) as problem:
            Template.parse(template(text), SCHEMA).render(values)
        assert [finding.code for finding in problem.value.findings] == [f"template-{code}"]


def test_a_listing_keeps_its_lines() -> None:
    """The Listing of docxtpl prints in a plain tag."""
    values = context({}) | {"单位名称": Listing("甲 & 乙\n丙\t丁")}

    assert shown(Template.parse(template("{{ 单位名称 }}"), SCHEMA).render(values)) == "甲 & 乙⏎丙⇥丁"


def test_a_plain_text_in_a_formatted_tag_keeps_the_format_of_its_place() -> None:
    """`{{r x }}` with a text prints a run as the tag's own was."""
    report = made("甲¦{{r 单位名称 }}", 单位名称="乙")

    assert (
        '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">乙</w:t></w:r>'
        in unzipped(report)["word/document.xml"].decode()
    )


def test_text_beside_a_tag_keeps_its_run() -> None:
    """A tag split over runs is joined; what stands behind it in the last run stays bold."""
    report = made("{{ 单位¦名称 }}后", 单位名称="乙")

    assert '<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">后</w:t>' in unzipped(report)[
        "word/document.xml"
    ].decode().replace("<w:t>", '<w:t xml:space="preserve">')


def test_a_grid_follows_the_cells_of_its_own_rows_only() -> None:
    """A nested table with more columns does not widen the outer grid; a table without a grid gets one."""
    nested = (
        "<w:tbl><w:tblGrid>"
        + '<w:gridCol w:w="9"/>' * 5
        + "</w:tblGrid><w:tr>"
        + "<w:tc><w:p/></w:tc>" * 5
        + "</w:tr></w:tbl>"
    )
    cell = "<w:tc>{}</w:tc>"
    tags = ("{%tc for 行 in 新增设施 %}", "{{ 行.名称 }}", "{%tc endfor %}")
    cells = "".join(cell.format(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>") for text in tags)
    table = f"<w:tbl><w:tblPr/><w:tr>{cells}{cell.format(nested + '<w:p/>')}</w:tr></w:tbl>"
    data = package({"word/document.xml": f"<w:document {NAMESPACES}><w:body>{table}<w:sectPr/></w:body></w:document>"})
    body = etree.fromstring(
        unzipped(Template.parse(data, SCHEMA).render(context({"新增设施": ROWS})))["word/document.xml"]
    )

    assert [len(grid) for grid in body.iter("{*}tblGrid")] == [3, 5]


def test_every_cell_ends_in_a_paragraph() -> None:
    """Word refuses a cell without one; a condition can take it away."""
    report = made("| {%p if 荣誉 %}¶有¶{%p endif %} | {% if 荣誉 %}¶有¶{% endif %} |")

    assert cells_without_paragraph(report) == []


def test_uses_are_the_columns_that_are_shown() -> None:
    """What is only compared, sorted or filtered by is not shown; groups, a macro's text and a boolean's condition are."""
    text = """{% macro m(x) %}{{ x.名称 }}{% endmacro %}
{{ 单位名称 }}{% if 填报日期 and 是否公开 %}公开{% endif %}
{% for 组 in 新增设施|selectattr("数量")|groupby("类别") %}{{ 组.grouper }}\
{% for 行 in 组.list if 行.完成日期 %}{{ m(行) }}{% endfor %}{% endfor %}
header: {{ 本期 }}"""
    ready = Template.parse(template(text), SCHEMA)

    assert sorted(ready.uses) == [
        ("facilities", "category"),
        ("facilities", "item"),
        ("profile", "name"),
        ("profile", "open"),
        ("profile", "period"),
    ]
    assert sorted(ready.consults) == [("facilities", "done_on"), ("facilities", "quantity"), ("profile", "filled_on")]


def test_filters_of_a_caller_are_known() -> None:
    """Another set of filters replaces ours; what they raise has the place of its tag."""

    def broken(_: object) -> str:
        raise ValueError("坏了")

    ready = Template.parse(template("甲\n{{ 单位名称|坏 }}"), SCHEMA, {"坏": broken})
    with pytest.raises(TemplateError, match=r"paragraph 2: “{{ 单位名称\|坏 }}” failed: 坏了"):
        ready.render(context({"单位名称": "x"}))
    assert codes(template("{{ 单位名称|坏 }}")) == ["template-unknown-filter"]


def test_a_name_missing_from_the_context_is_said_with_its_place() -> None:
    """A context that lacks what the schema promised is a finding too."""
    with pytest.raises(TemplateError, match=r"paragraph 2: “单位名称” in “{{ 单位名称 }}” is not there"):
        Template.parse(template("甲\n{{ 单位名称 }}"), SCHEMA).render({})


def test_a_template_of_python_docx_works() -> None:
    """Made by another program, with styles, a table and core properties of its own."""
    document = docx.Document()
    document.add_heading("{{ 单位名称 }}")
    table = document.add_table(3, 2)
    for at, text in (
        (0, "{%tr for 行 in 新增设施 %}"),
        (2, "{{ 行.名称 }}"),
        (3, "{{ 行.类别 }}"),
        (4, "{%tr endfor %}"),
    ):
        table.cell(at // 2, at % 2).text = text
    document.core_properties.title = "{{ 单位名称 }}"
    data = BytesIO()
    document.save(data)
    report = docx.Document(
        BytesIO(Template.parse(data.getvalue(), SCHEMA).render(context({"单位名称": "甲", "新增设施": ROWS})))
    )

    assert report.paragraphs[0].text == report.core_properties.title == "甲"
    assert [[cell.text for cell in row.cells] for row in report.tables[0].rows] == [["甲", "设备"], ["乙", "设备"]]


@pytest.mark.parametrize("text", ["{{ 单位名称 }}", "| {{ 单位名称 }} |"])
def test_a_lone_surrogate_is_dropped(text: str) -> None:
    """No XML can hold it."""
    assert shown(made(text, 单位名称="甲\ud800乙")) == "甲乙"


def test_a_report_is_valid(validate: Callable[[bytes], list[str]]) -> None:
    """What every construct leaves behind is what Word's own library takes."""
    text = (
        "{%p for 行 in 新增设施 %}\n{{ 行.名称 }}{{r 行.名称 }}\n{%p endfor %}\n"
        "| 甲 | {%tc for 行 in 新增设施 %} | {{ 行.名称 }} | {%tc endfor %} |\n| {%p if 荣誉 %}¶有¶{%p endif %} | 乙 |\n末"
    )

    assert validate(made(text, 新增设施=[{"名称": "甲\n乙\t丙"}, {"名称": "a&b"}])) == []


def test_formatted_text_that_slips_into_a_text_is_refused() -> None:
    """A macro that makes paragraphs is printed in a plain tag: well-formed XML, but Word would lose the rest."""
    text = "{%p macro m() %}\n甲\n{%p endmacro %}\n乙{{ m() }}丙"
    with pytest.raises(TemplateError) as problem:
        made(text)

    assert [finding.code for finding in problem.value.findings] == ["template-run-in-text"]


def test_a_block_within_a_block_without_end_is_said() -> None:
    """What only Python's own compiler refuses is a finding too: forty loops in one another."""
    deep = "{% for a in 荣誉 %}" * 40 + "{% endfor %}" * 40

    assert codes(template(deep)) == ["template-syntax"]
    assert codes(template("{{ " + "(" * 5000 + " }}"))[0].startswith("template-")
    assert codes(template("{% block a %}{% endblock %}{% block a %}{% endblock %}")) == ["template-syntax"]


def test_a_field_code_takes_a_value_in_one_line() -> None:
    """A tag split over the pieces of a field's code is joined, and its value has no break."""
    code = '<w:r><w:instrText>DOCVARIABLE "x {{ 单位</w:instrText></w:r><w:r><w:instrText>名称 }}"</w:instrText></w:r>'
    body = f"<w:document {NAMESPACES}><w:body><w:p>{code}</w:p></w:body></w:document>"
    report = Template.parse(package({"word/document.xml": body}), SCHEMA).render(context({"单位名称": 'a\nb"<'}))

    assert (
        "".join(map(str, etree.fromstring(unzipped(report)["word/document.xml"]).itertext())) == 'DOCVARIABLE "x a b"<"'
    )
