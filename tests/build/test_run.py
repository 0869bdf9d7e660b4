from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.build.books import book
from tests.build.command import Ended, batchreport
from tests.build.test_collect import folder, mail
from tests.mail.servers import HOST, free_port

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["folder"]
FAULTY = {"plans": [{"item": ""}], "statistics": [{"name": "学生", "value": "许多", "unit": "人"}]}


@pytest.fixture
def office(folder: Path) -> Path:
    """A project whose settings name the folder for what comes."""
    with (folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
        settings.write('\ninbox = "收件"\n')
    return folder


def run(office: Path, *more: str) -> Ended:
    """Run once for November."""
    return batchreport(office, "run", "--period", "2026-11", *more)


def log(office: Path) -> list[str]:
    """Return the lines of the log."""
    return (office / "out/run.log").read_text("utf-8").splitlines()


def reports(office: Path) -> dict[str, int]:
    """Return the reports of November, and when each was written."""
    return {path.name: path.stat().st_mtime_ns for path in (office / "out/2026-11").glob("*.docx")}


def test_what_came_is_built_and_the_next_hour_nothing_is_done(office: Path) -> None:
    """One line a run says what came and what was built."""
    (office / "收件/a.eml").write_bytes(mail(book("甲校", code="D1")))
    first = run(office)
    assert first.code == 0, first.err
    before = reports(office)
    assert list(before) == ["甲校.docx"]
    assert run(office).code == 0
    assert reports(office) == before
    lines = [re.sub(r"^\S+ |seconds=\S+", "", line).strip() for line in log(office)]
    assert lines == [
        "period=2026-11 exit=0 collected=1 superseded=0 refused=0 workbooks=1 reports=1 unchanged=0 faulty=0",
        "period=2026-11 exit=0 collected=0 superseded=0 refused=0 workbooks=1 reports=1 unchanged=1 faulty=0",
    ]


def test_before_anything_came_there_is_nothing_to_do(office: Path) -> None:
    """That is well: nobody has answered yet."""
    ended = run(office)
    assert (ended.code, ended.out) == (0, "")
    assert "collected=0" in log(office)[0]


def test_a_faulty_workbook_and_a_useless_file_are_told_by_the_exit_code(office: Path) -> None:
    """The good department has its report nevertheless."""
    (office / "收件/a.xlsx").write_bytes(book("甲校", code="D1"))
    (office / "收件/b.xlsx").write_bytes(book("乙校", code="D2", rows=FAULTY))
    (office / "收件/c.rar").write_bytes(b"Rar!\x1a\x07\0 and so on")
    ended = run(office, "--json")
    assert ended.code == 1
    told = json.loads(ended.out)
    assert (told["exit_code"], told["reports"], len(told["departments"])) == (1, 1, 2)
    assert [one["state"] for one in told["collected"]] == ["taken", "taken", "refused"]
    assert list(reports(office)) == ["甲校.docx"]


def test_two_runs_never_go_on_at_the_same_time(office: Path) -> None:
    """The second says so in one line and in the log, and changes nothing."""
    (office / "收件/a.xlsx").write_bytes(book("甲校", code="D1"))
    (office / "out").mkdir(exist_ok=True)
    first = sqlite3.connect(office / "out/.running", isolation_level=None)
    first.execute("BEGIN EXCLUSIVE")
    ended = run(office)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert not (office / "workbooks").exists()
    assert "exit=2" in log(office)[0]
    first.close()
    assert run(office).code == 0


def test_a_mailbox_out_of_reach_does_not_keep_from_building(office: Path) -> None:
    """What is there is built, and the exit code says that nothing could be collected."""
    port = free_port()
    with (office / "batchreport.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f'[mail]\nfrom = "a@b.example"\nimap = {{ host = "{HOST}", port = {port}, security = "none" }}\n'
        )
    (office / "workbooks/2026-11").mkdir(parents=True)
    (office / "workbooks/2026-11/甲校.xlsx").write_bytes(book("甲校", code="D1"))
    ended = batchreport(office, "run", BATCHREPORT_MAIL_PASSWORD="x")
    assert ended.code == 2
    assert list(reports(office)) == ["甲校.docx"]
    assert f"{HOST}:{port}" in ended.err
    assert "not collected:" in log(office)[0]
