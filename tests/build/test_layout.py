"""The layout of finished reports: measured on the pages that LibreOffice draws, against GB/T 9704-2012."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from lxml import etree

from batchreport.period import Period
from batchreport.report.context import Contexts
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table
from tests.build.books import ROOT
from tests.build.command import batchreport
from tests.docxfile import W, paragraph_text, parts, whole_text
from tests.outside import Office, pdf_fonts
from tests.pages import MM, Page, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TAGS = "{%tc for 值 in 各值 %}{{ 值 }}{%tc endfor %}"
LOOKS = ("summary", "modern")
FAULTY = "第三幼儿园"
NAMES = sorted(path.stem for path in (ROOT / "workbooks/2026-11").glob("*.xlsx") if path.stem != FAULTY)
SHORT, LONG, PICTURED, LONG_NAME = "城南幼儿园", "第二中学", "实验小学", "示例市边界数值综合后勤保障服务中心"
NUMBERED = re.compile(r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)?")
TEXT = ("一二三四五六七八九十" * 90)[:840]  # thirty full lines and a little more


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of November's reports, for each look."""
    made = {}
    for look in LOOKS:
        out = tmp_path_factory.mktemp(look)
        batchreport(ROOT, "build", "workbooks/", "--template", f"templates/{look}.docx", "--out", str(out))
        made[look] = out / "2026-11"
    return made


@pytest.fixture(scope="module")
def drawn(
    reports: dict[str, Path], office: Office, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], list[Page]]:
    """The pages of every report, by look and department."""
    found: dict[tuple[str, str], list[Page]] = {}
    for look, folder in reports.items():
        pdfs = office.pdfs([folder / f"{name}.docx" for name in NAMES], tmp_path_factory.mktemp("pdf"))
        found |= {(look, pdf.stem): pages(pdf) for pdf in pdfs}
    return found


