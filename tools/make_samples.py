"""This module makes the sample workbooks and the roster of the sample project from tools/samples.

Run it as `python -m tools.make_samples`.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.styles import Font, PatternFill

from batchreport.schema import parse_schema
from batchreport.workbook.blank import save
from tools.markdown_book import filled, parse, plain
from tools.sample_pictures import illustrated

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tools" / "samples"


def made() -> dict[Path, bytes]:
    """Return the bytes of every sample workbook and of the roster, by path."""
    schema = parse_schema((ROOT / "templates" / "summary.toml").read_bytes())
    files = {ROOT / "departments.xlsx": _roster()}
    for source in sorted(SAMPLES.glob("*/*.md")):
        book = parse(source.read_text("utf-8"))
        workbook = illustrated(filled(book, schema), source.parent.name, book.name)
        files[ROOT / "workbooks" / source.parent.name / f"{book.name}.xlsx"] = workbook
    return files


def _roster() -> bytes:
    text = (SAMPLES / "departments.md").read_text("utf-8")
    book = load_workbook(BytesIO(plain(parse(text.replace("# departments", "# departments\n## 部门")))))
    sheet = book["部门"]
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
