from __future__ import annotations

import imaplib
import json
import re
import ssl
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.run.post import Post, Sent, look_post
from tests.build.books import ROOT, book
from tests.build.command import Ended, batchreport
from tests.build.offices import enrol
from tests.build.test_collect import DEPARTMENTS, OCTOBER, folder, lying, mail, mails, unstamped
from tests.mail.between import DROP, at_message, between
from tests.mail.servers import HOST, certificate, dovecot, free_port, pymap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["folder"]
USER, PASSWORD = "demouser", "demopass"


class Mailbox:
    """A mailbox on a real server, and the settings that name it."""

    def __init__(self, port: int, pem: Path | None) -> None:
        self._port = port
        self._pem = pem

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """Give a connection without anything of ours."""
        if self._pem:
            context = ssl.create_default_context(cafile=str(self._pem))
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(HOST, self._port, ssl_context=context)
        else:
            client = imaplib.IMAP4(HOST, self._port)
        with client:
            client.login(USER, PASSWORD)
            yield client

    def empty(self) -> None:
        """Take away what an earlier test has left."""
        with self.client() as client:
            if client.select("INBOX")[1] != [b"0"]:
                client.store("1:*", "+FLAGS", r"\Deleted")
                client.expunge()

    def put(self, message: bytes) -> None:
        """Let a message come."""
        with self.client() as client:
            assert client.append("INBOX", None, None, message)[0] == "OK"

    def flags(self) -> list[bytes]:
        """Return what the server says of the messages in the inbox."""
        with self.client() as client:
            client.select("INBOX", readonly=True)
            found = client.fetch("1:*", "(FLAGS)")[1]
        return [one for one in found if isinstance(one, bytes)]

    def set_up(self, folder: Path) -> None:
        """Name the mailbox in the settings of a project."""
        security = f'security = "tls", ca_file = "{self._pem}"' if self._pem else 'security = "none"'
        with (folder / "batchreport.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"""
[mail]
from = "后勤处 <houqin@district.example>"
user = "{USER}"
imap = {{ host = "{HOST}", port = {self._port}, {security} }}
""")


@pytest.fixture(scope="module", params=["pymap", pytest.param("dovecot", marks=pytest.mark.outside)])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """A mailbox, in pymap in the open, in Dovecot over TLS."""
    where = tmp_path_factory.mktemp("mail")
    if request.param == "pymap":
        with pymap(where) as port:
            yield Mailbox(port, None)
    else:
        pem = certificate(where)
        with dovecot(pem) as port:
            yield Mailbox(port, pem)


@pytest.fixture
def mailbox(server: Mailbox, folder: Path) -> Mailbox:
    """The mailbox, empty, and the project that reads it."""
    server.empty()
    server.set_up(folder)
    return server


def collect(folder: Path, *more: str) -> Ended:
    """Collect what came to the mailbox, for November."""
    period = ("--period", "2026-11", "--since", "2020-01-01")
    return batchreport(folder, "collect", "--imap", *period, *more, BATCHREPORT_MAIL_PASSWORD=PASSWORD)


def collected(folder: Path, *more: str) -> list[dict[str, Any]]:
    """Return what became of each thing that came."""
    found: list[dict[str, Any]] = json.loads(collect(folder, "--json", *more).out)["collected"]
    return found


def test_workbooks_come_out_of_the_mailbox_by_stamp_and_tag(folder: Path, mailbox: Mailbox) -> None:
    """A department's answer, one from a stranger's address with a stamp, and nothing about the stranger's other mail."""
    first, second = book("甲校", code="D1"), book("乙校", code="D2")
    mailbox.put(mail(first, subject="答复: [BR-2026-11-D1] 十一月"))
    mailbox.put(mail(second, sender="private@else.example", day=2))
    mailbox.put(mail(b"", sender="newsletter@else.example", day=3))
    mailbox.put(mail(b"", sender="bing@school.example", day=4))
    found = [(one["sender"], one["state"], [f["code"] for f in one["findings"]]) for one in collected(folder)]
    assert found == [
        ("jia@school.example", "taken", []),
        ("private@else.example", "taken", ["collect-sender-not-listed"]),
        ("", "refused", ["mail-without-attachment"]),
    ]
    assert lying(folder) == {"2026-11/甲校.xlsx": first, "2026-11/乙校.xlsx": second}


def test_what_was_read_is_not_read_again_and_not_marked(folder: Path, mailbox: Mailbox) -> None:
    """The second time nothing is new; no message is marked as read."""
    mailbox.put(mail(book("甲校", code="D1")))
    before = mailbox.flags()
    assert collect(folder).out == "workbooks/2026-11/甲校.xlsx\n"
    again = collect(folder)
    assert (again.code, again.out, again.err) == (
        0,
        "",
        "新收 0 份，比已有的旧的 0 份，以前收过的 0 份，用不了的 0 份。\n",
    )
    assert mailbox.flags() == before


def test_messages_dragged_back_are_taken_as_they_came(folder: Path, mailbox: Mailbox) -> None:
    """The second brings the first workbook along, and lies before the first in the mailbox now."""
    old, new = (book("甲校", code="D1", rows={"plans": [{"item": item}]}) for item in ("一", "二"))
    for letter in (mails(new, old, day=3), mails(old, day=1)):
        mailbox.put(letter)
    collect(folder)
    there = lying(folder)
    assert there.pop("2026-11/甲校.xlsx") == new
    assert (list(there.values()), [path.split("/")[1] for path in there]) == ([old], [".superseded"])


def test_only_messages_that_were_of_use_are_moved_and_only_when_asked(folder: Path, mailbox: Mailbox) -> None:
    """Those with the workbooks go, of an earlier run as well; the one for another period stays."""
    mailbox.put(mail(book("甲校", code="D1")))
    mailbox.put(mail(book("乙校", code="D2", period=OCTOBER), sender="yi@school.example", day=2))
    collect(folder)
    assert len(mailbox.flags()) == 2
    mailbox.put(mail(book("丙校", code="D3"), sender="bing@school.example", day=3))
    assert collect(folder, "--move", "已收").out == "workbooks/2026-11/丙校.xlsx\n"
    assert len(mailbox.flags()) == 1


def test_a_message_with_something_that_cannot_be_opened_stays_where_it_is(folder: Path, mailbox: Mailbox) -> None:
    """Its workbook is taken, and the archive beside it is still to be asked for."""
    mailbox.put(with_rar(mail(book("甲校", code="D1"))))
    ended = collect(folder, "--move", "已收")
    assert (ended.code, ended.out) == (1, "workbooks/2026-11/甲校.xlsx\n")
    assert "a.rar" in ended.err
    assert len(mailbox.flags()) == 1


def with_rar(whole: bytes) -> bytes:
    """Return a message with a .rar beside what it brings."""
    boundary = whole.partition(b'boundary="')[2].partition(b'"')[0]
    rar = b'\r\n--%s\r\nContent-Type: application/octet-stream; name="a.rar"\r\n\r\nRar!\x1a\x07\0 and so on\r\n--%s--\r\n'
    return whole.replace(b"\r\n--%s--\r\n" % boundary, rar % (boundary, boundary))


@pytest.mark.parametrize("later", [False, True])
def test_what_could_not_be_used_is_told_until_something_better_comes(
    folder: Path, mailbox: Mailbox, *, later: bool
) -> None:
    """Where it stands, on the page and before reminding, though a mail is looked at but once; by hand is as good as later."""
    settings = folder / "batchreport.toml"
    settings.write_text(settings.read_text("utf-8").replace("page = false", ""), encoding="utf-8")
    mailbox.put(with_rar(mail(book("甲校", code="D1"))))
    collect(folder)
    asked = ("--period", "2026-11")

    def told() -> list[bool]:
        batchreport(folder, "build", "workbooks")
        page = (folder / "out/2026-11/index.html").read_text("utf-8")
        said = [batchreport(folder, "status", *asked).err, batchreport(folder, "remind", *asked, "--dry-run").err, page]
        return ["jia@school.example 的来件没有用上：" in one and "a.rar" in one for one in said]

    assert told() == [True, True, True]
    again = book("甲校", code="D1", rows={"plans": [{"item": "改"}]})
    if later:
        mailbox.put(mail(again, day=2))
        collect(folder)
    else:
        (folder / "workbooks/2026-11/甲校.xlsx").write_bytes(again)
    assert told() == [False, False, False]


def test_a_correction_of_last_period_is_told_until_it_is_collected(folder: Path, mailbox: Mailbox) -> None:
    """It comes while this period's is collected, from one who is in order; what was sent again as it was is nothing."""
    first = book("甲校", code="D1", period=OCTOBER)
    mailbox.put(mail(first, day=1))
    collect(folder, "--period", "2026-10")
    mailbox.put(mail(book("甲校", code="D1"), day=2))
    mailbox.put(mail(first, day=3))
    collect(folder)

    def told() -> bool:
        return "jia@school.example 的来件没有用上" in batchreport(folder, "status", "--period", "2026-11").err

    assert not told()
    mailbox.put(mail(book("甲校", code="D1", period=OCTOBER, rows={"plans": [{"item": "改"}]}), day=4))
    collect(folder)
    assert told()
    collect(folder, "--period", "2026-10")
    assert not told()


@pytest.mark.parametrize("case", ["came-back", "came-back-from-qq"])
def test_a_letter_of_the_round_that_came_back_is_told(folder: Path, mailbox: Mailbox, case: str) -> None:
    """A postmaster's subject says nothing of the round, the letter in it does; one of somebody else's is nobody's business."""
    (notice,) = (ROOT / "tests/cases/mail" / case).glob("*.eml")
    whole = notice.read_bytes()
    mailbox.put(whole)
    mailbox.put(whole.replace(b"BR-2026", b"XX-2026").replace(b"W0JSLTIw", b"W1hYLTIw"))
    ended = collect(folder)
    assert ended.code == 1
    assert [("被退回" in line, "--again" in line) for line in ended.err.splitlines()] == [(True, True), (False, False)]


@pytest.mark.parametrize(
    ("to", "state"), [("wrong@school.example", "refused"), ("wrong@school.example, b@c.example", "sent")]
)
def test_a_letter_that_came_back_goes_to_a_corrected_address(
    folder: Path, mailbox: Mailbox, to: str, state: str
) -> None:
    """It counts as refused, and its department as not yet written to; one of several addresses is the others' letter too."""
    enrol(folder, [("D009", "戊校", to)])
    archive = folder / "out/.archive.sqlite"
    with Post(archive) as post:
        post.begin(Sent("2026-11", "D009", "blank", "x", "<1@x>", to, datetime(2026, 12, 3, 8, tzinfo=UTC), "sent"))
        post.begin(Sent("2026-11", "D009", "blank", "x", "<2@x>", to, datetime(2026, 12, 4, 8, tzinfo=UTC), "sent"))
    mailbox.put((ROOT / "tests/cases/mail/came-back/message.eml").read_bytes())
    collect(folder)
    letters, _ = look_post(archive)
    assert [one.state for one in letters] == [state, "sent"]
    with Post(archive) as post:
        post.mark("<2@x>", "refused", "x")
    assert ("未发出" in batchreport(folder, "status", "--period", "2026-11").out) == (state == "refused")

    asked = ("send", "--period", "2026-11", "--dry-run")
    assert ("被服务器拒收" in batchreport(folder, *asked).err) == (state == "refused")
    enrol(folder, [("D009", "戊校", "right@school.example")])
    assert batchreport(folder, *asked).out.startswith("戊校 <right@school.example>") == (state == "refused")


def test_a_notice_is_told_of_the_letter_that_it_quotes_and_once(folder: Path, mailbox: Mailbox) -> None:
    """A reminder went before it came; another period's run looks at the notice again."""
    archive, to = folder / "out/.archive.sqlite", "wrong@school.example"
    with Post(archive) as post:
        for day, kind in ((1, "reminder"), (2, "blank"), (3, "reminder")):
            at = datetime(2026, 12, day, 8, tzinfo=UTC)
            post.begin(Sent("2026-11", "D009", kind, f"{day}", f"<br-{day}@x>", to, at, "sent"))  # type: ignore[arg-type]
    notice = (ROOT / "tests/cases/mail/came-back/message.eml").read_bytes()
    own = b"From: houqin@district.example"
    mailbox.put(notice.replace(own, b"Message-ID: <br-2@x>\r\n" + own))
    for period in ("2026-11", "2026-12"):
        assert collect(folder, "--period", period).code == 1
        assert [one.state for one in look_post(archive)[0]] == ["sent", "refused", "sent"]


def test_a_copy_of_the_offices_own_letter_is_no_answer(folder: Path, mailbox: Mailbox) -> None:
    """Its account keeps what it sends in the inbox, or the office is a department itself."""
    assert batchreport(folder, "prepare", "--period", "2026-11").code == 0
    assert batchreport(folder, "prepare", "--period", "2026-12").code == 0
    for period in ("2026-11", "2026-12"):
        blank = (folder / f"out/{period}/blank/甲校.xlsx").read_bytes()
        mailbox.put(mail(blank, sender="Houqin@district.example", subject=f"[BR-{period}-D1] 请填报"))
    filled = book("乙校", code="D2")
    blank = (folder / "out/2026-11/blank/乙校.xlsx").read_bytes()
    answer = MIMEMultipart()
    answer["From"], answer["Subject"] = "houqin@district.example", "Fwd: [BR-2026-11-D2]"
    for data in (filled, blank):
        answer.attach(MIMEApplication(data, name="D2.xlsx"))
    mailbox.put(answer.as_bytes(policy=SMTP))
    mailbox.put(mail(b"", sender="houqin@district.example", subject="[BR-2026-11-D1] 催报"))
    ended = collect(folder, "--move", "已收")
    assert (ended.code, lying(folder)) == (0, {"2026-11/乙校.xlsx": filled})
    assert ("没有附件" in ended.err, len(mailbox.flags())) == (False, 3)


def test_what_the_roster_kept_out_is_looked_at_again_once_it_is_another(folder: Path, mailbox: Mailbox) -> None:
    """As the findings say: put it into the roster, and collect again. Nothing else is told twice."""
    new, unknown = book("丁校", code="D4"), unstamped(book("乙校", code="D2"))
    mailbox.put(mail(new))
    mailbox.put(mail(unknown, sender="private@else.example", day=2))
    mailbox.put(
        mail(unstamped(book("丙校", code="D3")), sender="private@else.example", day=3, subject="[BR-2026-11-D3]")
    )
    mailbox.put(mail(b"", day=4))
    codes = [finding["code"] for one in collected(folder) for finding in one["findings"]]
    assert codes == ["collect-stranger", "collect-unknown-sender", "mail-without-attachment"]
    assert collected(folder) == []

    enrol(folder, [*DEPARTMENTS, ("D4", "丁校", "private@else.example")])
    found = [(one["name"], one["state"]) for one in collected(folder)]
    assert found == [("丁校", "taken"), ("乙校", "taken"), ("丙校", "taken")]
    assert collected(folder) == []


@pytest.fixture
def three(folder: Path, tmp_path: Path) -> Iterator[Callable[[Callable[[bytes], bytes | None]], Any]]:
    """A mailbox of three answers, read through what answers some commands in its server's stead."""
    where = tmp_path / "mail"
    where.mkdir()
    with pymap(where) as port, ExitStack() as stack:
        real = Mailbox(port, None)
        real.empty()
        for day, (code, name, sender) in enumerate(DEPARTMENTS, 1):
            real.put(mail(book(name, code=code), sender=sender, day=day))

        def through(answer_to: Callable[[bytes], bytes | None]) -> None:
            Mailbox(stack.enter_context(between(port, answer_to)), None).set_up(folder)

        yield through


@pytest.mark.parametrize("answer", ["NO [UNAVAILABLE] broken", "BAD Command Error. 11", "OK done"])
def test_a_message_that_the_server_does_not_give_keeps_no_other_back(folder: Path, three: Any, answer: str) -> None:
    """The others are taken, it is named in every run, and taken once the server gives it."""
    three(at_message(2, answer.encode(), times=2))
    for _ in range(2):
        ended = collect(folder)
        assert (ended.code, sorted(lying(folder))) == (1, ["2026-11/丙校.xlsx", "2026-11/甲校.xlsx"])
        assert "服务器没有给出 yi@school.example 的这封邮件" in ended.err
    ended = collect(folder)
    assert (ended.code, ended.out) == (0, "workbooks/2026-11/乙校.xlsx\n")


def test_a_message_over_which_the_line_breaks_keeps_no_other_back(folder: Path, three: Any) -> None:
    """It is asked for once more over a new line; then it is named, in every run, and taken once it comes."""
    three(at_message(2, DROP, times=3))
    ended = collect(folder)
    assert (ended.code, sorted(lying(folder))) == (1, ["2026-11/丙校.xlsx", "2026-11/甲校.xlsx"])
    assert "服务器没有给出 yi@school.example 的这封邮件" in ended.err
    ended = collect(folder)
    assert (ended.code, ended.out) == (0, "workbooks/2026-11/乙校.xlsx\n")


def test_a_line_that_is_lost_loses_nothing_and_what_came_before_is_filed(folder: Path, three: Any) -> None:
    """The next run goes on, and moves what the one before has taken too."""
    message, lost = at_message(2, DROP, times=1), []

    def hangs_up(line: bytes) -> bytes | None:
        lost.extend([DROP] * 2 if message(line) else [])  # and will not let in anybody
        return lost.pop() if lost else None

    three(hangs_up)
    ended = collect(folder, "--json", "--move", "已收")
    said = json.loads(ended.out)
    assert (ended.code, said["exit_code"], [one["name"] for one in said["collected"]]) == (2, 2, ["甲校"])
    assert "不肯接待" in ended.err
    ended = collect(folder, "--move", "已收")
    assert (ended.code, ended.out) == (0, "workbooks/2026-11/乙校.xlsx\nworkbooks/2026-11/丙校.xlsx\n")
    assert collect(folder, "--period", "2026-11", "--json").out.count('"state"') == 0


@pytest.mark.parametrize("silent", [False, True])
def test_a_head_that_the_server_does_not_give_keeps_no_other_back(folder: Path, three: Any, *, silent: bool) -> None:
    """The heads are asked for one by one then; the message itself comes."""
    heads = re.compile(rb"UID FETCH ([0-9,]+) \(UID RFC822")
    asked: list[bytes] = []

    def broken(line: bytes) -> bytes | None:
        if not (match := heads.search(line)):
            return None
        asked.append(match[1])
        if silent:
            return b"OK done" if len(asked) == 1 else None
        return b"NO cannot be converted" if len(asked) in {1, 3} else None

    three(broken)
    ended = collect(folder)
    assert (ended.code, len(lying(folder))) == (0, 3)
    assert len(asked) == (1 if silent else 4)


@pytest.mark.parametrize("command", [("collect", "收件", "--imap"), ("run",)])
def test_a_mailbox_out_of_reach_keeps_nothing_in_the_folder_back(folder: Path, command: tuple[str, ...]) -> None:
    """The exit code says that the mailbox could not be read."""
    with (folder / "batchreport.toml").open("r+", encoding="utf-8") as settings:
        before = settings.read()
        settings.seek(0)
        settings.write('inbox = "收件"\n' + before)
    Mailbox(free_port(), None).set_up(folder)
    (folder / "收件/a.xlsx").write_bytes(book("甲校", code="D1"))
    ended = batchreport(folder, *command, "--period", "2026-11", BATCHREPORT_MAIL_PASSWORD=PASSWORD)
    assert (ended.code, ended.out.splitlines()[0]) == (2, "workbooks/2026-11/甲校.xlsx")
    assert "连不上" in ended.err


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_taken(folder: Path, three: Any) -> None:
    """With another name all goes there; what was taken before would not be moved any more."""
    refusals = [b"NO [CANNOT] no such name"]
    three(lambda line: refusals.pop() if refusals and b" CREATE " in line else None)
    ended = collect(folder, "--move", "已收/12")
    assert (ended.code, lying(folder)) == (2, {})
    assert "文件夹“已收/12”用不了（[CANNOT] no such name）" in ended.err
    assert collect(folder, "--move", "已收").code == 0
    assert len(lying(folder)) == 3


@pytest.mark.usefixtures("mailbox")
def test_a_password_that_was_typed_in_full_width_is_said(folder: Path) -> None:
    """In words, and without it."""
    period = ("--period", "2026-11", "--since", "2020-01-01")
    ended = batchreport(folder, "collect", "--imap", *period, BATCHREPORT_MAIL_PASSWORD="ａｂｃ")
    assert (ended.code, "汉字或全角" in ended.err, "ａ" in ended.err) == (2, True, False)


@pytest.mark.usefixtures("mailbox")
def test_a_wrong_password_is_one_line_without_the_password(folder: Path) -> None:
    """Exit code 2, and the password is nowhere."""
    period = ("--period", "2026-11", "--since", "2020-01-01")
    ended = batchreport(folder, "collect", "--imap", *period, BATCHREPORT_MAIL_PASSWORD="not-the-pass-word")
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "not-the-pass-word" not in ended.err + ended.out
    assert all(b"not-the-pass-word" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
