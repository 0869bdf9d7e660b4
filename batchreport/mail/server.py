"""This module holds where a mail server stands and how far it is trusted."""

from __future__ import annotations

import ssl
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from batchreport.errors import MailError
from batchreport.findings import error
from batchreport.mail.header import decoded
from batchreport.mail.taken import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.findings import Finding

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST = 300  # signs of what a server said


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and the account on it; the password is none of its business.

    `security` is "tls" from the first byte (ports 465 and 993), "starttls" (587 and 143), or "none" for a server that
    asks for no password. A certificate is checked against the system's authorities, or those in `ca_file`; only
    `trust_any_certificate` turns that off.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    ca_file: str = ""
    trust_any_certificate: bool = False
    timeout: float = 60

    def context(self) -> ssl.SSLContext:
        """Return the rules for the connection; raises `MailError` where `ca_file` cannot be read."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
        except OSError as problem:
            raise self.error("mail-ca-file", file=self.ca_file, said=str(problem)) from None
        if self.trust_any_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def secret(self, password: Callable[[], str]) -> str:
        """Return the password, asked for now; raises `MailError` where it would cross the net for all to read."""
        if self.security == "none" and self.host not in _LOOPBACK:
            raise self.error("mail-plain-login")
        return password()

    def error(self, code: str, **details: str) -> MailError:
        """Return the error that this server gives."""
        return MailError([self._finding(code, **details)])

    def unreachable(self, problem: OSError) -> MailError:
        """Return the error that `problem`, met while connecting, means."""
        if isinstance(problem, ssl.SSLCertVerificationError):
            return self.error("mail-certificate", said=problem.verify_message)
        if isinstance(problem, ssl.SSLError):
            return self.error("mail-no-tls", said=problem.reason or str(problem))
        return self.error("mail-unreachable", said=problem.strerror or str(problem) or type(problem).__name__)

    def _finding(self, code: str, **details: str) -> Finding:
        return error(code, host=self.host, port=self.port, user=self.user, **details)


def said(answer: bytes | str, secret: str = "", user: str = "") -> str:
    """Return what a server answered as one line, without the password, should the server repeat it."""
    text = answer if isinstance(answer, str) else decoded(answer)
    forms = (f"\0{user}\0{secret}", f"{user}\0{user}\0{secret}", secret)
    for hidden in (*(b64encode(form.encode()).decode() for form in forms), secret) if secret else ():
        text = text.replace(hidden, "…")
    return printable(text)[:_LONGEST]
