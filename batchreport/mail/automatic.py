"""This module recognises what no person wrote: letters that came back, receipts, answers of absent people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batchreport.findings import Finding, error, note
from batchreport.mail.kinds import HOLDS_WORKBOOKS, kind_of
from batchreport.mail.tag import find_tag
from batchreport.mail.taken import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.mail.taken import Piece

_ROBOT = re.compile(r"(postmaster|mailer-daemon|mail-daemon)@", re.IGNORECASE)
# QQ and Outlook say it at the beginning of the subject, and not always in the head; receipts and recalls say it there too.
_AUTOMATIC = re.compile(
    r"\s*(自动回复|自動回覆|自动答复|自動回復|automatic reply|auto[- ]?reply|auto[- ]?response|out of( the)? office"
    r"|(已读|未读|已讀|未讀|已读回执|读信回执|已送达|撤回|撤回邮件|read|not read|delivered|recall)\s*[:：])",
    re.IGNORECASE,
)
_ACTION = re.compile(r"^action:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_WHO = re.compile(r"^(?:final|original)-recipient:[^;\n]*;\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_SAID = re.compile(r"^diagnostic-code:(?:[^;\n]*;)?\s*(.+(?:\n[ \t]+.+)*)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
_LETTER = re.compile(r"<br-[\w.-]{1,80}@[\w.-]{1,255}>", re.ASCII)
_LONGEST = 1 << 16  # signs of a notice that are looked at


def came_back(piece: Piece, notice: str, failed: str = "") -> Finding | None:
    """Return the finding about a letter that came back, or None for a notice that it is late or was delivered.

    `notice` is what the postmaster's message says, its machine-readable part (RFC 3464) and the letter's subject
    included; `failed` the address that the head names, if it does. The finding's details hold `who`, `said`, and of the
    letter the `tag` and the message `id`, "" where it is not quoted.
    """
    notice = notice[:_LONGEST].replace("\r\n", "\n")
    actions = {action.lower() for action in _ACTION.findall(notice)}
    if actions and "failed" not in actions:
        return None
    robot = piece.origin.sender.lower()
    others = (address for address in _ADDRESS.findall(notice) if not _ROBOT.match(address) and address.lower() != robot)
    who = next(iter([failed, *_WHO.findall(notice), *others] if failed else [*_WHO.findall(notice), *others]), "?")
    said = _SAID.search(notice)
    tag, letter = find_tag(piece.origin.subject) or find_tag(notice), _LETTER.search(notice)
    return error(
        "mail-came-back",
        piece.place,
        who=printable(who),
        said=printable(said[1])[:200] if said else "?",
        tag=str(tag or ""),
        id=letter[0] if letter else "",
    )


def is_robot(sender: str) -> bool:
    """Return whether an address is a mail server's own."""
    return bool(_ROBOT.match(sender))


def is_automatic(head: dict[str, str], subject: str) -> bool:
    """Return whether a message is or sounds like one that answers by itself (RFC 3834, and what programs wrote before it).

    `head` is in small letters. What a program merely made ("auto-generated") is no answer.
    """
    return (
        bool(_AUTOMATIC.match(subject))
        or head.get("auto-submitted", "").strip().lower().startswith("auto-replied")
        or "x-autoreply" in head
        or "x-autorespond" in head
        or head.get("precedence", "").strip().lower() in {"auto_reply", "auto-reply"}
    )


def skipped(piece: Piece) -> Finding:
    """Return the finding about an automatic message."""
    return note("mail-automatic", piece.place, subject=piece.origin.subject or "?", sender=piece.origin.who)


def brought_all_the_same(piece: Piece, files: Iterable[Piece | Finding]) -> Iterator[Piece | Finding]:
    """Yield the files of an automatic message that brings a workbook, or what may hold one; else that it was skipped.

    What lies in a message within it is only the letter that is answered.
    """
    whole = list(files)
    own = (file for file in whole if not isinstance(file, Finding) and file.origin.path == piece.inside.path)
    if any(kind_of(file.data, file.name) in HOLDS_WORKBOOKS for file in own):
        yield from whole
    else:
        yield skipped(piece)
