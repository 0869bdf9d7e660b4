"""This module prints docs/performance.md: every benchmark, measured now.

Run `python benchmarks/page.py [--count 200] [--repeat 5] > docs/performance.md`.
"""

from __future__ import annotations

import argparse

from benchmarks import departments, material, measure, rows, startup

_HEAD = """\
# Performance

{machine} when the run began and {load} when it ended. Made by `python benchmarks/page.py --count {count} --repeat {repeat} > docs/performance.md`; on
another machine the times differ, the ratios less. What is compared runs in turn, A B C A B C …; a ratio is the median of those of each
turn. Where the load is above the number of cores, other work ran beside it: then processor time says more than the clock.

## Departments

Each workbook is a filled blank workbook with a profile, six tables and about {records} records; the template makes three
pages of plain tags that docxtpl understands too, and both sides must make the same paragraphs and rows. *naive* is the loop
everyone writes, [naive.py](../benchmarks/naive.py): `pandas.read_excel` for each sheet, then
`DocxTemplate(…).render(…, autoescape=True)` and `save`. It neither checks the workbook nor guards against half-written files.
*opened once* keeps one `pandas.ExcelFile` a workbook. CPU counts all processes of a run, peak memory the largest.
`write` and `archive` wait for the disk.
"""
_STARTUP = """\
## Start-up

Each line is a new process.
"""
_ROWS = """\
## Rows

One process makes one report with one table.
"""


def page(count: int, repeat: int) -> str:
    """Return the page; measures for minutes."""
    machine = measure.machine()
    found = departments.tables(departments.Options(count, repeat))
    started, grown = startup.tables(max(repeat, 11)), rows.tables(min(repeat, 5))
    said = {"machine": machine, "load": measure.load(), "count": count, "repeat": repeat, "records": material.RECORDS}
    sections = ((_HEAD.format(**said), found), (_STARTUP, started), (_ROWS, grown))
    return "\n".join("\n".join([text, *(f"{table.markdown()}\n" for table in tables)]) for text, tables in sections)


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="departments")
    parser.add_argument("--repeat", type=int, default=5, help="turns; medians are shown")
    chosen = parser.parse_args()
    print(page(chosen.count, chosen.repeat), end="")


if __name__ == "__main__":
    main()