@pytest.fixture(scope="module")
def full(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of an official report of nothing but text: several full pages."""
    schema = parse_schema((ROOT / "templates/summary.toml").read_bytes())
    template = Template.parse((ROOT / "templates/summary.docx").read_bytes(), schema)
    period = Period(2026, 11, "M")
    records = tuple(Record({"heading": "措施", "point": point}, {}) for point in (TEXT, TEXT[1:]))
    submission = Submission("甲.xlsx", "D001", "示例小学", period, tables={"measures": Table("工作措施", records)})
    folder = tmp_path_factory.mktemp("full")
    (folder / "full.docx").write_bytes(template.render(Contexts(schema, template.uses).of(submission)))
    return office.pdfs([folder / "full.docx"], folder)[0]


def body(page: Page) -> list[str]:
    """Return the lines of a page without its running head and its number."""
    return [line.text for line in page.lines[:-1] if line.top > 24 * MM]


def headings(docx: Path) -> Iterator[str]:
    """Give the text of every heading and every table's caption."""
    with ZipFile(docx) as package:
        styles = etree.fromstring(package.read("word/styles.xml")).iter(f"{W}style")
    names = {style.get(f"{W}styleId"): _name(style) for style in styles}
    for paragraph in parts(docx)["word/document.xml"].iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and names[style.get(f"{W}val")].startswith(("heading", "表题")):
            yield "".join(paragraph_text(paragraph).split())


def _name(style: etree._Element) -> str:
    name = style.find(f"{W}name")
    return "" if name is None else str(name.get(f"{W}val")).lower()


def test_a_full_page_has_22_lines_of_28_characters(full: Path) -> None:
    """5.1, 5.2: A4, 37 mm above the text and 28 mm left of it, 156 × 225 mm of text, 22 lines of 28 characters."""
    page = pages(full)[1]
    lines = [line for line in page.lines if line.bottom < 263 * MM]
    pitches = [below.middle - above.middle for above, below in pairwise(lines)]

    assert (round(page.width / MM), round(page.height / MM)) == (210, 297)
    assert len(lines) == 22
    assert {len(line.text) for line in lines} == {28}
    assert max(pitches) == pytest.approx(min(pitches), abs=0.5) == pytest.approx(225 * MM / 22, abs=0.5)
    assert lines[0].left == pytest.approx(28 * MM, abs=1)
    assert lines[0].right == pytest.approx((28 + 156) * MM, abs=2)
    assert lines[0].middle == pytest.approx(37 * MM + 225 * MM / 44, abs=4)
    assert lines[-1].middle == pytest.approx((37 + 225) * MM - 225 * MM / 44, abs=4)


def test_paragraphs_begin_two_characters_in(full: Path) -> None:
    """7.3.3: 自然段左空二字; headings of both levels too."""
    first = pages(full)[0]

    for text in ("一、主要工作措施", "（一）措施"):
        assert first.line(text).left == pytest.approx(28 * MM + 32, abs=1.5)


def test_the_official_faces_and_sizes(full: Path) -> None:
    """7.3.1, 7.3.3: 二号 for the title, 三号 for the rest; a heading's number is of the heading's own face."""
    first = pages(full)[0]
    title, heading = first.line("示例小学"), first.line("一、主要工作措施")

    assert {"FandolFang-Regular", "FandolHei-Regular", "FandolKai-Regular", "LiberationSerif"} <= pdf_fonts(full)
    assert (title.left + title.right) / 2 == pytest.approx((28 + 156 / 2) * MM, abs=1)
    assert heading.right - heading.left == pytest.approx(8 * 15.75, abs=1)
    assert title.bottom - title.top > 1.3 * (heading.bottom - heading.top)


def test_the_page_number_stands_7_mm_below_the_text(full: Path) -> None:
    """7.5: 四号, between two dashes, 7 mm below the 版心; in the middle, as on 材料."""
    for number, page in enumerate(pages(full), 1):
        line = page.lines[-1]
        assert line.text == f"—{number}—"
        assert line.middle - 262 * MM == pytest.approx(7 * MM, abs=2)
        assert (line.left + line.right) / 2 == pytest.approx((28 + 156 / 2) * MM, abs=1)
        assert line.right - line.left < 14 * 4


@pytest.mark.parametrize("name", [SHORT, PICTURED, LONG_NAME])
def test_name_and_date_stand_as_the_standard_says(drawn: dict[tuple[str, str], list[Page]], name: str) -> None:
    """7.3.5.2: the date begins two characters after the name; the longer of them ends two characters from the right."""
    lines = drawn["summary", name][-1].lines
    date = next(line for line in reversed(lines) if re.fullmatch(r"2026年11月\d+日", line.text))
    signature = lines[lines.index(date) - 1]
    closing = lines[lines.index(date) - 2]

    assert signature.text == name
    assert date.left - signature.left == pytest.approx(2 * 15.75, abs=2)
    assert (28 + 156) * MM - max(date.right, signature.right) == pytest.approx(2 * 15.75, abs=6)
    assert signature.middle - closing.middle == pytest.approx(2 * 28.95, abs=3)


@pytest.mark.parametrize("look", LOOKS)
def test_a_short_report_fits_one_page(drawn: dict[tuple[str, str], list[Page]], look: str) -> None:
    """The department with one figure and one plan has a page, and most of it is used."""
    [page] = drawn[look, SHORT]

    assert max(line.bottom for line in page.lines[:-1]) > page.height / 2


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_no_heading_stands_alone_at_the_foot(
    drawn: dict[tuple[str, str], list[Page]], reports: dict[str, Path], look: str, name: str
) -> None:
    """No page ends in a heading or a table's caption; the name and the date never begin one."""
    known = set(headings(reports[look] / f"{name}.docx"))

    for page in drawn[look, name]:
        assert re.fullmatch(r"—\d+—|\d+/\d+", page.lines[-1].text)
        lines = body(page)
        last = NUMBERED.sub("", re.sub(r"^表\d+", "", lines[-1]), count=1)
        assert last not in known
        assert not lines[0].startswith((name + "2026", "2026年11月3")) or page is drawn[look, name][0]


@pytest.mark.parametrize("look", LOOKS)
def test_a_long_table_repeats_its_head(drawn: dict[tuple[str, str], list[Page]], look: str) -> None:
    """Every page that goes on with the table of facilities begins with the table's head."""
    found = drawn[look, LONG]
    starts = next(at for at, page in enumerate(found) if any("新增设施明细" in line for line in body(page)))
    ends = next(at for at, page in enumerate(found) if any("四、荣誉表彰" in line for line in body(page)))
    first = [next(line for line in body(page) if "工作总结" not in line) for page in found[starts + 1 : ends + 1]]

    assert len(first) >= 2
    assert all(line.startswith("名称及规格、地点") for line in first)


@pytest.mark.parametrize("look", LOOKS)
def test_only_rows_of_running_text_are_torn_apart(look: str) -> None:
    """Every row of the template stays whole but those of honours, plans and what else a workbook has; every head is repeated."""
    with ZipFile(ROOT / f"templates/{look}.docx") as package:
        root = etree.fromstring(package.read("word/document.xml"))
    rows = list(root.iter(f"{W}tr"))
    heads = [row for row in rows if row.find(f"{W}tc/{W}p/{W}pPr/{W}pStyle[@{W}val='TableHeading']") is not None]

    torn = ["".join(map(str, row.itertext())) for row in rows if row.find(f"{W}trPr/{W}cantSplit") is None]
    assert [text.partition("|")[0] for text in torn] == [
        "{{ 行.级别",
        "{{ loop.index }}{{ 行.事项 }}{{ 行.具体措施",
        TAGS,
    ]
    assert len(heads) >= 5
    assert all(row.find(f"{W}trPr/{W}tblHeader") is not None for row in heads)


@pytest.mark.parametrize("name", NAMES)
def test_both_looks_say_the_same(reports: dict[str, Path], name: str) -> None:
    """A look changes no word."""
    official, modern = (parts(reports[look] / f"{name}.docx")["word/document.xml"] for look in LOOKS)

    assert [text.text for text in official.iter(f"{W}t")] == [text.text for text in modern.iter(f"{W}t")]


@pytest.mark.parametrize("name", NAMES)
def test_modern_reports_are_valid(reports: dict[str, Path], name: str, validate: Callable[[Path], list[str]]) -> None:
    """The Open XML SDK finds nothing in them."""
    assert validate(reports["modern"] / f"{name}.docx") == []


def test_key_figures_are_told_by_sign_and_word(reports: dict[str, Path]) -> None:
    """Without any colour the band says how a figure moved, and whether that is good."""
    text = whole_text(reports["summary"] / f"{PICTURED}.docx")

    assert "食品安全事故 0起 较上月持平" in text
    assert "日均就餐人数 1388人 较上月▲增3.1% 趋好" in text


def test_a_report_says_what_became_of_last_month(reports: dict[str, Path]) -> None:
    """Of two problems in October one is solved and one is still there."""
    text = whole_text(reports["summary"] / f"{PICTURED}.docx")

    assert "上期梳理问题2个，遗留到本期2个，其中已解决1个、继续整改1个。" in text


@pytest.mark.parametrize("look", LOOKS)
def test_a_report_survives_libreoffice(reports: dict[str, Path], look: str, office: Office, tmp_path: Path) -> None:
    """Opened and saved again, it has its headings, its tables with every cell, its charts and its pictures."""
    before = reports[look] / f"{PICTURED}.docx"
    [after] = office.saved([before], tmp_path)

    assert [*headings(after)] == [*headings(before)]
    assert tables(after) == tables(before)
    assert drawings(after) == drawings(before)
    assert drawings(before)[0] >= 2


def tables(docx: Path) -> list[list[str]]:
    """Return the text of each cell of each table."""
    body = parts(docx)["word/document.xml"]
    return [
        ["".join(text.text or "" for text in cell.iter(f"{W}t")) for cell in table.iter(f"{W}tc")]
        for table in body.iter(f"{W}tbl")
    ]


def drawings(docx: Path) -> tuple[int, int]:
    """Return how many charts and how many pictures a document shows."""
    root = parts(docx)["word/document.xml"]
    kinds = [str(data.get("uri")).rpartition("/")[2] for data in root.iter("{*}graphicData")]
    return kinds.count("chart"), kinds.count("picture")
