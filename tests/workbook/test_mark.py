from __future__ import annotations

import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchreport.findings import Finding, Severity, error
from batchreport.period import Period
from batchreport.schema import parse_schema
from batchreport.workbook.check import check
from batchreport.workbook.marking.marked import Marked, mark, unmark
from batchreport.workbook.read import read_workbook
from tests.markbooks import (
    at,
    changed,
    differing,
    findings,
    packed,
    parts,
    prefixed,
    rich_workbook,
    strict,
    transitional,
    with_x14,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.submission import Submission

ROOT = Path(__file__).parent.parent.parent
SAMPLES = sorted((ROOT / "workbooks").glob("*/*.xlsx"))
FAULTY = ROOT / "workbooks/2026-11/第三幼儿园.xlsx"
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes())
RED, YELLOW = "FFFFC9CC", "FFFFEFA8"
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as openpyxl writes it": bytes,
    "with a drop-down of 2010": with_x14,
    "strict": strict,
    "with prefixes": prefixed,
}


def submitted(data: bytes) -> Submission:
    """Return the checked submission of a workbook of November."""
    return check(read_workbook(data, SCHEMA, file="x.xlsx", period=Period.parse("2026-11")), SCHEMA)


def marked(data: bytes, found: list[Finding] | None = None, language: str = "zh") -> bytes:
    """Return the marked copy, which must be one."""
    copy = mark(data, findings() if found is None else found, language, 0)
    assert copy.reason == ""
    return copy.data


def opened(data: bytes) -> openpyxl.Workbook:
    """Return the workbook as openpyxl reads it, which knows neither the Strict form nor extensions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(BytesIO(transitional(data)))


RICH = rich_workbook()
VALUES = [[c.value for c in row] for row in opened(RICH)["数据"].iter_rows(max_row=8, max_col=8)]


@pytest.mark.parametrize("form", FORMS)
def test_a_faulty_cell_is_filled_and_keeps_its_format(form: str) -> None:
    """Red for an error, also beside a warning; yellow for a warning; nothing for a note."""
    data = FORMS[form](rich_workbook())

    sheet = opened(marked(data))["数据"]

    fills = {c: sheet[c].fill.fgColor.rgb for c in ("A2", "B3", "B4", "E4", "B20", "F2", "D2")}
    assert fills == dict.fromkeys(("A2", "B3", "E4", "B20", "F2"), RED) | {"B4": YELLOW, "D2": "00000000"}
    assert sheet["A2"].font.bold
    assert sheet["B4"].number_format == "0.0%"
    assert (sheet["A2"].value, sheet["B4"].value, sheet["D2"].value) == ("第2项", 4, "=B2*2")


@pytest.mark.parametrize("form", FORMS)
def test_a_faulty_cell_says_what_is_wrong(form: str) -> None:
    """What is there and how to mend it, several findings together, below a comment that is there."""
    sheet = opened(marked(FORMS[form](rich_workbook())))["数据"]

    assert sheet["A2"].comment.text == (
        "2. “名称”没有填\n怎么改：这一格必须填写。\n3. 写的是“a”，已理解为“b”\n怎么改：请核对"
    )
    assert sheet["B3"].comment.text.startswith("请核实\n4. “数量”里的“很多”不是数字")
    assert (sheet["B3"].comment.author, sheet["A2"].comment.author) == ("科长", "batchreport")


def test_the_first_sheet_lists_what_to_mend() -> None:
    """Number, sheet, cell with a link, what is there, what is wrong, how to mend it, how grave."""
    book = opened(marked(rich_workbook()))
    sheet = book.worksheets[0]

    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=7)]

    assert book.active is sheet
    assert rows[0] == ["序号", "工作表", "单元格", "现在的内容", "问题", "怎么改", "程度"]
    assert rows[1][:4] == [1, "—", "—", None] or rows[1][:4] == [1, "—", "—", ""]
    assert rows[2] == [2, "数据", "A2", "第2项", "“名称”没有填", "这一格必须填写。", "必须改"]
    assert rows[4][3] == "很多"
    assert sheet["C5"].hyperlink.location == "'数据'!A2"
    assert sheet["C14"].hyperlink.location == "'Bill''s'!B2"
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A4", "$3:$3")


def test_english_words_for_an_english_project() -> None:
    """The sheet's name, headings and texts follow the language."""
    sheet = opened(marked(rich_workbook(), language="en")).worksheets[0]

    assert (sheet.title, sheet["A1"].value, sheet["G3"].value) == ("Findings", "Findings", "Weight")


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_marked_stays_as_it_is(form: str) -> None:
    """Pictures, charts, tables, drop-downs, rules: their parts are the same bytes; names and views mean what they meant."""
    data = FORMS[form](rich_workbook())

    copy = marked(data)

    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(BytesIO(copy)) as new:
        same = {name for name in old.namelist() if old.read(name) == new.read(name)}
        sheet = new.read("xl/worksheets/sheet1.xml")
        assert {entry.date_time for entry in new.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {"xl/media/image1.png", "xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/tables/table1.xml"} <= same
    assert "xl/worksheets/sheet2.xml" not in same  # it was the active one, and a second sheet must not be selected
    assert (b"x14:dataValidation " in sheet) is (form == "with a drop-down of 2010")
    book = opened(copy)
    assert [view.activeTab for view in book.views] == [0]
    assert (book["Other"].print_title_rows, book["Other"].print_area) == ("$1:$1", "'Other'!$A$1:$B$2")
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == ["退回意见"]
    assert len(book["数据"].data_validations.dataValidation) == 1


@pytest.mark.parametrize("form", FORMS)
def test_unmarking_gives_back_every_part(form: str) -> None:
    """The same parts in the same order, saying the same."""
    data = FORMS[form](rich_workbook())

    back = unmark(marked(data))

    assert differing(back, data) == []
    assert list(parts(back)) == list(parts(data))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name} {p.stem}")
