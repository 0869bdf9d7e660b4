from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from batchreport import Period
from batchreport.errors import OutputError
from batchreport.run.alone import alone
from batchreport.run.archive import Archive
from batchreport.run.post import Post, Receipt, Sent, look_post
from tests.build.books import NOVEMBER

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def letter(number: int, period: str = "2026-11") -> Sent:
    """Return a letter to one of many departments."""
    at = NOON + timedelta(seconds=number)
    return Sent(period, f"D{number:03}", "blank", "digest", f"<{period}.{number}@x>", "a@school.example", at)


RECEIPT = Receipt("digest", "2026-11", "D1", 2, "2026-11/甲校.xlsx", NOON, "a@b.c", "十一月.zip › 甲校.xlsx", "taken")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The archive's file, with what a build remembers."""
    path = tmp_path / "out/.archive.sqlite"
    with Archive(path):
        pass
    return path


def test_letters_and_workbooks_are_remembered(path: Path) -> None:
    """In the order they were begun, by period; what a letter has come to replaces what was known."""
    with Post(path) as post:
        for one in (letter(2), letter(1), letter(3, "2026-12")):
            post.begin(one)
        post.mark(letter(1).message_id, "sent", "250 OK")
        post.receive(RECEIPT)
        post.saw("mid:<x>")
        assert (post.seen("mid:<x>"), post.seen("mid:<y>"), post.finding) == (True, False, None)

    letters, receipts = look_post(path, NOVEMBER)
    assert [(one.department, one.state, one.said) for one in letters] == [
        ("D001", "sent", "250 OK"),
        ("D002", "begun", ""),
    ]
    assert receipts == (RECEIPT,)
    assert letters[0].at == letter(1).at
    assert len(look_post(path)[0]) == 3
    assert look_post(path, Period(2026, 10, "M")) == ((), ())


def test_a_moment_of_another_zone_is_kept_in_utc(path: Path) -> None:
    """Beijing's eight in the evening is noon."""
    with Post(path) as post:
        at = datetime(2026, 12, 1, 20, tzinfo=timezone(timedelta(hours=8)))
        post.begin(Sent("2026-11", "D1", "report", "d", "<x@y>", "a@b.c", at))
        assert post.letters()[0].at == NOON


def test_to_look_changes_nothing(path: Path, tmp_path: Path) -> None:
    """Neither where there is an archive, nor where there is none, nor one that is damaged."""
    before = path.read_bytes()
    assert look_post(path) == ((), ())
    assert path.read_bytes() == before
    assert look_post(tmp_path / "none/x.sqlite") == ((), ())
    path.write_bytes(b"no database" * 1000)
    assert look_post(path) == ((), ())
    assert {one.name for one in path.parent.iterdir()} <= {path.name, f"{path.name}-journal"}


def test_what_can_be_read_of_a_damaged_file_is_taken_over(path: Path) -> None:
    """Some pages are lost: most letters are known all the same, and it is said until it is overlooked."""
    with Post(path) as post:
        for number in range(200):
            post.begin(letter(number))
    data = bytearray(path.read_bytes())
    page = data.index(b"<2026-11.100@x>") // 4096 * 4096
    data[page : page + 4096] = bytes(4096)
    path.write_bytes(data)
    for _ in range(2):
        with Post(path) as post:
            assert post.finding is not None
            assert (post.finding.code, len(post.letters()) > 100) == ("post-damaged", True)
    with Post(path) as post:
        post.overlook()
        assert post.finding is None
    with Post(path) as post:
        assert post.finding is None


def test_a_file_that_another_run_set_aside_is_looked_through(path: Path) -> None:
    """Whole as far as letters go, it is taken over without a word; one that cannot be read at all is said."""
    with Post(path) as post:
        post.begin(letter(1))
    path.replace(path.with_name(f"{path.name}.damaged"))
    with Post(path) as post:
        assert (post.finding, [one.department for one in post.letters()]) == (None, ["D001"])

    path.with_name(f"{path.name}.damaged").write_bytes(b"no database" * 1000)
    with Post(path) as post:
        assert post.finding is not None
        assert len(post.letters()) == 1


def test_tables_of_another_shape_are_set_aside(path: Path) -> None:
    """As a later version may have left them."""
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE letters (message_id TEXT PRIMARY KEY)")
    with Post(path) as post:
        post.begin(letter(1))
        assert len(post.letters()) == 1


def test_one_process_at_a_time(tmp_path: Path) -> None:
    """The second is told at once; when the first has ended, the next may."""
    with alone(tmp_path / "out/.sending"):
        with pytest.raises(OutputError) as caught, alone(tmp_path / "out/.sending"):
            pass
        assert caught.value.findings[0].code == "out-busy"
    with alone(tmp_path / "out/.sending"):
        pass
