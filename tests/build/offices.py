"""This module lays down a project that sends letters, and runs the SMTP server that takes them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from batchreport import Prefill, blank_workbook
from batchreport.workbook.roster import roster_schema
from tests.build.books import project
from tests.build.command import batchreport
from tests.mail.servers import HOST, PASSWORD, Post, smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from tests.build.command import Ended

DEPARTMENTS = (
    ("D1", "甲校", "jia@school.example"),
    ("D2", "乙校", "yi@school.example"),
    ("D3", "丙校", "bing@school.example"),
)


@dataclass
class Office:
    """A project in `folder`, and the server that its letters go to."""

    folder: Path
    post: Post = field(default_factory=Post)
    password: str = PASSWORD

    def run(self, *arguments: str, language: str = "zh_CN.UTF-8", **environment: str) -> Ended:
        """Run a command with the password in the environment."""
        environment = {"BATCHREPORT_MAIL_PASSWORD": self.password, **environment}
        return batchreport(self.folder, *arguments, language=language, **environment)

    def send(self, *more: str) -> Ended:
        """Send November's blank workbooks."""
        return self.run("send", "--period", "2026-11", *more)

    @property
    def letters(self) -> list[EmailMessage]:
        """The letters that the server took, in order."""
        return [read(data) for data in self.raw]

    @property
    def raw(self) -> list[bytes]:
        """The letters as they came."""
        contents = [envelope.content for envelope in self.post.letters]
        return [one if isinstance(one, bytes) else str(one or "").encode() for one in contents]

    @property
    def got(self) -> list[str]:
        """Who got a letter, in order, once for each."""
        return [address for envelope in self.post.letters for address in envelope.rcpt_tos]


def read(data: bytes) -> EmailMessage:
    """Return a message as a mail program understands it."""
    message: EmailMessage = message_from_bytes(data, policy=default)
    return message


def text(message: EmailMessage) -> str:
    """Return a letter's text."""
    body: Any = message.get_body(("plain",))
    return str(body.get_content()).replace("\r\n", "\n")


def attached(message: EmailMessage) -> dict[str, bytes]:
    """Return the files that go with a letter, by name."""
    return {str(part.get_filename()): part.get_payload(decode=True) for part in message.iter_attachments()}  # type: ignore[misc]


def lay(
    folder: Path, departments: Sequence[tuple[str, str, str]] = DEPARTMENTS, books: Mapping[str, bytes] | None = None
) -> Path:
    """Lay down a project with a roster of these codes, names and addresses; return its folder."""
    laid = project(folder, books)
    enrol(laid, departments)
    return laid


def enrol(folder: Path, departments: Sequence[tuple[str, str, str]]) -> None:
    """Write the roster."""
    rows = [{"code": code, "name": name, "mail": mail or None, "contact": "王芳"} for code, name, mail in departments]
    roster = blank_workbook(roster_schema(), Prefill(rows={"departments": rows}))
    (folder / "departments.xlsx").write_bytes(roster)


def settle(folder: Path, port: int, ca_file: str, *, security: str = "tls", more: str = "") -> None:
    """Add the account to the project's settings, with nothing to wait for; `more` are lines of [mail]."""
    path = folder / "batchreport.toml"
    before = path.read_text("utf-8").partition("\n# the account")[0]
    smtp = f'smtp = {{ host = "{HOST}", port = {port}, security = "{security}", ca_file = "{ca_file}" }}'
    account = f'[mail]\nfrom = "后勤处 <houqin@district.example>"\npause = 0\n{smtp}\n{more}\n'
    path.write_text(f"{before}\n# the account\n{account}", encoding="utf-8")


@contextmanager
def office(folder: Path, pem: Path, security: str = "tls", more: str = "") -> Iterator[Office]:
    """Run a server for the project in `folder` and give both."""
    one = Office(folder)
    with smtp_server(one.post, pem, security) as port:
        settle(folder, port, str(pem), security=security, more=more)
        yield one
