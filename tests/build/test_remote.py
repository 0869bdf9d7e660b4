"""Workbooks and reports may be at other addresses; there is what there would be in a folder of this machine."""

from __future__ import annotations

import os
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from batchreport.errors import InputError, OutputError
from batchreport.run.alone import alone
from batchreport.run.mirror import Mirror
from tests.build.books import ROOT, book, project
from tests.build.command import batchreport
from tests.build.test_unchanged import out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.build.command import Ended

NAMES = ("甲校", "乙校")
ADDRESS = "memory://shelf/out"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose workbooks are elsewhere."""
    folder = project(tmp_path / "project")
    for name in NAMES:
        fill(tmp_path, name)
    return folder


def fill(place: Path, name: str, file: str = "", revision: int = 1) -> None:
    """Put the workbook of a department at the address."""
    path = place / "elsewhere/workbooks/2026-11" / f"{file or name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(book(name, code=name, revision=revision))


def built(folder: Path, *more: str) -> Ended:
    """Build from an address to another."""
    elsewhere = (folder.parent / "elsewhere").as_uri()
    return batchreport(folder, "build", f"{elsewhere}/workbooks", "--out", f"{elsewhere}/out", *more)


def reports(folder: Path) -> dict[str, bytes]:
    """Return what was made; save the page, which says where the workbooks are."""
    return {path: data for path, data in out(folder).items() if not path.endswith(".html")}


def made(folder: Path) -> dict[str, int]:
    """Return when each file at the address was written."""
    there = folder.parent / "elsewhere/out"
    return {path.name: path.stat().st_mtime_ns for path in there.rglob("*") if path.is_file()}


def test_there_is_what_a_folder_of_this_machine_would_have(folder: Path, tmp_path: Path) -> None:
    """To the byte; paths are told as addresses, and nothing half written is left."""
    ended = built(folder)
    shutil.copytree(tmp_path / "elsewhere/workbooks", folder / "workbooks")
    plain = batchreport(folder, "build", "workbooks")

    assert (ended.code, ended.err) == (0, plain.err)
    assert f"{(tmp_path / 'elsewhere').as_uri()}/out/2026-11/甲校.docx" in ended.out.splitlines()
    assert reports(folder)
    assert reports(tmp_path / "elsewhere") == reports(folder)
    assert [name for name in made(folder) if name.endswith(".tmp")] == []


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same machine", "another machine"])
def test_what_is_unchanged_is_neither_made_nor_sent(folder: Path, *, elsewhere: bool) -> None:
    """A machine that has no likeness yet fetches one first."""
    built(folder)
    before = made(folder)
    if elsewhere:
        shutil.rmtree(folder / ".cache")
    ended = built(folder)
    after = made(folder)

    assert (ended.code, "2 份未变" in ended.err) == (0, True)
    assert {name: at for name, at in after.items() if not name.startswith(".")} == {
        name: at for name, at in before.items() if not name.startswith(".")
    }


def test_two_runs_do_not_share_a_likeness(folder: Path) -> None:
    """The second ends at once with one line, and spoils nothing of the first."""
    assert built(folder).code == 0
    [lock] = (folder / ".cache/batchreport").glob("out-*.lock")
    with alone(lock):
        second, looked = built(folder), built(folder, "--dry-run")
    after = built(folder)

    assert (second.code, second.err.count("\n")) == (2, 1)
    assert "elsewhere/out：同样的命令正在另一个窗口或计划任务里运行" in second.err
    assert (looked.code, after.code) == (0, 0)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same machine", "another machine"])
def test_a_report_edited_at_the_address_is_left_alone(folder: Path, *, elsewhere: bool) -> None:
    """The new one goes beside it, and that is said."""
    built(folder)
    reports = folder.parent / "elsewhere/out/2026-11"
    (reports / "甲校.docx").write_bytes(b"edited")
    fill(folder.parent, "甲校", revision=2)
    if elsewhere:
        shutil.rmtree(folder / ".cache")
    ended = built(folder)

    assert "手工改过" in ended.err
    assert (reports / "甲校.docx").read_bytes() == b"edited"
    assert (reports / "甲校 (new).docx").read_bytes().startswith(b"PK")


def test_a_report_that_is_gone_at_the_address_is_made_again(folder: Path) -> None:
    """With the bytes it had."""
    built(folder)
    report = folder.parent / "elsewhere/out/2026-11/甲校.docx"
    before = report.read_bytes()
    report.unlink()
    built(folder)

    assert report.read_bytes() == before


def test_a_report_that_does_not_count_is_taken_back(folder: Path) -> None:
    """Two workbooks of one department and revision: neither counts, and the report of before stays, as on this machine."""
    built(folder)
    before = made(folder)["甲校.docx"]
    for file in ("甲校", "甲校2"):
        path = folder.parent / f"elsewhere/workbooks/2026-11/{file}.xlsx"
        path.write_bytes(book("甲校", code="甲校", rows={"plans": [{"item": file, "due": date(2026, 12, 31)}]}))
    ended = built(folder)

    assert ended.code == 1
    assert made(folder)["甲校.docx"] == before
    assert "乙校.docx" in made(folder)


def test_one_workbook_at_an_address_is_built(folder: Path) -> None:
    """As where one workbook of this machine is named."""
    path = folder.parent / "elsewhere/workbooks/2026-11/甲校.xlsx"
    ended = batchreport(folder, "build", f"file://{path.as_posix()}")

    assert ended.code == 0
    assert [path.name for path in folder.glob("out/*/*.docx")] == ["甲校.docx"]


def test_a_dry_run_sends_nothing(folder: Path) -> None:
    """Not even the archive."""
    assert built(folder, "--dry-run").code == 0
    assert made(folder) == {}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("foo://bucket/workbooks", "foo"),
        ("file:///no/such/folder", "file:///no/such/folder："),
        ("memory://nothing", "memory://nothing："),
    ],
)
def test_an_address_that_gives_nothing_is_one_line(folder: Path, address: str, said: str) -> None:
    """With the address in it."""
    ended = batchreport(folder, "build", address)

    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert said in ended.err


def test_without_fsspec_the_extra_is_named(folder: Path, tmp_path: Path) -> None:
    """What to install."""
    (tmp_path / "none/fsspec").mkdir(parents=True)
    (tmp_path / "none/fsspec/__init__.py").write_text("raise ImportError")
    path = os.pathsep.join([str(tmp_path / "none"), str(ROOT)])
    ended = batchreport(folder, "build", "s3://bucket/workbooks", PYTHONPATH=path)

    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "pip install batchreport[remote]" in ended.err


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """The likeness of a folder that is nowhere but in memory; "last" is sent last."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    yield Mirror(ADDRESS, lambda path: not path.name.startswith("."), last="last")
    MemoryFileSystem.store.clear()


