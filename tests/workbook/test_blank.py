from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from batchreport.period import Period
from batchreport.schema import Schema, parse_schema
from batchreport.submission import Stamp
from batchreport.workbook import stamp as stamps
from batchreport.workbook.blank import LISTS, Prefill, blank_workbook
from batchreport.workbook.check import check
from batchreport.workbook.read import read_workbook
from tests.outside import require, run

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

ROOT = Path(__file__).parent.parent.parent
STARTER = (ROOT / "templates" / "summary.toml").read_text("utf-8")
NOVEMBER = Period(2026, 11, "M")
PREFILL = Prefill(
    "D007",
    "示例中心小学",
    NOVEMBER,
    3,
    {"statistics": [{"name": "在校学生", "measure": "时点", "prev": 608}, {"name": "=1+1", "measure": "时期"}]},
)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The starter schema."""
    return parse_schema(STARTER.encode())


@pytest.fixture(scope="module")
def blank(schema: Schema) -> bytes:
    """The blank workbook of a department."""
    return blank_workbook(schema, PREFILL)


@pytest.fixture(scope="module")
def book(blank: bytes) -> Workbook:
    """The same, opened."""
    return load_workbook(BytesIO(blank))


def rule(book: Workbook, sheet: str, cell: str) -> DataValidation:
    """Return what Excel checks in a cell."""
    rules: list[DataValidation] = book[sheet].data_validations.dataValidation
    return next(rule for rule in rules if cell in rule.sqref)


def test_every_section_is_a_sheet_and_every_column_a_header(schema: Schema, book: Workbook) -> None:
    """In the schema's order, with a star where something must be filled in; before them the sheet that says what to do."""
    titles = [section.title for section in schema.sections]
    assert book.sheetnames[: len(titles) + 1] == ["填写说明", *titles]
    for section in schema.sections:
        sheet = book[section.title]
        along = sheet["A"][2:] if section.kind == "form" else sheet[3]
        texts = [str(cell.value) for cell in along if cell.value]
        assert [text.removesuffix(" *") for text in texts] == [column.title for column in section.columns]
        starred = [c for c, text in zip(section.columns, texts, strict=True) if text.endswith(" *")]
        assert starred == [column for column in section.columns if column.required and not column.default_from]


def test_excel_checks_what_is_typed(book: Workbook) -> None:
    """Choices come from the hidden sheet, numbers, dates and lengths have limits, and the messages say what to do."""
    choice, number, missing = rule(book, "荣誉", "C4"), rule(book, "新增设施", "D900"), rule(book, "统计数据", "C4")
    day, times, text = rule(book, "新增设施", "L4"), rule(book, "荣誉", "F4"), rule(book, "问题", "A4")

    assert (choice.type, choice.formula1, choice.errorStyle) == ("list", "list_honours_level", "stop")
    assert book.defined_names["list_honours_level"].attr_text == f"'{LISTS}'!$K$1:$K$7"
    assert [cell.value for cell in book[LISTS]["K"] if cell.value][:2] == ["国家级", "省级"]
    assert (number.type, number.operator, number.formula1) == ("decimal", "between", "0")
    assert (missing.type, missing.formula1) == ("custom", 'OR(ISNUMBER(C4),C4="缺报")')
    assert (day.type, times.type, times.formula1) == ("date", "whole", "1")
    assert (text.type, text.formula1) == ("textLength", "100")
    assert rule(book, "统计数据", "E4").errorStyle == "warning"  # units are open to others
    assert all(one.error for one in (number, missing, day, times, text, choice))


def test_long_lists_of_choices_fit(book: Workbook) -> None:
    """Excel allows 255 signs in a message; a list of its own has no limit."""
    rules = [rule for sheet in book.worksheets for rule in sheet.data_validations.dataValidation]

    assert all(len(rule.error or "") <= 255 and len(rule.prompt or "") <= 255 for rule in rules)
    assert all(len(rule.promptTitle or "") <= 32 for rule in rules)
    assert all(len(str(rule.formula1 or "")) <= 255 for rule in rules)


def test_input_is_unlocked_and_the_rest_protected(book: Workbook) -> None:
    """What was prefilled is locked too; people can go on below the last row that is drawn."""
    sheet = book["统计数据"]

    assert sheet.protection.sheet
    assert not sheet.protection.insertRows  # allowed
    assert sheet["A3"].protection.locked
    assert sheet["B4"].protection.locked
    assert not sheet["B6"].protection.locked
    assert not sheet["C4"].protection.locked
    assert not sheet.column_dimensions["C"].protection.locked
    assert sheet["B4"].fill.fgColor.rgb != sheet["B6"].fill.fgColor.rgb


def test_headers_stay_in_sight_and_pages_fit(book: Workbook) -> None:
    """On the screen and in print."""
    sheet = book["新增设施"]

    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


def test_prefilled_text_is_never_a_formula(book: Workbook) -> None:
    """Data is data, whatever it begins with."""
    assert book["统计数据"]["B5"].value == "=1+1"
    assert book["统计数据"]["B5"].data_type == "s"


def test_the_stamp_stands_in_three_places(blank: bytes, book: Workbook, schema: Schema) -> None:
    """Each of them alone is enough."""
    stamp = Stamp("summary", 1, "D007", "2026-11", 3, schema.form)
    properties: Any = book
    places = [
        properties.custom_doc_props[stamps.PROPERTY].value,
        str(book.defined_names[stamps.NAME].attr_text).strip('"'),
        book[stamps.SHEET]["A1"].value,
    ]

    assert [stamps.read(text) for text in places] == [stamp] * 3
    assert book[stamps.SHEET].sheet_state == "veryHidden"
    assert book.defined_names[stamps.NAME].hidden
    for kept in range(3):
        assert read_workbook(with_one_stamp(blank, kept), schema).stamp == stamp


