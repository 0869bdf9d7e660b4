"""This module prints docs/performance.md: every benchmark, measured now.

Run `python -m benchmarks.page [--only departments,growth] [--count 1000] [--many 10000] [--repeat 5] > docs/performance.md`.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from benchmarks import bar, cluster, departments, growth, material, measure, node, rows, startup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.measure import Found, Reached, Table

_HEAD = """\
# Performance

{machine} when the run began and {load} when it ended. Made by `{command} > docs/performance.md`; on another machine the times differ,
the ratios less. What is compared runs in turn, A B C A B C …; a ratio is the median of those of each turn. Where the load is above the
number of cores, other work ran beside it: then processor time says more than the clock.
"""
_TEXTS = {
    "departments": """\
## Departments

Each workbook is a filled blank workbook with a profile, six tables and about {records} records; the template makes three
pages of plain tags. *naive* is the loop everyone writes, [naive.py](../benchmarks/naive.py): `pandas.read_excel` for each sheet, then
`DocxTemplate(…).render(…, autoescape=True)` and `save`; *opened once* keeps one `pandas.ExcelFile` a workbook. *docxtemplater* and
*easy-template-x* do the same in Node {node}, the workbooks read by SheetJS ([node/](../benchmarks/node)), the template in their tags; what
they take for a document is taken of the second half of those that they do, when their code has been compiled. All must make the same
texts in body, tables, header and footer. None of them checks the workbook or guards against half-written files. CPU counts all
processes of a run, peak memory the largest; what all processes have at once counts what they share once. `write` and `archive` wait for the disk.
""",
    "growth": """\
## Many departments

The second run finds that nothing has changed: all reports of the first lie there, and are proved to be those that were written.
""",
    "cluster": """\
## A cluster

`batchreport build --cluster` with a scheduler and workers of one process each, all on this machine and over TCP: with more workers than cores
it shows what Dask costs, not what a cluster gains.
""",
    "startup": """\
## Start-up

Each line is a new process.
""",
    "rows": """\
## Rows

One process makes one report with one table.
""",
}


def measured(only: Sequence[str], counts: tuple[int, int], repeat: int, large_repeat: int) -> dict[str, Found]:
    """Measure the sections asked for, and return what was found; takes minutes.

    `counts` are the departments of most runs, and of the largest.
    """
    count, many = counts
    sections: dict[str, Callable[[], Found]] = {
        "departments": lambda: departments.measured(departments.Options((count // 10, count), repeat)),
        "growth": lambda: growth.measured(growth.Options(count, many, large_repeat)),
        "cluster": lambda: cluster.measured(cluster.Options(count, large_repeat)),
        "startup": lambda: startup.measured(2 * repeat + 1),
        "rows": lambda: rows.measured(repeat),
    }
    return {name: measure_it() for name, measure_it in sections.items() if name in only}


def page(found: dict[str, Found], machine: str) -> str:
    """Return the page with what was found."""
    reached: dict[str, Reached] = {key: one for section in found.values() for key, one in section.reached.items()}
    command = " ".join(["python -m benchmarks.page", *sys.argv[1:]])
    said = {"records": material.RECORDS, "node": node.version()}
    head = _HEAD.format(machine=machine, load=measure.load(), command=command)
    texts = [_section(head, [bar.table(reached)])]
    texts += [_section(_TEXTS[name].format(**said), section.tables) for name, section in found.items()]
    return "\n".join(texts)


def _section(text: str, tables: Sequence[Table]) -> str:
    return "\n".join([text, *(f"{table.markdown()}\n" for table in tables)])


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(_TEXTS), help="the sections, between commas; all if not said")
    parser.add_argument("--repeat", type=int, default=5, help="turns; medians are shown")
    parser.add_argument("--count", type=int, default=departments.JUDGED, help="departments of most runs")
    parser.add_argument("--many", type=int, default=growth.Options.many, help="departments of the largest run")
    parser.add_argument("--large-repeat", type=int, default=3, help="turns of the largest run and of the cluster")
    chosen = parser.parse_args()
    only = chosen.only.split(",")
    if unknown := set(only) - set(_TEXTS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(_TEXTS)}")
    machine = measure.machine()
    print(page(measured(only, (chosen.count, chosen.many), chosen.repeat, chosen.large_repeat), machine), end="")


if __name__ == "__main__":
    main()
