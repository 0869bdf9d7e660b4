from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook

from batchreport.period import Period
from batchreport.postroom.prepared import with_other_day, with_other_form
from tests.build.books import book
from tests.build.offices import DEPARTMENTS, Office, attached, enrol, lay, office, read, text
from tests.mail.servers import PASSWORD, certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# aiosmtpd does not know that it speaks TLS when it does so from the first byte.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
EVERYBODY = [mail for _, _, mail in DEPARTMENTS]


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that no authority has signed."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, pem: Path) -> Path:
    """A project of three departments whose blank workbooks are prepared."""
    folder = lay(tmp_path_factory.mktemp("prepared") / "project")
    with office(folder, pem) as one:
        assert one.run("prepare", "--period", "2026-11").code == 0
    return folder


@pytest.fixture
def ours(tmp_path: Path, prepared: Path, pem: Path) -> Iterator[Office]:
    """A project of its own, and its server."""
    folder = tmp_path / "project"
    shutil.copytree(prepared, folder)
    with office(folder, pem) as one:
        yield one


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_each_department_gets_its_blank_workbook(tmp_path: Path, pem: Path, security: str) -> None:
    """Not prepared before, it is prepared; subject, text and name of the file are such as every mail program shows."""
    with office(lay(tmp_path), pem, security) as one:
        with (one.folder / "batchreport.toml").open("r+", encoding="utf-8") as settings:
            before = settings.read()
            settings.seek(0)
            settings.write('deadline_days = 5\ncontact = "张三 0000-8000000"\n' + before)
        ended = one.send()

    assert (ended.code, one.got) == (0, EVERYBODY)
    first = one.letters[0]
    assert first["Subject"] == "[BR-2026-11-D1] 请填报2026年11月工作总结（2026年12月7日前交回）"
    assert (first["From"], first["To"]) == ("后勤处 <houqin@district.example>", "甲校 <jia@school.example>")
    assert "甲校（王芳）：" in text(first)
    assert "张三 0000-8000000" in text(first)
    assert attached(first) == {
        "甲校 2026年11月工作总结.xlsx": (one.folder / "out/2026-11/blank/甲校.xlsx").read_bytes()
    }
    assert "[3/3] 丙校 <bing@school.example> 已发送" in ended.err
    assert "发了 3 封，以前发过 0 封" in ended.err


def test_nobody_is_mailed_twice(ours: Office) -> None:
    """Sent again nothing goes; for one department, told to, one letter goes, and its id is another."""
    ours.send()
    again = ours.send()
    assert (again.code, len(ours.got)) == (0, 3)
    assert "发了 0 封，以前发过 3 封" in again.err

    assert ours.send("--department", "乙校", "--again").code == 0
    assert ours.got == [*EVERYBODY, "yi@school.example"]
    assert len({letter["Message-ID"] for letter in ours.letters}) == 4


def test_workbooks_prepared_for_another_deadline_do_not_go(ours: Office) -> None:
    """The settings' deadline has moved since: letter and workbook would say two days. Who has got his is not asked about."""
    assert ours.run("prepare", "--period", "2026-11").code == 0
    assert ours.send("--department", "D1").code == 0
    settings = ours.folder / "batchreport.toml"
    settings.write_text('deadlines = { "2026-11" = "2026-12-20" }\n' + settings.read_text("utf-8"), encoding="utf-8")
    said = "2 份空白表是先前生成的，里面写的截止日期不是 2026-12-20：乙校、丙校"
    assert said in ours.send("--dry-run").err
    ended = ours.send()
    assert (ended.code, said in ended.err, len(ours.letters)) == (2, True, 1)
    assert ours.send("--department", "D2", "--deadline", "2026-12-20").code == 0
    assert ours.run("prepare", "--period", "2026-11", "--department", "D3").code == 0
    assert ours.send().code == 0
    assert len(ours.letters) == 3


