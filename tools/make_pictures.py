"""This module draws the pages that docs/pages.md and the READMEs show: python -m tools.make_pictures. It needs LibreOffice and poppler."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tools.strip import draw, draw_tall

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/pages"
PAGES = {
    "primary-school": (".", "summary", "2026-11/xx中心小学"),
    "company": (".", "summary", "2026-11/新东公司后勤部门"),
    "longest": (".", "summary", "2026-11/第二中学"),
    "longest-modern": (".", "modern", "2026-11/第二中学"),
    "charts": (".", "summary", "2026-11/实验小学"),
    "charts-modern": (".", "modern", "2026-11/实验小学"),
    "shortest": (".", "summary", "2026-11/城南幼儿园"),
    "edges": (".", "summary", "2026-11/示例市边界数值综合后勤保障服务中心"),
    "edges-modern": (".", "modern", "2026-11/示例市边界数值综合后勤保障服务中心"),
    "rollup": (".", "summary", "2026-11/汇总"),
    "book": (".", "summary", "2026-11/汇编"),
    "english": ("examples/english", "summary", "2026-11/Riverside Primary School"),
    "english-modern": ("examples/english", "modern", "2026-11/Riverside Primary School"),
    "english-rollup": ("examples/english", "summary", "2026-11/Roll-up"),
}
"""What is shown: the project, the template, and the document in the folder for what is made."""
_ENGLISH = "examples/english/{}/2026-11/Riverside Primary School.docx"
FRONT = {
    "report": (["summary/2026-11/实验小学.docx"], (1, 2)),
    "modern": (["modern/2026-11/实验小学.docx"], (1, 2)),
    "rollup": (["summary/2026-11/汇总.docx"], (1, 2)),
    "english": ([_ENGLISH.format(look) for look in ("summary", "modern")], (1,)),
}
"""What the READMEs show: the documents, from the folder for what is made, and their pages."""
_SHOWN = (1, 2, 3, 4)  # pages of a document


def main() -> None:
    """Build both sample projects in both looks, and draw the first pages of each document."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for project, look in sorted({(project, look) for project, look, _ in PAGES.values()}):
            command = [sys.executable, "-m", "batchreport", "build", "--book", "--template", f"templates/{look}.docx"]
            subprocess.run([*command, "--out", str(out / project / look)], cwd=ROOT / project, check=False)  # noqa: S603
        for name, (project, look, document) in PAGES.items():
            draw(out / project / look / f"{document}.docx", _SHOWN, out / name, TARGET / f"{name}.png")
        for name, (documents, pages) in FRONT.items():
            draw_tall([out / one for one in documents], pages, out / f"{name} tall", TARGET.parent / f"{name}.png")


if __name__ == "__main__":
    main()
