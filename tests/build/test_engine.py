import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from batchreport.run.engine import processes, run_all
from batchreport.run.pipeline import Kit, Source
from tests.build.books import NOVEMBER, ROOT, book

TEMPLATES = ROOT / "templates"
KIT = Kit(
    (TEMPLATES / "summary.toml").read_bytes(), "summary.toml", (TEMPLATES / "summary.docx").read_bytes(), "summary.docx"
)


@dataclass(frozen=True)
class Deadly(Source):
    """A source that ends the process which takes it out of its parcel, as an abort in a reader would."""

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return os._exit, (9,)


def sources(count: int) -> list[Source]:
    """Return good workbooks of that many departments."""
    return [Source(f"{n}.xlsx", book(f"{n}校", code=f"D{n}"), f"{n}", NOVEMBER) for n in range(count)]


def test_processes_give_what_one_process_gives() -> None:
    """The outcomes of several processes are those of one, in order, to the byte."""
    work = sources(20)

    assert list(run_all(KIT, work, jobs=2)) == list(run_all(KIT, work, jobs=1))
    assert [outcome.report for outcome in run_all(KIT, work, jobs=2)] == [
        outcome.report for outcome in run_all(KIT, work)
    ]


def test_a_workbook_that_kills_its_process_is_named_and_costs_no_other() -> None:
    """Every other workbook has its report; the deadly one has a finding."""
    work: list[Source] = sources(20)
    work[5] = Deadly("5.xlsx", b"", "5", NOVEMBER)
    outcomes = list(run_all(KIT, work, jobs=2))

    assert [outcome.file for outcome in outcomes] == [source.file for source in work]
    assert [outcome.file for outcome in outcomes if outcome.report is None] == ["5.xlsx"]
    assert [finding.code for finding in outcomes[5].findings] == ["file-kills-reader"]


def test_a_pool_is_used_where_it_pays() -> None:
    """A few workbooks are quicker in one process; what is asked for counts."""
    assert processes(None, 10) == 1
    assert processes(4, 10) == 4
    assert processes(4, 2) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_nothing_to_do_is_done(jobs: int) -> None:
    """No source gives no outcome."""
    assert list(run_all(KIT, [], jobs)) == []


def test_an_unreadable_source_is_a_finding() -> None:
    """The system's reason is in the finding."""
    outcome = next(iter(run_all(KIT, [Source("x.xlsx", b"", "x", NOVEMBER, unreadable="Permission denied")])))

    assert "Permission denied" in outcome.findings[0].line("en")


def test_every_kit_is_whole() -> None:
    """The starter's files are those of the repository's own project."""
    starter = Path(ROOT / "batchreport/starter/zh")
    laid = sorted(path.relative_to(starter) for path in starter.rglob("*") if path.is_file())

    assert laid
    for path in laid:
        if path.name != "departments.xlsx":
            assert (starter / path).read_bytes() == (ROOT / path).read_bytes(), path
