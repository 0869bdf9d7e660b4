"""docxtpl's own objects and constructs: each gives docxtpl's own document."""

from __future__ import annotations

import pickle
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docxtpl import RP, DocxTemplate, InlineImage, Listing, R

from batchreport.errors import TemplateError
from batchreport.findings import Severity
from batchreport.report.context import Contexts
from batchreport.report.environment import Sandbox
from batchreport.report.grammar import filters as filters_in
from batchreport.report.inference.scope import Unknown, names
from batchreport.report.rollup.documents import context_of
from batchreport.report.rollup.names import names as names_of_rollup
from batchreport.report.rollup.value import Rollup
from batchreport.report.template import Template
from batchreport.run.pipeline import Pipeline, Source
from batchreport.schema import parse_schema
from tests.docxfile import docx_text, loose_ends
from tests.report.constructs import CONSTRUCTS, Construct, merged, pictured, png, sub, texts
from tests.report.rollups import NOVEMBER
from tests.report.sameness import as_word_saves, by_docxtpl, quotes_spelt_out, same_form
from tests.report.test_template import SCHEMA
from tools.make_template import ROOT, TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from batchreport.schema import Schema

OURS_ALONE = ("图表", "chart", "图片", "picture", "合并", "merged", "可省", "optional", "分段", "paragraphs")


def parsed(data: bytes, names: Mapping[str, Any]) -> Template:
    """Return a template of which `names` are known."""
    return Template.parse(data, SCHEMA, names=lambda _: dict.fromkeys(names, Unknown()))


@pytest.mark.parametrize("saved", [bytes, as_word_saves], ids=["typed", "split"])
@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_a_construct_gives_what_docxtpl_gives(construct: Construct, saved: Callable[[bytes], bytes]) -> None:
    """Part by part, with the pictures and addresses that its relationships lead to."""
    data = saved(construct.template())
    tpl = DocxTemplate(BytesIO(data))
    values = construct.values(tpl)
    ours = parsed(data, values).render(values, tpl)

    assert same_form(ours, data) == same_form(by_docxtpl(data, construct.values), data)
    assert loose_ends(ours) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_of_the_project_gives_what_docxtpl_gives(name: str) -> None:
    """Charts, pictures, and what merges cells or parts paragraphs afterwards, are not docxtpl's: they print as text here."""
    data = quotes_spelt_out((ROOT / name).read_bytes())
    schema, values = material(name)
    filters = {**filters_in(schema.language), **dict.fromkeys(OURS_ALONE, plain)}
    ours = Template.parse(data, schema, filters, name, names_of_rollup if "rollup" in name else names)
    theirs = by_docxtpl(data, lambda _: values, Sandbox(filters, schema.language))

    assert same_form(ours.render(values), data) == same_form(theirs, data)


def plain(value: object, *_: object, **__: object) -> object:
    """Return a text in one line, and nothing for what is drawn."""
    return value.replace("\n", " ") if isinstance(value, str) else ""


@cache
def material(name: str) -> tuple[Schema, Mapping[str, Any]]:
    """Return the schema of a template of the project, and what it is rendered with: the first of its sample workbooks."""
    project = (ROOT / name).parents[1]
    schema = parse_schema((project / "templates/summary.toml").read_bytes())
    template = Template.parse((project / "templates/summary.docx").read_bytes(), schema)
    paths = sorted(project.glob("workbooks/2026-11/*.xlsx"))
    read = [Pipeline(schema).read(Source(path.name, path.read_bytes(), path.stem)) for path in paths]
    good = [one for one in read if all(finding.severity is not Severity.ERROR for finding in one.findings)]
    if "rollup" in name:
        return schema, context_of(Rollup.of(schema, good, NOVEMBER))
    return schema, Contexts(schema, template.uses).of(good[0])


def made(build: Callable[[Any], None], tpl: DocxTemplate | None = None, **values: Any) -> bytes:
    """Return the report of a template that `build` writes."""
    return parsed(template_of(build), values).render(values, tpl)


def template_of(build: Callable[[Any], None]) -> bytes:
    """Return the template that `build` writes."""
    return Construct("", build, lambda _: {}).template()


def refused(build: Callable[[Any], None], tpl: DocxTemplate | None = None, **values: Any) -> list[str]:
    """Return the codes of what is wrong with a template and its values."""
    with pytest.raises(TemplateError) as problem:
        made(build, tpl, **values)
    assert all(finding.line("zh") and finding.line("en") for finding in problem.value.findings)
    return [finding.code for finding in problem.value.findings]


def test_a_sub_document_brings_its_document_by_itself() -> None:
    """A `Subdoc` knows its `DocxTemplate`, so nobody has to hand it over; the same objects give the same bytes again."""
    data = template_of(sub)
    tpl = DocxTemplate(BytesIO(data))
    values = merged(tpl)
    ready = parsed(data, values)

    assert ready.render(values) == ready.render(values, tpl) == pickle.loads(pickle.dumps(ready.render(values)))
    assert loose_ends(ready.render(values)) == []


def test_a_report_with_objects_is_valid(validate: Callable[[bytes], list[str]]) -> None:
    """Word's own library takes what docxtpl's objects leave behind."""
    for construct in CONSTRUCTS:
        if construct.name != "formatted text, listing and paragraphs":  # docxtpl writes its properties in no order
            data = construct.template()
            tpl = DocxTemplate(BytesIO(data))
            values = construct.values(tpl)

            assert validate(parsed(data, values).render(values, tpl)) == [], construct.name


