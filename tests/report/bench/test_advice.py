"""What the bench says of a template beside its tags, and of templates as other programs save them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from batchreport.findings import Severity
from batchreport.report.bench.advice import advise
from batchreport.report.parts import unpack
from batchreport.report.rollup.names import names as of_rollup
from batchreport.schema import parse_schema
from batchreport.zips import Member, pack
from tests.report.sameness import as_word_saves
from tests.report.templates import template

if TYPE_CHECKING:
    from batchreport.findings import Finding
    from tests.outside import Office

ROOT = Path(__file__).parents[3]
STARTER = (ROOT / "templates/summary.docx").read_bytes()
ROLLUP = (ROOT / "templates/rollup.docx").read_bytes()
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes())
GLOSSARY = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.glossary+xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def changed(**parts: tuple[str, str]) -> bytes:
    """Return the starter with one text put for another in parts of these names (`document` is word/document.xml)."""
    data = dict(unpack(STARTER).data)
    for name, (old, new) in parts.items():
        path = f"word/{name}.xml"
        assert old in data[path].decode(), name
        data[path] = data[path].decode().replace(old, new, 1).encode()
    return pack([Member.of(name, content) for name, content in data.items()])


def with_part(name: str, content: str, kind: str = "") -> bytes:
    """Return the starter with one more part."""
    data = dict(unpack(STARTER).data)
    if kind:
        entry = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        data["[Content_Types].xml"] = data["[Content_Types].xml"].replace(b"</Types>", entry.encode())
    data[name] = content.encode()
    return pack([Member.of(name, content) for name, content in data.items()])


def found(data: bytes) -> list[Finding]:
    """Return what is said of a template."""
    return list(advise(data, SCHEMA).findings)


def test_nothing_is_said_of_the_starter() -> None:
    """Neither of the template of a department's report nor of that of the roll-up."""
    assert found(STARTER) == []
    assert advise(ROLLUP, SCHEMA, "rollup.docx", of_rollup).findings == ()


def test_a_template_of_the_roll_up_is_tried_too() -> None:
    """With several made-up departments, and with none."""
    (finding,) = advise(template("{{ 各单位[0].单位名称 }}{{ 荣誉|length }}"), SCHEMA, "t.docx", of_rollup).findings

    assert (finding.code, finding.severity) == ("template-fails-with", Severity.NOTE)
    assert "没有填的工作簿" in finding.what("zh")
    assert "各单位|length > 0" in finding.remedy("zh")


@pytest.mark.parametrize(
    ("text", "worst"),
    [
        ("{% if 填报日期 > 5 %}晚{% endif %}", Severity.WARNING),
        ("{{ (荣誉|selectattr('级别', 'equalto', '国家级')|first).荣誉名称 }}", Severity.NOTE),
        ("{{ (荣誉|selectattr('级别', 'equalto', '国家级')|list)[0].荣誉名称 }}", Severity.NOTE),
        ("{% for 行 in 新增设施 %}{{ 行.数量 * 2 }}{% endfor %}", Severity.NOTE),
    ],
)
def test_what_fails_only_for_want_of_something_is_a_note(text: str, worst: Severity) -> None:
    """Real workbooks may always have it; what typical data cannot be used for is a warning."""
    told = [each.severity for each in found(template(text)) if each.code == "template-fails-with"]

    assert max(told) is worst


def test_a_font_that_few_have_is_named_once() -> None:
    """At the first place where it is used."""
    style = (
        '<w:p><w:r><w:rPr><w:rFonts w:ascii="思源宋体 CN" w:eastAsia="思源宋体 CN"/></w:rPr><w:t>甲</w:t></w:r></w:p>'
    )
    data = changed(document=("<w:body>", f"<w:body>{style}"))

    (finding,) = found(data)
    assert (finding.code, finding.severity) == ("template-unusual-font", Severity.NOTE)
    assert "思源宋体 CN" in finding.what("zh")
    assert finding.place.part == "body"


def test_a_picture_that_goes_with_the_paragraph_of_a_tag_is_named() -> None:
    """As text there is; the tag may say so in a comment, which is nothing to lose."""
    drawing = "<w:r><w:drawing/></w:r>"
    tags = ("{%p if 荣誉 %}", drawing), ("{%p endif %}", "<w:r><w:t>{# 完 #}</w:t></w:r>")
    paragraphs = "".join(f"<w:p><w:r><w:t>{tag}</w:t></w:r>{more}</w:p>" for tag, more in tags)

    (finding,) = found(changed(document=("<w:body>", f"<w:body>{paragraphs}")))
    assert (finding.code, finding.severity) == ("template-text-lost", Severity.WARNING)
    assert "旁边的“图”" in finding.what("zh")
    assert "a drawing" in finding.what("en")


