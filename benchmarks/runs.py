"""This module runs batchreport and the loop everyone writes, each as a program of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document

from batchreport.shelf import NAMES
from benchmarks import material, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Measured

_LANGUAGE = "zh"  # of the project that is measured
NAIVE = {
    "naive, openpyxl": ("openpyxl", "reopen"),
    "naive, calamine": ("calamine", "reopen"),
    "naive, calamine, opened once": ("calamine", "once"),
}
"""The loops: pandas' engine, and whether each sheet opens the workbook anew."""
_SCRIPT = Path(__file__).with_name("naive.py")


def build(folder: Path, jobs: int = 1, workbooks: Path | None = None, out: Path | None = None) -> Measured:
    """Run `batchreport build` on a project, or on one file of it, into an empty folder."""
    with tempfile.TemporaryDirectory() as emptied:
        target = out or Path(emptied)
        options = ["--out", target, "--jobs", jobs, "--quiet"]
        books = workbooks or folder / "workbooks"
        measured = measure.run([sys.executable, "-m", "batchreport", "build", books, *options], folder)
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


def worked(measured: Measured) -> tuple[float, float]:
    """Return the seconds that a naive loop worked, its start-up left out, by the clock and on the processor.

    Our own command prints nothing, and does all there is to do: none for it.
    """
    said = json.loads(measured.output or "{}")
    return said.get("read", 0.0) + said.get("render", 0.0), said.get("processor", 0.0)


def compare(folder: Path) -> None:
    """Raise `RuntimeError` unless both sides make the same document: paragraphs, and rows by their first cell."""
    book = material.workbooks(folder)[0]
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        build(folder, workbooks=book, out=Path(ours))
        naive(folder, "naive, openpyxl", [book], Path(theirs))
        documents = [Document(str(next(Path(place).rglob("*.docx")))) for place in (ours, theirs)]
        shapes = [
            (len(one.paragraphs), [[row.cells[0].text for row in table.rows] for table in one.tables])
            for one in documents
        ]
    if shapes[0] != shapes[1]:
        raise RuntimeError("batchreport and the naive loop make different documents")