def with_one_stamp(blank: bytes, kept: int) -> bytes:
    """Return the workbook with the stamp in one place only."""
    book: Any = load_workbook(BytesIO(blank))
    if kept != 0:
        del book.custom_doc_props[stamps.PROPERTY]
    if kept != 1:
        del book.defined_names[stamps.NAME]
    if kept != 2:
        del book[stamps.SHEET]
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "text", ["", "v1", "v1|a|1|b|2026-11|1|00000000", "v1|a|x|b|2026-11|1|", "v1|a|²|b|c|1|0", "|" * 9]
)
def test_a_stamp_that_was_changed_is_none(text: str) -> None:
    """A check sum guards it against slips of the hand."""
    assert stamps.read(text) is None


def test_a_stamp_bears_any_name() -> None:
    """Save the bar, which parts its fields."""
    stamp = Stamp("summary", 2, '部"门 1/2', "2026-Q4", 12, "0a1b2c3d")

    assert stamps.read(stamps.write(stamp)) == stamp


def test_a_stamp_of_before_has_no_form() -> None:
    """Workbooks with such stamps are out there."""
    assert stamps.read("v1|summary|1|D007|2026-11|1|6b43ec9d") == Stamp("summary", 1, "D007", "2026-11", 1)


def test_the_same_input_gives_the_same_bytes(schema: Schema, blank: bytes) -> None:
    """No clock, no machine."""
    assert blank_workbook(schema, PREFILL) == blank


def test_a_sheet_and_a_column_added_in_the_schema_alone_are_there_and_checked() -> None:
    """Nothing of the starter is written into the program."""
    more = STARTER.replace(
        '  { key = "done_on", title = "完成日期"',
        '  { key = "supplier", title = "供货单位", type = "string", required = true },\n  { key = "done_on", title = "完成日期"',
    )
    more += """
[[sections]]
key = "visits"
title = "来访"
columns = [
  { key = "who", title = "来访单位", required = true },
  { key = "count", title = "人数", type = "integer", minimum = 1 },
]
"""
    schema = parse_schema(more.encode())
    book = load_workbook(BytesIO(blank_workbook(schema, PREFILL)))
    for column, value in zip("ABCK", ("电脑", "信息化", "购置", "实施中"), strict=True):
        book["新增设施"][f"{column}4"] = value
    book["来访"]["B4"] = 0
    target = BytesIO()
    book.save(target)
    submission = check(read_workbook(target.getvalue(), schema), schema)
    said = [(f.code, f.place.sheet, f.place.cell) for f in submission.findings]

    assert book["来访"]["A3"].value == "来访单位 *"
    assert book["新增设施"]["L3"].value == "供货单位 *"
    assert ("cell-required", "新增设施", "L4") in said
    assert ("cell-required", "来访", "A4") in said
    assert ("cell-below", "来访", "B4") in said


def test_an_english_schema_gives_an_english_workbook() -> None:
    """Titles, hints and messages."""
    english = parse_schema(STARTER.replace('language = "zh"', 'language = "en"').encode())
    book = load_workbook(BytesIO(blank_workbook(english, PREFILL)))

    assert book.sheetnames[:3] == ["Instructions", "Profile", "Statistics"]
    assert book["Statistics"]["C3"].value == "This period *"
    assert rule(book, "Problems", "J4").formula1 == '"yes,no"'
    assert str(book["Statistics"]["A2"].value).startswith("Columns marked *")


def test_a_blank_workbook_asks_only_for_what_the_department_knows(schema: Schema, blank: bytes) -> None:
    """Sent back as it is, it has no finding but those about blanks."""
    codes = {finding.code for finding in check(read_workbook(blank, schema), schema).findings}

    assert codes <= {"cell-required", "cell-expected", "cell-expected-date", "sheet-unfilled"}


@pytest.mark.outside
def test_libreoffice_keeps_what_is_needed(schema: Schema, blank: bytes, tmp_path: Path) -> None:
    """Opened and saved there, the workbook is still recognised, protected and checked on typing."""
    path = tmp_path / "blank.xlsx"
    path.write_bytes(blank)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run(
        require("soffice"),
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        tmp_path / "out",
        path,
    )
    saved = (tmp_path / "out" / "blank.xlsx").read_bytes()
    submission = read_workbook(saved, schema)
    book = load_workbook(BytesIO(saved))

    assert submission.stamp == Stamp("summary", 1, "D007", "2026-11", 3, schema.form)
    assert submission.tables["statistics"].records[0].values["name"] == "在校学生"
    assert [f.code for f in submission.findings] == [f.code for f in read_workbook(blank, schema).findings]
    assert (rule(book, "荣誉", "C4").type, rule(book, "计划", "G4").type) == ("list", "list")
    assert book["荣誉"].protection.sheet
    assert book["统计数据"].conditional_formatting
    assert book.sheetnames[0] == "填写说明"
    assert not book["荣誉"].column_dimensions["A"].protection.locked


def test_a_blank_workbook_needs_no_room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's temporary folder may be full; openpyxl would put each sheet there."""
    monkeypatch.delattr("openpyxl.worksheet._writer.create_temporary_file")

    assert load_workbook(BytesIO(blank_workbook(parse_schema(STARTER.encode()), PREFILL))).sheetnames
