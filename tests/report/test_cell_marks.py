"""Marks in cells: what merging, leaving out and parting do to the markup, and that long tables stay linear."""

from __future__ import annotations

import time
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from lxml import etree

from batchreport.errors import TemplateError
from batchreport.report.template import Template
from tests.docxfile import W, cells_without_paragraph
from tests.report.templates import NAMESPACES, package, template
from tests.report.test_template import SCHEMA, context

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [{"名称": f"第{row}项", "类别": f"第{row // 7}类", "颜色": "红", "数量": row} for row in range(12)]
LOOP = "| {%tr for 行 in 新增设施 %} |\n"
END = "\n| {%tr endfor %} |"


def rendered(data: bytes, rows: list[dict[str, object]] = ROWS) -> bytes:
    """Return the report that a template makes of rows."""
    return Template.parse(data, SCHEMA).render(context({"新增设施": rows, "单位名称": "一\n二"}))


def root(report: bytes) -> etree._Element:
    """Return the body of a report."""
    with ZipFile(BytesIO(report)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def merges(report: bytes) -> list[str]:
    """Return what each cell says of merging downwards, "" for nothing."""
    marks = (cell.find(f"{W}tcPr/{W}vMerge") for cell in root(report).iter(f"{W}tc"))
    return ["" if mark is None else str(mark.get(f"{W}val")) for mark in marks]


def test_cells_of_one_text_are_one_cell() -> None:
    """The first begins the merge, the others go on with it and are empty."""
    report = rendered(template(f"{LOOP}| {{{{ 行.类别|合并 }}}} |{END}"))

    assert merges(report) == (["restart"] + ["continue"] * 6) + (["restart"] + ["continue"] * 4)
    assert ["".join(map(str, cell.itertext())) for cell in root(report).iter(f"{W}tc")][5:9] == ["", "", "第1类", ""]


def test_merged_and_narrowed_tables_are_valid(validate: Callable[[bytes], list[str]]) -> None:
    """The Open XML SDK finds nothing, and every cell ends in a paragraph."""
    text = (
        f"| {{{{ '类'|可省 }}}} | 名称 | {{{{ '日期'|可省 }}}} | 色 | 色 |\n{LOOP}"
        "| {{ 行.类别|合并 }} | {{ 行.名称|分段 }} | {{ 行.完成日期 }} | {{ 行.颜色|合并(横=True) }} | {{ 行.颜色|合并(横=True) }} |"
        f"{END}\n前{{{{ 单位名称|分段 }}}}后"
    )
    report = rendered(template(text))

    assert validate(report) == []
    assert cells_without_paragraph(report) == []


def test_a_column_that_is_left_out_leaves_its_room_to_the_others() -> None:
    """The table is as wide as before, its grid and its cells agree, a wide cell above loses a column."""
    text = f"| {{{{ '类'|可省 }}}} | {{{{ '日期'|可省 }}}} | 名称 |\n{LOOP}| {{{{ 行.类别 }}}} | {{{{ 行.完成日期 }}}} | {{{{ 行.名称 }}}} |{END}"
    table = next(root(rendered(template(text))).iter(f"{W}tbl"))
    widths = [int(str(column.get(f"{W}w"))) for column in table.iter(f"{W}gridCol")]
    cells = [[int(str(width.get(f"{W}w"))) for width in row.iter(f"{W}tcW")] for row in table.iter(f"{W}tr")]

    assert widths == [3000, 3000]
    assert cells == [widths] * 13


def test_parted_lines_keep_the_format_of_their_place() -> None:
    """Each paragraph has the properties of the one that the tag stands in, each run those of the tag's."""
    properties = '<w:pPr><w:jc w:val="right"/></w:pPr>'
    run = "<w:r><w:rPr><w:b/></w:rPr><w:t>{{ 单位名称|分段 }}</w:t></w:r>"
    body = f"<w:p>{properties}{run}</w:p><w:sectPr/>"
    data = package({"word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"})
    paragraphs = [*root(rendered(data)).iter(f"{W}p")]

    assert ["".join(map(str, paragraph.itertext())) for paragraph in paragraphs] == ["一", "二"]
    assert all(paragraph.find(f"{W}pPr/{W}jc") is not None for paragraph in paragraphs)
    assert all(paragraph.find(f"{W}r/{W}rPr/{W}b") is not None for paragraph in paragraphs)


def test_data_cannot_write_a_mark() -> None:
    """What looks like a mark in a value is text."""
    report = rendered(template(f"{LOOP}| {{{{ 行.名称 }}}} |{END}"), [{"名称": "<?batchreport down?>甲"}] * 2)

    assert merges(report) == ["", ""]
    assert b"&lt;?batchreport down?&gt;" in etree.tostring(root(report))


@pytest.mark.parametrize("tag", ["{{ 新增设施|分段 }}", "{{ [新增设施]|分段 }}", "{{ 新增设施|合并 }}"])
def test_rows_are_no_text(tag: str) -> None:
    """A section in such a tag is refused with the tag's place."""
    with pytest.raises(TemplateError, match="新增设施"):
        rendered(template(tag))


def test_merging_takes_time_in_proportion_to_the_rows() -> None:
    """Ten times the rows, about ten times the processor time, and not a hundred times."""
    ready = Template.parse(
        template(
            f"{LOOP}| {{{{ 行.类别|合并 }}}} | {{{{ 行.颜色|合并 }}}} | {{{{ 行.名称|分段 }}}} | {{{{ 行.数量 }}}} |{END}"
        ),
        SCHEMA,
    )
    seconds = {}
    for count in (1_000, 10_000):
        rows = [
            {"名称": f"第{row}项\n二", "类别": f"第{row // 7}类", "颜色": "红", "数量": row} for row in range(count)
        ]
        values = context({"新增设施": rows})
        started = time.process_time()
        ready.render(values)
        seconds[count] = time.process_time() - started

    assert seconds[10_000] < 40 * seconds[1_000]
