from __future__ import annotations

import os
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from batchreport import Period, Pipeline, Prefill, blank_workbook
from batchreport.prepare import prepare
from batchreport.project import Project
from batchreport.run.worker import FORKS
from batchreport.workbook.roster import roster_schema
from tests.build.books import book, project
from tests.build.command import batchreport

if TYPE_CHECKING:
    from pathlib import Path

    from batchreport import Source, Submission

OCTOBER, NOVEMBER = Period(2026, 10, "M"), Period(2026, 11, "M")
DEPARTMENTS = (("D1", "甲校"), ("D2", "乙校"))


def indicators(value: int, name: str = "学生") -> dict[str, object]:
    """Return the rows of one indicator."""
    return {"statistics": [{"name": name, "value": Decimal(value), "unit": "人", "measure": "时点"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of two departments, of which one has sent in October's and last November's workbooks."""
    books = {
        "2026-10/甲校.xlsx": book("甲校", code="D1", period=OCTOBER, rows=indicators(608)),
        "2025-11/甲校.xlsx": book("甲校", code="D1", period=NOVEMBER.year_before, rows=indicators(590)),
    }
    laid = project(tmp_path, books)
    roster(laid, DEPARTMENTS)
    return laid


def roster(folder: Path, departments: tuple[tuple[str, str], ...]) -> None:
    """Write the project's roster."""
    rows = [{"code": code, "name": name} for code, name in departments]
    (folder / "departments.xlsx").write_bytes(blank_workbook(roster_schema(), Prefill(rows={"departments": rows})))


def statistics(folder: Path, name: str) -> list[tuple[object, ...]]:
    """Return the indicators, with value, last period's and last year's, in a blank workbook that was written."""
    sheet = sheets(folder, name)[2]
    rows = sheet.iter_rows(min_row=4, values_only=True)
    return [(row[1], row[2], row[6], row[7]) for row in rows if row[1]]


def sheets(folder: Path, name: str) -> list[Any]:
    """Return the sheets of a blank workbook that was written for November."""
    return list(load_workbook(BytesIO((folder / f"out/2026-11/blank/{name}.xlsx").read_bytes())).worksheets)


def test_blank_workbooks_bring_what_was_sent_in_before(folder: Path) -> None:
    """From the project's workbooks of last period and of the year before; who has none is named."""
    ended = batchreport(folder, "prepare", "--period", "2026-11")

    assert ended.code == 0
    assert ended.out.split() == ["out/2026-11/blank/甲校.xlsx", "out/2026-11/blank/乙校.xlsx"]
    assert statistics(folder, "甲校") == [("学生", None, 608, 590)]
    assert statistics(folder, "乙校") == []
    assert "2026-10" in ended.err
    assert "乙校" in ended.err
    assert "甲校" not in ended.err


def test_a_department_whose_code_has_changed_is_known_by_its_name(folder: Path) -> None:
    """Unless the code of then is another's now."""
    roster(folder, (("D7", "甲校"), ("D2", "乙校")))
    ended = batchreport(folder, "prepare", "--period", "2026-11")
    assert statistics(folder, "甲校") == [("学生", None, 608, 590)]
    assert "甲校" not in ended.err

    roster(folder, (("D7", "甲校"), ("D1", "乙校")))
    ended = batchreport(folder, "prepare", "--period", "2026-11")
    assert statistics(folder, "甲校") == []


def test_the_latest_revision_counts(folder: Path) -> None:
    """Of two that cannot be told apart neither does; the same once more is none."""
    later = book("甲校", code="D1", period=OCTOBER, revision=2, rows=indicators(610))
    (folder / "workbooks/2026-10/甲校 改.xlsx").write_bytes(later)
    batchreport(folder, "prepare", "--period", "2026-11")
    assert statistics(folder, "甲校") == [("学生", None, 610, 590)]

    (folder / "workbooks/2026-10/同一份.xlsx").write_bytes(later)
    batchreport(folder, "prepare", "--period", "2026-11")
    assert statistics(folder, "甲校") == [("学生", None, 610, 590)]

    other = book("甲校", code="D1", period=OCTOBER, revision=2, rows=indicators(611))
    (folder / "workbooks/2026-10/又一份.xlsx").write_bytes(other)
    batchreport(folder, "prepare", "--period", "2026-11")
    assert statistics(folder, "甲校") == [("学生", None, None, 590)]


def test_a_broken_workbook_of_last_period_is_as_good_as_none(folder: Path) -> None:
    """Nothing else comes of it."""
    (folder / "workbooks/2026-10/甲校.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (folder / "workbooks/2025-11/甲校.xlsx").unlink()
    ended = batchreport(folder, "prepare", "--period", "2026-11")

    assert ended.code == 0
    assert statistics(folder, "甲校") == []


def test_what_no_workbook_says_any_more_comes_from_the_archive(folder: Path) -> None:
    """What was built once is brought though its workbook is gone or broken; where there is one, it counts."""
    batchreport(folder, "build", "workbooks")
    (folder / "workbooks/2026-10/甲校.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    later = book("甲校", code="D1", period=NOVEMBER.year_before, revision=2, rows=indicators(595))
    (folder / "workbooks/2025-11/甲校.xlsx").write_bytes(later)
    ended = batchreport(folder, "prepare", "--period", "2026-11")

    assert "甲校" not in ended.err
    assert statistics(folder, "甲校") == [("学生", None, 608, 595)]

    (folder / "out/.archive.sqlite").write_bytes(b"no database")
    batchreport(folder, "prepare", "--period", "2026-11")
    assert statistics(folder, "甲校") == [("学生", None, None, 595)]


@pytest.mark.skipif(not FORKS, reason="a process that does not fork does not know what the test changed")
def test_an_old_workbook_that_ends_its_reader_ends_no_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blank workbooks are written, without what it said."""
    read = Pipeline.read

    def deadly(self: Pipeline, source: Source) -> Submission:
        if source.period == OCTOBER:
            os.abort()
        return read(self, source)

    monkeypatch.setattr(Pipeline, "read", deadly)
    written = prepare(Project.find(folder), NOVEMBER)

    assert [one.follows for one in written] == [False, False]
    assert statistics(folder, "甲校") == [("学生", None, None, 590)]


def test_the_same_project_gives_the_same_blank_workbooks(folder: Path) -> None:
    """Byte for byte."""
    path = folder / "out/2026-11/blank/甲校.xlsx"
    batchreport(folder, "prepare", "--period", "2026-11")
    first = path.read_bytes()
    batchreport(folder, "prepare", "--period", "2026-11")

    assert path.read_bytes() == first


def test_the_deadline_is_said_or_reckoned_from_the_settings(folder: Path) -> None:
    """5 December 2026 is a Saturday. The option goes before the settings; the contact comes from them."""
    with (folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
        settings.write('deadline_days = 5\ncontact = "张三"\n')
    batchreport(folder, "prepare", "--period", "2026-11")
    assert "2026年12月7日" in str(sheets(folder, "甲校")[0]["A2"].value)
    assert "张三" in str(sheets(folder, "甲校")[0]["A6"].value)

    batchreport(folder, "prepare", "--period", "2026-11", "--deadline", "2026-12-08")
    assert "2026年12月8日" in str(sheets(folder, "甲校")[0]["A2"].value)


@pytest.mark.parametrize("day", ["5.12.", "2026-02-30", "tomorrow"])
def test_a_deadline_that_is_no_day_is_a_usage_error(folder: Path, day: str) -> None:
    """With the way to write it."""
    ended = batchreport(folder, "prepare", "--period", "2026-11", "--deadline", day)

    assert ended.code == 2
    assert day in ended.err
    assert "2026-12-05" in ended.err


def test_departments_of_one_file_name_have_a_workbook_each(folder: Path) -> None:
    """The second has its code in the name."""
    roster(folder, (("D1", "甲校"), ("D2", "甲校.")))
    ended = batchreport(folder, "prepare", "--period", "2026-11", "--quiet")

    assert (ended.code, ended.out) == (0, "")
    assert sorted(path.name for path in (folder / "out/2026-11/blank").iterdir()) == ["甲校 (D2).xlsx", "甲校.xlsx"]


def test_a_filled_blank_workbook_builds(folder: Path) -> None:
    """Out and back: prepare, fill in the one figure, build."""
    batchreport(folder, "prepare", "--period", "2026-11", "--department", "D1")
    path = folder / "out/2026-11/blank/甲校.xlsx"
    workbook = load_workbook(path)
    workbook["统计数据"]["C4"] = 615
    returned = folder / "workbooks/2026-11/回来的.xlsx"
    returned.parent.mkdir()
    workbook.save(returned)
    ended = batchreport(folder, "build", "workbooks/2026-11")

    assert ended.code == 0, ended.err
    assert (folder / "out/2026-11/甲校.docx").exists()


def test_a_name_that_the_schema_does_not_take_is_said_before_a_workbook_goes_out(folder: Path) -> None:
    """Name and code at their cells of the roster, all at once, with what to do; no workbook is written."""
    long = "示例市教育后勤管理中心" * 10
    roster(folder, (("D1", "甲校"), ("D2", long), ("D" * 21, "丙校")))
    ended = batchreport(folder, "prepare", "--period", "2026-11")

    assert ended.code == 2
    first, second = (line for line in ended.err.splitlines() if "departments.xlsx" in line)
    assert "departments.xlsx › 部门!B5：“单位名称”有 110 字，超过 100 字" in first
    assert "departments.xlsx › 部门!A6：“部门编码”有 21 字，超过 20 字" in second
    assert "请改名册里的这一格" in first
    assert not (folder / "out/2026-11").exists()

    assert batchreport(folder, "prepare", "--period", "2026-11", "--department", "甲校").code == 0


def test_a_long_name_goes_out_and_comes_back(folder: Path) -> None:
    """A hundred signs are a name: its workbook comes back without an error about it."""
    roster(folder, (("D1", "学" * 100),))
    assert batchreport(folder, "prepare", "--period", "2026-11").code == 0
    (written,) = (folder / "out/2026-11/blank").iterdir()
    ended = batchreport(folder, "check", str(written))

    assert "字，超过" not in ended.err


@pytest.mark.parametrize(
    ("rule", "said"),
    [('type = "string", pattern = "[A-Z]+"', "写法不对"), ('type = "choice", enum = ["乙校"]', "不在选项中")],
)
def test_every_rule_of_the_schema_is_asked(folder: Path, rule: str, said: str) -> None:
    """A pattern, a list of choices: whatever the form's own cell must be."""
    schema = folder / "templates/summary.toml"
    text = schema.read_text("utf-8")
    own = 'title_en = "Department", type = "string", required = true, prefilled = true, max_length = 100'
    schema.write_text(text.replace(own, f'title_en = "Department", required = true, {rule}'), "utf-8")
    ended = batchreport(folder, "prepare", "--period", "2026-11", "--department", "D1")

    assert ended.code == 2, ended.err
    assert "departments.xlsx › 部门!B4：" in ended.err
    assert said in ended.err


def test_without_a_period_it_is_said_what_to_write(folder: Path) -> None:
    """As `send` says it."""
    ended = batchreport(folder, "prepare")

    assert ended.code == 2
    assert "请写明是哪个期间的空白表：--period 2026-12" in ended.err
