"""The templates of the repository: made from their texts and looks, the same each time, and sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.make_template import TARGET, TEMPLATES, make

if TYPE_CHECKING:
    from collections.abc import Callable

STARTER = Path(__file__).parents[2] / "batchreport/starter/zh/templates"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_what_its_text_and_look_make(name: str, tmp_path: Path) -> None:
    """`make samples` was run after the last change; the starter has the same file."""
    make(name, tmp_path)

    assert (tmp_path / name).read_bytes() == (TARGET / name).read_bytes()
    if (STARTER / name).exists():
        assert (STARTER / name).read_bytes() == (TARGET / name).read_bytes()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_valid(name: str, validate: Callable[[Path], list[str]]) -> None:
    """Word opens it: the Open XML SDK finds nothing."""
    assert validate(TARGET / name) == []
