from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from batchreport.period import Period
from batchreport.report.grammar import FILTERS, NAMES, OPTIONS

PAGE = (Path(__file__).parents[2] / "docs" / "filters.md").read_text("utf-8")
_SECTION = re.compile(r"^### (\S+) · (\S+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```jinja\n(.*?)^```", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
_FIRST_COLUMN = {"统计数据": "指标", "新增设施": "名称", "荣誉": "荣誉名称"}


@dataclass(frozen=True)
class Example:
    """One line of the page: a tag as typed, and what it prints."""

    filter: str
    number: int
    tag: str
    output: str

    def __str__(self) -> str:
        return f"{NAMES[self.filter]}-{self.number}"


def examples() -> list[Example]:
    """Return every example of the page with the filter it stands under."""
    found = []
    for chinese, _, text in _SECTION.findall(PAGE):
        for number, line in enumerate("".join(_BLOCK.findall(text)).splitlines(), 1):
            tag, arrow, output = line.partition(" →")
            assert arrow, line
            found.append(Example(chinese, number, tag, output.strip()))
    return found


def sample() -> dict[str, Any]:
    """Return the data of the page as a template sees it: a cell that is not filled in is None."""
    (form, (values,)), *sections = [_table(block) for block in _TABLE.findall(PAGE.partition("\n## ")[0])]
    context = dict(zip(form, values, strict=True))
    period = Period.parse(context["报告期"])
    assert period
    context |= {"本期": period, "上期": period.previous, "上年同期": period.year_before}
    context["下属机构"] = tuple(context["下属机构"].split("、"))
    for (section, *columns), rows in sections:
        names = [_FIRST_COLUMN[section], *columns]
        context[section] = tuple(SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows)
    return context


def _table(block: str) -> tuple[list[str], list[list[Any]]]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
    return lines[0], [[_value(cell) for cell in line] for line in lines[2:]]


def _value(cell: str) -> Any:
    if re.fullmatch(r"\d+-\d+-\d+", cell):
        return date.fromisoformat(cell)
    return Decimal(cell) if re.fullmatch(r"[\d.]+", cell) else cell or None


@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_example_of_the_page_prints_what_the_page_says(example: Example) -> None:
    """A plain Jinja environment with the filters gives the text behind the arrow."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.filters |= FILTERS

    assert environment.from_string(example.tag).render(sample()).strip() == example.output


def test_the_page_shows_every_filter_and_every_option() -> None:
    """Each filter has a heading with its two names and an example that uses it; each option is in the table."""
    shown = {chinese: english for chinese, english, _ in _SECTION.findall(PAGE)}
    options = dict(re.findall(r"^\| (\S+) \| ([a-z_]+) \|$", PAGE, re.MULTILINE))

    assert shown == NAMES
    assert {
        example.filter for example in examples() if re.search(rf"(\||filter ){example.filter}", example.tag)
    } == set(NAMES)
    assert options == OPTIONS
