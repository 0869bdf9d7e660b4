from __future__ import annotations

import json
import zlib
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import chain, product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batchreport.findings import error
from batchreport.packed import DamagedError, before, is_known, key_of, pack, period_of, unpack
from batchreport.period import Period
from batchreport.plain_table import blocks
from batchreport.submission import Record, RowCells, Stamp, Submission, Table
from batchreport.values import Missing, Picture, Value

OCTOBER, NOVEMBER = Period(2026, 10, "M"), Period(2026, 11, "M")
TEXTS = st.text(st.characters(codec=None), max_size=9)
KINDS = (
    st.none(),
    st.booleans(),
    TEXTS,
    st.integers(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.lists(TEXTS).map(tuple),
    TEXTS.map(Missing),
    st.builds(Picture, st.just(b""), st.integers(), st.integers(), st.sampled_from(["jpeg", "png"]), TEXTS),
)
VALUES = st.one_of(KINDS)
CELLS = st.one_of(st.from_regex("[A-Z]{1,3}[1-9][0-9]{0,6}", fullmatch=True), st.text(max_size=4))
RECORDS = st.builds(
    Record,
    st.dictionaries(st.text(max_size=5), VALUES, max_size=5),
    st.dictionaries(st.text(max_size=5), CELLS, max_size=5),
)


@st.composite
def rows(draw: st.DrawFn) -> list[Record]:
    """Draw records as a sheet has them: in one row each, the values of a column of one kind, or of several, or blank."""
    columns = draw(st.dictionaries(TEXTS, st.text("ABC", max_size=2), max_size=4))
    kinds = {key: st.none() | draw(st.sampled_from([*KINDS, VALUES])) for key in columns}
    several = draw(st.lists(st.fixed_dictionaries(kinds), max_size=5))
    return [Record(values, RowCells(columns, str(row))) for row, values in enumerate(several, 4)]


TABLES = st.builds(
    Table,
    st.text(),
    st.lists(rows() | RECORDS.map(lambda one: [one]), max_size=3).map(lambda some: tuple(chain.from_iterable(some))),
    st.dictionaries(st.text(max_size=5), CELLS, max_size=3),
    st.frozensets(CELLS, max_size=3),
)
PERIODS = st.sampled_from([None, NOVEMBER, Period(2026, 4, "Q"), Period(2026, 2, "H"), Period(2026, 1, "Y")])
SUBMISSIONS = st.builds(
    Submission,
    file=st.text(),
    department=st.text(),
    name=st.text(),
    period=PERIODS,
    revision=st.integers(0),
    tables=st.dictionaries(st.text(max_size=5), TABLES, max_size=3),
)
ROW = Record({"name": "学生", "value": Decimal("620.0")}, {"name": "B4", "value": "C4"})
ONE = Submission("甲.xlsx", "D1", "甲校", NOVEMBER, 2, tables={"statistics": Table("统计数据", (ROW,))})


def made(submission: Submission) -> Submission:
    """Return a submission with its records made."""
    tables = {key: replace(table, records=tuple(table.records)) for key, table in submission.tables.items()}
    return replace(submission, tables=tables)


def of(period: Period) -> bytes:
    """Return a packed submission of a period."""
    return pack(replace(ONE, period=period))


@given(SUBMISSIONS)
@example(ONE)
def test_what_is_packed_comes_out_again(submission: Submission) -> None:
    """Every value with its type, every cell, in the same order; the same submission gives the same bytes."""
    packed = pack(submission)
    out = unpack(packed)

    assert out == submission
    assert pack(out) == packed == pack(submission)
    assert period_of(packed) == submission.period
    for key, table in submission.tables.items():
        for record, other in zip(table.records, out.tables[key].records, strict=True):
            assert list(map(repr, record.values.items())) == list(map(repr, other.values.items()))
            assert list(record.cells.items()) == list(other.cells.items())


@given(SUBMISSIONS)
def test_what_is_unpacked_lazily_is_the_same(submission: Submission) -> None:
    """Its records, each time they are gone through, their number, and what it is packed to again."""
    packed = pack(submission)
    lazy = unpack(packed, lazily=True)

    assert pack(lazy) == packed
    for key, table in unpack(packed).tables.items():
        again = lazy.tables[key]
        assert replace(again, records=tuple(again.records)) == replace(again, records=tuple(again.records)) == table
        assert len(again.records) == len(table.records)
        assert list(again.records[1:]) == list(table.records[1:])


@given(SUBMISSIONS)
def test_records_are_given_by_their_columns(submission: Submission) -> None:
    """The same ones, whether they are packed or not: every value, every cell; None where a record has no such column."""
    lazy = unpack(pack(submission), lazily=True)
    for key, table in submission.tables.items():
        for records in (table.records, lazy.tables[key].records):
            there = [
                ({key: block.column(key)[at] for key in block.keys}, RowCells(block.letters, row))
                for block in blocks(records)
                for at, row in enumerate(block.rows)
            ]
            assert there == [(record.values, record.cells) for record in table.records]
            assert all(set(block.column("no such column")) == {None} for block in blocks(records))


def test_records_of_one_sheet_are_one_block() -> None:
    """However many; another column, or another key, begins the next."""
    columns = {"name": "B", "value": "C"}
    some = [Record({"name": "学生", "value": Decimal(at)}, RowCells(columns, str(at))) for at in range(5)]
    moved = Record(some[0].values, RowCells({"name": "B", "value": "D"}, "5"))
    more = Record({**some[0].values, "unit": None}, moved.cells)
    table = Table("统计数据", (*some, moved, more, ROW))
    lazy = unpack(pack(replace(ONE, tables={"statistics": table})), lazily=True).tables["statistics"].records

    for records in (table.records, lazy):
        assert [len(block.rows) for block in blocks(records)] == [5, 1, 1, 1]


@pytest.mark.parametrize("said", ["620.0", "0.00", "-0", "1E+3", "0.1000000000000000000000000000000000001", "Infinity"])
def test_a_decimal_keeps_its_places(said: str) -> None:
    """620.0 does not become 620, in a column of numbers, and beside what is none."""
    row: dict[str, Value] = {"number": Decimal(said), "mixed": Decimal(said)}
    blank: dict[str, Value] = {"number": None, "mixed": Missing("缺报")}
    columns = {"number": "A", "mixed": "B"}
    records = tuple(Record(values, RowCells(columns, str(at))) for at, values in enumerate((row, blank, row)))
    out = unpack(pack(replace(ONE, tables={"statistics": Table("统计数据", records)}))).tables["statistics"].records

    assert [str(value) for one in (out[0], out[2]) for value in one.values.values()] == [said] * 4
    assert out[1].values == blank


def test_what_only_the_run_needs_stays_behind() -> None:
    """Stamp, findings, and the bytes of pictures."""
    picture = Record({"image": Picture(b"\x89PNG", 4, 3, "png", "门")}, {"image": "A4"})
    stamp = Stamp("summary", 1, "D1", "2026-11", 2)
    whole = replace(ONE, stamp=stamp, findings=(error("file-empty"),), tables={"photos": Table("照片", (picture,))})
    out = unpack(pack(whole))

    assert (out.stamp, out.findings) == (None, ())
    assert out.tables["photos"].records[0].values == {"image": Picture(b"", 4, 3, "png", "门")}


@given(st.data())
def test_damaged_bytes_are_said_to_be_damaged(data: st.DataObject) -> None:
    """Whatever byte is changed, cut off or made up: `DamagedError`, or the submission it was."""
    packed = bytearray(pack(ONE))
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    for damaged, lazily in product((bytes(packed), bytes(packed[:at]), data.draw(st.binary())), (False, True)):
        try:
            out = made(unpack(damaged, lazily=lazily))
        except DamagedError:
            continue
        assert replace(out, period=NOVEMBER) == ONE  # the head has a period, and no sum to check it by


SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "Decimal", "date", "Picture", "a", "1 b"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["", "Decimal", "date"]), inner),
    max_leaves=9,
)
LINES = st.tuples(
    st.tuples(
        st.tuples(*[TEXTS] * 4), st.fixed_dictionaries({"a": st.tuples(st.integers(), st.lists(SAID, max_size=2))})
    ),
    st.tuples(TEXTS, SAID, st.just([(["a"], {"a": "A"})]) | SAID),
    st.lists(st.tuples(st.just(["4"]) | SAID, st.lists(SAID, min_size=1, max_size=2)), min_size=1, max_size=2) | SAID,
)


