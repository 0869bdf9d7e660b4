"""The main job on real input: the sample workbooks of the repository, built and read again."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build.books import ROOT
from tests.build.command import Ended, batchreport
from tests.docxfile import cells_without_paragraph, loose_ends, whole_text
from tests.outside import Office, pdf_text

FACTS: dict[str, list[str]] = {
    name: table["facts"]
    for name, table in tomllib.loads((ROOT / "tests/samples_facts.toml").read_text("utf-8")).items()
}
FAULTY = "第三幼儿园"
GOOD = sorted(path.stem for path in (ROOT / "workbooks/2026-11").glob("*.xlsx") if path.stem != FAULTY)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """The reports of the sample project, and how the command ended."""
    out = tmp_path_factory.mktemp("out")
    return out, batchreport(ROOT, "build", "workbooks/", "--out", str(out))


def test_every_good_department_has_a_report(built: tuple[Path, Ended]) -> None:
    """One department is faulty on purpose; the others have reports, those of October too, and each period its roll-up."""
    out, ended = built

    assert ended.code == 1
    assert sorted(path.stem for path in (out / "2026-11").iterdir()) == sorted([*GOOD, "汇总", "汇总", "index"])
    assert len(GOOD) >= 6
    assert len(list((out / "2026-10").iterdir())) == len(list((ROOT / "workbooks/2026-10").iterdir())) + 3


def test_the_faulty_workbook_is_answered_cell_by_cell(built: tuple[Path, Ended]) -> None:
    """At least a dozen mistakes are named with sheet and cell; no other department has an error."""
    errors = [line for line in built[1].err.splitlines() if line.startswith("错误")]

    assert len(errors) >= 12
    assert all(f"2026-11/{FAULTY}.xlsx › " in line and "!" in line for line in errors)


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_of_the_real_departments_is_in_the_report(built: tuple[Path, Ended], name: str) -> None:
    """Each figure, name and keyword that the two real departments state is found in the report's text."""
    text = whole_text(built[0] / f"2026-11/{name}.docx").replace("\n", "")

    assert len(FACTS[name]) > 50
    assert [fact for fact in FACTS[name] if fact not in text] == []


@pytest.mark.parametrize("name", GOOD)
def test_reports_are_valid(built: tuple[Path, Ended], name: str, validate: Callable[[Path], list[str]]) -> None:
    """Word will open them: the Open XML SDK finds nothing, and every table cell ends in a paragraph."""
    report = built[0] / f"2026-11/{name}.docx"

    assert validate(report) == []
    assert cells_without_paragraph(report) == []


def test_no_part_dangles_and_no_number_comes_twice(built: tuple[Path, Ended]) -> None:
    """That holds in every report and roll-up of every period."""
    documents = sorted(built[0].rglob("*.docx"))

    assert len(documents) > 20
    assert {path.name: ends for path in documents if (ends := loose_ends(path))} == {}
    assert {path.name: cells for path in documents if (cells := cells_without_paragraph(path))} == {}


@pytest.mark.parametrize("name", GOOD)
def test_reports_print_nothing_of_ours(built: tuple[Path, Ended], name: str) -> None:
    """No tag, no None, no nan, no doubled mark is left in a report."""
    text = whole_text(built[0] / f"2026-11/{name}.docx")

    for trace in ("{{", "{%", "}}", "None", "nan", "NaT", "Decimal", "。。", "；。", "，。", "、。", "（）", "“”"):
        assert trace not in text, trace


def test_libreoffice_opens_every_report_with_its_text(
    built: tuple[Path, Ended], office: Office, tmp_path: Path
) -> None:
    """Each report becomes a PDF whose title, first heading and last date are there; the real departments keep every fact."""
    reports = [built[0] / f"2026-11/{name}.docx" for name in GOOD]
    for name, pdf in zip(GOOD, office.pdfs(reports, tmp_path), strict=True):
        text = "".join(pdf_text(pdf).split())
        assert f"{name}2026年11月工作总结" in text
        assert "一、" in text
        assert re.search(r"2026年1\d月\d+日", text[-200:])
        assert [fact for fact in FACTS.get(name, ()) if "".join(fact.split()) not in text] == []


def test_numbering_closes_up_where_a_section_is_empty(
    built: tuple[Path, Ended], office: Office, tmp_path: Path
) -> None:
    """The shortest department has two sections, numbered one and two."""
    [pdf] = office.pdfs([built[0] / "2026-11/城南幼儿园.docx"], tmp_path)
    text = "".join(pdf_text(pdf).split())

    assert "一、基本数据" in text
    assert "二、下一步计划" in text
