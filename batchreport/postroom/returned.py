"""This module remembers of letters that came back that they did not arrive, so that a better address gets them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from batchreport.mail.tag import find_tag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from batchreport.findings import Finding
    from batchreport.postroom.arrivals import Arrival
    from batchreport.run.post import Post

_CLOCKS = timedelta(hours=1)  # by which this machine's and the server's may differ


def note_returned(post: Post, arrival: Arrival) -> None:
    """Take the letters that a postmaster's message says came back as refused, as if the server had said so at once.

    It is told of the letter that it quotes, once, though it is looked at for several periods. Only a message of the
    mailbox says when it came; a letter sent after that is another one. One to several addresses has arrived at the
    others, and stays.
    """
    came_back = list(_came_back(arrival.taken.findings))
    if not came_back or arrival.envelope is None:
        return
    notice, at = arrival.envelope.origin, arrival.envelope.origin.date
    known_by = f"returned {notice.message_id or arrival.source}"
    if post.seen(known_by):
        return
    post.saw(known_by)
    for finding in came_back:
        tag = find_tag(str(finding.details["tag"]))
        if tag is None or at is None:
            continue
        who, letter = str(finding.details["who"]).casefold(), finding.details["id"]
        mine = [one for one in post.letters(tag.period) if one.department.casefold() == tag.department.casefold()]
        mine = [one for one in mine if one.message_id == letter] or mine
        sent = [one for one in mine if one.state == "sent" and one.to.casefold() == who and one.at <= at + _CLOCKS]
        if sent:
            post.mark(sent[-1].message_id, "refused", str(finding.details["said"]))


def _came_back(findings: Iterable[Finding]) -> Iterable[Finding]:
    return (finding for finding in findings if finding.code == "mail-came-back")
