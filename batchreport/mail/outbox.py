"""This module sends letters by SMTP, one by one."""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from batchreport.errors import MailError
from batchreport.findings import error
from batchreport.mail.server import said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from batchreport.findings import Finding, Place
    from batchreport.mail.server import Server

_NAME = "[127.0.0.1]"  # said in EHLO, as mail programs do: the machine's name is nobody's business
_OK, _GO_ON = 250, 354
_PASSING = range(400, 500)
_OF_ADDRESS = re.compile(r"\b5\.1\.[0-9]")  # RFC 3463 3.2
_OF_POLICY = re.compile(r"\b5\.7\.[0-9]")  # RFC 3463 3.8: a quota, no relaying from here
_LINE = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"^\.", re.MULTILINE)
_END = b"\r\n.\r\n"
Step = Literal["begun", "going"]
"""How far a letter has come: nothing of it counts yet, or its last bytes go now."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast to send: seconds between letters, seconds before the first new attempt, attempts for a letter."""

    between: float = 3
    again: float = 30
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a letter.

    "sent": the server took it, for all but those named in the findings. "refused": it writes to none of the addresses.
    "later": it did not take the letter, which says nothing of them. "unsure": the connection broke after the last byte
    and before the answer; to send it again could be twice.
    """

    state: Literal["sent", "refused", "later", "unsure"]
    findings: tuple[Finding, ...] = ()


class _Later(Exception):  # noqa: N818  (caught in `send`, and never seen elsewhere)
    """The server would not take the letter now; the text says why."""


class _Refused(Exception):  # noqa: N818  (likewise)
    """The server will not take the letter as it is, or not from us, or not for an address; the text says why."""


class Outbox:
    """A connection to an SMTP server, made when the first letter goes and again after it broke.

    `password` is called at login, and what it gives is not kept. `sleep` waits for some seconds.
    """

    def __init__(
        self, server: Server, sender: str, password: Callable[[], str], sleep: Callable[[float], None], pace: Pace
    ) -> None:
        self._server = server
        self._sender = sender
        self._password = password
        self._sleep = sleep
        self._pace = pace
        self._smtp: smtplib.SMTP | None = None
        self._is_first = True
        self._was_in = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.quit()
        self._drop()

    def send(
        self, data: bytes, to: Sequence[str], place: Place, step: Callable[[Step], None] = lambda _: None
    ) -> Delivery:
        """Send a message to the addresses `to` and return what became of it; `place` names it in findings.

        `step` hears "going" right before the bytes that commit the letter, and "begun" when it is to be handed over
        anew. What may pass (a 4xx answer, a broken connection) is tried again. Raises `MailError` where the server
        cannot be reached, cannot be trusted, or does not let us in: then no other letter would go either.
        """
        if not self._is_first:
            self._sleep(self._pace.between)
        self._is_first = False
        why = ""
        for attempt in range(self._pace.attempts):
            if attempt:
                self._sleep(self._pace.again * attempt)
            is_last = attempt + 1 == self._pace.attempts
            try:
                return self._deliver(self._connected(is_last=is_last), _Handed(data, to, place, step, is_last))
            except _Later as problem:
                why = str(problem)
        return Delivery("later", (error("mail-later", place, who=", ".join(to), said=why),))

    def _connected(self, *, is_last: bool) -> smtplib.SMTP:
        """Return the connection, made and logged in if there is none."""
        if self._smtp is not None:
            return self._smtp
        try:
            self._smtp = self._connect()
            self._login(self._smtp)
        except MailError:
            self._drop()
            raise
        except smtplib.SMTPResponseException as problem:
            self._drop()
            if problem.smtp_code not in _PASSING or is_last:
                raise self._server.error("mail-not-welcome", said=said(problem.smtp_error)) from None
            raise _Later(said(problem.smtp_error)) from None
        except OSError as problem:
            self._drop()
            if is_last or not self._was_in:  # at the first letter the settings are rather wrong than the line
                raise self._server.unreachable(problem) from None
            raise _Later(said(str(problem))) from None
        self._was_in = True
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, _NAME, timeout=server.timeout, context=server.context())
        smtp = smtplib.SMTP(server.host, server.port, _NAME, timeout=server.timeout)
        if server.security == "starttls":
            try:
                smtp.starttls(context=server.context())
            except smtplib.SMTPNotSupportedError:
                smtp.close()
                raise server.error("mail-no-tls", said="STARTTLS?") from None
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _login(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if not self._server.user:
            return
        secret = self._server.secret(self._password)
        try:
            smtp.login(self._server.user, secret)
        except smtplib.SMTPAuthenticationError as problem:
            answer = said(problem.smtp_error, secret, self._server.user)
            if problem.smtp_code in _PASSING:
                raise smtplib.SMTPResponseException(problem.smtp_code, answer) from None
            raise self._server.error("mail-login-refused", said=answer) from None
        except UnicodeError:
            raise self._server.error("mail-password-signs") from None
        except smtplib.SMTPNotSupportedError:
            raise self._server.error("mail-login-refused", said="AUTH?") from None

    def _deliver(self, smtp: smtplib.SMTP, one: _Handed) -> Delivery:
        """Hand a message over; raises `_Later` where that did not happen and may be tried again."""
        try:
            refused = self._envelope(smtp, one)
            if len(refused) == len(one.to):
                self._reset(smtp)
                is_policy = all(_OF_POLICY.search(str(finding.details["said"])) for finding in refused)
                return Delivery("later" if is_policy else "refused", refused)
            _check(*smtp.docmd("data"), good=_GO_ON)
            smtp.send(_DOT.sub(b"..", _LINE.sub(b"\r\n", one.data)).removesuffix(b"\r\n"))
        except _Refused as problem:
            self._reset(smtp)
            return _not_taken(one, problem)
        except _Later:
            self._reset(smtp)
            raise
        except OSError as problem:
            self._drop()
            raise _Later(said(str(problem))) from None
        try:
            one.step("going")
            smtp.send(_END)
            code, answer = smtp.getreply()
        except OSError:
            self._drop()
            return Delivery("unsure", (error("mail-unsure", one.place, who=", ".join(one.to)),))
        except BaseException:  # amidst a letter nothing else can be said to the server
            self._drop()
            raise
        return _answered(code, answer, one, refused)

    def _envelope(self, smtp: smtplib.SMTP, one: _Handed) -> tuple[Finding, ...]:
        """Say from whom and to whom; return a finding for each address that the server will not write to.

        At last one that it would not write to now keeps the letter from no other.
        """
        size = [f"size={len(one.data)}"] if smtp.has_extn("size") else []
        _check(*smtp.mail(self._sender, size))
        refused, late = [], []
        for address in one.to:
            try:
                _check(*smtp.rcpt(address))
            except _Refused as problem:
                refused.append(_refusal([address], one.place, problem))
            except _Later as problem:
                if not one.is_last:
                    raise
                late.append((address, problem))
        if late and len(refused) + len(late) == len(one.to):
            raise late[0][1]
        return (*refused, *(_refusal([address], one.place, problem) for address, problem in late))

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """Forget the letter on the server; where that fails, the next letter gets a new connection."""
        try:
            smtp.rset()
        except OSError:
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


@dataclass(frozen=True, slots=True)
class _Handed:
    """A message to be handed over, as `Outbox.send` has it; `is_last` says that it is not tried again in this run."""

    data: bytes
    to: Sequence[str]
    place: Place
    step: Callable[[Step], None]
    is_last: bool


def _answered(code: int, answer: bytes, one: _Handed, refused: tuple[Finding, ...]) -> Delivery:
    """Return what the server said of the whole message; raises `_Later` where it did not take it now."""
    try:
        _check(code, answer)
    except _Refused as problem:
        return _not_taken(one, problem)
    except _Later:
        one.step("begun")
        raise
    return Delivery("sent", refused)


def _not_taken(one: _Handed, problem: _Refused) -> Delivery:
    """Return what became of a message that was refused as a whole.

    QQ and 163 answer so once a quota is used up, and any server where sender, size or text do not suit it: the address
    may be right. Some only find out then that it is not.
    """
    if _OF_ADDRESS.search(str(problem)):
        return Delivery("refused", (_refusal(one.to, one.place, problem),))
    return Delivery("later", (error("mail-not-taken", one.place, who=", ".join(one.to), said=str(problem)),))


def _check(code: int, answer: bytes, good: int = _OK) -> None:
    """Raise `_Later` or `_Refused` unless the server's answer is the good one."""
    if code in _PASSING:
        raise _Later(f"{code} {said(answer)}")
    if code // 10 != good // 10:
        raise _Refused(f"{code} {said(answer)}")


def _refusal(to: Sequence[str], place: Place, problem: Exception) -> Finding:
    return error("mail-refused", place, who=", ".join(to), said=str(problem))
