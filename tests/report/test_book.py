from __future__ import annotations

import re
from collections import Counter
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from lxml import etree

from batchreport.report.book import Book, Cover, make_book
from batchreport.report.book.pages import printed_pages, sheets_of, with_pages
from batchreport.report.book.wordml import W, value
from batchreport.run.pdf import with_true_pages
from tests.build.books import ROOT
from tests.build.command import batchreport
from tests.docxfile import cells_without_paragraph, docx_text
from tests.outside import FONTS, Office, pdf_text, require
from tests.report.books import crowded, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COVER = Cover("各单位工作总结合订本", "2026年11月", "市教育局", date(2026, 11, 3))
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    """The reports of the sample project: those with charts and photos first."""
    out = tmp_path_factory.mktemp("out")
    batchreport(ROOT, "build", "workbooks/2026-11", "--out", str(out))
    made = [(path.stem, path.read_bytes()) for path in sorted(out.glob("*/*.docx")) if path.stem != "汇总"]
    return sorted(made, key=lambda one: (-len([n for n in names(one[1]) if "media" in n or "chart" in n]), one[0]))


def names(docx: bytes) -> list[str]:
    """Return the names of a document's parts."""
    return ZipFile(BytesIO(docx)).namelist()


def shown(element: etree._Element, *tags: str) -> str:
    """Return the text in an element, or in those of its descendants with these tags."""
    return "".join(str(text) for text in element.itertext(*tags))


def part(book: Book | bytes, name: str = "word/document.xml") -> etree._Element:
    """Return a part of a book."""
    data = book.data if isinstance(book, Book) else book
    assert data is not None
    return etree.fromstring(ZipFile(BytesIO(data)).read(name))


def bound(*made: tuple[str, bytes], **options: object) -> Book:
    """Return the book of these reports, which there must be."""
    book = make_book(made, COVER, **options)  # type: ignore[arg-type]
    assert book.data is not None
    return book


def sheets(pdf: Path) -> list[str]:
    """Return the text of each page, without blanks."""
    return [re.sub(r"\s", "", page) for page in pdf_text(pdf).split("\f")]


def test_the_book_of_real_reports_is_valid(
    reports: list[tuple[str, bytes]], validate: Callable[[bytes], list[str]]
) -> None:
    """Word opens it: the Open XML SDK finds nothing, every cell ends in a paragraph, no part is there twice."""
    book = bound(*reports)
    assert book.data is not None

    assert validate(book.data) == []
    assert cells_without_paragraph(book.data) == []
    assert max(Counter(names(book.data)).values()) == 1
    assert book.findings == ()


def test_what_a_hand_and_a_designer_put_in_stays_valid(validate: Callable[[bytes], list[str]]) -> None:
    """Fields, notes, comments, links, wide pages and even pages of several reports make one valid document."""
    book = bound(("甲处", crowded("甲处")), ("乙处", crowded("乙处", even=True)), ("丙处", plain("丙")))
    assert book.data is not None

    assert validate(book.data) == []


def test_the_same_reports_give_the_same_bytes(reports: list[tuple[str, bytes]]) -> None:
    """No clock and no chance is in a book."""
    assert bound(*reports[:4]).data == bound(*reports[:4]).data


def test_all_text_of_all_reports_is_in_the_book_in_order(reports: list[tuple[str, bytes]]) -> None:
    """Nothing of a report's text is lost, and the departments stand in the order they were given."""
    book = bound(*reports)
    assert book.data is not None
    whole = docx_text(book.data)["document"]

    places = [whole.find(docx_text(data)["document"]) for _, data in reports]

    assert -1 not in places
    assert places == sorted(places)


def test_the_cover_says_title_period_count_organisation_and_date(reports: list[tuple[str, bytes]]) -> None:
    """The date is written as GB/T 9704 wants it."""
    book = bound(*reports[:3])
    assert book.data is not None
    text = docx_text(book.data)["document"]

    assert text.startswith("各单位工作总结合订本 2026年11月 共3个单位\n市教育局 2026年11月3日\n")


def test_an_english_book_speaks_english() -> None:
    """Cover and contents follow the language."""
    book = make_book([("North", plain("x"))], Cover("Reports", day=date(2026, 11, 3)), language="en", missing=["South"])
    assert book.data is not None
    text = docx_text(book.data)["document"].replace("\n\t", "\n")

    assert text.startswith("Reports 1 department\n3 November 2026\n")
    assert "\nContents\nNorth\t1\n" in text
    assert "\nNot in this book: South\n" in text


