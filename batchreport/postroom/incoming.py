"""This module collects from folders and from the mailbox, as the command or the settings say."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from batchreport.errors import MailError
from batchreport.findings import error
from batchreport.postroom.account import imap_server, password
from batchreport.postroom.arrivals import from_folder, from_inbox, source_of
from batchreport.postroom.collect import Collected, Collector
from batchreport.project import ARCHIVE, SUBMISSIONS
from batchreport.run.alone import alone
from batchreport.run.post import Post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from batchreport.mail.inbox import Envelope, Inbox
    from batchreport.period import Period
    from batchreport.postroom.arrivals import Arrival
    from batchreport.project import Project

LOCK = ".collecting"
"""The file that keeps two from collecting at the same time."""
_EVER = date(2000, 1, 1)
_BEFORE = timedelta(days=31)  # before a period's end nobody can have sent what is to be said of it


@dataclass(frozen=True, slots=True)
class Asked:
    """What to collect: out of which folders or files, out of the mailbox or not, since when; where its messages go then.

    Without `period` each workbook goes to its own. Without `since` the mailbox is read since the first letter of the
    period went out, or else from a month before the period's end.
    """

    folders: tuple[Path, ...] = ()
    imap: bool = False
    period: Period | None = None
    since: date | None = None
    move: str = ""
    out: Path | None = None


def collect(project: Project, asked: Asked, language: str) -> Iterator[Collected]:
    """Yield what becomes of everything that has come; what was collected before changes nothing.

    The folders come first: a mailbox out of reach keeps nothing in them back.

    Raises `InputError` where a folder is not there, `MailError` where the mailbox cannot be read, `OutputError` where a
    workbook cannot be filed, or another run collects just now.
    """
    out = asked.out or project.out
    with ExitStack() as stack:
        stack.enter_context(alone(out / LOCK))
        post = stack.enter_context(Post(out / ARCHIVE))
        collector = Collector(project, post, asked.period, language, out)
        besides = (*project.not_workbooks, project.root / SUBMISSIONS)
        arrivals = chain.from_iterable(from_folder(folder, besides) for folder in asked.folders)
        yield from collector.collect(arrivals)
        if not asked.imap:
            return
        box = project.settings.mail.imap
        folder = box.folder if box else "INBOX"
        inbox = stack.enter_context(_opened(project))
        move = asked.move or (box.move if box else "")
        if move:  # before anything is taken: what was taken is not looked at again
            inbox.make(move)
        envelopes = sorted(inbox.envelopes(asked.since or _since(post, asked.period), folder), key=_came)
        messages = from_inbox(inbox, envelopes, collector.seen, collector.senders)
        broken: list[MailError] = []
        yield from collector.collect(_as_far_as(messages, broken))
        if broken:
            raise broken[0]
        if move:
            inbox.move([one for one in envelopes if collector.is_settled(source_of(one))], move)


def _came(envelope: Envelope) -> float:
    """Return when a message came (Unix time): a mailbox has those last that somebody dragged back into it."""
    return envelope.origin.date.timestamp() if envelope.origin.date else 0


def _as_far_as(messages: Iterator[Arrival], broken: list[MailError]) -> Iterator[Arrival]:
    """Yield messages until the mailbox is lost, which `broken` is told: what came before that is filed all the same."""
    try:
        yield from messages
    except MailError as problem:
        broken.append(problem)


def _opened(project: Project) -> Inbox:
    """Return the project's mailbox, open; raises `MailError` where what reads it is not installed, or it cannot be read."""
    try:
        from batchreport.mail.inbox import Inbox  # noqa: PLC0415  (an extra)
    except ModuleNotFoundError as problem:
        if problem.name != "imap_tools":
            raise
        raise MailError([error("mail-not-installed")]) from None
    return Inbox(imap_server(project), password(project))


def _since(post: Post, period: Period | None) -> date:
    """Return the day from which on answers can have come."""
    sent = [letter.at.date() for letter in post.letters(period)]
    if period is None:
        return min(sent, default=_EVER)
    return min([*sent, period.end - _BEFORE])
