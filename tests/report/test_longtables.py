"""汇总.docx of many departments: the rows of its long tables are put aside while the rest is mended, and nobody can tell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.report.mending import longtables
from batchreport.report.rollup.documents import rollup_docx, rollup_template
from tests.report.rollups import SMALL, rolled, submission
from tests.report.templates import MAIN, shown, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.report.rollup.value import Rollup

MANY = 130
TABLE = (
    "| 单位 | {{ '金额'|可省 }} | 说明 |\n"
    "| {%tr for 行 in 问题 %} |\n"
    "| {{ 行.填报单位 }} | {{ 行.金额 }} | {{ 行.问题 }} |\n"
    "| {%tr endfor %} |\n"
    "共{{ 问题|length }}项"
)


def departments(costs: dict[int, int], **said: Any) -> Rollup:
    """Return a roll-up of many departments with one record each; some have an amount."""
    made = []
    for at in range(MANY):
        record = {"issue": f"第{at}项", **said} | ({"cost": Decimal(costs[at])} if at in costs else {})
        made.append(submission(f"{at:03}", troubles=[record]))
    return rolled(*made)


def made(rollup: Rollup, text: str = TABLE) -> bytes:
    """Return the report that a template makes of a roll-up."""
    return rollup_docx(rollup_template(template(text), SMALL), rollup)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Have no row put aside from `whole.setattr` on."""
    with monkeypatch.context() as patch:
        yield patch


@pytest.mark.parametrize(
    "rollup",
    [
        pytest.param(departments({0: 5, 129: 7}), id="a column with something in it"),
        pytest.param(departments({129: 7}), id="a column with something in its last row only"),
        pytest.param(departments({}), id="an empty column, which is left out"),
        pytest.param(departments({0: 5}, due=None), id="blanks"),
    ],
)
def test_a_report_is_the_same_byte_for_byte_as_if_it_had_been_mended_whole(
    rollup: Rollup, whole: pytest.MonkeyPatch
) -> None:
    """Whatever the rows put aside have, the report is that of a tree of all rows."""
    apart = made(rollup)

    whole.setattr(longtables, "_STAY", 10 * MANY)

    assert apart == made(rollup)


def test_a_column_that_only_the_last_department_fills_stays() -> None:
    """The hundred rows that are looked at do not speak for all."""
    text = shown(made(departments({129: 7})))

    assert "单位 | 金额 | 说明\n" in text
    assert "\n单位129 | 7 | 第129项\n" in text
    assert text.count("单位") == MANY + 1


def test_an_empty_column_goes_from_every_row() -> None:
    """The rows put aside lose it too."""
    text = shown(made(departments({})))

    assert "单位 | 说明\n" in text
    assert "\n单位129 | 第129项\n" in text


def test_cells_are_merged_beyond_the_hundredth_row(whole: pytest.MonkeyPatch) -> None:
    """A row with a mark is not put aside."""
    text = TABLE.replace("{{ 行.问题 }}", "{{ 行.问题|replace(行.问题, '同')|合并 }}")
    apart = made(departments({0: 5}), text)

    whole.setattr(longtables, "_STAY", 10 * MANY)

    assert apart == made(departments({0: 5}), text)


def test_two_tables_in_each_other_are_parted_as_one() -> None:
    """A table inside a cell is part of the row it stands in."""
    pieces = ["<w:d><w:tbl>", *["<w:tr><w:tc><w:tbl><w:tr>", "<w:tc/>", "</w:tr></w:tbl></w:tc></w:tr>"] * 300]
    pieces += ["</w:tbl><w:p/>", *["<w:tbl>", *["<w:tr>", "x", "</w:tr>"] * 300, "</w:tbl>"], "</w:d>"]
    long = longtables.LongTables()

    left = "".join(long.without_rows(pieces))

    assert left.count("<w:tr") < 800
    assert b"".join(long.with_rows(left.encode())).decode() == "".join(pieces)


@pytest.mark.parametrize("row", ["<w:tr></w:tc></w:tr>", "<w:tr><w:p><w:r><w:t>x<w:r/></w:t></w:r></w:p></w:tr>"])
def test_a_broken_row_is_not_passed_over(row: str) -> None:
    """The whole part is looked at then, and what is wrong said as it is for the first row."""
    long = longtables.LongTables()
    pieces = [f'<w:d xmlns:w="{MAIN}"><w:tbl>', *["<w:tr></w:tr>"] * 120, row, "</w:tbl></w:d>"]
    left = "".join(long.without_rows(pieces)).encode()

    assert not long.settle(left, anew=True)
    assert long.whole(left) == "".join(pieces).encode()
