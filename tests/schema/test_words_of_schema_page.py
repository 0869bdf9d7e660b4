from __future__ import annotations

import re
from pathlib import Path

import pytest

from batchreport.schema import Carry, Choices, Column, Identity, Rule, Schema, Section, When
from batchreport.schema.model import RollUp

PAGE = (Path(__file__).parents[2] / "docs/schema.md").read_text("utf-8").partition("## The whole")[2]


@pytest.mark.parametrize("model", [Schema, Identity, Choices, Section, Column, Rule, When, Carry, RollUp])
def test_the_page_has_every_word(model: type[Schema]) -> None:
    """Each key that can stand in a schema is on its page, in a table of words."""
    words = {word for cell in re.findall(r"^\| (.*?) \|", PAGE, re.MULTILINE) for word in re.findall(r"\w+", cell)}
    described = words | set(re.findall(r"`(\w+)`", PAGE))

    assert {field.alias or name for name, field in model.model_fields.items()} <= described