def lay(mirror: Mirror, **files: str) -> None:
    """Write files into the likeness."""
    mirror.folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (mirror.folder / name).write_text(text)


def there() -> dict[str, bytes]:
    """Return what is at the address, in the order in which it came."""
    files = sorted(MemoryFileSystem.store.values(), key=lambda file: file.created)
    return {file.path.rpartition("/")[2]: file.getvalue() for file in files}


def test_the_archive_is_sent_last(mirror: Mirror) -> None:
    """So that what it says is there is there."""
    lay(mirror, a="1", last="2", z="3")

    assert mirror.send() == []
    assert list(there())[-1] == "last"
    assert there() == {"a": b"1", "z": b"3", "last": b"2"}


def test_what_does_not_arrive_is_said_and_sent_the_next_time(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others arrive."""
    usual = MemoryFileSystem.pipe_file

    def refused(self: MemoryFileSystem, path: str, value: bytes) -> None:
        if path.endswith("/b"):
            raise PermissionError(13, "no right to")
        usual(self, path, value)

    lay(mirror, a="1", b="2")
    with monkeypatch.context() as patch, pytest.raises(OutputError) as caught, mirror.sending():
        patch.setattr(MemoryFileSystem, "pipe_file", refused)
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.file) == ("remote-not-sent", f"{ADDRESS}/b")
    assert "no right to" in finding.line("zh")
    assert there() == {"a": b"1"}
    mirror.fetch()
    assert mirror.send() == []
    assert there() == {"a": b"1", "b": b"2"}


def test_what_somebody_changes_meanwhile_is_not_overwritten(mirror: Mirror) -> None:
    """The next run finds it edited."""
    lay(mirror, a="1")
    mirror.send()
    MemoryFileSystem().pipe_file("/shelf/out/a", b"by hand")
    lay(mirror, a="2")

    assert [finding.code for finding in mirror.send()] == ["remote-changed"]
    assert there() == {"a": b"by hand"}
    mirror.fetch()
    assert (mirror.folder / "a").read_text() == "by hand"


def test_what_was_made_and_not_sent_stays(mirror: Mirror) -> None:
    """A run that was killed loses nothing, though the address has an older version."""
    lay(mirror, a="1")
    mirror.send()
    lay(mirror, a="2", b="3")
    again = Mirror(ADDRESS, lambda path: not path.name.startswith("."), last="last")
    again.fetch()

    assert [path.read_text() for path in sorted(again.folder.iterdir())] == ["2", "3"]
    assert again.send() == []
    assert there() == {"a": b"2", "b": b"3"}


@pytest.mark.parametrize("name", ["../x.xlsx", "a/../../x.xlsx", "c:\\x.xlsx", "c:x.xlsx"])
def test_no_name_at_an_address_leads_out_of_the_likeness(mirror: Mirror, name: str) -> None:
    """Such a file is not fetched."""
    assert mirror._below(f"/shelf/out/{name}") == ""


def test_an_address_that_cannot_be_read_is_said(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the protocol's own words."""

    def refused(*_: object, **__: object) -> None:
        raise RuntimeError("token has expired")

    monkeypatch.setattr(MemoryFileSystem, "find", refused)
    with pytest.raises(InputError, match="token has expired"):
        mirror.fetch()
