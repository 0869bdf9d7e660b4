"""What is left of a table, a row or a content control once all that stood in it has gone: nothing that Word would refuse."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import etree

from batchreport.report.template import Template
from tests.report.templates import NAMESPACES, package
from tests.report.test_template import SCHEMA, context

TC = '<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{}</w:tc>'
P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
NS = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
# What Word takes for damage, though the schema of the format allows some of it.
DAMAGE = (
    "//w:tr[not(.//w:tc)] | //w:tbl[not(.//w:tr)] | //w:tc[not(*[last()][self::w:p])] | //w:body/w:sdt/w:sdtContent[not(*)]"
    " | //w:tbl//w:sdtContent[not(*)]"
)


def find(made: Template, path: str, **values: Any) -> list[Any]:
    """Return what is found at a path of the body that a template makes of these values."""
    with ZipFile(BytesIO(made.render(context(values)))) as archive:
        found: Any = etree.fromstring(archive.read("word/document.xml")).xpath(path, namespaces=NS)
    return list(found)


def of(body: str) -> Template:
    """Return the template of a body."""
    return Template.parse(
        package({"word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"}), SCHEMA
    )


def cell(text: str) -> str:
    """Return a cell with one paragraph."""
    return TC.format(P.format(text))


def row(*cells: str) -> str:
    """Return a row."""
    return f"<w:tr>{''.join(one if one.startswith('<') else cell(one) for one in cells)}</w:tr>"


def table(*rows: str) -> str:
    """Return a table."""
    return f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>{"".join(rows)}</w:tbl>'


def control(inside: str) -> str:
    """Return a content control."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


ROWS = row("{%tr for 行 in 荣誉 %}") + row("{{ 行.荣誉名称 }}") + row("{%tr endfor %}")
CELLS = cell("{%tc for 行 in 荣誉 %}") + cell("{{ 行.荣誉名称 }}") + cell("{%tc endfor %}")
PARAGRAPHS = P.format("{%p for 行 in 荣誉 %}") + P.format("{{ 行.荣誉名称 }}") + P.format("{%p endfor %}")
BODIES = {
    "cells of all rows": table(row(CELLS), row(CELLS)),
    "cells of one row": table(row("头"), row(CELLS)),
    "all rows": table(ROWS),
    "rows in a choice": table(row("{% if 荣誉 %}"), row("有"), row("{% endif %}")),
    "a table in a cell": table(row("头", TC.format(table(ROWS) + "<w:p/>"))),
    "a table alone in a cell": table(row("头", TC.format(table(row(CELLS))))),
    "paragraphs of a control": control(PARAGRAPHS),
    "a control in a control": control(control(PARAGRAPHS)),
    "a table in a control": control(table(ROWS)),
    "rows of a control": table(row("头"), control(ROWS)),
    "a control with all rows": table(control(ROWS)),
    "cells of a control": table(f"<w:tr>{cell('头')}{control(CELLS)}</w:tr>"),
    "a control around a row of nothing": table(row("头"), control(row(CELLS))),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_emptied_leaves_nothing_that_word_refuses(name: str) -> None:
    """A row has a cell, a table a row, a cell ends with a paragraph, a control holds something; what is filled in is there."""
    made = of(f"{BODIES[name]}{P.format('完')}<w:sectPr/>")

    for honours in ([], [{"荣誉名称": "甲"}]):
        text = "".join(find(made, "//w:t/text()", 荣誉=honours))
        assert not find(made, DAMAGE, 荣誉=honours)
        assert text.endswith("完")
        assert ("头" in text) == ("头" in BODIES[name])
        assert bool(set("甲有") & set(text)) == bool(honours)


def test_a_cell_that_ends_with_a_control_is_left_as_it_is() -> None:
    """It holds a paragraph already; another would be a blank line."""
    made = of(table(row(TC.format(control(P.format("头")))), row(CELLS)))

    assert len(find(made, "//w:p")) == 1


@pytest.mark.parametrize(
    ("texts", "at", "order"),
    [
        (("{%p if 荣誉 %}", "有", "{%p endif %}"), 0, "前 1 有 完"),
        (("{%p if 荣誉 %}", "有", "{%p endif %}"), 2, "前 有 1 完"),
        (("{{p 单位名称 }}", "后"), 0, "前 乙 1 后 完"),
        (("{#p 给人看的 #}", "后"), 0, "前 1 后 完"),
    ],
    ids=["begins", "ends", "prints", "says"],
)
def test_a_section_ends_where_the_template_ends_it(texts: tuple[str, ...], at: int, order: str) -> None:
    """Also where the paragraph that ends it goes, whether or not what stands between the tags is printed."""
    paragraphs = [P.format(text) for text in texts]
    section = "<w:p><w:pPr><w:sectPr><w:pgSz w:w='1' w:h='1000'/></w:sectPr></w:pPr>"
    paragraphs[at] = paragraphs[at].replace("<w:p>", section)
    made = of(f"{P.format('前')}{''.join(paragraphs)}{P.format('完')}<w:sectPr/>")

    for honours in ([], [{"荣誉名称": "甲"}]):
        shown = find(made, "//w:t/text() | //w:pgSz/@w:w", 荣誉=honours, 单位名称="乙")
        assert shown == [word for word in order.split() if honours or word != "有"]