@given(LINES | st.lists(SAID, max_size=4))
def test_what_says_something_else_is_damaged_too(lines: list[Any]) -> None:
    """Though its sums are right: as another program, or another version, may have packed it."""
    body = zlib.compress(b"\n".join(json.dumps(line).encode() for line in lines))
    with suppress(DamagedError):
        unpack(b"3 2026-11 %d\n%s" % (zlib.crc32(body), body))


def test_another_versions_form_is_not_known() -> None:
    """Nor is what is no packed submission at all."""
    packed = pack(ONE)

    assert is_known(packed)
    assert not any(map(is_known, (b"2" + packed[1:], b"33" + packed[1:], b"", b"3")))


def test_what_lies_before_a_period_is_of_its_kind_and_no_older_than_a_year() -> None:
    """Twelve months back, the same month of last year among them; neither the period itself, nor quarters, nor later ones."""
    past = [of(NOVEMBER), of(Period(2026, 12, "M")), of(Period(2026, 3, "Q")), of(OCTOBER), b"1 nonsense", b""]
    past += [of(NOVEMBER.year_before), of(Period(2025, 10, "M"))]

    assert [one.period for one in before(past, NOVEMBER)] == [NOVEMBER.year_before, OCTOBER]
    assert before(past, NOVEMBER)[-1].submission == replace(ONE, period=OCTOBER)


def test_a_damaged_submission_of_an_earlier_period_is_an_empty_one() -> None:
    """Its period is known all the same."""
    [one] = before([of(OCTOBER)[:-9]], NOVEMBER)

    assert one.submission == Submission("", period=OCTOBER)


@pytest.mark.parametrize(("code", "name", "key"), [("D1", "甲校", "d1"), ("", "甲 校", "甲校"), ("", "Ｌab", "lab")])
def test_a_department_is_known_by_its_code_else_by_its_name(code: str, name: str, key: str) -> None:
    """Spaces, width and case make no difference."""
    assert key_of(code, name) == key