def test_an_object_of_another_template_is_refused() -> None:
    """It would write a reference to what is not there."""
    other = DocxTemplate(BytesIO(template_of(texts("另一个"))))

    assert refused(texts("{{p x }}"), x=other.new_subdoc()) == ["template-of-another"]


def test_a_picture_belongs_to_the_part_it_stands_in_whatever_it_was_made_for() -> None:
    """An `InlineImage` made for no template, or for another, is whole; in a header and in a footnote too."""
    report = made(
        pictured, x=InlineImage(None, png()), 小=InlineImage(None, png()), 链接=InlineImage(None, png()), 图们=[]
    )

    assert loose_ends(report) == []


def test_an_address_is_a_link_by_itself() -> None:
    """`url_id` takes the address; what `build_url_id` gave needs its `DocxTemplate`, and works in a header then."""

    def build(document: Any) -> None:
        document.add_paragraph("{{r x }}")
        document.sections[0].header.paragraphs[0].text = "{{r x }}"

    data = template_of(build)
    tpl = DocxTemplate(BytesIO(data))
    key = tpl.build_url_id("https://example.com/?a=1&b=2")
    by_address = R("网页", url_id="https://example.com/?a=1&b=2")

    assert same_form(made(build, x=by_address), data) == same_form(made(build, tpl, x=R("网页", url_id=key)), data)
    assert "https://example.com/?a=1&amp;b=2" in same_form(made(build, x=by_address), data)["word/header1.xml"]
    assert refused(build, x=R("网页", url_id=key)) == ["template-link-unknown"]


def test_an_object_is_printed_and_nothing_else(tmp_path: Path) -> None:
    """A template gets no hold of the `DocxTemplate` behind an object, which writes files."""
    target = tmp_path / "x.docx"

    for text in (f"{{{{ x.tpl.save('{target}') }}}}", f"{{{{ x['tpl'].save('{target}') }}}}", "{{ x|attr('tpl') }}"):
        assert refused(texts(text), x=InlineImage(DocxTemplate(BytesIO(template_of(texts(text)))), png())) == [
            "template-forbidden"
        ]
    assert not target.exists()


def test_what_docxtpl_was_told_to_replace_is_replaced(tmp_path: Path) -> None:
    """Pictures by their names, media by their bytes, embedded files by their place, as docxtpl does it."""

    def build(document: Any) -> None:
        document.add_paragraph("{{ x }}")
        document.add_picture(png("red"))
        document.sections[0].header.paragraphs[0].add_run().add_picture(png("blue", kind="gif"))
        for name in ("甲", "乙"):
            inside = Part(
                PackURI(f"/word/embeddings/{name}.xlsx"), "application/x", name.encode(), document.part.package
            )
            document.part.relate_to(inside, RELATIONSHIP_TYPE.PACKAGE)

    def values(tpl: DocxTemplate) -> Mapping[str, Any]:
        for name in ("甲", "丙"):
            (tmp_path / name).write_text(name, "utf-8")
        tpl.replace_embedded(tmp_path / "甲", tmp_path / "丙")
        tpl.replace_zipname("word/embeddings/乙.xlsx", tmp_path / "丙")
        tpl.replace_pic("image.png", png("green"))
        tpl.replace_media(png("blue", kind="gif"), png("black", kind="gif"))
        return {"x": "甲"}

    data = template_of(build)
    tpl = DocxTemplate(BytesIO(data))

    assert same_form(made(build, tpl, **values(tpl)), data) == same_form(by_docxtpl(data, values), data)
    tpl.replace_pic("nirgends.png", png())
    assert refused(build, tpl, x="甲") == ["template-failed"]


@pytest.mark.parametrize(
    "tag", ["甲{{r x }}乙", "{{p x }}", "{{r x|e }}", "{{p x|e }}", "{{r x|分段 }}", "{{p x|合并 }}"]
)
@pytest.mark.parametrize("value", ["一 <&>\n二", Listing("一 <&>\n二"), 5], ids=["text", "listing", "number"])
def test_any_plain_value_prints_where_formatted_text_is_asked_for(tag: str, value: Any) -> None:
    """It would be nothing, without a word; formatted text prints in `{{p }}` as well."""
    report = docx_text(made(texts(tag), x=value))["document"]

    assert report.replace("甲", "").replace("乙", "") == ("5" if value == 5 else "一 <&>\n二")
    assert docx_text(made(texts("{{p x }}"), x=R("粗\n细")))["document"] == "粗\n细"


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("甲{{r x }}", lambda _: RP("段"), "template-fragment-unsupported"),
        ("甲{{ x }}", lambda tpl: tpl.new_subdoc(), "template-fragment-unsupported"),
        ("{{r x }}", lambda tpl: tpl.new_subdoc(), "template-fragment-unsupported"),
        ("{{ x ~ 1 }}", lambda tpl: InlineImage(tpl, png()), "template-fragment-unsupported"),
        ("{{ x }}", lambda _: R("甲"), "template-rich-text-without-r"),
        ("{{ x }}", lambda tpl: InlineImage(tpl, "nirgends.png"), "template-failed"),
        ("{{ x }}", lambda tpl: InlineImage(tpl, BytesIO(b"x")), "template-failed"),
    ],
    ids=["paragraph-as-run", "subdoc", "subdoc-as-run", "joined-picture", "formatted", "no-file", "no-picture"],
)
def test_an_object_where_it_cannot_stand_is_said_with_its_tag(
    text: str, value: Callable[[DocxTemplate], Any], code: str
) -> None:
    """A finding at the tag, not a broken document and not a traceback."""
    tpl = DocxTemplate(BytesIO(template_of(texts(text))))

    assert refused(texts(text), tpl, x=value(tpl)) == [code]
