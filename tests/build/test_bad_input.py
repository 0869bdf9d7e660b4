"""Every bad input is one clear line, and its siblings are built."""

import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.five import SHEETS
from tests.outside import do_without


def encrypted() -> bytes:
    """Return a workbook with a password."""
    target = BytesIO()
    OOXMLFile(BytesIO(book("乙校"))).encrypt("secret", target)
    return target.getvalue()


def old() -> bytes:
    """Return the client's five sheets as a workbook of Excel 97."""
    workbook = xlwt.Workbook()
    for title, rows in SHEETS.items():
        sheet = workbook.add_sheet(title)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def zipped(**parts: str) -> bytes:
    """Return a zip package with these parts."""
    target = BytesIO()
    with ZipFile(target, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return target.getvalue()


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an empty file": ("空.xlsx", bytes, "文件是空的"),
    "a truncated zip": ("半.xlsx", lambda: book("乙校")[:5000], "文件已损坏"),
    "a web page": ("网.xlsx", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "里面是网页"),
    "CSV text": ("文.xlsx", "指标,本期值\n在校学生,620\n".encode, "里面是文本"),
    "CSV under its own name": ("文.csv", lambda: "指标,本期值\n".encode("gb18030"), "里面是文本"),
    "a password": ("密.xlsx", encrypted, "文件设了打开密码"),
    "a Word document": ("词.xlsx", lambda: zipped(**{"word/document.xml": "<a/>"}), "这是 Word 文档"),
    "any zip": ("包.xlsx", lambda: zipped(readme="x"), "这不是 Excel 工作簿"),
    "noise": ("乱.xlsx", (bytes(range(256)) * 40).__bytes__, "这不是 Excel 工作簿"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_no_good_is_one_line(tmp_path: Path, what: str) -> None:
    """The line names the file and what to do; the sibling is built; the exit code is 1."""
    name, make, said = BAD[what]
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校"), f"2026-11/{name}": make()})
    ended = batchreport(folder, "build", "workbooks/")

    lines = [line for line in ended.err.splitlines() if name in line]
    assert len(lines) == 1
    assert said in lines[0]
    assert lines[0].startswith("错误")
    assert ended.out.split() == ["out/2026-11/甲校.docx"]
    assert (ended.code, "Traceback" in ended.err) == (1, False)


def test_a_workbook_of_excel_97_is_read_and_said(tmp_path: Path) -> None:
    """It builds, and one warning says what could not be looked at."""
    folder = project(tmp_path, {"2026-11/旧校.xls": old()})
    ended = batchreport(folder, "build", "workbooks/")

    assert (ended.code, ended.out.split()) == (0, ["out/2026-11/旧校.docx"])
    assert "另存为“Excel 工作簿 (*.xlsx)”" in ended.err


def test_what_programs_leave_behind_is_passed_over_in_silence(tmp_path: Path) -> None:
    """Lock files, `.DS_Store` and the like are no workbooks, and nobody wants to hear of them."""
    left = ("~$甲校.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", "._甲校.xlsx")
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")} | {f"2026-11/{name}": b"x" for name in left})
    ended = batchreport(folder, "build", "workbooks/")

    assert ended.code == 0
    assert not [name for name in left if name in ended.err]


def said_once(ended: object, code: int, *texts: str) -> bool:
    """Whether a command ended with `code` and one line that has all `texts`."""
    lines = str(getattr(ended, "err", "")).strip().splitlines()
    return getattr(ended, "code", None) == code and len(lines) == 1 and all(text in lines[0] for text in texts)


def test_a_folder_without_workbooks_is_one_line(tmp_path: Path) -> None:
    """Nothing to work on ends with 2 and says so."""
    folder = project(tmp_path)
    (folder / "workbooks").mkdir()

    assert said_once(batchreport(folder, "build", "workbooks/"), 2, "workbooks", "这里没有工作簿")


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    """A path that is not there ends with 2 and its name."""
    assert said_once(batchreport(project(tmp_path), "build", "wrokbooks/"), 2, "wrokbooks", "没有这个文件或文件夹")


def test_a_missing_template_is_one_line(tmp_path: Path) -> None:
    """The template is looked for before the first workbook is read."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    (folder / "templates/summary.docx").unlink()

    assert said_once(batchreport(folder, "build"), 2, "summary.docx", "打不开模板文件（没有这个文件）")


def test_a_template_that_is_no_docx_is_one_line(tmp_path: Path) -> None:
    """A template of another kind ends with 2 and says what it should be."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    (folder / "templates/summary.docx").write_bytes(b"%PDF-1.7")

    assert said_once(batchreport(folder, "build"), 2, "summary.docx", "docx")


def test_template_mistakes_are_said_before_a_workbook_is_read(tmp_path: Path) -> None:
    """Each mistake is a line with its place, its tag and what was probably meant."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": b"never read"})
    template = folder / "templates/summary.docx"
    with ZipFile(template) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts["word/document.xml"]
    assert "{{ 单位名称 }}".encode() in body
    parts["word/document.xml"] = body.replace("{{ 单位名称 }}".encode(), "{{ 单位名秤 }}".encode(), 1)
    with ZipFile(template, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    ended = batchreport(folder, "build")

    assert ended.code == 2
    assert "summary.docx › 正文 › 第1段" in ended.err
    assert "单位名秤" in ended.err
    assert "是不是“单位名称”" in ended.err
    assert "甲校" not in ended.err


def test_a_broken_schema_is_said_with_its_line(tmp_path: Path) -> None:
    """TOML that cannot be read ends with 2, file and line."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    (folder / "templates/summary.toml").write_text('id = "summary"\ntitle = "坏\n', "utf-8")

    assert said_once(batchreport(folder, "build"), 2, "summary.toml:2", "TOML 语法有误")


def test_broken_settings_are_said_all_at_once(tmp_path: Path) -> None:
    """Every mistake of batchreport.toml has its line."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    (folder / "batchreport.toml").write_text('language = "zh"\ntemplat = "x"\nout = 3\n', "utf-8")
    ended = batchreport(folder, "build")

    assert ended.code == 2
    assert "batchreport.toml:2" in ended.err
    assert "是不是“template”" in ended.err
    assert "batchreport.toml:3" in ended.err


@pytest.mark.parametrize("words", ["build", "build workbooks/2026-11", "check --mark", "build --dry-run"])
def test_out_among_the_workbooks_is_one_line(tmp_path: Path, words: str) -> None:
    """The next run would read roll-up and marked copies as workbooks; one workbook alone may have its report beside it."""
    folder = project(tmp_path, {"2026-11/甲.xlsx": book("甲")}, rollup=True)
    ended = batchreport(folder, *words.split(), "--out", "workbooks")
    there = sorted(path.name for path in (folder / "workbooks").rglob("*"))
    alone = batchreport(folder, "build", "workbooks/2026-11/甲.xlsx", "--out", "workbooks")

    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "会和工作簿混在一起" in ended.err
    assert there == ["2026-11", "甲.xlsx"]
    assert (alone.code, (folder / "workbooks/2026-11/甲.docx").exists()) == (0, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('language = "cn"', "batchreport.toml:1 › language：不能是“cn”（是不是“zh”？）"),
        (
            "[mail]\ndeadline_days = 5",
            "batchreport.toml:2 › mail.deadline_days：“deadline_days”写在了 [mail] 下面，它不属于那里。移到文件前面",
        ),
        ('out = "D:\\temp"', "batchreport.toml:1 › out：这个路径里的 \\ 有别的意思"),
        ('out = "C:\\users"', "batchreport.toml:1：TOML 语法有误：文字里的 \\ 有别的意思"),
    ],
)
def test_what_clerks_often_mistype_in_the_settings_is_said_with_the_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    """One line each, and nothing is made in a folder of another name."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    (folder / "batchreport.toml").write_text(text, "utf-8")
    ended = batchreport(folder, "build", "--language", "zh")

    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_folder_may_have_a_wide_blank_in_its_name(tmp_path: Path) -> None:
    """As Chinese keyboards type it: it is no sign that TOML has made of another."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    (folder / "batchreport.toml").write_text('out = "后勤\u3000报告"', "utf-8")

    assert batchreport(folder, "build").code == 0
    assert (folder / "后勤\u3000报告/2026-11/甲校.docx").exists()


def test_marked_copies_can_be_mended_where_they_lie(tmp_path: Path) -> None:
    """A report is made of what lies there; to mark it again would write over it, which is one line."""
    folder = project(tmp_path, {"2026-11/甲.xlsx": book("甲", rows={"statistics": [{"name": "学生"}]})})
    batchreport(folder, "check", "--mark")
    mended = folder / "out/2026-11/marked/甲.xlsx"
    mended.write_bytes(book("甲", revision=2))
    ended = batchreport(folder, "build", "out/2026-11/marked")
    marked = batchreport(folder, "check", "--mark", "out/2026-11/marked")

    assert (ended.code, (folder / "out/2026-11/甲.docx").exists()) == (0, True)
    assert (marked.code, marked.err.count("\n")) == (2, 1)
    assert mended.read_bytes() == book("甲", revision=2)


def test_reports_of_another_schema_are_not_written_over(tmp_path: Path) -> None:
    """They have the same names; a folder of its own, or --force, lets the other schema's be made."""
    folder = project(tmp_path, {"2026-11/甲.xlsx": book("甲")})
    first = batchreport(folder, "build")
    report = (folder / "out/2026-11/甲.docx").read_bytes()
    other = (folder / "templates/summary.toml").read_text(encoding="utf-8").replace('id = "summary"', 'id = "safety"')
    (folder / "templates/safety.toml").write_text(other, encoding="utf-8")
    words = ("build", "--schema", "templates/safety.toml")
    ended = [batchreport(folder, *words, *more) for more in ((), ("--dry-run",), ("--out", "safety"), ("--force",), ())]

    assert [one.code for one in (first, *ended)] == [0, 2, 2, 0, 0, 0]
    assert "这里放的是另一种表样" in ended[0].err
    assert ended[0].err.count("\n") == 1
    assert (folder / "safety/2026-11/甲.docx").read_bytes() == report
    assert batchreport(folder, "build").code == 2


def test_out_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    """A file where the folder should be ends with 2 before anything is read."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    (folder / "out").write_text("x")

    assert said_once(batchreport(folder, "build"), 2, "out", "是一个文件，不是文件夹")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A project whose out/ is a file system of 64 kB."""
    folder = project(tmp_path, {f"2026-11/{n}.xlsx": book(f"{n}校", code=f"D{n}") for n in range(12)})
    (folder / "out").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder / "out"], check=False, capture_output=True
    )
    if mounted.returncode:
        do_without("mounting a file system wants root on Linux")
    yield folder
    subprocess.run(["umount", folder / "out"], check=True)


def test_a_full_disk_is_one_line_and_leaves_whole_files(small: Path) -> None:
    """What was written before the disk was full is whole; nothing else is left."""
    ended = batchreport(small, "build", "workbooks/")

    assert said_once(ended, 2, "磁盘已满")
    for path in (small / "out").rglob("*"):
        if path.is_file() and path.suffix == ".docx":
            assert ZipFile(path).testzip() is None
    assert not list((small / "out").rglob("*.tmp"))


def test_a_read_only_folder_is_one_line(small: Path) -> None:
    """A folder that cannot be written ends with 2 before anything is read."""
    subprocess.run(["mount", "-o", "remount,ro", small / "out"], check=True)

    assert said_once(batchreport(small, "build", "workbooks/"), 2, "out", "磁盘是只读的")
