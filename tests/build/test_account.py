from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from batchreport.errors import MailError, SettingsError
from batchreport.mail.address import Address
from batchreport.postroom import account
from batchreport.project import Project

if TYPE_CHECKING:
    from pathlib import Path

FROM = 'from = "后勤处 <houqin@district.example>"\n'


def project(folder: Path, mail: str, before: str = "") -> Project:
    """Return a project with these lines of [mail]."""
    (folder / "batchreport.toml").write_text(f"{before}\n[mail]\n{mail}", encoding="utf-8")
    return Project.find(folder)


def test_a_server_has_the_usual_port_of_its_security(tmp_path: Path) -> None:
    """Where the settings say none; the account is the sender's address, certificates lie in the project."""
    servers = (
        'smtp = { host = "a", ca_file = "ca.pem" }\nimap = { host = "b", security = "starttls", folder = "收件" }\n'
    )
    ours = project(tmp_path, FROM + servers)
    smtp, imap = account.smtp_server(ours), account.imap_server(ours)

    assert (smtp.host, smtp.port, smtp.security, smtp.user) == ("a", 465, "tls", "houqin@district.example")
    assert (smtp.ca_file, smtp.trust_any_certificate) == (str(tmp_path / "ca.pem"), False)
    assert (imap.host, imap.port, imap.security) == ("b", 143, "starttls")


@pytest.mark.parametrize(
    ("mail", "sender"),
    [
        (FROM, Address("houqin@district.example", "后勤处")),
        ('from = "houqin@district.example"', Address("houqin@district.example", "教育局")),
        ('user = "houqin@district.example"', Address("houqin@district.example", "教育局")),
    ],
)
def test_whose_letters_they_are(tmp_path: Path, mail: str, sender: Address) -> None:
    """Without a name of its own, an address has that of the organisation."""
    assert account.sender(project(tmp_path, mail, 'organisation = "教育局"')) == sender


@pytest.mark.parametrize(
    ("mail", "code"),
    [
        ("", "mail-no-sender"),
        ('from = "后勤处"', "mail-sender-wrong"),
        ('from = "a@b.example; c@d.example"', "mail-sender-wrong"),
    ],
)
def test_a_sender_who_cannot_be_is_said(tmp_path: Path, mail: str, code: str) -> None:
    """None, no address, or two."""
    with pytest.raises(SettingsError) as caught:
        account.sender(project(tmp_path, mail))
    assert caught.value.findings[0].code == code


def test_a_server_that_is_not_named_is_said(tmp_path: Path) -> None:
    """Each of the two by itself."""
    ours = project(tmp_path, FROM)
    for ask, code in ((account.smtp_server, "mail-no-smtp"), (account.imap_server, "mail-no-imap")):
        with pytest.raises(SettingsError) as caught:
            ask(ours)
        assert caught.value.findings[0].code == code


@pytest.mark.parametrize(
    "key", ['password = "x"', 'smtp = { host = "a", password = "x" }', '[mail.imap]\n"密码" = "x"']
)
def test_a_password_in_the_settings_is_an_error(tmp_path: Path, key: str) -> None:
    """Wherever it stands; it is not repeated."""
    with pytest.raises(SettingsError) as caught:
        project(tmp_path, key.replace('"x"', '"hidden-9"'))
    (finding,) = caught.value.findings
    assert finding.code == "settings-password"
    assert "hidden-9" not in str(caught.value)


class Ring(KeyringBackend):
    """A keyring that knows one account, or none is there."""

    priority = 1.0

    def __init__(self, *, there: bool = True) -> None:
        self._there = there
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        """Return the password of the one account."""
        if not self._there:
            raise NoKeyringError
        return "of the ring" if (service, username) == ("batchreport", "houqin@district.example") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


def test_the_password_is_asked_for_in_three_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command goes before the environment, and that before the keyring; nothing is kept."""
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        monkeypatch.delenv(account.VARIABLE, raising=False)
        ask = account.password(project(tmp_path, FROM))
        assert ask() == "of the ring"
        monkeypatch.setenv(account.VARIABLE, "of the environment")
        assert ask() == "of the environment"
        command = f"'{sys.executable}' -c 'print(\"of the command\")'"
        assert account.password(project(tmp_path, f"{FROM}password_command = '''{command}'''"))() == "of the command"
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize("there", [True, False])
def test_no_password_anywhere_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    """The keyring knows another account only, or there is none."""
    before = keyring.get_keyring()
    keyring.set_keyring(Ring(there=there))
    monkeypatch.delenv(account.VARIABLE, raising=False)
    try:
        with pytest.raises(MailError) as caught:
            account.password(project(tmp_path, 'from = "another@district.example"'))()
    finally:
        keyring.set_keyring(before)
    assert caught.value.findings[0].code == "mail-no-password"
    assert "授权码" in caught.value.findings[0].line("zh")


@pytest.mark.parametrize("command", ["no-such-program-here", "false", "true"])
def test_a_command_that_gives_no_password_is_said(tmp_path: Path, command: str) -> None:
    """It is not there, fails, or prints nothing."""
    with pytest.raises(MailError) as caught:
        account.password(project(tmp_path, f'{FROM}password_command = "{command}"'))()
    assert caught.value.findings[0].code == "mail-password-command"