def test_workbooks_prepared_for_an_earlier_form_do_not_go(ours: Office) -> None:
    """The schema has got a column since, that everybody is to fill; the deadline that they say is no excuse."""
    assert ours.run("prepare", "--period", "2026-11").code == 0
    assert ours.send("--department", "D1").code == 0
    schema = ours.folder / "templates/summary.toml"
    column = '{ key = "item", title = "事项"'
    text = schema.read_text("utf-8").replace(column, '{ key = "budget", title = "预算", type = "money" },\n  ' + column)
    schema.write_text(text, encoding="utf-8")
    said = "2 份空白表是先前生成的，此后表样添了表或列，或者改了名：乙校、丙校"
    assert said in ours.send("--dry-run").err
    ended = ours.send("--deadline", "2026-12-07")
    assert (ended.code, said in ended.err, len(ours.letters)) == (2, True, 1)
    assert ours.run("prepare", "--period", "2026-11").code == 0
    assert ours.send().code == 0
    assert len(ours.letters) == 3


def test_a_workbook_without_a_stamp_is_of_no_earlier_form(ours: Office) -> None:
    """Somebody has laid one of his own there: nothing is known of what it was made for. Nor is of a damaged one."""
    path, period = ours.folder / "own.xlsx", Period(2026, 11, "M")
    Workbook().save(path)
    assert with_other_form([("乙校", path)], "00000000", period) == ()
    path.write_bytes(b"PK broken")
    assert with_other_form([("乙校", path)], "00000000", period) == ()
    assert with_other_form([("乙校", ours.folder / "out/2026-11/blank/乙校.xlsx")], "00000000", period)


