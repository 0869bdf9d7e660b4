"""The story of a month: sixty departments, their office, and the post between them."""

from __future__ import annotations

import datetime as dt
import email
import imaplib
import json
import ssl
from collections import Counter
from email.policy import default
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from batchreport import Prefill, blank_workbook
from batchreport.mail.address import Address
from batchreport.mail.message import Attachment, Letter, compose
from batchreport.workbook.roster import roster_schema
from tests.build.books import project
from tests.build.command import Ended, batchreport
from tests.build.test_round import FILLED, place
from tests.docxfile import whole_text
from tests.mail.servers import HOST, PASSWORD, USER, Post, certificate, dovecot, smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

pytestmark = [
    pytest.mark.outside,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
NAMES = {f"D{number:03}": f"第{number}小学" for number in range(1, 61)}
OFFICE = Address(USER, "后勤处")
# What some do otherwise than all the others.
FAULTY = ("D005", "D017", "D042")
SILENT = ("D009", "D033")
OF_LAST_MONTH, ONLY_THANKS, WITH_WINMAIL, AWAY = "D020", "D021", "D022", "D009"
TROUBLED = (OF_LAST_MONTH, ONLY_THANKS, WITH_WINMAIL)


class Round:
    """An office with its project, its server for letters and its mailbox; and the departments that write to it."""

    def __init__(self, folder: Path, post: Post, mailbox: imaplib.IMAP4) -> None:
        self.folder = folder
        self._post = post
        self._mailbox = mailbox
        self._answers = 0
        self._letters: dict[str, list[EmailMessage]] = {}
        self._read = 0

    def office(self, *arguments: str, code: int = 0) -> Ended:
        """Let the office run a command, which ends with this exit code."""
        ended = batchreport(self.folder, *arguments, BATCHREPORT_MAIL_PASSWORD=PASSWORD)
        assert ended.code == code, ended.err + ended.out
        return ended

    def letters(self) -> dict[str, list[EmailMessage]]:
        """Return the letters that reached each department, by its code."""
        for envelope in self._post.letters[self._read :]:
            message: EmailMessage = email.message_from_bytes(envelope.original_content or b"", policy=default)
            (to,) = envelope.rcpt_tos
            self._letters.setdefault(to.partition("@")[0].upper(), []).append(message)
        self._read = len(self._post.letters)
        return self._letters

    def workbook(self, code: str) -> bytes:
        """Return the workbook that the last letter to a department brought."""
        (part,) = self.letters()[code][-1].iter_attachments()
        data: bytes = part.get_content()
        return data

    def answer(self, code: str, *files: Attachment, subject: str = "") -> None:
        """Let a department answer the last letter it got, as mail programs do."""
        self._answers += 1
        subject = subject or f"答复：{self.letters()[code][-1]['Subject']}"
        sender = Address(f"{code.lower()}@school.example", NAMES[code])
        date = dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC) + dt.timedelta(minutes=self._answers)
        id_ = f"<{self._answers}@school.example>"
        message = compose(Letter(sender, (OFFICE,), subject, "您好，见附件。", files), message_id=id_, date=date)
        assert self._mailbox.append("INBOX", None, None, message)[0] == "OK"

    def states(self) -> Counter[str]:
        """Return how many departments are in each state, as the office sees it."""
        items = json.loads(batchreport(self.folder, "status", "--json", "--today", "2026-12-08").out)["departments"]
        return Counter(item["state"] for item in items)


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Round]:
    """The month before anything was sent."""
    folder = project(tmp_path / "office", rollup=True)
    rows = [{"code": code, "name": name, "mail": f"{code.lower()}@school.example"} for code, name in NAMES.items()]
    (folder / "departments.xlsx").write_bytes(blank_workbook(roster_schema(), Prefill(rows={"departments": rows})))
    pem, post = certificate(tmp_path), Post()
    with smtp_server(post, pem, "tls") as smtp, dovecot(pem, PASSWORD) as imap:
        with (folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"""
deadline_days = 5
contact = "后勤处 王老师，电话 0000-8000000"

[mail]
from = "后勤处 <{USER}>"
smtp = {{ host = "{HOST}", port = {smtp}, ca_file = "{pem}" }}
imap = {{ host = "{HOST}", port = {imap}, ca_file = "{pem}" }}
pause = 0
""")
        context = ssl.create_default_context(cafile=str(pem))
        with imaplib.IMAP4_SSL(HOST, imap, ssl_context=context) as mailbox:
            mailbox.login(USER, PASSWORD)
            yield Round(folder, post, mailbox)


