"""Workbooks as they come back: everything that people do to a sheet, several things at once."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchreport.a1 import column_letters
from batchreport.period import Period
from batchreport.schema import parse_schema
from batchreport.workbook.cells import is_blank, says_nothing
from batchreport.workbook.check import check
from batchreport.workbook.conditions import word
from batchreport.workbook.read import read_workbook
from tools.markdown_book import Book, Error, Formula, Percent, Sheet, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.findings import Finding
    from batchreport.submission import Submission
    from batchreport.values import Value

SCHEMA = parse_schema(
    """
id = "mangled"
title = "改乱的表"
language = "zh"
[identity]
name = "head.name"
period = "head.period"
[[sections]]
key = "head"
title = "表头"
kind = "form"
columns = [{ key = "name", title = "单位" }, { key = "period", title = "期间" }, { key = "tel", title = "电话" }]
[[sections]]
key = "works"
title = "工程"
columns = [
  { key = "name", title = "名称", required = true },
  { key = "count", title = "数量", type = "number", unit_column = "unit", approx_column = "about" },
  { key = "unit", title = "计量单位" },
  { key = "about", title = "约数" },
  { key = "rate", title = "完好率", type = "percent" },
  { key = "day", title = "日期", type = "date" },
]
[[sections]]
key = "money"
title = "经费"
required = false
columns = [
  { key = "item", title = "项目", required = true },
  { key = "cost", title = "金额", type = "money" },
  { key = "state", title = "状态", type = "choice", enum = ["已完成", "实施中"] },
]
""".encode()
)
LABELS = {column.title for column in SCHEMA.sections[0].columns}
"""The form's own words, which are no content."""
WHOLE_SHEET = {"sheet-unknown", "sheet-further", "sheet-doubled", "header-missing", "field-none"}
WHOLE_ROW = {"row-total", "row-remark", "row-none", "field-unknown", "field-doubled"}
WHOLE_COLUMN = {"column-unknown", "column-doubled", "column-unit", "column-unit-converted"}
COUNTED = {"cells-without-header", "cells-beside-form"}
"""Codes of findings that name the first of some cells, and how many there are."""
WORDS = [
    *("甲", "乙楼", "约200处", "96.5%", "2026-11-03", "30台", "无", "/", "合计", "3万元", "两千", "0", "名称", "😀"),
    *(" 12 ", "１４６", "Ａ栋", "第一行\n第二行", "11月31日", "备注：以上均为估计", "一批", "若干", "已完成"),
]


@dataclass
class Page:
    """A sheet while it is mangled; the header row is counted from 0."""

    name: str
    rows: list[list[Any]]
    header: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    state: str = "visible"


cells = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.integers(-10, 10**6),
    st.sampled_from([0.965, 12.5, Percent(0.5), Percent(96.5), datetime(2026, 11, 3), True]),
    st.sampled_from([Error("#REF!"), Error("#N/A"), Formula("=A1")]),
)


@st.composite
def pages(draw: st.DrawFn) -> list[Page]:
    """Give the sheets of a workbook, filled with anything."""
    made = [Page("表头", [["单位", "示例"], ["期间", "2026-11"], ["电话", draw(cells)]])]
    for section in SCHEMA.sections[1:]:
        width = len(section.columns)
        rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=5))
        made.append(Page(section.title, [[column.title for column in section.columns], *rows]))
    return made


@dataclass(frozen=True)
class Work:
    """What a mangling has before it: the workbook, one of its sheets, and the way to draw more."""

    book: list[Page]
    page: Page
    draw: Callable[..., Any]


def rename(work: Work) -> None:
    """Give the sheet another name."""
    work.page.name = work.draw(st.sampled_from(["Sheet9", f"{work.page.name} (2)", f" {work.page.name}", "报表"]))


def copy_sheet(work: Work) -> None:
    """Copy the sheet, and perhaps go on writing in the copy."""
    twin = Page(f"{work.page.name} (2)", [[*row] for row in work.page.rows], work.page.header, [*work.page.merged])
    if work.draw(st.booleans()) and twin.rows[-1]:
        twin.rows[-1][0] = "改过"
    work.book.append(twin)


def reorder(work: Work) -> None:
    """Put the sheets into another order."""
    work.book[:] = work.draw(st.permutations(work.book))


