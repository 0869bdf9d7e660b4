"""This module runs real mail servers on this machine, for the tests to send to and to read from."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
import time
from asyncio import WriteTransport
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.outside import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
PATIENCE = 60  # seconds in which a server must come up, on a busy machine
USER, PASSWORD = "houqin@district.example", "sq-7Kq!mailcode"


def certificate(folder: Path) -> Path:
    """Write a certificate for this machine, and its key, into one file that no authority has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "mail.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@dataclass
class Post:
    """What an SMTP server got, and how it is to behave.

    `answers` holds, by step ("MAIL", "RCPT", "DATA"), what to answer instead of taking the letter, in turn: an answer,
    "" for taking it, "drop" for hanging up.
    """

    letters: list[Envelope] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)

    def _answer(self, step: str, server: SMTP) -> str:
        waiting = self.answers.get(step, [])
        answer = waiting.pop(0) if waiting else ""
        if answer == "drop":
            transport = server.transport
            assert isinstance(transport, WriteTransport)
            transport.abort()
        return answer

    async def handle_MAIL(  # noqa: N802  (so named by aiosmtpd)
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender."""
        if answer := self._answer("MAIL", server):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient; nobody@ is unknown."""
        if answer := self._answer("RCPT", server):
            return answer
        if address.startswith("nobody@"):
            return "550 5.1.1 查无此人 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter."""
        answer = self._answer("DATA", server)
        if answer in ("", "drop"):
            self.letters.append(envelope)
        return answer or "250 OK"

    def authenticator(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any) -> AuthResult:
        """Let in who knows the password."""
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)


@contextmanager
def smtp_server(post: Post, pem: Path, security: str) -> Iterator[int]:
    """Run an SMTP server that wants a login and give its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    options: dict[str, Any] = {"authenticator": post.authenticator, "auth_required": True, "ident": "post"}
    if security == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    elif security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    else:
        options |= {"auth_require_tls": False}
    controller = Controller(post, hostname=HOST, port=free_port(), ready_timeout=PATIENCE, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """Run a server until the end of the block, once it answers at its port."""
    log = (folder / "server.log").open("wb")
    with log, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
        try:
            last = time.monotonic() + PATIENCE
            while not _answers(port):
                assert process.poll() is None, (folder / "server.log").read_text(errors="replace")
                assert time.monotonic() < last
                time.sleep(0.02)
            yield port
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def pymap(folder: Path) -> Iterator[int]:
    """Run pymap, a mailbox in memory, and give its port; "demouser" has the password "demopass"."""
    port = free_port()
    options = ["--host", HOST, "--port", str(port), "--no-tls", "dict", "--demo-data"]
    code = "import sys; from pymap.main import main; sys.argv[0] = 'pymap'; sys.exit(main())"
    with running([sys.executable, "-c", code, *options], port, folder):
        yield port


DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {internal}
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@contextmanager
def dovecot(pem: Path, password: str = "demopass") -> Iterator[int]:
    """Run Dovecot in a folder of its own and give its port for IMAP over TLS; it must be installed.

    Anybody has the same password.
    """
    program = require("dovecot")
    port = free_port()
    with TemporaryDirectory() as name:
        folder = Path(name)
        user, group = folder.owner(), folder.group()
        login = internal = user
        if user == "root":  # Dovecot works for no mailbox of root; its package has made accounts for the login
            user, group, login, internal = "nobody", "nogroup", "dovenull", "dovecot"
        folder.chmod(0o755)
        for kind in ("mail", "home"):
            (folder / kind).mkdir()
            shutil.chown(folder / kind, user, group)
        config = folder / "dovecot.conf"
        names = {"user": user, "group": group, "login": login, "internal": internal, "password": password}
        config.write_text(DOVECOT.format(folder=folder, pem=pem, port=port, plain=free_port(), **names))
        with running([program, "-F", "-c", str(config)], port, folder):
            yield port
