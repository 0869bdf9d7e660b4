"""This module binds the reports of a period into one document: cover, contents, and each report in sections of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from batchreport.findings import Finding, Place, error, note
from batchreport.report.book.binding import Binding
from batchreport.report.book.wordml import DamagedError
from batchreport.report.parts import NotDocx

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from batchreport.report.book.front import Cover, Entry

Numbering = Literal["running", "restart"]
_CODES = {"template-old-or-locked": "book-report-locked", "template-strict": "book-report-strict"}


@dataclass(frozen=True, slots=True)
class Book:
    """A book's bytes (none where no report could be taken in), the lines of its contents, and what is to be said."""

    data: bytes | None
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()


def make_book(
    reports: Iterable[tuple[str, bytes]],
    cover: Cover,
    *,
    language: str = "zh",
    numbering: Numbering = "running",
    headings: bool = False,
    missing: Sequence[str] = (),
) -> Book:
    """Return one .docx of all reports, in the order given: pairs of a department's name and its report's bytes.

    `numbering` lets page numbers run through the book or restart in each report; `headings` puts the headings of the
    first level into the contents; `missing` names departments that have no report, said under the contents. A report
    that cannot be taken in is left out, said there and in a finding.
    """
    binding = Binding(language, running=numbering == "running", headings=headings)
    left_out = list(missing)
    findings: list[Finding] = []
    for name, data in reports:
        try:
            comments = binding.add(name, data)
        except (NotDocx, DamagedError) as problem:
            left_out.append(name)
            findings.append(_refused(name, problem))
        else:
            if comments:
                findings.append(note("book-comments-left-out", Place(file=name), n=comments))
    if not binding.entries:
        return Book(None, (), (*findings, error("book-empty")))
    return Book(binding.finish(cover, left_out), tuple(binding.entries), tuple(findings))


def _refused(name: str, problem: NotDocx | DamagedError) -> Finding:
    if isinstance(problem, NotDocx) and problem.code in _CODES:
        return error(_CODES[problem.code], Place(file=name))
    said = problem.details.get("said") or problem.code if isinstance(problem, NotDocx) else str(problem)
    return error("book-report-damaged", Place(file=name), said=said)
