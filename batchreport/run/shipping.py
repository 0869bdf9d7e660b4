"""This module sends workbooks to the workers of a Dask cluster in chunks, and takes their outcomes in as they come back."""

from __future__ import annotations

import pickle
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any

from distributed import CancelledError, KilledWorker

from batchreport.errors import BatchReportError
from batchreport.findings import Place, error
from batchreport.run.crew import Crew, work
from batchreport.run.pipeline import lost
from batchreport.run.program import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batchreport.run.pipeline import Kit, Outcome, Source

_ALONE = 60  # seconds that we wait for a worker when all are gone: their nannies start others
_LOOK = 2  # seconds between two looks at who is there
_AT_ONCE = 16  # workbooks in a chunk: Dask's five milliseconds for each do not count then
_LARGE = 4 << 20  # bytes of workbooks that fill a chunk, be they few
_AHEAD = 3  # chunks for each thread: one in work, one that lies ready, one on its way
_WAITING = 1024  # outcomes that may wait for one before them
_OUT = 128 << 20  # bytes of workbooks that may be out


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Sources in order, the first of them with the number `start`; `alone` says that no other chunk is out with them."""

    start: int
    sources: tuple[Source, ...]
    alone: bool = False

    @property
    def size(self) -> int:
        """How many bytes the workbooks have."""
        return sum(len(source.data) for source in self.sources)

    def apart(self) -> tuple[_Chunk, ...]:
        """Return the halves of a chunk, each to be sent alone."""
        middle = (len(self.sources) + 1) // 2
        halves = ((self.start, self.sources[:middle]), (self.start + middle, self.sources[middle:]))
        return tuple(_Chunk(start, sources, alone=True) for start, sources in halves if sources)


class Shipping:
    """The sources of one run on their way out and back; so many are under way that memory stays small.

    Where worker after worker dies, Dask tells all that they had in hand as lost. That is sent again when nothing else is
    out, half by half, until a workbook dies alone.
    """

    def __init__(self, client: Any, address: str, kit: Kit, sources: Iterable[Source], count: int) -> None:
        self._client = client
        self._address = address
        self._sources = enumerate(sources)
        self._threads = 0
        self._looked = 0.0
        self._look()
        self._length = min(ceil(count / max(self._threads, 1) / _AHEAD), _AT_ONCE)
        self._crew = client.submit(Crew, pickle.dumps(kit, pickle.HIGHEST_PROTOCOL), pure=False)
        self._back: SimpleQueue[Any] = SimpleQueue()
        self._out: dict[Any, _Chunk] = {}
        self._again: list[_Chunk] = []
        self._suspects: list[_Chunk] = []
        self._done: dict[int, Outcome] = {}
        self._turn = 0

    def outcomes(self) -> Iterator[Outcome]:
        """Yield outcomes as their turn comes; raises `BatchReportError` where scheduler or workers are lost."""
        while self._send():
            self._settle(self._returned())
            while self._turn in self._done:
                yield self._done.pop(self._turn)
                self._turn += 1
                self._send()

    def _send(self) -> bool:
        """Send out as much as may be out; return whether anything is."""
        while chunk := self._next():
            parcel = pickle.dumps(chunk.sources, pickle.HIGHEST_PROTOCOL)
            future = self._client.submit(work, self._crew, parcel, parts(), pure=False)
            self._out[future] = chunk
            future.add_done_callback(self._back.put)
        return bool(self._out)

    def _next(self) -> _Chunk | None:
        if self._suspects or any(chunk.alone for chunk in self._out.values()):
            return None if self._out else self._suspects.pop()
        if self._again:
            return self._again.pop()
        if self._enough():
            return None
        start, size = 0, 0
        taken: list[Source] = []
        while len(taken) < self._length and size < _LARGE and (one := next(self._sources, None)):
            start = start if taken else one[0]
            taken.append(one[1])
            size += len(one[1].data)
        return _Chunk(start, tuple(taken)) if taken else None

    def _enough(self) -> bool:
        """Tell whether nothing more is to be sent out for now."""
        chunks = self._out.values()
        return (
            len(chunks) >= max(self._threads, 1) * _AHEAD
            or len(self._done) >= _WAITING
            or sum(chunk.size for chunk in chunks) >= _OUT
        )

    def _returned(self) -> Any:
        """Return the next task that has come to an end."""
        since = monotonic()
        while True:
            self._look()
            with suppress(Empty):
                return self._back.get(timeout=_LOOK)
            if self._client.status != "running":
                raise self._lost("cluster-lost")
            since = monotonic() if self._threads else since
            if monotonic() - since > _ALONE:
                raise self._lost("cluster-no-workers")

    def _look(self) -> None:
        """See now and then how many threads there are: workers come and go."""
        if monotonic() - self._looked > _LOOK:
            with suppress(OSError):
                self._threads = sum(self._client.nthreads().values())
            self._looked = monotonic()

    def _settle(self, future: Any) -> None:
        """Put outcomes where they wait for their turn; send what was lost once more."""
        chunk = self._out.pop(future)
        try:
            outcomes = pickle.loads(future.result(timeout=_ALONE))  # noqa: S301  (Dask's own messages are pickled too)
        except TimeoutError:  # its worker was lost after all, and no other is there to do it again
            self._again.append(chunk)
        except KilledWorker:
            if chunk.alone and len(chunk.sources) == 1:
                self._done[chunk.start] = lost(chunk.sources[0])
            else:
                self._suspects += chunk.apart()
        except CancelledError:
            raise self._lost("cluster-lost") from None
        except ImportError:  # on a worker that came when all others had been looked at
            raise self._lost("cluster-without") from None
        else:
            self._done.update(enumerate(outcomes, chunk.start))

    def _lost(self, code: str) -> BatchReportError:
        return BatchReportError([error(code, Place(file=self._address))])