def hide(work: Work) -> None:
    """Hide the sheet, perhaps so that Excel does not even list it."""
    work.page.state = work.draw(st.sampled_from(["hidden", "veryHidden"]))


def delete_sheet(work: Work) -> None:
    """Leave the sheet out."""
    if len(work.book) > 1:
        work.book.remove(work.page)


def add_sheet(work: Work) -> None:
    """Put in a sheet of the department's own."""
    rows = work.draw(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=3))
    work.book.append(Page(work.draw(st.sampled_from(["Sheet1", "自己的表", "附件"])), rows, -1))


def shift_header(work: Work) -> None:
    """Put title rows above the header."""
    above = work.draw(st.lists(st.sampled_from([["说明：如实填写"], [], [work.page.name]]), min_size=1, max_size=3))
    work.page.rows[:0] = [[*row] for row in above]
    work.page.header += len(above)
    work.page.merged = [(r + len(above), c, last + len(above), right) for r, c, last, right in work.page.merged]


def move_columns(work: Work) -> None:
    """Change two columns."""
    if work.page.merged:
        return
    one, other = (work.draw(st.integers(0, len(work.page.rows[work.page.header]) - 1)) for _ in "ab")
    for row in work.page.rows[work.page.header :]:
        row.extend([None] * (max(one, other) + 1 - len(row)))
        row[one], row[other] = row[other], row[one]


def rename_column(work: Work) -> None:
    """Write something else into a header."""
    at = work.draw(st.integers(0, len(work.page.rows[work.page.header]) - 1))
    work.page.rows[work.page.header][at] = work.draw(
        st.sampled_from(["別的", None, "数量(万元)", "名称", "金额（万元）", "名稱"])
    )


def delete_column(work: Work) -> None:
    """Take a column out."""
    if len(work.page.rows[work.page.header]) > 1 and not work.page.merged:
        at = work.draw(st.integers(0, len(work.page.rows[work.page.header]) - 1))
        for row in work.page.rows[work.page.header :]:
            del row[at : at + 1]


def double_column(work: Work) -> None:
    """Copy a column to the end, or put a new one in."""
    width = max(map(len, work.page.rows))
    at = work.draw(st.integers(0, len(work.page.rows[work.page.header]) - 1))
    change = work.draw(st.booleans())
    for number, row in enumerate(work.page.rows[work.page.header :]):
        row.extend([None] * (width - len(row)))
        row.append("另写" if change and number else row[at])


def insert_column(work: Work) -> None:
    """Put a column with or without a header at the end."""
    width = max(map(len, work.page.rows))
    header = work.draw(st.sampled_from([None, "备考", "序号"]))
    for number, row in enumerate(work.page.rows[work.page.header :]):
        row.extend([None] * (width - len(row)))
        row.append(work.draw(cells) if number else header)


def merge(work: Work) -> None:
    """Merge some cells, of which the first keeps its value: downwards, across, also headers and labels."""
    rows = work.page.rows
    if work.page.merged or not rows:
        return
    bottom, edge = len(rows) - 1, max(map(len, rows)) - 1
    top, left = work.draw(st.integers(0, bottom)), work.draw(st.integers(0, min(2, edge)))
    last, right = (work.draw(st.integers(one, min(one + 2, most))) for one, most in ((top, bottom), (left, edge)))
    if (top, left) == (last, right):
        return
    for number in range(top, last + 1):
        row = rows[number]
        row[left : right + 1] = [
            raw if (number, at) == (top, left) else None for at, raw in enumerate(row[left : right + 1], left)
        ]
    work.page.merged.append((top, left, last, right))


def add_total(work: Work) -> None:
    """Add a row of totals."""
    work.page.rows.append(["合计", *(work.draw(cells) for _ in work.page.rows[work.page.header][1:])])


def add_rows(work: Work) -> None:
    """Leave rows blank and go on below, also beyond the last column."""
    work.page.rows += [[]] * work.draw(st.integers(0, 3))
    work.page.rows.append([work.draw(cells) for _ in range(work.draw(st.integers(1, 8)))])


