"""The figures of the page are those of the roll-up: rounded, marked and left out as in its report."""

from __future__ import annotations

from typing import Any

import pytest

from batchreport.report.rollup.gather import Gathering, gather_all
from batchreport.run.page.figures import figures
from batchreport.run.page.indicator import Figures, as_plain, from_plain
from tests.build.stands import page_of
from tests.report.rollups import SMALL, rolled, submission


def shown(*rows: list[dict[str, Any]], language: str = "zh") -> Figures:
    """Return the figures of departments; each says some rows."""
    rollup = rolled(*(submission(f"D{number}", figures=own) for number, own in enumerate(rows)))
    gathering = gather_all(Gathering(rollup, frozenset()))
    return figures(gathering.totals(SMALL.by_key["figures"]).totals, language)


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [
        ("zh", "约", ("约4,303", "约4,303", "约+103", "约+2%")),
        ("zh", "余", ("4,303余", "4,303余", "约+103", "约+2%")),
        ("zh", "精确", ("4,303", "4,303", "+103", "+2.5%")),
        ("en", "about", ("about 4,303", "about 4,303", "about +103", "about +2%")),
    ],
)
def test_where_one_is_approximate_the_total_is(language: str, word: str, expected: tuple[str, ...]) -> None:
    """It bears the word, and its growth is in whole percent."""
    own = [{"name": "学生", "value": 4000, "prev": 3900}]
    (total,) = shown(own, [{"name": "学生", "value": 303, "prev": 300, "approx": word}], language=language).shown

    assert (total.value, total.now, total.change, total.growth) == expected
    assert total.before == "4,200"


@pytest.mark.parametrize(
    ("value", "before", "growth"),
    [
        (1100, 100, "+1,000.0%"),
        (1250, 100, "增至12.5倍"),
        (2.6, -3.2, ""),
        (-3.5, 2.4, ""),
        (-1, -2, ""),
        (4, 0, ""),
        (0, 4, "−100.0%"),
        (7647, 7648, "0.0%"),
    ],
)
def test_growth_is_given_where_the_reports_give_it(value: float, before: float, growth: str) -> None:
    """None across zero or against nothing; none that rounds to nothing has a sign."""
    (total,) = shown([{"name": "结余", "value": value, "prev": before}]).shown

    assert total.growth == growth


def test_forty_figures_are_shown_and_the_others_counted() -> None:
    """Those of most departments are; the page says how many there are beside them, and where."""
    alone = [{"name": f"指标{number}", "value": number} for number in range(50)]
    found = shown(alone, alone[5:])

    assert (len(found.shown), found.more) == (40, 10)
    assert {one.departments for one in found.shown} == {2}
    assert from_plain(as_plain(found)) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "另有 10 项指标，见汇总表的“总览”。"),
        ("en", "Further figures: 10. See the sheet “Overview” of the roll-up."),
    ],
)
def test_the_page_says_how_many_figures_it_leaves_out(language: str, text: str) -> None:
    """Below its table; a page that shows all says nothing."""
    assert text in page_of([], language=language, more=10).decode()
    assert text.partition("10")[0] not in page_of([], language=language).decode()


@pytest.mark.parametrize(("language", "text"), [("zh", "剩余天数"), ("en", "days are counted")])
def test_days_are_spoken_of_only_where_there_is_a_deadline(language: str, text: str) -> None:
    """A page without one does not say how they are counted."""
    assert text in page_of([], language=language).decode()
    assert text not in page_of([], language=language, deadline=None).decode()
