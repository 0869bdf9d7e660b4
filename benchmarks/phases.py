"""This module makes one report as `build` does, and takes the time of each phase.

Run `python -m benchmarks.phases PROJECT OUT WORKBOOK...`; it prints the seconds that reading, rendering and writing took for
the second half of the workbooks, when all is warm, by the clock and on the processor.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from batchreport import Severity, Template, check, parse_schema, read_workbook
from batchreport.files import write_whole
from batchreport.report.context import Contexts
from batchreport.run.archive import digest_of
from batchreport.run.worker import look_for_garbage_seldom
from benchmarks import material

if TYPE_CHECKING:
    from batchreport.run.archive import Archive

MAKING = ("read", "check", "context", "render")
"""The phases that make a report."""
KEEPING = ("write", "archive")
"""The phases that put it on disk."""


class Maker:
    """A project's schema and a template, made ready for one workbook after another."""

    def __init__(self, folder: Path, template: Path | None = None) -> None:
        self._schema = parse_schema((folder / "summary.toml").read_bytes())
        self._template = Template.parse((template or folder / "plain.docx").read_bytes(), self._schema)
        self._contexts = Contexts(self._schema, self._template.uses, supplements=self._template.supplements)
        look_for_garbage_seldom()

    def make(self, book: Path) -> tuple[dict[str, float], bytes]:
        """Return the seconds of each phase of `MAKING`, and the report."""
        start = perf_counter()
        data, name, period = book.read_bytes(), book.stem, material.PERIOD
        submission = read_workbook(data, self._schema, file=book.name, period=period, name=name)
        read = perf_counter()
        submission = check(submission, self._schema)
        checked = perf_counter() - read
        if errors := [finding for finding in submission.findings if finding.severity is Severity.ERROR]:
            raise RuntimeError(f"{book.name}: {errors[0].code}")
        begun = perf_counter()
        context = self._contexts.of(submission)
        known = perf_counter()
        report = self._template.render(context)
        times = (read - start, checked, known - begun, perf_counter() - known)
        return dict(zip(MAKING, times, strict=True)), report


def keep(report: bytes, path: Path, archive: Archive | None = None) -> dict[str, float]:
    """Write a report where none is yet; return the seconds of each phase of `KEEPING`."""
    start = perf_counter()
    if archive:
        archive.announce(path.name, digest_of(report))
    between = perf_counter()
    write_whole(path, report)
    written = perf_counter()
    if archive:
        archive.confirm(path.name, "")
    return {"write": written - between, "archive": between - start + perf_counter() - written}


def main(folder: Path, out: Path, *workbooks: Path) -> None:
    """Make a report of each workbook; print the times, without that of checking."""
    maker = Maker(folder)
    half = len(workbooks) // 2
    found, begun = dict.fromkeys((*MAKING, *KEEPING), 0.0), process_time()
    for number, book in enumerate(workbooks):
        if number == half:
            found, begun = dict.fromkeys(found, 0.0), process_time()
        times, report = maker.make(book)
        times |= keep(report, out / f"{book.stem}.docx")
        found = {phase: seconds + times[phase] for phase, seconds in found.items()}
    said = {"read": found["read"], "render": found["context"] + found["render"] + found["write"]}
    print(
        json.dumps({"documents": len(workbooks) - half, **said, "processor": process_time() - begun - found["check"]})
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
