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
from batchreport.report.shown.watch import Watch
from batchreport.run.pipeline import Kit, Pipeline, Source
from benchmarks import material, measure
from benchmarks.measure import Found, Table

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
        share = 1 - sum(bare) / sum(audited)
        if share > _MOST:
            raise RuntimeError(f"{name}: the audit takes {share:.1%} of a run")
        rows.append((name, *(f"{1000 * median(each):.1f}" for each in (bare, audited)), f"{share:.1%}"))
    headings = ("", "ms a report without", "with", "the audit's share")
    return Found([Table(f"The audit of {_BOOKS} reports, processor time", headings, rows)])


def _starter() -> Path:
    return Path(__file__).parents[1] / "templates" / "summary.docx"


def _in_turn(kit: Kit, sources: Sequence[Source], repeat: int) -> tuple[list[float], list[float]]:
    """Return the seconds of each workbook with the audit and without it, the least of all turns: what else runs only adds."""
    audited = Pipeline.of(kit)
    with patch.object(Sandbox, "look_at"), patch.object(Watch, "see"):  # what hides cells is not looked for
        bare = Pipeline.of(kit)
    bare.template._audit = lambda *_: []  # type: ignore[union-attr]  # noqa: SLF001  (there is no other way to have none)
    turns = [[(_seconds(audited, source), _seconds(bare, source)) for source in sources] for _ in range(repeat + 1)]
    least = [tuple(map(min, zip(*of_one, strict=True))) for of_one in zip(*turns, strict=True)]
    return [one for one, _ in least], [one for _, one in least]


def _seconds(pipeline: Pipeline, source: Source) -> float:
    """Return the processor time of reading, checking, rendering and writing a workbook."""
    with tempfile.TemporaryDirectory() as place:
        start = process_time()
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
