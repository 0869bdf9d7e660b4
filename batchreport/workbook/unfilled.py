"""This module colours, in a blank workbook, the cells that must or should be filled in while they are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from batchreport.schema import Column, Rule, Section, When

MUST, SHOULD = "FADADD", "FFF2CC"
"""The colours of an empty cell that must, and of one that should be filled in."""
_LONGEST = 255  # signs of a text in a formula, by Excel's limits


def colour_unfilled(
    sheet: Worksheet, section: Section, cells: Mapping[str, str], at: Mapping[str, str], started: str
) -> None:
    """Add the conditional formats of a section's cells.

    `cells` has the range of each column, `at` the address of its cell in the range's first row; `started` is the
    formula that tells whether a record was begun, or "" where it always is.
    """
    marks = [*_columns(section), *_rules(section, at)]
    marks.sort(key=lambda mark: mark[2] == SHOULD)  # of two that fit, Excel takes the first
    for key, condition, colour in marks:
        tests = [f"LEN(TRIM({at[key]}))=0", *(test for test in (started, condition) if test)]
        formula = f"AND({','.join(tests)})" if len(tests) > 1 else tests[0]
        fill = PatternFill("solid", fgColor=colour, bgColor=colour)
        rule = FormulaRule([formula], stopIfTrue=True, fill=fill)  # type: ignore[no-untyped-call]  # stubs lack it
        sheet.conditional_formatting.add(cells[key], rule)


def _columns(section: Section) -> Iterator[tuple[str, str, str]]:
    for column in section.columns:
        if (column.required or column.expected) and _shows(column):
            yield column.key, "", MUST if column.required else SHOULD


def _rules(section: Section, at: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for rule in section.rules:
        if rule.required and _shows(section.by_key[rule.column]) and _fits_in(rule):
            yield rule.column, fits(rule.when, at) if rule.when else "", MUST if rule.severity == "error" else SHOULD


def _shows(column: Column) -> bool:
    """Return whether a blank cell of the column is one: a default may fill it, and a picture floats above it."""
    return not column.default_from and column.type != "image"


def _fits_in(rule: Rule) -> bool:
    return rule.when is None or all(len(text) <= _LONGEST for text in (*rule.when.is_, *rule.when.is_not))


def fits(when: When, at: Mapping[str, str]) -> str:
    """Return a rule's condition as a formula; where it cannot be computed, it is an error, which colours nothing."""
    cell = at[when.column]
    tests = []
    if when.given is not None:
        tests.append(f"LEN(TRIM({cell})){'>' if when.given else '='}0")
    if when.is_:
        tests.append(f"OR({','.join(f'{cell}={_quoted(text)}' for text in when.is_)})")
    if when.is_not:
        tests.append(f"LEN(TRIM({cell}))>0")
        tests += [f"{cell}<>{_quoted(text)}" for text in when.is_not]
    if when.changed_from:
        base = at[when.changed_from]
        tests += [f"ISNUMBER({cell})", f"ISNUMBER({base})", f"{base}<>0"]
        tests.append(f"ABS({cell}-{base})>ABS({base})*{when.by / 100:g}")
    return ",".join(tests)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
