"""The templates of the repository: made from their texts and looks, the same each time, and sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.make_starter import STARTERS
from tools.make_template import ROOT, TEMPLATES, make

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_what_its_text_and_look_make(name: str, tmp_path: Path) -> None:
    """`make samples` was run after the last change; the starter has the same file."""
    make(name, tmp_path)

    assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()
    for project, starter in STARTERS.values():
        if (ROOT / name).is_relative_to(project / "templates"):
            assert (starter / (ROOT / name).relative_to(project)).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_valid(name: str, validate: Callable[[Path], list[str]]) -> None:
    """Word opens it: the Open XML SDK finds nothing."""
    assert validate(ROOT / name) == []
