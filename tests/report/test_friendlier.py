"""What templates may do that docxtpl's own cannot: the signs that are understood, the lines that become paragraphs."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from lxml import etree

from batchreport.report.bench.advice import advise
from batchreport.report.template import Template
from tests.docxfile import W, lines, parts
from tests.report.templates import NAMESPACES, package
from tests.report.test_docxtpl import made, parsed, template_of
from tests.report.test_template import SCHEMA, context

if TYPE_CHECKING:
    from collections.abc import Callable

HEADING = "二、" + "很长的标题" * 6


def test_a_line_of_a_text_keeps_the_style_of_its_paragraph() -> None:
    """A paragraph of one tag stands once for each line: its bullet, indent and font with it, a page break only once."""

    def build(document: Any) -> None:
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run("{{ x }}").bold = True
        paragraph.paragraph_format.page_break_before = True
        document.add_paragraph("共{{ x }}", "List Bullet")

    report = Document(BytesIO(made(build, x="一\n二 <&>\n三")))
    first, *others, last = report.paragraphs

    assert [one.text for one in report.paragraphs] == ["一", "二 <&>", "三", "共一\n二 <&>\n三"]
    assert {one.style.name for one in report.paragraphs if one.style} == {"List Bullet"}
    assert [one.runs[0].bold for one in report.paragraphs] == [True, True, True, None]
    assert [one.paragraph_format.page_break_before for one in (first, *others)] == [True, None, None]
    assert last.paragraph_format.page_break_before is None


def marked(document: Any) -> None:
    """Write tags with signs that are no plain ones under headings: of a style that is based on one, and of an outline level."""
    document.styles.add_style("章名", 1).base_style = document.styles["Heading 1"]
    document.add_paragraph("{{ x｜upper }}", "Heading 1")
    document.add_paragraph("{{ x｜upper }}。")
    document.add_paragraph(HEADING, "章名")
    document.add_table(2, 2).cell(1, 1).text = "{{ x｜default（“无”） }}"
    document.sections[0].footer.paragraphs[0].text = "{{ x\u200b }}"


WHAT = {
    "zh": '“{{ x｜default（“无”） }}”里有全角、弯引号或看不见的符号：｜ （ “ ” ），已当作 {{ x|default("无") }}',
    "en": '“{{ x｜default（“无”） }}” has full-width, curly or invisible signs: ｜ （ “ ” ）. It was read as {{ x|default("无") }}',
}
PLACES = {
    "zh": [
        "正文 › 第1段",
        "正文 › “{{ x｜upper }}”之下 › 第2段",
        f"正文 › “{HEADING[:24]}…”之下 › 表格1 › 第2行 › 第2格",
        "页脚 › 第1段",
    ],
    "en": [
        "body › paragraph 1",
        "body › under “{{ x｜upper }}” › paragraph 2",
        f"body › under “{HEADING[:24]}…” › table 1 › row 2 › cell 2",
        "footer › paragraph 1",
    ],
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_warning_says_its_heading_paragraph_and_cell_and_what_was_understood(language: str) -> None:
    """A heading is known by its style, whatever that is called; a long one is cut."""
    warnings = parsed(template_of(marked), {"x": 1}).warnings
    places = [finding.place.text(language).removeprefix("summary.docx › ") for finding in warnings]

    assert places == PLACES[language]
    assert warnings[2].what(language) == WHAT[language]


def test_what_word_puts_into_a_tag_stays_whole() -> None:
    """A bookmark or comment that begins inside a tag and ends behind it keeps both its ends; spelling marks do no harm."""
    pieces = ("{", "{ 单位", "名称", " }", "}", "后")
    between = (
        '<w:bookmarkStart w:id="0" w:name="_GoBack"/>',
        '<w:proofErr w:type="spellStart"/>',
        '<w:commentRangeStart w:id="1"/><w:lastRenderedPageBreak/>',
        '<w:proofErr w:type="spellEnd"/>',
        '<w:bookmarkEnd w:id="0"/>',
        '<w:commentRangeEnd w:id="1"/>',
    )
    runs = "".join(
        f'<w:r w:rsidR="00A{at}"><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t xml:space="preserve">{piece}</w:t></w:r>{mark}'
        for at, (piece, mark) in enumerate(zip(pieces, between, strict=True))
    )
    body = f"<w:document {NAMESPACES}><w:body><w:p>{runs}</w:p></w:body></w:document>"
    report = Template.parse(package({"word/document.xml": body}), SCHEMA).render(context({"单位名称": "甲"}))
    root = parts(report)["word/document.xml"]

    assert "".join(lines(root[0])) == "甲后"
    assert [len(list(root.iter(f"{{*}}{name}"))) for name in ("bookmarkStart", "bookmarkEnd")] == [1, 1]
    assert [len(list(root.iter(f"{{*}}{name}"))) for name in ("commentRangeStart", "commentRangeEnd")] == [1, 1]


ONCE = """<w:p w14:paraId="00000A01" w14:textId="77777777"><w:bookmarkStart w:id="0" w:name="甲&amp;乙"/>
<w:permStart w:id="0" w:edGrp="everyone"/><w:r><w:t>{{ 行.荣誉名称 }}</w:t></w:r><w:permEnd w:id="0"/><w:bookmarkEnd w:id="0"/></w:p>
<w:p><w:sdt><w:sdtPr><w:id w:val="-12345"/><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>{{ 行.级别 }}</w:t></w:r></w:sdtContent></w:sdt></w:p>"""


def test_what_a_document_has_once_is_kept_apart_in_a_loop(validate: Callable[[bytes], list[str]]) -> None:
    """Word drops the second bookmark of a number or name, and what carries another's number may be damage to it."""
    loop = "<w:p><w:r><w:t>{{%p {} %}}</w:t></w:r></w:p>"
    after = '<w:p><w:bookmarkStart w:id="7" w:name="丙"/><w:r><w:t>完</w:t></w:r><w:bookmarkEnd w:id="7"/></w:p>'
    inside = f"{loop.format('for 行 in 荣誉')}{ONCE}{loop.format('endfor')}{after}"
    word = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    body = f"<w:document {NAMESPACES} {word}><w:body>{inside}</w:body></w:document>"
    rows = [{"荣誉名称": name, "级别": "市级"} for name in "一二三"]
    report = Template.parse(package({"word/document.xml": body}), SCHEMA).render(context({"荣誉": rows}))
    root = parts(report)["word/document.xml"]

    def found(name: str, key: str) -> list[str]:
        return [str(one.get(f"{W}{key}")) for one in root.iter(f"{W}{name}")]

    assert found("bookmarkStart", "name") == ["甲&乙", "甲&乙_2", "甲&乙_3", "丙"]
    assert found("bookmarkStart", "id") == found("bookmarkEnd", "id")
    assert found("permStart", "id") == found("permEnd", "id")
    numbers = [*found("bookmarkStart", "id"), *found("permStart", "id"), *found("id", "val")]
    assert len(set(numbers)) == 10
    assert b"paraId" not in etree.tostring(root)
    assert validate(report) == []