SHEETS: list[Callable[[Work], None]] = [rename, copy_sheet, reorder, hide, delete_sheet, add_sheet]
INSIDE: list[Callable[[Work], None]] = [
    *(
        shift_header,
        move_columns,
        rename_column,
        delete_column,
        double_column,
        insert_column,
        merge,
        add_total,
        add_rows,
    )
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_whatever_is_done_to_a_workbook_nothing_is_lost_without_a_word(data: st.DataObject) -> None:
    """Every cell below a header that is not blank is in the submission as it stands, or a finding names it."""
    book = data.draw(pages())
    for mangling in data.draw(st.lists(st.sampled_from([*SHEETS, *INSIDE]), max_size=7)):
        sheets = [page for page in book if mangling in SHEETS or len(page.rows) > page.header >= 0]
        if sheets:
            mangling(Work(book, data.draw(st.sampled_from(sheets)), data.draw))
    named_once(book)
    submission = check(read_workbook(saved(book), SCHEMA, period=Period(2026, 11, "M")), SCHEMA)

    lost = [f"{page.name}!{cell}" for page in book for cell in untold(submission, page)]
    assert lost == [], "\n".join(finding.line("en") for finding in submission.findings)


def named_once(book: list[Page]) -> None:
    """Give sheets of one name different ones, as Excel does."""
    taken: set[str] = set()
    for page in book:
        while page.name.casefold() in taken:
            page.name += "1"
        taken.add(page.name.casefold())


def saved(book: list[Page]) -> bytes:
    """Return the workbook of these sheets; somebody always sees one."""
    if all(page.state != "visible" for page in book):
        book[0].state = "visible"
    sheets = [Sheet(page.name, page.rows, [block(*corners) for corners in page.merged]) for page in book]
    states = iter([page.state for page in book])
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(plain(Book("", sheets)))) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                part = re.sub(rb'state="visible"', lambda _: f'state="{next(states)}"'.encode(), part)
            out.writestr(name, part)
    return target.getvalue()


def reference(row: int, column: int) -> str:
    """Return "C7" for row 6 and column 2."""
    return f"{column_letters(column + 1)}{row + 1}"


def block(top: int, left: int, last: int, right: int) -> str:
    """Return "A1:B2" for the corners of a range."""
    return f"{reference(top, left)}:{reference(last, right)}"


def untold(submission: Submission, page: Page) -> list[str]:
    """Return the cells below the header that are neither in the submission nor in a finding, by name or by count."""
    left = [
        reference(number, at)
        for number, row in enumerate(page.rows)
        for at, raw in enumerate(row)
        if number > page.header and not (raw is None or is_blank(raw)) and not told(submission, page, number, at)
    ]
    counted = [f for f in submission.findings if f.place.sheet == page.name and f.code in COUNTED]
    return left if len(left) > sum(finding.details["count"] for finding in counted) else []


def told(submission: Submission, page: Page, row: int, column: int) -> bool:
    """Tell whether a cell is in a record, or something is said of it, its row, its column or its sheet."""
    cell, raw = reference(row, column), page.rows[row][column]
    if isinstance(raw, str) and (says_nothing(raw) or raw in LABELS):
        return True
    if any(covers(finding, cell) for finding in submission.findings if finding.place.sheet == page.name):
        return True
    tables = [table for table in submission.tables.values() if table.sheet == page.name]
    values = [
        record.values.get(key)
        for table in tables
        for record in table.records
        for key, at in record.cells.items()
        if at == cell
    ]
    return any(value is not None and kept(value, raw) for value in values) or repeats(page, row, column)


def kept(value: Value, raw: Any) -> bool:
    """Tell whether a value says just what stands in its cell, so that there is no need of a finding."""
    match raw:
        case bool():
            text = "TRUE" if raw else "FALSE"
        case datetime():
            text = raw.date().isoformat()
        case Percent(number):
            text = f"{number * 100:g}%"
        case _:
            text = str(raw).strip()
    return word(value) in (text, text.removesuffix("%"))


def covers(finding: Finding, cell: str) -> bool:
    """Tell whether a finding is about a cell."""
    place = finding.place.cell
    if finding.code in WHOLE_SHEET or place == cell:
        return True
    if finding.code in WHOLE_COLUMN:
        return place.rstrip("0123456789") == cell.rstrip("0123456789")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return finding.code in WHOLE_ROW and place.lstrip(letters) == cell.lstrip(letters)


def repeats(page: Page, row: int, column: int) -> bool:
    """Tell whether a cell says only what stands in its row under the same header."""
    header, values = page.rows[page.header], page.rows[row]
    own = header[column] if column < len(header) else None
    return any(
        header[at] == own and values[at] == values[column] for at in range(min(column, len(header), len(values))) if own
    )