def filled(data: bytes, number: int, value: object = None) -> bytes:
    """Return a workbook as a filler fills it in: in his own program, cell by cell."""
    book: Any = openpyxl.load_workbook(BytesIO(data))
    cells = FILLED | {"统计数据": FILLED["统计数据"] | {"本期值": number if value is None else value}}
    for title, values in cells.items():
        for name, one in values.items():
            book[title][place(book[title], name)].value = one
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def mended(data: bytes, number: int) -> bytes:
    """Return a marked copy in which the filler has put right what was marked."""
    book: Any = openpyxl.load_workbook(BytesIO(data))
    book["统计数据"][place(book["统计数据"], "本期值")].value = number
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def pupils(code: str) -> int:
    """Return how many pupils a school has."""
    return 300 + int(code[1:])


def test_a_month(month: Round) -> None:
    """Sent, answered, collected, checked, returned, mended, reminded, built and delivered: nobody twice, nothing lost."""
    month.office("send", "--period", "2026-11")
    assert {code: len(letters) for code, letters in month.letters().items()} == dict.fromkeys(NAMES, 1)
    assert month.states() == {"awaited": 60}

    # Most fill their workbook and answer; three mistype a figure; three send something else; two do not answer at all.
    for code, name in NAMES.items():
        if code not in (*SILENT, *TROUBLED):
            data = filled(month.workbook(code), pupils(code), "三百多" if code in FAULTY else None)
            month.answer(code, Attachment(f"{name}（最终版）.xlsx", data))
    month.office("prepare", "--period", "2026-10")
    last_month = filled((month.folder / f"out/2026-10/blank/{NAMES[OF_LAST_MONTH]}.xlsx").read_bytes(), 1)
    month.answer(OF_LAST_MONTH, Attachment("填好了.xlsx", last_month))
    month.answer(ONLY_THANKS)
    month.answer(WITH_WINMAIL, Attachment("winmail.dat", bytes.fromhex("789F3E22") + b"\0" * 100))
    month.answer(AWAY, subject="自动回复：我在外地开会")

    # An hourly run collects and builds what can be built, and says what cannot be used.
    first = month.office("run", code=1)
    assert len(list((month.folder / "workbooks/2026-11").glob("*.xlsx"))) == 55
    assert len(list((month.folder / "out/2026-11").glob("第*小学.docx"))) == 52
    for told in ("2026-10", "没有附件", "winmail.dat", "“三百多”是中文数字"):
        assert told in first.err
    assert month.states() == {"good": 52, "faulty": 3, "awaited": 4, "wrong-period": 1}

    # The faulty ones are returned, once; the others are reminded, once a day.
    month.office("send", "--marked")
    month.office("send", "--marked")
    month.office("remind", "--state", "awaited", "--state", "wrong-period", "--today", "2026-12-08")
    month.office("remind", "--state", "awaited", "--state", "wrong-period", "--today", "2026-12-08")
    letters = {code: len(of_one) for code, of_one in month.letters().items()}
    assert letters == {code: 2 if code in (*FAULTY, *TROUBLED, *SILENT) else 1 for code in NAMES}
    assert month.states() == {"good": 52, "returned": 3, "awaited": 4, "wrong-period": 1}

    # They mend it, or answer at last: with the workbook that came with the reminder.
    for code in FAULTY:
        month.answer(code, Attachment("改好了.xlsx", mended(month.workbook(code), pupils(code))))
    for code in (*TROUBLED, *SILENT):
        month.answer(code, Attachment("补交.xlsx", filled(month.workbook(code), pupils(code))))
    month.office("run")
    assert month.states() == {"good": 60}
    for code, name in NAMES.items():
        assert f"在校学生{pupils(code)}人" in whole_text(month.folder / f"out/2026-11/{name}.docx"), name
    assert f"在校学生{sum(map(pupils, NAMES))}人" in whole_text(month.folder / "out/2026-11/汇总.docx")

    # Each gets its report; the next hour there is nothing to do.
    month.office("send", "--reports")
    for code, of_one in month.letters().items():
        (part,) = of_one[-1].iter_attachments()
        assert part.get_content() == (month.folder / f"out/2026-11/{NAMES[code]}.docx").read_bytes()
    month.office("run")  # the page is looked at once more: letters have gone out
    before = {path: path.read_bytes() for path in month.folder.rglob("*") if path.is_file() and path.name != "run.log"}
    quiet = month.office("run")
    after = {path: path.read_bytes() for path in month.folder.rglob("*") if path.is_file() and path.name != "run.log"}
    assert {path for path in before | after if before.get(path) != after.get(path)} == set()
    assert "60" in quiet.err
    assert PASSWORD.encode() not in b"".join(after.values())
