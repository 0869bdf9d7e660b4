"""This module files workbooks: the newest of each department lies in its period's folder, what it replaced beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from batchreport.errors import InputError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.found import find_workbooks
from batchreport.postroom.rank import digest_of_file
from batchreport.project import SUBMISSIONS
from batchreport.run.archive import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from batchreport.found import Found
    from batchreport.period import Period
    from batchreport.postroom.rank import Ranks
    from batchreport.project import Project
    from batchreport.run.pipeline import Outcome
    from batchreport.run.post import Receipt

SUPERSEDED = ".superseded"
"""The folder in a period's folder for workbooks that a newer one has replaced."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that has come: whose it is, of which rank and moment (UTC), its bytes, and the ending of its name."""

    key: str
    name: str
    code: str
    period: Period
    rank: int
    at: datetime
    data: bytes
    ending: str

    @property
    def age(self) -> tuple[int, datetime]:
        """By what the newer of two is found: the stamp counts revisions, the mail's date says which came later."""
        return self.rank, self.at


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a workbook was put, from the folder of workbooks, and whether it is its department's newest.

    `rival` is another of which nobody can tell which of both is newer, so that both lie there; `earlier` says that it
    came after the one that is there and yet is of an older revision.
    """

    file: str
    newest: bool = True
    rival: str = ""
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """A workbook that lies in a period's folder."""

    path: Path
    digest: str
    age: tuple[int, datetime]


class Files:
    """The project's folder of workbooks, to file into.

    `receipts` has what was filed before, by digest; `read` gives the outcomes of workbooks that somebody put there by
    hand, in order; `ranks` says which of two counts.
    """

    def __init__(
        self,
        project: Project,
        receipts: dict[str, Receipt],
        read: Callable[[Sequence[Found]], Iterator[Outcome]],
        ranks: Ranks,
    ) -> None:
        self._project = project
        self._ranks = ranks
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

    def is_doubled(self, period: Period | None, key: str) -> bool:
        """Tell whether several workbooks of a department lie there, of which nobody knows which one counts."""
        return period is not None and len(self._of(period).get(key, ())) > 1

    def file(self, one: Workbook) -> Filed:
        """Put a workbook in its place; one that cannot be told to be older or newer than another comes beside that.

        Raises `OutputError` where that cannot be written. Killed at any moment, every workbook still lies somewhere.
        """
        held = self._of(one.period).setdefault(one.key, [])
        digest = digest_of(one.data)
        others = [there for there in held if there.digest != digest]
        if newer := [there for there in others if there.age > one.age]:
            file = self._put(self._beside(one.period, one.name, one.ending, one.rank, digest), one.data)
            return Filed(file, newest=False, earlier=all(there.age[1] < one.at for there in newer))
        same = next((there for there in held if there.digest == digest), None)
        rivals = [there for there in others if there.age == one.age]
        path = same.path if same else self._place(one, rivals)
        gone = [there for there in held if there not in rivals and (there.path != path or there.digest != digest)]
        for there in gone:
            self._set_aside(there, one.period)
        if same is None:
            self._put(path, one.data)
        with said_clearly(path):
            for there in gone:
                if there.path != path:
                    there.path.unlink(missing_ok=True)
        held[:] = [*rivals, _Held(path, digest, one.age)]
        return Filed(self._shown(path), rival=self._shown(rivals[0].path) if rivals else "")

    def _of(self, period: Period) -> dict[str, list[_Held]]:
        """Return what lies in a period's folder, by department."""
        if period not in self._held:
            self._held[period] = {}
            found = self._found(period)
            unknown = [one for one in found if (digest := digest_of_file(one.path)) and digest not in self._receipts]
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
        digest = digest_of_file(path)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if outcome is not None:
            rank = self._ranks.of(outcome, digest)
            return (outcome.key, _Held(path, digest, (rank, written))) if outcome.name else None
        receipt = self._receipts.get(digest)
        return (receipt.department, _Held(path, digest, (receipt.revision, receipt.at or written))) if receipt else None

    def _place(self, one: Workbook, rivals: Sequence[_Held]) -> Path:
        """Return where the newest workbook of a department lies: under its name, as departments are told apart."""
        folder = self.folder / str(one.period)
        mine = {there.path for there in self._held[one.period][one.key] if there not in rivals}
        names = (safe_name(one.name), f"{safe_name(one.name)} ({safe_name(one.code)})")
        free = [path for name in names if not (path := folder / f"{name}{one.ending}").exists() or path in mine]
        return free[0] if free else folder / f"{names[1]} {digest_of(one.data)[:8]}{one.ending}"

    def _set_aside(self, there: _Held, period: Period) -> None:
        """Copy a workbook that is replaced to where the replaced ones lie."""
        if there.path.exists():
            beside = self._beside(period, there.path.stem, there.path.suffix, there.age[0], there.digest)
            self._put(beside, there.path.read_bytes())

    def _beside(self, period: Period, name: str, ending: str, rank: int, digest: str) -> Path:
        """Return where a workbook lies that is not the newest: where it was put before, if it was."""
        folder = self.folder / str(period) / SUPERSEDED
        tail = f" {digest[:8]}{ending}"
        there = sorted(path for path in folder.iterdir() if path.name.endswith(tail)) if folder.is_dir() else []
        return there[0] if there else folder / f"{safe_name(name)} r{max(rank, 0)}{tail}"

    def _put(self, path: Path, data: bytes) -> str:
        with said_clearly(path):
            write_whole(path, data)
        return self._shown(path)

    def _shown(self, path: Path) -> str:
        return str(PurePosixPath(path.relative_to(self.folder)))
