from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from batchreport import workdays
from batchreport.period import Period
from batchreport.project import Project
from batchreport.workdays import holidays_unknown, working_day
from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.offices import enrol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def without_holidays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the package `holidays` away."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    workdays._calendar.cache_clear()
    yield
    workdays._calendar.cache_clear()


# The State Council's notice on the public holidays of 2026: National Day 1 to 7 October, worked on Sunday 20 September
# and Saturday 10 October; Spring Festival 15 to 23 February, worked on Saturdays 14 and 28 February.
@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2026, 12, 4), date(2026, 12, 4)),
        (date(2026, 12, 5), date(2026, 12, 7)),
        (date(2026, 10, 1), date(2026, 10, 8)),
        (date(2026, 10, 5), date(2026, 10, 8)),
        (date(2026, 10, 10), date(2026, 10, 10)),
        (date(2026, 9, 20), date(2026, 9, 20)),
        (date(2026, 2, 14), date(2026, 2, 14)),
        (date(2026, 2, 15), date(2026, 2, 24)),
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_a_deadline_in_china_falls_on_a_working_day(day: date, moved: date) -> None:
    """Weekends and public holidays are passed over, and a Saturday that is worked in exchange is a working day."""
    assert working_day(day, "CN") == moved


@pytest.mark.parametrize("country", ["", "XX"])
def test_without_a_country_only_weekends_are_free(country: str) -> None:
    """The first of October is a Thursday like any other."""
    assert working_day(date(2026, 10, 1), country) == date(2026, 10, 1)
    assert working_day(date(2026, 10, 10), country) == date(2026, 10, 12)


@pytest.mark.usefixtures("without_holidays")
def test_without_the_package_only_weekends_are_free_and_that_is_said() -> None:
    """A note names the package to install."""
    finding = holidays_unknown("CN", "batchreport.toml")

    assert working_day(date(2026, 10, 1), "CN") == date(2026, 10, 1)
    assert finding is not None
    assert (finding.code, finding.place.file) == ("holidays-not-installed", "batchreport.toml")
    assert "pip install" in finding.remedy("zh")


def test_a_country_that_nobody_knows_is_said() -> None:
    """A warning names the code; where none is given there is nothing to say."""
    unknown = holidays_unknown("XX")

    assert unknown is not None
    assert unknown.code == "holidays-unknown"
    assert holidays_unknown("CN") is None
    assert holidays_unknown("") is None


def test_status_says_the_moved_deadline(tmp_path: Path) -> None:
    """Five days after September's end China is on holiday; the deadline is the eighth of October."""
    folder = project(tmp_path, {"2026-09/a.xlsx": book("甲校")})
    settings = folder / "batchreport.toml"
    settings.write_text(f'deadline_days = 5\nholidays = "CN"\n{settings.read_text(encoding="utf-8")}', encoding="utf-8")
    ended = batchreport(folder, "status", "--today", "2026-10-09")

    assert "截止日期 2026-10-08（已过 1 天）" in ended.err


def test_a_period_s_own_deadline_goes_before(tmp_path: Path) -> None:
    """No free day moves it, and other periods keep theirs."""
    folder = project(tmp_path, {"2026-11/a.xlsx": book("甲校")})
    settings = folder / "batchreport.toml"
    own = 'deadline_days = 5\ndeadlines = { "2026-11" = "2026-12-12" }\n'
    settings.write_text(own + settings.read_text(encoding="utf-8"), encoding="utf-8")

    assert "截止日期 2026-12-12（还剩 3 天）" in batchreport(folder, "status", "--today", "2026-12-09").err
    found = Project.find(folder)
    assert found.deadline(Period(2026, 12, "M")) == date(2027, 1, 5)
    assert found.deadline(Period(2026, 11, "M")) == date(2026, 12, 12)


def test_a_deadline_for_once_is_said(tmp_path: Path) -> None:
    """What comes later does not know it; the settings can hold it."""
    folder = project(tmp_path, {"2026-10/a.xlsx": book("甲校", period=Period(2026, 10, "M"))})
    enrol(folder, [("D1", "甲校", "")])
    said = batchreport(folder, "prepare", "--period", "2026-11", "--deadline", "2026-12-10").err
    assert 'deadlines = { "2026-11" = "2026-12-10" }' in said
    settings = folder / "batchreport.toml"
    own = 'deadlines = { "2026-11" = "2026-12-10" }\n'
    settings.write_text(own + settings.read_text(encoding="utf-8"), encoding="utf-8")
    assert "deadlines" not in batchreport(folder, "prepare", "--period", "2026-11", "--deadline", "2026-12-10").err
