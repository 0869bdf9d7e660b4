from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batchreport import Period
from tests.build.books import book
from tests.build.offices import Office, attached, lay, office, text
from tests.mail.servers import certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
OCTOBER = Period(2026, 10, "M")
DEPARTMENTS = tuple((f"D{n}", f"{name}校", f"d{n}@school.example") for n, name in enumerate("甲乙丙丁", 1))
FAULTY = {"statistics": [{"name": "学生", "value": "很多", "unit": "人", "measure": "时点"}]}
NOVEMBER = ("--period", "2026-11")


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that no authority has signed."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def ours(tmp_path: Path, pem: Path) -> Iterator[Office]:
    """A project whose letters went out: 甲校 is in order, 乙校's workbook faulty, 丙校's of October, 丁校 silent."""
    books = {
        "2026-11/甲校.xlsx": book("甲校", code="D1"),
        "2026-11/乙校.xlsx": book("乙校", code="D2", rows=FAULTY),
        "2026-11/丙校.xlsx": book("丙校", code="D3", period=OCTOBER),
    }
    folder = lay(tmp_path, DEPARTMENTS, books)
    settings = folder / "batchreport.toml"
    settings.write_text(f'deadline_days = 5\ncontact = "张三"\n{settings.read_text("utf-8")}', encoding="utf-8")
    with office(folder, pem) as one:
        assert one.run("send", *NOVEMBER).code == 0
        one.post.letters.clear()
        yield one


def test_those_who_are_due_get_a_letter_by_their_state(ours: Office) -> None:
    """Who is in order gets none; the text says what is wrong and how late it is, the blank workbook goes along."""
    ended = ours.run("remind", "--today", "2026-12-10")

    assert (ended.code, ours.got) == (0, ["d2@school.example", "d3@school.example", "d4@school.example"])
    faulty, wrong, silent = ours.letters
    assert faulty["Subject"] == "[BR-2026-11-D2] 催报：请尽快交回改正后的2026年11月工作总结"
    assert "1. 统计数据!C4：“本期值”" in text(faulty)
    assert attached(faulty) == {}
    assert "交来的工作簿不是2026年11月的" in text(wrong)
    assert silent["Subject"] == "[BR-2026-11-D4] 催报：请尽快交回2026年11月工作总结"
    assert "截止日期是2026年12月7日，已经过了 3 天，请尽快填好交回" in text(silent)
    assert list(attached(silent)) == ["丁校 2026年11月工作总结.xlsx"]


def test_nobody_is_reminded_twice_a_day(ours: Office) -> None:
    """The next day again, and the same day if told to."""
    for day, count in (("2026-12-03", 3), ("2026-12-03", 3), ("2026-12-04", 6)):
        assert ours.run("remind", "--today", day).code == 0
        assert len(ours.got) == count
    assert ours.run("remind", "--today", "2026-12-04", "--department", "丁校", "--again").code == 0
    assert ours.got[6:] == ["d4@school.example"]


def test_only_a_state_or_a_department_may_be_asked_for(ours: Office) -> None:
    """Both limit who gets a letter; before the deadline it says until when."""
    ours.run("remind", "--state", "awaited", "--today", "2026-12-03")
    assert ours.got == ["d4@school.example"]
    assert "请于2026年12月7日前填好交回" in text(ours.letters[0])
    ours.run("remind", "--department", "D3", "--today", "2026-12-03")
    assert ours.got == ["d4@school.example", "d3@school.example"]


def test_a_returned_workbook_is_asked_for_in_other_words(ours: Office) -> None:
    """After `send --marked` the reminder says that it went back."""
    assert ours.run("send", "--marked").code == 0
    ours.run("remind", "--department", "乙校", "--today", "2026-12-08")
    assert "此前已退回修改，到目前为止还没有收到改正后的工作簿" in text(ours.letters[-1])


