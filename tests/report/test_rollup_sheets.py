"""汇总.xlsx: every record of every department, in tables that Excel and LibreOffice take, with nothing that runs."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from batchreport.findings import Place, error
from batchreport.report.rollup import records
from batchreport.report.rollup.cells import width
from batchreport.report.rollup.records import unique
from batchreport.report.rollup.sheets import rollup_xlsx
from batchreport.report.rollup.value import Rollup
from batchreport.schema import parse_schema
from batchreport.submission import Submission
from tests.outside import Office, require, run
from tests.report.rollups import FAULTY, NOVEMBER, ROOT, SCHEMA, SMALL, rolled, samples, submission, submissions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HOSTILE = (
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<b>&amp;]]>",
    "\x00\x08\ufffe好",
    "_x0041_",
    "  空  ",
    "a\r\nb",
)
OVERVIEW, FINDINGS, SUBMISSIONS = "总览", "检查发现", "报送情况"


def opened(rollup: Rollup, **options: Any) -> Workbook:
    """Return the workbook of a roll-up as openpyxl reads it."""
    return openpyxl.load_workbook(BytesIO(rollup_xlsx(rollup)), **options)


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet under their headings."""
    headings, *others = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, headings), values, strict=True)) for values in others]


@pytest.fixture(scope="module")
def made() -> bytes:
    """The samples' workbook."""
    return rollup_xlsx(samples())


@pytest.fixture(scope="module")
def whole(made: bytes) -> Workbook:
    """The samples' workbook, with its formulas' results."""
    return openpyxl.load_workbook(BytesIO(made), data_only=True)


@pytest.fixture(scope="module")
def formulas(made: bytes) -> Workbook:
    """The samples' workbook, with its formulas."""
    return openpyxl.load_workbook(BytesIO(made))


def test_each_section_is_a_sheet_with_every_record(whole: Workbook) -> None:
    """Sheets bear the sections' names, and hold as many records as the good departments have."""
    good = [one for one in submissions(NOVEMBER) if one.good]

    assert whole.sheetnames == [OVERVIEW, *(section.title for section in SCHEMA.sections), FINDINGS, SUBMISSIONS]
    for section in SCHEMA.sections:
        expected = sum(len(one.tables[section.key].records) for one in good if section.key in one.tables)
        found = [row for row in rows(whole[section.title]) if row["单位编码"]]
        assert len(found) == expected, section.title


def test_more_records_than_a_sheet_can_hold_go_on_in_further_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has the headings; a sum, which would be one of a part only, stands in none."""
    monkeypatch.setattr(records, "_MOST", 3)
    counts = {"甲": 5, "乙": 2}
    book = opened(
        rolled(
            *(submission(c, troubles=[{"issue": f"{c}{n}", "cost": 1.5} for n in range(k)]) for c, k in counts.items())
        )
    )

    pages = {name: [(row["问题"], row["源单元格"]) for row in rows(book[name])] for name in book.sheetnames[3:6]}
    assert pages == {
        "问题": [("甲0", "问题!A4"), ("甲1", "问题!A5"), ("甲2", "问题!A6")],
        "问题 (2)": [("甲3", "问题!A7"), ("甲4", "问题!A8"), ("乙0", "问题!A4")],
        "问题 (3)": [("乙1", "问题!A5")],
    }


@pytest.mark.parametrize(
    "section", [section for section in SCHEMA.sections if section.kind == "table"], ids=lambda s: s.key
)
def test_the_source_cell_holds_what_the_record_begins_with(whole: Workbook, section: Any) -> None:
    """File and cell lead to the first value of the record in the department's own workbook."""
    for row in rows(whole[section.title])[::7]:
        if not row["源文件"]:
            continue
        sheet, _, cell = row["源单元格"].rpartition("!")
        stood = source(row["源文件"])[sheet][cell].value
        assert stood is None or _plain(stood) in map(_plain, list(row.values())[4:]), row


def test_a_growth_of_many_times_has_room() -> None:
    """Of 1 to 500,000 it is +50000000.0%, which a narrower column shows as ###."""
    assert width(Decimal(500000), "growth") == len("+50000000.0%")


