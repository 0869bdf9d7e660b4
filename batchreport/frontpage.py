"""This module gathers what the page of a period shows, from a build and from what the archive knows of letters."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from batchreport.period import Period
from batchreport.project import ARCHIVE, SUBMISSIONS
from batchreport.remote import shown as address
from batchreport.report.rollup.names import gathered
from batchreport.run.archive import digest_of
from batchreport.run.ledger import digests
from batchreport.run.page import Page, digest_of_page, page
from batchreport.run.page.figures import Indicator, as_plain, from_plain, indicators
from batchreport.run.stand import Came, Standings, settled
from batchreport.shelf import NAMES
from batchreport.standing import findings_of, mail_of, on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from batchreport.findings import Finding
    from batchreport.project import Project
    from batchreport.report.rollup.gather import Gathering
    from batchreport.run.ledger import Ledger
    from batchreport.schema import Schema
    from batchreport.shelf import Done

INDEX = "index.html"
"""The page's name in a period's folder."""


class FrontPage:
    """Makes the pages of one build; `out` is the folder for what is made."""

    def __init__(self, project: Project, schema: Schema, ledger: Ledger, out: Path) -> None:
        self._project = project
        self._schema = schema
        self._ledger = ledger
        self._out = out
        self._roster = project.roster()
        self._at = out.resolve()
        self._home = (project.root / SUBMISSIONS).resolve()
        self._language = project.settings.language or schema.language
        self._figures: dict[Period, tuple[Indicator, ...]] = {}

    def take(self, period: Period, digest: str, gathering: Callable[[], Gathering]) -> None:
        """Take in the key figures of a period: those of an earlier build, where the roll-up was made of the same."""
        known = self._ledger.recall("figures", str(period), digest)
        self._figures[period] = self._indicators(period, digest, gathering) if known is None else from_plain(known)

    def made(
        self,
        period: Period,
        done: Iterable[Done],
        findings: Sequence[Finding],
        put: Callable[[str, bytes], Iterator[Path]],
    ) -> Iterator[Path]:
        """Yield where the page of a period is, which `put` writes; one that an earlier build has written of the same stays.

        None is written where all that a build knows of the period came for another one.
        """
        shown = self._page(period, done, findings)
        if shown is None:
            return
        digest = digest_of_page(shown)
        path = self._out / str(period) / INDEX
        known = self._ledger.recall("page", str(period), digest)
        if known and digests([path]) == [known]:
            yield path
            return
        data = page(shown)
        yield from put(INDEX, data)
        self._ledger.note("page", str(period), digest, digest_of(data))

    def _indicators(self, period: Period, digest: str, gathering: Callable[[], Gathering]) -> tuple[Indicator, ...]:
        made = gathering()
        summed = (pair for section in gathered(self._schema) for pair in made.totals(section).totals)
        found = indicators(summed, self._language)
        self._ledger.note("figures", str(period), digest, as_plain(found))
        return found

    def _page(self, period: Period, done: Iterable[Done], findings: Sequence[Finding]) -> Page | None:
        came = [self._came(one) for one in done if _belongs(one, period)]
        if not any(one.is_for(period) for one in came):
            return None
        schema, settings = self._schema, self._project.settings
        archive = self._out / ARCHIVE
        mail = mail_of(self._project, period, archive)
        items = settled(period, self._roster, came, mail, on_disk(self._project, self._out, period))
        return Page(
            self._language,
            (schema.title_en or schema.title) if self._language == "en" else schema.title,
            settings.organisation,
            Standings(period, self._project.deadline(period), items),
            self._way_home(period),
            len(came),
            documents=tuple(self._documents(period)),
            indicators=self._figures.get(period, ()),
            findings=tuple(one for one in (*findings_of(self._project), *findings) if _concerns(one, period)),
        )

    def _came(self, done: Done) -> Came:
        path = f"{self._at}/{self._ledger.whereabouts(done.outcome.file)}"
        report = f"{done.path.parent.name}/{done.path.name}" if done.path else ""
        return Came(done.outcome, _between(path, self._home), report)

    def _way_home(self, period: Period) -> str:
        """Return where the project's workbooks are, from the page; "" where one of the two has another address."""
        page = self._at / str(period)
        return "" if address(self._out) or address(self._home) else _between(str(self._home), page)

    def _documents(self, period: Period) -> list[str]:
        """Return the names of what stands over all departments and is there."""
        names = NAMES[self._schema.language]
        wanted = [f"{names[kind]}{ending}" for kind in ("rollup", "book") for ending in (".docx", ".pdf", ".xlsx")]
        return [name for name in wanted if (self._out / str(period) / name).is_file()]


def _belongs(done: Done, period: Period) -> bool:
    """Tell whether a workbook is of a period, or lies among its workbooks though it is of another one."""
    wrong = next((one for one in done.outcome.findings if one.code == "period-wrong"), None)
    return done.outcome.period == period if wrong is None else wrong.details.get("wanted") == str(period)


def _concerns(finding: Finding, period: Period) -> bool:
    """Tell whether a finding is about this period, or about none."""
    other = Period.parse(finding.place.file.partition("/")[0]) if "/" in finding.place.file else None
    return other in {None, period}


def _between(path: str, start: Path) -> str:
    """Return a path as it is told from a folder, both without links in them; "" where it lies on another drive."""
    try:
        return os.path.relpath(path, start).replace(os.sep, "/")
    except ValueError:
        return ""
