from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from batchreport.period import Period
from batchreport.schema import parse_schema
from batchreport.workbook.check import check
from batchreport.workbook.marking.marked import mark, unmark
from batchreport.workbook.read import read_workbook
from tests.markbooks import differing, findings, rich_workbook, strict, with_x14
from tests.outside import pdf_text, require, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from batchreport.submission import Submission
    from tests.outside import Office

ROOT = Path(__file__).parent.parent.parent
FAULTY = ROOT / "workbooks/2026-11/第三幼儿园.xlsx"
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes())
BOOKS = {"rich": rich_workbook(), "x14": with_x14(rich_workbook()), "strict": strict(rich_workbook())}


def submitted(data: bytes) -> Submission:
    """Return the checked submission of a workbook of November."""
    return check(read_workbook(data, SCHEMA, file="x.xlsx", period=Period.parse("2026-11")), SCHEMA)


def resaved(office: Office, data: bytes, folder: Path) -> bytes:
    """Return the workbook as LibreOffice saves it again."""
    source, target = folder / "book.xlsx", folder / "saved"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={office.profile.as_uri()}"
    kind = "xlsx:Calc MS Excel 2007 XML"
    run(require("soffice"), profile, "--headless", "--convert-to", kind, "--outdir", target, source)
    return (target / "book.xlsx").read_bytes()


def opened(data: bytes) -> Workbook:
    """Return the workbook as openpyxl reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(BytesIO(data))


def coloured(book: Workbook) -> list[str]:
    """Return the cells that have a colour of ours."""
    ours = {"FFFFC9CC", "FFFFEFA8"}
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    return [cell.coordinate for cell in cells if cell.fill.fgColor.rgb in ours]


def commented(book: Workbook) -> list[str]:
    """Return the texts of all comments."""
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    return [cell.comment.text for cell in cells if cell.comment]


@pytest.mark.parametrize("name", BOOKS)
def test_marking_adds_no_invalidity(name: str, tmp_path: Path, validate: Callable[[bytes | Path], list[str]]) -> None:
    """What the Open XML SDK finds wrong in the copy, it found in the workbook."""
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(BOOKS[name])
    after.write_bytes(mark(BOOKS[name], findings(), "zh", 1).data)

    assert set(validate(after)) <= set(validate(before))


def test_the_faulty_sample_marked_is_valid(tmp_path: Path, validate: Callable[[bytes | Path], list[str]]) -> None:
    """The sample that we hand out, and the list alone."""
    copy, alone = tmp_path / "copy.xlsx", tmp_path / "alone.xlsx"
    copy.write_bytes(mark(FAULTY.read_bytes(), submitted(FAULTY.read_bytes()).findings, "zh", 1).data)
    alone.write_bytes(mark(b"", findings(), "zh", 1).data)

    assert validate(copy) == []
    assert validate(alone) == []


def test_the_list_is_drawn_in_full(office: Office, tmp_path: Path) -> None:
    """Every problem and every remedy is on the pages that LibreOffice prints."""
    found = submitted(FAULTY.read_bytes()).findings
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(mark(FAULTY.read_bytes(), found, "zh", 1).data)

    text = "".join(pdf_text(office.pdfs([copy], tmp_path)[0]).split())

    assert "序号工作表单元格现在的内容问题怎么改程度" in text
    assert all("".join(finding.what("zh").split())[:12] in text for finding in found)


def test_libreoffice_keeps_what_the_filler_has(office: Office, tmp_path: Path) -> None:
    """The marks are gone after it has saved the marked copy, and the filler's own comment and fill are there."""
    saved = resaved(office, mark(BOOKS["rich"], findings(), "zh", 1).data, tmp_path)

    plain = opened(unmark(saved))

    assert coloured(opened(saved))
    assert coloured(plain) == []
    assert commented(plain) == ["请核实"]
    assert plain["数据"]["A2"].fill.fgColor.rgb == "FFFFFF00"
    assert plain.sheetnames == ["数据", "Other", "Bill's"]
    assert plain["Other"].print_title_rows == "$1:$1"


def test_a_workbook_that_libreoffice_made_comes_back_whole(office: Office, tmp_path: Path) -> None:
    """Marked and unmarked, every part of it says what it said."""
    data = resaved(office, FAULTY.read_bytes(), tmp_path)
    before = submitted(data)

    copy = mark(data, before.findings, "zh", before.revision)

    assert copy.reason == ""
    assert submitted(copy.data).tables == before.tables
    assert differing(unmark(mark(data, before.findings, "zh", before.revision - 1).data), data) == []


def test_a_copy_saved_by_libreoffice_reads_as_it_would_have_unmarked(office: Office, tmp_path: Path) -> None:
    """LibreOffice computes formulas anew, so both are saved by it."""
    data = FAULTY.read_bytes()
    copy = mark(data, submitted(data).findings, "zh", 1).data

    one, other = (submitted(resaved(office, book, tmp_path)) for book in (data, copy))

    assert (other.tables, other.findings, other.revision) == (one.tables, one.findings, one.revision + 1)
