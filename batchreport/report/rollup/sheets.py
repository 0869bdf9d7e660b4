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
from batchreport.report.rollup.sheet import Sheet, Written
from batchreport.report.rollup.spreadsheet import write_sheets, write_workbook
from batchreport.report.rollup.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from batchreport.report.rollup.cells import Cells
    from batchreport.report.rollup.records import Records
    from batchreport.report.rollup.value import Rollup
    from batchreport.report.rollup.words import Words

_TOGETHER = 200  # rows that are written together


def rollup_xlsx(rollup: Rollup) -> bytes:
    """Return 汇总.xlsx: see `write_xlsx`."""
    target, aside = BytesIO(), BytesIO()
    records = write_records(rollup, aside)
    aside.seek(0)
    write_xlsx(target, gather_all(Gathering(rollup, frozenset())), records, aside)
    return target.getvalue()


def write_xlsx(
    target: IO[bytes],
    gathering: Gathering,
    records: Records,
    source: IO[bytes],
    room: Callable[[], IO[bytes]] = BytesIO,
) -> None:
    """Write 汇总.xlsx: figures by indicator and department, each section's records, findings, who has submitted.

    The same bytes for the same roll-up. `records` have been written into `source`. What is summed is a formula with its
    result. `room` gives files for what is put aside meanwhile.
    """
    rollup = gathering.rollup
    words, cells = WORDS[rollup.schema.language], cells_of(rollup, records.texts)
    last = [Written(_findings_sheet(words), cells, room()), Written(_submissions_sheet(words), cells, room())]
    for sheet, rows in zip(last, (_findings(rollup, words), _submissions(rollup)), strict=True):
        while some := list(islice(rows, _TOGETHER)):
            sheet.add(list(zip(*some, strict=True)))
    with room() as before, room() as behind:
        sheets = [write_sheets(before, 1, [_overview(gathering, words, cells, room())]), records.sheets]
        sheets.append(write_sheets(behind, 1 + sum(len(one.sheets) for one in sheets), last))
        before.seek(0)
        behind.seek(0)
        write_workbook(target, list(zip(sheets, (before, source, behind), strict=True)), cells.strings(), words.font)


def _overview(gathering: Gathering, words: Words, cells: Cells, room: IO[bytes]) -> Written:
    """Return the sheet that is seen first, with the figures of all departments."""
    overview = Overview(gathering, words)
    sheet = Written(overview.sheet(words.overview), cells, room, first=True)
    for columns, level in overview.rows():
        sheet.add(columns, level)
    return sheet


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
    for department in rollup.departments:
        for finding in department.submission.findings if department.submission else ():
            yield [
                *(department.name, department.code, finding.place.file or department.file),
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
