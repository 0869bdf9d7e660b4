"""This module holds docxtpl's constructs that take a document of python-docx or an object of docxtpl: a template for each, and its values."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docxtpl import RP, InlineImage, Listing, R
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docxtpl import DocxTemplate

LINES = "一 <&>\n二\t三\a四\f五"


@dataclass(frozen=True)
class Construct:
    """A template, and the values for it, made for the `DocxTemplate` that takes them."""

    name: str
    build: Callable[[Any], None]
    values: Callable[[DocxTemplate], Mapping[str, Any]]

    def template(self) -> bytes:
        """Return the template."""
        document = Document()
        self.build(document)
        return saved(document)


def saved(document: Any) -> bytes:
    """Return a document of python-docx as bytes."""
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def png(colour: str = "red", size: tuple[int, int] = (60, 40), kind: str = "png") -> BytesIO:
    """Return a picture of one colour."""
    data = BytesIO()
    Image.new("RGB", size, colour).save(data, kind, dpi=(96, 96))
    return data


def texts(*lines: str, style: str | None = None) -> Callable[[Any], None]:
    """Return what writes `lines` as the paragraphs of a document."""

    def build(document: Any) -> None:
        for line in lines:
            document.add_paragraph(line, style)

    return build


def formatted(document: Any) -> None:
    """Write paragraphs with tags in runs and paragraphs that have a format of their own."""
    paragraph = document.add_paragraph("甲：", "List Bullet")
    for text, bold in (("{{r x }}", True), ("尾", False)):
        paragraph.add_run(text).bold = bold
    paragraph.paragraph_format.left_indent = Pt(20)
    run = document.add_paragraph("前").add_run("{{ y }}后")
    run.font.color.rgb = RGBColor(255, 0, 0)
    document.add_paragraph("{{p z }}", "Heading 1")


def rich(tpl: DocxTemplate) -> Mapping[str, Any]:
    """Return values that have every option of docxtpl's formatted text."""
    text = R("粗", bold=True, italic=True, underline="wave", strike=True, size=28, color="#FF0000", highlight="#FFFF00")
    text.add(LINES, style="Strong", lang="zh-CN")
    text.add("字体", font="eastAsia:楷体", superscript=True)
    text.add("右到左", rtl=True, bold=True, italic=True)
    text.add(R("套", subscript=True, underline=True))
    text.add(7)
    text.add("网页", url_id=tpl.build_url_id("https://example.com/?a=1&b=2"), color="0000FF")
    paragraphs = RP("第一段", parastyle="Heading 2")
    paragraphs.add(R(LINES, bold=True))
    return {"x": text, "y": Listing(LINES), "z": paragraphs}


