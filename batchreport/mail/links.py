"""This module finds in a letter's text the links that stand where an attachment was too large to be sent."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from batchreport.findings import Finding, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.mail.taken import Piece

_LONGEST = 1 << 18  # signs of a text that are looked at
# Pages where mail services keep large attachments (some 30 days), then those where people share files themselves.
_KEPT = re.compile(
    r"\b(?:"
    r"(?:wx\.)?(?:mail|exmail)\.qq\.com/(?:cgi-bin/ftn|ftn/)"
    r"|(?:mail|mail\.qiye|qiye|hw\.mail)\.(?:163|126|yeah)\.(?:com|net)/[\w./-]*(?:large-?attachment|cloud-?attachment|bigatt)"
    r"|dashi\.163\.com/html/cloud-attachment|(?:fs|u)\.163\.com/"
    r"|(?:qiye|mail|mailhz)\.(?:aliyun|mxhichina)\.com/[\w./-]*(?:attach|netdisk|file)"
    r"|mail\.(?:10086|139|189|sina|sohu|wo)\.(?:cn|com|com\.cn)/[\w./-]*(?:attach|file|disk)"
    r"|(?:drive|doc)\.weixin\.qq\.com/|docs\.qq\.com/|share\.weiyun\.com/|www\.kdocs\.cn/|kdocs\.cn/l/|365\.kdocs\.cn/"
    r"|pan\.baidu\.com/s|yun\.baidu\.com/s|www\.ali(?:pan|yundrive)\.com/s|cloud\.189\.cn/|caiyun\.139\.com/"
    r"|\w+\.lanzou\w*\.com/|www\.123pan\.com/s|1drv\.ms/|onedrive\.live\.com/|[\w-]+\.sharepoint\.com/"
    r"|drive\.google\.com/|docs\.google\.com/|www\.dropbox\.com/s|we\.tl/|wetransfer\.com/downloads"
    r")",
    re.IGNORECASE,
)
_SAID = re.compile(r"超大附件|云附件|大附件|文件中转站|large attachment|big attachment", re.IGNORECASE)
_LINK = re.compile(r"\bhttps?:", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_FILE = re.compile(
    r"[^\s\u00a0\u3000<>\"'/\\|:：?*,，;；=&]{1,120}\.(?:xlsx|xlsm|xls|et|ods|zip|rar|7z)\b", re.IGNORECASE | re.ASCII
)


def linked_files(texts: Iterable[str]) -> tuple[str, ...] | None:
    """Return the names of the files that the texts only link to; none, if the names are not said; None without a link."""
    whole = "\n".join(texts)[:_LONGEST]
    if not (_KEPT.search(whole) or (_SAID.search(whole) and _LINK.search(whole))):
        return None
    shown = html.unescape(_TAGS.sub("\n", whole))
    return tuple(dict.fromkeys(_FILE.findall(shown)))


def only_links(piece: Piece, names: Iterable[str]) -> Finding:
    """Return the finding about files that a message only links to."""
    listed = tuple(names)
    if listed:
        return error("mail-only-link", piece.place, names=listed, sender=piece.origin.who)
    return error("mail-only-link-unnamed", piece.place, sender=piece.origin.who)


def with_links(piece: Piece, files: Iterable[Piece | Finding], texts: Iterable[str]) -> Iterator[Piece | Finding]:
    """Yield the files of the message `piece`, then what its texts only link to; of nothing at all, say so.

    A link beside files may be anybody's: one to instructions, in the letter that is answered.
    """
    names: set[str] = set()
    is_empty = True
    for file in files:
        is_empty = False
        if not isinstance(file, Finding):
            names.add(file.name)
        yield file
    linked = linked_files(texts)
    sender = piece.origin.who
    if linked is None:
        if is_empty:
            yield warning("mail-without-attachment", piece.place, sender=sender, subject=piece.origin.subject or "?")
    elif names and not linked:
        yield warning("mail-link-besides", piece.place, sender=sender)
    elif not linked or set(linked) - names:
        yield only_links(piece, [name for name in linked if name not in names])
