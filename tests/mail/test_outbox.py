from __future__ import annotations

import pickle
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.errors import MailError
from batchreport.findings import Place
from batchreport.mail.outbox import Delivery, Outbox, Pace
from batchreport.mail.server import Server, said
from tests.mail.servers import HOST, PASSWORD, USER, Post, certificate, free_port, smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# aiosmtpd does not know that it speaks TLS when it does so from the first byte.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
LETTER = b"Subject: [BR-2026-11-D007]\r\n\r\n.\r\n..two\r\nend\r\n"
TO = ["wangfang@school.example"]
PLACE = Place(file="示例中心小学")


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that no authority has signed."""
    return certificate(tmp_path_factory.mktemp("tls"))


class Office:
    """An SMTP server, an outbox that sends to it, and the seconds that it would have slept."""

    def __init__(self, pem: Path) -> None:
        self.post = Post()
        self.pem = pem
        self.slept: list[float] = []

    @contextmanager
    def outbox(self, runs: str = "tls", password: str = PASSWORD, **server: Any) -> Iterator[Outbox]:
        """Run the server and give the outbox; `server` changes its settings."""
        with smtp_server(self.post, self.pem, runs) as port:
            settings: dict[str, Any] = {
                "host": HOST,
                "port": port,
                "security": runs,
                "user": USER,
                "ca_file": str(self.pem),
            }
            pace = Pace(between=3, again=30, attempts=3)
            with Outbox(Server(**settings | server), USER, lambda: password, self.slept.append, pace) as outbox:
                yield outbox

    def answer(self, **answers: list[str]) -> None:
        """Set what the server answers instead of taking a letter, by step."""
        self.post.answers = answers


@pytest.fixture
def office(pem: Path) -> Office:
    """Give an SMTP server and who sends to it."""
    return Office(pem)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_letters_go_one_by_one_over_tls(office: Office, security: str) -> None:
    """The server gets each letter byte by byte, from one connection, with a pause between."""
    with office.outbox(security) as outbox:
        first, second = outbox.send(LETTER, TO, PLACE), outbox.send(LETTER, ["a@b.example", "c@d.example"], PLACE)

    assert first == second == Delivery("sent")
    assert [letter.content for letter in office.post.letters] == [LETTER, LETTER]
    assert [letter.rcpt_tos for letter in office.post.letters] == [TO, ["a@b.example", "c@d.example"]]
    assert office.post.letters[0].mail_from == USER
    assert office.post.logins == [USER]
    assert office.slept == [3]


def test_an_unknown_recipient_is_said_and_the_others_get_theirs(office: Office) -> None:
    """What the server will never take is a finding, with its words; the next letter goes."""
    with office.outbox() as outbox:
        refused = outbox.send(LETTER, ["nobody@school.example"], PLACE)
        partly = outbox.send(LETTER, ["nobody@school.example", *TO], PLACE)
        sent = outbox.send(LETTER, TO, PLACE)

    assert (refused.state, partly.state, sent.state) == ("refused", "sent", "sent")
    assert [finding.code for finding in refused.findings + partly.findings] == ["mail-refused", "mail-refused"]
    text = refused.findings[0].line("zh")
    assert text.startswith("示例中心小学：服务器拒收寄给 nobody@school.example 的邮件（550 5.1.1 查无此人")
    assert [letter.rcpt_tos for letter in office.post.letters] == [TO, TO]


def test_a_refused_letter_does_not_end_the_run(office: Office) -> None:
    """Not taken for its sender or its text, or as a quota is used up, it says nothing of the address; the next goes."""
    office.answer(MAIL=["550 5.7.1 no", "554 MI:STC"], DATA=["554 DT:SPM spam", "550 5.1.1 nobody there"])
    with office.outbox() as outbox:
        results = [outbox.send(LETTER, TO, PLACE) for _ in range(5)]

    assert [result.state for result in results] == ["later", "later", "later", "refused", "sent"]
    assert [result.findings[0].code for result in results[:4]] == [*["mail-not-taken"] * 3, "mail-refused"]
    assert results[2].findings[0].details["said"] == "554 DT:SPM spam"
    assert office.slept == [3] * 4


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_what_may_pass_is_tried_again(office: Office, step: str) -> None:
    """A 4xx answer at any step: the letter goes at the third attempt, after longer and longer pauses, once."""
    office.answer(**{step: ["451 4.7.1 greylisted", "421 4.3.2 busy"]})
    with office.outbox() as outbox:
        assert outbox.send(LETTER, TO, PLACE) == Delivery("sent")

    assert office.slept == [30, 60]
    assert len(office.post.letters) == 1


def test_the_step_that_commits_a_letter_is_told_before_it(office: Office) -> None:
    """At "going" the server has not the whole letter; a letter that it would not take is begun again."""
    office.answer(DATA=["451 busy", "drop"])
    steps: list[str] = []
    with office.outbox() as outbox:
        outbox.send(LETTER, TO, PLACE, lambda step: steps.append(f"{step} {len(office.post.letters)}"))
        assert steps == ["going 0", "begun 0", "going 0"]
        assert outbox.send(LETTER, ["nobody@school.example"], PLACE, steps.append).state == "refused"

    assert len(steps) == 3


def test_a_step_that_fails_leaves_the_letter_unfinished(office: Office) -> None:
    """What cannot be remembered is not sent; the next letter gets a connection of its own."""

    def full(_: str) -> None:
        raise RuntimeError("the disk is full")

    with office.outbox() as outbox:
        with pytest.raises(RuntimeError):
            outbox.send(LETTER, TO, PLACE, full)
        assert outbox.send(LETTER, TO, PLACE).state == "sent"

    assert len(office.post.letters) == 1


def test_after_some_attempts_it_is_left_for_later(office: Office) -> None:
    """The finding holds the server's last answer; the next letter is tried."""
    office.answer(RCPT=["452 4.2.2 too many"] * 3)
    with office.outbox() as outbox:
        later, sent = outbox.send(LETTER, TO, PLACE), outbox.send(LETTER, TO, PLACE)

    assert (later.state, later.findings[0].details["said"]) == ("later", "452 4.2.2 too many")
    assert sent.state == "sent"


