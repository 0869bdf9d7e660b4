"""This module draws the pages of a PDF as pictures by pdftoppm, where that is there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from batchreport.files import write_whole
from batchreport.findings import Finding, Place, error

_PROGRAM = "pdftoppm"
_SECONDS = 120
_DOTS = 80  # an inch
_MOST = 12  # pages


def to_png(pdf: Path, program: str | None = None) -> tuple[list[Path], Finding | None]:
    """Draw the first pages of a PDF into a PNG beside it ("summary-1.png"), and take away those of pages that are no more.

    Returns what was written; and, where pdftoppm is not there or fails, the finding that says so.
    """
    found = program or shutil.which(_PROGRAM)
    if found is None:
        return [], error("pdf-no-pdftoppm")
    with tempfile.TemporaryDirectory(prefix="batchreport-", ignore_cleanup_errors=True) as folder:
        command = [found, "-png", "-r", str(_DOTS), "-l", str(_MOST), str(pdf), str(Path(folder) / "page")]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603  (names of ours)
        except (OSError, subprocess.TimeoutExpired):
            return [], error("pdf-not-drawn", Place(file=pdf.name))
        pages = sorted(Path(folder).glob("page-*.png"), key=lambda page: int(page.stem.partition("-")[2]))
        if ended.returncode or not pages:
            return [], error("pdf-not-drawn", Place(file=pdf.name))
        made = [pdf.with_name(f"{pdf.stem}-{number}.png") for number in range(1, len(pages) + 1)]
        for path, page in zip(made, pages, strict=True):
            write_whole(path, page.read_bytes())
    _clear(pdf, len(made))
    return made, None


def _clear(pdf: Path, count: int) -> None:
    """Take away pictures of pages that the PDF had before."""
    number = count + 1
    while (path := pdf.with_name(f"{pdf.stem}-{number}.png")).exists():
        path.unlink()
        number += 1
