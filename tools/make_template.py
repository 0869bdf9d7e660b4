"""This module makes the templates from their texts (tools/template/*.txt) and their looks (batchreport/report/bench/look/).

Run `python -m tools.make_template` after a change to either; the same sources give the same bytes. How a text is written
is said in batchreport/report/bench/drawing.py; `@submitted`, `@late` and `@ending` stand for the lines that new roll-ups have too.
"""

from __future__ import annotations

from pathlib import Path

from batchreport.report.bench.looks import docx
from batchreport.report.bench.new_rollup_words import standing

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
    (target / name).write_bytes(docx(_text(file), look))


def _text(file: str) -> str:
    said = standing("en") if file.endswith(".en.txt") else standing("zh", due="总结")
    standing_for = {f"@{key}": lines for key, lines in said.items()}
    lines = (SOURCE / file).read_text("utf-8").splitlines()
    return "\n".join(one for line in lines for one in standing_for.get(line, (line,))) + "\n"


if __name__ == "__main__":
    for template in TEMPLATES:
        make(template)
