from __future__ import annotations

import re
import string
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from batchreport.period import Period
from batchreport.schema import Column, Schema, Section, bound, parse_schema
from batchreport.workbook.blank import Prefill, blank_workbook
from batchreport.workbook.cells import clean, says_nothing, seen
from batchreport.workbook.check import check
from batchreport.workbook.package import Limits, open_package
from batchreport.workbook.read import read_workbook
from batchreport.workbook.scan import position, scan
from tools.markdown_book import Book, Error, Formula, Percent, Sheet, plain

if TYPE_CHECKING:
    from batchreport.submission import Submission

ROOT = Path(__file__).parent.parent.parent
STARTER = parse_schema((ROOT / "templates" / "summary.toml").read_bytes())
NOVEMBER = Period(2026, 11, "M")
SAMPLES = sorted((ROOT / "workbooks").glob("*/*.xlsx"))
SMALL = parse_schema(b"""
id = "small"
title = "Small"
language = "en"
[identity]
name = "head.name"
period = "head.name"
[[sections]]
key = "rows"
title = "Rows"
columns = [
  { key = "item", title = "Item" },
  { key = "count", title = "Count", type = "number", unit_column = "unit", approx_column = "about" },
  { key = "unit", title = "Unit" },
  { key = "about", title = "About" },
  { key = "day", title = "Day", type = "date" },
]
[[sections]]
key = "head"
title = "Head"
kind = "form"
required = false
columns = [{ key = "name", title = "Name of the department" }]
""")
HEADERS = ("Item", "Count", "Unit", "About", "Day", "Other", "Another", "", "Item")

modest = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
words = st.text(string.ascii_letters + "中文，。“”<>&\"'{}%#=_-/\n ", min_size=1, max_size=30).map(str.strip)


@modest
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_in_a_text_cell_comes_out_whole(text: str) -> None:
    """Save outer blanks, signs of no width, what XML forbids (which is said), and the words for "nothing" and "the same"."""
    submission = read_workbook(with_text(text), SMALL, period=NOVEMBER)
    values = [record.values["item"] for record in submission.tables["rows"].records]
    expected = clean(seen(text)).strip()

    if not seen(text) or says_nothing(text):
        assert values == []
    elif any(finding.code == "cell-ditto" for finding in submission.findings):
        assert values == [None]
        return
    else:
        assert values == [expected or None]
    if expected != seen(text).replace("\r\n", "\n").replace("\r", "\n").strip():
        assert "cell-understood" in {finding.code for finding in submission.findings}


@modest
@given(st.data())
def test_what_the_schema_allows_is_read_back_without_a_finding(data: st.DataObject) -> None:
    """A workbook filled as asked gives the same values, and nothing to say but that a sheet is empty."""
    rows = {section.key: data.draw(records(section), label=section.key) for section in STARTER.sections}
    link(rows)
    blank = blank_workbook(STARTER, Prefill("D007", rows["profile"][0]["name"], NOVEMBER, 1, rows))
    submission = check(read_workbook(blank, STARTER), STARTER)

    empty = [section.heading("zh") for section in STARTER.sections if section.required and not rows[section.key]]
    assert [(finding.code, finding.place.sheet) for finding in submission.findings] == [
        ("sheet-unfilled", sheet) for sheet in empty
    ]
    for key, expected in rows.items():
        found = [dict(record.values) for record in submission.tables[key].records]
        assert found == [{**dict.fromkeys(STARTER.by_key[key].by_key), **row} for row in expected]


@settings(max_examples=200)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1"), b"<?xml"]))
def test_no_bytes_raise(tail: bytes, head: bytes) -> None:
    """Whatever comes by mail, reading ends in a submission with findings."""
    submission = check(read_workbook(head + tail, STARTER), STARTER)

    assert not submission.good


@modest
@given(st.data())
def test_no_mutated_workbook_raises(data: st.DataObject) -> None:
    """A real workbook with broken bytes, in the package or in one of its parts, is read or refused."""
    whole = data.draw(st.sampled_from(SAMPLES)).read_bytes()
    if data.draw(st.booleans()):
        mutated = broken(whole, data)
    else:
        with zipfile.ZipFile(BytesIO(whole)) as source:
            parts = {name: source.read(name) for name in source.namelist()}
        name = data.draw(st.sampled_from(sorted(parts)))
        parts[name] = broken(parts[name], data)
        mutated = zipped(parts)

    assert check(read_workbook(mutated, STARTER), STARTER) is not None