def everywhere(document: Any) -> None:
    """Write a tag into body, cell, nested table, header and footer of two sections, first page and properties."""
    document.add_paragraph("{{ x }}在正文")
    outer = document.add_table(2, 2, "Table Grid")
    outer.cell(0, 0).text = "{{ x }}！"
    inner = outer.cell(1, 1).add_table(3, 2)
    for at, text in enumerate(("{%tr for 行 in 行们 %}", "", "{{ 行.a }}、", "{{ 行.b }}、", "{%tr endfor %}", "")):
        inner.cell(at // 2, at % 2).text = text
    first = document.sections[0]
    first.different_first_page_header_footer = True
    first.header.paragraphs[0].text = "页眉{{ x }}"
    first.first_page_header.paragraphs[0].text = "首页{{ x }}"
    first.footer.add_table(1, 2, Mm(100)).cell(0, 1).text = "{{ x }}页脚"
    second = document.add_section(WD_SECTION.NEW_PAGE)
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "{% if x %}第二节{{ x }}{% endif %}"
    document.add_paragraph("第二节的{{ x }}")
    properties = document.core_properties
    for name in ("author", "comments", "identifier", "language", "subject", "title"):
        setattr(properties, name, f"{name} {{{{ x }}}}")


def pictured(document: Any) -> None:
    """Write tags of pictures into a line, a loop over cells, a header and a footer."""
    document.add_paragraph("图：{{ x }}完")
    document.add_paragraph("{{ 链接 }}")
    table = document.add_table(1, 3)
    for cell, text in zip(table.rows[0].cells, ("{%tc for 图 in 图们 %}", "{{ 图 }}", "{%tc endfor %}"), strict=True):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "{{ x }}"
    document.sections[0].footer.paragraphs[0].text = "页脚{{ 小 }}"


def pictures(tpl: DocxTemplate) -> Mapping[str, Any]:
    """Return docxtpl's pictures: with both sizes, one, none, and a link."""
    return {
        "x": InlineImage(tpl, png(), width=Mm(20), height=Mm(10)),
        "小": InlineImage(tpl, png("blue", kind="jpeg"), width=Mm(5)),
        "链接": InlineImage(tpl, png("green", kind="gif"), anchor="https://example.com/?a=1&b=2"),
        "图们": [InlineImage(tpl, png(colour), height=Mm(8)) for colour in ("red", "black", "red")],
    }


def built(tpl: DocxTemplate) -> Mapping[str, Any]:
    """Return a sub-document made by python-docx: text, a list, a table, a picture."""
    made = tpl.new_subdoc()
    made.add_heading("小标题", 2)
    made.add_paragraph("一行 <&>", "List Number").add_run("粗").bold = True
    made.add_table(1, 2, "Table Grid").cell(0, 0).text = "格"
    made.add_picture(png(), width=Mm(10))
    made.add_picture(png("blue"), width=Mm(10))
    return {"x": made, "n": [tpl.new_subdoc() for _ in range(2)]}


def merged(tpl: DocxTemplate) -> Mapping[str, Any]:
    """Return another .docx as a sub-document, with its own list, style, picture and bookmark."""
    other = Document()
    other.styles.add_style("别处的样式", 1).font.bold = True
    other.add_paragraph("别处的段落", "别处的样式")
    for text in ("甲", "乙"):
        other.add_paragraph(text, "List Number")
    other.add_picture(png("green"), width=Mm(10))
    return {"x": tpl.new_subdoc(BytesIO(saved(other))), "n": []}


def sub(document: Any) -> None:
    """Write a template that takes a sub-document between its own paragraphs."""
    document.add_paragraph("前", "List Number")
    document.add_picture(png("black"), width=Mm(5))
    document.add_paragraph("{{p x }}")
    document.add_paragraph("{%p for 子 in n %}")
    document.add_paragraph("{{p 子 }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("后")


def grid(document: Any, *rows: tuple[str, ...]) -> Any:
    """Return a table of these texts."""
    table = document.add_table(len(rows), len(rows[0]), "Table Grid")
    for row, texts_of_row in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts_of_row, strict=True):
            cell.text = text
    return table


def tables(document: Any) -> None:
    """Write tables whose cells span, are shaded, hold several paragraphs, and merge down and across in loops."""
    across = grid(document, ("头", "{%tc for 行 in 行们 %}", "{% hm %}总{{ x }}题", "", "{%tc endfor %}"))
    across.cell(0, 2).merge(across.cell(0, 3))
    grid(document, ("{%tc for 行 in 行们 %}", "{{ 行.a }}{{ loop.index }}", "{%tc endfor %}", "末"))
    down = grid(document, ("{%tr for 行 in 行们 %}", ""), ("{% vm %}组{{ x }}", "{{ 行.b }}"), ("{%tr endfor %}", ""))
    down.cell(1, 0).add_paragraph("第二段")
    down.cell(1, 1).paragraphs[0].runs[0].bold = True
    spans = grid(
        document, ("{% colspan 行们|length %}跨", "另", ""), ("{% cellbg 'FF0000' %}红{{ x }}", "{% cellbg 色 %}", "末")
    )
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "00FF00")
    spans.cell(1, 1)._tc.get_or_add_tcPr().append(shade)
    spans.rows[0]._tr.remove(spans.cell(0, 2)._tc)
    rows = grid(
        document,
        ("{%tr for 行 in 行们 if 行.a > 1 %}",),
        ("{{ 行.b }}",),
        ("{%tr else %}",),
        ("无",),
        ("{%tr endfor %}",),
    )
    rows.rows[1].height = Mm(9)


def spaced(document: Any) -> None:
    """Write what Word 2016 loses without RichText: spaces and tabs."""
    for text in ("{{r x }}空格", "{{r y }}制表", "前  {{ z }}  后", "{%r if x %}连{%r endif %}"):
        document.add_paragraph(text)


def _rows(_: DocxTemplate) -> Mapping[str, Any]:
    return {"x": "甲乙", "行们": [{"a": 1, "b": "一"}, {"a": 2, "b": "二 <&>"}]}


CONSTRUCTS = (
    Construct("formatted text, listing and paragraphs", formatted, rich),
    Construct("a value in every part", everywhere, _rows),
    Construct("pictures in line, cells, header and footer", pictured, pictures),
    Construct("a sub-document by python-docx", sub, built),
    Construct("a sub-document out of a file", sub, merged),
    Construct("tables", tables, lambda tpl: {**_rows(tpl), "色": "0000FF"}),
    Construct("spaces and tabs", spaced, lambda _: {"x": R(" " * 10), "y": R("\t" * 5), "z": "  甲  "}),
    Construct(
        "a listing between text",
        texts("前{{ x }}后", "末", style="List Bullet"),
        lambda _: {"x": Listing("a\nb\ac\td\fe")},
    ),
)
