from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from batchreport.period import Period
from batchreport.schema import parse_schema
from batchreport.workbook.blank import Prefill, blank_workbook
from batchreport.workbook.check import check
from batchreport.workbook.look import lines, signs_of
from batchreport.workbook.read import read_workbook
from batchreport.workbook.unfilled import MUST, SHOULD

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parent.parent.parent
STARTER = (ROOT / "templates" / "summary.toml").read_text("utf-8")
ZH = parse_schema(STARTER.encode())
EN = parse_schema(STARTER.replace('language = "zh"', 'language = "en"').encode())
PREFILL = Prefill(
    "D007",
    "甲 & 乙小学",
    Period(2026, 12, "M"),
    rows={
        "statistics": [{"name": "在校学生", "measure": "时点", "prev": Decimal(608), "unit": "人"}],
        "problems": [{"issue": "北操场排水不畅，雨后积水超过半天，" * 5, "carried": True}],
    },
    recalled={"plans": [{"item": "=1+1", "action": "比价采购", "owner": "总务处", "due": date(2026, 12, 15)}]},
    deadline=date(2027, 1, 5),
    contact="后勤处 张三",
)


@pytest.fixture(scope="module")
def book() -> Workbook:
    """The blank workbook of a department, opened."""
    return load_workbook(BytesIO(blank_workbook(ZH, PREFILL)))


def said(sheet: Worksheet) -> list[str]:
    """Return the texts of a sheet's first column."""
    return [str(cell.value) for cell in sheet["A"] if cell.value]


def rule(book: Workbook, sheet: str, cell: str) -> DataValidation:
    """Return what Excel checks in a cell."""
    rules: list[DataValidation] = book[sheet].data_validations.dataValidation
    return next(rule for rule in rules if cell in rule.sqref)


def marks(sheet: Any) -> dict[str, list[tuple[str, str]]]:
    """Return the formulas and colours of the conditional formats of each range."""
    return {
        str(cells.sqref): [(each.formula[0], each.dxf.fill.bgColor.rgb[2:]) for each in cells.rules]
        for cells in sheet.conditional_formatting
    }


def test_the_first_sheet_says_in_five_lines_what_to_do_and_by_when(book: Workbook) -> None:
    """It stands in front, with the department, the period, the day and whom to ask."""
    sheet = book.worksheets[0]
    texts = said(sheet)

    assert (sheet.title, book.active) == ("填写说明", sheet)
    assert texts[:2] == [
        "甲 & 乙小学 2026年12月工作总结",
        "1. 请填写甲 & 乙小学 2026年12月的情况，于2027年1月5日前填好发回。",
    ]
    assert [text[:2] for text in texts[1:6]] == ["1.", "2.", "3.", "4.", "5."]
    assert texts[5].endswith("有疑问请联系：后勤处 张三。")


def test_without_day_and_contact_it_asks_for_neither() -> None:
    """Nothing is left open in the text."""
    plain = replace(PREFILL, deadline=None, contact="")
    texts = said(load_workbook(BytesIO(blank_workbook(ZH, plain))).worksheets[0])

    assert texts[1] == "1. 请填写甲 & 乙小学 2026年12月的情况，填好后尽快发回。"
    assert "联系" not in texts[5]


def test_the_first_sheet_is_in_the_workbooks_language() -> None:
    """English for a schema that says so."""
    sheet = load_workbook(BytesIO(blank_workbook(EN, PREFILL))).worksheets[0]
    texts = said(sheet)

    assert sheet.title == "Instructions"
    assert texts[0] == "Work summary: 甲 & 乙小学, December 2026"
    assert "send it back by 5 January 2027" in texts[1]
    assert "What “Plans” said for November 2026: please report on it" in texts


def test_it_lists_every_sheet_as_a_link(book: Workbook) -> None:
    """A click goes there; what was brought along is said."""
    sheet = book.worksheets[0]
    links = {cell.value: cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink}
    row = next(cell.row for cell in sheet["A"] if cell.value == "统计数据")

    assert links == {section.title: f"'{section.title}'!A1" for section in ZH.sections}
    assert sheet.cell(row, 3).value == "必填，已带入2026年11月 1 行"