@modest
@given(st.data())
def test_the_scan_finds_the_errors_and_formulas_that_openpyxl_finds(data: st.DataObject) -> None:
    """Whatever stands around them, and however far out they are."""
    kinds = st.sampled_from(
        [None, 1, 2.5, "text", 't="e" <f>', Error("#REF!"), Error("#N/A"), Formula("=A1"), Percent(0.5)]
    )
    rows = data.draw(st.lists(st.lists(kinds, min_size=1, max_size=6), min_size=1, max_size=8))
    book = plain(Book("", [Sheet("Sheet1", rows)]))
    found = scan(open_package(book, Limits()), Limits()).sheets["Sheet1"]

    cells = [cell for row in load_workbook(BytesIO(book)).worksheets[0].iter_rows() for cell in row]
    assert found.errors == {position(c.coordinate): c.value for c in cells if c.data_type == "e"}
    assert found.unvalued == {position(c.coordinate): c.value for c in cells if c.data_type == "f"}
    assert found.percents == {
        position(c.coordinate) for c in cells if c.number_format == "0.0%" and c.value is not None
    }


@modest
@given(st.data())
def test_a_layout_that_was_changed_reads_the_same(data: st.DataObject) -> None:
    """Columns in another order, blank columns between them, rows above and blank rows between make no difference."""
    section = STARTER.by_key["facilities"]
    rows = data.draw(records(section))
    order = data.draw(st.permutations([*section.columns, None, None]))
    above = data.draw(st.lists(st.sampled_from([[], ["新增设施"], ["填表说明：请如实填写"]]), max_size=4))
    grid: list[list[Any]] = [*above, [column and column.title for column in order]]
    for row in rows:
        grid += [[]] * data.draw(st.integers(0, 1))
        grid.append([column and written(row.get(column.key)) for column in order])
    submission = read_workbook(plain(Book("", [Sheet("新增设施", grid)])), STARTER, period=NOVEMBER)

    found = [dict(record.values) for record in submission.tables["facilities"].records]
    assert found == [{**dict.fromkeys(section.by_key), **row} for row in rows]


@modest
@given(st.data())
def test_nothing_is_lost_without_a_word(data: st.DataObject) -> None:
    """Every filled cell below the header is in a record, or a finding names it, its row or its column."""
    headers = data.draw(st.lists(st.sampled_from(HEADERS), min_size=2, max_size=9))
    contents = st.sampled_from(
        [None, "{}", "{}", "about 5", "30 pcs", 7, "合计", "/", Error("#REF!"), Formula("=B2"), date(2026, 11, 3)]
    )
    drawn = data.draw(st.lists(st.lists(contents, min_size=len(headers), max_size=len(headers)), max_size=6))
    rows = [[f"w{r}x{c}" if raw == "{}" else raw for c, raw in enumerate(row)] for r, row in enumerate(drawn)]
    book = plain(Book("", [Sheet("Rows", [["a title"], list(headers), *rows])]))
    submission = check(read_workbook(book, SMALL, period=NOVEMBER), SMALL)

    filled = [(r, c, raw) for r, row in enumerate(rows, 2) for c, raw in enumerate(row) if raw is not None]
    codes = {finding.code for finding in submission.findings}
    headless = sum(f.details["count"] for f in submission.findings if f.code == "cells-without-header")
    assert [spot for spot in filled if headers[spot[1]] and not kept(submission, *spot)] == []
    assert headless == sum(not headers[c] for _, c, _ in filled) or "header-missing" in codes


def kept(submission: Submission, row: int, column: int, raw: Any) -> bool:
    """Tell whether a cell is in a record, or a finding is about it, its row or its column."""
    cell = f"{string.ascii_uppercase[column]}{row + 1}"
    for record in submission.tables["rows"].records:
        for key, place in record.cells.items():
            if place == cell and record.values.get(key) is not None:
                return True
    if isinstance(raw, str) and says_nothing(raw):
        return True
    places = {(f.code, f.place.cell) for f in submission.findings}
    whole_column = {place for code, place in places if code in ("column-unknown", "column-doubled", "header-missing")}
    whole_row = {re.sub("[A-Z]", "", place) for code, place in places if code == "row-total"}
    named = any(place == cell for code, place in places if code != "cells-without-header")
    doubled = same_as_first(submission, row, column, raw)
    return named or f"{cell[0]}2" in whole_column or "" in whole_column or str(row + 1) in whole_row or doubled


