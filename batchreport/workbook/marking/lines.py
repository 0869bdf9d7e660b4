"""This module turns findings into the lines of the list, and into what is said on each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import Severity
from batchreport.workbook.marking.listing import Line, words
from batchreport.workbook.marking.sheet import cell_position, cell_text
from batchreport.workbook.scan import Position

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from batchreport.findings import Finding
    from batchreport.workbook.marking.sheet import Sheet

_FEW = 5  # findings of one kind in one column have a line each, more of them one together
_LONG, _LONGEST = 60, 1500  # signs of a cell that the list shows, and of all that a comment says

Cells = dict[str, dict[Position, tuple[Severity, str]]]
"""What is wrong with the cells of each sheet: the gravest severity, and the comment."""


def grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return the findings in groups that have a line each, in their order."""
    alike: dict[object, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(_kind(finding), []).append(finding)
    groups = []
    for finding in findings:
        group = alike[_kind(finding)]
        if len(group) <= _FEW or not finding.place.cell:
            groups.append([finding])
        elif group[0] is finding:
            groups.append(group)
    return groups


def lines_of(
    groups: Sequence[Sequence[Finding]],
    sheets: Mapping[str, Sheet],
    visible: Mapping[str, bool],
    strings: Sequence[str],
    language: str,
) -> list[Line]:
    """Return the lines of the list; `visible` says of each sheet whether a link can lead there."""
    lines = []
    for group in groups:
        first = group[0]
        place = first.place
        lines.append(
            Line(
                severity=first.severity,
                sheet=place.sheet,
                cell=place.cell,
                found=_found(first, sheets.get(place.sheet), strings, language),
                what=first.what(language),
                remedy=first.remedy(language),
                count=len(group),
                jump=visible.get(place.sheet, False),
            )
        )
    return lines


def cells_to_mark(groups: Sequence[Sequence[Finding]], sheets: Mapping[str, Sheet], language: str) -> Cells:
    """Return what to put on which cells: warnings and errors, those of one cell together."""
    grave: dict[tuple[str, Position], Severity] = {}
    texts: dict[tuple[str, Position], list[str]] = {}
    for number, group in enumerate(groups, 1):
        for finding in group:
            at = cell_position(finding.place.cell)
            sheet = sheets.get(finding.place.sheet)
            if at is None or sheet is None or finding.severity < Severity.WARNING:
                continue
            key = (finding.place.sheet, sheet.home(at))
            grave[key] = max(grave.get(key, Severity.NOTE), finding.severity)
            texts.setdefault(key, []).append(_said(number, finding, language))
    cells: Cells = {}
    for (name, at), severity in sorted(grave.items()):
        cells.setdefault(name, {})[at] = (severity, "\n".join(texts[name, at])[:_LONGEST])
    return cells


def _kind(finding: Finding) -> object:
    details = tuple(sorted((name, str(value)) for name, value in finding.details.items()))
    return finding.code, finding.severity, finding.place.sheet, finding.place.cell.rstrip("0123456789"), details


def _said(number: int, finding: Finding, language: str) -> str:
    remedy = finding.remedy(language)
    text = f"{number}. {finding.what(language)}"
    return f"{text}\n{words(language)['mend']}{remedy}" if remedy else text


def _found(finding: Finding, sheet: Sheet | None, strings: Sequence[str], language: str) -> str:
    """Return what stands in the cell, as the finding says it or else as it is stored."""
    found = finding.details.get("found")
    if isinstance(found, str) and found:
        return _short(found)
    if finding.code.startswith("picture-"):
        return words(language)["picture"]
    at = cell_position(finding.place.cell)
    if at is None or sheet is None:
        return ""
    return _short(cell_text(sheet.find(sheet.home(at)), strings)) or words(language)["blank"]


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
