"""Pictures in a report: printed by their tag wherever text stands, stored once, with the text that is read in their place."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.shared import Mm
from lxml import etree
from PIL import Image

from batchreport.errors import TemplateError
from batchreport.report.context import Contexts
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from batchreport.values import Picture
from batchreport.workbook.read import read_workbook
from tests.docxfile import whole_text
from tests.outside import ROOT, pdf_pages
from tests.report.templates import template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA = parse_schema(
    """
id = "t"
title = "t"
[identity]
name = "form.name"
period = "form.period"
[[sections]]
key = "form"
title = "单位"
kind = "form"
columns = [
  { key = "name", title = "名称" }, { key = "period", title = "报告期" }, { key = "logo", title = "标志", type = "image" },
]
[[sections]]
key = "photos"
title = "照片"
columns = [{ key = "image", title = "图片", type = "image" }, { key = "caption", title = "图题" }]
""".encode()
)
EMU = 36_000
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def picture(size: tuple[int, int] = (600, 400), colour: str = "red", kind: str = "png") -> Picture:
    """Return a picture of one colour."""
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return Picture(target.getvalue(), *size, kind)


def report_of(docx: bytes, pictures: list[tuple[Picture | None, str | None]], logo: Picture | None = None) -> bytes:
    """Return the report that a template makes of these photos and this logo."""
    made = Template.parse(docx, SCHEMA)
    submission = Submission(
        file="a.xlsx",
        name="甲",
        tables={
            "form": Table("单位", (Record({"name": "甲", "period": None, "logo": logo}, {}),)),
            "photos": Table("照片", tuple(Record({"image": image, "caption": text}, {}) for image, text in pictures)),
        },
    )
    return made.render(Contexts(SCHEMA, made.uses).of(submission))


def parts(docx: bytes) -> dict[str, bytes]:
    """Return the parts of a .docx."""
    with ZipFile(BytesIO(docx)) as package:
        assert len(set(package.namelist())) == len(package.namelist())
        return {name: package.read(name) for name in package.namelist()}


def drawings(docx: bytes, part: str = "word/document.xml") -> list[tuple[float, float, str, bytes]]:
    """Return width and height in millimetres, alternative text and bytes of each picture that a part shows."""
    found = parts(docx)
    root = etree.fromstring(found[part])
    folder, _, name = part.rpartition("/")
    links = etree.fromstring(found[f"{folder}/_rels/{name}.rels"]) if b"r:embed" in found[part] else ()
    targets = {str(link.get("Id")): f"{folder}/{link.get('Target')}" for link in links}
    shown = []
    for drawing in root.iter(f"{DRAWING}inline"):
        extent: Any = drawing.find(f"{DRAWING}extent")
        inner: Any = next(drawing.iter("{*}xfrm"))[1]
        assert (extent.get("cx"), extent.get("cy")) == (inner.get("cx"), inner.get("cy"))
        assert "fit" not in drawing.attrib
        properties: Any = drawing.find(f"{DRAWING}docPr")
        blip: Any = next(drawing.iter("{*}blip"))
        target = targets[next(value for key, value in blip.attrib.items() if key.endswith("embed"))]
        size = (round(int(extent.get("cx")) / EMU, 1), round(int(extent.get("cy")) / EMU, 1))
        shown.append((*size, str(properties.get("descr")), found[target]))
    return shown


def numbers(docx: bytes) -> list[str]:
    """Return the number of every drawing in all parts."""
    return [
        n for part in parts(docx).values() for n in re.findall(r'<wp:docPr[^>]* id="(\d+)"', part.decode("latin-1"))
    ]


RED, BLUE = picture(), picture((300, 600), "blue", "jpeg")
LOOP = "{%p for 行 in 照片 %}\n{{ 行.图片 }}\n{{ 行.图题 }}\n{%p endfor %}"


def test_a_picture_prints_where_its_tag_stands(validate: Callable[[bytes], list[str]]) -> None:
    """7 cm wide or 9 cm high, with the caption as its alternative text."""
    report = report_of(template(LOOP), [(RED, "新<食堂> & “操场”"), (BLUE, "第二张")])

    assert drawings(report) == [
        (70.0, 46.7, "新<食堂> & “操场”", RED.data),
        (45.0, 90.0, "第二张", BLUE.data),
    ]
    assert whole_text(report).split("\n") == ["", "新<食堂> & “操场”", "", "第二张"]
    assert validate(report) == []


@pytest.mark.parametrize(
    "text",
    [
        "前{{ 标志 }}后",
        "前¦{{r 标志 }}¦后",
        "{{p 标志 }}",
        "| {{ 标志 }} | 甲 |",
        "{% if 标志 %}{{ 标志 }}{% endif %}",
        "{% set 图 = 标志 %}{{ 图 }}",
        "{% filter 句号 %}前{{ 标志 }}后{% endfilter %}",
        "{% macro 印(图) %}{{ 图 }}{% endmacro %}{{ 印(标志) }}",
        "{{ 标志|default('无') }}",
        "{{ form.logo }}",
        "‹box:{{ 标志 }}›",
    ],
)
def test_a_picture_prints_in_every_form_of_tag(text: str, validate: Callable[[bytes], list[str]]) -> None:
    """In a run, as a paragraph, in a cell, a text box, a macro."""
    docx = template(text)
    report = report_of(docx, [], RED)

    assert {data for *_, data in drawings(report)} == {RED.data}
    assert len(validate(report)) == len(validate(docx))  # a text box of these templates lacks its copy for old programs
    assert report_of(template(text), [], None)


@pytest.mark.parametrize("text", ["前{{ 标志 }}后", "前{{ 标志|图片(宽=70) }}后", "前¦{{r 标志 }}¦后"])
def test_a_blank_picture_prints_nothing(text: str) -> None:
    """No part is added, and no drawing."""
    report = report_of(template(text), [])

    assert whole_text(report) == "前后"
    assert parts(report).keys() == parts(template(text)).keys()


def test_header_and_footer_have_pictures_of_their_own(validate: Callable[[bytes], list[str]]) -> None:
    """Each part is related to what it shows; the same picture is stored once, and no number comes twice."""
    text = f"{LOOP}\n{{{{ 标志 }}}}\nheader: {{{{ 标志 }}}}\nfooter: {{{{ 标志|图片(宽=10) }}}}{{{{ 标志 }}}}\nfootnote: {{{{ 标志 }}}}"
    report = report_of(template(text), [(BLUE, "一"), (BLUE, "二"), (replace(RED, alt="别的"), "三")], RED)
    found = parts(report)

    assert [data for *_, data in drawings(report)] == [BLUE.data, BLUE.data, RED.data, RED.data]
    assert [data for *_, data in drawings(report, "word/header1.xml")] == [RED.data]
    assert [width for width, *_ in drawings(report, "word/footer1.xml")] == [10.0, 70.0]
    assert [data for *_, data in drawings(report, "word/footnotes.xml")] == [RED.data]
    assert [name for name in found if "media" in name] == ["word/media/image1.jpeg", "word/media/image2.png"]
    assert len(set(numbers(report))) == len(numbers(report)) == 8
    assert validate(report) == []


def test_pictures_of_the_template_stay(validate: Callable[[bytes], list[str]]) -> None:
    """Its own image1.png keeps its name, its relationship and its content type."""
    document = Document()
    document.add_picture(BytesIO(RED.data), Mm(20))
    document.add_paragraph("{{ 标志 }}")
    target = BytesIO()
    document.save(target)

    report = report_of(target.getvalue(), [], BLUE)
    found = parts(report)

    assert found["word/media/image1.png"] == RED.data
    assert found["word/media/image2.jpeg"] == BLUE.data
    assert [(width, data) for width, _, _, data in drawings(report)] == [(20.0, RED.data), (45.0, BLUE.data)]
    assert found["[Content_Types].xml"].count(b'Extension="png"') == 1
    assert validate(report) == []


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ("", (70.0, 46.7)),
        ("宽=30", (30.0, 20.0)),
        ("高=30", (45.0, 30.0)),
        ("宽=30, 高=30", (30.0, 20.0)),
        ("width=60, height=10", (15.0, 10.0)),
        ("45.5", (45.5, 30.3)),
        ("300", (300.0, 200.0)),
    ],
)
def test_a_size_is_a_box_that_the_picture_keeps_its_shape_in(options: str, size: tuple[float, float]) -> None:
    """Millimetres, one or both, by either name."""
    report = report_of(template(f"{{{{ 标志|图片({options}) }}}}{{{{ 标志|picture({options}) }}}}"), [], RED)

    assert [(width, height) for width, height, *_ in drawings(report)] == [size, size]


def test_alternative_text_can_be_given() -> None:
    """It takes the place of the caption, on one line."""
    text = "{%p for 行 in 照片 %}\n{{ 行.图片|图片(说明='甲\n' ~ 行.图题) }}\n{%p endfor %}".replace("\n' ~", "' ~")

    assert [alt for *_, alt, _ in drawings(report_of(template(text), [(RED, "乙\n丙")]))] == ["甲乙 丙"]


def test_a_small_picture_is_not_blown_up() -> None:
    """Without a size it is drawn at 96 dots to the inch at most."""
    assert drawings(report_of(template("{{ 标志 }}"), [], picture((96, 48))))[0][:2] == (25.4, 12.7)


def test_a_picture_without_size_fits_its_cell_and_its_column() -> None:
    """The width of the cell, less its margins, or of the text."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(80), Mm(15), Mm(15)
    table = document.add_table(1, 2)
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, (30, 60), strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0].text = "{{ 标志 }}"
    document.add_paragraph("{{ 标志 }}")
    target = BytesIO()
    document.save(target)

    widths = [width for width, *_ in drawings(report_of(target.getvalue(), [], RED))]

    assert widths == [26.2, 56.2, 50.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ '图：' ~ 标志 }}", "template-picture-as-text"),
        ("{{ [标志]|join('、') }}", "template-picture-as-text"),
        ("title: {{ 标志 }}", "template-picture-as-text"),
        ("alt: {{ 标志 }}", "template-picture-as-text"),
        ("{{ 名称|图片 }}", "template-failed"),
        ("{{ 标志|图片(宽='7cm') }}", "template-failed"),
        ("{{ 标志|图片(宽=0) }}", "template-failed"),
        ("{{ 标志|图片(厚=7) }}", "template-failed"),
        ("{{ 标志|图片(1, 2, '三', 4) }}", "template-failed"),
    ],
)
def test_a_picture_used_wrongly_is_said_with_its_tag(text: str, code: str) -> None:
    """The finding names the place and the tag."""
    with pytest.raises(TemplateError) as caught:
        report_of(template(text), [], RED)

    assert [finding.code for finding in caught.value.findings] == [code]
    assert all(finding.line(language) for finding in caught.value.findings for language in ("zh", "en"))