def same_as_first(submission: Submission, row: int, column: int, raw: Any) -> bool:
    """Tell whether a cell only repeats what stands to its left in a column of the same name."""
    grid = submission.sheets["Rows"]
    own = [str(text) for text in grid.iloc[1]]
    first = own.index(own[column]) if own[column] else column
    return bool(raw) and first < column and str(grid.iat[row, first]) == str(grid.iat[row, column])


def with_text(text: str) -> bytes:
    """Return a workbook with a text in A2, stored as Excel stores it (ECMA-376 part 1, 22.9.2.19)."""
    escaped = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    stored = re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda sign: f"_x{ord(sign[0]):04X}_", escaped)
    book = Workbook()
    book.worksheets[0].title = "Rows"
    book.worksheets[0].append(["Item"])
    cell = book.worksheets[0]["A2"]
    cell.value = "x"
    cell._value = stored  # past openpyxl's own check
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def records(section: Section) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Give rows for a section: every column filled that a rule or a check could ask for, the others now and then."""
    asked = {rule.column for rule in section.rules} | {rule.when.column for rule in section.rules if rule.when}
    asked |= {column.unit_column for column in section.columns} | {
        column.key for column in section.columns if column.prefilled
    }
    must = {c.key: values(c) for c in section.columns if c.required or c.expected or c.key in asked}
    may = {c.key: values(c) for c in section.columns if c.key not in must and c.type != "reference"}
    row = st.fixed_dictionaries(must, optional=may)
    if section.kind == "form":
        identity = {"dept_code": "D007", "period": str(NOVEMBER)}
        return row.map(lambda fields: [fields | identity])
    if any(column.type == "image" and column.required for column in section.columns):
        return st.just([])  # a blank workbook brings no pictures
    unique = next((column.key for column in section.columns if column.unique), None)
    return st.lists(row, max_size=4, unique_by=(lambda fields: same(fields[unique])) if unique else None)


def same(text: str) -> str:
    """Return a text as a check for doubles compares it."""
    return "".join(text.split()).casefold()


def values(column: Column) -> st.SearchStrategy[Any]:
    """Give values that a column allows."""
    low, high = (edge and bound(edge, NOVEMBER.start, NOVEMBER.end) for edge in (column.minimum, column.maximum))
    match column.type:
        case "number" | "money" | "percent":
            return st.integers(0, 10**8).map(lambda n: Decimal(n) / 100).map(lambda n: Decimal(f"{n.normalize():f}"))
        case "integer" | "year":
            return st.integers(int(str(low or 1)), int(str(high or 9999)))
        case "date":
            return st.dates(NOVEMBER.end, NOVEMBER.end)
        case "boolean":
            return st.booleans()
        case "choice":
            return st.sampled_from(column.enum)
    texts = words.filter(
        lambda text: text and not says_nothing(text) and text.casefold() not in ("total", "sum", "ditto")
    )
    texts = texts.filter(lambda text: len(text) <= (column.max_length or 99))
    return texts.map(lambda text: (text.replace("，", ""),) if column.separator and text.replace("，", "") else text)


def link(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Let references name what is there, and nothing be in doubt; a form's text of several values has been made one."""
    for row in (row for section in rows.values() for row in section if row.get("unit") == "%"):
        doubted = {key: 2 for key, value in row.items() if isinstance(value, Decimal) and 0 < value <= 1}
        row.update(doubted)  # 0.5 may be a half, or half a percent
    for plan in rows["plans"]:
        if rows["problems"]:
            plan["for_issue"] = rows["problems"][0]["issue"]
    for figure in rows["statistics"]:  # of one size, or it is asked whether the unit is right
        figure.update({"prev": figure["value"]} if {"prev", "value"} <= figure.keys() else {})
    subunits = rows["profile"][0].get("subunits")
    if subunits:
        parts = [
            "".join(part.split())
            for part in re.split("[、,，;；/\n]", subunits[0] if isinstance(subunits, tuple) else subunits)
        ]
        rows["profile"][0]["subunits"] = tuple(part for part in parts if part) or ("甲", "乙")


def written(value: Any) -> Any:
    """Return a value as people type it."""
    return ("是" if value else "否") if isinstance(value, bool) else value


def broken(part: bytes, data: st.DataObject) -> bytes:
    """Return bytes with a few places overwritten, cut or doubled."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, max(len(part) - 1, 0)))
        length = data.draw(st.integers(0, 12))
        part = part[:start] + data.draw(st.binary(max_size=8)) + part[start + length :]
    return part


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a package of these parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(name, part)
    return target.getvalue()


def test_the_schema_of_these_properties_is_the_starter() -> None:
    """They speak of what `init` lays down."""
    assert isinstance(STARTER, Schema)
    assert SAMPLES
