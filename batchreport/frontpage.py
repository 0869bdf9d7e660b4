"""This module gathers what the page of a period shows, from a build and from what the archive knows of letters."""

from __future__ import annotations

import os
from posixpath import normpath
from typing import TYPE_CHECKING

from batchreport.period import Period
from batchreport.project import ARCHIVE, SUBMISSIONS
from batchreport.remote import shown as address
from batchreport.report_names import NAMES
from batchreport.run.archive import digest_of
from batchreport.run.ledger import digest_of_outcomes, digests
from batchreport.run.page import Page, digest_of_page, page
from batchreport.run.page.indicator import NONE, Figures, as_plain, from_plain
from batchreport.run.stand import Came, Standings, settled, uncounted
from batchreport.run.unused import unused
from batchreport.standing import findings_of, mail_of, on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from batchreport.findings import Finding
    from batchreport.project import Project
    from batchreport.report.rollup.gather import Gathering
    from batchreport.run.ledger import Ledger
    from batchreport.run.stand import Mail
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
        self._begin = _between(f"{self._at}/{ledger.whereabouts('')}", self._home)
        self._language = project.settings.language or schema.language
        self._figures: dict[Period, Figures] = {}

    def take(self, period: Period, digest: str, gathering: Callable[[], Gathering]) -> None:
        """Take in the key figures of a period: those of an earlier build, where the roll-up was made of the same."""
        known = self._ledger.recall("figures", str(period), digest)
        self._figures[period] = self._gathered(period, digest, gathering) if known is None else from_plain(known)

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
        mine = [one for one in done if _belongs(one, period)]
        said = tuple(one for one in (*findings_of(self._project), *findings) if _concerns(one, period))
        mail = mail_of(self._project, period, self._out / ARCHIVE)
        digest = self._digest(period, mine, said, mail)
        path = self._out / str(period) / INDEX
        known = self._ledger.recall("page", str(period), digest)
        if known and digests([path]) == [known]:
            yield path
        elif shown := self._page(period, mine, said, mail):
            data = page(shown)
            yield from put(INDEX, data)
            self._ledger.note("page", str(period), digest, digest_of(data))

    def _digest(self, period: Period, mine: Sequence[Done], said: tuple[Finding, ...], mail: Mail) -> str:
        """Return a digest of all that the page of a period is made of; to lay that out takes much longer."""
        there = on_disk(self._project, self._out, period)
        marked = any(letter.kind == "marked" for letter in mail.letters)
        refused = any(receipt.state == "refused" and receipt.sender for receipt in mail.receipts)
        return digest_of_page(
            (
                *(self._ledger.kit, self._language, self._roster, self._project.deadline(period)),
                *(self._project.settings.organisation, self._begin, self._way_home(period), self._documents(period)),
                *(self._figures.get(period), said, mail, sorted(there.copies)),
                digest_of_outcomes((one.outcome, path.name if (path := one.path or one.draft) else "") for one in mine),
                [there.digest(self._came(one).file) for one in mine] if marked or refused else (),
            )
        )

    def _gathered(self, period: Period, digest: str, gathering: Callable[[], Gathering]) -> Figures:
        from batchreport.report.rollup.names import gathered  # noqa: PLC0415  (only where figures are new)
        from batchreport.run.page.figures import figures  # noqa: PLC0415

        made = gathering()
        summed = (pair for section in gathered(self._schema) for pair in made.totals(section).totals)
        found = figures(summed, self._language)
        self._ledger.note("figures", str(period), digest, as_plain(found))
        return found

    def _page(self, period: Period, mine: Sequence[Done], said: tuple[Finding, ...], mail: Mail) -> Page | None:
        came = [self._came(one) for one in mine]
        if not any(one.is_for(period) for one in came):
            return None
        schema, settings = self._schema, self._project.settings
        there = on_disk(self._project, self._out, period)
        items = settled(period, self._roster, came, mail, there)
        said = (*said, *unused(period, mail.receipts, items, there.digest), *uncounted(came, items))
        return Page(
            self._language,
            (schema.title_en or schema.title) if self._language == "en" else schema.title,
            settings.organisation,
            Standings(period, self._project.deadline(period), items),
            self._way_home(period),
            len(came),
            documents=tuple(self._documents(period)),
            figures=self._figures.get(period, NONE),
            findings=said,
        )

    def _came(self, done: Done) -> Came:
        report, draft = (f"{path.parent.name}/{path.name}" if path else "" for path in (done.path, done.draft))
        return Came(done.outcome, self._begin and normpath(f"{self._begin}/{done.outcome.file}"), report, draft)

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
    if not done.outcome.findings:
        return done.outcome.period == period
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