def test_the_place_of_a_figure_leads_to_it(whole: Workbook) -> None:
    """Beside each department's figure stands the cell of its own workbook that says it, though it be a text such as "约120人"."""
    told = [row for row in rows(whole["总览"]) if row["来源"] and isinstance(row["本期"], int)]
    for row in told:
        file, _, place = row["来源"].partition(" › ")
        sheet, _, cell = place.rpartition("!")
        assert str(row["本期"]) in re.sub(r"\D", "", str(source(file)[sheet][cell].value)), row
    assert len(told) > 40
    typed = rolled(*(submission(code, figures=[{"name": "电费", "value": 3}]) for code in "12"))
    assert [row["来源"] for row in rows(opened(typed)["总览"])] == [None, "1.xlsx › 统计!B4", "2.xlsx › 统计!B4"]


@cache
def source(file: str) -> Workbook:
    """Return a department's own workbook."""
    return openpyxl.load_workbook(ROOT / "workbooks" / file, data_only=True)


def _plain(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def test_totals_are_those_of_the_source_workbooks(whole: Workbook) -> None:
    """What 总览 sums is summed again from the departments' files: by indicator and unit, this period and the last."""
    found = {
        (row["指标"], row["计量单位"]): row
        for row in rows(whole[OVERVIEW])
        if row["汇总方式"] == "合计" and re.fullmatch(r"\d+个单位", str(row["填报单位"]))
    }
    stated = _stated()

    assert len(found) >= 10
    for (name, unit), row in found.items():
        given = [record for (its, of), records in stated.items() if (its, of) == (name, unit) for record in records]
        both = [(this, last) for this, last, _ in given if this is not None and last is not None]
        told = [this for this, _, _ in given if this is not None]
        assert row["填报单位"] == f"{len(told)}个单位"
        assert row["本期"] == (pytest.approx(sum(told)) if told else None)
        if both:
            assert row["上期"] == pytest.approx(sum(last for _, last in both))
            assert row["可比本期"] == pytest.approx(sum(this for this, _ in both))
            assert row["比上期增减"] == pytest.approx(sum(this - last for this, last in both))


def _stated() -> dict[tuple[str, str], list[tuple[float | None, float | None, float | None]]]:
    """Return what the good departments' files say: this period, the last, and the year before, by name and unit."""
    stated: dict[tuple[str, str], list[Any]] = {}
    for path in sorted((ROOT / f"workbooks/{NOVEMBER}").glob("*.xlsx")):
        if path.stem == FAULTY:
            continue
        lines = list(source(f"{NOVEMBER}/{path.name}")["统计数据"].iter_rows(values_only=True))
        head = next(at for at, line in enumerate(lines) if any(str(text).startswith("指标") for text in line))
        columns = {str(text).strip("* "): at for at, text in enumerate(lines[head])}
        for line in lines[head + 1 :]:
            if name := line[columns["指标"]]:
                numbers = [line[columns[column]] for column in ("本期值", "上期值", "上年同期值")]
                told = tuple(number if isinstance(number, int | float) else None for number in numbers)
                stated.setdefault((str(name).strip(), str(line[columns["单位"]])), []).append(told)
    return stated


def test_amounts_have_a_total_that_follows_the_filter(whole: Workbook, formulas: Workbook) -> None:
    """The money of the facilities is summed by a formula, whose result is there for who does not calculate."""
    told, formula = whole["新增设施"], formulas["新增设施"]
    amounts = [row["金额(元)"] for row in rows(told)[:-1] if row["金额(元)"] is not None]
    at = [cell.value for cell in told[1]].index("金额(元)") + 1

    assert told.cell(told.max_row, at).value == pytest.approx(sum(amounts))
    assert str(formula.cell(told.max_row, at).value).startswith("=SUBTOTAL(109,")
    assert not [cell for row in formulas["统计数据"].iter_rows() for cell in row if cell.data_type == "f"]


def test_records_are_real_tables_with_filters(whole: Workbook) -> None:
    """Each sheet of records is an Excel table over all of its rows, its head frozen; no two have one name."""
    names = set()
    for sheet in whole.worksheets[1:]:
        [table] = sheet.tables.values()
        first, _, last = table.ref.partition(":")
        assert (first, int(re.sub(r"\D", "", last))) == ("A1", max(sheet.max_row, 2))
        assert table.autoFilter.ref
        assert sheet.freeze_panes == "B2"
        assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
        names.add(table.displayName)
    assert len(names) == len(whole.worksheets) - 1


def test_dates_are_dates_and_numbers_numbers(whole: Workbook) -> None:
    """A cell can be sorted and reckoned with; 缺报 stays a word."""
    plans = [row["完成时限"] for row in rows(whole["计划"])]
    figures = [row["本期值"] for row in rows(whole["统计数据"])]

    assert any(isinstance(due, datetime) for due in plans)
    assert {type(figure) for figure in figures} >= {int, float}
    assert "缺报" in figures


def test_findings_and_submissions_are_listed(whole: Workbook) -> None:
    """Every finding has its cell and its remedy; who has not submitted is there too."""
    found = rows(whole[FINDINGS])
    states = {row["填报单位"]: row["报送情况"] for row in rows(whole[SUBMISSIONS])}

    assert sum(row["级别"] == "错误" for row in found) >= 12
    assert all(row["说明"] and row["处理办法"] for row in found if row["级别"] == "错误")
    assert states[FAULTY] == "有误，未纳入"
    assert states["第一幼儿园"] == "未报"
    assert states["第二中学"] == "已纳入"


def test_what_looks_like_a_formula_is_a_text() -> None:
    """Whatever a text begins with, it is never executed, and is found as it was; what no cell can hold is left out."""
    given = submission("D1", troubles=[{"issue": text} for text in HOSTILE] + [{"issue": "长" * 40000}])
    sheet = opened(rolled(given))["问题"]
    texts = [cell.value for cell in sheet["E"]][1:]

    assert {cell.data_type for cell in sheet["E"] if cell.value} == {"s"}
    assert texts[:5] == list(HOSTILE[:5])
    assert texts[5:9] == ["好", "_x0041_", "  空  ", "a\nb"]
    assert texts[9] == "长" * 32766 + "…"
    assert all(sheet.cell(row, 5).quotePrefix for row in range(2, 6))


def test_every_kind_of_value_has_its_cell() -> None:
    """Money, percent, yes and no, a date, a list, a number too long for Excel."""
    record = {
        "issue": "x",
        "cost": 1234.5,
        "share": 96.5,
        "done": True,
        "due": date(2026, 12, 31),
        "people": ("甲", "乙"),
    }
    long = {"issue": "y", "cost": Decimal("12345678901234567.89"), "done": False, "due": date(1899, 1, 1)}
    sheet = opened(rolled(submission("D1", troubles=[record, long])))["问题"]
    first, second = ([cell.value for cell in sheet[row]][5:] for row in (2, 3))

    assert first == [1234.5, 96.5, "是", datetime(2026, 12, 31), "甲、乙"]
    assert second == ["12345678901234567.89", None, "否", "1899-01-01", None]
    assert sheet["G2"].number_format == 'General"%"'
    assert sheet["F2"].number_format == "#,##0.00"


@pytest.mark.parametrize(
    ("digits", "is_number"),
    [
        ("123456789012345", True),
        ("1234567890123.45", True),
        ("-0.123456789012345", True),
        ("1234567890123450", True),
        ("1234567890123456", False),
        ("-12345678901234.56", False),
    ],
)
def test_a_number_of_more_digits_than_excel_keeps_is_a_text(digits: str, *, is_number: bool) -> None:
    """Fifteen it keeps exactly; a text in a column of numbers stands to the right like them, and stays a text when edited."""
    cell = opened(rolled(submission("D1", troubles=[{"issue": "x", "cost": Decimal(digits)}])))["问题"]["F2"]

    assert cell.data_type == ("n" if is_number else "s")
    assert Decimal(str(cell.value)) == Decimal(digits)
    assert (cell.alignment.horizontal, cell.number_format) == ((None, "#,##0.00") if is_number else ("right", "@"))


@pytest.mark.parametrize("count", [20, 900])
def test_a_total_has_room_in_its_column(count: int) -> None:
    """It has more digits than what it sums, and stands in bold; beyond the rows that are measured it may be longer still."""
    given = submission("D1", troubles=[{"issue": f"x{at}", "cost": 999999.99} for at in range(count)])
    sheet = opened(rolled(given))["问题"]

    assert sheet.cell(1, 6).value == "金额[元]"
    assert sheet.column_dimensions["F"].width >= len(f"{999999.99 * count:,.2f}") + 2


def test_sheets_and_columns_have_names_of_their_own() -> None:
    """A section called like a sheet of ours, and a column called like ours, stand beside them."""
    text = (ROOT / "templates/summary.toml").read_text("utf-8")
    schema = parse_schema(
        text.replace('title = "照片"', 'title = "总览"').replace('title = "图题"', 'title = "源文件"').encode()
    )
    made = opened(Rollup.of(schema, submissions(NOVEMBER), NOVEMBER))

    assert made.sheetnames[0] == OVERVIEW
    assert "总览 (2)" in made.sheetnames
    assert [cell.value for cell in made["总览 (2)"][1]][:6] == [
        "填报单位",
        "单位编码",
        "源文件",
        "源单元格",
        "图片",
        "源文件 2",
    ]
    assert unique(["a", "A", "a 2", "b"]) == ["a", "A 2", "a 2 2", "b"]


def test_an_empty_roll_up_is_a_workbook(validate: Callable[[Path], list[str]], tmp_path: Path) -> None:
    """Nobody has submitted: the sheets are there, and Excel opens them."""
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(rollup_xlsx(Rollup.of(SMALL, (), NOVEMBER, roster=[("D1", "甲校")])))

    assert validate(path) == []
    assert rows(openpyxl.load_workbook(path)[SUBMISSIONS])[0]["报送情况"] == "未报"


def test_the_same_roll_up_gives_the_same_bytes(made: bytes) -> None:
    """No clock, no order: twice the same, every zip entry of 1980."""
    assert made == rollup_xlsx(samples())
    with ZipFile(BytesIO(made)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_excel_would_open_it(made: bytes, validate: Callable[[Path], list[str]], tmp_path: Path) -> None:
    """The Open XML SDK finds nothing in the samples' workbook, nor in one with hostile texts."""
    hostile = rollup_xlsx(rolled(submission("D1", troubles=[{"issue": text} for text in HOSTILE])))
    for name, data in (("a", made), ("b", hostile)):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        assert validate(path) == []


def test_libreoffice_calculates_what_we_wrote_beside_the_formulas(made: bytes, office: Office, tmp_path: Path) -> None:
    """Opened and saved by LibreOffice, which calculates anew, every formula has the result that we gave it."""
    odd = rollup_xlsx(rolled(*(submission(code, figures=odd_figures(code)) for code in "12")))
    books = {tmp_path / "汇总.xlsx": made, tmp_path / "odd.xlsx": odd}
    for path, data in books.items():
        path.write_bytes(_without_results(data))
    profile = f"-env:UserInstallation={office.profile.as_uri()}"
    run(require("soffice"), profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "out", *books)

    count = 0
    for path, data in books.items():
        theirs = openpyxl.load_workbook(tmp_path / "out" / path.name, data_only=True)
        whole, formulas = (openpyxl.load_workbook(BytesIO(data), data_only=results) for results in (True, False))
        for cell in (cell for sheet in formulas for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            calculated, ours_is = (book[cell.parent.title][cell.coordinate].value for book in (theirs, whole))
            assert calculated == pytest.approx(ours_is), cell
            count += 1
    assert count > 100


def _without_results(data: bytes) -> bytes:
    """Return a workbook whose formulas have no results, so that whoever opens it must calculate."""
    target = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(target, "w") as out:
        for name in source.namelist():
            out.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name)))
    return target.getvalue()