def test_a_comment_in_a_loop_stands_at_its_first_row(validate: Callable[[bytes], list[str]]) -> None:
    """A comment belongs to one place of a document."""

    def build(document: Any) -> None:
        document.add_paragraph("{%p for 行 in x %}")
        document.add_comment(document.add_paragraph().add_run("{{ 行 }}"), "请核对", "甲")
        document.add_paragraph("{%p endfor %}")

    report = made(build, x=["一", "二", "三"])
    root = parts(report)["word/document.xml"]

    assert [one.text for one in Document(BytesIO(report)).paragraphs] == ["一", "二", "三"]
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert len(list(root.iter(f"{W}{name}"))) == 1
    assert validate(report) == []


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
PAGE = "<w:r><w:instrText> PAGEREF _Toc1 </w:instrText></w:r>", "<w:r><w:t>3</w:t></w:r>"
LOOP = "{% for 标题, 各行 in 荣誉|分组('级别') %}", "{{ loop.index }}、{{ 标题 }}", "{% endfor %}"


def entry(text: str, before: str = "", after: str = "") -> str:
    """Return a line of a table of contents as Word writes it."""
    page = f"{FIELD.format('begin')}{PAGE[0]}{FIELD.format('separate')}{PAGE[1]}{FIELD.format('end')}"
    link = f'<w:hyperlink w:anchor="_Toc1"><w:r><w:t>{text}</w:t></w:r><w:r><w:tab/></w:r>{page}</w:hyperlink>'
    return f"<w:p>{before}{link}{after}</w:p>"


@pytest.mark.parametrize("at", [0, 1, 2])
def test_contents_go_without_the_headings_of_loops(at: int) -> None:
    """Word copies a heading's tags into the contents, where no loop is; what the contents begin and end with stays."""
    begin = f'{FIELD.format("begin")}<w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>{FIELD.format("separate")}'
    headings = ["一、{{ 单位名称 }}", "二、总结"]
    headings.insert(at, LOOP[1])
    made = entry(headings[0], begin) + entry(headings[1]) + entry(headings[2], after=FIELD.format("end"))
    loop = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in LOOP)
    data = package({"word/document.xml": f"<w:document {NAMESPACES}><w:body>{made}{loop}</w:body></w:document>"})
    parsed = Template.parse(data, SCHEMA)
    rows = [{"级别": level} for level in ("市级", "省级")]
    root = parts(parsed.render(context({"单位名称": "甲", "荣誉": rows})))["word/document.xml"]

    shown = [text for text in lines(root[0]) if text]
    assert [text.rstrip("3\t") for text in shown] == ["一、甲", "二、总结", "1、市级", "2、省级"]
    kinds = [one.get(f"{W}fldCharType") for one in root.iter(f"{W}fldChar")]
    assert kinds.count("begin") == kinds.count("end") == kinds.count("separate")
    assert [finding.code for finding in parsed.warnings] == ["template-contents-of-loop"]
    assert parsed.warnings[0].details["tag"] == LOOP[1]
    assert "template-contents" in [finding.code for finding in advise(data, SCHEMA).findings]