def test_a_sample_marked_reads_as_before(path: Path) -> None:
    """The same values and findings with the next revision; unmarked, the same parts."""
    data = path.read_bytes()
    before = submitted(data)

    copy = mark(data, before.findings, "zh", before.revision).data
    after = submitted(copy)

    assert (after.tables, after.findings) == (before.tables, before.findings)
    assert after.revision == (before.revision + 1 if before.stamp else 0)
    assert differing(unmark(mark(data, before.findings, "zh", before.revision - 1).data), data) == []


def test_marking_again_starts_from_the_unmarked_workbook() -> None:
    """A copy that comes back is as if it had never been marked: only the new findings are in it."""
    data = rich_workbook()
    few = [error("cell-required", at("A3"), title="名称", hint="")]

    assert differing(marked(marked(data), few), marked(data, few)) == []


def test_marking_is_the_same_each_time() -> None:
    """Same input, same bytes."""
    data = rich_workbook()

    assert marked(data) == marked(data)


def test_a_mended_copy_reads_as_if_it_had_never_been_marked() -> None:
    """A cell mended in the marked copy by openpyxl, which renumbers the formats."""
    before = submitted(FAULTY.read_bytes())
    copy = marked(FAULTY.read_bytes(), list(before.findings))
    book = opened(copy)
    book["新增设施"]["B6"] = "信息化"
    target = BytesIO()
    book.save(target)

    after = submitted(target.getvalue())
    plain = opened(unmark(target.getvalue()))

    assert {f.place.cell for f in before.findings if f.place.sheet == "新增设施"} - {
        f.place.cell for f in after.findings if f.place.sheet == "新增设施"
    } == {"B6"}
    assert plain.sheetnames == opened(FAULTY.read_bytes()).sheetnames
    assert not [c for sheet in plain for row in sheet.iter_rows() for c in row if c.comment]
    assert not {c.fill.fgColor.rgb for s in plain for row in s.iter_rows() for c in row} & {RED, YELLOW}


def test_rows_may_move_before_it_comes_back() -> None:
    """The fills and comments go wherever the cells are by now."""
    book = opened(marked(rich_workbook()))
    sheet = book["数据"]
    sheet.move_range("A2:E7", rows=3)
    target = BytesIO()
    book.save(target)

    plain = opened(unmark(target.getvalue()))["数据"]

    assert not {c.fill.fgColor.rgb for row in plain.iter_rows() for c in row} & {RED, YELLOW}
    assert plain["A5"].fill.fgColor.rgb == "00FFFF00"
    assert [c.comment.text for row in plain.iter_rows() for c in row if c.comment] == ["请核实"]


def test_the_filler_may_delete_the_list() -> None:
    """The hidden record alone suffices."""
    data = rich_workbook()
    book = opened(marked(data))
    del book["退回意见"]
    target = BytesIO()
    book.save(target)

    plain = opened(unmark(target.getvalue()))

    assert plain.sheetnames == ["数据", "Other", "Bill's"]
    assert plain["数据"]["A2"].fill.fgColor.rgb == "00FFFF00"


def test_without_the_record_fills_and_comments_still_go() -> None:
    """They are known by their colours and their author."""
    book = opened(marked(rich_workbook()))
    del book["_标记"]
    target = BytesIO()
    book.save(target)

    sheet = opened(unmark(target.getvalue()))["数据"]

    assert not {c.fill.fgColor.rgb for row in sheet.iter_rows() for c in row} & {RED, YELLOW}
    assert [c.coordinate for row in sheet.iter_rows() for c in row if c.comment] == ["B3"]


def test_what_the_filler_wrote_into_our_comment_stays() -> None:
    """Only our own words are cut out."""
    copy = marked(rich_workbook())
    part = next(
        name for name, content in _raw(copy).items() if "comments" in name and b"<author>batchreport" in content
    )
    answered = changed(copy, part, "这一格必须填写。".encode(), "我已改".encode())

    assert "我已改" in opened(unmark(answered))["数据"]["E4"].comment.text