def test_a_damaged_workbook_is_no_other_deadline(ours: Office) -> None:
    """Wherever the file is damaged, that is said of it when it is to go, and nothing of a day."""
    assert ours.run("prepare", "--period", "2026-11").code == 0
    blank, period = ours.folder / "out/2026-11/blank/乙校.xlsx", Period(2026, 11, "M")
    data = blank.read_bytes()
    assert with_other_day([("乙校", blank)], date(2026, 12, 20), period)
    damaged = 0
    for at in range(40, len(data), len(data) // 60):
        blank.write_bytes(data[:at] + bytes(30) + data[at + 30 :])
        damaged += not with_other_day([("乙校", blank)], date(2026, 12, 20), period)

    assert damaged > 20


def test_a_deadline_that_the_workbooks_do_not_say_is_told(ours: Office) -> None:
    """They were prepared before; where they are not there they are prepared with it."""
    said = "先用 prepare --deadline 2026-12-20 重新生成空白表"
    assert said in ours.send("--deadline", "2026-12-20", "--dry-run").err
    assert said not in ours.send("--dry-run").err
    shutil.rmtree(ours.folder / "out/2026-11/blank")
    assert said not in ours.send("--deadline", "2026-12-20").err


def test_a_new_department_gets_its_letter_alone(ours: Office) -> None:
    """The roster may grow after the first run."""
    ours.send()
    enrol(ours.folder, [*DEPARTMENTS, ("D4", "丁校", "ding@school.example")])
    assert ours.send().code == 0
    assert ours.got == [*EVERYBODY, "ding@school.example"]


def test_what_was_prepared_is_sent_as_it_lies_there(ours: Office) -> None:
    """The clerk may have filled something in; changed after it was sent, it is not sent again, and that is said."""
    path = ours.folder / "out/2026-11/blank/甲校.xlsx"
    book_ = load_workbook(path)
    book_.save(path)
    ours.send()
    assert attached(ours.letters[0])["甲校 2026年11月工作总结.xlsx"] == path.read_bytes()

    path.write_bytes((ours.folder / "out/2026-11/blank/乙校.xlsx").read_bytes())
    ended = ours.send()
    assert len(ours.got) == 3
    assert "甲校：空白表在发出以后又改过，没有重发。要发新的，加上 --again" in ended.err


def test_a_limit_is_kept_and_the_next_run_goes_on(ours: Office) -> None:
    """Two a run: two, then the third."""
    first = ours.send("--limit", "2")
    assert (first.code, ours.got) == (0, EVERYBODY[:2])
    assert "一次最多发 2 封，还有 1 封没有发" in first.err
    assert ours.send("--limit", "2").code == 0
    assert ours.got == EVERYBODY


def test_sending_all_again_goes_on_where_it_stopped(ours: Office) -> None:
    """Two a run: nobody gets the second letter twice, and all get it; who is named gets it each time."""
    ours.send()
    ours.post.letters.clear()
    assert [ours.send("--again", "--limit", "2").code for _ in range(2)] == [0, 0]
    ended = ours.send("--again", "--limit", "2")
    assert (ended.code, ours.got) == (0, EVERYBODY)
    assert ended.err.count("今天已经重发过一次，没有再发") == 1

    ours.post.letters.clear()
    assert ours.send("--again", "--department", "D1").code == 0
    (ours.folder / "out/2026-11/blank/乙校.xlsx").write_bytes(b"PK another")
    assert ours.send("--again").code == 0
    assert ours.got == EVERYBODY[:2]


def test_a_first_letter_that_went_with_again_does_not_go_twice(ours: Office) -> None:
    """Nor one of which it was not sure: the next run goes on with the others."""
    ours.post.answers = {"DATA": ["", "drop"]}
    ours.send()
    ours.post.letters.clear()
    enrol(ours.folder, [*DEPARTMENTS, ("D4", "丁校", "ding@school.example")])
    assert [ours.send("--again", "--limit", "2").code for _ in range(3)] == [0] * 3
    assert sorted(ours.got) == sorted([*EVERYBODY, "ding@school.example"])


def test_a_dry_run_shows_what_would_go_and_changes_nothing(ours: Office) -> None:
    """Who, address, subject, attachment and size; no letter, no file."""
    before = sorted(ours.folder.rglob("*"))
    ended = ours.send("--dry-run")

    size = round((ours.folder / "out/2026-11/blank/甲校.xlsx").stat().st_size / 1024)
    assert ended.out.splitlines()[0] == (
        f"甲校 <jia@school.example> [BR-2026-11-D1] 请填报2026年11月工作总结 + 甲校 2026年11月工作总结.xlsx ({size} KB)"
    )
    assert (ended.code, ours.got, sorted(ours.folder.rglob("*"))) == (0, [], before)

    ours.send("--department", "甲校")
    assert ours.send("--dry-run").out.splitlines()[0] == "甲校: 以前发过"


def test_departments_without_a_good_address_are_named_and_the_others_get_theirs(ours: Office) -> None:
    """The finding names the roster's cell; several addresses stand in one cell."""
    rows = [
        ("D1", "甲校", ""),
        ("D2", "乙校", "yi＠school"),
        ("D3", "丙校", "bing@school.example; 主任 <zhu@school.example>"),
    ]
    enrol(ours.folder, [*rows, ("D4", "丁校", "no address")])
    ended = ours.send()

    assert (ended.code, ours.got) == (1, ["yi@school", "bing@school.example", "zhu@school.example"])
    assert "departments.xlsx › 部门!C4：“甲校”没有邮箱地址。在名册里补上" in ended.err
    assert "departments.xlsx › 部门!C7：“no”不是邮箱地址" in ended.err


def test_a_refusal_is_said_and_waits_for_a_better_address(ours: Office) -> None:
    """It is not tried again at the same address, and goes to a corrected one."""
    enrol(ours.folder, [("D1", "甲校", "nobody@school.example"), *DEPARTMENTS[1:]])
    first = ours.send()
    assert (first.code, ours.got) == (1, EVERYBODY[1:])
    assert "服务器拒收寄给 nobody@school.example 的邮件（550 5.1.1 查无此人" in first.err

    second = ours.send()
    assert (second.code, len(ours.got)) == (1, 2)
    assert "上次寄给 nobody@school.example 被服务器拒收（550 5.1.1 查无此人 No such user），没有再寄" in second.err

    enrol(ours.folder, DEPARTMENTS)
    assert ours.send().code == 0
    assert ours.got == [*EVERYBODY[1:], EVERYBODY[0]]


def test_an_address_of_several_that_is_refused_is_named_until_the_letter_goes_again(ours: Office) -> None:
    """The others have the letter; a better address gets it when told to."""
    enrol(ours.folder, [("D1", "甲校", "jia@school.example, nobody@school.example")])
    assert (ours.send().code, ours.got) == (1, ["jia@school.example"])
    ended = ours.send()
    assert (ended.code, "其中有地址被服务器拒收（550 5.1.1 查无此人 No such user）" in ended.err) == (0, True)
    enrol(ours.folder, [("D1", "甲校", "jia@school.example, zhu@school.example")])
    assert "--department D1 --again" in ours.send().err
    assert ours.send("--department", "D1", "--again").code == 0
    assert ours.got[1:] == ["jia@school.example", "zhu@school.example"]
    assert "被服务器拒收" not in ours.send().err


def test_what_may_pass_is_tried_again_in_this_run_and_in_the_next(ours: Office) -> None:
    """A 4xx answer twice, then the letter goes; three times, and it is left for the next run."""
    ours.post.answers = {"DATA": ["451 busy", "451 busy", "", "451 busy", "451 busy", "451 busy"]}
    first = ours.send()
    assert (first.code, ours.got) == (1, [EVERYBODY[0], EVERYBODY[2]])
    assert "寄给 yi@school.example 的邮件暂时发不出去（451 busy）" in first.err
    assert ours.send().code == 0
    assert ours.got == [EVERYBODY[0], EVERYBODY[2], EVERYBODY[1]]


@pytest.mark.parametrize("quota", [["450 4.7.1 quota exceeded"] * 9, ["554 MI:STC 发信过多"] * 3])
def test_a_server_that_takes_no_letter_is_left_alone(ours: Office, quota: list[str]) -> None:
    """A quota is used up: after three letters in a row the rest waits, and goes in a later run."""
    more = [(f"E{number}", f"新{number}校", f"e{number}@school.example") for number in range(3)]
    enrol(ours.folder, [*DEPARTMENTS, *more])
    ours.post.answers = {"MAIL": ["", *quota]}
    ended = ours.send()
    assert (ended.code, ours.got) == (2, EVERYBODY[:1])
    assert "接连 3 封都没有发出去，其余的这次不再发" in ended.err
    assert "发了 1 封，以前发过 0 封，没有发出 3 封，等下一次 2 封。" in ended.err
    assert ours.send().code == 0
    assert sorted(ours.got) == sorted([*EVERYBODY, *(mail for _, _, mail in more)])


def test_letters_that_never_go_keep_no_others_back(ours: Office) -> None:
    """Three in a row end a run; in the next they come last."""
    enrol(ours.folder, [*DEPARTMENTS, ("D4", "丁校", "ding@school.example")])
    ours.post.answers = {"DATA": ["550 no such account"] * 3}
    assert (ours.send().code, ours.got) == (2, [])
    ours.post.answers = {"DATA": ["", *["550 no such account"] * 3]}
    ended = ours.send()
    assert (ended.code, ours.got) == (1, ["ding@school.example"])
    assert "接连" not in ended.err


def test_a_letter_that_may_have_arrived_is_not_sent_again_by_itself(ours: Office) -> None:
    """Dropped before the answer, it is named, in every run, with what to do; told to, it is sent."""
    ours.post.answers = {"DATA": ["", "drop"]}
    first = ours.send()
    assert (first.code, ours.got) == (1, EVERYBODY)  # the server took all three
    for _ in range(2):
        ended = ours.send()
        assert (ended.code, len(ours.got)) == (1, 3)
        assert "乙校：上次寄给 yi@school.example 时中断了，不知道是否寄到" in ended.err
        assert "--department D2 --again" in ended.err

    assert ours.send("--department", "D2", "--again").code == 0
    assert ours.got == [*EVERYBODY, "yi@school.example"]
    assert ours.letters[1]["Message-ID"] == ours.letters[3]["Message-ID"]  # a mail program may see that it is the same
    assert ours.send().code == 0


def test_a_server_that_is_gone_ends_the_run_which_goes_on_later(tmp_path: Path, prepared: Path, pem: Path) -> None:
    """What was sent is said, the rest waits."""
    folder = tmp_path / "project"
    shutil.copytree(prepared, folder)
    with office(folder, pem) as one:
        one.post.answers = {"MAIL": ["", "drop", "421 go away"] + ["421 go away"] * 2}
        first = one.send()
    assert first.code == 1
    with office(folder, pem) as two:
        pass
    ended = two.send()
    assert ended.code == 2
    assert "连不上 127.0.0.1" in ended.err
    with office(folder, pem) as three:
        assert three.send().code == 0
    assert sorted(one.got + three.got) == sorted(EVERYBODY)


def test_an_account_that_is_not_let_in_is_said_and_nothing_is_lost(ours: Office) -> None:
    """With a wrong password no letter goes; with the right one all do."""
    ours.password = "wrong"
    ended = ours.send()
    assert (ended.code, ours.got) == (2, [])
    assert "授权码" in ended.err
    ours.password = "密码１２"
    assert "汉字或全角" in ours.send().err
    ours.password = PASSWORD
    assert ours.send().code == 0
    assert ours.got == EVERYBODY


def test_a_certificate_that_nobody_signed_wants_the_explicit_setting(ours: Office) -> None:
    """It is refused as it comes, and taken where the settings say so."""
    path = ours.folder / "batchreport.toml"
    settings = path.read_text("utf-8")
    plain = settings[: settings.index(", ca_file")] + " }\n"
    path.write_text(plain, encoding="utf-8")
    ended = ours.send()
    assert (ended.code, ours.got) == (2, [])
    assert "127.0.0.1 的证书不可信" in ended.err

    path.write_text(plain.replace(" }\n", ", trust_any_certificate = true }\n"), encoding="utf-8")
    assert ours.send().code == 0
    assert ours.got == EVERYBODY


def test_drafts_need_no_server_and_open_as_new_messages(tmp_path: Path) -> None:
    """One .eml a department, unsent; without an account there is no sender in it. A real sending is not kept back."""
    folder = lay(tmp_path)
    one = Office(folder)
    ended = one.send("--drafts")
    paths = [folder / line for line in ended.out.splitlines()]

    assert ended.code == 0
    assert [path.relative_to(folder).as_posix() for path in paths] == [
        f"out/2026-11/drafts/blank/{name}.eml" for _, name, _ in DEPARTMENTS
    ]
    draft = read(paths[0].read_bytes())
    assert (draft["X-Unsent"], draft["From"], draft["To"]) == ("1", None, "甲校 <jia@school.example>")
    assert list(attached(draft)) == ["甲校 2026年11月工作总结.xlsx"]
    assert "以前发过 3 封" in one.send("--drafts").err


def test_drafts_lie_beside_those_of_another_kind(ours: Office) -> None:
    """In a folder of one's own; one that is written again takes its own place."""
    ours.send("--drafts", "草稿")
    blank = (ours.folder / "草稿/甲校.eml").read_bytes()
    for again in ((), ("--again",)):
        ended = ours.run("remind", "--period", "2026-11", "--drafts", "草稿", *again)
        assert ended.out.splitlines()[0] == "草稿/甲校 (2).eml"
    assert ours.send("--drafts", "草稿", "--again").out.splitlines()[0] == "草稿/甲校.eml"
    assert (ours.folder / "草稿/甲校.eml").read_bytes().startswith(blank[:200])
    assert len(list((ours.folder / "草稿").iterdir())) == 6


def test_drafts_do_not_keep_letters_back(ours: Office) -> None:
    """They go, and it is said that drafts were written; drafts may lie in a folder of one's own."""
    assert ours.send("--drafts", "草稿").out.splitlines()[0] == "草稿/甲校.eml"
    ended = ours.send()
    assert (ended.code, ours.got) == (0, EVERYBODY)
    assert "这封信写成过草稿" in ended.err


def test_faulty_workbooks_go_back_marked_once(ours: Office) -> None:
    """The letter holds what is wrong; a workbook mended wrongly goes back again, since it is another."""
    faulty = {"statistics": [{"name": "学生", "value": "很多", "unit": "人", "measure": "时点"}]}
    come(ours.folder, "甲校", book("甲校", code="D1", rows=faulty))
    come(ours.folder, "乙校", book("乙校", code="D2"))
    ended = ours.run("send", "--marked", "--period", "2026-11")

    assert (ended.code, ours.got) == (0, ["jia@school.example"])
    letter = ours.letters[0]
    assert letter["Subject"] == "[BR-2026-11-D1] 退回修改：2026年11月工作总结"
    assert "1. 统计数据!C4：“本期值”" in text(letter)
    assert "“很多”" in text(letter)
    assert attached(letter) == {
        "甲校 2026年11月工作总结.xlsx": (ours.folder / "out/2026-11/marked/甲校.xlsx").read_bytes()
    }

    assert ours.run("send", "--marked").code == 0
    assert len(ours.got) == 1
    faulty["statistics"][0]["value"] = "更多"
    come(ours.folder, "甲校", book("甲校", code="D1", rows=faulty))
    ours.run("send", "--marked")
    assert len(ours.got) == 2


def test_reports_are_delivered_as_they_lie_there(ours: Office) -> None:
    """Once; one edited by hand goes as it was edited; who has none is named."""
    for code, name, _ in DEPARTMENTS[:2]:
        come(ours.folder, name, book(name, code=code))
    assert ours.run("send", "--reports", "--period", "2026-11").code == 1
    assert ours.run("build").code == 0
    edited = ours.folder / "out/2026-11/乙校.docx"
    edited.write_bytes(edited.read_bytes() + b"edited")
    ended = ours.run("send", "--reports")
    assert (ended.code, ours.got) == (0, EVERYBODY[:2])
    assert ours.letters[0]["Subject"] == "[BR-2026-11-D1] 反馈：2026年11月工作总结"
    assert attached(ours.letters[0]) == {
        "甲校 2026年11月工作总结.docx": (ours.folder / "out/2026-11/甲校.docx").read_bytes()
    }
    assert attached(ours.letters[1])["乙校 2026年11月工作总结.docx"] == edited.read_bytes()
    ours.run("send", "--reports")
    assert len(ours.got) == 2


def come(folder: Path, name: str, data: bytes) -> None:
    """Put a workbook where November's lie."""
    path = folder / f"workbooks/2026-11/{name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


MISTAKES = {
    "主题: 好\n\n{{ 单位名 }}": (3, "信里不认识“单位名”（是不是“单位名称”？）"),
    "主题: 好\n\n{% if 截止日期 %}": (3, "信的写法有误"),
    "主题: 好\n\n\n｛{ 单位名称 }｝": (4, "用了全角的花括号"),
    "各单位：\n": (1, "信的第一行不是主题"),
    "主题: 好\n\n{{ 逾期天数 / 0 }}": (3, "这封信写不出来"),
    "主题: 好\n\n{{ ''.__class__.__mro__ }}": (3, "这封信写不出来"),
}


@pytest.mark.parametrize("source", MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_in_a_letters_text_is_said_before_anything_is_sent(ours: Office, source: str) -> None:
    """With file and line."""
    line, said = MISTAKES[source]
    (ours.folder / "templates/letters/blank.txt").write_text(source, encoding="utf-8")
    ended = ours.send()

    assert (ended.code, ours.got) == (2, [])
    assert f"templates/letters/blank.txt:{line}：{said}" in ended.err
    assert "Traceback" not in ended.err


def test_a_letter_of_ones_own_is_sent(ours: Office) -> None:
    """Edited in Notepad, with its mark at the beginning; English names work as well."""
    (ours.folder / "templates/letters/blank.txt").write_bytes(
        "\ufeff标题：{{ period }} {{ 单位代码 }}\r\n\r\n你好，{{ person }}。\r\n".encode()
    )
    assert ours.send().code == 0
    assert ours.letters[0]["Subject"] == "[BR-2026-11-D1] 2026年11月 D1"
    assert text(ours.letters[0]) == "你好，王芳。\n"


def test_the_password_stands_nowhere(ours: Office) -> None:
    """Neither in what is said, nor in the archive, a draft or a letter; in the settings it is refused."""
    ended = [ours.send("--drafts"), ours.send("--dry-run"), ours.send("--limit", "1", "--json"), ours.send()]
    ours.post.answers = {"MAIL": ["550 no"], "DATA": ["drop"]}
    ended += [ours.send("--again"), ours.run("status", "--period", "2026-11")]
    files = [path.read_bytes() for path in ours.folder.rglob("*") if path.is_file()]
    with (ours.folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
        settings.write('password = "another-secret"\n')
    refused = ours.send()

    assert not any(PASSWORD.encode() in data for data in (*files, *ours.raw))
    assert not any(PASSWORD in one.out + one.err for one in ended)
    assert refused.code == 2
    assert "设置文件里写了密码" in refused.err
    assert "another-secret" not in refused.err


def test_a_command_gives_the_password(ours: Office) -> None:
    """Its first line; where it fails, that is said, without what it printed."""
    path = ours.folder / "batchreport.toml"
    path.write_text(
        path.read_text("utf-8") + f"password_command = \"printf '{PASSWORD}\\\\nmore'\"\n", encoding="utf-8"
    )
    assert ours.run("send", "--period", "2026-11", BATCHREPORT_MAIL_PASSWORD="").code == 0
    assert ours.got == EVERYBODY

    path.write_text(path.read_text("utf-8").replace("printf", "false"), encoding="utf-8")
    ended = ours.send("--again")
    assert ended.code == 2
    assert "取密码的命令没有给出密码（exit 1）" in ended.err


def test_json_says_what_became_of_each_letter(ours: Office) -> None:
    """One document, in the order of the roster."""
    enrol(ours.folder, [("D1", "甲校", ""), *DEPARTMENTS[1:]])
    ended = ours.send("--json")
    said = json.loads(ended.out)

    assert (said["command"], said["kind"], said["period"], said["exit_code"]) == ("send", "blank", "2026-11", 1)
    assert [(one["department"], one["state"], one["to"]) for one in said["letters"]] == [
        ("D1", "left", []),
        ("D2", "sent", ["yi@school.example"]),
        ("D3", "sent", ["bing@school.example"]),
    ]
    assert said["letters"][0]["findings"][0]["code"] == "mail-address-missing"


def test_a_damaged_archive_does_not_lead_to_sending_all_again(ours: Office) -> None:
    """It is said, and what can be read of it is known; told to, the rest is sent."""
    ours.send("--limit", "2")
    archive = ours.folder / "out/.archive.sqlite"
    data = archive.read_bytes()
    archive.write_bytes(data[:4096] + bytes(len(data) - 4096))
    ended = ours.send()
    assert (ended.code, len(ours.got)) == (2, 2)
    assert "归档损坏过，发信记录可能不全" in ended.err
    assert ours.send().code == 2
    assert ours.send("--anew", "--limit", "1").code == 0
    assert ours.send("--limit", "1").code == 0


def test_a_build_that_sets_the_archive_aside_does_not_hide_what_was_sent(ours: Office) -> None:
    """The run after it finds the letters in the file that was set aside."""
    come(ours.folder, "甲校", book("甲校", code="D1"))
    ours.send("--limit", "2")
    archive = ours.folder / "out/.archive.sqlite"
    archive.write_bytes(b"not a database at all" * 400)
    assert ours.run("build").code == 0
    ended = ours.send()

    assert (ended.code, len(ours.got)) == (2, 2)
    assert ".archive.sqlite.damaged" in ended.err


def test_english_letters_are_english(tmp_path: Path, pem: Path) -> None:
    """So are the words on the screen."""
    folder = tmp_path / "english"
    ended = Office(tmp_path).run("init", "english", "--language", "en", language="en_GB.UTF-8")
    assert ended.code == 0
    with office(folder, pem) as one:
        ended = one.run("send", "--period", "2026-11", language="en_GB.UTF-8")

    assert (ended.code, len(one.letters)) == (0, 2)
    assert one.letters[0]["Subject"] == "[BR-2026-11-D001] Work summary for November 2026"
    assert "Please fill in the attached workbook for Example Primary School" in text(one.letters[0])
    assert list(attached(one.letters[0])) == ["Example Primary School November 2026 Work summary.xlsx"]
    assert "2 letters sent, 0 went before, 0 did not go, 0 wait." in ended.err
