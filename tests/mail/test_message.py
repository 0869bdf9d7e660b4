from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchreport.findings import Place
from batchreport.mail.address import Address, is_address, read_addresses
from batchreport.mail.message import Attachment, Letter, compose
from batchreport.mail.parts import attachments
from batchreport.mail.tag import Tag, find_tag
from batchreport.period import Period

if TYPE_CHECKING:
    from email.message import EmailMessage

ID = "<2026-11.D007.1@district.example>"
DATE = datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
SENDER = Address("houqin@district.example", "示例区教育局 后勤科")
LETTER = Letter(
    SENDER,
    (Address("wangfang@school.example", "王芳"), Address("li@second.example", 'Li "Lily", Ltd')),
    "[BR-2026-11-D007] 2026年11月后勤统计，请于12月5日前填报",
    "王老师：\n\n请填写附件并于12月5日前回复。\n.\nFrom here on\n",
    (Attachment("示例中心小学 2026年11月.xlsx", b"PK\3\4 no workbook"), Attachment('a "b".pdf', b"\0\1\r\n\xff")),
)


def read(data: bytes) -> EmailMessage:
    """Return a message as Python's modern policy reads it."""
    return message_from_bytes(data, policy=default)


def with_names(subject: str, name: str, file: str) -> Letter:
    """Return a letter with these texts in its head."""
    return Letter(SENDER, (Address("a@b.example", name),), subject, "", (Attachment(file, b"x"),))


def test_a_letter_comes_back_as_it_was_written() -> None:
    """Names, subject, text and files are read by Python's own parser as they were given."""
    message = read(compose(LETTER, message_id=ID, date=DATE))
    to = [(address.display_name, address.addr_spec) for address in message["To"].addresses]
    first, second = message.iter_attachments()
    body = message.get_body()

    assert message["From"].addresses[0].display_name == SENDER.name
    assert to == [("王芳", "wangfang@school.example"), ('Li "Lily", Ltd', "li@second.example")]
    assert message["Subject"] == LETTER.subject
    assert message["Date"].datetime == DATE
    assert message["Message-ID"] == ID
    assert message["X-Unsent"] is None
    assert body is not None
    assert body.get_content().splitlines() == LETTER.text.splitlines()
    assert (first.get_filename(), first.get_content()) == ("示例中心小学 2026年11月.xlsx", b"PK\3\4 no workbook")
    assert (second.get_filename(), second.get_content()) == ('a "b".pdf', b"\0\1\r\n\xff")
    assert not any(part.defects for part in message.walk())


def test_an_attachment_is_named_in_both_forms() -> None:
    """RFC 2231 for today's programs, encoded words for elder ones; the line fits."""
    data = compose(with_names("", "", "示例" * 60 + ".xlsx"), message_id=ID, date=DATE)
    lines = data.split(b"\r\n")

    assert any(line.startswith(b" filename*=utf-8''%E7%A4%BA") for line in lines)
    assert any(line.startswith(b' name="=?utf-8?b?') for line in lines)
    assert max(map(len, lines)) <= 998
    (piece,) = attachments(data, "a.eml").found
    assert piece.name.startswith("示例示例")
    assert piece.name.endswith(".xlsx")


def test_the_tag_stands_in_plain_ascii_and_the_names_do_not() -> None:
    """A server's search finds the tag; QQ refuses a display name that is not encoded."""
    data = compose(LETTER, message_id=ID, date=DATE)

    assert b"\r\nSubject: [BR-2026-11-D007]\r\n =?utf-8?b?" in data
    assert b"\r\nFrom: =?utf-8?b?" in data
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_a_draft_opens_as_a_new_message() -> None:
    """Outlook opens a file with this line ready to be sent."""
    assert read(compose(LETTER, message_id=ID, date=DATE, is_draft=True))["X-Unsent"] == "1"


def test_the_same_letter_gives_the_same_bytes() -> None:
    """No clock, no chance: not even between the parts."""
    assert compose(LETTER, message_id=ID, date=DATE) == compose(LETTER, message_id=ID, date=DATE)


@pytest.mark.parametrize("message_id", ["", "a@b", "<a@b>\r\nBcc: <c@d>", "<a b@c>"])
def test_what_is_no_message_id_is_not_written(message_id: str) -> None:
    """The id is ours to make; one that is none is a mistake of ours."""
    with pytest.raises(ValueError, match="id"):
        compose(LETTER, message_id=message_id, date=DATE)


