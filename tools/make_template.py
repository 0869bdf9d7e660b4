"""This module makes the templates from their texts (tools/template/*.txt) and their looks (batchreport/report/bench/look/).

Run `python -m tools.make_template` after a change to either; the same sources give the same bytes. How a text is written
is said in batchreport/report/bench/drawing.py.
"""

from __future__ import annotations

from pathlib import Path

from batchreport.report.bench.looks import docx

SOURCE = Path(__file__).parent / "template"
ROOT = Path(__file__).parent.parent
TEMPLATES = {
    "templates/summary.docx": ("summary.txt", "official"),
    "templates/modern.docx": ("summary.txt", "modern"),
    "templates/rollup.docx": ("rollup.txt", "official"),
    "examples/english/templates/summary.docx": ("summary.en.txt", "en/official"),
    "examples/english/templates/modern.docx": ("summary.en.txt", "en/modern"),
    "examples/english/templates/rollup.docx": ("rollup.en.txt", "en/official"),
}
"""The text and the look of each template."""


def make(name: str, target: Path = ROOT) -> None:
    """Write the template `name` below the folder `target`."""
    file, look = TEMPLATES[name]
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    (target / name).write_bytes(docx((SOURCE / file).read_text("utf-8"), look))


if __name__ == "__main__":
    for template in TEMPLATES:
        make(template)