def test_it_names_the_columns_that_are_to_be_filled_in(book: Workbook) -> None:
    """Those that come with what was brought are left out; where nothing was, they are to be typed too."""
    first = load_workbook(BytesIO(blank_workbook(ZH, replace(PREFILL, rows={}))))
    brought, typed = (
        {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].hyperlink}
        for sheet in (book.worksheets[0], first.worksheets[0])
    )

    assert brought["统计数据"] == "类别、本期值、约数、单位、说明"
    assert typed["统计数据"] == "类别、指标、本期值、约数、单位、口径等 10 项"
    assert typed["基本信息"] == brought["基本信息"]
    assert "单位名称" not in str(typed["基本信息"])


def test_it_says_which_sheets_must_be_filled_in(book: Workbook) -> None:
    """Those that the schema requires, and a form that asks for something; the others only where there is something."""
    needs = {row[0].value: row[2].value for row in book.worksheets[0].iter_rows() if row[0].hyperlink}

    assert (needs["基本信息"], needs["荣誉"]) == ("必填", "必填")
    assert (needs["工作措施"], needs["照片"]) == ("没有可不填", "没有可不填")


def test_it_lists_last_periods_plans(book: Workbook) -> None:
    """As text, whatever it begins with."""
    sheet = book.worksheets[0]
    row = next(cell.row for cell in sheet["A"] if cell.value == "2026年11月“计划”里写的，请对照着填报")

    assert [cell.value for cell in sheet[row + 1]] == ["事项", "具体措施", "责任部门/人", "完成时限"]
    assert [cell.value for cell in sheet[row + 2]] == ["=1+1", "比价采购", "总务处", "2026-12-15"]
    assert sheet.cell(row + 2, 1).data_type == "s"


def test_the_first_sheet_is_no_submission() -> None:
    """The reader passes it over without a word, and takes nothing from it."""
    submission = check(read_workbook(blank_workbook(ZH, PREFILL), ZH), ZH)

    found = {(finding.code, finding.place.sheet) for finding in submission.findings}
    assert {sheet for code, sheet in found if code.startswith("cell-")} == {"基本信息", "统计数据", "问题"}
    assert {sheet for code, sheet in found if code == "sheet-unfilled"} == {"新增设施", "荣誉", "计划"}
    assert all(code.startswith(("cell-required", "cell-expected", "sheet-unfilled")) for code, _ in found)
    assert not submission.tables["plans"].records


def test_a_schema_with_one_narrow_sheet_has_its_instructions() -> None:
    """Nothing depends on the starter's sheets."""
    schema = parse_schema((ROOT / "tests/cases/schema/carry-good/schema.toml").read_bytes())
    sheet = load_workbook(BytesIO(blank_workbook(schema, replace(PREFILL, rows={}, recalled={})))).worksheets[0]

    assert said(sheet)[0] == "甲 & 乙小学 2026年12月调查"


def test_required_cells_of_a_row_that_was_begun_are_coloured(book: Workbook) -> None:
    """Pale red where they must, pale yellow where they should be filled in; a row that says 无 is not begun."""
    facilities = marks(book["新增设施"])
    begun = 'COUNTA($A4:$L4)>COUNTIF($A4:$L4,"无")'

    assert facilities["A4:A1003"] == [(f"AND(LEN(TRIM($A4))=0,{begun})", MUST)]
    assert facilities["F4:F1003"] == [(f"AND(LEN(TRIM($F4))=0,{begun},LEN(TRIM($D4))>0)", MUST)]
    assert facilities["K4:K1003"] == [(f"AND(LEN(TRIM($K4))=0,{begun})", SHOULD)]
    assert facilities["L4:L1003"] == [(f'AND(LEN(TRIM($L4))=0,{begun},OR($K4="已完成"))', SHOULD)]
    assert "B4:B1003" not in marks(book["荣誉"])  # what is left blank there has a default
    assert "A4:A1003" not in marks(book["照片"])  # a picture floats above its cell


def test_cells_that_other_cells_ask_for_are_coloured(book: Workbook) -> None:
    """By the schema's rules: a jump against last period, a state that is not one of these."""
    note = marks(book["统计数据"])["J4:J1003"][0][0]
    remedy = marks(book["问题"])["F4:F1003"][0][0]

    assert note.endswith("ISNUMBER($C4),ISNUMBER($G4),$G4<>0,ABS($C4-$G4)>ABS($G4)*0.3)")
    assert remedy.endswith('LEN(TRIM($I4))>0,$I4<>"已解决")')