def test_ids_and_bookmarks_are_there_once(reports: list[tuple[str, bytes]]) -> None:
    """Bookmarks, drawings and notes of different reports do not share a number or a name."""
    book = bound(("甲", crowded("甲")), ("乙", crowded("乙")), *reports[:3])
    assert book.data is not None
    edges = [part(book, name) for name in names(book.data) if re.fullmatch(r"word/(header|footer)\d+\.xml", name)]
    roots = [part(book), part(book, "word/footnotes.xml"), *edges]
    starts = [one for root in roots for one in root.iter(f"{W}bookmarkStart")]

    def once(found: list[str | None]) -> bool:
        return len(found) > 1 and max(Counter(found).values()) == 1

    assert once([one.get(f"{W}id") for one in starts])
    assert once([str(one.get(f"{W}name")).lower() for one in starts])
    assert once([one.get("id") for root in roots for one in root.iter(f"{WP}docPr")])
    assert once([one.get(f"{W}id") for one in part(book, "word/footnotes.xml")])


def test_fields_keep_to_their_own_report() -> None:
    """References go to the own bookmark, counts and contents to the own report, titles stay as they were."""
    book = bound(("甲", crowded("甲")), ("乙", crowded("乙")), numbering="restart")
    codes = [shown(one).strip() for one in part(book).iter(f"{W}instrText")]

    assert "PAGEREF _Toc1 \\h" in codes
    assert "PAGEREF _Toc1_2 \\h" in codes
    assert 'TOC \\o "1-2" \\b _Book_2' in codes
    assert codes.count("SEQ 图 \\* ARABIC \\r 1") == 2
    assert "TITLE" not in codes
    assert "乙的题名" in docx_text(book.data or b"")["document"]
    footers = [name for name in names(book.data or b"") if name.startswith("word/footer")]
    assert any("PAGEREF _Book_2_end" in shown(part(book, name)) for name in footers)


def test_a_picture_is_stored_once() -> None:
    """The same bytes in bodies and headers of several reports are one part."""
    book = bound(("甲", crowded("甲")), ("乙", crowded("乙")))

    assert [name for name in names(book.data or b"") if "/media/" in name] == ["word/media/image1.png"]


def test_charts_keep_their_workbooks(reports: list[tuple[str, bytes]]) -> None:
    """Each chart of each report is there, with a workbook of its own."""
    wanted = sum(name.startswith("word/charts/chart") for _, data in reports for name in names(data))
    book = bound(*reports)
    there = names(book.data or b"")

    assert wanted > 1
    assert sum(name.startswith("word/charts/chart") for name in there) == wanted
    assert sum(name.startswith("word/embeddings/") for name in there) == wanted


def test_a_style_is_shared_if_it_is_the_same_and_copied_if_not() -> None:
    """Two reports of one template share every style; one with another size gets copies, and its text is in them."""
    same = bound(("甲", plain("甲", 11)), ("乙", plain("乙", 11)))
    other = bound(("甲", plain("甲", 11)), ("乙", plain("乙", 20)))

    def text_in(book: Book, text: str) -> str:
        paragraph = next(p for p in part(book).iter(f"{W}p") if shown(p, f"{W}t") == text)
        return value(paragraph.find(f"{W}pPr"), "pStyle")

    styles = {one.get(f"{W}styleId"): one for one in part(other, "word/styles.xml").iter(f"{W}style")}
    assert text_in(same, "甲") == text_in(same, "乙") == text_in(other, "甲") == "ListNumber"
    assert text_in(other, "乙") == "ListNumber_2"
    assert value(styles["ListNumber_2"], "basedOn") == "Normal_2"
    assert value(styles["Normal_2"], "rPr/sz") == "40"
    assert "Normal_2" not in {one.get(f"{W}styleId") for one in part(same, "word/styles.xml").iter(f"{W}style")}


def test_lists_begin_anew_in_each_report(render: Callable[[bytes], Path]) -> None:
    """The second report's list starts with 1 again, though it has the same style."""
    book = bound(("甲处", crowded("甲处")), ("乙处", crowded("乙处")))
    text = re.sub(r"[ \t]", "", pdf_text(render(book.data or b"")))

    for name in ("甲处", "乙处"):
        assert f"1.{name}甲\n" in text
        assert f"2.{name}乙\n" in text


def test_headings_count_anew_in_real_reports(reports: list[tuple[str, bytes]], render: Callable[[bytes], Path]) -> None:
    """Each report's first heading is 一、 again."""
    book = bound(*reports[:3], headings=True)
    firsts = [entry.text for entry in book.entries if entry.text.startswith("一、")]
    pages = sheets(render(book.data or b""))[2:]

    assert len(firsts) == 3
    assert sum(firsts[0] in page for page in pages) == 3