@given(st.text(), st.text(), st.text())
def test_no_text_adds_a_line_to_the_head(subject: str, name: str, file: str) -> None:
    """Whatever subject, name and file name hold, the head has its lines and no others, and all of it is read again."""
    data = compose(with_names(subject, name, file), message_id=ID, date=DATE)
    message = read(data)
    (part,) = message.iter_attachments()

    heads = ["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "MIME-Version"]
    assert sorted(message.keys()) == sorted(heads)
    assert sorted(part.keys()) == ["Content-Disposition", "Content-Transfer-Encoding", "Content-Type"]
    assert [address.addr_spec for address in message["To"].addresses] == ["a@b.example"]
    assert part.get_content() == b"x"
    assert data.isascii()


@given(st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='/\\"'), min_size=1, max_size=40))
def test_any_file_name_comes_back(stem: str) -> None:
    """A name written by us is read by us, and by Python's parser, as it was."""
    name = f"{stem}.xlsx"
    data = compose(with_names("[BR-2026-11-D007]", "", name), message_id=ID, date=DATE)
    (part,) = read(data).iter_attachments()
    (piece,) = attachments(data, "a.eml").found

    assert piece.name == name
    assert part.get_filename() == name


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60))
def test_any_subject_comes_back(subject: str) -> None:
    """A subject written by us is read by us as it was, with its tag before it."""
    data = compose(with_names(f"[BR-2026-11-D007] {subject}".strip(), "", "a.xlsx"), message_id=ID, date=DATE)
    (piece,) = attachments(data, "a.eml").found

    assert piece.origin.subject == f"[BR-2026-11-D007] {subject}".strip()
    assert piece.origin.tag == Tag(NOVEMBER, "D007")


NOVEMBER, QUARTER, YEAR = Period(2026, 11, "M"), Period(2026, 4, "Q"), Period(2026, 1, "Y")
PERIODS = st.sampled_from([NOVEMBER, QUARTER, Period(2026, 2, "H"), YEAR])


@given(PERIODS, st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
def test_any_code_comes_back_from_a_tag(period: Period, code: str) -> None:
    """Whatever a roster's codes are made of, a tag is ASCII without spaces and names the same department."""
    tag = Tag(period, code)

    assert find_tag(f"回复：{tag} 请填报") == tag
    assert str(tag).isascii()
    assert " " not in str(tag)


@pytest.mark.parametrize(
    ("period", "code", "text"),
    [
        (NOVEMBER, "D007", "[BR-2026-11-D007]"),
        (NOVEMBER, "D-007", "[BR-2026-11-D-007]"),
        (YEAR, "11-D007", "[BR-2026-11%2DD007]"),
        (YEAR, "11", "[BR-2026-11]"),
        (QUARTER, "后勤", "[BR-2026-Q4-%E5%90%8E%E5%8B%A4]"),
        (NOVEMBER, "A]B 1", "[BR-2026-11-A%5DB%201]"),
    ],
)
def test_a_tag_is_written(period: Period, code: str, text: str) -> None:
    """Signs that could end the tag, or be taken for the period, are escaped."""
    assert str(Tag(period, code)) == text


@pytest.mark.parametrize(
    "text", ["Re: 【br-2026-11-D007】 x", "（BR-2026-11-D007）", "Fw: [BR-2026-13-X] [BR-2026-11-D007]"]
)
def test_a_tag_is_found_as_people_and_programs_leave_it(text: str) -> None:
    """Brackets may have become wide, letters small; what is no period is no tag."""
    assert find_tag(text) == Tag(NOVEMBER, "D007")


def test_a_name_in_quotes_may_hold_a_comma() -> None:
    """As Outlook copies recipients, with others beside."""
    found, wrong = read_addresses('"Li, Si" <lisi@a.example>; "王，芳"<wang@b.example>, x@c.example', "甲校", Place())
    assert found == (
        Address("lisi@a.example", "Li Si"),
        Address("wang@b.example", "王 芳"),
        Address("x@c.example", "甲校"),
    )
    assert not wrong


def test_addresses_are_read_as_rosters_have_them() -> None:
    """Several in a cell, by any mark, some with names of their own; the others take the contact's."""
    text = "wang@a.example；李 <li@b.example>，zhao@c.example\n，错的@d.example, x@y@z"
    found, wrong = read_addresses(text, "王芳", Place(file="departments.xlsx"))

    assert found == (
        Address("wang@a.example", "王芳"),
        Address("li@b.example", "李"),
        Address("zhao@c.example", "王芳"),
    )
    assert [(finding.code, finding.details["found"]) for finding in wrong] == [
        ("mail-address-wrong", "错的@d.example"),
        ("mail-address-wrong", "x@y@z"),
    ]


def test_strokes_and_quotes_around_addresses() -> None:
    """Who writes two with a stroke means both; in a name it is part of it, and nobody is written to twice."""
    text = "a@x.example/b@x.example ／ 'c@x.example', A@X.example; 后勤处/李 <d@x.example>"
    found, wrong = read_addresses(text, "甲校", Place())

    assert [one.mail for one in found] == ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]
    assert (found[3].name, wrong) == ("后勤处/李", ())


def test_an_empty_cell_has_no_address() -> None:
    """A department without address is said, by its name."""
    found, (missing,) = read_addresses(" ", "示例中心小学", Place(file="departments.xlsx"))

    assert not found
    assert missing.line("zh") == "departments.xlsx：“示例中心小学”没有邮箱地址。在名册里补上"


@pytest.mark.parametrize("text", ["", "a", "a@b\r\nBcc: c@d", "a b@c", "a@b,c@d", "<a@b>", "a@" + "b" * 300, "a@b c"])
def test_what_could_break_a_head_is_no_address(text: str) -> None:
    """An address is plain ASCII with nothing that ends a line or begins another address."""
    assert not is_address(text)
    with pytest.raises(ValueError, match="no mail address"):
        Address(text)