def test_a_rule_of_the_server_is_not_held_against_the_address(office: Office) -> None:
    """It says so of the address, and means who sends, from where, or how much."""
    office.answer(RCPT=["554 5.7.1 relay access denied", "550 5.7.1 over quota", "550 5.1.1 nobody"])
    with office.outbox() as outbox:
        results = [outbox.send(LETTER, TO, PLACE), outbox.send(LETTER, [*TO, "b@school.example"], PLACE)]

    assert [result.state for result in results] == ["later", "refused"]


def test_an_address_that_is_never_written_to_now_keeps_the_letter_from_no_other(office: Office) -> None:
    """Its mailbox is full: after some attempts the other address gets the letter, and this one is named."""
    office.answer(RCPT=["", "452 4.2.2 over quota"] * 3)
    with office.outbox() as outbox:
        sent = outbox.send(LETTER, [*TO, "full@school.example"], PLACE)

    assert (sent.state, [finding.details["who"] for finding in sent.findings]) == ("sent", ["full@school.example"])
    assert [letter.rcpt_tos for letter in office.post.letters] == [TO]


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_connection_that_breaks_is_made_again(office: Office, step: str) -> None:
    """Dropped before the letter was handed over, it is sent again over a new connection, once."""
    office.answer(**{step: ["", "drop"]})
    with office.outbox() as outbox:
        results = [outbox.send(LETTER, TO, PLACE) for _ in range(3)]

    assert [result.state for result in results] == ["sent"] * 3
    assert len(office.post.letters) == 3
    assert office.post.logins == [USER, USER]


