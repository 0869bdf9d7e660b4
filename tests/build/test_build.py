import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from batchreport import Period
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.five import five_sheets
from tests.docxfile import whole_text


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file below `folder` with its bytes and its time."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A project with two good departments and one whose workbook has an error."""
    bad = book("丙校", code="D3", rows={"statistics": [{"name": "人数", "unit": "人", "measure": "时点"}]})
    books = {"2026-11/甲校.xlsx": book("甲校", code="D1"), "2026-11/乙校.xlsx": book("乙校", code="D2")}
    return project(tmp_path, books | {"2026-11/丙校.xlsx": bad})


def test_every_good_department_gets_its_report(three: Path) -> None:
    """A report per good department lies in out/<period>/, and holds what its workbook says."""
    ended = batchreport(three, "build", "workbooks/")

    assert ended.code == 1
    assert sorted(path.name for path in (three / "out/2026-11").iterdir()) == ["乙校.docx", "甲校.docx"]
    assert "甲校电脑30台" in whole_text(three / "out/2026-11/甲校.docx")


def test_results_go_to_stdout_and_findings_to_stderr(three: Path) -> None:
    """In a pipe stdout has a path per report, and nothing else."""
    ended = batchreport(three, "build", "workbooks/")

    assert ended.out.split() == ["out/2026-11/乙校.docx", "out/2026-11/甲校.docx"]
    assert "2026-11/丙校.xlsx › 统计数据!C4：“本期值”没有填" in ended.err
    assert "3 份工作簿：写好 2 份报告，1 份工作簿有错误" in ended.err


def test_messages_follow_the_language_asked_for(three: Path) -> None:
    """`--language` counts more than the project's language."""
    ended = batchreport(three, "build", "workbooks/", "--language", "en")

    assert "“本期值” is blank" in ended.err