def test_the_list_is_ready_for_a_chat_group(ours: Office) -> None:
    """By state, with the deadline and whom to ask; nothing is sent."""
    ended = ours.run("remind", "--list", "--today", "2026-12-10")

    assert ended.out.splitlines() == [
        "【催报】2026年11月工作总结",
        "截止日期：2026年12月7日（已过 3 天）",
        "还没有交（1 个）：丁校",
        "交的不是2026年11月的（1 个），请填写2026年11月的工作簿：丙校",
        "有需要改正的地方（1 个），请改好后交回：乙校",
        "请以上单位尽快交回，回复通知邮件即可；已经交了的，请看看附件是否带上。",
        "有困难或疑问，请联系：张三。",
    ]
    assert (ended.code, ours.got) == (0, [])


def test_another_deadline_is_that_of_letter_and_list(ours: Office) -> None:
    """The one of the settings is over, the one that is given is not."""
    later = ("--deadline", "2026-12-20", "--today", "2026-12-10")
    assert "截止日期：2026年12月20日" in ours.run("remind", "--list", *later).out.splitlines()
    ours.run("remind", "--state", "awaited", *later)
    assert "请于2026年12月20日前填好交回" in text(ours.letters[-1])


def test_a_list_of_nobody_says_so(tmp_path: Path) -> None:
    """All are in order."""
    folder = lay(tmp_path, DEPARTMENTS[:1], {"2026-11/甲校.xlsx": book("甲校", code="D1")})
    ended = Office(folder).run("remind", "--list", *NOVEMBER)
    assert (ended.code, ended.out) == (0, "2026年11月工作总结：各单位都已交齐。\n")


def test_a_list_of_some_states_does_not_say_that_all_is_in(ours: Office) -> None:
    """Nobody's was returned; others are awaited."""
    ended = ours.run("remind", "--list", "--state", "returned")
    assert (ended.code, ended.out) == (0, "2026年11月工作总结：没有这样的单位。\n")


def test_a_list_is_of_the_departments_that_are_named(ours: Office) -> None:
    """As letters are."""
    ended = ours.run("remind", "--list", "--department", "D4")
    assert "还没有交（1 个）：丁校" in ended.out
    assert "乙校" not in ended.out
    assert ours.run("remind", "--list", "--department", "D9").code == 2
    assert ours.run("remind", "--list", "--json").code == 2


def test_who_was_not_sent_a_blank_workbook_is_named(tmp_path: Path, pem: Path) -> None:
    """It may have been handed out otherwise: the list asks for it, letters do not."""
    with office(lay(tmp_path, DEPARTMENTS[:2], {"2026-11/甲校.xlsx": book("甲校", code="D1")}), pem) as one:
        listed, written = one.run("remind", "--list", *NOVEMBER), one.run("remind", *NOVEMBER)
        assert "还没有交（1 个）：乙校" in listed.out
        assert (written.code, one.got) == (0, [])
        assert "1 个单位还没有发过空白表，没有催：乙校" in written.err


def test_reminders_may_be_drafts_or_only_shown(ours: Office) -> None:
    """As with `send`."""
    shown = ours.run("remind", "--dry-run", "--today", "2026-12-10").out.splitlines()
    assert shown[0] == "乙校 <d2@school.example> [BR-2026-11-D2] 催报：请尽快交回改正后的2026年11月工作总结"
    assert shown[2].startswith("丁校 <d4@school.example> [BR-2026-11-D4] 催报：请尽快交回2026年11月工作总结 + 丁校")
    drafts = ours.run("remind", "--drafts", "--today", "2026-12-10").out.splitlines()
    assert drafts == [f"out/2026-11/drafts/reminder/{name}校.eml" for name in "乙丙丁"]
    assert ours.got == []


def test_without_a_round_a_period_is_asked_for(tmp_path: Path) -> None:
    """Nothing was sent and nothing has come."""
    ended = Office(lay(tmp_path)).run("remind")
    assert ended.code == 2
    assert "Traceback" not in ended.err
