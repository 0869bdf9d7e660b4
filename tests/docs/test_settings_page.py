from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel

from batchreport.errors import SettingsError
from batchreport.findings import LANGUAGES
from batchreport.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/settings.md").read_text("utf-8")
ROW = re.compile(r"^\| (`.+?`) \| (.*?) ?\| .+ \| .+ \|$", re.MULTILINE)


def on_the_page() -> dict[str, str]:
    """Return every key that the page has, with what it says of its default."""
    rows = ROW.findall(PAGE)
    return {key: default for keys, default in rows for key in re.findall("`(.+?)`", keys)}


def of_the_program(model: type[BaseModel], front: str = "") -> Iterator[tuple[str, str]]:
    """Yield every key of the settings, with its default as the page writes it."""
    for name, field in model.model_fields.items():
        path = f"{front}{field.alias or name}"
        inner = [each for each in (field.annotation, *get_args(field.annotation)) if isinstance(each, type)]
        if nested := [each for each in inner if issubclass(each, BaseModel)]:
            yield from of_the_program(nested[0], f"{path}.")
        else:
            yield path, "" if field.is_required() else shown(field.default)


def shown(value: Any) -> str:
    """Return a default as the page writes it."""
    return "—" if value in (None, "") and value is not False else f"`{json.dumps(value)}`"


def test_the_page_has_every_setting_with_its_default() -> None:
    """No key without a line, and no line without a key."""
    assert on_the_page() == dict(of_the_program(Settings))


def test_the_example_of_the_page_can_be_read() -> None:
    """What stands there are settings."""
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)

    assert example
    assert read_settings(example[1].encode()).limits.file == tomllib.loads(example[1])["limits"]["file"]


@pytest.mark.parametrize("folder", [".", "examples/english", "batchreport/starter/zh", "batchreport/starter/en"])
def test_what_a_project_hints_at_can_be_read(folder: str) -> None:
    """Every setting that stands there as a comment, deadline, holidays and mail among them."""
    text = (ROOT / folder / "batchreport.toml").read_text("utf-8")
    settings = read_settings(re.sub(r"^# (?=\w+ = |\[)", "", text, flags=re.MULTILINE).encode())

    assert settings.deadline_days
    assert settings.holidays
    assert settings.mail.from_
    assert settings.mail.imap


@pytest.mark.parametrize("said", ['"cn"', '"CHN"', '"中国"'])
def test_who_writes_holidays_wrong_is_sent_to_the_right_page(said: str) -> None:
    """The code of a country has two capital letters; the page of the settings says so."""
    with pytest.raises(SettingsError) as caught:
        read_settings(f"holidays = {said}".encode())

    (finding,) = caught.value.findings
    assert (finding.code, finding.place.line) == ("settings-holidays", 1)
    assert all("docs/settings.md" in finding.line(language) for language in LANGUAGES)


def test_a_period_may_have_its_own_deadline() -> None:
    """As a text or as TOML writes a day, under any of the names that a period has."""
    settings = read_settings('deadlines = { "2026-11" = "2026-12-10", "2026年第4季度" = 2027-01-20 }'.encode())

    assert {str(period): f"{day}" for period, day in settings.deadlines.items()} == {
        "2026-11": "2026-12-10",
        "2026-Q4": "2027-01-20",
    }


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('"2026-13" = "2026-12-10"', "settings-deadline-period"),
        ('"2026-11" = "12月10日"', "settings-deadline"),
        ('"2026-11" = 2026-12-10T08:00:00', "settings-deadline"),
        ('"2026-11" = 5', "settings-deadline"),
    ],
)
def test_a_deadline_is_a_day_of_a_period(said: str, code: str) -> None:
    """What is not is said with its line."""
    with pytest.raises(SettingsError) as caught:
        read_settings(f"[deadlines]\n{said}".encode())

    assert [(one.code, one.place.line) for one in caught.value.findings] == [(code, 2)]


def test_a_pause_is_a_number_of_seconds() -> None:
    """Nobody waits for ever."""
    with pytest.raises(SettingsError) as caught:
        read_settings(b"mail.pause = inf")

    assert [finding.code for finding in caught.value.findings] == ["toml-not-number"]
