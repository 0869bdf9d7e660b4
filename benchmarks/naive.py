"""This module is the loop everyone writes: every sheet by `pandas.read_excel`, every report by `DocxTemplate`.

Run `python benchmarks/naive.py ENGINE reopen|once SHEETS.json TEMPLATE.docx OUT WORKBOOK...`; it prints
the seconds that reading and rendering took by the clock, and both on the processor, its imports left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pandas as pd
from docxtpl import DocxTemplate


def main(engine: Any, opened: str, sheets_json: str, template: str, out: str, *workbooks: str) -> None:
    """Make a report of each workbook."""
    sheets = json.loads(Path(sheets_json).read_text("utf-8"))
    seconds = {"read": 0.0, "render": 0.0}
    begun = process_time()
    for workbook in workbooks:
        start = perf_counter()
        book: Any = pd.ExcelFile(workbook, engine=engine) if opened == "once" else workbook
        context = read(book, None if opened == "once" else engine, sheets)
        between = perf_counter()
        document = DocxTemplate(template)
        document.render(context, autoescape=True)
        document.save(Path(out) / f"{Path(workbook).stem}.docx")
        seconds["read"] += between - start
        seconds["render"] += perf_counter() - between
    print(json.dumps({"documents": len(workbooks), **seconds, "processor": process_time() - begun}))


def read(book: Any, engine: Any, sheets: dict[str, tuple[str, str, list[str]]]) -> dict[str, Any]:
    """Return a template's context: the form's fields, and each table as a list of dicts."""
    context: dict[str, Any] = {}
    for sheet, (section, kind, keys) in sheets.items():
        if kind == "form":
            frame = pd.read_excel(book, sheet_name=sheet, header=None, skiprows=2, dtype=object, engine=engine)
            context |= dict(zip(keys, frame[1].fillna(""), strict=False))
        else:
            frame = pd.read_excel(book, sheet_name=sheet, header=2, dtype=object, engine=engine)
            frame.columns = pd.Index(keys)
            context[section] = frame.fillna("").to_dict("records")
    return context


if __name__ == "__main__":
    main(*sys.argv[1:])
