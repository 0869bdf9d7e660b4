from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from batchreport import Period, Prefill, blank_workbook, parse_schema, read_workbook
from batchreport.schema import Carry, Choices, Column, Identity, Rule, Schema, Section, When
from batchreport.schema.model import Type
from batchreport.schema.rules import RollUp

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"schema.md": "## The whole", "schema.zh.md": "## 整份"}
COMMENT = re.compile(r" *# .*")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("model", [Schema, Identity, Choices, Section, Column, Rule, When, Carry, RollUp])
def test_the_page_has_every_word(model: type[Schema], page: str) -> None:
    """Each key that can stand in a schema is on its page, in a table of words."""
    text = (DOCS / page).read_text("utf-8").partition(PAGES[page])[2]
    words = {word for cell in re.findall(r"^\| (.*?) \|", text, re.MULTILINE) for word in re.findall(r"\w+", cell)}
    described = words | set(re.findall(r"`(\w+)`", text))

    assert {field.alias or name for name, field in model.model_fields.items()} <= described


@pytest.mark.parametrize("page", PAGES)
def test_the_page_has_every_type(page: str) -> None:
    """Each type of a column is in the table of what is understood."""
    rows = re.findall(r"^\| (`.*?) \|", (DOCS / page).read_text("utf-8"), re.MULTILINE)

    assert set(get_args(Type)) <= {word for row in rows for word in re.findall(r"`(\w+)`", row)}


def test_the_example_is_a_whole_schema() -> None:
    """A blank workbook is made of what the page shows, and the pages show the same."""
    english, chinese = (example(page) for page in PAGES)
    schema = parse_schema(english.encode(), "summary.toml")
    blank = blank_workbook(schema, Prefill(department="D1", name="甲校", period=Period.parse("2026-12")))

    assert read_workbook(blank, schema).name == "甲校"
    assert COMMENT.sub("", english) == COMMENT.sub("", chinese)


def example(page: str) -> str:
    """Return the first example of a page."""
    return (DOCS / page).read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
