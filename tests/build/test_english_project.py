"""The sample project in English, from its workbooks to reports, roll-up, messages and the next blank workbooks."""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from tests.build.books import ROOT
from tests.build.command import Ended, batchreport
from tests.docxfile import cells_without_paragraph, docx_text, parts, whole_text
from tests.pages import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.outside import Office

PROJECT = ROOT / "examples/english"
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
FULL, SHORT, EDGES = (
    "Riverside Primary School",
    "Hill Road Kindergarten",
    "Centre for Property, Catering & Transport Services",
)
FAULTY, ABSENT = "Technical College", "Northgate Library"
REPORTS = [FULL, SHORT, EDGES, "Roll-up"]
LOOKS = ("summary", "modern")
FACTS = {
    FULL: (
        "Work summary for November 2026",
        "is a school under Example City Education Bureau, comprising General Affairs Office, Canteen, Boiler House and Workshop.",
        "Classes 36, unchanged from October; Pupils 1,625, up 7 (0.4%) on October",  # 1625 − 1618 = 7; 7 / 1618 = 0.43 %
        "Meals served a day 1,388, up 42 (3.1%) on October.",  # 42 / 1346 = 3.12 %
        # 76,800 + 41,400 + 5,960 + 10,240 + 19,800 + 108,000 + 28,500 + 7,200
        "9 facility projects at a cost of 297,900 yuan, 4 honours, 3 problems and 5 tasks planned for the coming period.",
        "public funds 226,200 yuan",  # 76,800 + 41,400 + 108,000
        "Canteen satisfaction +2.3 points",  # 96.5 − 94.2
        "Repairs completed −4.8%",  # 7 of 145
        "Not reported: Gas used.",
        "Progress: completed (6), under way (2), not started (1).",
        "We report 4 honours: provincial (1), city (2), county (1). New this period: 2 honours.",
        "There are 3 problems to report: open (1), in progress (1), solved (1).",
        "The summary for October listed 2 problems; carried over: 2 (1 now solved, 1 still being dealt with).",
        "The summary for October planned 3 tasks; carried on: Re-lay the playground drain. The coming period has 5 tasks.",
        "repeated (3 years)",
    ),
    SHORT: ("the main figure was: Pupils 90, up 2 (2.3%) on October.", "All figures are neutral"),
    EDGES: (
        "Canteen result −3.5 thousand yuan, turned from 2.4 in October to −3.5",
        "Charging points opened 68, up 68, from none in October",
        "Satisfaction with services 98.4%, unchanged from October",
        '"Building 2" <East>',
        "signs such as < > & and “quotation marks”",
        "loss down 1.75 thousand yuan",  # −5.25 to −3.5
        "13.2 times",  # 1250 / 95
        "1.02 million yuan",
        "This point ends in a full stop (The effect too: 0 times).",
    ),
    "Roll-up": (
        "4 of the 5 departments due to report for November 2026 have done so, and 3 departments are included here.",
        f"Not submitted: {ABSENT}. Faulty and not included: {FAULTY}.",
        "Pupils 1,715, up 9 (0.5%) on October",  # 1625 + 90; 1618 + 88 = 1706
        "Support staff 42.5, up 0.5 (1.2%) on October",  # 42 + 0.5; 41 + 1
        "13 facility projects at a cost of 1.32 million yuan, 5 honours, 4 problems and 7 tasks",  # 297,900 + 1,020,000.01
        "Water used | t | 2 | 11,639 | 1,790 | −8.4%*",  # 1640 + 9999; −150 of 1790, one department only
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project, somewhere else."""
    folder = tmp_path_factory.mktemp("english") / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("out"))
    return folder


@pytest.fixture(scope="module")
def built(project: Path) -> Ended:
    """How building it in both looks ended; the official one is in out/."""
    batchreport(project, "build", "workbooks/", "--template", "templates/modern.docx", "--out", "out-modern")
    return batchreport(project, "build", "workbooks/")


@pytest.fixture(name="report", scope="module")
def report_(project: Path, built: Ended) -> Callable[[str, str], Path]:
    """Give the path of a document of November in a look."""
    assert built.code == 1
    folders = {"summary": project / "out/2026-11", "modern": project / "out-modern/2026-11"}
    return lambda name, look: folders[look] / f"{name}.docx"


def chinese_in(data: bytes, name: str = "") -> Iterator[str]:
    """Give each piece of Chinese text in a package, the packages in it too, with the part that it stands in."""
    with ZipFile(BytesIO(data)) as package:
        for part in package.namelist():
            content = package.read(part)
            if part.endswith((".xlsx", ".docx")):
                yield from chinese_in(content, f"{name}{part}/")
            elif part.endswith((".xml", ".rels")):
                yield from (f"{name}{part}: {found}" for found in CHINESE.findall(content.decode()))


@pytest.mark.parametrize("name", FACTS)
def test_a_document_says_what_the_workbooks_say(report: Callable[[str, str], Path], name: str) -> None:
    """Facts worked out by hand from the sources are in the text."""
    text = whole_text(report(name, "summary"))

    assert [fact for fact in FACTS[name] if fact not in text] == [], text


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_document_is_valid_and_clean(
    report: Callable[[str, str], Path], name: str, look: str, validate: Callable[[Path], list[str]]
) -> None:
    """Word opens it, and no tag, blank or doubled mark is left in its text."""
    path = report(name, look)
    text = whole_text(path)

    assert validate(path) == []
    assert cells_without_paragraph(path) == []
    assert not re.search(r"\b(?:None|nan|NaT)\b", text)
    for trace in ("{{", "{%", "Decimal", " ,", " ;", "..", ";.", ",.", "()", "1 items", "2 person "):
        assert trace not in text, trace


@pytest.mark.parametrize("name", [FULL, SHORT, EDGES])
def test_both_looks_say_the_same(report: Callable[[str, str], Path], name: str) -> None:
    """A look changes no word of the body."""
    official, modern = (docx_text(report(name, look))["document"] for look in LOOKS)

    assert official == modern


def test_nothing_that_is_made_has_chinese_in_it(project: Path, built: Ended) -> None:
    """No part of a report, a roll-up or a blank workbook, nor any message, has a Chinese character."""
    prepared = batchreport(project, "prepare", "--period", "2026-12", language="zh_CN.UTF-8")
    made = [
        path
        for folder in ("out", "out-modern")
        for path in (project / folder).rglob("*.*")
        if path.suffix in (".docx", ".xlsx")
    ]

    assert prepared.code == 0
    assert len(made) >= 2 * 13 + 5
    assert [f"{path.name} {found}" for path in made for found in chinese_in(path.read_bytes())] == []
    for ended in (built, prepared):
        assert not CHINESE.findall(ended.out + ended.err)


def test_a_blank_workbook_brings_what_was_reported(project: Path, built: Ended) -> None:
    """November's figures are December's last ones; what was not solved comes again, the name of each sheet is English."""
    assert built.code == 1
    batchreport(project, "prepare", "--period", "2026-12", "--department", "S01")
    book = load_workbook(project / f"out/2026-12/blank/{FULL}.xlsx")
    figures = {row[1]: row[6] for row in book["Statistics"].iter_rows(min_row=4, values_only=True) if row[1]}
    carried = [row[0] for row in book["Problems"].iter_rows(min_row=4, values_only=True) if row[0]]

    assert figures["Pupils"] == 1625
    assert carried == ["North playground drains badly", "Damp in the library"]
    assert not CHINESE.search(" ".join(book.sheetnames))


def test_the_faulty_workbook_is_answered_in_english(built: Ended) -> None:
    """Every mistake is named with its sheet and cell, and no other department has an error."""
    errors = [line for line in built.err.splitlines() if line.startswith("error")]

    assert len(errors) == 11
    assert all(f"2026-11/{FAULTY}.xlsx › " in line and "!" in line for line in errors)


def test_pages_are_few_and_numbering_closes_up(
    report: Callable[[str, str], Path], office: Office, tmp_path: Path
) -> None:
    """The short report has one page and two sections; no page ends in a heading, the long one has at most six pages."""
    for look in LOOKS:
        folder = tmp_path / look
        folder.mkdir()
        made = office.pdfs([report(name, look) for name in REPORTS], folder)
        drawn = {pdf.stem: pages(pdf) for pdf in made}
        lines = [line.text for line in drawn[SHORT][0].lines]

        assert len(drawn[SHORT]) == 1
        assert [line for line in lines if re.match(r"\d\.[A-Z]", line)] == ["1.Statistics", "2.Plans"]
        assert 3 <= len(drawn[FULL]) <= 6
        assert 2 <= len(drawn["Roll-up"]) <= 4
        for name in REPORTS:
            last = [page.lines[-2].text for page in drawn[name]]
            assert not [line for line in last if re.match(r"\d\.|Table\d", line)]
            assert drawn[name][-1].lines[-1].text == f"Page{len(drawn[name])}of{len(drawn[name])}"


@pytest.mark.parametrize("look", LOOKS)
def test_styles_have_the_names_of_word(report: Callable[[str, str], Path], look: str) -> None:
    """A designer finds Title, Heading 1, Body Text and Caption; the language is British English."""
    with ZipFile(report(FULL, look)) as package:
        styles = package.read("word/styles.xml").decode()
        core = package.read("docProps/core.xml").decode()

    for name in ("Title", "Subtitle", "Body Text", "heading 1", "caption", "Table Text", "Key Figure", "List Number"):
        assert f'<w:name w:val="{name}"/>' in styles, name
    assert 'w:lang w:val="en-GB"' in styles
    assert "<dc:language>en-GB</dc:language>" in core
    assert f"<dc:title>{FULL}: work summary for November 2026</dc:title>" in core
    assert len(parts(report(FULL, look))) >= 2


def test_init_lays_down_a_project_in_english(tmp_path: Path) -> None:
    """`init --language en` gives settings, roster, schema and templates with which `prepare` works at once."""
    laid = batchreport(tmp_path, "init", "new", "--language", "en")
    prepared = batchreport(tmp_path / "new", "prepare", "--period", "2026-12")

    names = {path.relative_to(tmp_path / "new").as_posix() for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert {"batchreport.toml", "departments.xlsx", "templates/summary.toml"} <= names
    assert {f"templates/{name}.docx" for name in ("summary", "modern", "rollup")} <= names
    assert prepared.code == 0, prepared.err
    assert "Example Primary School.xlsx" in prepared.out
    assert not CHINESE.findall(laid.out + laid.err + prepared.out + prepared.err)