def test_a_faulty_department_without_tables_is_in_the_lists() -> None:
    """A workbook that could not be read at all has a finding, and no records."""
    broken = Submission(
        "坏.xlsx", "D9", "坏单位", NOVEMBER, findings=(error("file-unreadable", Place(file="坏.xlsx"), said="x"),)
    )
    made = opened(rolled(submission("D1"), broken, roster=[("D1", "单位D1"), ("D9", "坏单位"), ("D5", "缺")]))

    assert [(row["填报单位"], row["报送情况"]) for row in rows(made[SUBMISSIONS])] == [
        ("单位D1", "已纳入"),
        ("坏单位", "有误，未纳入"),
        ("缺", "未报"),
    ]
    assert [row["源文件"] for row in rows(made[FINDINGS])] == ["坏.xlsx"]


def test_a_file_that_could_not_be_read_is_its_departments_or_nobodys() -> None:
    """By its name: beside a workbook that counts it is only listed, alone it counts, and a strange one is no department."""
    lost = [
        Submission(f"{name}.xlsx", name=name, findings=(error(code, Place(file=f"{name}.xlsx")),))
        for name, code in (("单位A", "file-encrypted"), ("单位 B", "file-damaged"), ("空", "file-empty"))
    ]
    given = [*lost, submission("A")]
    made = rolled(*given, roster=[("A", "单位A"), ("B", "单位B"), ("C", "单位C")])
    book = opened(made)

    assert [(one.name, one.file, one.listed) for one in made.departments] == [
        ("单位A", "A.xlsx", True),
        ("单位B", "单位 B.xlsx", True),
        ("单位C", "", True),
    ]
    assert [one.name for one in made.included] == ["单位A"]
    assert [one.name for one in made.faulty] == ["单位B"]
    assert [(row["填报单位"], row["源文件"]) for row in rows(book[FINDINGS])] == [
        ("单位A", "单位A.xlsx"),
        ("单位B", "单位 B.xlsx"),
        (None, "空.xlsx"),
    ]
    assert [row["填报单位"] for row in rows(book[SUBMISSIONS])] == ["单位A", "单位B", "单位C"]