def test_all_well_ends_with_0(tmp_path: Path) -> None:
    """Without an error the exit code is 0, whatever the warnings."""
    ended = batchreport(project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")}), "build", "workbooks/")

    assert ended.code == 0


def test_json_is_one_document_as_described(three: Path) -> None:
    """`--json` prints one document whose keys docs/json.md lists."""
    ended = batchreport(three, "build", "workbooks/", "--json")
    said = json.loads(ended.out)

    assert (said["command"], said["exit_code"], said["reports"]) == ("build", 1, 2)
    first = said["departments"][0]
    assert set(first) == {
        *("file", "department", "name", "period", "revision", "report", "marked", "unchanged", "findings", "hidden")
    }
    assert first["findings"][0]["cell"] == "C4"
    described = (Path(__file__).parents[2] / "docs/json.md").read_text("utf-8")
    for key in [*said, *first, *first["findings"][0]]:
        assert f"`{key}`" in described


def test_inputs_are_never_touched(three: Path) -> None:
    """`build` and `check` change no byte and no time of a workbook, and leave no file beside it."""
    before = tree(three / "workbooks")
    batchreport(three, "build", "workbooks/")
    batchreport(three, "check", "workbooks/")

    assert tree(three / "workbooks") == before


def test_the_same_input_gives_the_same_bytes(three: Path) -> None:
    """Neither the number of processes nor zone, hash seed, locale or folder changes a byte."""
    batchreport(three, "build", "workbooks/", "--jobs", "1", "--out", "one", TZ="Asia/Shanghai", PYTHONHASHSEED="1")
    batchreport(
        three, "build", str(three / "workbooks/2026-11"), "--jobs", "2", "--out", "two",
        language="C.UTF-8", TZ="America/New_York", PYTHONHASHSEED="2",
    )  # fmt: skip
    one, two = (
        {name: data for name, (data, _) in tree(three / f).items() if name.endswith("docx")} for f in ("one", "two")
    )

    assert len(one) == 2
    assert one == two


def test_dry_run_writes_nothing(three: Path) -> None:
    """`--dry-run` says what would be written, and writes nothing."""
    ended = batchreport(three, "build", "workbooks/", "--dry-run")

    assert "可以生成 2 份报告（没有写）" in ended.err
    assert not (three / "out").exists()


def test_one_department_can_be_asked_for(three: Path) -> None:
    """`--department` takes a name or a code, more than once."""
    batchreport(three, "build", "workbooks/", "--department", "D1", "--department", "丙校")

    assert [path.name for path in (three / "out/2026-11").iterdir()] == ["甲校.docx"]


def test_an_unknown_department_is_said(three: Path) -> None:
    """A department that no workbook is from ends with 2 and its name."""
    ended = batchreport(three, "build", "workbooks/", "--department", "丁校")

    assert ended.code == 2
    assert "丁校" in ended.err


@pytest.mark.parametrize("command", ["build", "check"])
def test_one_of_several_departments_that_is_unknown_is_said(three: Path, command: str) -> None:
    """The others are built; the run ends with 1, as with any error."""
    ended = batchreport(three, command, "workbooks/", "--department", " d1", "--department", "甲效")

    assert ended.code == 1
    assert "没有叫“甲效”的部门" in ended.err
    assert " d1" not in ended.err
    assert (three / "out/2026-11/甲校.docx").exists() == (command == "build")


def test_a_single_workbook_builds(three: Path) -> None:
    """The argument can be one file; its folder says the period."""
    ended = batchreport(three, "build", "workbooks/2026-11/甲校.xlsx")

    assert (ended.code, ended.out.strip()) == (0, "out/2026-11/甲校.docx")


def test_period_chooses_among_folders(tmp_path: Path) -> None:
    """`--period` leaves out the folders of other periods."""
    october = Period(2026, 10, "M")
    rows = {"profile": [{"kind": "学校", "preparer": "张", "filled_on": october.end}], "facilities": []}
    books = {
        "2026-11/甲校.xlsx": book("甲校"),
        "2026-10/甲校.xlsx": book("甲校", period=october, rows=rows),
    }
    ended = batchreport(project(tmp_path, books), "build", "workbooks/", "--period", "2026-10")

    assert ended.out.split() == ["out/2026-10/甲校.docx"]


def test_roster_and_blank_workbooks_of_a_project_are_no_submissions(tmp_path: Path) -> None:
    """`build .` takes the project's whole folder, and neither its roster nor what was made, wherever reports go."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    batchreport(folder, "init", "other")
    (folder / "other/departments.xlsx").rename(folder / "departments.xlsx")
    batchreport(folder, "prepare", "--period", "2026-11")
    ended = batchreport(folder, "build", "workbooks/..", "--out", "elsewhere")

    assert ended.code == 0
    assert ended.out.split() == ["elsewhere/2026-11/甲校.docx"]


def test_messages_are_in_the_language_of_the_project_that_the_workbooks_lie_in(three: Path, tmp_path: Path) -> None:
    """Run from another folder, the project is still found, and its language with it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(three / "workbooks", three / "inner/workbooks")
    (three / "batchreport.toml").rename(three / "inner/batchreport.toml")
    shutil.move(three / "templates", three / "inner/templates")
    ended = batchreport(elsewhere, "check", "../inner/workbooks", language="en_US.UTF-8")

    assert "“本期值”没有填" in ended.err


@pytest.mark.parametrize("closed", [">&-", "2>&-", "| true"])
def test_nobody_reading_the_output_is_no_trouble(three: Path, closed: str) -> None:
    """With a closed stdout or stderr, or a reader that is gone, the reports are made and no traceback is shown."""
    command = f"{sys.executable} -m batchreport build workbooks {closed}"
    ended = subprocess.run(["sh", "-c", command], cwd=three, capture_output=True, text=True, check=False)

    assert "Traceback" not in ended.stderr
    assert len(list((three / "out/2026-11").iterdir())) == 2


def test_without_a_project_the_starter_is_used(tmp_path: Path) -> None:
    """A workbook alone in a folder builds with the starter's schema and templates."""
    (tmp_path / "2026-11").mkdir()
    (tmp_path / "2026-11/甲校.xlsx").write_bytes(book("甲校"))
    ended = batchreport(tmp_path, "build", "2026-11")

    made = [f"out/2026-11/{name}" for name in ("甲校.docx", "汇总.docx", "汇总.xlsx", "index.html")]
    assert (ended.code, ended.out.split()) == (0, made)


def test_the_later_revision_counts(tmp_path: Path) -> None:
    """Of two workbooks for one department and period the later revision is built, whatever the files' names."""
    rows = {"plans": [{"item": "第二版的计划"}]}
    books = {
        "2026-11/a.xlsx": book("甲校", code="D1", revision=2, rows=rows),
        "2026-11/b.xlsx": book("甲校", code="D1", revision=1),
    }
    folder = project(tmp_path, books)
    ended = batchreport(folder, "build", "workbooks/")

    assert ended.code == 0
    assert "第二版的计划" in whole_text(folder / "out/2026-11/甲校.docx")
    assert "b.xlsx：同一部门、同一期间有更新的一份：2026-11/a.xlsx" in ended.err


def test_two_of_one_revision_are_an_error_naming_both(tmp_path: Path) -> None:
    """Where it cannot be told which of two is later, neither is built and both are named."""
    books = {"2026-11/a.xlsx": book("甲校", code="D1"), "2026-11/b.xlsx": book("甲校", code="D1", rows={"plans": []})}
    folder = project(tmp_path, books)
    ended = batchreport(folder, "build", "workbooks/")

    assert ended.code == 1
    assert "a.xlsx：与 2026-11/b.xlsx 是同一部门" in ended.err
    assert "b.xlsx：与 2026-11/a.xlsx 是同一部门" in ended.err
    assert not (folder / "out/2026-11/甲校.docx").exists()


def test_a_report_edited_by_hand_is_left_alone(tmp_path: Path) -> None:
    """The new report goes beside one that was edited, and that is said; `--force` overwrites."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    report = folder / "out/2026-11/甲校.docx"
    batchreport(folder, "build", "workbooks/")
    made = report.read_bytes()
    report.write_bytes(made + b"edited")

    ended = batchreport(folder, "build", "workbooks/")

    assert report.read_bytes() == made + b"edited"
    assert report.with_name("甲校 (new).docx").read_bytes() == made
    assert "甲校.docx 手工改过，没有覆盖" in ended.err

    batchreport(folder, "build", "workbooks/", "--force")

    assert report.read_bytes() == made


def test_a_report_that_cannot_be_replaced_is_named_and_the_others_are_written(three: Path) -> None:
    """What the system refuses for one report, as Windows does while Word has it open, is that department's error."""
    (three / "out/2026-11/乙校.docx/in").mkdir(parents=True)
    ended = batchreport(three, "build", "workbooks/")

    assert ended.code == 1
    assert "2026-11/乙校.xlsx：乙校.docx 正被打开" in ended.err
    assert ended.out.split() == ["out/2026-11/甲校.docx"]
    assert list((three / "out/2026-11").glob(".*")) == []


def test_a_changed_workbook_replaces_its_report(tmp_path: Path) -> None:
    """A report that nobody edited is replaced when its workbook changes."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    batchreport(folder, "build", "workbooks/")
    (folder / "workbooks/2026-11/甲校.xlsx").write_bytes(book("甲校", rows={"plans": [{"item": "新的计划"}]}))
    batchreport(folder, "build", "workbooks/")

    assert "新的计划" in whole_text(folder / "out/2026-11/甲校.docx")
    assert [path.name for path in (folder / "out/2026-11").iterdir()] == ["甲校.docx"]


def test_a_workbook_that_cannot_be_opened_is_named(three: Path) -> None:
    """A file that the system refuses to open is one line, and its siblings are built."""
    (three / "workbooks/2026-11/断.xlsx").symlink_to("nowhere")
    (three / "workbooks/2026-11/甲校.xlsx").chmod(0o000)
    ended = batchreport(three, "build", "workbooks/")

    assert "Traceback" not in ended.err
    assert "out/2026-11/乙校.docx" in ended.out


def test_names_that_differ_only_in_case_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """Two departments whose file names would be one on Windows get two reports."""
    books = {"2026-11/1.xlsx": book("Lab", code="D1"), "2026-11/2.xlsx": book("LAB", code="D2")}
    ended = batchreport(project(tmp_path, books), "build", "workbooks/")

    assert sorted(Path(line).name for line in ended.out.splitlines()) == ["LAB (D2).docx", "Lab.docx"]


@pytest.mark.parametrize(
    "name", ["../../外", "/etc/passwd", "C:\\Windows\\x", "CON", "a/b", "汇总", "." * 9, "长" * 60]
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """Whatever a department is called, its report lies in the period's folder."""
    folder = project(tmp_path, {"2026-11/x.xlsx": book(name, code="D1")})
    batchreport(folder, "build", "workbooks/")

    made = [path.relative_to(folder / "out") for path in folder.rglob("*.docx") if "templates" not in path.parts]
    assert len(made) == 1
    assert made[0].parts[0] == "2026-11"
    assert len(made[0].parts) == 2


def test_the_roster_knows_departments_by_file_name(tmp_path: Path) -> None:
    """A workbook with the client's five sheets only takes its department from its file's name and the roster."""
    folder = project(tmp_path, {"2026-11/D005-十一月.xlsx": five_sheets()})
    roster = (Path(__file__).parents[2] / "departments.xlsx").read_bytes()
    (folder / "departments.xlsx").write_bytes(roster)
    ended = batchreport(folder, "build", "workbooks/")

    assert ended.code == 0
    assert ended.out.split() == ["out/2026-11/职业技术学校后勤处.docx"]
