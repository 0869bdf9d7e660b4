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
from batchreport.report.grammar import NAMES, OPTIONS, filters

PAGE = (Path(__file__).parents[2] / "docs" / "filters.md").read_text("utf-8")
_SECTION = re.compile(r"^##(#?) (\S+) · (\S+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```jinja( en)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
_CHINESE = ("报告期", "本期", "上期", "上年同期", "下属机构")
_ENGLISH = ("current_period", "current_period", "previous_period", "year_before", "subunits")
_FIRST_COLUMN = {"统计数据": "指标", "新增设施": "名称", "荣誉": "荣誉名称"}


@dataclass(frozen=True)
class Example:
    """One line of the page: a tag as typed, and what it prints."""

    language: str
    filter: str
    number: int
    tag: str
    output: str

    def __str__(self) -> str:
        return f"{self.language}-{NAMES.get(self.filter, self.filter)}-{self.number}"


def examples() -> list[Example]:
    """Return every example of the page with the filter it stands under."""
    found = []
    for _, chinese, _, text in _SECTION.findall(PAGE):
        lines = [(english, line) for english, block in _BLOCK.findall(text) for line in block.splitlines()]
        for number, (english, line) in enumerate(lines, 1):
            tag, arrow, output = line.partition(" →")
            assert arrow, line
            found.append(Example(english.strip() or "zh", chinese, number, tag, output.strip()))
    return found


def headings() -> dict[str, str]:
    """Return the Chinese and the English name in the heading of each filter."""
    return {chinese: english for level, chinese, english, _ in _SECTION.findall(PAGE) if level}


def sample(language: str) -> dict[str, Any]:
    """Return the data of the page as a template sees it: a cell that is not filled in is None."""
    tables = [_table(block) for block in _TABLE.findall(PAGE.partition("\n## ")[0]) if not block.startswith("| 做什么")]
    half = len(tables) // 2
    (form, (values,)), *sections = tables[:half] if language == "zh" else tables[half:]
    context = dict(zip(form, values, strict=True))
    names = _CHINESE if language == "zh" else _ENGLISH
    period = Period.parse(context[names[0]])
    assert period
    context |= dict(zip(names[1:4], (period, period.previous, period.year_before), strict=True))
    context[names[4]] = tuple(context[names[4]].split("、"))
    for (first, *columns), rows in sections:
        section, _, column = first.partition(": ")
        keys = [column or _FIRST_COLUMN[section], *columns]
        context[section] = tuple(SimpleNamespace(**dict(zip(keys, row, strict=True))) for row in rows)
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
    environment.filters |= filters(example.language)

    assert environment.from_string(example.tag).render(sample(example.language)).strip() == example.output


def shows(example: Example, language: str, name: str) -> bool:
    """Tell whether an example in `language` uses the filter `name`."""
    used = re.search(rf"(\||filter ){name}\b", example.tag)
    return example.language == language and bool(name) and used is not None


def test_the_page_shows_every_filter_and_every_option() -> None:
    """Each filter has a line in the index, a heading with its two names and an example in each language; each option is in the table."""
    index = dict(re.findall(r"\[(\S+) ([a-z_]+)\]\(#", PAGE))
    options = dict(re.findall(r"^\| (\S+) \| ([a-z_]+) \|$", PAGE, re.MULTILINE))

    assert headings() == NAMES == index
    assert {example.filter for example in examples() if shows(example, "zh", example.filter)} == set(NAMES)
    assert {example.filter for example in examples() if shows(example, "en", NAMES.get(example.filter, ""))} == set(
        NAMES
    )
    assert options == OPTIONS
