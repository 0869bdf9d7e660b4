from __future__ import annotations

import subprocess
import sys

import pytest

from batchreport.tomlfile import Lines

HEAVY = {"docx", "docxtpl", "jinja2", "lxml", "numpy", "openpyxl", "pandas", "pydantic", "python_calamine", "rich"}


def loaded(*arguments: str) -> set[str]:
    """Return the modules that `python -m batchreport` imports when given `arguments`."""
    command = [sys.executable, "-X", "importtime", "-m", "batchreport", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    times = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in times}


def packages(modules: set[str]) -> set[str]:
    """Return the top-level packages of modules."""
    return {module.partition(".")[0] for module in modules}


COMMANDS = ("build", "check", "collect", "remind", "run", "send", "status", "template")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)], ids=" ".join
)
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    """Help comes in an instant: what reads and writes documents loads only in the command that needs it."""
    names = packages(loaded(*arguments))

    assert "click" in names
    assert not names & HEAVY


def test_checking_a_template_loads_nothing_that_reads_workbooks() -> None:
    """A designer checks again and again: only what reads a schema and a template is loaded."""
    modules = loaded("template", "check", "--quiet")
    names = packages(modules)

    assert {"docxtpl", "jinja2", "lxml", "pydantic"} <= names
    assert not names & {"PIL", "numpy", "olefile", "openpyxl", "pandas", "python_calamine", "rich", "sqlite3"}
    assert "batchreport.report.grammar.chinese.filters" in modules
    assert "batchreport.report.grammar.english.filters" not in modules


def told(program: str, *arguments: str) -> int:
    """Return the number that a Python program prints last."""
    command = [sys.executable, "-c", program, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return int(run.stdout.split()[-1])


def test_a_command_ends_at_once() -> None:
    """What is there when a command ends is not gone through for garbage: that took a fifth of a short one's time."""
    left = "import atexit, gc; atexit.register(lambda: print(len(gc.get_objects())))"

    assert told(f"{left}; from batchreport.cli import main; main()", "--version") < 1000


def test_an_option_that_many_commands_have_is_translated_once() -> None:
    """Each translation is looked for on the disk, so that help would come the later the more commands there are."""
    count = "import gettext; find, found = gettext.find, []; gettext.find = lambda *a, **k: found.append(a) or find(*a, **k)"

    assert told(f"{count}; import batchreport.cli.commands; print(len(found))") < 150


def test_a_file_without_mistakes_is_not_gone_through_for_its_lines() -> None:
    """On which line a key stands is only asked of a file in which something is wrong."""
    lines = Lines(b"id = 1\n[lists]\ncolours = []\n")

    assert "_lines" not in vars(lines)
    assert lines.of(("lists", "colours")) == 3
