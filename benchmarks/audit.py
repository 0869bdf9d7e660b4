"""This module shows what the audit of each report costs: the same workbooks built with it and without, in turn.

Run `python -m benchmarks.audit [--repeat 9] [--markdown]`. Only processor time is compared, so that what else the machine
does changes little.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING
from unittest.mock import patch

from batchreport.files import write_whole
from batchreport.report.environment import Sandbox
from batchreport.report.watch import Watch
from batchreport.run.pipeline import Kit, Pipeline, Source
from benchmarks import material, measure
from benchmarks.measure import Found, Table, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 0.15
_BOOKS = 40


def measured(repeat: int = 9) -> Found:
    """Measure, and return what was found; raises `RuntimeError` where the audit takes more than it may."""
    folder = material.project(_BOOKS)
    books = material.workbooks(folder)
    rows = []
    for name, template in (("plain template", folder / "plain.docx"), ("starter's template", _starter())):
        kit = Kit((folder / "summary.toml").read_bytes(), "summary.toml", template.read_bytes(), template.name)
        sources = [Source(book.name, book.read_bytes(), book.stem, material.PERIOD) for book in books]
        audited, bare = _in_turn(kit, sources, repeat)
        share = 1 - 1 / ratio(audited, bare)
        if share > _MOST:
            raise RuntimeError(f"{name}: the audit takes {share:.1%} of a run")
        each = 1000 / len(sources)
        rows.append((name, f"{median(bare) * each:.1f}", f"{median(audited) * each:.1f}", f"{share:.1%}"))
    headings = ("", "ms a report without", "with", "the audit's share")
    return Found([Table(f"The audit of {_BOOKS} reports, processor time", headings, rows)])


def _starter() -> Path:
    return Path(__file__).parents[1] / "templates" / "summary.docx"


def _in_turn(kit: Kit, sources: Sequence[Source], repeat: int) -> tuple[list[float], list[float]]:
    """Return the seconds of each turn with the audit and without it; the first turn, which fills the caches, is left out."""
    audited = Pipeline.of(kit)
    with patch.object(Sandbox, "look_at"), patch.object(Watch, "see"):  # what hides cells is not looked for
        bare = Pipeline.of(kit)
    bare.template._audit = lambda *_: []  # type: ignore[union-attr]  # noqa: SLF001  (there is no other way to have none)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeat + 1):
        for pipeline, seconds in zip((audited, bare), found, strict=True):
            seconds.append(_seconds(pipeline, sources))
    return found[0][1:], found[1][1:]


def _seconds(pipeline: Pipeline, sources: Sequence[Source]) -> float:
    """Return the processor time of reading, checking, rendering and writing every workbook."""
    with tempfile.TemporaryDirectory() as place:
        start = process_time()
        for source in sources:
            outcome = pipeline(source)
            if outcome.report is None:
                raise RuntimeError(f"{source.file}: {outcome.findings}")
            write_whole(Path(place) / f"{source.name}.docx", outcome.report)
        return process_time() - start


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--markdown", action="store_true")
    chosen = parser.parse_args()
    measure.show(measured(chosen.repeat), markdown=chosen.markdown)
