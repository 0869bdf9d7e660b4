"""This module draws what docs/templates.md shows: python -m tools.make_bench_pictures. It needs LibreOffice and poppler.

It goes the way of that page: a project, a column more, its tag in the template, and the previews.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from batchreport.zips import restamp
from tools.strip import draw

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/templates"
COLUMN = '  { key = "warranty", title = "质保到期", type = "date" },\n'
BEFORE, AFTER = "行.地点) }}", "行.地点, 行.质保到期|日期('短')|前加('质保到')) }}"
PICTURES = {
    "fields": ("速查", (1, 2)),
    "preview": ("out/preview/summary-typical", (1, 2, 3)),
    "new": ("templates/draft", (1, 2, 3)),
    "new-preview": ("out/preview/draft-typical", (1, 2, 3)),
}
"""What is shown: the document, and its pages."""


def main() -> None:
    """Go the way of the page in a folder of its own, and draw what it shows."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _walk(folder)
        for picture, (document, pages) in PICTURES.items():
            draw(folder / f"{document}.docx", pages, folder / picture, TARGET / f"{picture}.png", wide=True)


def _walk(folder: Path) -> None:
    """Do what docs/templates.md tells a designer to do."""
    _batchreport(folder, "init")
    schema = folder / "templates/summary.toml"
    schema.write_text(
        schema.read_text("utf-8").replace('  { key = "amount"', f'{COLUMN}  {{ key = "amount"', 1), "utf-8"
    )
    template = folder / "templates/summary.docx"
    whole = template.read_bytes()
    template.write_bytes(_typed(whole, BEFORE, AFTER))
    _batchreport(folder, "template", "preview")
    _batchreport(folder, "template", "fields", "--docx", "速查.docx")
    _batchreport(folder, "template", "new", "templates/draft.docx")
    _batchreport(folder, "template", "preview", "templates/draft.docx")


def _batchreport(folder: Path, *arguments: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "batchreport", *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=False)  # noqa: S603  (1: there are warnings)


def _typed(docx: bytes, before: str, after: str) -> bytes:
    """Return a document with another text in its body, as if it had been typed in Word."""
    with tempfile.TemporaryFile() as file:
        file.write(docx)
        with zipfile.ZipFile(file) as old, tempfile.TemporaryFile() as made:
            with zipfile.ZipFile(made, "w") as new:
                for name in old.namelist():
                    data = old.read(name)
                    new.writestr(
                        name, data.replace(before.encode(), after.encode()) if name == "word/document.xml" else data
                    )
            made.seek(0)
            return restamp(made.read())


if __name__ == "__main__":
    main()