def test_a_style_that_is_not_there_is_named() -> None:
    """Word shows the paragraph as plain text, without a word."""
    data = changed(document=("<w:body>", '<w:body><w:p><w:pPr><w:pStyle w:val="Titel9"/></w:pPr></w:p>'))

    (finding,) = found(data)
    assert finding.code == "template-missing-style"
    assert "Titel9" in finding.what("en")


def test_a_table_without_a_grid_is_named_by_its_number() -> None:
    """Programs that make tables forget it; Word guesses the widths."""
    table = "<w:tbl><w:tblPr/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    data = changed(document=("<w:body>", f"<w:body>{table}"))

    (finding,) = found(data)
    assert finding.code == "template-no-grid"


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("word/glossary/document.xml", GLOSSARY, f'<w:x xmlns:w="{W}"><w:t>{{</w:t><w:t>{{ 单位名称 }}}}</w:t></w:x>'),
        ("customXml/item1.xml", "", "<x>{{ 单位名称 }}</x>"),
        ("word/afchunk.htm", "text/html", "<html>{{ 单位名称 }}</html>"),
        ("word/charts/chartEx1.xml", "application/vnd.ms-office.chartex+xml", "<x>{% if 甲 %}</x>"),
    ],
)
def test_a_part_that_is_never_filled_in_and_holds_tags_is_named(name: str, kind: str, content: str) -> None:
    """Also where a tag is split over runs."""
    (finding,) = found(with_part(name, content, kind))

    assert (finding.code, finding.severity) == ("template-part-not-rendered", Severity.WARNING)
    assert name in finding.what("zh")


def test_a_tag_in_the_address_of_a_link_is_named() -> None:
    """Word writes its braces as %7B."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    data = dict(unpack(STARTER).data)
    name = "word/_rels/document.xml.rels"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="https://example.com/%7B%7B%20a%20%7D%7D" TargetMode="External"/>'
    data[name] = data[name].replace(b"</Relationships>", f"{link}</Relationships>".encode())

    (finding,) = found(pack([Member.of(name, content) for name, content in data.items()]))
    assert finding.code == "template-tag-in-address"


def test_columns_never_shown_are_listed_once() -> None:
    """A template that shows two names leaves out the others; where it goes through `补充`, nothing is left out."""
    document = docx.Document()
    document.add_paragraph("{{ 单位名称 }}{{ 报告期 }}")
    saved = BytesIO()
    document.save(saved)

    listed = [finding for finding in found(saved.getvalue()) if finding.code == "template-columns-unshown"]
    assert len(listed) == 1
    assert "统计数据.本期值" in listed[0].what("zh")
    assert listed[0].severity is Severity.NOTE


def test_one_mistake_does_not_hide_another() -> None:
    """In the body, a table and the footer, of tags, names, places and surroundings: all are said, in the document's order."""
    document = docx.Document(BytesIO(STARTER))
    document.sections[0].footer.paragraphs[0].add_run("{{ 页脚里的 }}")
    document.paragraphs[0].add_run("｛｛ 甲 ｝｝{{ 乙 }}{% if %}${单位名称}")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "{%tr for 行 in 荣誉 %}{{ 行.无此列 }}", "{% endfor %}"
    saved = BytesIO()
    document.save(saved)

    codes = [finding.code for finding in found(saved.getvalue()) if finding.severity > Severity.NOTE]
    assert codes[:5] == [
        "template-full-width-braces",
        "template-unknown-name",
        "template-incomplete-tag",
        "template-unclosed-block",
        "template-foreign-tag",
    ]
    assert {"template-not-alone", "template-unknown-column"} <= set(codes)
    assert codes[-1] == "template-unknown-name"


def test_nothing_is_said_of_a_template_that_word_split_into_runs() -> None:
    """Spelling marks, revision ids and bookmarks between the pieces of a tag change nothing."""
    split = as_word_saves(STARTER)

    assert split != STARTER
    assert found(split) == []


def test_nothing_grave_is_said_of_what_libreoffice_saved(office: Office, tmp_path: Path) -> None:
    """A designer who works with it can go on."""
    path = tmp_path / "t.docx"
    path.write_bytes(STARTER)
    (tmp_path / "out").mkdir()
    saved = office.saved([path], tmp_path / "out")[0].read_bytes()

    assert [finding.line("en") for finding in found(saved) if finding.severity > Severity.NOTE] == []


def test_no_document_is_said_plainly() -> None:
    """One finding, and no copy to mark."""
    advice = advise(b"PK nothing", SCHEMA, "t.docx")

    assert [finding.code for finding in advice.findings] == ["template-not-zip"]
    assert advice.marked("zh") is None
