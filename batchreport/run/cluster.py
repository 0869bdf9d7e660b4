"""This module finds a Dask cluster, and makes sure that its workers make the same reports as this machine."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from batchreport.errors import BatchReportError
from batchreport.findings import Place, error
from batchreport.run.crew import differences
from batchreport.run.program import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from batchreport.run.pipeline import Kit, Outcome, Pipeline, Source

_PATIENCE = 10  # seconds in which a scheduler must answer, and have a worker
_FAREWELL = 2  # seconds that leaving may take
_SCHEDULER = "scheduler"
_LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application")
"""What Dask says there, we say ourselves, once and in the language of messages."""


class Cluster:
    """The workers that a Dask scheduler has, found at an address such as "tcp://10.0.0.1:8786".

    Raises `BatchReportError` where none can be reached, or where one of them would make other reports than this machine.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = _client(address)
        try:
            with self._said():
                self._agree()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster; what it was still working on for us it forgets."""
        with suppress(Exception):
            self._client.close(timeout=_FAREWELL)

    def run_all(self, kit: Kit, sources: Iterable[Source], count: int, pipeline: Pipeline) -> Iterator[Outcome]:  # noqa: ARG002
        """Yield the outcomes of `count` sources, in order; each worker makes its own pipeline of the kit.

        A lost worker's work is done by others. Raises `BatchReportError` where the scheduler is lost, or all workers.
        """
        from batchreport.run.shipping import Shipping  # noqa: PLC0415  (it wants Dask)

        kit = replace(kit, aside="")  # that folder is here
        read = (source.read() for source in sources)
        with self._said():
            yield from Shipping(self._client, self._address, kit, read, count).outcomes()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Say that the scheduler is lost, wherever Dask was when it noticed."""
        try:
            yield
        except BatchReportError:
            raise
        except Exception as problem:  # what Dask raises then hangs on what it was about to do
            if isinstance(problem, OSError) or self._client.status != "running":
                raise BatchReportError([error("cluster-lost", Place(file=self._address))]) from None
            raise

    def _agree(self) -> None:
        """Raise unless scheduler and workers would make the reports that this machine makes.

        The first two things that must be alike can be asked of anyone, the others of those where these are.
        """
        needed = parts()
        said: Any = self._client.get_versions(packages=["batchreport"])
        there = {_SCHEDULER: said["scheduler"], **said["workers"]}
        first = {"batchreport": needed["batchreport"].partition(" ")[0], "Python": needed["Python"]}
        _compare({name: _first(one["packages"]) for name, one in there.items()}, first)
        found: dict[str, Any] = dict(self._client.run(parts, on_error="return"))
        found[_SCHEDULER] = self._client.run_on_scheduler(parts)
        _compare({name: one if isinstance(one, dict) else {} for name, one in found.items()}, needed)


def _first(packages: Mapping[str, str | None]) -> dict[str, str]:
    """Return what a machine says of itself as we say it: Python's version is "3.11.7.final.0" there."""
    python = ".".join((packages["python"] or "").split(".")[:2])
    return {"batchreport": packages["batchreport"] or "", "Python": python}


def _compare(there: Mapping[str, Mapping[str, str]], needed: Mapping[str, str]) -> None:
    without = [error("cluster-without", Place(file=name)) for name, one in there.items() if not one.get("batchreport")]
    if wrong := without or differences(there, needed):
        raise BatchReportError(wrong)


def _client(address: str) -> Any:
    """Return a connection to the scheduler; raises `BatchReportError` where there is none, or where it has no worker."""
    try:
        from distributed import Client  # noqa: PLC0415  (an extra)
    except ImportError:
        raise BatchReportError([error("cluster-not-installed")]) from None
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", "Sending large graph")  # a chunk of large workbooks
    place = Place(file=address)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions: those that matter are looked at next
            client: Any = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, AssertionError) as problem:  # the last where its thread takes ten seconds to start
        raise BatchReportError([error("cluster-unreachable", place, seconds=_PATIENCE, said=str(problem))]) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        with suppress(Exception):
            client.close(timeout=_FAREWELL)
        raise BatchReportError([error("cluster-no-workers", place)]) from None
    except OSError:
        raise BatchReportError([error("cluster-lost", place)]) from None
    return client
