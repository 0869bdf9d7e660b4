"""This module lays out what a page shows: lines, links and lengths, so that its template only has to place them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from batchreport.findings import condense
from batchreport.period import day_label
from batchreport.run.page.indicator import NONE, Figures
from batchreport.run.stand import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from batchreport.findings import Finding
    from batchreport.run.stand import Standing, Standings

_AT_ONCE = 50  # lines that a browser lays out together
_MANY = 200  # departments, above which a browser lays out only what is looked at
_MOST = 40  # findings of a department; the marked copy has them all
_FEW = 5  # cells that a finding names
_BARS = 10
_DAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a period shows.

    Links are told from the folder that the page lies in, percent-encoding apart: `workbooks` is where the project's
    folder of workbooks is, `documents` has what stands over all departments. `workbooks_read` counts workbooks, those
    that others have replaced among them. `findings` are about the run as a whole.
    """

    language: str
    title: str
    organisation: str
    standings: Standings
    workbooks: str
    workbooks_read: int
    documents: tuple[str, ...] = ()
    figures: Figures = NONE
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A department as its line shows it; `link` takes to its findings, "" where it has none."""

    number: int
    one: Standing
    sent: tuple[str, str]
    received: tuple[str, str]
    report: str
    marked: str
    draft: str
    workbook: str
    findings: tuple[dict[str, Any], ...]
    more: int


def view_of(page: Page) -> dict[str, Any]:
    """Return what the template places."""
    standings = page.standings
    lines = [_line(number, one, page) for number, one in enumerate(standings.items, 1)]
    return {
        "page": page,
        "period": standings.period.label(page.language),
        "deadline": _deadline(standings.deadline, page.language),
        "states": [(state, count) for state in STATES if (count := standings.count(state))],
        "total": len(lines),
        "many": _MANY,
        "good": standings.count("good"),
        "bar": _stacked(standings.items),
        "mails": any(one.sent or one.reminders for one in standings.items),
        "groups": _groups(standings),
        "chunks": [lines[at : at + _AT_ONCE] for at in range(0, len(lines), _AT_ONCE)],
        "wrong": [found[at : at + _AT_ONCE] for found in [_found(lines)] for at in range(0, len(found), _AT_ONCE)],
        "bars": [one for one in page.figures.shown if one.before][:_BARS],
        "missing": [one.department.name for one in standings.items if one.state in {"awaited", "unsent"}],
        "reports": sum(bool(one.report) for one in standings.items),
        "faulty": sum(bool(one.file) and one.state != "good" for one in standings.items),
        "documents": [(name, link(name)) for name in page.documents],
        "findings": _shown(page.findings, page.language),
    }


@cache
def words_of(language: str) -> dict[str, Any]:
    """Return the words of the page in a language."""
    text = files("batchreport").joinpath("run/page/words.toml").read_text("utf-8")
    known: dict[str, Any] = tomllib.loads(text)[language]
    return known


def link(path: str) -> str:
    """Return a path as a relative address: never one with a scheme or a host, whatever a file is called."""
    return "" if not path or path.startswith("/") else quote(path.encode("utf-8", "surrogateescape"), safe="/")


def _line(number: int, one: Standing, page: Page) -> Line:
    findings = _shown(one.findings, page.language, file=False)
    return Line(
        number,
        one,
        sent=_moment(one.sent),
        received=_moment(one.received),
        report=link(f"../{one.report}" if one.report else ""),
        marked=link(f"../{one.marked}" if one.marked else ""),
        draft=link(f"../{one.draft}" if one.draft else ""),
        workbook=link(f"{page.workbooks}/{one.file}" if one.file and page.workbooks else ""),
        findings=tuple(findings[:_MOST]),
        more=sum(found["count"] for found in findings[_MOST:]),
    )


def _found(lines: Sequence[Line]) -> list[Line]:
    """Return the departments that have something to mend, those with errors first."""
    return sorted((line for line in lines if line.findings), key=lambda line: not line.one.errors)


def _moment(at: datetime | None) -> tuple[str, str]:
    """Return a moment for programs and for people without a script, both in UTC."""
    return (f"{at:%Y-%m-%dT%H:%MZ}", f"{at:%m-%d %H:%M} UTC") if at else ("", "")


def _deadline(day: date | None, language: str) -> tuple[str, str] | None:
    if day is None:
        return None
    of_week = _DAYS[language][day.weekday()]
    return day.isoformat(), f"{day_label(day, language)}{f'（星期{of_week}）' if language == 'zh' else f' ({of_week})'}"


def _stacked(items: Sequence[Standing]) -> list[tuple[str, str, str]]:
    """Return the parts of a bar, state by state: where each begins, and its length, in thousandths."""
    found: list[tuple[str, str, str]] = []
    begin, scale = 0.0, 1000 / max(len(items), 1)
    for state in STATES:
        length = sum(one.state == state for one in items) * scale
        if length:
            found.append((state, f"{begin:.1f}", f"{length:.1f}"))
        begin += length
    return found


def _groups(standings: Standings) -> list[dict[str, Any]]:
    """Return how far each group of the roster is; none where it has no groups."""
    found: dict[str, list[Standing]] = {}
    for one in standings.items:
        found.setdefault(one.department.group, []).append(one)
    if set(found) <= {""}:
        return []
    return [
        {
            "name": name,
            "total": len(own),
            "counts": {state: sum(one.state == state for one in own) for state in STATES},
            "bar": _stacked(own),
        }
        for name, own in found.items()
    ]


def _shown(findings: Iterable[Finding], language: str, *, file: bool = True) -> list[dict[str, Any]]:
    """Return findings as the page shows them, gravest first, several of one kind as one."""
    found = sorted(condense(findings), key=lambda pair: -pair[0].severity)
    return [dict(_finding(finding, others, language, file=file)) for finding, others in found]


def _finding(finding: Finding, others: Sequence[str], language: str, *, file: bool) -> Iterator[tuple[str, Any]]:
    place = finding.place
    cells = [cell for cell in others if cell]
    within = f"{place.sheet}!{place.cell}" if place.cell else place.sheet
    yield "severity", finding.severity.name.lower()
    yield "place", place.text(language) if file else within
    yield "others", words_of(language)["join"].join(cells[:_FEW]) + ("…" if len(cells) > _FEW else "")
    yield "what", finding.what(language)
    yield "remedy", finding.remedy(language)
    yield "count", 1 + len(others)
