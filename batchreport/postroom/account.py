"""This module is the mail account of a project: its servers, whose letters they are, and where the password is asked for."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING, Any

from batchreport.errors import MailError, SettingsError
from batchreport.findings import Place, error
from batchreport.mail.address import Address, read_addresses
from batchreport.mail.server import Server
from batchreport.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.project import Project
    from batchreport.settings import MailServer

VARIABLE = "BATCHREPORT_MAIL_PASSWORD"
"""The environment's name for the password."""
SERVICE = "batchreport"
"""The name under which the system's keyring has the password of an account."""
_PORTS = {"smtp": {"tls": 465, "starttls": 587, "none": 25}, "imap": {"tls": 993, "starttls": 143, "none": 143}}
_PATIENCE = 120  # seconds for a command that may ask its user


def smtp_server(project: Project) -> Server:
    """Return the server that letters are handed to; raises `SettingsError` where the settings name none."""
    return _server(project, project.settings.mail.smtp, "smtp", "mail-no-smtp")


def imap_server(project: Project) -> Server:
    """Return the server that workbooks are collected from; raises `SettingsError` where the settings name none."""
    return _server(project, project.settings.mail.imap, "imap", "mail-no-imap")


def sender(project: Project) -> Address:
    """Return whose letters they are, with the organisation's name where the settings give no other.

    Raises `SettingsError` where the settings name nobody, or nobody who could be written to.
    """
    mail = project.settings.mail
    place = Place(file=SETTINGS, key="mail.from")
    if not (mail.from_ or mail.user):
        raise SettingsError([error("mail-no-sender", place)])
    found, wrong = read_addresses(mail.from_ or mail.user, project.settings.organisation, place)
    if wrong or len(found) != 1:
        raise SettingsError([error("mail-sender-wrong", place, found=mail.from_ or mail.user)])
    return found[0]


def password(project: Project) -> Callable[[], str]:
    """Return what asks for the password at login: the settings' command, else the environment, else the keyring.

    It raises `MailError` where it gets none; the password is kept nowhere.
    """
    command, user = project.settings.mail.password_command, _user(project)

    def ask() -> str:
        secret = _by_command(command) if command else os.environ.get(VARIABLE) or _by_keyring(user)
        if not secret:
            raise MailError([error("mail-no-password", Place(file=SETTINGS, key="mail"), user=user, variable=VARIABLE)])
        return secret

    return ask


def _server(project: Project, said: MailServer | None, kind: str, missing: str) -> Server:
    if said is None:
        raise SettingsError([error(missing, Place(file=SETTINGS, key=f"mail.{kind}"))])
    return Server(
        said.host,
        said.port or _PORTS[kind][said.security],
        said.security,
        _user(project),
        str(project.root / said.ca_file) if said.ca_file else "",
        trust_any_certificate=said.trust_any_certificate,
    )


def _user(project: Project) -> str:
    return project.settings.mail.user or sender(project).mail


def _by_command(command: str) -> str:
    """Return the first line that a command prints; what it says else is never shown, since it may be the password."""
    words: Any = command if os.name == "nt" else shlex.split(command)
    place = Place(file=SETTINGS, key="mail.password_command")
    try:
        ended = subprocess.run(words, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as problem:
        said = getattr(problem, "strerror", None) or type(problem).__name__
        raise MailError([error("mail-password-command", place, said=said)]) from None
    lines = ended.stdout.decode("utf-8", "replace").splitlines()
    if ended.returncode or not lines:
        raise MailError([error("mail-password-command", place, said=f"exit {ended.returncode}")])
    return lines[0]


def _by_keyring(user: str) -> str:
    """Return what the system's keyring has for the account, "" where there is neither keyring nor entry."""
    try:
        import keyring  # noqa: PLC0415  (an extra)
        from keyring.errors import KeyringError  # noqa: PLC0415  (likewise)
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, user) or ""
    except KeyringError:
        return ""
