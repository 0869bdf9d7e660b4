"""This module reads a mailbox by IMAP, and changes nothing in it save where it is told to move."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import compat32
from imaplib import IMAP4
from typing import TYPE_CHECKING, Any, Self

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from batchreport.mail.header import decoded
from batchreport.mail.received import BROKEN, head_of, origin_of
from batchreport.mail.server import said
from batchreport.mail.taken import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from batchreport.errors import MailError
    from batchreport.mail.server import Server

_TROUBLE = (ImapToolsError, IMAP4.error, OSError)
_AT_ONCE = 100  # heads asked for in one command
_BREAKS = 6  # of the line that are mended
# 163 and 126 let nobody select a folder who has not said which program he is (RFC 2971).
_ID = '("name" "batchreport" "version" "1" "vendor" "batchreport")'
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as listed: what tells it from all others in its folder, its size, and its head in `origin`."""

    folder: str
    validity: int
    uid: int
    size: int
    origin: Origin


class Inbox:
    """A mailbox that is open; `password` is called at each login, and what it gives is not kept.

    Every method raises `MailError` where the server cannot be used; to begin anew later loses nothing.
    """

    def __init__(self, server: Server, password: Callable[[], str]) -> None:
        self._server = server
        self._password = password
        self._validity = 0
        self._breaks = 0
        self._enter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._box.logout()
        except _TROUBLE:
            self._hang_up()

    def folders(self) -> tuple[str, ...]:
        """Return the names of all folders, as people see them."""
        try:
            return tuple(folder.name for folder in self._box.folder.list())
        except _TROUBLE as problem:
            raise self._failed(problem) from None

    def envelopes(self, since: date, folder: str = "INBOX") -> Iterator[Envelope]:
        """Yield the messages that came into `folder` since a day, in the order they came; none is marked as read.

        The day before is looked at too, since servers count days by their own clock. What is wanted of them, the
        caller picks by `origin.tag`: servers do not search Chinese subjects alike.
        """
        try:
            validity = self._open(folder, readonly=True)
            uids = self._box.uids(AND(date_gte=since - timedelta(days=1)), charset=None)
            for start in range(0, len(uids), _AT_ONCE):
                yield from self._listed(folder, validity, uids[start : start + _AT_ONCE])
        except _TROUBLE as problem:
            raise self._failed(problem, folder) from None

    def _listed(self, folder: str, validity: int, uids: Sequence[str]) -> Iterator[Envelope]:
        """Yield these messages, without a head one whose head the server does not give: some fail over broken ones."""
        found = {}
        for about, head in self._heads(uids):
            one = _envelope(folder, validity, about, head)
            found[one.uid] = one
        for uid in map(int, uids):
            yield found.get(uid) or Envelope(folder, validity, uid, 0, Origin())

    def _heads(self, uids: Sequence[str]) -> list[tuple[bytes, bytes]]:
        """Return the heads that the server gives, asked one by one where it does not give them together."""
        try:
            return list(self._fetched(",".join(uids), "(UID RFC822.SIZE BODY.PEEK[HEADER])"))
        except IMAP4.abort:
            raise
        except IMAP4.error:
            if len(uids) == 1:
                return []
            if heads := [head for uid in uids for head in self._heads([uid])]:
                return heads
            raise

    def message(self, envelope: Envelope) -> bytes:
        """Return a message's bytes as they came, not marked as read.

        b"" where it is not there any more, or where the server does not give this one: some fail over broken ones, or
        hang up each time.
        """
        for _ in range(2):
            try:
                return self._whole(envelope)
            except (IMAP4.abort, OSError) as problem:
                self._mend(problem, envelope.folder)
            except ImapToolsError as problem:
                raise self._failed(problem, envelope.folder) from None
            except IMAP4.error:
                break
        return b""

    def _whole(self, envelope: Envelope) -> bytes:
        if self._open(envelope.folder, readonly=True) != envelope.validity:
            return b""
        found = list(self._fetched(str(envelope.uid), "(UID BODY.PEEK[])"))
        return next((data for about, data in found if _number(_UID, about) == envelope.uid), b"")

    def _mend(self, problem: Exception, folder: str) -> None:
        """Connect anew after the line broke; raises `MailError` where that cannot be, or it breaks again and again."""
        self._breaks += 1
        if self._breaks > _BREAKS:
            raise self._failed(problem, folder) from None
        self._hang_up()
        self._enter()

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._box.client.shutdown()

    def make(self, folder: str) -> None:
        """Make a folder if it is not there."""
        try:
            if folder not in self.folders():
                self._box.folder.create(folder)
        except _TROUBLE as problem:
            raise self._failed(problem, folder) from None

    def move(self, envelopes: Sequence[Envelope], folder: str) -> None:
        """Move messages of one folder into another, which is made if it is not there; no other message is touched."""
        if not envelopes:
            return
        source = envelopes[0].folder
        self.make(folder)
        try:
            validity = self._open(source, readonly=False)
            uids = [str(one.uid) for one in envelopes if (one.folder, one.validity) == (source, validity)]
            if "MOVE" in self._box.client.capabilities:
                self._box.move(uids, folder, chunks=_AT_ONCE)
            else:
                self._copied_and_deleted(uids, folder)
        except _TROUBLE as problem:
            raise self._failed(problem, folder) from None

    def _copied_and_deleted(self, uids: Sequence[str], folder: str) -> None:
        """Move messages on a server that cannot: as of QQ and 163.

        A plain EXPUNGE would take away for good what the account's owner has marked as deleted besides; a server that
        removes no single messages (UIDPLUS, RFC 4315) keeps them, marked as deleted.
        """
        client = self._box.client
        for start in range(0, len(uids), _AT_ONCE):
            some = ",".join(uids[start : start + _AT_ONCE])
            self._box.copy(some, folder)
            for command in (("STORE", some, "+FLAGS.SILENT", r"(\Deleted)"), ("EXPUNGE", some)):
                if command[0] == "STORE" or "UIDPLUS" in client.capabilities:
                    status, answers = client.uid(*command)
                    if status != "OK":
                        raise IMAP4.error(_words(answers))

    def _enter(self) -> None:
        self._selected: tuple[str, bool] | None = None
        self._box = self._connected()
        try:
            self._login(self._password)
        except BaseException:
            self._hang_up()
            raise

    def _connected(self) -> BaseMailBox:
        server = self._server
        try:
            if server.security == "tls":
                return MailBox(server.host, server.port, server.timeout, ssl_context=server.context())
            if server.security == "starttls":
                return MailBoxStartTls(server.host, server.port, server.timeout, ssl_context=server.context())
            return MailBoxUnencrypted(server.host, server.port, server.timeout)
        except OSError as problem:
            raise server.unreachable(problem) from None
        except (ImapToolsError, IMAP4.error) as problem:
            code = "mail-no-tls" if server.security == "starttls" else "mail-not-welcome"
            raise server.error(code, said=_answer(problem)) from None

    def _login(self, password: Callable[[], str]) -> None:
        secret = self._server.secret(password)
        try:
            self._box.login(self._server.user, secret, initial_folder=None)
            client = self._box.client
            client.capabilities = tuple(client.capability()[1][0].decode().upper().split())  # other ones than before
            if "ID" in client.capabilities:
                client.xatom("ID", _ID)
        except OSError as problem:
            raise self._server.unreachable(problem) from None
        except UnicodeError:
            raise self._server.error("mail-password-signs") from None
        except (ImapToolsError, IMAP4.error) as problem:
            answer = said(_answer(problem), secret, self._server.user)
            raise self._server.error("mail-login-refused", said=answer) from None

    def _open(self, folder: str, *, readonly: bool) -> int:
        """Select a folder and return the number that says whether its UIDs are still the same (RFC 3501 2.3.1.1)."""
        if self._selected != (folder, readonly):
            self._selected = None
            self._box.folder.set(folder, readonly)
            (validity,) = self._box.client.response("UIDVALIDITY")[1]
            self._selected, self._validity = (folder, readonly), int(validity or 0)
        return self._validity

    def _fetched(self, uids: str, what: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield for each message what the server says about it, and the bytes that it sent."""
        status, answers = self._box.client.uid("FETCH", uids, what)
        if status != "OK":
            raise IMAP4.error(_words(answers))
        for answer, after in zip(answers, [*answers[1:], b""], strict=True):
            if isinstance(answer, tuple):  # what follows the bytes may hold the rest: b" UID 7)"
                yield answer[0] + (after if isinstance(after, bytes) else b""), answer[1]

    def _failed(self, problem: Exception, folder: str = "") -> MailError:
        if isinstance(problem, OSError | IMAP4.abort):
            return self._server.error("mail-unreachable", said=_answer(problem) or type(problem).__name__)
        return self._server.error("mail-folder", folder=folder, said=_answer(problem))


def _envelope(folder: str, validity: int, about: bytes, head: bytes) -> Envelope:
    origin = Origin()
    with suppress(*BROKEN):
        origin = origin_of(head_of(BytesHeaderParser(policy=compat32).parsebytes(head)), origin)
    return Envelope(folder, validity, _number(_UID, about), _number(_SIZE, about), origin)


def _number(form: re.Pattern[bytes], text: bytes) -> int:
    match = form.search(text)
    return int(match[1]) if match else 0


def _answer(problem: Exception) -> str:
    """Return what the server answered, out of the libraries' exceptions."""
    result = getattr(problem, "command_result", None)
    if result is None:
        return said(str(problem))
    return said(_words(result[1]))


def _words(answers: Sequence[Any]) -> str:
    """Return what a server answered to a command as text."""
    return decoded(b" ".join(part for part in answers if isinstance(part, bytes)))
