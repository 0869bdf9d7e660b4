from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.docxfile import cells_without_paragraph, docx_text, whole_text
from tests.outside import pdf_fonts, pdf_pages, pdf_text, require, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from docx.document import Document

STAND_INS = {
    "仿宋_GB2312": "FandolFang-Regular",
    "楷体_GB2312": "FandolKai-Regular",
    "黑体": "FandolHei-Regular",
    "宋体": "FandolSong-Regular",
    "Times New Roman": "LiberationSerif",
}


def saved(document: Document) -> bytes:
    """Return `document` as a file's bytes."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.fixture
def document() -> Document:
    """A document with a line in each of the official fonts, a table, a header and a footer."""
    document = docx.Document()
    for font in [*STAND_INS, "方正小标宋简体"]:
        run = document.add_paragraph().add_run(f"二〇二六年工作总结 {font} 2026")
        run.font.name = "Times New Roman"
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    cells = document.add_table(2, 2)._cells
    for cell, text in zip(cells, ["名称", "数量", "垃圾桶", "30"], strict=True):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚\t第1页"
    return document


def test_the_official_fonts_have_stand_ins(document: Document, render: Callable[[bytes], Path]) -> None:
    """Each official font is drawn by its stand-in, none by whatever LibreOffice falls back to."""
    pdf = render(saved(document))

    fonts = pdf_fonts(pdf)

    assert set(STAND_INS.values()) <= fonts
    assert any(font.startswith("NotoSerifCJK") and "-Bold" in font for font in fonts)


def test_a_rendered_page_can_be_read_and_looked_at(document: Document, render: Callable[[bytes], Path]) -> None:
    """The PDF gives its text and a picture of each page."""
    pdf = render(saved(document))

    assert "二〇二六年工作总结" in pdf_text(pdf)
    assert [page.suffix for page in pdf_pages(pdf)] == [".png"]


def test_the_validator_knows_good_from_bad(document: Document, validate: Callable[[bytes], list[str]]) -> None:
    """A sound document has no error, an element in the wrong place is one."""
    assert validate(saved(document)) == []

    document.paragraphs[0]._p.append(OxmlElement("w:tbl"))

    assert len(validate(saved(document))) == 1


def test_a_cell_without_paragraph_is_told(document: Document) -> None:
    """Word refuses a cell that does not end in a paragraph, and the SDK says nothing of it."""
    assert cells_without_paragraph(saved(document)) == []

    cell = document.tables[0].cell(0, 0)
    cell._tc.remove(cell.paragraphs[0]._p)

    assert len(cells_without_paragraph(saved(document))) == 1


def test_text_is_read_part_by_part(document: Document) -> None:
    """Body, header and footer each give their text, a table's row as one line."""
    texts = docx_text(saved(document))

    assert texts["document"].endswith("名称 | 数量\n垃圾桶 | 30")
    assert texts["header1"] == "页眉"
    assert texts["footer1"] == "页脚\t第1页"
    assert whole_text(saved(document)) == "\n".join([texts["document"], "页脚\t第1页", "页眉"])


def test_a_missing_tool_fails_in_ci_and_is_skipped_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI nothing is skipped for want of a tool."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="make system"):
        require("no-such-tool")

    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="make system"):
        require("no-such-tool")


def test_a_program_that_hangs_is_ended() -> None:
    """A program past its time is ended together with its children, which hold its output open."""
    with pytest.raises(pytest.fail.Exception, match="did not end within"):
        run("sh", "-c", "sleep 60 & sleep 60", seconds=0.2)
