"""This module goes through what has come, a folder of anything or a mailbox, and takes the workbooks out of it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.errors import InputError
from batchreport.findings import Place, error
from batchreport.mail.kinds import Kind, kind_of
from batchreport.mail.parts import LIMITS, attachments
from batchreport.mail.taken import MIB, Origin, Taken, printable
from batchreport.run.archive import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from batchreport.findings import Finding
    from batchreport.mail.inbox import Envelope, Inbox

_PASSED_OVER = (".", "~$")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file or a message that came, and what it held.

    `source` tells it from every other. `expected` is False for a message of which neither subject nor sender has to do
    with the round, and that is no letter of it that came back: only a stamped workbook in it counts. `seconds` is when a
    file was last written (Unix time); a message says that itself. One that the server did not give is not `had`: it is to
    be looked at again.
    """

    source: str
    taken: Taken
    expected: bool = True
    seconds: float | None = None
    envelope: Envelope | None = None
    had: bool = True


def from_folder(folder: Path, besides: Iterable[Path] = ()) -> Iterator[Arrival]:
    """Yield what lies in a folder and the folders in it, or one file, in the order in which it came; `besides` is left out.

    Raises `InputError` where there is no such folder.
    """
    if not folder.exists():
        raise InputError([error("input-missing", Place(file=str(folder)))])
    left_out = {path.resolve() for path in besides}
    paths = [folder] if folder.is_file() else sorted(_walk(folder, left_out))
    yield from (_file(path, folder) for path in (sorted(paths, key=_came) if len(paths) > 1 else paths))


def _walk(folder: Path, left_out: set[Path]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith(_PASSED_OVER) or path.resolve() in left_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(path, left_out)
            else:
                yield path


def _came(path: Path) -> int:
    """Return when the first workbook in a file came (Unix time), as its mail says, else when the file was last written.

    Files that were copied together in the same second go by their names. Nothing of it is kept: all files together may be more than fits into memory.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > LIMITS.piece:
            return 0
        if kind_of(b"", path.name) is Kind.WORKBOOK:
            return int(about.st_mtime)
        found = attachments(path.read_bytes(), path.name).found
    except OSError:  # which is said when its turn comes
        return 0
    dates = [piece.origin.date for piece in found if piece.origin.date]
    return int(min(dates).timestamp() if dates else about.st_mtime)


def _file(path: Path, folder: Path) -> Arrival:
    """Return a file taken apart; one that cannot be read, or is too large, gives a finding."""
    above = () if path == folder else path.relative_to(folder).parts[:-1]
    place = Place(file=" › ".join(map(printable, (*above, path.name))))
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return _trouble(error("input-not-a-file", place, said="no regular file"))
        if about.st_size > LIMITS.piece:
            return _trouble(error("mail-too-large", place, limit=f"{LIMITS.piece // MIB} MiB"))
        data = path.read_bytes()
    except OSError as problem:
        return _trouble(error("file-unreadable", place, said=problem.strerror or str(problem)))
    taken = attachments(data, path.name, origin=Origin(path=above))
    return Arrival(f"file:{digest_of(data)}", taken, seconds=about.st_mtime)


def _trouble(finding: Finding) -> Arrival:
    return Arrival(f"path:{finding.place.file}", Taken(findings=(finding,)))


def from_inbox(
    inbox: Inbox, envelopes: Iterable[Envelope], seen: Callable[[str], bool], senders: Iterable[str]
) -> Iterator[Arrival]:
    """Yield those messages of a mailbox that were not `seen`, in order.

    `senders` are the addresses that letters are expected from. Raises `MailError` where the mailbox cannot be read.
    """
    known = frozenset(address.casefold() for address in senders)
    for envelope in envelopes:
        source = source_of(envelope)
        if not seen(source):
            yield _message(inbox, envelope, source, known)


def source_of(envelope: Envelope) -> str:
    """Return what tells a message of a mailbox from all else that comes."""
    return f"imap:{envelope.folder}:{envelope.validity}:{envelope.uid}"


def _message(inbox: Inbox, envelope: Envelope, source: str, senders: frozenset[str]) -> Arrival:
    origin = envelope.origin
    expected = origin.tag is not None or origin.sender.casefold() in senders
    name = f"{origin.subject or origin.message_id or envelope.uid}.eml"
    place = Place(file=printable(name))
    if envelope.size > LIMITS.piece:
        taken = Taken(findings=(error("mail-too-large", place, limit=f"{LIMITS.piece // MIB} MiB"),))
    elif data := inbox.message(envelope):
        taken = attachments(data, name.replace("/", "／").replace("\\", "＼"))
    else:
        taken = Taken(findings=(error("mail-not-given", place, sender=origin.who),))
        return Arrival(source, taken, expected or not origin.sender, envelope=envelope, had=False)
    expected = expected or any(_is_ours(finding, senders) for finding in taken.findings)
    return Arrival(source, taken, expected, envelope=envelope)


def _is_ours(finding: Finding, senders: frozenset[str]) -> bool:
    """Return whether a finding is about a letter of the round that came back: a postmaster's subject does not say that."""
    details = finding.details
    return finding.code == "mail-came-back" and bool(details["tag"] or str(details["who"]).casefold() in senders)
