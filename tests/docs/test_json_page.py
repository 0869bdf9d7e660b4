"""docs/json.md has each key that `--json` prints, and no other."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.findings import catalogue
from tests.build.command import batchreport

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/json.md").read_text("utf-8")
TABLE = re.compile(r"^(?:An entry of `(\w+)`[^\n]*\n\n)?\| key \| type \| means \|\n((?:\|.*\n)+)", re.MULTILINE)
SOMETIMES = {"trace", "commented", "draft", "file", "sheet", "cell", "line", "key", "part", "heading", "spot", "tag"}
"""What the page says is left out where it does not apply."""
COMMANDS: dict[str, list[tuple[str, ...]]] = {
    "`build`, `check`": [("build", "--draft", "--trace", "comments"), ("check", "--mark")],
    "`status`": [("status",)],
    "`collect`, `run`": [("collect", "inbox", "--period", "2026-11")],
    "`send`, `remind`": [("send", "--period", "2026-12", "--drafts"), ("remind", "--dry-run")],
    "`template check`": [("template", "check")],
    "`template fields`": [("template", "fields")],
}


def described(heading: str) -> dict[str, set[str]]:
    """Return the keys that the page has under a heading: by the list that they are in, "" for the document itself."""
    text = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return {entry: set(re.findall(r"`(\w+)`", " ".join(firsts(rows)))) for entry, rows in TABLE.findall(text)}


def firsts(rows: str) -> list[str]:
    """Return the first column of a table."""
    return [row.split("|")[1] for row in rows.splitlines()]


def entries(said: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object of a document with the list that it is in; what stands in a finding is its own."""
    if isinstance(said, list):
        for each in said:
            yield from entries(each, name)
    elif isinstance(said, dict):
        yield name, said
        for key, value in said.items():
            if isinstance(value, list) and name not in ("findings", "hidden"):
                yield from entries(value, key)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English project, its workbooks at hand and once more in a folder for what comes."""
    folder = tmp_path_factory.mktemp("json") / "office"
    shutil.copytree(ROOT / "examples/english", folder)
    shutil.copytree(folder / "workbooks", folder / "inbox")
    return folder


@pytest.mark.parametrize("heading", COMMANDS)
def test_the_page_has_what_is_printed(office: Path, heading: str) -> None:
    """Of each command the document, its entries and its findings, key by key."""
    known = described(heading)
    findings = described("A finding")[""] | {"part", "heading", "spot", "tag"}
    for words in COMMANDS[heading]:
        said = json.loads(batchreport(office, *words, "--json").out)
        assert said["command"] in heading
        for name, one in entries(said):
            keys = findings if name in ("findings", "hidden") else known.get(name)
            if keys is None:
                assert f"`{name}`" in PAGE
            else:
                assert keys - SOMETIMES <= set(one) <= keys


@pytest.mark.parametrize("period", ["2026-11", "2027-01"])
def test_a_run_is_a_build_that_collected(office: Path, period: str) -> None:
    """It has the keys of both, also where nothing has come yet."""
    said = json.loads(batchreport(office, "run", "--json", "--period", period).out)

    assert said["command"] == "run"
    assert set(said) == described("`build`, `check`")[""] | {"collected", "not_collected"}


def test_the_page_has_every_family_of_findings() -> None:
    """What a code begins with, for each code that there is, and nothing else."""
    table = PAGE.partition("| family | about |\n")[2].partition("\n\n")[0]

    assert set(re.findall(r"`(\w+)-`", table)) == {code.split("-")[0] for code in catalogue("en")} - {"words"}


def test_the_page_has_what_a_trace_says(office: Path) -> None:
    """The file beside a report, and each figure in it."""
    batchreport(office, "build", "--trace")
    known = described("The trace of a report")
    said = json.loads(next((office / "out/2026-11").glob("*.trace.json")).read_text("utf-8"))

    assert set(said) == known[""]
    assert all(set(figure) <= known["figures"] for figure in said["figures"])