def test_a_letter_that_may_have_arrived_is_not_sent_again(office: Office) -> None:
    """The server took it and hung up before it said so: that is said, and the next letter goes."""
    office.answer(DATA=["drop"])
    with office.outbox() as outbox:
        unsure, sent = outbox.send(LETTER, TO, PLACE), outbox.send(LETTER, TO, PLACE)

    assert (unsure.state, unsure.findings[0].code) == ("unsure", "mail-unsure")
    assert sent.state == "sent"
    assert len(office.post.letters) == 2


def test_a_wrong_password_ends_the_run_and_is_not_shown(office: Office) -> None:
    """The error names server and account, and what to do; the password stands nowhere in it."""
    wrong = "WrongPass-8842"
    with office.outbox(password=wrong) as outbox, pytest.raises(MailError) as caught:
        outbox.send(LETTER, TO, PLACE)

    assert "授权码" in caught.value.findings[0].line("zh")
    shown = [str(caught.value), repr(caught.value), repr(outbox), repr(vars(outbox)), str(pickle.dumps(caught.value))]
    assert not any(wrong in text for text in shown)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_a_server_repeats_is_hidden() -> None:
    """A server may answer with the password itself, or as it got it, in base64."""
    assert said("535 secret!1 (c2VjcmV0ITE=, AHVzZXIAc2VjcmV0ITE=)", "secret!1", "user") == "535 … (…, …)"


def test_a_certificate_that_nobody_signed_is_not_trusted(office: Office) -> None:
    """Unless the option says so."""
    with office.outbox(ca_file="") as outbox, pytest.raises(MailError) as caught:
        outbox.send(LETTER, TO, PLACE)
    assert caught.value.findings[0].code == "mail-certificate"
    assert office.post.logins == []

    with office.outbox(ca_file="", trust_any_certificate=True) as outbox:
        assert outbox.send(LETTER, TO, PLACE).state == "sent"


def test_a_certificate_of_another_host_is_not_trusted(office: Office) -> None:
    """That a certificate is good is not enough: it must be this server's."""
    with office.outbox("starttls", host="localhost") as outbox, pytest.raises(MailError) as caught:
        outbox.send(LETTER, TO, PLACE)

    assert caught.value.findings[0].code == "mail-certificate"


@pytest.mark.parametrize(
    ("runs", "asked", "code"),
    [("none", "starttls", "mail-no-tls"), ("none", "tls", "mail-no-tls"), ("starttls", "tls", "mail-no-tls")],
)
def test_the_wrong_kind_of_security_is_said(office: Office, runs: str, asked: str, code: str) -> None:
    """No password goes to a server that does not speak TLS when TLS is asked for."""
    with office.outbox(runs, security=asked) as outbox, pytest.raises(MailError) as caught:
        outbox.send(LETTER, TO, PLACE)

    assert caught.value.findings[0].code == code
    assert office.post.logins == []


def test_no_password_crosses_the_net_in_the_open() -> None:
    """Without TLS a login is for this machine's own server only."""
    with pytest.raises(MailError) as caught:
        Server("mail.example.com", 25, "none", "user").secret(lambda: pytest.fail("asked for the password"))

    assert caught.value.findings[0].code == "mail-plain-login"


def test_a_server_that_is_not_there_is_said_at_once() -> None:
    """At the first letter the settings are rather wrong than the line: nobody waits."""
    outbox = Outbox(Server(HOST, free_port()), USER, lambda: PASSWORD, lambda _: pytest.fail("slept"), Pace())

    with pytest.raises(MailError) as caught:
        outbox.send(LETTER, TO, PLACE)
    assert caught.value.findings[0].code == "mail-unreachable"


def test_authorities_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    """A file that is not there, or is none of certificates."""
    (tmp_path / "no.pem").write_text("no certificate")
    for name in ("gone.pem", "no.pem"):
        outbox = Outbox(
            Server(HOST, free_port(), ca_file=str(tmp_path / name)), USER, lambda: PASSWORD, lambda _: None, Pace()
        )
        with pytest.raises(MailError) as caught:
            outbox.send(LETTER, TO, PLACE)
        assert caught.value.findings[0].code == "mail-ca-file"
