"""This module makes the workbook of a roll-up: the figures, every record, the findings, who has submitted."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from batchreport.findings import Severity
from batchreport.report.rollup.context import state
from batchreport.report.rollup.gather import Gathering, gather_all
from batchreport.report.rollup.overview import Overview
from batchreport.report.rollup.records import cells_of, write_records
from batchreport.report.rollup.sheet import Level, Sheet, Written
from batchreport.report.rollup.spreadsheet import write_sheets, write_workbook
from batchreport.report.rollup.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import IO

    from batchreport.report.rollup.records import Records
    from batchreport.report.rollup.sheet import Columns
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.rollup.words import Words

_TOGETHER = 200  # rows that are written together


def rollup_xlsx(rollup: Rollup) -> bytes:
    """Return 汇总.xlsx: see `write_xlsx`."""
    target, aside = BytesIO(), BytesIO()
    around = Around(gather_all(Gathering(rollup, frozenset())))
    records = write_records(rollup, aside)
    aside.seek(0)
    write_xlsx(target, around, records, aside)
    return target.getvalue()


class Around:
    """The sheets around the records: figures by indicator and department, findings, who has submitted.

    They can be written before the records are known. `room` gives files for what is put aside meanwhile; `texts` are those
    that already stand in a part of their own.
    """

    def __init__(
        self, gathering: Gathering, room: Callable[[], IO[bytes]] = BytesIO, texts: Sequence[str] = ()
    ) -> None:
        self._gathering = gathering
        self.room = room
        rollup = gathering.rollup
        self.words, self.cells = WORDS[rollup.schema.language], cells_of(rollup, texts)
        overview = Overview(gathering, self.words)
        self.first = self._written(overview.sheet(self.words.overview), overview.rows(), first=True)
        self.last = [
            self._written(sheet, ((columns, Level.SINGLE) for columns in _by_columns(rows)))
            for sheet, rows in (
                (_findings_sheet(self.words), _findings(rollup, self.words)),
                (_submissions_sheet(self.words), _submissions(rollup)),
            )
        ]

    def after(self, texts: Sequence[str]) -> Around:
        """Return the sheets as they are where the records have such texts; few have any, and these serve."""
        return Around(self._gathering, self.room, texts) if texts else self

    def _written(self, sheet: Sheet, rows: Iterable[tuple[Columns, Level]], *, first: bool = False) -> Written:
        written = Written(sheet, self.cells, self.room(), first=first)
        for columns, level in rows:
            written.add(columns, level)
        return written


def write_xlsx(target: IO[bytes], around: Around, records: Records, source: IO[bytes]) -> None:
    """Write 汇总.xlsx: figures by indicator and department, each section's records, findings, who has submitted.

    The same bytes for the same roll-up. `records` have been written into `source`. What is summed is a formula with its
    result.
    """
    around = around.after(records.texts)
    with around.room() as before, around.room() as behind:
        sheets = [write_sheets(before, 1, [around.first]), records.sheets]
        sheets.append(write_sheets(behind, 1 + sum(len(one.sheets) for one in sheets), around.last))
        before.seek(0)
        behind.seek(0)
        some = list(zip(sheets, (before, source, behind), strict=True))
        write_workbook(target, some, around.cells.strings(), around.words.font)


def _by_columns(rows: Iterator[list[Any]]) -> Iterator[Columns]:
    while some := list(islice(rows, _TOGETHER)):
        yield list(zip(*some, strict=True))


def _findings_sheet(words: Words) -> Sheet:
    headings = [
        words.department,
        words.code,
        words.file,
        words.sheet,
        words.cell,
        words.severity,
        words.what,
        words.remedy,
    ]
    return Sheet(words.findings, headings, ["text"] * len(headings))


def _findings(rollup: Rollup, words: Words) -> Iterator[list[Any]]:
    language = rollup.schema.language
    whose = [(one.name, one.code, one.file, one.findings) for one in rollup.departments]
    for name, code, file, findings in (*whose, *(("", "", one.file, one.findings) for one in rollup.unread)):
        for finding in findings:
            yield [
                *(name, code, finding.place.file or file),
                *(finding.place.sheet, finding.place.cell, words.severities[finding.severity]),
                *(finding.what(language), finding.remedy(language)),
            ]


def _submissions_sheet(words: Words) -> Sheet:
    headings = [words.department, words.code, words.state, words.filled_on, words.days_late, words.file, *words.counts]
    kinds = ["text", "text", "text", "date", "integer", "text", "integer", "integer", "integer"]
    return Sheet(words.submissions, headings, kinds)


def _submissions(rollup: Rollup) -> Iterator[list[Any]]:
    for department in rollup.departments:
        yield [
            *(department.name, department.code, state(department, rollup.schema.language), department.filled_on),
            *(department.days_late or None, department.file),
            *((department.count(severity) if department.submission else None) for severity in reversed(Severity)),
        ]
