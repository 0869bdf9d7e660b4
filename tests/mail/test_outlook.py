from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from batchreport.mail.parts import attachments
from batchreport.mail.taken import Limits
from tests.mail.outlook_file import ansi, attachment, compound, sent, text

DATE = datetime(2026, 12, 3, 8, 20, 5, tzinfo=UTC)
BOOK = b"PK\3\4 stands for a workbook" * 40
HEAD = (
    text(0x001A, "IPM.Note")
    | text(0x0037, "回复：[BR-2026-11-D007] 请填报")
    | text(0x0C1A, "王芳")
    | text(0x5D01, "wangfang@school.example")
    | text(0x1035, "<1@school.example>")
)


def message(*parts: dict[str, Any]) -> bytes:
    """Return a .msg file of these streams and storages."""
    tree: dict[str, Any] = {}
    for part in parts:
        tree |= part
    return compound(tree)


def test_a_message_that_outlook_saved_gives_its_files() -> None:
    """Name, bytes, sender, subject, id and date, as from any other message; a picture of the text is left out."""
    picture = attachment(1, b"\x89PNG", name="logo.png", content_id="image001.png@01DC")
    data = message(HEAD, sent(DATE, 32), attachment(0, BOOK, name="示例中心小学.xlsx"), picture)
    taken = attachments(data, "回复.msg")
    (piece,) = taken.found

    assert (piece.name, piece.data) == ("示例中心小学.xlsx", BOOK)
    assert piece.origin.path == ("回复.msg",)
    assert (piece.origin.sender, piece.origin.sender_name) == ("wangfang@school.example", "王芳")
    assert (piece.origin.date, piece.origin.message_id) == (DATE, "<1@school.example>")
    assert str(piece.origin.tag) == "[BR-2026-11-D007]"
    assert not taken.findings


def test_the_head_it_came_with_says_more_than_outlook_keeps() -> None:
    """Where Outlook has kept the head, date, sender and id are taken from there."""
    head = "From: =?gbk?B?zfW3vA==?= <wang@a.example>\r\nDate: Thu, 3 Dec 2026 16:20:05 +0800\r\nMessage-ID: <2@a.example>\r\n\r\n"
    data = message(HEAD, text(0x007D, head), attachment(0, BOOK, name="a.xlsx"))
    (piece,) = attachments(data, "a.msg").found

    assert (piece.origin.sender, piece.origin.sender_name) == ("wang@a.example", "王芳")
    assert piece.origin.date == DATE.astimezone(timezone(timedelta(hours=8)))
    assert piece.origin.message_id == "<2@a.example>"
    assert piece.origin.subject == "回复：[BR-2026-11-D007] 请填报"


def test_texts_of_an_older_outlook_are_read() -> None:
    """Before Unicode, names stood in the code page of the country."""
    part = {
        "__attach_version1.0_#00000000": ansi(0x3707, "示例小学.xls".encode("gbk")) | {"__substg1.0_37010102": BOOK}
    }
    (piece,) = attachments(
        message(ansi(0x0037, "填报".encode("gbk")), {"__properties_version1.0": b"\0" * 32}, part), "a.msg"
    ).found

    assert (piece.name, piece.origin.subject) == ("示例小学.xls", "填报")


def test_a_message_within_a_message_is_opened() -> None:
    """What was forwarded is from its own sender."""
    inner = (
        text(0x0037, "[BR-2026-11-D008] 二小")
        | text(0x5D01, "li@b.example")
        | sent(DATE, 24)
        | attachment(0, BOOK, name="a.xlsx")
    )
    (piece,) = attachments(message(HEAD, sent(DATE, 32), attachment(0, inner, name="二小")), "a.msg").found

    assert piece.origin.path == ("a.msg", "[BR-2026-11-D008] 二小.msg")
    assert (piece.origin.sender, piece.origin.date) == ("li@b.example", DATE)


def test_messages_are_not_opened_without_end() -> None:
    """A message within a message, and so on, is said beyond the limit."""
    inner: dict[str, Any] = HEAD | sent(DATE, 24)
    for _ in range(4):
        inner = HEAD | sent(DATE, 24) | attachment(0, inner)
    (finding,) = attachments(compound(inner), "a.msg", Limits(depth=3)).findings

    assert finding.code == "mail-too-deep"


def test_what_outlook_keeps_elsewhere_is_only_a_link() -> None:
    """An attachment without bytes lies in somebody's cloud."""
    (finding,) = attachments(message(HEAD, sent(DATE, 32), attachment(0, None, name="十一月.xlsx")), "a.msg").findings

    assert (finding.code, finding.details["names"]) == ("mail-only-link", ("十一月.xlsx",))


def test_messages_that_no_person_wrote_are_known_by_their_class() -> None:
    """A meeting and an answer of an absent one are left out, a letter that came back is said."""
    kinds = {
        "IPM.Schedule.Meeting.Request": "mail-automatic",
        "IPM.Note.Rules.OofTemplate.Microsoft": "mail-automatic",
        "REPORT.IPM.Note.IPNRN": "mail-automatic",
        "REPORT.IPM.Note.NDR": "mail-came-back",
        "IPM.Note.SMIME": "mail-sealed",
        "IPM.Note": "mail-without-attachment",
    }
    for kind, code in kinds.items():
        data = message(HEAD, text(0x001A, kind), text(0x1000, "x@y.example"), sent(DATE, 32))
        (finding,) = attachments(data, "a.msg").findings
        assert finding.code == code
