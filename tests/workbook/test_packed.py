from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batchreport.findings import error
from batchreport.packed import DamagedError, before, key_of, pack, period_of, unpack
from batchreport.period import Period
from batchreport.submission import Record, Stamp, Submission, Table
from batchreport.values import Missing, Picture

OCTOBER, NOVEMBER = Period(2026, 10, "M"), Period(2026, 11, "M")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.integers(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.lists(st.text()).map(tuple),
    st.text().map(Missing),
    st.builds(Picture, st.just(b""), st.integers(), st.integers(), st.sampled_from(["jpeg", "png"]), st.text()),
)
CELLS = st.one_of(st.from_regex("[A-Z]{1,3}[1-9][0-9]{0,6}", fullmatch=True), st.text(max_size=4))
RECORDS = st.builds(
    Record,
    st.dictionaries(st.text(max_size=5), VALUES, max_size=5),
    st.dictionaries(st.text(max_size=5), CELLS, max_size=5),
)
TABLES = st.builds(
    Table,
    st.text(),
    st.lists(RECORDS, max_size=4).map(tuple),
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


def test_a_decimal_keeps_its_places() -> None:
    """620.0 does not become 620."""
    assert str(unpack(pack(ONE)).tables["statistics"].records[0].values["value"]) == "620.0"


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
    for damaged in (bytes(packed), bytes(packed[:at]), data.draw(st.binary())):
        try:
            out = unpack(damaged)
        except DamagedError:
            continue
        assert replace(out, period=NOVEMBER) == ONE  # the head has a period, and no sum to check it by


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
