"""This module makes one report as `build` does, and takes the time of each phase."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from batchreport import Severity, Template, check, parse_schema, read_workbook
from batchreport.files import write_whole
from batchreport.report.context import Contexts
from benchmarks import material

if TYPE_CHECKING:
    from pathlib import Path

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
        self._contexts = Contexts(self._schema, self._template.uses)

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


def keep(report: bytes, path: Path, archive: Archive) -> dict[str, float]:
    """Write a report where none is yet; return the seconds of each phase of `KEEPING`."""
    start = perf_counter()
    archive.announce(path.name, report)
    between = perf_counter()
    write_whole(path, report)
    written = perf_counter()
    archive.confirm(path.name, report)
    return {"write": written - between, "archive": between - start + perf_counter() - written}
