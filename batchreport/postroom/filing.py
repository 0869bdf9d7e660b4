"""This module files workbooks: the newest of each department lies in its period's folder, what it replaced beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from batchreport.errors import InputError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.found import find_workbooks
from batchreport.project import SUBMISSIONS
from batchreport.run.archive import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from batchreport.found import Found
    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.run.pipeline import Outcome
    from batchreport.run.post import Receipt

SUPERSEDED = ".superseded"
"""The folder in a period's folder for workbooks that a newer one has replaced."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that has come: whose it is, of which revision and moment (UTC), its bytes, and the ending of its name."""

    key: str
    name: str
    code: str
    period: Period
    revision: int
    at: datetime
    data: bytes
    ending: str

    @property
    def age(self) -> tuple[int, datetime]:
        """By what the newer of two is found: the stamp counts revisions, the mail's date says which came later."""
        return self.revision, self.at


@dataclass(frozen=True, slots=True)
class _Held:
    """A workbook that lies in a period's folder."""

    path: Path
    digest: str
    age: tuple[int, datetime]


class Files:
    """The project's folder of workbooks, to file into.

    `receipts` has what was filed before, by digest; `read` gives the outcomes of workbooks that somebody put there by
    hand, in order.
    """

    def __init__(
        self,
        project: Project,
        receipts: dict[str, Receipt],
        read: Callable[[Sequence[Found]], Iterator[Outcome]],
    ) -> None:
        self._project = project
        self.folder = project.root / SUBMISSIONS
        self._receipts = receipts
        self._read = read
        self._held: dict[Period, dict[str, list[_Held]]] = {}

    def has(self, receipt: Receipt) -> bool:
        """Return whether a workbook still lies where it was filed."""
        path = self.folder / receipt.file
        try:
            return bool(receipt.file) and digest_of(path.read_bytes()) == receipt.digest
        except OSError:
            return False

    def file(self, one: Workbook) -> tuple[str, bool]:
        """Put a workbook in its place; return where that is, from the folder of workbooks, and whether it is the newest.

        Raises `OutputError` where that cannot be written. Killed at any moment, every workbook still lies somewhere.
        """
        held = self._of(one.period).setdefault(one.key, [])
        digest = digest_of(one.data)
        if any(there.age > one.age and there.digest != digest for there in held):
            return self._put(self._beside(one.period, one.name, one.ending, one.revision, digest), one.data), False
        same = next((there for there in held if there.digest == digest), None)
        path = same.path if same else self._place(one)
        for there in [there for there in held if there.path != path or there.digest != digest]:
            self._set_aside(there, one.period)
        if same is None:
            self._put(path, one.data)
        with said_clearly(path):
            for there in held:
                if there.path != path:
                    there.path.unlink(missing_ok=True)
        held[:] = [_Held(path, digest, one.age)]
        return self._shown(path), True

    def _of(self, period: Period) -> dict[str, list[_Held]]:
        """Return what lies in a period's folder, by department."""
        if period not in self._held:
            self._held[period] = {}
            found = self._found(period)
            unknown = [one for one in found if (digest := _digest(one.path)) and digest not in self._receipts]
            outcomes = dict(zip((one.path for one in unknown), self._read(unknown), strict=True))
            for one in found:
                if (held := self._one(one.path, outcomes.get(one.path))) is not None:
                    self._held[period].setdefault(held[0], []).append(held[1])
        return self._held[period]

    def _found(self, period: Period) -> list[Found]:
        try:
            return find_workbooks(self.folder / str(period), period)
        except InputError:
            return []

    def _one(self, path: Path, outcome: Outcome | None) -> tuple[str, _Held] | None:
        """Return whose a file in a period's folder is, and what is known of it; None where that cannot be told."""
        digest = _digest(path)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if outcome is not None:
            return (outcome.key, _Held(path, digest, (outcome.revision, written))) if outcome.name else None
        receipt = self._receipts.get(digest)
        return (receipt.department, _Held(path, digest, (receipt.revision, receipt.at or written))) if receipt else None

    def _place(self, one: Workbook) -> Path:
        """Return where the newest workbook of a department lies: under its name, as departments are told apart."""
        folder = self.folder / str(one.period)
        mine = {there.path for there in self._held[one.period][one.key]}
        names = (safe_name(one.name), f"{safe_name(one.name)} ({safe_name(one.code)})")
        free = [path for name in names if not (path := folder / f"{name}{one.ending}").exists() or path in mine]
        return free[0] if free else folder / f"{names[1]} {digest_of(one.data)[:8]}{one.ending}"

    def _set_aside(self, there: _Held, period: Period) -> None:
        """Copy a workbook that is replaced to where the replaced ones lie."""
        if there.path.exists():
            beside = self._beside(period, there.path.stem, there.path.suffix, there.age[0], there.digest)
            self._put(beside, there.path.read_bytes())

    def _beside(self, period: Period, name: str, ending: str, revision: int, digest: str) -> Path:
        return self.folder / str(period) / SUPERSEDED / f"{safe_name(name)} r{revision} {digest[:8]}{ending}"

    def _put(self, path: Path, data: bytes) -> str:
        with said_clearly(path):
            write_whole(path, data)
        return self._shown(path)

    def _shown(self, path: Path) -> str:
        return str(PurePosixPath(path.relative_to(self.folder)))


def _digest(path: Path) -> str:
    """Return the digest of a file's bytes, "" where it cannot be read."""
    try:
        return digest_of(path.read_bytes())
    except OSError:
        return ""
