from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"docx", "docxtpl", "jinja2", "lxml", "numpy", "openpyxl", "pandas", "pydantic", "python_calamine", "rich"}


def imported(*arguments: str) -> set[str]:
    """Return the top-level packages that `python -m batchreport` imports when given `arguments`."""
    command = [sys.executable, "-X", "importtime", "-m", "batchreport", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    times = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in times}


COMMANDS = ("build", "check", "collect", "remind", "run", "send", "status", "template")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)], ids=" ".join
)
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    """Help comes in an instant: what reads and writes documents loads only in the command that needs it."""
    names = imported(*arguments)

    assert "click" in names
    assert not names & HEAVY


def test_checking_a_template_loads_nothing_that_reads_workbooks() -> None:
    """A designer checks again and again: only what reads a schema and a template is loaded."""
    names = imported("template", "check", "--quiet")

    assert {"docxtpl", "jinja2", "lxml", "pydantic"} <= names
    assert not names & {"PIL", "numpy", "olefile", "openpyxl", "pandas", "python_calamine", "rich", "sqlite3"}
