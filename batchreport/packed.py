"""This module packs a submission into bytes that keep, and makes it of them again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from batchreport.names import fold
from batchreport.period import Period
from batchreport.plain_table import as_lines, of_lines
from batchreport.plain_values import as_json, of_json
from batchreport.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORM = b"3"  # the first word of packed bytes; another one is another version's
_LOOK_BACK = 12
_LEVEL = 1  # of zlib: four times as quick as the usual one, for a quarter more bytes


class DamagedError(ValueError):
    """Bytes that are no packed submission, or no longer one."""


def pack(submission: Submission) -> bytes:
    """Return what a submission says, and where each value stands, as bytes: the same for the same submission.

    Its stamp, findings and sheets stay behind, and so do the bytes of its pictures. In front stand form, period and a sum of
    the rest. That is lines of JSON, pressed: who it is of, then two for each table.
    """
    counts = {key: (len(table.records), sorted(table.faulty)) for key, table in submission.tables.items()}
    who = (submission.file, submission.department, submission.name, submission.revision)
    lines = [as_json((who, counts))]
    for table in submission.tables.values():
        lines += as_lines(table)
    body = zlib.compress(b"\n".join(lines), _LEVEL)
    return b"%s %s %d\n%s" % (_FORM, str(submission.period or "").encode(), zlib.crc32(body), body)


def unpack(packed: bytes, *, lazily: bool = False) -> Submission:
    """Return the submission that was packed; `lazily`, records are made anew each time they are gone through.

    So many submissions can be held at once. Raises `DamagedError` for bytes that `pack` did not make.
    """
    head, _, body = packed.partition(b"\n")
    try:
        form, period, check = head.split(b" ")
        if form != _FORM or zlib.crc32(body) != int(check):
            raise DamagedError(repr(head))
        said, *lines = zlib.decompress(body).split(b"\n")
        (file, department, name, revision), counts = of_json(said)
        tables = {
            key: of_lines(layout, table, count, faulty, lazily=lazily)
            for (key, (count, faulty)), layout, table in zip(counts.items(), lines[::2], lines[1::2], strict=True)
        }
        return Submission(file, department, name, Period.parse(period.decode("ascii")), revision, tables=tables)
    except (zlib.error, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        raise DamagedError(str(problem)) from None


def period_of(packed: bytes) -> Period | None:
    """Return the period of a packed submission, which costs nothing; None for bytes that are none, too."""
    form, _, rest = packed.partition(b"\n")[0].partition(b" ")
    return Period.parse(rest.partition(b" ")[0].decode("ascii", "replace")) if form == _FORM else None


def is_known(packed: bytes) -> bool:
    """Return whether packed bytes are in the form that `unpack` reads; another version's are not."""
    return packed.startswith(_FORM + b" ")


def key_of(code: str, name: str) -> str:
    """Return by what a department is known from one period to the next: its code, or its name where it has none."""
    return fold(code or name)


@dataclass(frozen=True)
class Earlier:
    """A packed submission of an earlier period, unpacked when first looked into."""

    period: Period
    packed: bytes

    @cached_property
    def submission(self) -> Submission:
        """The submission; an empty one, where it is damaged."""
        try:
            return unpack(self.packed)
        except DamagedError:
            return Submission("", period=self.period)


def before(past: Iterable[bytes], period: Period) -> tuple[Earlier, ...]:
    """Return what `past`, a department's packed submissions, has for the twelve periods before `period`, oldest first."""
    known = {period_of(packed): packed for packed in past}
    return tuple(Earlier(one, known[one]) for one in reversed(periods_before(period)) if one in known)


def periods_before(period: Period) -> list[Period]:
    """Return the twelve periods before one, of its own kind, the latest first; the year before is among them."""
    return [period := period.previous for _ in range(_LOOK_BACK)]
