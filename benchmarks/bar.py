"""This module is the bar: what batchreport is to reach, on two cores, and the table that says whether it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.measure import Reached

LINES = {
    "naive": ("whole `build`, 1,000 departments, checks and roll-up included", "≥ 20 × the naive loop"),
    "node": ("the same", "≥ 4 × the quicker of docxtemplater and easy-template-x"),
    "one process": ("read + render + write, one process", "≥ 400 a second, or ≥ 20 × the naive loop"),
    "growth": ("10,000 departments, time for each", "within 20 % of that at 1,000"),
    "memory": ("10,000 departments, all processes", "under 600 MB, flat"),
    "unchanged": ("unchanged second run over 10,000", "under 3 s"),
    "cold": ("one workbook, cold", "at most 1.3 × the naive script for one"),
    "help": ("`--help`", "under 0.15 s"),
    "template": ("the check of the starter's template", "under 0.5 s"),
    "rows": ("one table of 10,000 rows", "under 3 s, linear from 1,000"),
}
"""The lines by their keys: what is measured, and what it is to reach."""


def table(reached: Mapping[str, Reached]) -> Table:
    """Return the bar beside what was reached."""
    rows = []
    for key, (what, wanted) in LINES.items():
        one = reached.get(key)
        rows.append([what, wanted, *((one.figure, "met" if one.met else "not met") if one else ("not measured", ""))])
    return Table("The bar", ["measure", "bar", "found", ""], rows)