def test_a_sheet_of_the_fillers_with_our_name_is_left_alone() -> None:
    """The list gets another name, and unmarking takes the right one."""
    book = opened(rich_workbook())
    book["Other"].title = "退回意见"
    target = BytesIO()
    book.save(target)
    data = target.getvalue()

    copy = marked(data)

    assert opened(copy).sheetnames[:3] == ["退回意见 (2)", "数据", "退回意见"]
    assert differing(unmark(copy), data) == []


def test_a_conversation_is_left_as_it_is() -> None:
    """Programs show the threaded comment, and what stands for it in the old part belongs to it."""
    part = next(name for name in _raw(RICH) if "comment" in name and name.endswith(".xml"))
    data = changed(RICH, part, "科长".encode(), b"tc={3F2504E0-4F89-41D3-9A0C-0305E82C3301}")

    sheet = opened(marked(data))["数据"]

    assert sheet["B3"].comment.text == "请核实"
    assert sheet["B3"].fill.fgColor.rgb == RED


def test_buttons_of_a_sheet_stay() -> None:
    """Their drawing may hold HTML that is no XML; boxes are put beside them, and taken out again to the byte."""
    part = next(name for name in _raw(RICH) if name.endswith(".vml"))
    button = (
        b'<v:shape id="_x0000_s1099" type="#_x0000_t201"><v:textbox><div>A<br>B</div></v:textbox>'
        b'<x:ClientData ObjectType="Button"><x:Row>19</x:Row><x:Column>1</x:Column></x:ClientData></v:shape></xml>'
    )
    data = changed(RICH, part, b"</xml>", button)

    copy = marked(data)

    assert b"<br>" in _raw(copy)[part]
    assert b"_x0000_s1100" in _raw(copy)[part]
    assert _raw(unmark(copy))[part] == _raw(data)[part]


def test_many_of_one_kind_are_one_line() -> None:
    """More than five in a column: one line with their number, and every cell marked."""
    many = [error("cell-required", at(f"C{row}"), title="单位", hint="") for row in range(2, 32)]

    book = opened(marked(rich_workbook(), many))

    assert book.worksheets[0]["C4"].value == "C2 等 30 格"
    assert book.worksheets[0].max_row == 4
    assert all(book["数据"][f"C{row}"].fill.fgColor.rgb == RED for row in range(2, 32))


def test_a_signed_workbook_gives_the_list_alone() -> None:
    """A change would break the signature."""
    signed = packed({**_raw(rich_workbook()), "_xmlsignatures/sig1.xml": b"<Signature/>"})

    _assert_list(mark(signed, findings(), "zh", 1), "数字签名")


def test_a_workbook_without_formats_gives_the_list_alone() -> None:
    """There is nothing to add a fill to."""
    bare = _raw(rich_workbook())
    del bare["xl/styles.xml"]

    _assert_list(mark(packed(bare), findings(), "zh", 1), "单元格格式")


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b"], ids=["empty", "a zip cut short", "old", "text"]
)
def test_what_is_no_workbook_gives_the_list_alone(data: bytes) -> None:
    """The reason is what reading says, and unmarking leaves it as it is."""
    _assert_list(mark(data, findings(), "zh", 1), "")
    assert unmark(data) == data


def _raw(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _assert_list(copy: Marked, reason: str) -> None:
    book = opened(copy.data)
    assert reason in copy.reason
    assert not copy.whole
    assert book.sheetnames == ["退回意见"]
    assert copy.reason in str(book.worksheets[0]["A2"].value)
    assert book.worksheets[0].max_row == 3 + len(findings())


@given(
    cells=st.dictionaries(
        st.tuples(st.integers(1, 30), st.integers(1, 12), st.sampled_from(["数据", "Other", "Bill's", "没有的表"])),
        st.tuples(st.sampled_from(list(Severity)), st.text(max_size=40)),
        max_size=12,
    ),
    form=st.sampled_from(list(FORMS)),
)
def test_any_findings_can_be_marked_and_unmarked(
    cells: dict[tuple[int, int, str], tuple[Severity, str]], form: str
) -> None:
    """Whatever is said of whichever cells: the copy opens, its values are the same, and unmarked it is what it was."""
    data = FORMS[form](RICH)
    found = [
        Finding("cell-not-a-number", grave, at(f"{chr(64 + column)}{row}", sheet), {"found": text, "title": text})
        for (row, column, sheet), (grave, text) in cells.items()
    ]

    copy = marked(data, found)

    assert [[c.value for c in row] for row in opened(copy)["数据"].iter_rows(max_row=8, max_col=8)] == VALUES
    assert differing(unmark(copy), data) == []


@given(data=st.data())
def test_no_broken_part_raises(data: st.DataObject) -> None:
    """Bytes of a part changed: a marked copy or a list comes out, and unmarking gives bytes."""
    content = _raw(data.draw(st.sampled_from([RICH, marked(RICH)])))
    name = data.draw(st.sampled_from([name for name in content if name.endswith((".xml", ".rels", ".vml"))]))
    part = bytearray(content[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(part) - 1))
        part[place : place + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from([b"", b"9", b"-1", b"x", b" "]))

    broken = packed(content | {name: bytes(part)})

    assert mark(broken, findings(), "zh", 1).data
    assert unmark(broken)
