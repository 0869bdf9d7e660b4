"""This module makes the workbooks and the roster of the sample projects, the English one too, from Markdown.

Run it as `python -m tools.make_samples`.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.styles import Font, PatternFill

from batchreport.schema import parse_schema
from batchreport.workbook.blank import save
from tools.markdown_book import filled, parse, plain
from tools.sample_pictures import illustrated

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PROJECTS = {
    ROOT: (ROOT / "tools/samples", "部门"),
    ROOT / "examples/english": (ROOT / "tools/samples-en", "Departments"),
}
"""Each sample project: its sources, and the sheet of its roster."""


def made() -> dict[Path, bytes]:
    """Return the bytes of every sample workbook and of the rosters, by path."""
    return {path: data for project in PROJECTS for path, data in _project(project)}


def _project(project: Path) -> Iterator[tuple[Path, bytes]]:
    samples, title = PROJECTS[project]
    schema = parse_schema((project / "templates/summary.toml").read_bytes())
    yield project / "departments.xlsx", _roster(samples, title)
    for source in sorted(samples.glob("*/*.md")):
        book = parse(source.read_text("utf-8"))
        workbook = illustrated(filled(book, schema), source.parent.name, book.name)
        yield project / "workbooks" / source.parent.name / f"{book.name}.xlsx", workbook


def _roster(samples: Path, title: str) -> bytes:
    text = (samples / "departments.md").read_text("utf-8")
    book = load_workbook(BytesIO(plain(parse(text.replace("# departments", f"# departments\n## {title}")))))
    sheet = book[title]
    for letter, width in zip("ABCDE", (10, 26, 26, 12, 10), strict=True):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
        sheet[f"{letter}1"].fill = PatternFill("solid", fgColor="DCE6F1")
    sheet.freeze_panes = "A2"
    return save(book)


def main() -> None:
    """Write them all."""
    for path, data in made().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
