"""Stamps that were altered, copied or lost: whose workbook it is, is never a guess in silence."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from batchreport.period import Period
from batchreport.schema import parse_schema
from batchreport.workbook import stamp as stamps
from batchreport.workbook.blank import Prefill, blank_workbook, save
from batchreport.workbook.read import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from batchreport.submission import Submission

SCHEMA = parse_schema((Path(__file__).parents[2] / "templates/summary.toml").read_bytes())
NOVEMBER = Period(2026, 11, "M")


@cache
def sent(department: str) -> bytes:
    """Return a department's blank workbook."""
    return blank_workbook(SCHEMA, Prefill(department, "示例中心小学", NOVEMBER, 1))


def blank(department: str = "D007") -> Workbook:
    """Return a department's blank workbook, opened."""
    return load_workbook(BytesIO(sent(department)))


def text(book: Workbook) -> str:
    """Return a workbook's stamp."""
    return str(book[stamps.SHEET]["A1"].value)


def in_sheet(book: Workbook, stamp: str) -> None:
    """Put a stamp into the hidden sheet."""
    book[stamps.SHEET]["A1"] = stamp


def in_property(book: Workbook, stamp: str) -> None:
    """Put a stamp into the document's property."""
    properties: Any = book
    properties.custom_doc_props[stamps.PROPERTY].value = stamp


def in_name(book: Workbook, stamp: str) -> None:
    """Put a stamp into the defined name."""
    book.defined_names[stamps.NAME].attr_text = f'"{stamp}"'


PLACES: list[Callable[[Workbook, str], None]] = [in_sheet, in_property, in_name]


def read(book: Workbook) -> Submission:
    """Return a workbook as read."""
    return read_workbook(save(book), SCHEMA)


def about_stamps(submission: Submission) -> list[str]:
    """Return what is said of stamps, in English."""
    return [finding.line("en") for finding in submission.findings if "stamp" in finding.code]


def test_an_untouched_stamp_is_no_matter() -> None:
    """Nothing is said of it."""
    assert about_stamps(read(blank())) == []


@pytest.mark.parametrize("put", PLACES)
def test_a_stamp_altered_in_one_place_is_said_and_the_others_count(put: Callable[[Workbook, str], None]) -> None:
    """Its check sum tells; the department is still that to which it was sent."""
    book = blank()
    put(book, text(book).replace("D007", "D008"))
    submission = read(book)

    assert submission.department == "D007"
    assert len(about_stamps(submission)) == 1
    assert "altered" in about_stamps(submission)[0]


def test_a_stamp_altered_everywhere_does_not_count() -> None:
    """What stands in the form does."""
    book = blank()
    altered = text(book).replace("|2026-11|", "|2026-12|")
    for put in PLACES:
        put(book, altered)
    submission = read(book)

    assert submission.stamp is None
    assert (submission.department, str(submission.period)) == ("D007", "2026-11")
    assert "altered" in about_stamps(submission)[0]


@pytest.mark.parametrize("put", PLACES)
def test_the_stamp_of_another_workbook_in_one_place_is_said_with_both_names(
    put: Callable[[Workbook, str], None],
) -> None:
    """So it is where somebody copies all sheets of another department's workbook into the own."""
    book = blank()
    put(book, text(blank("D008")))
    said = about_stamps(read(book))

    assert len(said) == 1
    assert "D007 2026-11" in said[0]
    assert "D008 2026-11" in said[0]


@pytest.mark.parametrize("put", PLACES)
def test_a_stamp_that_is_gone_from_one_place_is_no_matter(put: Callable[[Workbook, str], None]) -> None:
    """That is why there are three."""
    book = blank()
    put(book, "")
    submission = read(book)

    assert submission.department == "D007"
    assert about_stamps(submission) == []
