"""This module finds what is older than what it is made of: PDFs, traces and the book than reports, reports than workbooks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from batchreport.drafts import DRAFTS
from batchreport.findings import Finding, Place, note
from batchreport.report_names import NAMES
from batchreport.traces import SOURCES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from pathlib import Path

    from batchreport.period import Period
    from batchreport.run.stand import Standing

_REPORT = ".docx"
_ENDINGS = (".pdf", ".trace.json", *(f"{ending}{_REPORT}" for ending in (*SOURCES, *DRAFTS)))
"""How names end, in place of a document's own ending, of what is made of it."""
_BOOKS = tuple(names["book"] for names in NAMES.values())
_FEW = 5  # names in one line


def outdated(out: Path, reports: Iterable[str], current: Container[Path] = ()) -> Iterator[Finding]:
    """Say of each folder with reports what lies there and is older than what it was made of.

    `reports` are told from `out`. When the files were written tells it, so `out` must not be the likeness of a folder elsewhere.
    Those of `current` have been compared with what would be made now, and were left as they are; they become as old as that.
    """
    for folder, names in _by_folder(reports).items():
        if not (out / folder).is_dir():
            continue
        with os.scandir(out / folder) as entries:
            there = {entry.name: entry for entry in entries}
        older = sorted(_older(there, names))
        for name in older:
            if (path := out / folder / name) in current:
                path.touch()
        if old := [name for name in older if out / folder / name not in current]:
            yield note("made-outdated", Place(file=f"{folder}/{old[0]}"), count=len(old), names=tuple(old[:_FEW]))


def made_before(out: Path, taken: Iterable[Period]) -> Iterator[Finding]:
    """Say of each period of which workbooks were taken that its reports in `out` were made before, and what to run."""
    for period in sorted(map(str, set(taken))):
        if any((out / period).glob(f"*{_REPORT}")):
            yield note("made-before-taken", Place(file=f"{out.name}/{period}"), period=period)


def not_yet_made(out: Path, period: Period, standings: Iterable[Standing]) -> Iterator[Finding]:
    """Say which departments in order have no report of what lies there now in `out`, where there are reports of the period."""
    names = [one.department.name for one in standings if one.state == "good" and not one.report]
    if names and any((out / str(period)).glob(f"*{_REPORT}")):
        place = Place(file=f"{out.name}/{period}")
        yield note("made-not-yet", place, count=len(names), names=tuple(names[:_FEW]), period=str(period))


def _by_folder(reports: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in reports:
        folder, _, name = path.rpartition("/")
        found.setdefault(folder, []).append(name)
    return dict(sorted(found.items()))


def _older(there: Mapping[str, os.DirEntry[str]], reports: Iterable[str]) -> Iterator[str]:
    for name in there:
        made_of = next((f"{name.removesuffix(one)}{_REPORT}" for one in _ENDINGS if name.endswith(one)), "")
        if made_of in there and _time(there[name]) < _time(there[made_of]):
            yield name
    for book in (name for name in (f"{one}{_REPORT}" for one in _BOOKS) if name in there):
        if _time(there[book]) < max((_time(there[name]) for name in reports if name in there), default=0):
            yield book


def _time(entry: os.DirEntry[str]) -> int:
    return entry.stat().st_mtime_ns
