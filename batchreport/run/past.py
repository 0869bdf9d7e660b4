"""This module is what departments reported before: what the archive remembers, and what a run has found since."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

from batchreport.files import said_clearly
from batchreport.packed import periods_before
from batchreport.run.archive import digest_of, speaks_for
from batchreport.run.look import look, look_said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from batchreport.findings import Finding
    from batchreport.period import Period
    from batchreport.run.archive import Archive, Digests, History
    from batchreport.run.outcome import Outcome

T = TypeVar("T")
_NOTHING = digest_of(b"")


class Past:
    """The archive in the file `path` as one run goes on; without `archive`, it is looked at and learns nothing.

    `under` is where the workbooks lie, told from the folder that the file lies in, as `beneath` says it.

    Raises `OutputError` where the file cannot be written.
    """

    def __init__(self, path: Path, archive: Archive | None = None, under: str = "") -> None:
        self._path = path
        self._archive = archive
        self._under = under
        self._since: dict[tuple[str, str], bytes | None] = {}
        self._finding: Finding | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to be said of the archive."""
        if self._archive:
            self._archive.write()  # which may find it damaged
        finding = self._archive.finding if self._archive else self._finding
        return (finding,) if finding else ()

    def remember(self, outcome: Outcome) -> None:
        """Remember what a department reported, in place of what it had reported for that period."""
        if self._archive:
            with said_clearly(self._path):
                self._archive.remember(outcome, self._under + outcome.file)
        else:
            self._since[outcome.key, str(outcome.period)] = outcome.records

    def forget(self, outcome: Outcome) -> None:
        """Forget what a department reported for a period."""
        if self._archive:
            with said_clearly(self._path):
                self._archive.forget(outcome)
        else:
            self._since[outcome.key, str(outcome.period)] = None

    def outdate(self, outcome: Outcome) -> None:
        """Forget what a workbook said when it was of another department or period than now."""
        file = self._under + outcome.file
        if self._archive:
            with said_clearly(self._path):
                self._archive.outdate(outcome, file)
        else:
            for said in self._said.get(file, ()):
                if said != speaks_for(outcome):
                    self._since.setdefault(said, None)

    def of(self, periods: Sequence[Period] | None = None) -> dict[str, tuple[bytes, ...]]:
        """Return what was reported for these periods, or for all: packed, by department, as a kit takes it."""
        known = self._with_since(self._stored(periods), periods, lambda packed: packed)
        return {key: tuple(packed for _, packed in sorted(one.items())) for key, one in known.items()}

    def packed(self, key: str, period: Period) -> bytes:
        """Return what a department reported for a period, packed; nothing where that is not in an archive."""
        if self._archive is None:
            return b""
        with said_clearly(self._path):
            return self._archive.packed(key, str(period))

    def look_on(self) -> None:
        """Go on in a copy of the process that opened the archive; nothing is to be remembered there."""
        if self._archive:
            self._archive.look_on()

    def digests(self, periods: Sequence[Period] | None = None) -> Digests:
        """Return the digests of what was reported for these periods, or for all, by department and period."""
        if self._archive:
            with said_clearly(self._path):
                known = self._archive.digests(periods)
        else:
            looked = self._stored(periods)
            known = {key: {period: digest_of(packed) for period, packed in one.items()} for key, one in looked.items()}
        return self._with_since(known, periods, digest_of)

    @cached_property
    def _said(self) -> dict[str, list[tuple[str, str]]]:
        return look_said(self._path)

    def _with_since(
        self, known: dict[str, dict[str, T]], periods: Sequence[Period] | None, shown: Callable[[bytes], T]
    ) -> dict[str, dict[str, T]]:
        wanted = None if periods is None else set(map(str, periods))
        for (key, period), packed in self._since.items():
            if packed is not None and (wanted is None or period in wanted):
                known.setdefault(key, {})[period] = shown(packed)
            else:
                known.get(key, {}).pop(period, None)
        return known

    def _stored(self, periods: Sequence[Period] | None) -> History:
        if self._archive:
            with said_clearly(self._path):
                return self._archive.history(periods)
        history, finding = look(self._path, periods)
        self._finding = self._finding or finding
        return history


def behind(known: Digests, outcome: Outcome) -> str:
    """Return a digest of all in `known` that an outcome's report can hang on."""
    mine = known.get(outcome.key) if outcome.period and known else None
    if not outcome.period or not mine:
        return _NOTHING
    said = (f"{period} {mine[period]}\n" for period in _names_before(outcome.period) if period in mine)
    return digest_of("".join(said).encode())


@cache
def _names_before(period: Period) -> tuple[str, ...]:
    return tuple(map(str, periods_before(period)))
