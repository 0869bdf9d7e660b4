"""This module binds the reports of a period into one book, in the roster's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import Place, note
from batchreport.report.book import Cover, make_book
from batchreport.run.pdf import with_true_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.findings import Finding
    from batchreport.period import Period
    from batchreport.schema import Schema
    from batchreport.settings import Settings
    from batchreport.shelf import Done

_PRINTED_FOR_PAGES = 60  # reports: LibreOffice lays a book of so many out in some half a minute


def bound(  # noqa: PLR0913  (what a book is made of, each by its name)
    done: Sequence[Done],
    period: Period,
    schema: Schema,
    settings: Settings,
    roster: Sequence[tuple[str, str]],
    *,
    file: str,
    whole: bool,
    exact: bool,
) -> tuple[bytes | None, tuple[Finding, ...]]:
    """Return the book of the reports among `done` as .docx bytes, None where it has none, and what there is to say.

    `roster` has the departments' codes and names; a book that is to be `whole` names those that have no report. `exact`
    asks for the true page numbers also where that takes long; `file` names the book in findings.
    """
    reports = [one for one in done if one.path]
    there = {text for one in reports for text in (one.outcome.department, one.outcome.name)}
    book = make_book(
        ((one.outcome.name, one.path.read_bytes()) for one in _in_order(reports, roster) if one.path),
        Cover(_title(schema, whole=whole), period.label(schema.language), settings.organisation, period.end),
        language=schema.language,
        numbering=settings.book.numbering,
        headings=settings.book.headings,
        missing=[name for code, name in roster if not {code, name} & there] if whole else [],
    )
    if not book.data:
        return None, tuple(book.findings)
    paged = with_true_pages(book) if exact or len(reports) <= _PRINTED_FOR_PAGES else None
    guessed = () if paged else (note("book-pages-estimated", Place(file=file)),)
    return paged or book.data, (*book.findings, *guessed)


def _in_order(done: Sequence[Done], roster: Sequence[tuple[str, str]]) -> list[Done]:
    """Return what was done in the roster's order; what stands in none comes last."""
    order = {key: number for number, pair in enumerate(roster) for key in reversed(pair)}
    last = len(order)
    return sorted(done, key=lambda one: min(order.get(key, last) for key in (one.outcome.department, one.outcome.name)))


def _title(schema: Schema, *, whole: bool) -> str:
    """Return what stands on the cover: "工作总结汇编", "Work summary: all departments"."""
    if schema.language == "en":
        return f"{schema.title_en or schema.title}: {'all' if whole else 'some'} departments"
    return f"{schema.title}汇编{'' if whole else '（部分单位）'}"
