"""An engineer finds every module from docs/architecture.md."""

from __future__ import annotations

import ast
import re

import pytest

from tests.modules import modules
from tests.outside import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")
MAP = PAGE.partition("\nbatchreport/\n")[2].partition("\n```")[0]
NAMED = re.compile(r"`((?:cli|mail|postroom|report|run|schema|workbook)/[a-z_/]+)`")


def test_the_map_has_every_part() -> None:
    """Each package, and each module beside them."""
    parts = {name.split(".")[-1] for name in modules() if name.count(".") == 1 and not name.endswith("__main__")}
    parts |= {path.parent.name for path in (ROOT / "batchreport").rglob("__init__.py")} - {"batchreport"}

    assert parts - set(re.findall(r"[a-z_0-9]+", MAP)) == set()


def test_what_the_page_names_is_there() -> None:
    """Each module or package that it calls by its path."""
    there = {name.removeprefix("batchreport.") for name in modules()}

    assert {path.strip("/").replace("/", ".") for path in NAMED.findall(PAGE)} - there == set()


@pytest.mark.parametrize("name", [name for name, module in modules().items() if module.body and "." in name])
def test_a_module_says_in_its_first_line_what_it_does(name: str) -> None:
    """As the command on the page wants it."""
    assert (ast.get_docstring(modules()[name]) or "").startswith(("This module ", "This package "))
