"""`batchreport template preview`: a look at the template before any department has reported."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batchreport.run.drawn import to_png
from tests.build.command import batchreport
from tests.docxfile import docx_text
from tests.outside import FONTS, require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project as `init` lays it down."""
    assert batchreport(tmp_path, "init").code == 0
    return tmp_path


def test_a_preview_of_each_kind_is_written(project: Path) -> None:
    """Into out/preview/, named for the template and the data."""
    ended = batchreport(project, "template", "preview", "--data", "all")

    assert ended.code == 0
    assert ended.out.split() == [f"out/preview/summary-{kind}.docx" for kind in ("typical", "empty", "extreme")]
    assert "示例中心小学" in docx_text((project / "out/preview/summary-typical.docx").read_bytes())["document"]


def test_signs_of_made_up_data_stay_text(project: Path) -> None:
    """What looks like a tag or markup is printed as it is."""
    batchreport(project, "template", "preview", "--data", "extreme")

    assert "&<b>{{ x }}{% if %}" in docx_text((project / "out/preview/summary-extreme.docx").read_bytes())["document"]


def test_the_roll_up_has_previews_too(project: Path) -> None:
    """Of several departments, one of which has not reported."""
    ended = batchreport(project, "template", "preview", "templates/rollup.docx")

    assert ended.out == "out/preview/rollup-typical.docx\n"
    assert "示例未报单位" in docx_text((project / "out/preview/rollup-typical.docx").read_bytes())["document"]


def test_the_roll_up_needs_no_file_to_be_named(project: Path) -> None:
    """`--rollup` alone is the project's roll-up, whatever it is called; with a file, that one."""
    (project / "templates/rollup.docx").rename(project / "templates/all.docx")
    toml = project / "batchreport.toml"
    toml.write_text(toml.read_text("utf-8").replace("templates/rollup.docx", "templates/all.docx"), "utf-8")

    own = batchreport(project, "template", "preview", "--rollup")
    other = batchreport(project, "template", "preview", "templates/all.docx", "--rollup", "--out", "here")

    assert (own.out, other.out) == ("out/preview/all-typical.docx\n", "here/all-typical.docx\n")


def test_a_workbook_can_be_given(project: Path) -> None:
    """Its report is made even where it has errors, which are said."""
    book = ROOT / "workbooks/2026-11/xx中心小学.xlsx"

    ended = batchreport(project, "template", "preview", "--workbook", str(book), "--out", "here")

    assert ended.out == "here/summary-xx中心小学.docx\n"
    assert "中心小学" in docx_text((project / "here/summary-xx中心小学.docx").read_bytes())["document"]


@pytest.mark.parametrize("name", ["实验小学", "第二中学", "公司物业管理中心"])
def test_the_preview_of_a_workbook_is_the_report_that_is_built(tmp_path: Path, name: str) -> None:
    """With the earlier figures that the archive remembers, which the report compares with and draws."""
    office = tmp_path / "office"
    office.mkdir()
    for part in ("batchreport.toml", "departments.xlsx"):
        shutil.copy(ROOT / part, office)
    for part in ("templates", "workbooks"):
        shutil.copytree(ROOT / part, office / part)
    assert batchreport(office, "build", "workbooks/", "--department", name).code == 0
    built = (office / f"out/2026-11/{name}.docx").read_bytes()

    ended = batchreport(office, "template", "preview", "--workbook", f"workbooks/2026-11/{name}.xlsx")

    assert ended.code == 0
    assert (office / f"out/preview/summary-{name}.docx").read_bytes() == built


def test_a_preview_of_a_workbook_leaves_the_archive_as_it_is(project: Path) -> None:
    """It looks at what was reported before; where there is none, nothing is made."""
    book = ROOT / "workbooks/2026-11/实验小学.xlsx"

    batchreport(project, "template", "preview", "--workbook", str(book))

    assert [path.name for path in (project / "out").iterdir()] == ["preview"]


def test_a_template_at_fault_is_said(project: Path) -> None:
    """As the check says it; no preview is written."""
    (project / "draft.docx").write_bytes(b"no document")

    ended = batchreport(project, "template", "preview", "draft.docx")

    assert ended.code == 2
    assert "draft.docx" in ended.err
    assert not (project / "out/preview").exists()


@pytest.mark.usefixtures("office")
def test_pdf_and_pictures_are_made(project: Path) -> None:
    """A page of the PDF is a picture beside it; those of pages that are no more go."""
    require("pdftoppm")
    (project / "out/preview").mkdir(parents=True)
    (project / "out/preview/summary-empty-9.png").write_bytes(b"of before")

    ended = batchreport(project, "template", "preview", "--data", "empty", "--png", FONTCONFIG_FILE=str(FONTS))

    made = ended.out.split()
    assert made[:2] == ["out/preview/summary-empty.docx", "out/preview/summary-empty.pdf"]
    assert made[2:] == ["out/preview/summary-empty-1.png"]
    assert (project / made[2]).read_bytes().startswith(b"\x89PNG")


def test_without_pdftoppm_one_line_says_so(tmp_path: Path) -> None:
    """And what to install."""
    assert to_png(tmp_path / "a.pdf", str(tmp_path / "no such program"))[1] is not None


@pytest.fixture
def watching(project: Path) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Start the watch; give what waits until something is so."""
    known = {"PATH": os.environ["PATH"], "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1", "HOME": str(project)}
    command = [sys.executable, "-m", "batchreport", "template", "preview", "--data", "empty", "--watch"]
    with (project / "said.txt").open("wb") as said:
        started = subprocess.Popen(command, cwd=project, env=known, stdout=said, stderr=subprocess.STDOUT)

    def until(so: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not so():
            assert started.poll() is None, (project / "said.txt").read_text("utf-8")
            assert time.monotonic() < end, (project / "said.txt").read_text("utf-8")
            time.sleep(0.1)

    yield until
    started.send_signal(signal.SIGINT)
    assert started.wait(30) == 0


def test_watching_renders_again_and_bears_a_file_half_saved(
    project: Path, watching: Callable[[Callable[[], bool]], None]
) -> None:
    """A template that is gone, half written or wrong ends nothing: the next one that is whole is rendered. Ctrl-C ends with 0."""
    template, made, said = (
        project / name for name in ("templates/summary.docx", "out/preview/summary-empty.docx", "said.txt")
    )
    whole = template.read_bytes()
    watching(made.exists)

    template.unlink()
    time.sleep(1)
    template.write_bytes(whole[:3000])
    watching(lambda: "没有生成预览" in said.read_text("utf-8"))
    made.unlink()
    template.write_bytes(whole)

    watching(made.exists)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (("--workbook", "templates/summary.docx"), "这是 Word 文档，不是工作簿"),
        (("--workbook", "departments.xlsx"), "缺少工作表“统计数据”"),
        (("--rollup", "--workbook", "departments.xlsx"), "汇总要用很多份工作簿"),
        (("templates/rollup.docx", "--workbook", "departments.xlsx"), "汇总要用很多份工作簿"),
        (("nowhere.docx", "--watch"), "nowhere.docx：没有这个模板文件"),
        (("--workbook", "nowhere.xlsx", "--watch"), "nowhere.xlsx：没有这个文件或文件夹"),
    ],
)
def test_what_cannot_be_previewed_is_said_at_once(project: Path, wish: tuple[str, ...], said: str) -> None:
    """No empty report is made of what is no workbook, and nobody waits for a file that is not there."""
    ended = batchreport(project, "template", "preview", *wish, "--language", "zh")

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert not (project / "out/preview").exists()
