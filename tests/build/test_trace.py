"""`build --trace`: what lies beside each report, and when it is made again."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.build.books import book, project
from tests.build.command import Ended, batchreport


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A project of two departments."""
    return project(tmp_path, {f"2026-11/{name}.xlsx": book(name) for name in ("总务处", "后勤处")})


def built(office: Path, *more: str) -> Ended:
    """Build the project's reports."""
    ended = batchreport(office, "build", "workbooks/", "--json", *more)
    assert ended.code == 0, ended.err
    return ended


def names(office: Path) -> list[str]:
    """Return what was made."""
    return sorted(path.name for path in (office / "out/2026-11").iterdir())


def test_nothing_lies_beside_a_report_unless_it_is_asked_for(office: Path) -> None:
    """And a report has the same bytes, traced or not."""
    built(office)
    plain = {path.name: path.read_bytes() for path in (office / "out/2026-11").iterdir()}
    built(office, "--trace", "comments", "--force")

    assert sorted(plain) == ["后勤处.docx", "总务处.docx"]
    assert names(office) == sorted(
        f"{name}{ending}" for name in ("后勤处", "总务处") for ending in (".docx", ".trace.json", "（来源）.docx")
    )
    assert all((office / "out/2026-11" / name).read_bytes() == data for name, data in plain.items())


@pytest.mark.parametrize(
    "words",
    ["--trace workbooks/", "workbooks/ --trace", "--trace file workbooks/", "--trace --force workbooks/"],
)
def test_a_folder_behind_the_option_is_the_folder(office: Path, words: str) -> None:
    """`--trace` takes what follows it for its own only if it is `file` or `comments`."""
    ended = batchreport(office, "build", *words.split())

    assert ended.code == 0, ended.err
    assert names(office) == ["后勤处.docx", "后勤处.trace.json", "总务处.docx", "总务处.trace.json"]


@pytest.mark.parametrize("words", ["--trace comments workbooks/", "--trace=comments workbooks/"])
def test_comments_before_the_folder_are_for_the_trace(office: Path, words: str) -> None:
    """In either way of writing an option's value; all that is written is named."""
    ended = batchreport(office, "build", *words.split())

    endings = (".docx", ".trace.json", "（来源）.docx")
    assert ended.out.split() == [f"out/2026-11/{name}{ending}" for name in ("后勤处", "总务处") for ending in endings]

    assert ended.code == 0, ended.err
    assert "后勤处（来源）.docx" in names(office)


def test_the_file_says_of_which_report_it_is(office: Path) -> None:
    """Its digest, the workbook, and for each figure the cells; `--json` names it."""
    said = json.loads(built(office, "--trace").out)["departments"]
    trace = json.loads((office / "out/2026-11/后勤处.trace.json").read_text("utf-8"))
    report = (office / "out/2026-11/后勤处.docx").read_bytes()

    assert [Path(one["trace"]).name for one in said] == ["后勤处.trace.json", "总务处.trace.json"]
    assert trace["workbook"] == "2026-11/后勤处.xlsx"
    assert trace["report"] == sha256(report).hexdigest()
    [cell] = next(figure["cells"] for figure in trace["figures"] if figure["text"] == "620")
    assert (cell["sheet"], cell["period"]) == ("统计数据", "2026-11")


def test_a_traced_build_is_unchanged_only_with_all_that_was_made(office: Path) -> None:
    """What is gone or was never made is made; a build that does not ask for it leaves it alone."""
    built(office)
    folder = office / "out/2026-11"
    assert json.loads(built(office, "--trace").out)["unchanged"] == 0
    first = (folder / "后勤处.trace.json").read_bytes()
    assert json.loads(built(office, "--trace").out)["unchanged"] == 2
    (folder / "后勤处.trace.json").unlink()
    assert json.loads(built(office).out)["unchanged"] == 2
    assert json.loads(built(office, "--trace").out)["unchanged"] == 1
    assert (folder / "后勤处.trace.json").read_bytes() == first
    assert json.loads(built(office, "--trace", "comments").out)["unchanged"] == 0
    assert json.loads(built(office, "--trace", "comments").out)["unchanged"] == 2
