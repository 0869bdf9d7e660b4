"""This module has the roll-up take from the archive what it is made of, and its documents be made of that."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, TypeVar, overload

from batchreport.files import said_clearly, unfinished
from batchreport.packed import DamagedError, periods_before, unpack
from batchreport.period import Period
from batchreport.run.apart import Apart
from batchreport.submission import Submission, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import IO

    from batchreport.report.rollup.gather import Gathering
    from batchreport.report.rollup.records import Records
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.template import Template
    from batchreport.run.past import Past
    from batchreport.run.pipeline import Outcome
    from batchreport.shelf import Done

T = TypeVar("T")
PAYS_FROM = 50
"""Departments, below which starting another process takes as long as what it does."""
PAYS_TO = 2_000
"""Departments, above which a copy of what is gathered of them costs more memory than its time is worth."""


class Stored:
    """What departments reported for a period, taken from the archive when it is looked into; the last few stay open."""

    def __init__(self, past: Past, period: Period) -> None:
        self._past = past
        self._period = period
        self._opened = lru_cache(maxsize=4)(self._open)
        self.missed = False
        """Whether the archive no longer had what was looked for."""

    def apart(self, work: Callable[[], T], *, pays: bool) -> Apart[tuple[T, bool]]:
        """Return work that another process does, which looks into the archive by itself: see `Apart`, and `taken`."""
        mine = os.getpid()

        def working() -> tuple[T, bool]:
            if os.getpid() != mine:
                self._past.look_on()
            return work(), self.missed

        return Apart(working, pays=pays)

    def taken(self, other: Apart[tuple[T, bool]]) -> T:
        """Return what comes of work that was done apart, and know what it has missed."""
        made, missed = other.done()
        self.missed = self.missed or missed
        return made

    def submissions(self, done: Iterable[Done]) -> list[Submission]:
        """Return the submissions of departments; of a faulty one only who it is of, and what is wrong with it."""
        return [self._submission(one, one.outcome) for one in done]

    def tables(self, key: str) -> Mapping[str, Table]:
        """Return the tables of a department."""
        return self._opened(key)

    def _submission(self, done: Done, outcome: Outcome) -> Submission:
        tables = _Tables(self, outcome.key) if done.records else {}
        known = (outcome.department, outcome.name, outcome.period, outcome.revision)
        # That its report was edited, or is open in Word, says nothing of what was submitted.
        findings = tuple(one for one in outcome.findings if not one.code.startswith("report-"))
        return Submission(outcome.file, *known, tables=tables, findings=findings)

    def _open(self, key: str) -> Mapping[str, Table]:
        try:
            return unpack(self._past.packed(key, self._period), lazily=True).tables
        except DamagedError:
            self.missed = True
            return {}


class _Tables(Mapping[str, Table]):
    """The tables of a department."""

    def __init__(self, stored: Stored, key: str) -> None:
        self._stored = stored
        self._key = key

    def __getitem__(self, section: str) -> Table:
        return self._stored.tables(self._key)[section]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored.tables(self._key))

    def __len__(self) -> int:
        return len(self._stored.tables(self._key))


class Earlier(Mapping[Period, Sequence[Submission]]):
    """What all departments reported for the twelve periods before one, unpacked each time it is gone through."""

    def __init__(self, past: Past, period: Period) -> None:
        before = periods_before(period)
        known = past.digests(before)
        keys = {one: [key for key, periods in known.items() if str(one) in periods] for one in reversed(before)}
        self._reported = {one: _Reported(past, one, own) for one, own in keys.items() if own}

    def __getitem__(self, period: Period) -> Sequence[Submission]:
        return self._reported[period]

    def __iter__(self) -> Iterator[Period]:
        return iter(self._reported)

    def __len__(self) -> int:
        return len(self._reported)


class _Reported(Sequence[Submission]):
    """The submissions of one period, by the departments' keys."""

    def __init__(self, past: Past, period: Period, keys: Sequence[str]) -> None:
        self._past = past
        self._period = period
        self._keys = keys

    def _of(self, key: str) -> Submission:
        try:
            return unpack(self._past.packed(key, self._period), lazily=True)
        except DamagedError:
            return Submission("", period=self._period)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Submission]:
        return map(self._of, self._keys)

    @overload
    def __getitem__(self, at: int) -> Submission: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Submission]: ...
    def __getitem__(self, at: int | slice) -> Submission | Sequence[Submission]:
        return [self._of(key) for key in self._keys[at]] if isinstance(at, slice) else self._of(self._keys[at])


@contextmanager
def documents(
    rollup: Rollup, template: Template | None, gathering: Gathering, stored: Stored, path: Path, *, apart: bool
) -> Iterator[dict[str, Path]]:
    """Give where the documents of a roll-up lie while they are looked at, by their endings: files beside `path`.

    What they are made of is gathered into `gathering`, in which nothing is yet, from `stored`. With `apart` other processes
    write all records into the workbook and, unless the departments are very many, make the report meanwhile.
    """
    from batchreport.report.rollup.documents import rollup_docx  # noqa: PLC0415  (a single report needs none)
    from batchreport.report.rollup.gather import gather_all  # noqa: PLC0415  (a single report needs none)
    from batchreport.report.rollup.records import write_records  # noqa: PLC0415  (a single report needs none)
    from batchreport.report.rollup.sheets import Around, write_xlsx  # noqa: PLC0415  (a single report needs none)

    endings = (".docx", ".xlsx") if template else (".xlsx",)
    made = {ending: unfinished(path.with_name(f"{path.name}{ending}")) for ending in endings}
    aside = unfinished(path.with_name(f"{path.name}.records"))
    records_apart, report_apart = _apart(len(rollup.included), apart, template)

    def room() -> IO[bytes]:
        return TemporaryFile(dir=path.parent)

    def records() -> Records:
        with aside.open("wb") as target:
            return write_records(rollup, target, room)

    def report() -> None:
        if template:
            made[".docx"].write_bytes(rollup_docx(template, rollup, gathering))

    with said_clearly(path), _uncollected():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with stored.apart(records, pays=records_apart) as first:
                gather_all(gathering)
                with stored.apart(report, pays=report_apart) as second:
                    around = Around(gathering, room)
                    stored.taken(second)
                gathering.keep_figures()
                written = stored.taken(first)
            with made[".xlsx"].open("wb") as target, aside.open("rb") as source:
                write_xlsx(target, around, written, source)
            yield made
        finally:
            for one in (*made.values(), aside):
                one.unlink(missing_ok=True)


def _apart(count: int, apart: bool, template: Template | None) -> tuple[bool, bool]:  # noqa: FBT001  (what is allowed)
    """Tell whether the records, and the report, of so many departments are made in copies of this process."""
    records = apart and count >= PAYS_FROM
    return records, records and count <= PAYS_TO and template is not None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Have nothing looked through for what is held by itself alone: a roll-up is made of much, and leaves none of that."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
