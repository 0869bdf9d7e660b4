"""This module says which filled cells of a workbook its report does not show, because something in the template hid them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from batchreport.a1 import column_letters, position
from batchreport.findings import Finding, note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from batchreport.report.shown.layout import Use
    from batchreport.report.shown.watch import Watch
    from batchreport.schema import Column, Schema, Section
    from batchreport.submission import Submission

_TAGS = 3  # that one note names
_MOST = 5  # departments that one note names, and blocks of cells of each
_MORE = {"zh": "……等", "en": " …"}
_NOT_MORE = {"zh": "", "en": ""}


class Hidden:
    """Says of one submission after another what its report does not show, of the columns that `watch` has watched.

    `beside` has of a column those of its section whose values `补充` shows with its own.
    """

    def __init__(self, schema: Schema, watch: Watch, beside: Mapping[Use, Iterable[str]]) -> None:
        self._watch = watch
        self._beside = beside
        self._language = schema.language
        self._sections = [
            (section, own)
            for section in schema.sections
            if (own := [column for column in section.columns if (section.key, column.key) in watch.columns])
        ]

    def __call__(self, submission: Submission, context: Mapping[str, Any]) -> tuple[Finding, ...]:
        """Return a note for each section and each way in which cells of it were hidden; `context` made the report."""
        return tuple(
            finding
            for section, columns in self._sections
            if section.key in submission.tables
            for finding in self._of(section, columns, submission, context)
        )

    def _of(
        self, section: Section, watched: list[Column], submission: Submission, context: Mapping[str, Any]
    ) -> Iterator[Finding]:
        rows = (context[section.key],) if section.kind == "form" else context[section.key]
        found: dict[Any, dict[str, list[str]]] = defaultdict(dict)
        for column in watched:
            if cells := self._cells(section, column, submission, rows):
                found[tuple(self._watch.columns[section.key, column.key])][column.heading(self._language)] = cells
        for tags, columns in found.items():
            yield note(
                "template-hides-cells",
                tags[0][0],
                section=section.heading(self._language),
                tags=tuple(dict.fromkeys(tag for _, tag in tags))[:_TAGS],
                columns=tuple(columns),
                file=submission.file,
                sheet=submission.tables[section.key].sheet,
                cells=tuple(blocks(chain.from_iterable(columns.values()))),
                count=sum(map(len, columns.values())),
            )

    def _cells(self, section: Section, column: Column, submission: Submission, rows: Iterable[Any]) -> list[str]:
        """Return the cells of a column that are filled in and not shown."""
        key, use = column.key, (section.key, column.key)
        beside = self._beside.get(use, ())
        return [
            record.cells[key]
            for record, row in zip(submission.tables[section.key].records, rows, strict=False)
            if record.values.get(key) is not None
            and key in record.cells
            and self._watch.hides(use, row)
            and all(record.values.get(other) is None for other in beside)
        ]


@dataclass(slots=True)
class _Sum:
    columns: dict[str, None]
    where: list[str]
    departments: int = 0
    cells: int = 0


def in_sum(hidden: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what is said of departments one by one as one note for all of them: how many cells, and the first places."""
    sums: dict[Any, _Sum] = {}
    for finding in hidden:
        said = finding.details
        key = (finding.place, said["section"], said["tags"])
        one = sums.setdefault(key, _Sum({}, []))
        one.columns |= dict.fromkeys(said["columns"])
        one.departments += 1
        one.cells += said["count"]
        one.where += [_where(said)] if len(one.where) < _MOST else []
    return tuple(
        note(
            "template-hides-cells-of",
            place,
            section=section,
            tags=tags,
            columns=tuple(one.columns),
            where=tuple(one.where),
            more=_MORE if one.departments > len(one.where) else _NOT_MORE,
            departments=one.departments,
            cells=one.cells,
        )
        for (place, section, tags), one in sums.items()
    )


def _where(said: Mapping[str, Any]) -> str:
    cells = said["cells"]
    return f"{said['file']} › {said['sheet']}!{','.join(cells[:_MOST])}{'…' if len(cells) > _MOST else ''}"


def blocks(cells: Iterable[str]) -> list[str]:
    """Return cells as blocks, from the top down: "B5:F7"."""
    rows: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(map(position, cells)):
        rows[row].append(column)
    found: list[list[int]] = []  # first row, first column, last column, last row
    last: dict[tuple[int, int], list[int]] = {}
    for row, columns in rows.items():
        for first, end in _runs(columns):
            block = last.get((first, end))
            if block and block[3] == row - 1:
                block[3] = row
            else:
                last[first, end] = [row, first, end, row]
                found.append(last[first, end])
    return [_block(*block) for block in found]


def _runs(columns: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for column in columns:
        if runs and runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return runs


def _block(first: int, left: int, right: int, last: int) -> str:
    start, end = f"{column_letters(left + 1)}{first + 1}", f"{column_letters(right + 1)}{last + 1}"
    return start if start == end else f"{start}:{end}"
