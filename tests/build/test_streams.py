"""Where results go: full disks, readers that have gone, and systems that know no Chinese."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.build.books import book, project

FULL = Path("/dev/full")
EXIT_CANNOT = 2

needs_full = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")


def ended(folder: Path, *arguments: str, out: int, err: int = subprocess.PIPE, **environment: str) -> tuple[int, str]:
    """Run `batchreport` with its results going to `out`; return exit code and what was said."""
    known = {"PATH": os.environ["PATH"], "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1", "HOME": str(folder)} | environment
    command = [sys.executable, "-m", "batchreport", *arguments]
    run = subprocess.run(command, cwd=folder, env=known, stdout=out, stderr=err, timeout=120, check=False)
    return run.returncode, (run.stderr or b"").decode(errors="replace")


@needs_full
@pytest.mark.parametrize(
    "arguments", [("build",), ("build", "--json"), ("check", "--json"), ("--help",), ("--version",)]
)
def test_results_that_cannot_be_written_are_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """The exit code tells, and no traceback."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    with FULL.open("wb") as full:
        code, said = ended(folder, *arguments, out=full.fileno())

    assert code == EXIT_CANNOT
    assert "屏幕上的结果写不出去" in said
    assert len([line for line in said.splitlines() if "写不出去" in line]) == 1
    assert "Traceback" not in said


@needs_full
def test_reports_are_written_though_results_cannot_be(tmp_path: Path) -> None:
    """They are whole before anything is shown."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    with FULL.open("wb") as full:
        ended(folder, "build", out=full.fileno())

    assert (folder / "out/2026-11/甲校.docx").exists()


@needs_full
def test_messages_that_cannot_be_written_end_with_the_same_code(tmp_path: Path) -> None:
    """Where nothing can be said, the exit code says it."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": b"x"})
    with FULL.open("wb") as full:
        code, _ = ended(folder, "build", out=full.fileno(), err=full.fileno())

    assert code == EXIT_CANNOT


@pytest.mark.parametrize("arguments", [("build",), ("build", "--json"), ("--help",)])
def test_a_reader_that_has_gone_is_no_trouble(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """As in `batchreport build | head -1`: not a word."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    reading, writing = os.pipe()
    os.close(reading)
    try:
        _, said = ended(folder, *arguments, out=writing)
    finally:
        os.close(writing)

    assert "Traceback" not in said
    assert "写不出去" not in said
    assert "Broken pipe" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows names files in Unicode")
def test_a_system_of_ascii_letters_gets_its_reports(tmp_path: Path) -> None:
    """Where the locale is C, files have their names and messages their words all the same."""
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校")})
    code, said = ended(folder, "build", out=subprocess.DEVNULL, LC_ALL="C", PYTHONUTF8="0")

    assert (code, "Traceback" in said) == (0, False)
    assert (folder / "out/2026-11/甲校.docx").exists()


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_console_that_cannot_show_a_sign_gets_all_else(tmp_path: Path, encoding: str) -> None:
    """The command ends as it would have, whatever letters the console knows."""
    folder = project(tmp_path, {"2026-11/甲校😀.xlsx": b"x"})
    code, said = ended(folder, "build", out=subprocess.DEVNULL, PYTHONIOENCODING=encoding)

    assert (code, "Traceback" in said) == (1, False)
    assert "😀" in said or "\\U0001f600" in said


def test_a_document_for_programs_is_one_in_every_code_page(tmp_path: Path) -> None:
    """A letter that the code page does not have is written as JSON writes it."""
    folder = project(tmp_path, {"2026-11/50m²😀.xlsx": b"x"})
    with (tmp_path / "out.json").open("wb") as out:
        ended(folder, "check", "--json", out=out.fileno(), PYTHONIOENCODING="gbk", PYTHONUTF8="0")

    printed = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert printed["departments"][0]["file"] == "2026-11/50m²😀.xlsx"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("arguments", [("template", "check", "none.docx"), ("template", "check")])
def test_a_terminal_has_colours_unless_it_wants_none(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """NO_COLOR is for what is said of a run, and for why there is none."""
    folder = project(tmp_path, {})
    shown = {}
    for wish in ("", "1"):
        ours, terminal = os.openpty()  # type: ignore[attr-defined, unused-ignore]  # Windows has none
        ended(folder, *arguments, out=terminal, err=terminal, NO_COLOR=wish)
        os.close(terminal)
        shown[wish] = os.read(ours, 4096)
        os.close(ours)

    assert b"\x1b[" in shown[""]
    assert shown["1"]
    assert b"\x1b[" not in shown["1"]
