"""This module times the book: whether time and memory grow as the departments do, and not faster.

Run `python -m benchmarks.book [--markdown] REPORTS [SIZE...]` with a folder of built reports, which are bound again and
again under new names.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.report.book import Cover, make_book
from benchmarks import measure
from benchmarks.measure import Found, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZES = (30, 100, 300)
_HEADINGS = ["departments", "seconds", "CPU ms each", "peak MB", "book MB"]


def measured(reports: Path, sizes: Sequence[int] = _SIZES) -> Found:
    """Measure, and return what was found."""
    rows = []
    for size in sizes:
        found = measure.run([sys.executable, "-m", "benchmarks.book", "--one", reports, size])
        said = json.loads(found.output)
        rows.append([
            f"{size}", f"{said['seconds']:.1f}", f"{said['processor'] / size * 1e3:.0f}",
            f"{found.megabytes:.0f}", f"{said['bytes'] / 2**20:.1f}",
        ])  # fmt: skip
    return Found([Table("Binding reports into one book", _HEADINGS, rows)])


def one(reports: Path, size: int) -> dict[str, float]:
    """Bind `size` reports, and return seconds, seconds on the processor and the size of the book."""
    paths = sorted(reports.rglob("*.docx"))
    chosen = ((f"{path.stem}{number}", path.read_bytes()) for number, path in enumerate(islice(cycle(paths), size)))
    began, worked = time.perf_counter(), time.process_time()
    book = make_book(chosen, Cover("合订本", "2026年11月"))
    taken = {"seconds": time.perf_counter() - began, "processor": time.process_time() - worked}
    return taken | {"bytes": len(book.data or b"")}


def main() -> None:
    """Measure as the command line says, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", type=Path, metavar="REPORTS")
    parser.add_argument("sizes", type=int, nargs="*", default=_SIZES, metavar="SIZE")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(one(chosen.reports, chosen.sizes[0])))
    else:
        measure.show(measured(chosen.reports, chosen.sizes), markdown=chosen.markdown)


if __name__ == "__main__":
    main()