def test_without_a_roster_a_file_that_could_not_be_read_may_be_a_departments() -> None:
    """Nobody knows who was expected; only one of the name of a department that was read is that department's."""
    lost = [
        Submission(f"{name}.xlsx", name=name, findings=(error("file-empty", Place(file=f"{name}.xlsx")),))
        for name in ("单位A", "空")
    ]
    made = rolled(*lost, submission("A"))

    assert [(one.name, one.file, one.listed) for one in made.departments] == [
        ("单位A", "A.xlsx", True),
        ("空", "空.xlsx", True),
    ]
    assert [one.file for one in made.departments[0].beside] == ["单位A.xlsx"]


def test_a_schema_in_english_has_a_workbook_in_english() -> None:
    """Sheets, headings and states are in the schema's language."""
    english = SMALL.model_copy(update={"language": "en"})
    given = submission("D1", figures=[{"name": "Pupils", "value": 7}], troubles=[{"issue": "Leak", "done": True}])
    made = opened(Rollup.of(english, [given], NOVEMBER, roster=[("D1", "a"), ("D2", "b")]))

    assert made.sheetnames == ["Overview", "表头", "统计", "问题", "Findings", "Submissions"]
    assert [cell.value for cell in made["Overview"][1]][:3] == ["Indicator", "Department", "Unit"]
    assert [row["State"] for row in rows(made["Submissions"])] == ["included", "not submitted"]
    assert rows(made["问题"])[0]["完成"] == "yes"