def test_photos_that_a_template_does_not_show_come_with_the_rest() -> None:
    """`补充` prints pictures as it prints text, as narrow as its cells."""
    text = (
        "{%p for 块 in 补充 %}\n{{ 块.标题 }}\n| {%tr for 各值 in 块.行 %} |\n"
        "| {%tc for 值 in 各值 %} | {{ 值 }} | {%tc endfor %} |\n| {%tr endfor %} |\n{%p endfor %}"
    )

    report = report_of(template(text), [(RED, "甲"), (BLUE, "乙")])

    assert [(alt, data) for *_, alt, data in drawings(report)] == [("甲", RED.data), ("乙", BLUE.data)]


def test_what_is_left_of_a_photo_stands_beside_its_caption() -> None:
    """`补充` tells records apart by a text: a picture that is printed already is not printed again."""
    shown = template(
        "{% for 行 in 照片 %}{{ 行.图片 }}{{ 行.图题 }}{% endfor %}{% for 块 in 补充 %}{{ 块.列|join }}{% endfor %}"
    )
    schema = parse_schema((ROOT / "templates/summary.toml").read_bytes())
    submission = read_workbook((ROOT / "workbooks/2026-11/实验小学.xlsx").read_bytes(), schema)
    parsed = Template.parse(shown, schema)

    context = Contexts(schema, parsed.uses, supplements=True).of(submission)
    assert [block.headings for block in context["补充"] if block.title == "照片"] == [("图题", "对应设施")]


def test_the_same_pictures_give_the_same_bytes() -> None:
    """Names, numbers and order hang on the template and the values alone."""
    rows = [(RED, "一"), (BLUE, "二"), (RED, "三")]

    assert report_of(template(LOOP), list(rows)) == report_of(template(LOOP), list(rows))


def test_libreoffice_shows_every_picture(render: Callable[[bytes], Path]) -> None:
    """On the page there are as many red and blue square millimetres as there should be."""
    pdf = render(report_of(template(LOOP), [(RED, "一"), (BLUE, "二")]))
    page = Image.open(pdf_pages(pdf, 25)[0]).convert("RGB")
    colours: Any = page.getcolors(1 << 20)
    pixel = 25.4 / 25

    red = sum(count for count, (r, _, b) in colours if r > 240 and b < 20)
    blue = sum(count for count, (r, _, b) in colours if b > 240 and r < 20)
    assert red * pixel**2 == pytest.approx(70 * 46.7, rel=0.05)
    assert blue * pixel**2 == pytest.approx(45 * 90, rel=0.05)