def test_every_department_has_its_own_header_and_pages_run_on(
    reports: list[tuple[str, bytes]], render: Callable[[bytes], Path]
) -> None:
    """A report without a header gets the department's name; one with a header keeps it; numbers run through."""
    chosen = [*reports[:2], ("甲处", crowded("甲处"))]
    book = bound(*chosen)
    pages = [page for page in sheets(render(book.data or b""))[2:] if page]

    owners = [next((name for name, _ in chosen if page.startswith(name)), "") for page in pages]
    numbers = [int(found[1]) for page in pages if (found := re.search(r"—(\d+)—$", page))]

    assert sorted(set(owners), key=owners.index) == [name for name, _ in chosen]
    assert pages[-1].startswith("甲处页眉")
    assert numbers == list(range(1, len(numbers) + 1))
    assert re.search(rf"{len(pages)}／{len(pages)}$", pages[-1])


def test_page_numbers_restart_where_asked(reports: list[tuple[str, bytes]], render: Callable[[bytes], Path]) -> None:
    """Each report begins with page 1, and the contents say how many pages it has."""
    book = bound(*reports[:2], numbering="restart")
    pages = sheets(render(book.data or b""))
    numbers = [int(found[1]) for page in pages[2:] if (found := re.search(r"—(\d+)—$", page))]

    assert numbers.count(1) == 2
    second = len(numbers) - numbers[::-1].index(1) - 1
    assert numbers == [*range(1, second + 1), *range(1, len(numbers) - second + 1)]
    assert f"共{second}页" in pages[1]
    assert f"共{len(numbers) - second}页" in pages[1]