def test_growth_beyond_all_measure_is_a_figure_too() -> None:
    """A department that wrote its first figure in another unit does not keep the others from their roll-up."""
    made = rollup_xlsx(
        rolled(submission("1", figures=[{"name": "产量", "value": Decimal("1e20"), "prev": Decimal("0.0000003")}]))
    )

    sheet = openpyxl.load_workbook(BytesIO(made), data_only=True)["总览"]

    assert [row[9] for row in sheet.iter_rows(min_row=2, values_only=True)] == [pytest.approx(1e20 / 3e-7)]


def odd_figures(code: str) -> list[dict[str, Any]]:
    """Return what one of two departments says of figures whose growth needs thought."""
    both = [
        {"name": "结余", "value": 2.6, "prev": -3.2},
        {"name": "收支", "value": -3.5, "prev": 2.4},
        {"name": "亏损", "value": -1, "prev": -2, "year": 0},
        {"name": "学生", "value": 3823.5, "prev": 3824},
        {"name": "用电", "value": 0, "prev": 4, "year": 8},
        {"name": "满意率", "value": 96 + int(code), "unit": "%", "prev": 95, "measure": "比率"},
    ]
    alone = [{"name": "用水", "value": 620, **({"prev": 625} if code == "1" else {})}]
    weighed = [{"name": "合格率", "value": 90 + int(code), "unit": "%", "weight": int(code), "prev": 80}]
    return [*both, *alone, *weighed]


