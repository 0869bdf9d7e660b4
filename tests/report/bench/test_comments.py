"""Word comments: added to a document beside those that are there, and taken out of it again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from lxml import etree

from batchreport.report.bench.comments import Remark, commented, uncommented
from batchreport.report.parts import unpack
from batchreport.report.tags.scan import W
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from tests.outside import pdf_text
from tests.report.sameness import as_word_saves
from tests.report.templates import shown, template

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.outside import Office

ROOT = Path(__file__).parents[3]
STARTER = (ROOT / "templates/summary.docx").read_bytes()
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes())


def comments(data: bytes) -> list[tuple[str, str, str]]:
    """Return author, text and the commented text of each comment, as python-docx and the body's marks tell them."""
    root = etree.fromstring(unpack(data).data["word/document.xml"])
    return [(one.author, one.text, _between(root, one.comment_id)) for one in docx.Document(BytesIO(data)).comments]


def _between(root: etree._Element, number: int) -> str:
    inside, texts = False, []
    for element in root.iter():
        if element.get(f"{W}id") == str(number) and str(element.tag).startswith(f"{W}commentRange"):
            inside = element.tag.endswith("Start")
        elif inside and element.tag == f"{W}t":
            texts.append(element.text or "")
    return "".join(texts)


def test_a_comment_stands_on_its_characters() -> None:
    """Also where they begin in one run and end in another, and several in one paragraph."""
    data = template("甲乙¦丙丁¦戊\n己")

    made = commented(data, [Remark("一\n二", start=1, end=3), Remark("三", start=3, end=5), Remark("四", paragraph=1)])

    assert comments(made) == [
        ("batchreport", "一\n二", "乙丙"),
        ("batchreport", "三", "丁戊"),
        ("batchreport", "四", "己"),
    ]
    assert shown(made).splitlines()[:2] == ["甲乙丙丁戊", "己"]


def test_what_others_said_is_kept_and_what_we_said_before_is_not() -> None:
    """A document marked again has the new comments only, and those of people."""
    document = docx.Document(BytesIO(STARTER))
    document.add_comment(document.paragraphs[0].runs[0], text="请领导看", author="王芳")
    saved = BytesIO()
    document.save(saved)

    once = commented(saved.getvalue(), [Remark("旧", paragraph=2), Remark("旧", paragraph=3)])
    twice = commented(once, [Remark("新", paragraph=1)])

    assert [one[:2] for one in comments(twice)] == [("王芳", "请领导看"), ("batchreport", "新")]
    assert [one[:2] for one in comments(commented(twice, []))] == [("王芳", "请领导看")]


def test_a_place_where_word_takes_no_comment_is_told_nearby() -> None:
    """Header: the first paragraph. Note: where it is called. Text box: the paragraph that holds it."""
    data = template("甲\n‹box:乙›\nheader: 丙")

    made = commented(data, [Remark("头", part="word/header1.xml"), Remark("框", paragraph=2)])

    assert comments(made)[0][1:] == ("头", "甲")
    assert b"comment" not in unpack(made).data["word/header1.xml"]
    assert (
        b"commentRangeStart"
        not in unpack(made).data["word/document.xml"].partition(b"txbxContent")[2].partition(b"/w:txbxContent")[0]
    )


def test_all_else_stays_and_the_same_bytes_come_out() -> None:
    """Every other part is as it was; taken out again, the text has no trace of the comments."""
    made = commented(STARTER, [Remark("甲", paragraph=4)])
    before, after = unpack(STARTER).data, unpack(made).data

    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    assert commented(STARTER, [Remark("甲", paragraph=4)]) == made
    assert b"w:comment" not in uncommented(unpack(made)).data["word/document.xml"]


def test_a_marked_copy_is_a_template_like_any_other() -> None:
    """Whoever mends the marked copy can use it: our comments, which quote tags, are in no report and are no mistakes."""
    made = commented(STARTER, [Remark("“{{ 单位名秤 }}”不是名称", paragraph=0, end=3)])

    assert Template.parse(made, SCHEMA).warnings == Template.parse(STARTER, SCHEMA).warnings


def test_word_and_libreoffice_take_it(
    validate: Callable[[bytes | Path], list[str]], office: Office, tmp_path: Path
) -> None:
    """The marked document is valid, and LibreOffice saves it with its comments and its text."""
    split = as_word_saves(STARTER)
    made = commented(split, [Remark("甲 <&> 乙\n丙", paragraph=0, start=2, end=7), Remark("丁", paragraph=12)])
    path = tmp_path / "marked.docx"
    path.write_bytes(made)
    out = tmp_path / "out"
    out.mkdir()

    assert validate(made) == validate(split)
    saved = office.saved([path], out)[0].read_bytes()
    assert [one.text for one in docx.Document(BytesIO(saved)).comments] == ["甲 <&> 乙\n丙", "丁"]
    assert "单位名称" in pdf_text(office.pdfs([path], out)[0])
