from __future__ import annotations

import json
import os
import shutil
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook

from batchreport import Period, Prefill, blank_workbook
from batchreport.mail.address import Address
from batchreport.mail.message import Attachment, Letter, compose
from batchreport.workbook.roster import roster_schema
from tests.build.books import NOVEMBER, book, project
from tests.build.command import Ended, batchreport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OCTOBER = Period(2026, 10, "M")
OFFICE = Address("houqin@district.example", "后勤处")
DEPARTMENTS = (
    ("D1", "甲校", "jia@school.example"),
    ("D2", "乙校", "yi@school.example"),
    ("D3", "丙校", "bing@school.example"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of three departments, of which nobody has answered, and a folder for what comes."""
    laid = project(tmp_path)
    rows = [{"code": code, "name": name, "mail": mail} for code, name, mail in DEPARTMENTS]
    roster = blank_workbook(roster_schema(), Prefill(rows={"departments": rows}))
    (laid / "departments.xlsx").write_bytes(roster)
    (laid / "收件").mkdir()
    return laid


def collect(folder: Path, *more: str) -> Ended:
    """Collect what lies in the folder for what comes, for November."""
    return batchreport(folder, "collect", "收件", "--period", "2026-11", *more)


def collected(folder: Path, *more: str) -> list[dict[str, Any]]:
    """Return what became of each thing that came."""
    ended = collect(folder, "--json", *more)
    assert ended.code in (0, 1), ended.err
    found: list[dict[str, Any]] = json.loads(ended.out)["collected"]
    return found


def states(folder: Path, *more: str) -> dict[str, str]:
    """Return what became of each thing that came, by where it lay."""
    return {one["origin"]: one["state"] for one in collected(folder, *more)}


def lying(folder: Path) -> dict[str, bytes]:
    """Return the files in the folder of workbooks, those set aside among them, by path."""
    there = folder / "workbooks"
    return {path.relative_to(there).as_posix(): path.read_bytes() for path in there.rglob("*") if path.is_file()}


def mail(
    data: bytes, *, name: str = "附件.xlsx", sender: str = "jia@school.example", day: int = 1, subject: str = "回复"
) -> bytes:
    """Return a message that brings a workbook."""
    files = (Attachment(name, data),) if data else ()
    letter = Letter(Address(sender, "某人"), (OFFICE,), subject, "您好", files)
    date = datetime(2026, 12, day, 8, tzinfo=UTC)
    return compose(letter, message_id=f"<{day}-{sender}>", date=date)


def mails(*files: bytes, day: int = 1) -> bytes:
    """Return a message of 甲校 that brings several workbooks."""
    brought = tuple(Attachment(f"附件{number}.xlsx", data) for number, data in enumerate(files, 1))
    letter = Letter(Address("jia@school.example", "某人"), (OFFICE,), "回复", "您好", brought)
    return compose(letter, message_id=f"<{day}@school.example>", date=datetime(2026, 12, day, 8, tzinfo=UTC))


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip file as Windows packs it in China: names in GBK, no sign of it."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, data in enumerate(files.values()):
            archive.writestr(f"{number:04}", data)
    whole = packed.getvalue()
    for number, name in enumerate(files):
        raw = name.encode("gbk")
        assert len(raw) == 4
        whole = whole.replace(f"{number:04}".encode(), raw)
    return whole


def test_the_stamp_says_whose_a_workbook_is_and_names_do_not(folder: Path) -> None:
    """A file under another department's name lies under its own department's name afterwards, byte for byte."""
    data = book("甲校", code="D1")
    (folder / "收件/乙校2025年3月.xlsx").write_bytes(data)
    assert states(folder) == {"乙校2025年3月.xlsx": "taken"}
    assert lying(folder) == {"2026-11/甲校.xlsx": data}


def test_everything_a_clerk_drags_together_is_opened(folder: Path) -> None:
    """A workbook, a mail with a zip file in it, and a zip file in a folder give three workbooks."""
    first, second, third = (book(name, code=code) for code, name, _ in DEPARTMENTS)
    (folder / "收件/子").mkdir()
    (folder / "收件/a.xlsx").write_bytes(first)
    (folder / "收件/b.eml").write_bytes(mail(zipped({"乙校": second}), name="打包.zip", sender="yi@school.example"))
    (folder / "收件/子/c.zip").write_bytes(zipped({"丙校": third}))
    assert states(folder) == {
        "a.xlsx": "taken",
        "b.eml › 打包.zip › 乙校.xlsx": "taken",
        "子 › c.zip › 丙校.xlsx": "taken",
    }
    assert lying(folder) == {"2026-11/甲校.xlsx": first, "2026-11/乙校.xlsx": second, "2026-11/丙校.xlsx": third}


def test_collecting_twice_changes_nothing(folder: Path) -> None:
    """The second time everything is known, and no file is touched."""
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1"))
    collect(folder)
    before = lying(folder), (folder / "workbooks/2026-11/甲校.xlsx").stat().st_mtime_ns
    assert states(folder) == {"a.xlsx": "known"}
    assert (lying(folder), (folder / "workbooks/2026-11/甲校.xlsx").stat().st_mtime_ns) == before


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newest_revision_lies_in_its_place_and_the_others_beside(folder: Path, *, newest_first: bool) -> None:
    """Whatever the order in which they come, revision 2 counts, and nothing is lost."""
    older, newer = book("甲校", code="D1", revision=1), book("甲校", code="D1", revision=2)
    for data in (newer, older) if newest_first else (older, newer):
        (folder / "收件/a.xlsx").write_bytes(data)
        collect(folder)
    there = lying(folder)
    assert there.pop("2026-11/甲校.xlsx") == newer
    assert [path.startswith("2026-11/.superseded/甲校 r1 ") for path in there] == [True]
    assert list(there.values()) == [older]


def test_of_one_revision_sent_twice_the_later_mail_counts(folder: Path) -> None:
    """The dates of the messages decide, not the order in which they are read."""
    first, second = (book("甲校", code="D1", rows={"plans": [{"item": item}]}) for item in ("旧", "新"))
    (folder / "收件/1.eml").write_bytes(mail(second, day=3))
    assert states(folder) == {"1.eml › 附件.xlsx": "taken"}
    (folder / "收件/2.eml").write_bytes(mail(first, day=2))
    assert states(folder) == {"1.eml › 附件.xlsx": "known", "2.eml › 附件.xlsx": "superseded"}
    assert lying(folder)["2026-11/甲校.xlsx"] == second
    assert first in lying(folder).values()


def test_where_it_stands_says_when_the_workbook_that_counts_came(folder: Path) -> None:
    """Not when the first version came, which lay under the same name."""
    for day, item in enumerate("一二", 1):
        (folder / f"收件/{day}.eml").write_bytes(
            mail(book("甲校", code="D1", rows={"plans": [{"item": item}]}), day=day)
        )
        collect(folder)
    said = json.loads(batchreport(folder, "status", "--period", "2026-11", "--json").out)["departments"][0]
    assert said["received"] == "2026-12-02T08:00:00+00:00"


def test_a_workbook_put_there_by_hand_gives_way_to_a_newer_one(folder: Path) -> None:
    """It is known by its stamp, whatever it is called, and lies beside afterwards."""
    (folder / "workbooks/2026-11").mkdir(parents=True)
    old, new = book("甲校", code="D1"), book("甲校", code="D1", revision=2)
    (folder / "workbooks/2026-11/最终版.xlsx").write_bytes(old)
    (folder / "收件/a.xlsx").write_bytes(new)
    collect(folder)
    there = lying(folder)
    assert there.pop("2026-11/甲校.xlsx") == new
    assert "2026-11/最终版.xlsx" not in there
    assert list(there.values()) == [old]


def test_a_workbook_put_there_by_hand_stays_where_it_is_the_newer(folder: Path) -> None:
    """What comes late lies beside."""
    (folder / "workbooks/2026-11").mkdir(parents=True)
    old, new = book("甲校", code="D1"), book("甲校", code="D1", revision=2)
    (folder / "workbooks/2026-11/最终版.xlsx").write_bytes(new)
    (folder / "收件/a.xlsx").write_bytes(old)
    assert states(folder) == {"a.xlsx": "superseded"}
    assert lying(folder)["2026-11/最终版.xlsx"] == new


def no_workbook() -> bytes:
    """Return a spreadsheet that has nothing to do with it."""
    other = Workbook()
    assert other.active is not None
    other.active.append(["采购清单", 12])
    saved = BytesIO()
    other.save(saved)
    return saved.getvalue()


def too_far() -> bytes:
    """Return a department's workbook with a word beyond all columns."""
    whole = load_workbook(BytesIO(book("甲校", code="D1")))
    whole.worksheets[-1].cell(1, 300, "备注")
    saved = BytesIO()
    whole.save(saved)
    return saved.getvalue()


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "another period": ("a.xlsx", lambda: book("甲校", code="D1", period=OCTOBER), "collect-other-period"),
    "nobody in the roster": ("a.xlsx", lambda: book("丁校", code="D9"), "collect-stranger"),
    "another spreadsheet": ("a.xlsx", no_workbook, "collect-nobodys"),
    "no workbook at all": ("a.xlsx", lambda: b"PK\x03\x04 but then nothing", "file-damaged"),
    "a sheet that reaches too far": ("a.xlsx", too_far, "sheet-too-large"),
    "winmail.dat": ("winmail.dat", lambda: bytes.fromhex("789F3E22") + b"\0" * 90, "mail-tnef"),
    "a letter without attachment": ("a.eml", lambda: mail(b""), "mail-without-attachment"),
    "an archive nobody can open": ("a.rar", lambda: b"Rar!\x1a\x07\0 and so on", "mail-archive"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_listed_with_the_reason(folder: Path, case: str) -> None:
    """Nothing lies among the workbooks, one line says why; a mail without attachment may be a word of thanks, all else is an error."""
    name, data, code = REFUSED[case]
    (folder / "收件" / name).write_bytes(data())
    ended = collect(folder, "--json")
    (one,) = json.loads(ended.out)["collected"]
    assert ([finding["code"] for finding in one["findings"]], one["state"]) == ([code], "refused")
    assert ended.code == (0 if one["findings"][0]["severity"] == "warning" else 1)
    assert not lying(folder)


def test_an_unstamped_workbook_is_taken_from_a_sender_who_is_known(folder: Path) -> None:
    """What the form says of itself decides then; from a stranger it is not taken."""
    data = book("甲校", code="D1", revision=0)
    plain = unstamped(data)
    (folder / "收件/1.eml").write_bytes(mail(plain))
    (folder / "收件/2.eml").write_bytes(mail(unstamped(book("乙校", code="D2")), sender="spam@else.example"))
    found = {one["origin"]: (one["state"], [f["code"] for f in one["findings"]]) for one in collected(folder)}
    assert found["1.eml › 附件.xlsx"] == ("taken", ["collect-without-stamp"])
    assert found["2.eml › 附件.xlsx"] == ("refused", ["collect-unknown-sender"])


def unstamped(data: bytes) -> bytes:
    """Return a workbook as one that was typed into another file would be: the sheets without any stamp."""
    loaded: Any = load_workbook(BytesIO(data))
    for sheet in list(loaded.worksheets):
        if sheet.title == "_戳":
            loaded.remove(sheet)
    loaded.custom_doc_props.props.clear()
    for name in [name for name in loaded.defined_names if "stamp" in name]:
        del loaded.defined_names[name]
    saved = BytesIO()
    loaded.save(saved)
    return saved.getvalue()


def test_a_stamped_workbook_is_taken_from_anyone_and_that_is_said(folder: Path) -> None:
    """Somebody else's address is a warning, not a reason to lose a workbook."""
    (folder / "收件/1.eml").write_bytes(mail(book("甲校", code="D1"), sender="private@else.example"))
    (folder / "收件/2.eml").write_bytes(mail(book("乙校", code="D2"), sender="bing@school.example"))
    found = {one["name"]: (one["state"], [f["code"] for f in one["findings"]]) for one in collected(folder)}
    assert found == {
        "甲校": ("taken", ["collect-sender-not-listed"]),
        "乙校": ("taken", ["collect-other-sender"]),
    }


def test_what_was_of_another_period_can_be_collected_for_it(folder: Path) -> None:
    """Refused for November, October's workbook is taken when October is asked for."""
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1", period=OCTOBER))
    assert states(folder) == {"a.xlsx": "refused"}
    ended = batchreport(folder, "collect", "收件", "--period", "2026-10")
    assert (ended.code, ended.out) == (0, "workbooks/2026-10/甲校.xlsx\n")


@pytest.mark.parametrize(("language", "said"), [("zh", "提示  out/2026-10："), ("en", "note  out/2026-10: ")])
def test_reports_made_before_a_late_workbook_are_told_with_what_to_run(folder: Path, language: str, said: str) -> None:
    """Collecting it changes no report; where none was made yet, or nothing was taken, there is nothing to say."""
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1", period=OCTOBER))
    late = ("collect", "收件", "--period", "2026-10", "--language", language)
    assert "build" not in batchreport(folder, *late).err
    assert batchreport(folder, "build", "workbooks").code == 0
    assert "build" not in batchreport(folder, *late).err

    (folder / "收件/b.xlsx").write_bytes(book("乙校", code="D2", period=OCTOBER))
    *_, last = batchreport(folder, *late).err.splitlines()

    assert last.startswith(said)
    assert "batchreport build workbooks/2026-10" in last


def test_a_round_without_mail_begins_when_its_blank_workbooks_are_made(folder: Path) -> None:
    """Where nothing was sent, what was prepared last is awaited, though last month's workbooks lie there."""
    (folder / "workbooks/2026-10").mkdir(parents=True)
    (folder / "workbooks/2026-10/乙校.xlsx").write_bytes(book("乙校", code="D2", period=OCTOBER))
    assert batchreport(folder, "prepare", "--period", "2026-11").code == 0
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1"))

    ended = batchreport(folder, "collect", "收件")

    assert (ended.code, ended.out) == (0, "workbooks/2026-11/甲校.xlsx\n")
    assert "2026年11月" in batchreport(folder, "status").err


def test_last_periods_workbook_sent_again_is_told_though_it_was_collected(folder: Path) -> None:
    """October's, which lies there, does not pass for an answer to November; October's own mail is no such thing."""
    data = book("甲校", code="D1", period=OCTOBER)
    (folder / "收件/1.eml").write_bytes(mail(data, day=1))
    assert batchreport(folder, "collect", "收件", "--period", "2026-10").code == 0
    assert states(folder) == {"1.eml › 附件.xlsx": "known"}

    (folder / "收件/2.eml").write_bytes(mail(data, day=9))
    found = {one["origin"]: [finding["code"] for finding in one["findings"]] for one in collected(folder)}
    assert found == {"1.eml › 附件.xlsx": [], "2.eml › 附件.xlsx": ["collect-other-period"]}
    assert "甲校\tD1\t\t期间不符" in batchreport(folder, "status", "--period", "2026-11").out
    again = json.loads(batchreport(folder, "collect", "收件", "--period", "2026-10", "--json").out)["collected"]
    assert [one["state"] for one in again] == ["known", "known"]


def test_last_periods_workbook_saved_again_is_named(folder: Path) -> None:
    """A file says nothing but when it was written: one that has lain there is no news, one that is newer may be."""
    path = folder / "收件/a.xlsx"
    path.write_bytes(book("甲校", code="D1", period=OCTOBER))
    os.utime(path, (1.79e9, 1.79e9))
    batchreport(folder, "collect", "收件", "--period", "2026-10")
    assert [one["findings"] for one in collected(folder)] == [[]]
    os.utime(path, (1.795e9, 1.795e9))
    assert [finding["code"] for one in collected(folder) for finding in one["findings"]] == ["collect-known-of-other"]


def made(folder: Path) -> bytes:
    """Prepare November's blank workbooks and return 甲校's."""
    assert batchreport(folder, "prepare", "--period", "2026-11").code == 0
    return (folder / "out/2026-11/blank/甲校.xlsx").read_bytes()


@pytest.mark.parametrize("is_first", [False, True])
def test_the_workbook_as_it_was_sent_does_not_replace_the_filled_one(folder: Path, *, is_first: bool) -> None:
    """Whoever answers often attaches both, in either order, or says thanks later with the blank one attached."""
    blank, filled = made(folder), book("甲校", code="D1")
    (folder / "收件/1.eml").write_bytes(mails(*((blank, filled) if is_first else (filled, blank))))
    (folder / "收件/2.eml").write_bytes(mail(blank, day=5))
    found = [(one["state"], [finding["code"] for finding in one["findings"]]) for one in collected(folder)]
    assert ("taken", []) in found
    assert ("superseded", ["collect-untouched"]) in found
    assert lying(folder)["2026-11/甲校.xlsx"] == filled
    states(folder)
    assert lying(folder)["2026-11/甲校.xlsx"] == filled


def test_the_workbook_as_it_was_sent_is_taken_where_nothing_else_came(folder: Path) -> None:
    """It may be all that there is to say; that nothing is filled in is said."""
    blank = made(folder)
    (folder / "收件/1.eml").write_bytes(mail(blank))
    (one,) = collected(folder)
    assert (one["state"], [finding["code"] for finding in one["findings"]]) == ("taken", ["collect-untouched"])
    assert lying(folder) == {"2026-11/甲校.xlsx": blank}


def test_two_workbooks_in_one_mail_count_neither_until_one_is_sent_again(folder: Path) -> None:
    """Nothing says which is newer: both lie there, the department is asked, and its answer settles it."""
    first, second = (book("甲校", code="D1", rows={"plans": [{"item": item}]}) for item in ("一", "二"))
    (folder / "收件/1.eml").write_bytes(mails(first, second))
    found = [(one["state"], [finding["code"] for finding in one["findings"]]) for one in collected(folder)]
    assert found == [("taken", []), ("taken", ["collect-doubled"])]
    assert sorted(lying(folder).values()) == sorted([first, second])
    assert "甲校\tD1\t\t重复" in batchreport(folder, "status", "--period", "2026-11").out
    before = lying(folder)
    assert states(folder) == {"1.eml › 附件1.xlsx": "known", "1.eml › 附件2.xlsx": "known"}
    assert lying(folder) == before

    (folder / "收件/2.eml").write_bytes(mail(first, day=3))
    for _ in range(2):
        states(folder)
        there = lying(folder)
        assert there.pop("2026-11/甲校.xlsx") == first
        assert [path.split("/")[1] for path in there] == [".superseded"]
        assert list(there.values()) == [second]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_was_sent_before_is_only_sent_along_with_a_new_one(folder: Path, order: tuple[int, int]) -> None:
    """Mail programs attach the earlier answer to the next; in whatever order, and as often as it is collected."""
    old, new = both = tuple(book("甲校", code="D1", rows={"plans": [{"item": item}]}) for item in ("一", "二"))
    (folder / "收件/1.eml").write_bytes(mails(old))
    collect(folder)
    (folder / "收件/2.eml").write_bytes(mails(*(both[at] for at in order), day=3))
    for _ in range(3):
        collect(folder)
        there = lying(folder)
        assert there.pop("2026-11/甲校.xlsx") == new
        assert (list(there.values()), [path.split("/")[1] for path in there]) == ([old], [".superseded"])


def test_an_older_version_sent_again_later_counts_again(folder: Path) -> None:
    """The first one was right after all, though it lay among those that were replaced."""
    first, second = (book("甲校", code="D1", rows={"plans": [{"item": item}]}) for item in ("一", "二"))
    for number, (data, day) in enumerate([(second, 2), (first, 1), (first, 3)]):
        (folder / f"收件/{number}.eml").write_bytes(mail(data, day=day))
        collect(folder)
    assert lying(folder)["2026-11/甲校.xlsx"] == first


def test_a_neighbours_form_does_not_replace_what_the_department_sent(folder: Path) -> None:
    """乙校 has filled in 甲校's workbook under its own name: 甲校's stays, and that is said."""
    own = book("甲校", code="D1")
    loaded: Any = load_workbook(BytesIO(book("甲校", code="D1", rows={"plans": [{"item": "别的"}]})))
    assert loaded["基本信息"]["B3"].value == "甲校"
    loaded["基本信息"]["B3"].value = "乙校"
    saved = BytesIO()
    loaded.save(saved)
    (folder / "收件/1.eml").write_bytes(mail(own))
    (folder / "收件/2.eml").write_bytes(mail(saved.getvalue(), sender="yi@school.example", day=2))
    found = {one["state"]: one["findings"] for one in collected(folder)}
    assert [finding["code"] for finding in found["superseded"]] == ["collect-other-sender", "department-other"]
    assert "表是发给“甲校”的" in found["superseded"][0]["what"]
    assert lying(folder)["2026-11/甲校.xlsx"] == own


def test_what_comes_later_and_is_of_an_older_revision_is_told(folder: Path) -> None:
    """The returned copy was mended and sent; then the first file was changed and sent too."""
    (folder / "收件/1.eml").write_bytes(mail(book("甲校", code="D1", revision=2)))
    (folder / "收件/2.eml").write_bytes(mail(book("甲校", code="D1"), day=3))
    found = {one["state"]: [finding["code"] for finding in one["findings"]] for one in collected(folder)}
    assert found == {"taken": [], "superseded": ["collect-earlier-revision"]}


def test_the_clock_of_the_receiving_server_decides_which_is_newer(folder: Path) -> None:
    """The computer of the one who sent the first version is ten years ahead."""
    first, second = (book("甲校", code="D1", rows={"plans": [{"item": item}]}) for item in ("一", "二"))
    received = (
        b"Received: from a.example by b.example (Coremail) with SMTP id 1;\r\n Tue, 1 Dec 2026 08:00:05 +0800 (CST)\r\n"
    )
    (folder / "收件/1.eml").write_bytes(received + mail(first).replace(b"Dec 2026", b"Dec 2036"))
    (folder / "收件/2.eml").write_bytes(
        received.replace(b"08:", b"09:") + mail(second).replace(b"Dec 2026", b"Dec 2009")
    )
    assert states(folder) == {"1.eml › 附件.xlsx": "taken", "2.eml › 附件.xlsx": "taken"}
    assert lying(folder)["2026-11/甲校.xlsx"] == second


def test_nothing_that_came_is_touched(folder: Path) -> None:
    """The files in the folder for what comes keep their bytes and times."""
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1"))
    (folder / "收件/b.eml").write_bytes(mail(b""))
    os.utime(folder / "收件/a.xlsx", (1e9, 1e9))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (folder / "收件").iterdir()}
    collect(folder)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (folder / "收件").iterdir()} == before


def test_a_workbook_that_was_deleted_by_hand_is_collected_again(folder: Path) -> None:
    """What is known is known only as long as it is there."""
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1"))
    collect(folder)
    shutil.rmtree(folder / "workbooks/2026-11")
    assert states(folder) == {"a.xlsx": "taken"}


def test_departments_of_one_file_name_keep_their_workbooks_apart(folder: Path) -> None:
    """The second lies under its name and code."""
    names = {"E1": "实验学校", "E2": "实验学校."}  # Windows takes away a dot at the end
    rows = [{"code": code, "name": name} for code, name in names.items()]
    (folder / "departments.xlsx").write_bytes(blank_workbook(roster_schema(), Prefill(rows={"departments": rows})))
    for code, name in names.items():
        (folder / f"收件/{code}.xlsx").write_bytes(book(name, code=code))
    collect(folder)
    assert sorted(lying(folder)) == ["2026-11/实验学校 (E2).xlsx", "2026-11/实验学校.xlsx"]


@pytest.mark.parametrize("option", [("--since", "2026-12-01"), ("--move", "已收")])
def test_what_only_a_mailbox_has_is_not_asked_of_a_folder(folder: Path, option: tuple[str, str]) -> None:
    """It would change nothing, and nobody would know."""
    ended = collect(folder, *option)
    assert (ended.code, "--imap" in ended.err) == (2, True)


def test_without_a_folder_it_says_what_to_name(folder: Path) -> None:
    """The settings may name one; without any, one line says what to do."""
    assert batchreport(folder, "collect").code == 2
    with (folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
        settings.write('\ninbox = "收件"\n')
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1", period=NOVEMBER))
    assert batchreport(folder, "collect").out == "workbooks/2026-11/甲校.xlsx\n"


@pytest.mark.parametrize("names", [("1.eml", "2.eml"), ("2.eml", "1.eml"), ("总.mbox", "总.mbox")])
def test_what_lies_there_at_once_is_taken_as_it_came(folder: Path, names: tuple[str, str]) -> None:
    """The second mail brings the first workbook along once more: whatever the files' names, the new one counts."""
    old, new = (book("甲校", code="D1", rows={"plans": [{"item": item}]}) for item in ("一", "二"))
    letters = (mails(old, day=1), mails(new, old, day=3))
    for name, letter in zip(reversed(names), reversed(letters), strict=True):
        with (folder / "收件" / name).open("ab") as file:
            file.write(b"From a@b Tue Dec  1 08:00:00 2026\n" + letter + b"\n\n" if name.endswith("mbox") else letter)
    for _ in range(2):
        assert {finding["code"] for one in collected(folder) for finding in one["findings"]} == set()
        there = lying(folder)
        assert there.pop("2026-11/甲校.xlsx") == new
        assert (list(there.values()), [path.split("/")[1] for path in there]) == ([old], [".superseded"])


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 -0800", "Sat, 1 Jan 0001 00:00:00 +0800"])
def test_a_mail_whose_date_no_calendar_has_costs_nothing(folder: Path, date: str) -> None:
    """A broken mail program wrote it; the workbook is taken."""
    letter = mail(book("甲校", code="D1"))
    (folder / "收件/1.eml").write_bytes(letter.replace(b"Tue, 01 Dec 2026 08:00:00 +0000", date.encode()))
    assert states(folder) == {"1.eml › 附件.xlsx": "taken"}