def test_a_forms_required_cells_are_coloured_from_the_start(book: Workbook) -> None:
    """Each by itself."""
    form = marks(book["基本信息"])

    assert form["B6"] == [("LEN(TRIM($B$6))=0", MUST)]
    assert form["B10"] == [("LEN(TRIM($B$10))=0", SHOULD)]


def test_limits_of_the_schema_are_checked_while_typing(book: Workbook) -> None:
    """Numbers, years and days, in the period; the message says which, in the filler's language."""
    year, due, filled = rule(book, "荣誉", "E4"), rule(book, "计划", "F4"), rule(book, "基本信息", "B13")

    assert (year.type, year.formula1) == ("custom", 'OR(AND(ISNUMBER(E4),E4>=1990,E4<=2026),E4="不详")')
    assert year.error == "请填整数，不小于 1990，不大于 2026，没有数据就写“不详”。"
    assert str(due.formula1).startswith("OR(AND(ISNUMBER(F4),F4>=DATE(2026,12,31),F4<=DATE(2199,12,31)),F4=")
    assert (due.type, str(due.formula1).count('="长期"'), due.errorStyle) == ("custom", 1, "stop")
    assert due.error == "请填日期，写成 2026-12-31 的样子，不早于 2026-12-31，没有日期就写“长期”。"
    assert (filled.formula1, filled.formula2) == ("DATE(2026,12,1)", "DATE(2027,2,28)")
    assert filled.errorStyle == "warning"  # as the rule is one
    assert rule(book, "新增设施", "I4").error == "请只填数字，单位是元，不小于 0。"
    assert rule(book, "新增设施", "D4").error == "请只填数字，单位填在单位列，不小于 0。"


def test_references_are_chosen_from_the_other_sheet(book: Workbook) -> None:
    """From what is filled in there so far; something else is a warning only."""
    problem = rule(book, "计划", "G4")
    name = book.defined_names[str(problem.formula1)]

    assert (problem.type, problem.errorStyle) == ("list", "warning")
    assert name.attr_text == "OFFSET('问题'!$A$4,0,0,MAX(1,COUNTA('问题'!$A$4:$A$1003)),1)"
    assert problem.error == "请从下拉列表中选择，或写“问题”里已有的内容"


def test_hints_are_shown_beside_the_cell(book: Workbook) -> None:
    """Where the schema has one."""
    value = rule(book, "统计数据", "C4")

    assert (value.promptTitle, value.prompt) == ("本期值", "只填数字，0也要填；没有数据写“缺报”")
    assert value.showInputMessage


def test_every_sheet_prints_on_a4_with_name_period_and_page(book: Workbook) -> None:
    """An ampersand in a name is one on paper."""
    sheets: list[Any] = book.worksheets[: len(ZH.sections) + 1]
    for sheet in sheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, 1)
        assert sheet.oddHeader.left.text == "甲 && 乙小学"
        assert sheet.oddHeader.right.text == "2026年12月"
        assert "&P/&N" in sheet.oddFooter.center.text
        assert sheet.sheet_properties.tabColor
        assert sheet.protection.sheet


def test_the_column_that_names_the_record_stays_in_sight(book: Workbook) -> None:
    """The indicator, which is the second column."""
    assert book["统计数据"].freeze_panes == "C4"


def test_prefilled_rows_are_as_high_as_their_texts(book: Workbook) -> None:
    """No program that only reads the file sizes them; Chinese signs count as two."""
    assert book["问题"].row_dimensions[4].height > 60
    assert book["统计数据"].row_dimensions[4].height is None
    assert signs_of("水a") == 3
    assert lines("水" * 40, 42) == 2


def test_all_texts_keep_excels_limits() -> None:
    """A schema with long hints, many choices and many missing words gives a workbook that Excel opens."""
    many = ", ".join(f'"选项{"长" * 20}{n}"' for n in range(60))
    schema = parse_schema(
        STARTER.replace('hint = "单位全称"', f'hint = "{"长" * 400}"')
        .replace('values = ["财政", "自筹", "专项", "捐赠", "其他"]', f"values = [{many}]")
        .encode()
    )
    book = load_workbook(BytesIO(blank_workbook(schema, PREFILL)))
    rules = [rule for sheet in book.worksheets for rule in sheet.data_validations.dataValidation]

    assert all(len(text or "") <= 255 for rule in rules for text in (rule.error, rule.prompt, rule.formula1))
