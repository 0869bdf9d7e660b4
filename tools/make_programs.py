"""This module has every program that runs here save one and the same workbook into tests/cases/programs.

    python -m tools.make_programs [name …]

LibreOffice writes the clock into its files, so only what is named, or not there yet, is made. XlsxWriter, which only
this module needs, is used where it is installed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlwt
from openpyxl import Workbook

from tools.odd_packages import ODD

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parent.parent / "tests/cases/programs"
FORM = [["单位", "示例中心小学"], ["期间", "2026-11"]]
HEADERS = ["名称", "编号", "数量", "计量单位", "完好率", "金额", "日期", "状态", "备注"]
ROWS: list[list[Any]] = [
    ["电脑", "007", 30, "台", 0.965, 12600.5, datetime(2026, 11, 3), "已完成", "A & B <两行>\n第二行"],
    ["操场", "A1", 1234567, "平方米", 1, 0, datetime(2026, 11, 30), "实施中", None],
]
FORMATS = {4: "0.0%", 6: "yyyy-mm-dd"}


def openpyxl() -> bytes:
    """Return the workbook as openpyxl saves it."""
    book = Workbook()
    form, table = book.worksheets[0], book.create_sheet("设施")
    form.title = "表头"
    for row in FORM:
        form.append(row)
    for row in (HEADERS, *ROWS):
        table.append(row)
    for number in range(2, len(ROWS) + 2):
        for column, shown in FORMATS.items():
            table.cell(number, column + 1).number_format = shown
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def pandas(engine: str = "openpyxl") -> bytes:
    """Return the workbook as pandas saves it: percentages without their format, which it does not know."""
    target = BytesIO()
    with pd.ExcelWriter(target, engine=engine) as writer:  # type: ignore[call-overload]
        pd.DataFrame(FORM).to_excel(writer, sheet_name="表头", index=False, header=False)
        pd.DataFrame(ROWS, columns=HEADERS).to_excel(writer, sheet_name="设施", index=False)
    return target.getvalue()


def xlsxwriter() -> bytes:
    """Return the workbook as XlsxWriter saves it, as a table with a total below."""
    import xlsxwriter as program  # type: ignore[import-not-found]  # noqa: PLC0415  (it need not be installed)

    target = BytesIO()
    with program.Workbook(target, {"strings_to_numbers": False}) as book:
        form, table = book.add_worksheet("表头"), book.add_worksheet("设施")
        for number, row in enumerate(FORM):
            form.write_row(number, 0, row)
        looks = {column: book.add_format({"num_format": shown}) for column, shown in FORMATS.items()}
        table.write_row(0, 0, HEADERS)
        for number, row in enumerate(ROWS, 1):
            for column, value in enumerate(row):
                table.write(number, column, value, looks.get(column))
        table.add_table(0, 0, len(ROWS), len(HEADERS) - 1, {"columns": [{"header": text} for text in HEADERS]})
        table.write_formula(len(ROWS) + 1, 2, "=SUM(C2:C3)", None, 1234597)
        table.write(len(ROWS) + 1, 0, "合计")
    return target.getvalue()


def excel_97() -> bytes:
    """Return the workbook as xlwt saves it: Excel 97's format."""
    book = xlwt.Workbook()
    form, table = book.add_sheet("表头"), book.add_sheet("设施")
    for number, row in enumerate(FORM):
        for column, value in enumerate(row):
            form.write(number, column, value)
    for number, row in enumerate([HEADERS, *ROWS]):
        for column, value in enumerate(row):
            look = xlwt.easyxf(num_format_str=FORMATS.get(column, "General") if number else "General")
            table.write(number, column, value, look)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def libreoffice(ending: str, form: str = "") -> bytes:
    """Return openpyxl's workbook as LibreOffice saves it again."""
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "start.xlsx"
        start.write_bytes(openpyxl())
        command = ("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to")
        subprocess.run(  # noqa: S603  (our own words, and a file of ours)
            [*command, form or ending, "--outdir", f"{folder}/out", str(start)], check=True, capture_output=True
        )
        return (Path(folder) / "out" / f"start.{ending}").read_bytes()


PROGRAMS: dict[str, Callable[[], bytes]] = {
    "openpyxl.xlsx": openpyxl,
    "pandas.xlsx": pandas,
    "pandas-xlsxwriter.xlsx": lambda: pandas("xlsxwriter"),
    "xlsxwriter.xlsx": xlsxwriter,
    "xlwt.xls": excel_97,
    "libreoffice.xlsx": lambda: libreoffice("xlsx"),
    "libreoffice.ods": lambda: libreoffice("ods"),
    "libreoffice.xls": lambda: libreoffice("xls"),
    **ODD,
}


def main(names: list[str]) -> None:
    """Make the files that are named, or that are not there yet."""
    for name, make in PROGRAMS.items():
        stem, _, ending = name.rpartition(".")
        path = CASES / f"{stem}-{ending}" / f"示例中心小学.{ending}"
        if name in names or (not names and not path.exists()):
            try:
                data = make()
            except ModuleNotFoundError as problem:
                print(f"{name}: {problem}")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"{name}: {len(data)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