def odd_totals() -> dict[str, dict[str, Any]]:
    """Return the totals of the two departments' figures, by name."""
    made = opened(rolled(*(submission(code, figures=odd_figures(code)) for code in "12")), data_only=True)
    return {row["指标"]: row for row in rows(made[OVERVIEW]) if row["填报单位"] == "2个单位"}


@pytest.mark.parametrize("name", ["结余", "收支", "亏损"])
def test_no_growth_is_given_where_the_reports_give_none(name: str) -> None:
    """Against nothing or less than nothing, and across zero, the change is there, and no percentage."""
    made = opened(rolled(*(submission(code, figures=odd_figures(code)) for code in "12")))
    found = [row for row in rows(made[OVERVIEW]) if row["指标"] == name]

    assert len(found) == 3
    assert {row["比上期增减%"] for row in found} | {row["同比增减%"] for row in found} == {None}
    assert all(row["比上期增减"] for row in found)


def test_a_growth_that_rounds_to_nothing_has_no_sign() -> None:
    """One pupil fewer of 7648 is 0.0%, never -0.0%: the result, and the formula, are rounded as they are shown."""
    total = odd_totals()["学生"]
    shown = rollup_xlsx(rolled(submission("1", figures=odd_figures("1"))))
    with ZipFile(BytesIO(shown)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()

    assert (total["比上期增减"], total["比上期增减%"]) == (-1, 0)
    assert "<v>-0.000</v>" not in sheet
    assert "<f>ROUND(I5/H5,3)</f><v>0.000</v>" in sheet
    assert odd_totals()["用电"]["比上期增减%"] == -1


def test_what_is_compared_stands_beside_what_it_is_compared_with() -> None:
    """One of two departments has last period's figure: its own of this period stands there, so that each row adds up."""
    totals = odd_totals()
    water, rate, weighed = (totals[name] for name in ("用水", "满意率", "合格率"))
    headings = ("本期", "可比本期", "上期", "比上期增减", "比上期增减%")

    assert [water[heading] for heading in headings] == [1240, 620, 625, -5, -0.008]
    assert [totals["结余"][heading] for heading in headings] == [5.2, 5.2, -6.4, 11.6, None]
    assert [rate[heading] for heading in headings] == [97.5, 97.5, 95, None, None]
    assert [weighed[heading] for heading in headings[1:]] == [None] * 4
    assert water["同比可比本期"] is water["上年同期"] is None


@pytest.mark.parametrize(
    "text", [" 前有空格", "后有空格 ", "两行\n文字", "两个  空格", "\t", "　全角", "_x000a_", "甲\x01乙"]
)
def test_a_text_keeps_its_spaces_and_lines(text: str) -> None:
    """Readers are told to keep them where they would not; of control characters nothing is left."""
    made = rollup_xlsx(rolled(submission("1", troubles=[{"issue": text}, {"issue": text}])))

    sheet = openpyxl.load_workbook(BytesIO(made))["问题"]
    shown = [list(row)[4] for row in sheet.iter_rows(min_row=2, max_row=3, values_only=True)]

    assert shown == [text.replace("\x01", "")] * 2
    read = CalamineWorkbook.from_filelike(BytesIO(made)).get_sheet_by_name("问题").to_python()
    assert read[1][4] == text.replace("\x01", "")
