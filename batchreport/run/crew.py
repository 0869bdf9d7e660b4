"""This module is what the workers of a cluster do: they keep guarded processes at hand and hand workbooks on to them."""

from __future__ import annotations

import pickle
import weakref
from typing import TYPE_CHECKING

from batchreport.errors import BatchReportError
from batchreport.findings import Place, error
from batchreport.run.engine import Team
from batchreport.run.guard import guard
from batchreport.run.program import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.findings import Finding
    from batchreport.run.pipeline import Outcome, Source


class Crew:
    """What one worker of a cluster has at hand for a kit: a process for each chunk that it works on at a time.

    It is as a whole what the workers give each other; what it has at hand stays, and ends when Dask forgets it.
    """

    def __init__(self, kit: bytes) -> None:
        self._kit = kit
        self._idle: list[Team] = []
        weakref.finalize(self, _end, self._idle)

    def __reduce__(self) -> tuple[type[Crew], tuple[bytes]]:
        return type(self), (self._kit,)

    def outcomes(self, sources: Iterable[Source]) -> list[Outcome]:
        """Return the outcomes of sources, in order."""
        try:
            team = self._idle.pop()
        except IndexError:
            team = self._team()
        try:
            outcomes = list(team.outcomes(sources))
        except BaseException:
            team.end()
            raise
        self._idle.append(team)
        return outcomes

    def _team(self) -> Team:
        kit = pickle.loads(self._kit)  # noqa: S301  (Dask's own messages are pickled too)
        return Team(kit, lambda: guard(kit), jobs=1)


def work(crew: Crew, parcel: bytes, needed: Mapping[str, str]) -> bytes:
    """Return the outcomes of a parcel of sources, pickled like them.

    Raises `BatchReportError` where this worker would make other reports: it may have come when all others were looked
    at already.
    """
    from distributed import get_worker  # noqa: PLC0415  (who has no cluster has no Dask)

    if differing := differences({get_worker().address: parts()}, needed):
        raise BatchReportError(differing)
    return pickle.dumps(crew.outcomes(pickle.loads(parcel)), pickle.HIGHEST_PROTOCOL)  # noqa: S301  (likewise)


def differences(there: Mapping[str, Mapping[str, str]], needed: Mapping[str, str]) -> list[Finding]:
    """Say what is not as it is needed on workers, by their names."""
    return [
        error("cluster-differs", Place(file=worker), library=library, found=found.get(library) or "—", needed=version)
        for worker, found in there.items()
        for library, version in needed.items()
        if found.get(library) != version
    ]


def _end(teams: list[Team]) -> None:
    for team in teams:
        team.end()
