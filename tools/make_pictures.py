"""This module draws the pages that docs/pages.md shows: python -m tools.make_pictures. It needs LibreOffice and poppler."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

from tests.outside import Office, run

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
_SHOWN = 4  # pages of a document
_HEIGHT = 560  # pixels of a page
_GAP = 12


def main() -> None:
    """Build both sample projects in both looks, and draw the first pages of each document."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for project, look in sorted({(project, look) for project, look, _ in PAGES.values()}):
            command = [sys.executable, "-m", "batchreport", "build", "--book", "--template", f"templates/{look}.docx"]
            subprocess.run([*command, "--out", str(out / project / look)], cwd=ROOT / project, check=False)  # noqa: S603
        for name, (project, look, document) in PAGES.items():
            _strip(_drawn(out / project / look / f"{document}.docx", out / name)).save(
                TARGET / f"{name}.png", optimize=True
            )


def _drawn(document: Path, folder: Path) -> list[Path]:
    """Return the pictures of a document's first pages."""
    folder.mkdir()
    (pdf,) = Office(folder / "profile").pdfs([document], folder)
    run("pdftoppm", "-png", "-r", "60", "-l", str(_SHOWN), pdf, folder / "page")
    return sorted(folder.glob("page*.png"))


def _strip(pages: list[Path]) -> Image.Image:
    """Return pages side by side on grey, in few colours, because the file lies in the repository."""
    drawn = [ImageOps.contain(Image.open(page).convert("RGB"), (_HEIGHT, _HEIGHT)) for page in pages]
    width = sum(page.width for page in drawn) + _GAP * (len(drawn) + 1)
    strip = Image.new("RGB", (width, max(page.height for page in drawn) + 2 * _GAP), "#d0d0d0")
    left = _GAP
    for page in drawn:
        strip.paste(page, (left, _GAP))
        left += page.width + _GAP
    return strip.quantize(32)


if __name__ == "__main__":
    main()
