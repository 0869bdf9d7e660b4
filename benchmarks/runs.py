"""This module runs batchreport and the loop everyone writes, each as a program of its own."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document

from batchreport.report_names import NAMES
from benchmarks import material, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.measure import Measured

_LANGUAGE = "zh"  # of the project that is measured
NAIVE = {
    "naive, openpyxl": ("openpyxl", "reopen"),
    "naive, calamine": ("calamine", "reopen"),
    "naive, calamine, opened once": ("calamine", "once"),
}
"""The loops: pandas' engine, and whether each sheet opens the workbook anew."""
_SCRIPT = Path(__file__).with_name("naive.py")
_DAY = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?: 00:00:00)?")


def build(
    folder: Path, jobs: int | None = 1, *options: object, workbooks: Path | None = None, out: Path | None = None
) -> Measured:
    """Run `batchreport build` on a project, or on one file of it, into an empty folder."""
    with tempfile.TemporaryDirectory() as emptied:
        target = out or Path(emptied)
        given = [workbooks or folder / "workbooks", "--out", target, "--quiet", *options]
        given += ["--jobs", jobs] if jobs else []
        measured = measure.run([sys.executable, "-m", "batchreport", "build", *given], folder)
        reports = [path for path in target.glob("*/*.docx") if path.stem not in NAMES[_LANGUAGE].values()]
        made, wanted = len(reports), 1 if workbooks else len(material.workbooks(folder))
    if made != wanted:
        raise RuntimeError(f"{made} reports instead of {wanted}")
    return measured


def naive(folder: Path, name: str, workbooks: Sequence[Path], out: Path | None = None) -> Measured:
    """Run the loop of that name over workbooks of a project, into an empty folder."""
    with tempfile.TemporaryDirectory() as emptied:
        command = [*NAIVE[name], folder / "sheets.json", folder / "plain.docx", out or emptied, *workbooks]
        return measure.run([sys.executable, _SCRIPT, *command])


def each(measured: Measured) -> tuple[float, float]:
    """Return the seconds that a loop took for a document, by the clock and on the processors, as it said itself.

    Our own command prints nothing: none for it.
    """
    said = json.loads(measured.output or "{}")
    count = said.get("documents", 1)
    return (said.get("read", 0.0) + said.get("render", 0.0)) / count, said.get("processor", 0.0) / count


def scaled(measured: Measured, more: int) -> tuple[float, float]:
    """Return the seconds of a run with so many documents more, by the clock and on the processors."""
    seconds, processor = each(measured)
    return measured.seconds + more * seconds, measured.processor + more * processor


def compare(folder: Path, others: Mapping[str, Callable[..., Measured]]) -> None:
    """Raise `RuntimeError` unless all of them make the same document as batchreport: the texts of body, tables and header.

    Each of `others` is called with the workbooks and the folder for what it makes.
    """
    book = material.workbooks(folder)[0]
    with tempfile.TemporaryDirectory() as place:
        build(folder, workbooks=book, out=Path(place))
        ours = _texts(next(Path(place).rglob("*.docx")))
    for name, make in others.items():
        with tempfile.TemporaryDirectory() as place:
            make([book], Path(place))
            theirs = _texts(next(Path(place).rglob("*.docx")))
        if differing := next((pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]), None):
            raise RuntimeError(f"batchreport writes “{differing[0]}”, {name} “{differing[1]}”")
        if len(ours) != len(theirs):
            raise RuntimeError(f"batchreport writes {len(ours)} texts, {name} {len(theirs)}")


def loops(folder: Path, workbooks: Sequence[Path]) -> dict[str, Callable[[], Measured]]:
    """Return what runs each naive loop over the workbooks, by its name."""
    compare(folder, {name: partial(naive, folder, name) for name in NAIVE})
    return {name: partial(naive, folder, name, workbooks) for name in NAIVE}


def _texts(report: Path) -> list[str]:
    """Return the texts of a report; dates are all written in one way, for only ours are written as in Chinese."""
    document = Document(str(report))
    section = document.sections[0]
    paragraphs: Iterable[str] = (
        each.text for part in (section.header, document, section.footer) for each in part.paragraphs
    )
    rows = (" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows)
    return [_DAY.sub(_in_chinese, text) for text in (*paragraphs, *rows)]


def _in_chinese(found: re.Match[str]) -> str:
    day = f"{int(found[3])}日" if found[3] else ""
    return f"{found[1]}年{int(found[2])}月{day}"
