"""This module is the ledger: of what each workbook's outcome was made, so that an unchanged workbook is not built again."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, fields, replace
from hashlib import sha256
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from batchreport.errors import OutputError
from batchreport.findings import Place, error
from batchreport.run.archive import digest_of
from batchreport.run.entry import Entry, entry_of, finding_of, plain_finding, reported, said_of
from batchreport.run.look import look_made
from batchreport.run.outcome import Outcome
from batchreport.run.program import program
from batchreport.schema import parse_schema
from batchreport.tree import spoken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from batchreport.findings import Finding
    from batchreport.period import Period
    from batchreport.run.archive import Archive, Made
    from batchreport.run.outcome import Kit

_SAID = attrgetter(*(field.name for field in fields(Outcome) if field.repr))
_READERS = 4  # threads: reading and hashing let each other go on
_AT_ONCE = 64  # files that one of them takes
_READ = 1 << 18  # bytes at a time: most files are smaller
_OPENED = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # so that a pipe keeps nobody waiting


class Ledger:
    """What the archive at `path` knows of what was made of the workbooks below the folder `start`.

    All paths are told from the folder that the archive lies in. With `trust` off nothing is taken as unchanged.
    """

    def __init__(self, path: Path, start: Path, kit: str, *, trust: bool = True) -> None:
        self._folder = path.parent
        self._out = path.parent.resolve()
        self._under = beneath(path.parent, start)
        self.kit = kit
        """A digest of all that is the same for every workbook."""
        self._trust = trust
        self._known: Made = look_made(path, self._under)
        self._reports: dict[str, tuple[str, str]] = {}
        self._left = {what for kind, what in self._known if kind == "left"}
        self.archive: Archive | None = None
        """Where what is made from now on is remembered; None for nowhere."""

    def distrust(self) -> None:
        """Take nothing as unchanged any more."""
        self._trust = False

    def whereabouts(self, file: str) -> str:
        """Return where a workbook lies, from the folder that the archive lies in."""
        return self._under + file

    def made_of(self, file: str, period: Period | None, workbook: str) -> str:
        """Return the digest of all that an outcome is made of, save of what was reported before."""
        return digest_of(f"{self.kit} {workbook} {period} {self._under}{file}".encode())

    def unchanged(self, workbooks: Mapping[str, tuple[Path | str, Period | None]]) -> dict[str, Entry]:
        """Return by file the entries of workbooks that were made of the same; `workbooks` has path and folder's period."""
        if not self._trust:
            return {}
        stored = {file: there for file in workbooks if (there := self._known.get(("workbook", self._under + file)))}
        found = {}
        for (file, (digest, said)), workbook in zip(
            stored.items(), digested(workbooks[file][0] for file in stored), strict=True
        ):
            period = workbooks[file][1]
            if workbook and digest == self.made_of(file, period, workbook):
                found[file] = entry_of(digest, said, workbook, file)
                self._reports[self._under + file] = found[file].path, found[file].outcome.key
        return found

    def keep(self, entry: Entry) -> None:
        """Remember what became of a workbook."""
        if self.archive is None or not entry.made_of:
            return
        name = self._under + entry.outcome.file
        before = self._reported(name)[0]
        if before and before != entry.path:
            self._left.add(before)
            self.archive.keep("left", before, "", "")
        outcome = entry.outcome
        if entry.path:
            self.archive.keep("of", entry.path, outcome.made_from, json.dumps(name, ensure_ascii=False))
        entry = replace(
            entry,
            report=outcome.written.digest if outcome.written else _digest_of(outcome.report),
            records=entry.records or _digest_of(outcome.records),
            trace=_digest_of(outcome.trace),
            commented=_digest_of(outcome.commented),
            path=entry.path or before,
        )
        try:
            said = said_of(entry)
        except TypeError:  # a detail that does not keep; it is built again each time
            self.archive.drop("workbook", name)
        else:
            self.archive.keep("workbook", name, entry.made_of, said)

    def left(
        self, workbooks: Iterable[str], written: set[str], vacant: set[str], period: Period | None
    ) -> tuple[list[str], list[str]]:
        """Return the reports that are there though nothing of this run stands in them: of workbooks gone, and of others.

        `written` has the paths of those that this run knows, `vacant` of those that it could not make, `period` the only
        one it is about.
        """
        here = {self._under + file for file in workbooks}
        gone, others = [], vacant | {path for path in self._left if not period or path.startswith(f"{period}/")}
        for kind, name in self._known:
            path = self._reported(name)[0] if kind == "workbook" else ""
            if path in written or not path or (period and not path.startswith(f"{period}/")):
                continue
            if name in here:
                others.add(path)
            elif (self._out / path).exists():
                gone.append(path)
            elif self.archive:
                self.archive.drop(kind, name)
        there = {path for path in others - written if (self._out / path).exists()}
        if self.archive:
            for path in (self._left & others) - there:
                self.archive.drop("left", path)
        return sorted(set(gone) - there), sorted(there)

    def made_of_another(self, path: str, outcome: Outcome, workbooks: Collection[str]) -> str:
        """Return the workbook that the report at `path` was made of before, "" where that is this one, or gone, or among `workbooks`."""
        digest, said = self._known.get(("of", path), ("", ""))
        name = json.loads(said) if said else ""
        is_other = name and digest != outcome.made_from and name.removeprefix(self._under) not in workbooks
        if not is_other or not (self._out / name).is_file():
            return ""
        return str(PurePosixPath(*(part for part in PurePosixPath(name).parts if part != "..")))

    def reports(self, workbooks: Collection[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield the period, the name without ending, the department and the workbook of each report that is known.

        Where the workbook is not one of this run's, its report must be there still.
        """
        for kind, name in self._known:
            path, owner = self._reported(name) if kind == "workbook" else ("", "")
            file = name.removeprefix(self._under)
            if path and (file in workbooks or (self._out / path).exists()):
                place = PurePosixPath(path)
                yield place.parent.name, place.stem, owner, file

    def recall(self, kind: str, what: str, digest: str) -> Any:
        """Return what is known of something that was made of the same; None where nothing is."""
        known, said = self._known.get((kind, what), ("", ""))
        return json.loads(said) if self._trust and known == digest else None

    def note(self, kind: str, what: str, digest: str, said: Any) -> None:
        """Remember of what something was made, and what is to be known of it."""
        if self.archive:
            self.archive.keep(kind, what, digest, json.dumps(said, ensure_ascii=False))

    def recall_findings(self, what: str, digest: str) -> tuple[Finding, ...] | None:
        """Return what there was to say about something that has not changed."""
        said = self.recall("findings", what, digest)
        return None if said is None else tuple(map(finding_of, said))

    def note_findings(self, what: str, digest: str, findings: Sequence[Finding]) -> None:
        """Remember what there is to say about something."""
        self.note("findings", what, digest, [plain_finding(finding) for finding in findings])

    def refuse_other_schema(self, kit: Kit, *, unless: bool) -> None:
        """Raise `OutputError` where the last run made reports of another schema, `unless` they may be written over."""
        _, said = self._known.get(("schema", ""), ("", ""))
        if said and not unless and said != _schema_of(kit):
            raise OutputError([error("out-of-other-schema", Place(file=str(self._folder)), other=said)])

    def note_schema(self, kit: Kit) -> None:
        """Remember of which schema reports are made here."""
        if self.archive:
            self.archive.keep("schema", "", "", _schema_of(kit))

    def _reported(self, name: str) -> tuple[str, str]:
        if name not in self._reports and ("workbook", name) in self._known:
            _, said = self._known["workbook", name]
            self._reports[name] = reported(said)
        return self._reports.get(name, ("", ""))


def beneath(out: Path, start: Path) -> str:
    """Return what names of files in the folder `start` begin with, told from the folder `out`: the two may be moved together."""
    folder, other = out.resolve(), start.resolve()
    with suppress(ValueError):  # on another drive
        other = Path(os.path.relpath(other, folder))
    return spoken(f"{other.as_posix()}/")


def _schema_of(kit: Kit) -> str:
    return parse_schema(kit.schema, kit.schema_file).id


def digest_of_kit(kit: Kit) -> str:
    """Return a digest of all that is the same for every workbook of a run, this program among it."""
    said = [program(), digest_of(kit.schema), kit.schema_file, digest_of(kit.template), kit.template_file]
    said += [json.dumps(list(kit.roster.items())), json.dumps(asdict(kit.limits)), kit.mark]
    return digest_of("\n".join(said).encode())


def digest_of_outcomes(outcomes: Iterable[tuple[Outcome, str]]) -> str:
    """Return a digest of what is to be said of outcomes, and of the digests of their records."""
    digest = sha256()
    for outcome, records in outcomes:
        digest.update(f"{_SAID(outcome)} {records}\n".encode())
    return digest.hexdigest()


def digests(paths: Iterable[Path | str]) -> list[str]:
    """Return the digests of files, "" for those that cannot be read."""
    return list(digested(paths))


def digested(paths: Iterable[Path | str]) -> Iterator[str]:
    """Yield what `digests` returns; while one is looked at, others are read."""
    paths = list(paths)
    if len(paths) <= _AT_ONCE:
        yield from map(_digest, paths)
        return
    chunks = [paths[at : at + _AT_ONCE] for at in range(0, len(paths), _AT_ONCE)]
    with ThreadPoolExecutor(_READERS) as pool:
        for chunk in pool.map(lambda chunk: [_digest(path) for path in chunk], chunks):
            yield from chunk


def _digest(path: Path | str) -> str:
    """Return the digest of one file; most are small, and one read is quicker than `file_digest`, which makes a buffer each time."""
    try:
        file = os.open(path, _OPENED)
    except OSError:
        return ""
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return ""
        digest = sha256()
        while data := os.read(file, _READ):
            digest.update(data)
        return digest.hexdigest()
    except OSError:  # a disk that fails
        return ""
    finally:
        os.close(file)


def _digest_of(data: bytes | None) -> str:
    return "" if data is None else digest_of(data)