def test_the_contents_lead_to_the_right_pages(
    reports: list[tuple[str, bytes]], render: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With LibreOffice at hand every line shows the page that its department or heading is on."""
    require("soffice")
    require("fonts")
    monkeypatch.setenv("FONTCONFIG_FILE", str(FONTS))
    book = bound(*reports[:3], headings=True)
    true = with_true_pages(book)
    assert true is not None
    pdf = render(true)
    pages = sheets(pdf)
    front = next(at for at, page in enumerate(pages) if page.startswith(reports[0][0]))

    lines = re.findall(r"^\s*(\S.*?)\.{3,} *(\d+)$", pdf_text(pdf), re.MULTILINE)

    assert len(lines) == len(book.entries)
    for text, number in lines:
        assert re.sub(r"\s", "", text) in pages[front + int(number) - 1]


def test_estimated_pages_are_near(reports: list[tuple[str, bytes]], office: Office, tmp_path: Path) -> None:
    """Without LibreOffice a report is estimated at no more than a page off, or an eighth of its pages."""
    books = {tmp_path / f"{name}.docx": bound((name, data), numbering="restart") for name, data in reports}
    for path, book in books.items():
        path.write_bytes(book.data or b"")
    for book, pdf in zip(books.values(), office.pdfs(list(books), tmp_path), strict=True):
        counted = len([page for page in sheets(pdf) if page]) - 2

        assert abs(book.entries[0].page - counted) <= max(1, counted // 8), pdf.stem


def test_only_the_numbers_of_the_contents_change() -> None:
    """Pages that are not told stay as they are."""
    book = bound(("甲", plain("甲")), ("乙", plain("乙")))

    before = docx_text(book.data or b"")["document"]

    changed = docx_text(with_pages(book.data or b"", {"_Book_2": 41}))["document"]

    assert "\t甲\t1\n\t乙\t41\n" in changed
    assert changed.replace("乙\t41", "乙\t2") == before


def test_pages_are_read_from_the_pdf() -> None:
    """Named destinations lead through the tree of pages; the front does not count."""
    pdf = (
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R\n/Dests 9 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[ 3 0 R 4 0 R ]>>\nendobj\n"
        b"4 0 obj\n<</Type/Pages/Kids[5 0 R\n6 0 R]>>\nendobj\n"
        b"9 0 obj\n<</5FBook5F1[5 0 R/XYZ 1 2 0]\n/5FBook5F2[6 0 R/XYZ 1.5 2 0]>>\nendobj\n"
    )
    book = bound(("甲", plain("甲")), ("乙", plain("乙")))

    assert sheets_of(pdf) == {"_Book_1": 2, "_Book_2": 3}
    assert printed_pages(pdf, book.entries) == {"_Book_1": 1, "_Book_2": 2}
    assert printed_pages(b"%PDF", book.entries) == {}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\3\4 broken", "book-report-damaged"),
        (b"", "book-report-damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted", "book-report-locked"),
    ],
    ids=["torn", "empty", "locked"],
)
def test_a_report_that_cannot_be_taken_in_is_left_out_and_named(data: bytes, code: str) -> None:
    """The others are bound; the contents and a finding name the one that is missing."""
    book = bound(("甲处", plain("甲")), ("坏处", data), ("乙处", plain("乙")))

    assert [(one.code, one.place.file) for one in book.findings] == [(code, "坏处")]
    assert [entry.text for entry in book.entries] == ["甲处", "乙处"]
    assert "未收入本册：坏处" in docx_text(book.data or b"")["document"]


def test_a_report_whose_picture_is_missing_is_left_out() -> None:
    """A relationship that leads nowhere would break the whole book."""
    whole = crowded("甲")
    with ZipFile(BytesIO(whole)) as old, ZipFile(torn := BytesIO(), "w") as new:
        for name in old.namelist():
            if "/media/" not in name:
                new.writestr(name, old.read(name))

    book = bound(("甲处", torn.getvalue()), ("乙处", plain("乙")))

    assert [one.code for one in book.findings] == ["book-report-damaged"]


def test_comments_are_left_out_and_said() -> None:
    """A comment is no part of a finished report; how many there were is a finding."""
    book = bound(("甲处", crowded("甲处")))

    assert [(one.code, one.details["n"]) for one in book.findings] == [("book-comments-left-out", 1)]
    assert not [name for name in names(book.data or b"") if "comment" in name]


def test_no_report_makes_no_book() -> None:
    """There is one finding, and no file."""
    book = make_book([("坏处", b"")], COVER)

    assert book.data is None
    assert [one.code for one in book.findings] == ["book-report-damaged", "book-empty"]


def test_a_report_saved_again_by_libreoffice_can_be_bound(
    reports: list[tuple[str, bytes]], office: Office, tmp_path: Path, render: Callable[[bytes], Path]
) -> None:
    """Edited by hand elsewhere, it keeps its headings' numbers, its charts and its look."""
    (tmp_path / "edited.docx").write_bytes(reports[0][1])
    require("fonts")
    from tests.outside import run  # noqa: PLC0415

    profile = f"-env:UserInstallation={office.profile.as_uri()}"
    run(
        require("soffice"),
        profile,
        "--headless",
        "--convert-to",
        "docx",
        "--outdir",
        tmp_path / "out",
        tmp_path / "edited.docx",
    )
    edited = (tmp_path / "out/edited.docx").read_bytes()

    book = bound(reports[1], ("改过的", edited), headings=True)
    text = pdf_text(render(book.data or b""))

    assert book.findings == ()
    assert [entry.text[:2] for entry in book.entries if entry.level == 2].count("一、") == 2
    assert text.count("一、基本数据") >= 4


def test_no_relationship_leads_nowhere(reports: list[tuple[str, bytes]]) -> None:
    """Every id that the text names is one of the book's relationships, and its part is there."""
    book = bound(("甲", crowded("甲")), *reports[:3])
    there = set(names(book.data or b""))
    links = {one.get("Id"): one for one in part(book, "word/_rels/document.xml.rels")}
    used = {one.get(RELATION) for one in part(book).iter() if one.get(RELATION)}

    assert used <= set(links)
    assert {f"word/{one.get('Target')}" for one in links.values() if one.get("TargetMode") != "External"} <= there


def test_even_pages_of_one_report_are_not_blank_in_another() -> None:
    """Where one report tells odd from even pages all must: the others show on even pages what they show on odd ones."""
    book = bound(("甲处", crowded("甲处", even=True)), ("乙处", crowded("乙处")))
    first, _, third, _ = list(part(book).iter(f"{W}sectPr"))[2:]

    def target(section: etree._Element, page: str) -> str:
        return next(
            str(one.get(RELATION)) for one in section.iter(f"{W}headerReference") if one.get(f"{W}type") == page
        )

    assert part(book, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    assert target(first, "even") != target(first, "default")
    assert target(third, "even") == target(third, "default")


def test_other_prefixes_for_the_same_names_are_understood() -> None:
    """A program may write x:p where Word writes w:p; in the book there is one prefix for each namespace."""
    with ZipFile(BytesIO(plain("甲"))) as old, ZipFile(odd := BytesIO(), "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"xmlns:w=", b'xmlns:w="urn:other" xmlns:odd=')
                data = re.sub(rb"(?<=[</ ])w:", b"odd:", data)
            new.writestr(name, data)

    book = bound(("甲处", odd.getvalue()), ("乙处", plain("乙")))

    assert docx_text(book.data or b"")["document"].endswith("\n甲\n乙")


def test_a_theme_of_its_own_is_written_down() -> None:
    """Fonts and colours that come from a report's theme stay, though the book has that of the first report."""
    with ZipFile(BytesIO(plain("乙"))) as old, ZipFile(other := BytesIO(), "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'typeface="Cambria"', b'typeface="Georgia"'))

    book = bound(("甲处", plain("甲")), ("乙处", other.getvalue()))
    fonts = [one.find(f"{W}rPr/{W}rFonts") for one in part(book, "word/styles.xml").iter(f"{W}style")]

    assert "Georgia" in {one.get(f"{W}ascii") for one in fonts if one is not None}
