"""This module says which of a department's workbooks counts before which: by what is known of them, not by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.run.archive import digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.run.outcome import Outcome
    from batchreport.run.post import Post

UNTOUCHED, DISPUTED = -2, -1
"""The ranks of a workbook that came back as it was sent, and of one of which it is not sure whose it is."""
_SENT_OUT = ("blank", "marked")


class Ranks:
    """Ranks workbooks: by their revision, below that one of which it is not sure whose it is, below that what came back as sent.

    Whoever answers by mail often attaches what he was sent beside what he has filled. `out` is the folder for what is
    made, `post` knows which blank workbooks went out.
    """

    def __init__(self, out: Path, post: Post) -> None:
        self._out = out
        self._post = post
        self._sent: dict[Period, frozenset[str]] = {}

    def of(self, outcome: Outcome, digest: str) -> int:
        """Return the rank of a workbook that has been read, of two the one with the higher counts."""
        if self.is_untouched(outcome.period, digest):
            return UNTOUCHED
        return DISPUTED if outcome.disputed else outcome.revision

    def is_untouched(self, period: Period | None, digest: str) -> bool:
        """Tell whether a workbook is, byte for byte, one that was made to be sent out for a period."""
        if period is None:
            return False
        if period not in self._sent:
            letters = {letter.digest for letter in self._post.letters(period) if letter.kind == "blank"}
            self._sent[period] = frozenset(letters | self._made(period))
        return digest in self._sent[period]

    def _made(self, period: Period) -> set[str]:
        folders = (self._out / str(period) / name for name in _SENT_OUT)
        paths = (path for folder in folders for path in folder.glob("*.xlsx") if path.is_file())
        return {digest for path in paths if (digest := digest_of_file(path))}


def digest_of_file(path: Path) -> str:
    """Return the digest of a file's bytes, "" where it cannot be read."""
    try:
        return digest_of(path.read_bytes())
    except OSError:
        return ""
