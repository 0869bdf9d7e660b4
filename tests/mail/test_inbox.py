from __future__ import annotations

import imaplib
import ssl
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.errors import MailError
from batchreport.mail.address import Address
from batchreport.mail.inbox import Inbox
from batchreport.mail.message import Attachment, Letter, compose
from batchreport.mail.parts import attachments
from batchreport.mail.server import Server
from batchreport.mail.tag import find_tag
from tests.mail.servers import HOST, certificate, dovecot, free_port, pymap
from tests.mail.test_message import DATE

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "demouser", "demopass"
NUMBERS = count(1)
DAY = date(2020, 12, 3)


@pytest.fixture(scope="module", params=["pymap", pytest.param("dovecot", marks=pytest.mark.outside)])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A mailbox, in pymap in the open, in Dovecot over TLS."""
    folder = tmp_path_factory.mktemp("mail")
    if request.param == "pymap":
        with pymap(folder) as port:
            yield Server(HOST, port, "none", USER)
    else:
        pem = certificate(folder)
        with dovecot(pem) as port:
            yield Server(HOST, port, "tls", USER, ca_file=str(pem))


def plain_client(server: Server) -> imaplib.IMAP4:
    """Return a connection without anything of ours."""
    if server.security == "none":
        client = imaplib.IMAP4(server.host, server.port)
    else:
        context = ssl.create_default_context(cafile=server.ca_file)
        client = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context)
    client.login(USER, PASSWORD)
    return client


def letter(number: int, subject: str) -> bytes:
    """Return a letter with a workbook."""
    sender = Address("wangfang@school.example", "王芳")
    file = Attachment(f"示例第{number}小学.xlsx", b"PK stands for a workbook %d" % number)
    return compose(
        Letter(sender, (Address("houqin@district.example"),), subject, "您好", (file,)),
        message_id=f"<{number}@school.example>",
        date=DATE,
    )


@pytest.fixture
def folder(server: Server) -> str:
    """A folder with three letters; the last came long before the others, and one has no tag."""
    name = f"box-{next(NUMBERS)}"
    client = plain_client(server)
    client.create(name)
    letters = [
        (letter(1, "回复：[BR-2026-11-D001] 请填报"), '"04-Dec-2020 10:00:00 +0800"'),
        (letter(2, "午餐"), '"05-Dec-2020 10:00:00 +0800"'),
        (letter(3, "[BR-2026-10-D001] 请填报"), '"05-Nov-2020 10:00:00 +0800"'),
    ]
    for data, received in letters:
        assert client.append(name, "", received, data)[0] == "OK"
    client.logout()
    return name


def opened(server: Server) -> Inbox:
    """Return the mailbox, opened."""
    return Inbox(server, lambda: PASSWORD)


def flags(server: Server, folder: str) -> list[Any]:
    """Return what the server knows of each message of a folder."""
    client = plain_client(server)
    client.select(folder, readonly=True)
    answer = client.fetch("1:*", "(FLAGS)")[1]
    client.logout()
    return answer


def test_letters_are_listed_since_a_day_and_read_by_their_tags(server: Server, folder: str) -> None:
    """The bytes are those that came; whose they are, the tag says; what is older is not listed."""
    with opened(server) as inbox:
        listed = list(inbox.envelopes(DAY, folder))
        (tagged,) = [envelope for envelope in listed if envelope.origin.tag]
        data = inbox.message(tagged)

    assert [envelope.origin.subject for envelope in listed] == ["回复：[BR-2026-11-D001] 请填报", "午餐"]
    assert tagged.origin.tag == find_tag("[BR-2026-11-D001]")
    assert (tagged.origin.message_id, tagged.origin.sender) == ("<1@school.example>", "wangfang@school.example")
    assert data == letter(1, "回复：[BR-2026-11-D001] 请填报")
    assert tagged.size == len(data)
    assert attachments(data, "1.eml").found[0].name == "示例第1小学.xlsx"


def test_reading_changes_nothing(server: Server, folder: str) -> None:
    """No message is marked as read, nor in any other way; read again, the same comes."""
    before = flags(server, folder)
    with opened(server) as inbox:
        first = [(envelope, inbox.message(envelope)) for envelope in inbox.envelopes(DAY, folder)]
    with opened(server) as inbox:
        second = [(envelope, inbox.message(envelope)) for envelope in inbox.envelopes(DAY, folder)]

    assert first == second
    assert len({(envelope.validity, envelope.uid) for envelope, _ in first}) == 2
    assert flags(server, folder) == before
    assert not any(b"Seen" in line for line in before)


def test_messages_are_moved_where_they_are_told_to_and_only_they(server: Server, folder: str) -> None:
    """The folder is made, its name may be Chinese; what is gone is not read again."""
    target = f"已收 & 办结 {folder}"
    with opened(server) as inbox:
        first, second = inbox.envelopes(DAY, folder)
        inbox.move([first], target)
        left = list(inbox.envelopes(DAY, folder))
        moved = list(inbox.envelopes(DAY, target))
        gone = inbox.message(first)
        inbox.move(moved, target)
        inbox.move([], target)

        assert target in inbox.folders()
    assert left == [second]
    assert [envelope.origin.message_id for envelope in moved] == [first.origin.message_id]
    assert gone == b""


@pytest.mark.parametrize("without", ["", "MOVE", "MOVE UIDPLUS"])
def test_what_somebody_has_marked_as_deleted_is_left_alone(server: Server, folder: str, without: str) -> None:
    """A mail program may only mark messages; they stay there, however little the server can (QQ and 163 cannot move)."""
    client = plain_client(server)
    client.select(folder)
    client.store("1", "+FLAGS", r"(\Deleted)")
    client.logout()
    with opened(server) as inbox:
        known = inbox._box.client
        known.capabilities = tuple(set(known.capabilities) - set(without.split()))
        first, second = inbox.envelopes(DAY, folder)
        inbox.move([second], f"已收 {folder}{without}")
        left = [one.uid for one in inbox.envelopes(DAY, folder)]
        moved = [one.origin.message_id for one in inbox.envelopes(DAY, f"已收 {folder}{without}")]

    assert moved == [second.origin.message_id]
    assert left == ([first.uid, second.uid] if "UIDPLUS" in without else [first.uid])


def test_a_folder_that_is_not_there_is_said(server: Server) -> None:
    """By its name."""
    with opened(server) as inbox, pytest.raises(MailError) as caught:
        list(inbox.envelopes(DAY, "没有"))

    (finding,) = caught.value.findings
    assert (finding.code, finding.details["folder"]) == ("mail-folder", "没有")


def test_an_empty_folder_has_no_letters(server: Server) -> None:
    """Nothing since tomorrow is nothing, not an error."""
    with opened(server) as inbox:
        assert list(inbox.envelopes(date(2100, 1, 1))) == []


def test_the_program_says_who_it_is(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """163 and 126 open no folder before; a server that does not know the question is not asked."""
    said: list[str] = []
    plain = imaplib.IMAP4.xatom

    def spoken(client: imaplib.IMAP4, name: str, *words: str) -> Any:
        said.append(name)
        return plain(client, name, *words)

    monkeypatch.setattr(imaplib.IMAP4, "xatom", spoken)
    with opened(server) as inbox:
        known = "ID" in inbox._box.client.capability()[1][0].decode().split()

    assert said == ["ID"] * known


def test_a_wrong_password_is_refused_and_not_shown(server: Server) -> None:
    """The error says what to do, and not what was tried."""
    with pytest.raises(MailError) as caught:
        Inbox(server, lambda: "WrongPass-8842")

    assert caught.value.findings[0].code == "mail-login-refused"
    assert "WrongPass" not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


def test_a_server_that_is_not_there_is_said() -> None:
    """As for sending: host and port."""
    with pytest.raises(MailError) as caught:
        Inbox(Server(HOST, free_port()), lambda: PASSWORD)

    assert caught.value.findings[0].code == "mail-unreachable"
